"""Winning against keeping (H-16): counted and incremental cost, by hand and at the firm."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from crmlib.charts.interactive import Slider
from crmlib.charts.style import COLOURS, new_axes
from crmlib.loyalty import winning
from crmlib.loyalty.winning import cost_per_customer, explore_winning_or_keeping, plot_cost_ratios
from crmlib.trials.trial import compare_costs
from tests.loyalty.calls import FRAMES, make_trial
from tests.pictures import catch_live, read_bars, read_frame, read_lines, read_texts

TABLES = [FRAMES[name] for name in ("marketing_costs", "members", "receipts")]


def test_counted_costs_divide_money_and_hours_by_customers():
    table = cost_per_customer(*TABLES, as_of="2026-01-01")
    # two members joined in 2025 for 120 yuan and 2 hours; two of the older ones bought in 2025, for 10 yuan
    names = ["purpose", "cost_cny", "staff_hours", "customers", "cost_each_cny", "hours_each"]
    rows = [("acquisition", 120.0, 2.0, 2, 60.0, 1.0), ("retention", 10.0, 0.5, 2, 5.0, 0.25)]
    pd.testing.assert_frame_equal(table, pd.DataFrame(rows, columns=names))


def test_who_joins_on_the_first_day_of_the_year_is_new_and_who_came_the_day_before_is_kept():
    members = pd.DataFrame({"customer_id": [1, 2, 3, 4], "joined_on": pd.to_datetime(
        ["2024-12-31", "2025-01-01", "2025-12-31", "2026-01-01"])})  # fmt: skip
    receipts = pd.DataFrame({"customer_id": [1, 2, 3, 4], "purchased_at": pd.Timestamp("2025-12-31 12:00")})
    table = cost_per_customer(TABLES[0], members, receipts, as_of="2026-01-01")
    assert table["customers"].tolist() == [2, 1]


@pytest.mark.parametrize(
    ("as_of", "joined", "bought"), [("2020-01-01", 0, 0), ("2025-01-01", 2, 0), ("2027-01-01", 0, 0)]
)
def test_a_year_without_customers_is_refused(as_of, joined, bought):
    message = f"members and receipts: {joined} members joined from .*, {bought} of the older ones bought"
    with pytest.raises(ValueError, match=message):
        cost_per_customer(*TABLES, as_of=as_of)


@pytest.mark.parametrize("purpose", ["acquisition", "retention"])
def test_a_year_without_costs_of_a_purpose_is_refused(purpose):
    costs = FRAMES["marketing_costs"]
    message = f"marketing_costs: no costs of {purpose} from 2025-01-01 until 2026-01-01"
    with pytest.raises(ValueError, match=message):
        cost_per_customer(costs[costs["purpose"] != purpose], *TABLES[1:], as_of="2026-01-01")


def test_receipts_after_the_year_change_nothing():
    late = FRAMES["receipts"].head(3).assign(receipt_id=[91, 92, 93], purchased_at=pd.Timestamp("2027-05-05"))
    longer = pd.concat([FRAMES["receipts"], late], ignore_index=True)
    ours, theirs = (
        cost_per_customer(*TABLES[:2], receipts, as_of="2026-01-01") for receipts in (TABLES[2], longer)
    )
    pd.testing.assert_frame_equal(ours, theirs)


def test_the_firm_counts_several_times_the_cost_for_a_new_member(firm):
    # N-59 and N-60: 5 to 8 times the cost, more than 6 times the time
    counted = cost_per_customer(firm.marketing_costs, firm.members, firm.receipts, as_of="2026-01-01")
    new, kept = counted[["cost_each_cny", "hours_each"]].to_numpy()
    assert (new / kept > 3).all()


def test_the_chart_holds_the_counted_ratios_and_that_of_each_trial():
    # 60 against 10 yuan, 1 against 0.5 hours; 100 yuan a won customer against 20 a kept one
    keeping = make_trial(cost=200.0, name="double_points")
    ax = plot_cost_ratios(FRAMES["counted"], make_trial(), [keeping])
    ratio = compare_costs(make_trial(), keeping)
    assert read_frame(ax) == {
        "title": "Counted, a new customer costs 6.0 times as much.\nBecause of the money: 5.0 to 5.0 times",
        "x": "cost of a new customer / cost of a kept one (times)",
        "y": "how it is counted",
        "rows": ["counted: money", "counted: time", "incremental: double points"],
        "legend": ["claimed cost: 5 to 8 times", "equal cost"],
    }
    counted, estimated = COLOURS["no_card"], COLOURS["estimate"]
    assert read_lines(ax) == [
        ("#000000", ":", "", [1, 1], [0, 1]),
        (counted, "-", "", [6, 6], [0, 0]),
        (counted, "None", "s", [6], [0]),
        (counted, "-", "", [2, 2], [1, 1]),
        (counted, "None", "s", [2], [1]),
        (estimated, "-", "", [round(ratio.low, 4), round(ratio.high, 4)], [2, 2]),
        (estimated, "None", "o", [5], [2]),
    ]
    assert read_texts(ax) == [("6.0", 6, 0), ("2.0", 2, 1), ("5.0", 5, 2)]
    assert [bar[:4:2] + bar[3:4] for bar in read_bars(ax)] == [(COLOURS["claim"], 0, 3)]
    assert ax.get_xscale() == "log" and ax.get_xlim() == pytest.approx((0.08, 125))
    ticks = dict(zip(ax.get_xticks(), (one.get_text() for one in ax.get_xticklabels()), strict=True))
    assert ticks == {place: f"{place:g}" for place in (0.1, 0.3, 1, 3, 10, 30, 100)}


def test_a_ratio_without_limit_is_drawn_at_the_edge_of_the_chart():
    ax = plot_cost_ratios(FRAMES["counted"], make_trial(extra=-3.0), [make_trial()])
    assert max(line.get_xdata()[-1] for line in ax.lines) == 100
    assert ("inf", 100, 2) in read_texts(ax)


@pytest.mark.parametrize(
    ("draws", "arrows"),
    [
        # 100 yuan a won customer against 80 / kept: 1.25 times the number kept
        ([20.0, 10.0, 40.0], []),  # 12.5 to 50 times: all of it on the chart
        ([-5.0, 10.0, 40.0], ["<"]),  # a trial that kept nobody: from 0 times on
        ([20.0, 10.0, 9000.0], [">"]),
    ],
)
def test_an_arrow_says_where_an_interval_goes_on_beyond_the_chart(draws, arrows):
    keeping = replace(make_trial(cost=80.0, name="coupon"), repeated=np.array(draws))
    winning = replace(make_trial(), repeated=np.array([10.0, 10.0, 10.0]))
    ax = plot_cost_ratios(FRAMES["counted"], winning, [keeping])
    drawn = [(line.get_marker(), line.get_color()) for line in ax.lines if line.get_marker() in ("<", ">")]
    assert drawn == [(arrow, COLOURS["estimate"]) for arrow in arrows]
    inside = ax.get_xlim()
    assert all(inside[0] < x < inside[1] for line in ax.lines for x in line.get_xdata() if x != 1)


def test_the_title_names_what_was_counted_and_what_the_money_did():
    trials = [make_trial(cost=200.0), make_trial(cost=500.0)]
    title = plot_cost_ratios(FRAMES["counted"], make_trial(), trials).get_title()
    ratios = sorted(compare_costs(make_trial(), trial).value for trial in trials)
    assert title.splitlines() == [
        "Counted, a new customer costs 6.0 times as much.",
        f"Because of the money: {ratios[0]:.1f} to {ratios[1]:.1f} times",
    ]
    alone = plot_cost_ratios(FRAMES["counted"], make_trial(), []).get_title()
    assert alone == "Counted, a new customer costs 6.0 times as much."


def test_a_purpose_that_was_not_counted_is_named():
    with pytest.raises(ValueError, match=r"counted\.purpose: retention is missing"):
        plot_cost_ratios(FRAMES["counted"].head(1), make_trial(), [])


def test_a_kept_customer_who_costs_nothing_gives_no_ratio():
    free = FRAMES["counted"].assign(cost_each_cny=[60.0, 0.0])
    with pytest.raises(ValueError, match="counted: a kept customer costs nothing, so there is no ratio"):
        plot_cost_ratios(free, make_trial(), [])


@pytest.mark.parametrize(
    ("won", "kept"),
    [(make_trial(extra=-3.0), make_trial()), (make_trial(name="gift"), make_trial(extra=0.0))],
)
def test_a_trial_that_won_nobody_has_no_start_value(won, kept):
    with pytest.raises(ValueError, match="new member: the trial won nobody, so there is no start value"):
        explore_winning_or_keeping(won, kept)


def explore(monkeypatch, won, kept):
    """What the live figure is made of."""
    return catch_live(monkeypatch, winning, lambda: explore_winning_or_keeping(won, kept))


def test_the_sliders_start_at_what_the_trials_found(monkeypatch):
    # 10 of 30 and 6 of 60 are there because of the money; a kept customer costs 250 / 60 yuan as counted
    live = explore(monkeypatch, make_trial(), make_trial(extra=6.0, cost=250.0, counted=60, name="coupon"))
    assert live["controls"] == {
        "won_because": Slider("new: here because of it (%)", 1, 100, 33, 1),
        "kept_because": Slider("kept: here because of it (%)", 1, 100, 10, 1),
        "kept_counted_cny": Slider("kept: counted cost (yuan)", 0.5, 50.0, 4.0, 0.5),
    }


@pytest.mark.parametrize(("extra", "start"), [(0.01, 1), (90.0, 100)])
def test_a_share_beyond_the_slider_starts_at_its_end(monkeypatch, extra, start):
    live = explore(monkeypatch, make_trial(extra=extra), make_trial(extra=extra, name="coupon"))
    assert [live["controls"][name].start for name in ("won_because", "kept_because")] == [start, start]


@pytest.mark.parametrize(("cost", "start"), [(3.0, 0.5), (100_000.0, 50.0)])
def test_a_cost_beyond_the_slider_starts_at_its_end(monkeypatch, cost, start):
    live = explore(monkeypatch, make_trial(), make_trial(cost=cost, name="coupon"))
    assert live["controls"]["kept_counted_cny"].start == start


@pytest.mark.parametrize(
    ("won_because", "kept_because", "verdict"),
    [
        (50, 50, "winning costs 10.0 times as much"),  # 160 against 16 yuan
        (100, 15, "winning costs 1.5 times as much"),  # 80 against 53.33 yuan
        (100, 10, "winning costs 1.0 times as much"),  # 80 yuan each
        (100, 5, "keeping costs 2.0 times as much"),  # 80 against 160 yuan
    ],
)
def test_the_winning_figure_turns_its_verdict_with_the_shares(
    monkeypatch, won_because, kept_because, verdict
):
    live = explore(monkeypatch, make_trial(cost=2400.0), make_trial())  # 80 yuan a customer counted
    ax = new_axes()
    live["draw"](ax, won_because=won_because, kept_because=kept_because, kept_counted_cny=8.0)
    assert ax.get_title() == f"per incremental customer, {verdict}"
    dots = [10 ** line.get_xdata()[0] for line in ax.lines]
    assert dots == pytest.approx([80, 80 / (won_because / 100), 8, 8 / (kept_because / 100)])


def test_the_winning_figure_sets_counted_squares_beside_incremental_dots(monkeypatch):
    live = explore(monkeypatch, make_trial(cost=30.0), make_trial())  # a yuan a customer counted
    ax = new_axes()
    live["draw"](ax, won_because=10, kept_because=10, kept_counted_cny=0.04)
    assert read_frame(ax) == {
        "title": "per incremental customer, winning costs 25.0 times as much",
        "x": "cost per customer (yuan, each step ten times)",
        "y": "customer",
        "rows": ["new, counted", "new, incremental", "kept, counted", "kept, incremental"],
    }
    least = np.log10(0.5).round(4)  # below half a yuan the dot stays in the picture
    counted, incremental = (COLOURS["claim"], "None", "s"), (COLOURS["estimate"], "None", "o")
    assert read_lines(ax) == [
        (*counted, [0], [0]), (*incremental, [1], [1]), (*counted, [least], [2]), (*incremental, [least], [3])
    ]  # fmt: skip
    assert read_texts(ax) == [("1.0", 0, 0), ("10", 1, 1), ("0.0", least, 2), ("0.4", least, 3)]
    assert ax.get_ylim() == (3.5, -0.5) and ax.get_xlim() == pytest.approx((np.log10(0.4), np.log10(30_000)))
    ticks = dict(zip(ax.get_xticks(), (one.get_text() for one in ax.get_xticklabels()), strict=True))
    assert ticks == {power: f"{10**power:,}" for power in range(5)}
