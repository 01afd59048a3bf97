"""Three lists of steps, the times of each, and the problems that nobody reported."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crmlib.charts.style import COLOURS
from crmlib.estimates.estimate import estimate_share
from crmlib.recovery.complaints import (
    list_complaint_steps,
    list_taboos,
    measure_reporting,
    measure_step_times,
    plot_reporting,
)
from tests.pictures import read_bars, read_frame, read_whiskers
from tests.recovery.calls import FRAMES

COMPLAINTS, PROBLEMS = FRAMES["complaints"], FRAMES["truth.problems"]


@pytest.mark.parametrize(
    ("name", "order"),
    [
        ("five_steps", "listen, write, judge, propose, follow"),  # G-19
        (
            "store_chain",
            "polite, listen, apologise acknowledge thank, ask, propose agree, hand follow",
        ),  # G-20
        ("sales_deck", "listen, repeat, apologise, acknowledge, explain, thank"),  # G-21
    ],
)
def test_the_steps_stand_in_the_order_of_the_sources(name, order):
    steps = list_complaint_steps().set_index("what")[name]
    wanted = [words.split() for words in order.split(", ")]
    assert set(steps) - {"–"} == {str(number) for number in range(1, len(wanted) + 1)}
    for number, words in enumerate(wanted, start=1):
        for word, what in zip(words, steps.index[steps == str(number)], strict=True):
            assert word in what


def test_the_lists_disagree_about_apology_and_justification():
    steps = list_complaint_steps().set_index("what")
    assert steps.loc["judge whether it is justified"].tolist() == ["3", "–", "–"]
    assert steps.loc["apologise"].tolist() == ["–", "3", "3"]
    common = [what for what, row in steps.iterrows() if (row != "–").all()]
    assert common == ["listen", "propose or explain a solution"]


def test_there_are_fourteen_taboos_in_two_languages():
    taboos = list_taboos()
    assert len(taboos) == 14 and taboos["taboo"].is_unique and taboos["taboo_zh"].is_unique


def test_open_complaints_are_counted_and_not_timed():
    # offers after 1 to 7 days, the eighth complaint is open; each step as a wait since the step before
    times = measure_step_times(COMPLAINTS).set_index("step")
    assert times["reached"].tolist() == [8, 7, 7, 7] and times["open"].tolist() == [0, 1, 1, 1]
    assert times["median_hours"].tolist() == [2, 4 * 24 - 2, 24, 5 * 24]
    waits = 24 * np.arange(1, 8) - 2
    assert times.loc["offered", "slowest_tenth_hours"] == pytest.approx(np.quantile(waits, 0.9))


def test_a_step_that_nobody_reached_has_no_time():
    times = measure_step_times(COMPLAINTS.tail(1)).set_index("step")
    assert times["reached"].tolist() == [1, 0, 0, 0]
    assert times["median_hours"].isna().tolist() == [False, True, True, True]


@pytest.mark.parametrize(
    ("column", "message"),
    [
        ("acknowledged_at", r"1 have acknowledged_at before opened_at \(complaint_id 3\)\. Swap them"),
        ("offered_at", r"1 have offered_at before acknowledged_at \(complaint_id 3\)\. Swap them"),
        ("closed_at", r"1 have closed_at before offered_at \(complaint_id 3\)\. Swap them"),
    ],
)
def test_a_step_before_the_one_before_it_is_named(column, message):
    wrong = COMPLAINTS.copy()
    wrong.loc[2, column] = pd.Timestamp("2025-01-01")
    with pytest.raises(ValueError, match=message):
        measure_step_times(wrong)


def test_the_first_five_of_many_wrong_complaints_are_named():
    wrong = COMPLAINTS.assign(acknowledged_at=pd.Timestamp("2025-01-01"))
    with pytest.raises(ValueError, match=r"8 have acknowledged_at .*\(complaint_id 1, 2, 3, 4, 5\)"):
        measure_step_times(wrong)


def test_two_steps_may_be_taken_at_one_moment():
    at_once = COMPLAINTS.assign(acknowledged_at=COMPLAINTS["opened_at"])
    assert measure_step_times(at_once).set_index("step").loc["acknowledged", "median_hours"] == 0


@pytest.mark.parametrize("by", ["severity", "topic"])
def test_reporting_adds_up_over_levels(by):
    table = measure_reporting(PROBLEMS, by=by).set_index("level")
    parts, everything = table.drop("all"), table.loc["all"]
    told = int(PROBLEMS["complaint_id"].notna().sum())
    assert parts["problems"].sum() == everything["problems"] == len(PROBLEMS)
    assert (parts["problems"] * parts["reported_share"]).sum() == pytest.approx(told)
    assert everything["problems_per_complaint"] == pytest.approx(len(PROBLEMS) / told)
    share = estimate_share(told, len(PROBLEMS))
    assert everything[["low", "high"]].tolist() == pytest.approx([share.low, share.high])


def test_without_a_complaint_no_number_of_problems_stands_behind_it():
    silent = measure_reporting(PROBLEMS.assign(complaint_id=pd.NA))
    assert silent["problems_per_complaint"].isna().all() and (silent["reported_share"] == 0).all()


def test_the_iceberg_shows_what_was_reported_and_what_was_kept_silent():
    reporting = pd.DataFrame(
        {"level": ["minor", "all"], "problems": [1200, 1500], "reported_share": [0.2, 0.25],
         "low": [0.1, 0.2], "high": [0.35, 0.3]}
    )  # fmt: skip
    ax = plot_reporting(reporting)
    assert read_frame(ax) == {
        "x": "share of all problems",
        "y": "kind of problem",
        "rows": ["minor (n = 1,200)", "all (n = 1,500)"],
        "legend": ["reported", "kept silent"],
    }
    told, silent = COLOURS["dissatisfied"], "#FFFFFF"
    assert [(colour, left, width) for colour, left, _, width, _ in read_bars(ax)] == [
        (told, 0, 0.2), (told, 0, 0.25), (silent, 0.2, 0.8), (silent, 0.25, 0.75)
    ]  # fmt: skip
    assert [bar.get_hatch() for bar in ax.patches] == [None, None, "//", "//"]
    assert read_whiskers(ax) == [[[0.1, 0], [0.35, 0]], [[0.2, 1], [0.3, 1]]]
    assert ax.yaxis_inverted() and ax.xaxis.get_major_formatter()(0.25) == "25 %"


def test_the_taboos_are_numbered_in_the_order_of_the_course():
    taboos = list_taboos()
    assert taboos["number"].tolist() == list(range(1, 15))
    assert taboos.loc[[0, 13], "taboo_zh"].tolist() == ["回避问题", "事后忘记承诺"]  # G-22
