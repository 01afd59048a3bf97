"""Who counts as lost by each rule, by hand, and how often that is right."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crmlib.charts.interactive import Slider
from crmlib.charts.style import COLOURS, new_axes
from crmlib.churn import definitions
from crmlib.churn.definitions import (
    compare_churn_definitions,
    explore_silence_limit,
    mark_churned,
    plot_churn_definitions,
)
from crmlib.estimates.estimate import estimate_share
from crmlib.tables.errors import TableError
from tests.churn.calls import AS_OF, FRAMES
from tests.pictures import catch_live, read_bars, read_frame, read_lines, read_whiskers

UNTIL, TRUTH = FRAMES["receipts until"], FRAMES["truth.members"]
DAY = "2025-06-30"


def buy(**days_ago: list[int]) -> pd.DataFrame:
    """Receipts of customers c1, c2, …, each bought so many days before 30 June 2025."""
    rows = [(int(name[1:]), days) for name, several in days_ago.items() for days in several]
    when = pd.Timestamp(DAY) - pd.to_timedelta([days for _, days in rows], unit="D")
    return pd.DataFrame({"customer_id": [one for one, _ in rows], "purchased_at": when, "amount_cny": 10.0})


def leave(*days_ago: int | None) -> pd.DataFrame:
    """Truth of customers 1, 2, …, who left so many days before 30 June 2025 or are still here."""
    left = [None if days is None else pd.Timestamp(DAY) - pd.Timedelta(days=days) for days in days_ago]
    names = ["left_on", "second_started_on", "second_left_on"]
    truth = pd.DataFrame(dict(zip(names, (left, None, None), strict=True)), index=range(len(left)))
    return truth.astype("datetime64[us]").assign(customer_id=range(1, len(left) + 1))


# the four customers of the chapter: gaps of a week, a month and half a year, and one who bought once
FOUR = buy(c1=[42, 35], c2=[65, 35], c3=[332, 150], c4=[120])


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ({"silence_days": 90}, [3, 4]),
        ({"silence_days": 120}, [3]),  # silent for 120 days is not silent for more than 120 days
        ({"own_gaps": 3}, [1, 4]),  # customer 4 is measured by the middle gap, 30 days
        ({"own_gaps": 4}, [1]),  # 120 days are not more than four times 30
        ({"own_gaps": 5}, []),  # nor are 35 days more than five weeks
    ],
)
def test_each_rule_has_its_own_list(rule, expected):
    marked = mark_churned(FOUR, as_of=DAY, **rule)
    assert marked.loc[marked["churned"], "customer_id"].tolist() == expected


def test_who_bought_once_has_no_gap_of_her_own():
    marked = mark_churned(FOUR, as_of=DAY, own_gaps=3)
    assert marked["silence_days"].tolist() == [35, 35, 150, 120]
    assert marked["mean_gap_days"].tolist()[:3] == [7, 30, 182] and np.isnan(marked["mean_gap_days"][3])


def test_the_gap_is_the_mean_of_all_gaps():
    days = pd.to_datetime(["2024-01-01", "2024-01-11", "2024-01-31"])  # 10 and 20 days
    bought = pd.DataFrame({"customer_id": 7, "purchased_at": days, "amount_cny": 20.0})
    assert mark_churned(bought, as_of="2024-02-10", own_gaps=1)["mean_gap_days"].tolist() == [15]


def test_without_purchases_on_two_days_nobody_has_a_gap():
    with pytest.raises(ValueError, match=r"receipts: nobody bought on two days.*Give silence_days instead"):
        mark_churned(buy(c1=[100, 100], c2=[5]), as_of=DAY, own_gaps=3)


def test_a_longer_limit_never_calls_more_members_lost():
    shares = [mark_churned(UNTIL, as_of=AS_OF, silence_days=k)["churned"].mean() for k in (0.5, 90, 365)]
    assert shares == sorted(shares, reverse=True)
    assert (shares[0], shares[-1]) == (1, 0.5)


@pytest.mark.parametrize("rule", [{}, {"silence_days": 90, "own_gaps": 3}])
def test_exactly_one_definition_is_expected(rule):
    with pytest.raises(ValueError, match="expected exactly one of them, above 0"):
        mark_churned(FOUR, as_of=DAY, **rule)


def test_receipts_after_the_day_are_refused():
    with pytest.raises(TableError, match="purchases up to as_of, 2024-12-31"):
        mark_churned(FRAMES["receipts"], as_of=AS_OF, silence_days=90)


def test_found_is_a_share_of_the_gone_and_right_a_share_of_those_called_lost():
    # 3 and 4 are called lost; 1, 2 and 3 have gone, 2 only today
    table = compare_churn_definitions(FOUR, leave(20, 0, 100, None), as_of=DAY, limits=[90])
    names = ["definition", "churned_share", "found_share", "right_share", "low", "high", "n"]
    right, true = estimate_share(1, 2), estimate_share(3, 3)
    assert table.columns.tolist() == names
    assert table.iloc[[0, 2]].to_numpy().tolist() == [
        ["silent over 90 days", 0.5, 1 / 3, 0.5, right.low, right.high, 4],
        ["truth", 0.75, 1.0, 1.0, true.low, true.high, 4],
    ]
    assert table.loc[1, "definition"] == "silent over 3 own gaps"
    assert table.loc[1, ["found_share", "n"]].tolist() == [1 / 3, 4]


def test_the_last_line_is_the_truth():
    table = compare_churn_definitions(UNTIL, TRUTH, as_of=AS_OF, limits=[180], own_gaps=2.5)
    names = ["silent over 180 days", "silent over 2.5 own gaps", "truth"]
    assert table["definition"].tolist() == names
    assert table.iloc[-1][["churned_share", "found_share", "right_share"]].tolist() == [0.5, 1, 1]


def test_who_came_back_has_not_gone():
    day = "2025-03-01"
    until = FRAMES["receipts"][FRAMES["receipts"]["purchased_at"] <= day]
    row = compare_churn_definitions(until, TRUTH, as_of=day).set_index("definition").loc["truth"]
    assert row["churned_share"] == 29 / 60


def test_a_definition_that_calls_nobody_lost_has_no_right_share():
    row = compare_churn_definitions(UNTIL, TRUTH, as_of=AS_OF, limits=[2000]).iloc[0]
    assert row["churned_share"] == 0 and np.isnan(row["right_share"])


def test_members_without_a_truth_are_counted():
    with pytest.raises(ValueError, match=r"truth.members: 50 of 60 customers are unknown"):
        compare_churn_definitions(UNTIL, TRUTH.head(10), as_of=AS_OF)


def test_without_anybody_gone_there_is_nothing_to_find():
    with pytest.raises(
        ValueError, match=r"truth.members: 0 of 4 customers are unknown, 0 have gone\. Take all"
    ):
        compare_churn_definitions(FOUR, leave(None, None, None, None), as_of=DAY, limits=[90])


def test_the_picture_parts_those_called_lost_into_gone_and_still_here_and_marks_the_truth():
    # the truth stands first here, and the second rule calls nobody lost
    table = pd.DataFrame(
        {
            "definition": ["truth", "silent over 2000 days", "silent over 90 days"],
            "churned_share": [0.4, 0.0, 0.5],
            "right_share": [1.0, np.nan, 0.6],
            "low": [0.9, np.nan, 0.5],
            "high": [1.0, np.nan, 0.8],
        }
    )
    ax = plot_churn_definitions(table)
    assert ax.figure.get_figheight() == 3.4
    assert read_frame(ax) == {
        "x": "share of all members called lost",
        "y": "definition of churn",
        "rows": table["definition"].tolist(),
        "legend": ["truth", "truly gone", "still customers"],
    }
    gone, here = COLOURS["left"], "#FFFFFF"
    assert [(colour, left, width) for colour, left, _, width, _ in read_bars(ax)] == [
        (gone, 0, 0.4), (gone, 0, 0), (gone, 0, 0.3), (here, 0.4, 0), (here, 0, 0), (here, 0.3, 0.2)
    ]  # fmt: skip
    assert [bar.get_hatch() for bar in ax.patches] == [None] * 3 + ["//"] * 3
    # half to four fifths of the 50 % called lost; the truth has no interval
    assert read_whiskers(ax) == [[[0, 1], [0, 1]], [[0.25, 2], [0.4, 2]]]
    assert read_lines(ax)[-1] == (COLOURS["truth"], ":", "", [0.4, 0.4], [0, 1])
    assert {line[1] for line in read_lines(ax)[:-1]} == {"None"}, "no line joins the ends of the bars"
    assert ax.yaxis_inverted() and ax.xaxis.get_major_formatter()(0.25) == "25 %"


def test_the_live_limit_of_silence_shows_both_errors_by_hand(monkeypatch):
    # silent for 35, 35, 150 and 120 days; 1, 2 and 3 have gone
    call = lambda: explore_silence_limit(FOUR, leave(20, 0, 100, None), as_of=DAY)  # noqa: E731
    live = catch_live(monkeypatch, definitions, call)
    assert live["controls"] == {"limit": Slider("days of silence", 10, 540, 90, 10)}
    ax = new_axes()
    live["draw"](ax, limit=90)
    missed, false, limit = read_lines(ax)
    days = [float(day) for day in range(10, 541, 10)]
    unseen = [0.0 if day < 40 else 0.6667 if day < 150 else 1.0 for day in days]
    still = [0.25 if day < 40 else 0.5 if day < 120 else 0.0 for day in days]
    assert missed == (COLOURS["left"], "-", "", days, unseen)
    assert false == (COLOURS["stayed"], "--", "", days, still)
    assert limit == (COLOURS["truth"], ":", "", [90, 90], [0, 1])
    frame = read_frame(ax)
    assert frame.pop("rows") and frame == {
        "title": "over 90 days: 50 % of members called lost",
        "x": "limit of silence (days)",
        "y": "share of members",
        "legend": ["gone, but not noticed (of the gone)", "called lost, still here (of the called)"],
    }
    assert (ax.get_xlim(), ax.get_ylim()) == ((0, 540), (0, 1.02))
    assert ax.yaxis.get_major_formatter()(0.25) == "25 %"
