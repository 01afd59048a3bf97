"""Whom to write to (B-24): four members by hand, where the answer is built in, and the firm's truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crmlib.charts.interactive import Choice, Slider
from crmlib.charts.style import COLOURS, new_axes
from crmlib.estimates.estimate import estimate_difference
from crmlib.relationship_marketing import targeting
from crmlib.relationship_marketing.targeting import (
    compare_targeting,
    compare_uplift,
    explore_targeting,
    find_true_response,
    measure_response_by_score,
    plot_response_by_score,
)
from crmlib.trials.campaigns import CONTROL
from tests.pictures import catch_live, read_bars, read_frame, read_lines, read_texts, read_whiskers
from tests.relationship_marketing.calls import FRAMES
from tests.relationship_marketing.frames import make_results

# Two come anyway; the third, nearest to fifty-fifty, comes with a letter; the fourth has moved away.
LIKELIHOOD = [0.9, 0.65, 0.45, 0.1]
ANYWAY = [True, True, False, False]
OFFERED = [True, True, True, False]


def make_four():
    """The truth, the trial and the scores of the four members."""
    results = make_results(4).assign(arm=[CONTROL, "coupon"] * 2, stratum="all")
    ids = results["customer_id"]
    parts = [
        pd.DataFrame({"campaign_id": 5, "customer_id": ids, "arm": arm, "bought": bought})
        for arm, bought in ((CONTROL, ANYWAY), ("coupon", OFFERED))
    ]
    scores = pd.DataFrame({"customer_id": ids, "likelihood": LIKELIHOOD})
    return pd.concat(parts).astype({"arm": "category"}), results, scores


def make_trial(people=4000):
    """A trial in which a coupon moves nobody of the likelier half, and one in four of the rest."""
    results = make_results(people)
    likely = np.arange(people) >= people // 2
    bought = likely | (np.arange(people) % 8 == 1)  # members with an odd number have the coupon
    scores = pd.DataFrame({"customer_id": results["customer_id"], "likelihood": np.linspace(0, 1, people)})
    return results.assign(bought=bought), scores


@pytest.mark.parametrize(
    ("share", "order", "buyers", "extra"),
    [
        (0.25, "likeliest first", 1, 0),
        (0.25, "undecided first", 1, 1),
        (0.25, "at random", 0.75, 0.25),
        (0.5, "likeliest first", 2, 0),
        (0.5, "undecided first", 2, 1),
        (0.001, "undecided first", 1, 1),  # at least one letter
    ],
)
def test_the_likeliest_is_counted_and_the_undecided_are_moved(share, order, buyers, extra):
    row = compare_targeting(*make_four(), written_share=share).set_index("order").loc[order]
    assert (row["buyers"], row["extra_buyers"]) == (buyers, extra)
    assert row["extra_per_100"] == pytest.approx(100 * extra / row["written"])


def test_whom_a_letter_keeps_away_counts_against_it():
    outcomes, results, scores = make_four()
    outcomes["bought"] = ~outcomes["bought"].to_numpy()
    table = compare_targeting(outcomes, results, scores, written_share=1)
    assert (table["extra_buyers"] == -1).all()


def test_if_everybody_is_written_to_the_order_does_not_matter():
    table = compare_targeting(*make_four(), written_share=1)
    assert table[["written", "buyers", "extra_buyers"]].drop_duplicates().to_numpy().tolist() == [[4, 3, 1]]


def test_the_true_response_compares_each_member_with_itself():
    table = find_true_response(*make_four(), groups=2)
    assert table["control_share"].tolist() == [0.0, 1.0]
    assert table["treated_share"].tolist() == [0.5, 1.0]
    assert table["uplift"].tolist() == [0.5, 0.0] and table["n"].tolist() == [2, 2]
    assert table["forecast"].tolist() == pytest.approx([0.275, 0.775])


def test_the_measured_response_compares_the_arms_of_each_group():
    results, scores = make_trial(400)
    both = results.merge(scores, on="customer_id").sort_values("likelihood")
    for place, row in enumerate(measure_response_by_score(results, scores, groups=4).itertuples()):
        part = both[100 * place : 100 * place + 100]
        counts = part.groupby("arm")["bought"].agg(["sum", "size"])
        one = estimate_difference(*counts.loc["coupon"], *counts.loc[CONTROL])
        assert (row.uplift, row.low, row.high, row.n) == pytest.approx((one.value, one.low, one.high, 100))
        assert row.treated_share - row.control_share == pytest.approx(row.uplift)


def test_a_letter_that_moves_the_unlikely_does_less_among_the_likeliest():
    results, scores = make_trial()
    rest = results[:2800]
    uplift = [rest.loc[rest["arm"] == arm, "bought"].mean() for arm in ("coupon", CONTROL)]
    gap = compare_uplift(results, scores)
    assert gap.value == pytest.approx(-(uplift[0] - uplift[1])) and gap.high < 0
    assert gap.unit == "percentage points" and gap.n == 4000


def test_at_the_firm_the_likeliest_need_no_letter(outcomes, results, tested):
    table = compare_targeting(outcomes, results, tested).set_index("order")
    assert table["buyers"].idxmax() == "likeliest first"
    extra = table["extra_buyers"]
    assert extra["likeliest first"] < extra["at random"] < extra["undecided first"]


def test_at_the_firm_the_measured_intervals_cover_the_truth(outcomes, results, tested):
    measured = measure_response_by_score(results, tested)
    truth = find_true_response(outcomes, results, tested)
    assert truth["uplift"].idxmax() in (2, 3)  # the middle groups of five
    assert truth["uplift"].between(measured["low"], measured["high"]).sum() >= 4
    tenths = find_true_response(outcomes, results, tested, groups=10)["uplift"]
    true_gap = tenths.tail(3).mean() - tenths.head(7).mean()
    assert true_gap < 0 and compare_uplift(results, tested).covers(true_gap)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda t: measure_response_by_score(t["results"], t["scores"].head(30)),
            "scores: 10 members of the trial have no score",
        ),
        (
            lambda t: measure_response_by_score(t["results"], t["scores"], groups=40),
            "results: nobody of group 1 is in one of the two arms",
        ),
        (
            lambda t: compare_uplift(t["results"], t["scores"], top_share=0.01),
            "results: nobody of the likeliest is in one of the two arms",
        ),
        (
            lambda t: find_true_response(t["truth.outcomes"].head(50), t["results"], t["scores"]),
            r"truth.outcomes: some members of results have no outcome with or without the offer",
        ),
    ],
)
def test_members_that_cannot_be_compared_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call(FRAMES)


def test_the_plot_counts_extra_buyers_in_a_hundred_and_names_the_top_of_the_truth():
    truth = pd.DataFrame({"forecast": [0.1, 0.5, 0.9], "uplift": [0.01, 0.08, 0.02]})
    measured = truth.assign(uplift=[0.0, 0.02, 0.06], low=-0.1, high=0.2)
    ax = plot_response_by_score(measured, truth)
    frame = read_frame(ax)
    del frame["rows"]
    assert frame == {
        "title": "in truth the letter does most at a likelihood of 50 %",
        "x": "likelihood to buy before the letter",
        "y": "extra buyers per 100 written to",
        "legend": ["truth", "measured"],
    }
    lines = read_lines(ax)
    assert lines[:2] == [
        (COLOURS["truth"], ":", "", [0, 1], [0, 0]),
        (COLOURS["estimate"], "None", "o", [0.1, 0.5, 0.9], [0, 2, 6]),
    ]
    assert lines[-1] == (COLOURS["truth"], "-", "D", [0.1, 0.5, 0.9], [1, 8, 2])
    assert read_whiskers(ax) == [[[place, -10], [place, 20]] for place in (0.1, 0.5, 0.9)]
    assert ax.xaxis.get_major_formatter()(0.25) == "25 %"
    alone = read_frame(plot_response_by_score(measured))
    assert alone["title"] == "measured the letter does most at a likelihood of 90 %"
    assert alone["legend"] == ["measured"]


@pytest.fixture
def live(monkeypatch):
    """What the live figure for the four members is made of."""
    return catch_live(monkeypatch, targeting, lambda: explore_targeting(*make_four()))


def test_the_live_figure_begins_with_the_likeliest_third(live):
    orders = ("likeliest first", "undecided first", "at random")
    assert live["controls"] == {
        "written_percent": Slider("written to (% of members)", 5, 100, 30, 5),
        "order": Choice("order", orders, "likeliest first"),
    }


def test_the_live_figure_sets_extra_buyers_below_the_buyers_counted(live):
    ax = new_axes()
    live["draw"](ax, written_percent=50, order="undecided first")
    assert read_frame(ax) == {
        "title": "undecided first: in truth 50.0 extra buyers per 100 letters",
        "x": "customers, of 2 written to",
        "y": "what is counted",
        "rows": ["buyers counted", "because of the letter"],
    }
    bars = [(colour, left, width) for colour, left, _, width, _ in read_bars(ax)]
    assert bars == [(COLOURS["control"], 0, 2), (COLOURS["estimate"], 0, 1)]
    assert [bar.get_hatch() for bar in ax.patches] == [None, "//"]
    assert [text for text, *_ in read_texts(ax)] == ["2", "1"]
    lots = new_axes()
    live["draw"](lots, written_percent=50, order="at random")  # 1.5 buyers on average, one in three extra
    assert [text for text, *_ in read_texts(lots)] == ["2", "0"]
    assert ax.get_xlim() == pytest.approx((0, 2.3)) and ax.get_ylim()[0] > ax.get_ylim()[1]


def test_the_live_figure_has_room_for_buyers_whom_the_letter_kept_away(monkeypatch):
    outcomes, results, scores = make_four()
    outcomes["bought"] = ~outcomes["bought"].to_numpy()
    live = catch_live(monkeypatch, targeting, lambda: explore_targeting(outcomes, results, scores))
    ax = new_axes()
    live["draw"](ax, written_percent=100, order="at random")  # one comes all the same, one stays away
    assert ax.get_xlim() == pytest.approx((-1.2, 1.15))


def test_the_table_of_targets_sets_the_three_orders_one_below_the_other():
    expected = pd.DataFrame(
        {
            "order": ["likeliest first", "undecided first", "at random"],
            "written": 2,
            "buyers": [2.0, 2.0, 1.5],
            "extra_buyers": [0.0, 1.0, 0.5],
            "extra_per_100": [0.0, 50.0, 25.0],
        }
    )
    pd.testing.assert_frame_equal(compare_targeting(*make_four(), written_share=0.5), expected)


def test_the_true_response_has_a_row_for_each_group():
    expected = pd.DataFrame(
        {
            "group": [1, 2],
            "forecast": [0.275, 0.775],
            "control_share": [0.0, 1.0],
            "treated_share": [0.5, 1.0],
            "uplift": [0.5, 0.0],
            "n": 2,
        }
    )
    pd.testing.assert_frame_equal(find_true_response(*make_four(), groups=2), expected)
