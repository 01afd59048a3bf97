"""Satisfaction with other things equal (H-03): a known table, a second computation, the truth of the firm."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crmlib.charts.interactive import Slider
from crmlib.charts.style import COLOURS, new_axes
from crmlib.datasets.loaders import load_truth
from crmlib.estimates.estimate import estimate_share
from crmlib.satisfaction import model
from crmlib.satisfaction.answers import add_competition, follow_answers
from crmlib.satisfaction.model import explore_repurchase_curve, fit_repurchase
from tests.pictures import catch_live, read_frame, read_lines
from tests.satisfaction.calls import FRAMES

HIGH = "one more point of satisfaction, competition high"
LOW = "one more point of satisfaction, competition low"


@pytest.fixture(scope="module")
def answered(firm):
    """All answers that can be followed for a year."""
    return add_competition(follow_answers(firm.surveys, firm.receipts), firm.members, firm.stores)


@pytest.fixture(scope="module")
def everybody(firm):
    """The same as if all invited members had answered at once, as only the truth knows."""
    invited = firm.surveys[["survey_id", "customer_id", "invited_on"]]
    complete = invited.merge(load_truth("surveys"), on="survey_id").rename(
        columns={"invited_on": "answered_on"}
    )
    return add_competition(follow_answers(complete, firm.receipts), firm.members, firm.stores)


@pytest.fixture
def draw_curve(monkeypatch):
    """Answers, rivals, score → the axes of the live figure at these settings."""
    caught = {}
    monkeypatch.setattr(model, "explore", lambda draw, **options: caught.update(draw=draw))

    def draw(answers, *, rivals, score=3):
        explore_repurchase_curve(answers)
        ax = new_axes()
        caught["draw"](ax, rivals=rivals, score=score)
        return ax

    return draw


def test_satisfaction_keeps_customers_only_where_they_can_choose(everybody):
    # without activity: earlier purchases are partly a consequence of satisfaction and would hide its effect
    odds = fit_repurchase(everybody).set_index("term")
    assert odds.loc[HIGH, "high"] < 1
    assert odds.loc["the same, high against low", "high"] < 1
    change = np.log(odds["odds_ratio"]).abs()
    assert change[LOW] < change[HIGH] / 2


def test_the_estimate_from_the_answers_is_near_the_truth_of_all_invited(answered, everybody):
    estimate, truth = (fit_repurchase(rows).set_index("term").loc[HIGH] for rows in (answered, everybody))
    error = np.log(estimate["high"] / estimate["low"]) / (2 * 1.96)
    assert abs(np.log(estimate["odds_ratio"] / truth["odds_ratio"])) < 3.3 * error


def test_the_odds_ratio_of_a_two_by_two_table_is_the_cross_product():
    # scores 4 and 5 only: 10 of 40 left at 4, 5 of 60 at 5, the same in every zone: (5/55) / (10/30) = 0.2727
    part = pd.DataFrame(
        {"satisfaction": [4] * 40 + [5] * 60, "left": [True] * 10 + [False] * 30 + [True] * 5 + [False] * 55}
    )
    rows = pd.concat(
        [part.assign(competition=level) for level in ("low", "medium", "high")], ignore_index=True
    )
    odds = fit_repurchase(rows.assign(purchases_before=1)).set_index("term")["odds_ratio"]
    assert odds[LOW] == pytest.approx(3 / 11, abs=1e-6)
    assert odds["the same, high against low"] == pytest.approx(1, abs=1e-6)


def test_statsmodels_finds_the_same_odds_intervals_and_p_values(answered):
    from statsmodels.discrete.discrete_model import Logit

    zones = pd.get_dummies(answered["competition"], dtype=float)
    slopes = zones.mul(answered["satisfaction"] - 4, axis=0).add_prefix("slope ")
    activity = np.log2(1 + answered["purchases_before"]).rename("activity")
    design = pd.concat([zones, slopes, activity], axis=1)
    fit = Logit(answered["left"].astype(float), design).fit(disp=0)
    asked = {
        LOW: {"slope low": 1},
        HIGH: {"slope high": 1},
        "the same, high against low": {"slope high": 1, "slope low": -1},
        "competition high against low, at score 4": {"high": 1, "low": -1},
        "twice as many purchases before": {"activity": 1},
    }
    contrasts = pd.DataFrame(asked, index=design.columns).fillna(0).T
    theirs = fit.t_test(contrasts.to_numpy())
    ours = fit_repurchase(answered, with_activity=True).set_index("term").loc[list(asked)]
    expected = np.column_stack([np.exp(theirs.effect), np.exp(theirs.conf_int()), theirs.pvalue])
    np.testing.assert_allclose(ours[["odds_ratio", "low", "high", "p_value"]], expected, rtol=1e-4, atol=1e-9)


@pytest.mark.parametrize(
    ("left", "message"),
    [
        ([False] * 24, "a group has only one score, or all of 24 left or stayed"),
        ([True, False] * 12, "the scores tell leaving apart perfectly"),
    ],
)
def test_a_curve_that_cannot_be_fitted_says_why(left, message):
    rows = pd.DataFrame({"satisfaction": [1, 5] * 12, "left": left, "rivals": [0, 0, 1, 1] * 6})
    with pytest.raises(ValueError, match=f"answers: {message}.*plot_repurchase_by_score"):
        explore_repurchase_curve(rows)


def test_a_level_without_answers_is_refused():
    rows = pd.DataFrame({"satisfaction": [1, 5] * 12, "left": [True, False, False, True] * 6,
                         "competition": "low", "purchases_before": 1})  # fmt: skip
    with pytest.raises(ValueError, match="a group has only one score"):
        fit_repurchase(rows)


@pytest.mark.parametrize("rivals", range(5))
def test_the_fitted_curve_lies_inside_its_band(draw_curve, rivals):
    ax = draw_curve(FRAMES["answers"], rivals=rivals)
    fitted = next(line for line in ax.lines if line.get_label().startswith("fitted"))
    band = ax.collections[0].get_paths()[0].vertices
    for score, share in fitted.get_xydata():
        edges = band[np.isclose(band[:, 0], score), 1]
        assert 0 < edges.min() < share < edges.max() < 100


def test_the_curve_is_steeper_where_there_are_rivals_and_the_title_says_by_how_much(draw_curve, everybody):
    steep, flat = (draw_curve(everybody, rivals=rivals, score=1) for rivals in (4, 0))
    gains = [int(ax.get_title().split(": ")[1].split(" of")[0]) for ax in (steep, flat)]
    assert gains[0] > gains[1] + 3
    assert steep.get_title().startswith("Score 2 against 1: +")


def test_the_interval_in_the_title_is_that_of_statsmodels(draw_curve, answered):
    from scipy.special import expit
    from statsmodels.discrete.discrete_model import Logit

    score = answered["satisfaction"].to_numpy(dtype=float) - 4
    rivals = answered["rivals"].to_numpy(dtype=float)
    design = np.column_stack([np.ones_like(score), score, rivals, score * rivals])
    fit = Logit(answered["left"].astype(float), design).fit(disp=0)
    rows = np.array([[1, -1, 3, -3], [1, 0, 3, 0]])  # scores 3 and 4 with three rivals
    change = [expit(rows @ (fit.params.to_numpy() + step)) @ [1, -1] for step in 1e-5 * np.eye(4)]
    gain = expit(rows @ fit.params.to_numpy()) @ [1, -1]
    gradient = (np.array(change) - gain) / 1e-5
    half = 1.959964 * np.sqrt(gradient @ fit.cov_params().to_numpy() @ gradient)
    low, high = 100 * (gain - half), 100 * (gain + half)
    title = draw_curve(answered, rivals=3).get_title()
    assert title == f"Score 4 against 3: {100 * gain:+.0f} of 100 come back ({low:.0f} to {high:.0f})"


def test_every_dot_has_its_own_interval_and_every_grey_line_its_number_of_rivals(draw_curve):
    ax = draw_curve(FRAMES["answers"], rivals=2)
    assert [text.get_text() for text in ax.texts] == ["0", "1", "3", "4"]
    seen = FRAMES["answers"].query("rivals == 2")
    dots = next(line for line in ax.lines if line.get_marker() == "o").get_xydata()
    assert [tuple(dot) for dot in dots] == [(5, 100)]  # the only score that five of them gave
    (bars,) = (part for part in ax.collections if hasattr(part, "get_segments"))
    wilson = estimate_share(int((seen["satisfaction"] == 5).sum()), 6)
    assert bars.get_segments()[0][:, 1] == pytest.approx([100 * wilson.low, 100])


@pytest.mark.parametrize(("gone", "shown"), [(1, [(5, 100)]), (2, [])])
def test_a_score_that_five_gave_has_a_dot_and_one_that_four_gave_has_none(draw_curve, gone, shown):
    answers = FRAMES["answers"]
    some = answers.query("rivals == 2 and satisfaction == 5").index[:gone]
    ax = draw_curve(answers.drop(index=some), rivals=2)
    dots = next(line for line in ax.lines if line.get_marker() == "o").get_xydata()
    assert [tuple(dot) for dot in dots] == shown


def test_each_grey_line_is_the_curve_of_its_number_of_rivals(draw_curve):
    ax = draw_curve(FRAMES["answers"], rivals=2)
    assert len(ax.texts) == 4
    for text, grey in zip(ax.texts, ax.lines, strict=False):
        own = draw_curve(FRAMES["answers"], rivals=int(text.get_text()))
        (thick,) = (line for line in own.lines if line.get_linewidth() == 2.5)
        np.testing.assert_allclose(grey.get_ydata(), thick.get_ydata())
        assert text.get_position()[1] == grey.get_ydata()[0]


def test_the_live_curve_marks_the_step_that_its_title_names(monkeypatch, answered):
    live = catch_live(monkeypatch, model, lambda: explore_repurchase_curve(answered))
    assert live["controls"] == {
        "rivals": Slider("rivals within walking distance", 0, 4, 0, 1),
        "score": Slider("one more point, from score", 1, 4, 3, 1),
    }
    ax = new_axes()
    live["draw"](ax, rivals=2, score=4)
    *thin, curve, dots, step = [line for line in read_lines(ax) if line[2] != "_"]
    assert len(thin) == 4 and [text.get_text() for text in ax.texts] == ["0", "1", "3", "4"]
    assert curve[:3] == (COLOURS["estimate"], "-", "") and (curve[3][0], curve[3][-1]) == (1, 5)
    assert dots[:3] == ("#000000", "None", "o")
    at = dict(zip(curve[3], curve[4], strict=True))
    assert step == ("#000000", "--", "", [4, 5, 5], [at[4], at[4], at[5]])
    frame = read_frame(ax)
    assert frame["title"].startswith(f"Score 5 against 4: {round(at[5] - at[4]):+d} of 100 come back (")
    assert frame["legend"] == ["fitted, rivals: 2", "observed"]
    assert (frame["x"], frame["y"]) == (
        "satisfaction (score from 1 to 5)", "came back within the period (%)"
    )  # fmt: skip
    assert (ax.get_xlim(), ax.get_ylim()) == ((0.7, 5.2), (0, 102))
    assert ax.get_xticks().tolist() == [1, 2, 3, 4, 5]
