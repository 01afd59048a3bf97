"""The gap between card holders and others (H-12): selection against lift, on panels with a known answer."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.datasets.loaders import load_truth
from crmlib.loyalty.card import (
    compare_members_with_others,
    estimate_card_lift,
    measure_true_card_gap,
    plot_card_gap,
    total_by_cohort,
)
from tests.satisfaction.concept_frames import is_near

QUARTERS = pd.to_datetime(["2025-01-01", "2025-04-01", "2025-07-01", "2025-10-01"])


def make_panel(purchases, joined):
    """A panel of one chain: purchases by shopper and quarter, and the quarter of joining (4: never)."""
    shoppers, quarters = np.shape(purchases)
    return pd.DataFrame(
        {
            "panel_id": np.repeat(np.arange(1, shoppers + 1), quarters),
            "quarter": np.tile(QUARTERS[:quarters], shoppers),
            "chain": "osmanthus",
            "has_card": (np.arange(quarters) >= np.array(joined)[:, None]).ravel(),
            "purchases": np.ravel(purchases),
            "amount_cny": np.ravel(purchases) * 80.0,
        }
    )


def make_market(*, selection=2.0, lift=0.1, seasons=(1.0, 1.2, 0.9, 1.3)):
    """Six shoppers without noise: four take the card and buy `selection` times as much, two never do."""
    joined = [1, 1, 2, 2, 4, 4]
    level = 100 * np.array([selection, selection, selection, selection, 1, 1])
    after = np.arange(4) > np.array(joined)[:, None]
    bought = level[:, None] * np.array(seasons) * (1 + lift * after)
    return make_panel(np.rint(bought * 10).astype(int), joined)


def test_lift_and_selection_are_recovered_where_there_is_no_noise():
    panel = make_market(selection=2.0, lift=0.1)
    assert estimate_card_lift(panel, draws=10, seed=1).value == pytest.approx(0.1, abs=1e-3)
    table = compare_members_with_others(panel, draws=10, seed=1).set_index("comparison")["ratio"]
    assert table["before the card"] == pytest.approx(2.0, abs=1e-3)
    assert table["the card itself"] == pytest.approx(1.1, abs=1e-3)
    # shoppers who take the card later are among the others, so the raw gap lies below selection times lift
    assert 1.5 < table["card holders against others"] < 2.2


def test_a_gap_that_was_there_before_the_card_is_no_lift():
    assert estimate_card_lift(make_market(selection=3.0, lift=0.0), draws=10, seed=1).value == pytest.approx(
        0, abs=1e-3
    )


def test_a_season_that_everybody_has_is_no_lift():
    panel = make_market(lift=0.0, seasons=(1.0, 1.0, 2.0, 4.0))
    assert estimate_card_lift(panel, draws=10, seed=1).value == pytest.approx(0, abs=1e-3)


def test_purchases_and_money_give_the_same_lift_if_baskets_are_equal():
    panel = make_market()
    one = estimate_card_lift(panel, outcome="purchases", draws=10, seed=1)
    other = estimate_card_lift(panel, outcome="amount_cny", draws=10, seed=1)
    assert one.value == pytest.approx(other.value)


def test_a_poisson_regression_with_cohort_and_quarter_effects_gives_the_same_lift(firm):
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    table = total_by_cohort(firm.panel)
    sizes = np.bincount(
        firm.panel[firm.panel["chain"] == "osmanthus"]
        .pivot(index="panel_id", columns="quarter", values="has_card")
        .pipe(lambda held: np.where(held.any(axis=1), held.to_numpy().argmax(axis=1), 12)),
        minlength=13,
    )
    totals = table.to_numpy() * sizes[:, None]
    cohort, quarter = np.indices(totals.shape)
    used = quarter != cohort
    dummies = [(cohort == k) for k in range(13)] + [(quarter == k) for k in range(1, 12)]
    design = np.column_stack([one[used] for one in (*dummies, quarter > cohort)]).astype(float)
    fit = GLM(totals[used], design, family=Poisson()).fit()
    assert estimate_card_lift(firm.panel, draws=2, seed=1).value == pytest.approx(
        np.expm1(fit.params[-1]), abs=1e-4
    )


def test_the_firms_gap_is_mostly_selection_and_the_lift_is_near_the_truth(firm):
    table = compare_members_with_others(firm.panel, seed=1).set_index("comparison")
    truth = measure_true_card_gap(load_truth("shoppers")).set_index("comparison")["ratio"]
    raw, selection, lift = (table.loc[name] for name in table.index)
    assert 1.5 < raw["ratio"] < 2.6
    assert selection["low"] > 1.3
    assert is_near(estimate_card_lift(firm.panel, seed=1), truth["the card itself"] - 1)
    assert lift["high"] < raw["low"]


def test_cohorts_are_shown_by_the_quarter_in_which_they_joined():
    table = total_by_cohort(make_panel([[2, 3], [4, 5], [1, 0]], [1, 1, 2]))
    assert table.index.tolist() == ["2025-04-01", "never"]
    assert table.to_numpy().tolist() == [[3.0, 4.0], [1.0, 0.0]]


@pytest.mark.parametrize(
    ("panel", "message"),
    [
        (
            make_panel([[1, 1], [1, 1]], [0, 0]),
            "expected shoppers who take the card within the quarters and some",
        ),
        (
            make_panel([[1, 1], [1, 1]], [4, 4]),
            "expected shoppers who take the card within the quarters and some",
        ),
        (
            make_panel([[1, 1], [1, 1]], [1, 4]).iloc[:-1],
            "some shoppers lack a row for osmanthus in some quarter",
        ),
        (
            make_panel([[1, 1], [1, 1]], [0, 4]).assign(has_card=[True, False, False, False]),
            r"panel: 1 shoppers lose the card again \(panel_id 1\)",
        ),
    ],
)
def test_a_panel_that_cannot_answer_the_question_says_why(panel, message):
    with pytest.raises(ValueError, match=message):
        estimate_card_lift(panel, draws=5, seed=1)


def test_another_outcome_is_refused():
    with pytest.raises(ValueError, match="outcome is 'visits', expected purchases or amount_cny"):
        total_by_cohort(make_market(), outcome="visits")


def test_a_truth_without_others_is_refused():
    truth = load_truth("shoppers")
    with pytest.raises(ValueError, match=r"truth\.shoppers: expected shoppers with and without a card"):
        measure_true_card_gap(truth[truth["has_card"]])


def test_the_plot_takes_the_table_of_the_comparison_only():
    with pytest.raises(ValueError, match="comparison: missing columns: comparison, low, high"):
        plot_card_gap(pd.DataFrame({"ratio": [1.0]}))


@settings(max_examples=15)
@given(st.floats(1.0, 4.0), st.floats(-0.3, 0.5), st.lists(st.floats(0.5, 2.0), min_size=4, max_size=4))
def test_lift_is_recovered_whatever_selection_and_season_are(selection, lift, seasons):
    panel = make_market(selection=selection, lift=lift, seasons=seasons)
    assert estimate_card_lift(panel, draws=3, seed=1).value == pytest.approx(lift, abs=0.01)
