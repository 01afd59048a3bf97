"""Filtering, hidden counts, and groups that are found again (F-31)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.cluster.vq import kmeans2

from crmlib.tables.errors import TableError
from crmlib.tiers.segments import (
    adjusted_rand,
    cluster_needs,
    count_groups,
    filter_customers,
    measure_stability,
)
from tests.tiers.calls import FRAMES

PEOPLE = FRAMES["customers"]  # 14 in Elm (20 to 33 years), 11 in Plum, 5 in Ash


@pytest.mark.parametrize(
    ("where", "wanted"),
    [
        ({"city": "Elm"}, 14),
        ({"city": ["Elm", "Ash"]}, 19),
        ({"age": (20, 29)}, 10),  # both ends belong to it
        ({"city": "Plum", "age": (30, 99)}, 11),
        ({"city": ["Elm", "Plum", "Ash"]}, 30),
    ],
)
def test_conditions_are_met_together(where, wanted):
    found = filter_customers(PEOPLE.iloc[::-1], where)
    assert found.index.tolist() == list(range(wanted))
    assert found["customer_id"].is_monotonic_increasing


def test_without_a_condition_nobody_is_listed():
    with pytest.raises(TypeError, match="where: expected field → value"):
        filter_customers(PEOPLE, {})


def test_an_index_that_is_named_like_a_column_changes_nothing():
    found = filter_customers(PEOPLE.rename_axis("customer_id"), {"city": "Elm"})
    pd.testing.assert_frame_equal(found, filter_customers(PEOPLE, {"city": "Elm"}))


def test_of_very_many_customers_some_tell_where_the_centres_lie(monkeypatch):
    shares = FRAMES["shares"]
    monkeypatch.setattr("crmlib.tiers.segments.MOST_SEARCHED", 12)
    found = cluster_needs(shares, groups=2)
    assert len(found) == len(shares) > 12 and found.name == "group" and set(found) == {1, 2}


@pytest.mark.parametrize("call", [cluster_needs, measure_stability])
def test_what_is_no_table_of_shares_is_refused(call):
    with pytest.raises(TypeError, match="shares: expected a pandas DataFrame, found type"):
        call(pd.DataFrame, groups=2)


def test_a_missing_value_matches_nothing():
    people = PEOPLE.assign(city=PEOPLE["city"].where(PEOPLE["customer_id"] > 2))
    assert len(filter_customers(people, {"city": ["Elm", None]})) == 12


def test_nobody_is_shown_of_a_group_that_is_too_small():
    with pytest.raises(ValueError, match="fewer than 10 match, so nobody is shown"):
        filter_customers(PEOPLE, {"city": "Ash"})
    assert len(filter_customers(PEOPLE, {"city": "Ash"}, least=5)) == 5


def test_values_of_another_kind_are_refused():
    with pytest.raises(ValueError, match="age cannot be compared with"):
        filter_customers(PEOPLE, {"age": ("a", "b")})


def test_one_hidden_count_takes_another_with_it_but_two_do_not():
    found = count_groups(PEOPLE, ["city"]).set_index("city")["customers"]
    assert found.isna().to_dict() == {"Ash": True, "Elm": False, "Plum": True}
    people = PEOPLE.assign(city=["Elm"] * 20 + ["Plum"] * 5 + ["Ash"] * 5)
    assert count_groups(people, ["city"]).set_index("city")["customers"].to_dict()["Elm"] == 20
    assert count_groups(people, ["city"], least=5)["customers"].tolist() == [5, 20, 5]


def test_groups_are_numbered_by_size_and_as_tight_as_those_of_scipy():
    rng = np.random.default_rng(7)
    data = np.vstack([rng.normal(place, 0.1, (size, 2)) for place, size in ((0, 30), (1, 20), (2, 10))])
    found = cluster_needs(pd.DataFrame(data, columns=["a", "b"], index=range(1, 61)), groups=3)
    assert found.value_counts().to_dict() == {1: 30, 2: 20, 3: 10}
    centres, codes = kmeans2(data, data[[0, 40, 59]], minit="matrix")
    spread = ((data - centres[codes]) ** 2).sum()
    ours = sum(((data[found == one] - data[found == one].mean(axis=0)) ** 2).sum() for one in (1, 2, 3))
    assert ours == pytest.approx(spread)


def test_clear_groups_are_found_again_and_shuffled_ones_less():
    found = measure_stability(FRAMES["shares"], groups=2, draws=6).set_index("data")["agreement"]
    assert found["as they are"] == pytest.approx(1)
    assert found["shuffled"] < 0.9


@pytest.mark.parametrize(
    ("one", "other", "wanted"),
    [
        ([0, 0, 1, 1], [1, 1, 0, 0], 1.0),
        ([0, 0, 1, 1], [0, 1, 0, 1], -0.5),  # 0 shared pairs, 2/3 expected, 2 at most
        ([0, 0, 0, 1, 1, 1], [0, 0, 1, 1, 2, 2], (2 - 1.2) / (4.5 - 1.2)),  # 2; 6 × 3 / 15; (6 + 3) / 2
        ([0, 0, 0], [0, 0, 0], 1.0),
    ],
)
def test_agreement_is_what_a_hand_computes(one, other, wanted):
    assert adjusted_rand(np.array(one), np.array(other)) == pytest.approx(wanted)


def test_columns_may_be_numbered():
    shares = FRAMES["shares"]
    numbered = shares.set_axis([0, 1], axis=1)
    assert cluster_needs(numbered, groups=2).equals(cluster_needs(shares, groups=2))


def test_words_and_gaps_in_the_shares_and_too_few_customers_are_refused():
    shares = FRAMES["shares"]
    with pytest.raises(TableError, match=r"shares.hair: 1 of 30 rows"):
        cluster_needs(shares.assign(hair=shares["hair"].where(shares.index > 1)))
    with pytest.raises(TableError, match="shares: 1 customers in 2 columns, expected at least 4"):
        cluster_needs(shares.head(1))


def test_with_two_groups_one_hidden_takes_the_other_and_alone_it_is_hidden_by_itself():
    people = PEOPLE.assign(city=["Elm"] * 25 + ["Ash"] * 5)
    assert count_groups(people, ["city"])["customers"].isna().tolist() == [True, True]
    one = count_groups(people.head(3), ["city"])
    assert one["customers"].isna().tolist() == [True] and one["customers"].dtype == "Int64"


def test_a_group_of_exactly_ten_is_shown_and_missing_values_are_a_group():
    people = PEOPLE.assign(city=["Elm"] * 10 + [None] * 20)
    assert count_groups(people, ["city"])["customers"].tolist() == [10, 20]
    assert filter_customers(people, {"city": "Elm"})["customer_id"].tolist() == list(range(1, 11))
    with pytest.raises(ValueError, match=r"customers: no column 'town'. Columns: customer_id, city, age"):
        count_groups(people, ["town"])


def test_stability_is_told_in_four_columns_and_holds_its_limits():
    found = measure_stability(FRAMES["shares"], groups=2, draws=6, seed=3)
    assert found.columns.tolist() == ["data", "agreement", "low", "high"]
    assert found["data"].tolist() == ["as they are", "shuffled"]
    assert found.loc[0].tolist() == ["as they are", 1, 1, 1]
    assert found.loc[1, "low"] < found.loc[1, "agreement"] < found.loc[1, "high"]
    assert found.equals(measure_stability(FRAMES["shares"], groups=2, draws=6, seed=3))
    assert not found.equals(measure_stability(FRAMES["shares"], groups=2, draws=6, seed=4))


def test_customers_far_from_all_others_are_groups_of_their_own():
    # drawn by lot alone, the centres would hardly ever start with both of the two among 300
    shares = pd.DataFrame({"hair": [0.0] * 300 + [1.0, 0.0], "health": [0.0] * 300 + [0.0, 1.0]})
    assert cluster_needs(shares, groups=3).value_counts().to_dict() == {1: 300, 2: 1, 3: 1}
