"""The gap between card holders and others (H-12): selection against lift, on panels with a known answer."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.charts.style import COLOURS
from crmlib.datasets.loaders import load_truth
from crmlib.loyalty.card import _ratio, compare_members_with_others, measure_true_card_gap, plot_card_gap
from tests.loyalty.calls import FRAMES
from tests.pictures import read_frame, read_lines, read_texts

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
        }
    )


def make_market(*, selection=2.0, lift=0.1, seasons=(1.0, 1.2, 0.9, 1.3)):
    """Six shoppers without noise: four take the card and buy `selection` times as much, two never do."""
    joined = [1, 1, 2, 2, 4, 4]
    level = 100 * np.array([selection, selection, selection, selection, 1, 1])
    after = np.arange(4) > np.array(joined)[:, None]
    bought = level[:, None] * np.array(seasons) * (1 + lift * after)
    return make_panel(np.rint(bought * 10).astype(int), joined)


def test_a_quarter_in_which_nobody_of_ours_is_needs_nobody_to_compare_with():
    # cohorts of 2 and 4 shoppers, two quarters; in the second they buy 6 and 4, so 2 of the others buy 2
    ours, others = np.array([[[False, True], [False, False]], [[False, False], [False, True]]])
    sums, sizes = np.array([[[9.0, 6.0], [9.0, 4.0]]]), np.array([[[2.0], [4.0]]])
    assert _ratio(sums, sizes, ours, others).tolist() == [3.0]
    both = np.array([[True, True], [False, False]])
    assert np.isnan(_ratio(sums, sizes, both, others)).all()  # in the first there is nobody to compare with


def read_ratios(panel, draws=10):
    """The three ratios by name."""
    return compare_members_with_others(panel, draws=draws, seed=1).set_index("comparison")["ratio"]


def test_lift_and_selection_are_recovered_where_there_is_no_noise():
    ratios = read_ratios(make_market(selection=2.0, lift=0.1))
    assert ratios["before the card"] == pytest.approx(2.0, abs=1e-3)
    assert ratios["the card itself"] == pytest.approx(1.1, abs=1e-3)
    # shoppers who take the card later are among the others, so the raw gap lies below selection times lift
    assert 1.5 < ratios["card holders against others"] < 2.2


def test_a_draw_without_anybody_to_compare_with_does_not_count():
    table = compare_members_with_others(make_market(), draws=300, seed=1)
    assert table.columns.tolist() == ["comparison", "ratio", "low", "high", "n"]
    assert table["n"].tolist() == [6, 6, 6]
    # six shoppers without noise: whoever is drawn, selection and effect are the same, and draws without
    # anybody to compare with (two of six never take the card) say nothing
    assert table.loc[1:, ["low", "high"]].to_numpy() == pytest.approx(
        table.loc[1:, ["ratio", "ratio"]].to_numpy(), rel=1e-3
    )


def test_a_gap_that_was_there_before_the_card_is_no_lift():
    assert read_ratios(make_market(selection=3.0, lift=0.0))["the card itself"] == pytest.approx(1, abs=1e-3)


def test_a_season_that_everybody_has_is_no_lift():
    panel = make_market(lift=0.0, seasons=(1.0, 1.0, 2.0, 4.0))
    assert read_ratios(panel)["the card itself"] == pytest.approx(1, abs=1e-3)


def test_a_poisson_regression_with_cohort_and_quarter_effects_gives_the_same_lift(firm):
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    rows = firm.panel[firm.panel["chain"] == "osmanthus"]
    number = rows["quarter"].rank(method="dense").astype(int)
    joined = number.where(rows["has_card"]).groupby(rows["panel_id"]).min().fillna(0).astype(int)
    cells = rows.assign(quarter=number, joined=rows["panel_id"].map(joined))
    totals = cells.groupby(["joined", "quarter"])["purchases"].sum().reset_index()
    totals = totals[totals["joined"] != totals["quarter"]]
    after = ((totals["joined"] > 0) & (totals["quarter"] > totals["joined"])).astype(float)
    design = np.column_stack(
        [
            pd.get_dummies(totals["joined"], dtype=float),
            pd.get_dummies(totals["quarter"], dtype=float, drop_first=True),
            after,
        ]
    )
    fit = GLM(totals["purchases"], design, family=Poisson()).fit()
    assert read_ratios(firm.panel, draws=2)["the card itself"] == pytest.approx(
        np.exp(fit.params.iloc[-1]), abs=1e-4
    )


def test_the_firms_gap_is_mostly_selection_and_the_lift_is_near_the_truth(firm):
    table = compare_members_with_others(firm.panel).set_index("comparison")
    truth = measure_true_card_gap(load_truth("shoppers")).set_index("comparison")["ratio"]
    raw, selection, lift = (table.loc[name] for name in table.index)
    assert 1.5 < raw["ratio"] < 2.6
    assert selection["low"] > 1.3
    assert lift["high"] < raw["low"]
    # bad luck is forgiven up to 3.3 standard errors, bias is not
    error = (lift["high"] - lift["low"]) / (2 * 1.96)
    assert abs(lift["ratio"] - truth["the card itself"]) < 3.3 * error


COME_AND_STAY = "panel: expected shoppers who take the card within the quarters, seen before and after it"


@pytest.mark.parametrize(
    ("panel", "message"),
    [
        (make_panel([[1, 1, 1]] * 2, [1, 1]), COME_AND_STAY),  # nobody without the card
        (make_panel([[1, 1, 1]] * 2, [4, 4]), COME_AND_STAY),  # nobody with it
        (make_panel([[1, 1, 1]] * 2, [0, 4]), COME_AND_STAY),  # nothing seen before it
        (make_panel([[1, 1, 1]] * 2, [2, 4]), COME_AND_STAY),  # nothing seen after the quarter of joining
        (make_panel([[1, 1, 1], [0, 0, 0]], [1, 4]), "panel: expected purchases of shoppers before and"),
        (make_panel([[0, 1, 1], [1, 1, 1]], [1, 4]), "panel: expected purchases of shoppers before and"),
        (make_panel([[1, 1, 0], [1, 1, 1]], [1, 4]), "panel: expected purchases of shoppers before and"),
        (
            make_panel([[1, 1, 1]] * 7, [1, *[4] * 6]).loc[lambda t: (t.index < 3) | (t.index % 3 > 0)],
            r"panel: 6 of 7 shoppers lack a row .* in some quarter \(panel_id 2, 3, 4, 5, 6\)\. Expected one",
        ),
        (
            make_panel([[1, 1]] * 8, [4] * 8).assign(has_card=[True, False] * 6 + [False, False] * 2),
            r"panel: 6 shoppers lose the card again \(panel_id 1, 2, 3, 4, 5\)",
        ),
        (
            make_panel([[1, 1]], [4]).assign(chain="rival_a"),
            "panel: 0 of 0 shoppers lack a row for osmanthus",
        ),
    ],
)
def test_a_panel_that_cannot_answer_the_question_says_why(panel, message):
    with pytest.raises(ValueError, match=message):
        compare_members_with_others(panel, draws=5)


def test_a_truth_without_others_is_refused():
    truth = FRAMES["truth.shoppers"]
    with pytest.raises(ValueError, match=r"truth\.shoppers: expected shoppers with and without a card"):
        measure_true_card_gap(truth[truth["has_card"]])


def test_the_crosses_of_the_truth_lie_on_their_own_comparisons():
    truth = measure_true_card_gap(FRAMES["truth.shoppers"])
    ax = plot_card_gap(FRAMES["comparison"], truth.iloc[::-1])
    (crosses,) = (line for line in ax.lines if line.get_label() == "truth")
    assert crosses.get_xdata().tolist() == truth["ratio"].tolist()


def test_the_title_sets_selection_beside_the_effect():
    comparison = pd.DataFrame(
        {
            "comparison": ["card holders against others", "before the card", "the card itself"],
            "ratio": [2.0, 1.84, 1.087],
            "low": [1.8, 1.6, 1.0],
            "high": [2.2, 2.1, 1.2],
        }
    )
    title = plot_card_gap(comparison).get_title()
    assert title == "1.8 times as many before the card.\nThe card itself: 1.09 times"
    assert plot_card_gap(comparison.head(1)).get_title() == ""


def test_the_picture_of_the_gap_holds_each_ratio_its_interval_and_the_truth():
    names = ["card holders against others", "before the card", "the card itself"]
    comparison = pd.DataFrame(
        {"comparison": names, "ratio": [2.0, 1.84, 1.087], "low": [1.8, 1.6, 1.0], "high": [2.2, 2.1, 1.2]}
    )
    truth = pd.DataFrame({"comparison": names, "ratio": [2.1, 1.9, 1.07]})
    ax = plot_card_gap(comparison, truth)
    assert read_frame(ax) == {
        "title": "1.8 times as many before the card.\nThe card itself: 1.09 times",
        "x": "purchases of card holders / of others (times)",
        "y": "comparison",
        "rows": names,
        "legend": ["truth"],
    }
    gap, before, effect, black = (COLOURS[name] for name in ("member", "no_card", "estimate", "truth"))
    assert read_lines(ax) == [
        (gap, "-", "", [1.8, 2.2], [0, 0]),
        (gap, "None", "o", [2.0], [0]),
        (before, "-", "", [1.6, 2.1], [1, 1]),
        (before, "None", "o", [1.84], [1]),
        (effect, "-", "", [1.0, 1.2], [2, 2]),
        (effect, "None", "o", [1.087], [2]),
        (black, "None", "x", [2.1, 1.9, 1.07], [0, 1, 2]),
        (black, ":", "", [1, 1], [0, 1]),  # no difference
    ]
    assert read_texts(ax) == [("2.00", 2.0, 0), ("1.84", 1.84, 1), ("1.09", 1.087, 2)]


def test_a_truth_with_a_gap_is_refused():
    truth = measure_true_card_gap(FRAMES["truth.shoppers"]).assign(ratio=[1.1, np.nan, 1.0])
    with pytest.raises(ValueError, match=r"comparison\.ratio: 1 of 3 rows is wrong"):
        plot_card_gap(FRAMES["comparison"], truth)


@settings(max_examples=15)
@given(st.floats(1.0, 4.0), st.floats(-0.3, 0.5), st.lists(st.floats(0.5, 2.0), min_size=4, max_size=4))
def test_lift_is_recovered_whatever_selection_and_season_are(selection, lift, seasons):
    panel = make_market(selection=selection, lift=lift, seasons=seasons)
    assert read_ratios(panel, draws=3)["the card itself"] == pytest.approx(1 + lift, abs=0.01)
