"""Who will buy, and which patterns are luck (B-22, B-25): by hand, where the answer is known, at the firm."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crmlib.charts.style import COLOURS
from crmlib.estimates.forecasts import measure_calibration, measure_lift
from crmlib.relationship_marketing.mining import (
    describe_history,
    fit_purchase_model,
    plot_patterns,
    search_patterns,
)
from tests.pictures import read_frame, read_lines, read_whiskers
from tests.relationship_marketing.frames import make_history


def make_receipts(days):
    """A receipt of 10 yuan of customer 7 on each day; a stranger makes the table reach far enough."""
    table = pd.DataFrame({"customer_id": 7, "purchased_at": pd.to_datetime(days), "amount_cny": 10.0})
    last = {"customer_id": 8, "purchased_at": pd.Timestamp("2026-01-01"), "amount_cny": 10.0}
    return pd.concat([table, pd.DataFrame([last])], ignore_index=True)


def describe_one(days, **options):
    """The history of customer 7 on 30 June 2025."""
    found = describe_history(make_receipts(days), as_of="2025-06-30", **options)
    return found.set_index("customer_id").loc[7]


@pytest.mark.parametrize(
    ("day", "traits"),
    [
        ("2025-06-29", [1, 1, 1, 10.0, 1]),  # silence, year, quarter, spend, tenure
        ("2025-03-31", [91, 1, 1, 10.0, 91]),  # the last day of the quarter
        ("2025-03-30", [92, 1, 0, 10.0, 92]),
        ("2024-06-30", [365, 1, 0, 10.0, 365]),  # the last day of the year
        ("2024-06-29", [366, 0, 0, 0.0, 366]),
    ],
)
def test_a_quarter_has_91_days_and_a_year_365(day, traits):
    assert describe_one([day]).drop("bought").tolist() == traits


@pytest.mark.parametrize(
    ("day", "bought"),
    [
        ("2025-06-30 00:00", True),  # the day itself belongs to what followed, and not to the history
        ("2025-07-29 23:59", True),
        ("2025-07-30 00:00", False),
    ],
)
def test_the_window_begins_on_the_day_and_ends_before_its_last(day, bought):
    row = describe_one(["2025-06-01 12:00", day], within_days=30)
    assert row["bought"] == bought and row["purchases_year"] == 1


def test_nothing_later_than_the_day_enters_the_traits(firm):
    day = "2025-03-01"
    found = describe_history(firm.receipts, as_of=day).drop(columns="bought")
    changed = firm.receipts.assign(
        amount_cny=firm.receipts["amount_cny"].where(firm.receipts["purchased_at"] < day, 1e6)
    )
    pd.testing.assert_frame_equal(found, describe_history(changed, as_of=day).drop(columns="bought"))


def test_receipts_that_end_before_the_window_are_refused():
    with pytest.raises(ValueError, match="receipts end on 2026-01-01, but the period ends on 2026-02-28"):
        describe_history(make_receipts(["2025-06-01"]), as_of="2025-12-30")


def test_before_the_first_receipt_there_is_no_history():
    with pytest.raises(ValueError, match=r"receipts: nobody bought before 2024-06-30. Choose a later as_of"):
        describe_history(make_receipts(["2025-06-01"]), as_of="2024-06-30")


def test_the_model_finds_what_drives_buying():
    # in make_history the purchases of the year drive buying; silence and tenure do not
    history = make_history(4000)
    model = fit_purchase_model(history)
    table = model.table.set_index("feature")
    for trait in ("silence_days", "tenure_days"):
        assert table.loc[trait, "low"] < 1 < table.loc[trait, "high"]
    assert np.corrcoef(model.predict(history), history["purchases_year"])[0, 1] > 0.9


def test_a_column_that_knows_the_future_is_suspected():
    history = make_history(300)
    leaky = history.assign(silence_days=np.where(history["bought"], 0, 300))
    with pytest.raises(
        ValueError, match=r"history: the traits tell .* Suspect a column that knows the future"
    ):
        fit_purchase_model(leaky)


@pytest.mark.parametrize("bought", [True, False])
def test_a_period_in_which_all_did_the_same_teaches_nothing(bought):
    with pytest.raises(ValueError, match=r"history.bought: all or none bought.* Widen the period"):
        fit_purchase_model(make_history(300).assign(bought=bought))


def test_the_score_of_last_autumn_holds_this_autumn(tested):
    table = measure_calibration(tested["likelihood"], tested["bought"], groups=10)
    assert (table["forecast"] - table["observed_share"]).abs().max() < 0.06
    assert table["observed_share"].is_monotonic_increasing
    by_score, by_recency = (
        measure_lift(score, tested["bought"], steps=10).loc[2, "reached_share"]
        for score in (tested["likelihood"], -tested["silence_days"])
    )
    assert by_score >= by_recency > 0.5


def test_searched_patterns_shrink_in_the_other_half():
    # nothing is there to be found: 20 groups, every customer buys with probability 0.3
    generator = np.random.default_rng(5)
    people = pd.DataFrame({"customer_id": range(4000), "month": generator.integers(1, 21, 4000)})
    people["bought"] = generator.random(4000) < 0.3
    patterns = search_patterns(people, traits=["month"])
    best = patterns.head(5)
    assert best["found_share"].mean() > 0.34 and abs(best["again_share"].mean() - 0.3) < 0.04
    assert patterns["n_found"].sum() == patterns["n_again"].sum() == 2000


def test_a_pattern_that_is_there_is_found_again():
    people = pd.DataFrame({"customer_id": range(1000), "sex": ["f", "m"] * 500, "town": "A"})
    patterns = search_patterns(people.assign(bought=people["sex"] == "f"), traits=["sex", "town"])
    assert patterns["pattern"].tolist()[:2] == ["sex & town = f & A", "sex = f"]
    assert (patterns.head(2)[["found_share", "again_share"]] == 1).all(axis=None)
    assert set(patterns["pattern"]) == {
        "sex = f", "sex = m", "town = A", "sex & town = f & A", "sex & town = m & A",
    }  # fmt: skip


def test_the_two_halves_hold_every_customer_once():
    people = make_history(300)[["customer_id", "bought"]].assign(town="A")
    row = search_patterns(people, traits=["town"], least=150).iloc[0]  # just enough
    assert row["n_found"] == row["n_again"] == 150
    both = row["n_found"] * row["found_share"] + row["n_again"] * row["again_share"]
    assert both == pytest.approx(people["bought"].sum())


@pytest.mark.parametrize(
    ("change", "options", "message"),
    [
        ({}, {"traits": ["sexe"]}, "customers: no column 'sexe'. Columns: customer_id, bought, sex"),
        ({"sex": [None, *["f"] * 99]}, {"traits": ["sex"]}, r"customers.sex: 1 values are missing"),
        ({}, {"traits": ["sex"], "least": 60}, "customers: no group of 60 in the searched half"),
    ],
)
def test_a_search_that_cannot_be_made_is_refused(change, options, message):
    people = pd.DataFrame({"customer_id": range(100), "bought": [True, False] * 50, "sex": "f"})
    with pytest.raises(ValueError, match=message):
        search_patterns(people.assign(**change), **options)


def test_the_plot_shows_the_best_patterns_only():
    # a was found again in 8 of 20, b in nobody; the interval of 8 of 20 after Wilson 1927: 22 to 61 %
    patterns = pd.DataFrame(
        {
            "pattern": ["a_1", "b", "c"],
            "n_found": [30, 10, 10],
            "found_share": [0.6, 0.4, 0.3],
            "n_again": [20, 0, 5],
            "again_share": [0.4, None, 0.2],
        }
    )
    ax = plot_patterns(patterns, base_share=0.3, top=2)
    assert read_frame(ax) == {
        "x": "share who bought in the window",
        "y": "pattern",
        "rows": ["a 1", "b"],
        "legend": ["all customers", "where searched", "other half"],
    }
    claim, estimate = COLOURS["claim"], COLOURS["estimate"]
    assert read_lines(ax)[:2] == [
        (COLOURS["truth"], ":", "", [0.3, 0.3], [0, 1]),
        (claim, "None", "s", [0.6, 0.4], [0, 1]),
    ]
    colour, _, marker, again, _ = read_lines(ax)[2]
    assert (colour, marker, again[0]) == (estimate, "o", 0.4) and np.isnan(again[1])
    assert read_whiskers(ax) == [[[0.2188, 0], [0.6134, 0]]]
    assert ax.get_ylim()[0] > ax.get_ylim()[1]  # the best on top
    assert ax.xaxis.get_major_formatter()(0.25) == "25 %"
    # 18 of 30 and 4 of 10 are 22 of 40
    assert ax.get_title("right") == "best 2: 55 % bought where searched, 40 % in the other half"
    alone = plot_patterns(patterns[1:2], base_share=0.3)
    assert alone.get_title("right") == "best 1: 40 % bought"


def test_the_table_of_patterns_counts_every_group_in_both_halves():
    # the seed puts customers 1, 2 and 3 into the searched half; whoever has nobody again has no share there
    people = pd.DataFrame(
        {
            "customer_id": [5, 4, 3, 2, 1, 0],
            "bought": [True, True, False, False, True, False],
            "sex": list("ffmmfm"),
            "town": list("ACAABA"),
        }
    )
    expected = pd.DataFrame(
        [
            ("sex & town = f & B", 1, 1.0, 0, None),
            ("sex = f", 1, 1.0, 2, 1.0),
            ("town = B", 1, 1.0, 0, None),
            ("sex & town = m & A", 2, 0.0, 1, 0.0),
            ("sex = m", 2, 0.0, 1, 0.0),
            ("town = A", 2, 0.0, 2, 0.5),
        ],
        columns=["pattern", "n_found", "found_share", "n_again", "again_share"],
    )
    found = search_patterns(people, traits=["sex", "town"], least=1)
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)
    five = search_patterns(people.head(5), traits=["sex"], least=1)
    assert five["n_found"].sum() == 2  # the odd one is not searched


def test_a_group_of_thirty_is_large_enough_unless_something_else_is_asked_for():
    people = pd.DataFrame({"customer_id": range(60), "bought": [True, False] * 30, "town": "A"})
    assert search_patterns(people, traits=["town"])["n_found"].tolist() == [30]
    with pytest.raises(ValueError, match="customers: no group of 30 in the searched half"):
        search_patterns(people.head(59), traits=["town"])


def test_a_model_is_learned_from_fifty_customers_on():
    with pytest.raises(ValueError, match="history: the table has 49 rows, expected at least 50"):
        fit_purchase_model(make_history(49))
    assert len(fit_purchase_model(make_history(50)).table) == 5


def test_spending_is_told_to_the_fen():
    receipts = make_receipts(["2025-06-01", "2025-06-02"]).assign(amount_cny=0.333)
    found = describe_history(receipts, as_of="2025-06-30")
    assert found["spend_year_cny"].tolist() == [0.67]
