"""Breadth and its change: by hand, by law, and against the truth (C-13 c, C-14)."""

from __future__ import annotations

from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.charts.style import new_axes
from crmlib.datasets.loaders import load_truth
from crmlib.estimates.estimate import estimate_mean
from crmlib.relationship_types import change as module
from crmlib.relationship_types.change import (
    PARTS,
    decompose_change,
    explore_change,
    list_changes,
    sum_periods,
)
from crmlib.tables.errors import TableError
from tests.pictures import catch_live, describe_figure, lines_of, read_sliders
from tests.relationship_types.calls import (
    CALLS,
    FIRST,
    FRAMES,
    LAST,
    make_accounts,
    make_orders,
    make_receipts,
)

MONTHS = pd.date_range("2023-01-15", "2025-12-31", freq="MS")


def make_purchases(rows: list[tuple[int, int, float]]) -> pd.DataFrame:
    """Purchases from (customer, month number, margin); one customer buys at both ends of the table."""
    rows = [*rows, (99, 0, 5.0), (99, len(MONTHS), 5.0)]
    days = [*MONTHS, pd.Timestamp(LAST)]
    return pd.DataFrame(
        {
            "customer_id": [one for one, _, _ in rows],
            "purchased_at": [days[month] for _, month, _ in rows],
            "margin_cny": [margin for _, _, margin in rows],
        }
    )


PURCHASES = st.lists(
    st.tuples(st.integers(1, 12), st.integers(0, len(MONTHS) - 1), st.floats(-20, 200)), max_size=60
)


@settings(max_examples=40, deadline=None)
@given(PURCHASES, st.sampled_from([1, 2, 3, 6, 12]))
def test_closing_is_opening_plus_who_came_less_who_went(rows, months):
    table = decompose_change(make_purchases(rows), first="2024-02-01", last=LAST, months=months)
    came = table["attracted"] + table["won_back"]
    assert (table["closing"] == table["opening"] + came - table["lost"]).all()
    assert (table["closing"] == table["kept"] + came).all()  # breadth, C-13 c
    assert (table["opening"].iloc[1:].to_numpy() == table["closing"].iloc[:-1].to_numpy()).all()


@settings(max_examples=40, deadline=None)
@given(PURCHASES)
def test_the_parts_of_the_margin_add_up_to_its_change(rows):
    purchases = make_purchases([*rows, (98, 13, 7.0)])
    changes = list_changes(purchases, as_of=LAST)
    sums, _ = sum_periods(purchases, as_of=LAST, months=12, periods=2)
    assert changes["change_cny"].sum() == pytest.approx(sums[1].sum() - sums[0].sum(), abs=1e-6)
    parts = changes.groupby("part", observed=False)["change_cny"].sum()
    assert parts.index.tolist() == list(PARTS)
    assert parts.sum() == pytest.approx(changes["change_cny"].sum(), abs=1e-6)


def test_the_year_of_the_chapter_by_hand():
    # A, B, C and D (1 to 4) bought last year, A, B, E and F this year; F had bought before
    rows = [("2023-06-01", 6), *(("2024-06-01", one) for one in (1, 2, 3, 4))]
    rows += [("2025-12-31", one) for one in (1, 2, 5, 6)]
    bought = pd.DataFrame(rows, columns=["purchased_at", "customer_id"])
    bought["purchased_at"] = pd.to_datetime(bought["purchased_at"])
    year = decompose_change(bought, first="2025-01-01", last=LAST).iloc[0]
    assert year.drop("period").to_dict() == {
        "opening": 4, "attracted": 1, "won_back": 1, "lost": 2, "kept": 2, "closing": 4
    }  # fmt: skip


def test_periods_are_counted_from_their_first_day_and_no_short_month_shifts_the_later_ones():
    # from 31 January on: 29 February, 31 March, 30 April, 31 May
    rows = [(1, "2024-01-10"), (1, "2024-02-28"), (1, "2024-02-29"), (1, "2024-03-30"), (1, "2024-04-29"),
            (2, "2024-01-31"), (2, "2024-03-31"), (2, "2024-05-30")]  # fmt: skip
    bought = pd.DataFrame(rows, columns=["customer_id", "purchased_at"])
    bought["purchased_at"] = pd.to_datetime(bought["purchased_at"])
    table = decompose_change(bought, first="2024-01-31", last="2024-05-30", months=1)
    assert table["period"].dt.strftime("%m-%d").tolist() == ["01-31", "02-29", "03-31", "04-30"]
    assert table["closing"].tolist() == [2, 1, 2, 1]
    assert table["won_back"].tolist() == [0, 0, 1, 0]
    assert table["lost"].tolist() == [0, 1, 0, 1]


@pytest.mark.parametrize(("last", "periods"), [("2024-05-29", 3), ("2024-05-30", 4), ("2024-06-28", 4)])
def test_a_period_counts_once_its_last_day_is_covered(last, periods):
    bought = pd.DataFrame({"customer_id": 1, "purchased_at": pd.to_datetime(["2024-01-10", "2024-06-28"])})
    assert len(decompose_change(bought, first="2024-01-31", last=last, months=1)) == periods


def test_a_first_day_after_the_last_one_is_refused():
    with pytest.raises(ValueError, match="no whole period of 12 months from there to 2024-12-31"):
        decompose_change(make_receipts(), first="2025-06-01", last="2024-12-31")


def test_rows_may_come_in_any_order():
    receipts = FRAMES["receipts"]
    for months in (1, 3, 12):
        tables = [
            decompose_change(rows, first="2024-01-31", last=LAST, months=months)
            for rows in (receipts, receipts.sample(frac=1, random_state=3))
        ]
        pd.testing.assert_frame_equal(*tables)


@pytest.mark.parametrize(
    ("begun", "part"),
    [("2023-12-31", "upgraded"), ("2024-01-01", "first full period"), ("2024-12-31", "first full period"),
     ("2025-01-01", "attracted")],
)  # fmt: skip
def test_a_first_day_belongs_to_the_period_that_it_opens(begun, part):
    days = {"2023-12-31", "2024-01-01", "2024-12-31", "2025-01-01", "2025-12-31"}
    bought = pd.DataFrame({"purchased_at": pd.to_datetime(sorted(day for day in days if day >= begun))})
    bought = bought.assign(customer_id=1, margin_cny=np.arange(1.0, len(bought) + 1))
    others = pd.DataFrame({"purchased_at": pd.to_datetime(["2024-06-01", "2025-06-01"]), "customer_id": 2,
                           "margin_cny": 1.0})  # fmt: skip
    assert list_changes(pd.concat([bought, others]), as_of=LAST).loc[1, "part"] == part


@pytest.mark.parametrize(("begun", "attracted"), [("2024-12-31", 0), ("2025-01-01", 1)])
def test_who_began_on_the_first_day_of_a_period_is_attracted_in_it(begun, attracted):
    # both buy on the first day of 2025 and not in 2024; customer 1's relationship may be a day older
    bought = pd.DataFrame({"customer_id": [1, 2, 2], "purchased_at": pd.to_datetime(
        ["2025-01-01", "2023-05-01", "2025-12-31"])})  # fmt: skip
    first_on = pd.Series(pd.to_datetime([begun, "2023-05-01"]), index=[1, 2])
    year = decompose_change(bought, first="2025-01-01", last=LAST, first_on=first_on).iloc[0]
    assert (year["attracted"], year["won_back"]) == (attracted, 2 - attracted)


def test_a_purchase_on_the_first_day_lies_in_the_period_and_none_before_it():
    bought = pd.DataFrame({"customer_id": [1, 1], "purchased_at": pd.to_datetime(["2025-01-01", LAST])})
    with pytest.raises(ValueError, match="no purchase before 2025-01-01"):
        decompose_change(bought, first="2025-01-01", last=LAST)


@pytest.mark.parametrize(("margins", "part"), [([5.0, 5.01], "upgraded"), ([5.0, 5.0], "downgraded")])
def test_a_kept_customer_is_upgraded_by_any_rise_and_by_no_less(margins, part):
    days = pd.to_datetime(["2023-05-01", "2024-05-01", "2025-05-01", LAST])
    bought = pd.DataFrame({"customer_id": 1, "purchased_at": days, "margin_cny": [1.0, *margins, 0.0]})
    assert list_changes(bought, as_of=LAST).loc[1, "part"] == part


def test_a_customer_of_last_year_has_a_first_full_period_and_no_upgrade():
    rows = [(1, 20, 10.0), (1, 30, 50.0), (2, 0, 5.0), (2, 20, 5.0), (2, 30, 9.0)]
    changes = list_changes(make_purchases(rows), as_of=LAST)
    assert changes.loc[1, "part"] == "first full period"
    assert changes.loc[2, ["part", "change_cny"]].tolist() == ["upgraded", 4.0]


def test_a_period_begins_at_midnight_and_ends_before_the_next_one():
    days = [
        "2023-12-31 23:59",
        "2024-01-01 00:00",
        "2024-12-31 23:59",
        "2025-01-01 00:00",
        "2025-12-31 23:59",
    ]
    bought = pd.DataFrame({"customer_id": 7, "purchased_at": pd.to_datetime(days)})
    sums, starts = sum_periods(
        bought.assign(margin_cny=[1.0, 10.0, 20.0, 300.0, 400.0]), as_of=LAST, months=12, periods=2
    )
    assert sums.loc[7].tolist() == [30, 700]
    assert starts == [pd.Timestamp("2024-01-01"), pd.Timestamp("2025-01-01")]


def test_an_old_account_is_not_attracted_when_the_table_begins_late():
    orders, since = make_orders(), make_accounts().set_index("customer_id")["since_on"]
    orders = orders[orders["purchased_at"] > "2025-01-01"]
    before = {"customer_id": [999], "purchased_at": [pd.Timestamp("2024-05-01")], "margin_cny": [1.0]}
    both = pd.concat([orders, pd.DataFrame(before)], ignore_index=True)
    since.loc[999] = pd.Timestamp("2010-01-01")
    naive = decompose_change(both, first="2025-01-01", last=LAST)
    known = decompose_change(both, first="2025-01-01", last=LAST, first_on=since)
    assert naive["attracted"].tolist() == [18] and known["attracted"].tolist() == [0]
    assert known["won_back"].tolist() == [18]


def test_shorter_periods_lose_and_win_back_more_of_the_same_members(firm):
    yearly = decompose_change(firm.receipts, first="2024-01-01", last=LAST)
    quarterly = decompose_change(firm.receipts, first="2024-01-01", last=LAST, months=3)
    assert quarterly["won_back"].sum() > 5 * yearly["won_back"].sum()
    assert quarterly["lost"].sum() > 2 * yearly["lost"].sum()


def test_few_of_those_counted_as_won_back_had_truly_left(firm):
    # the claim C-13.won_back fails
    changes = list_changes(firm.receipts, as_of=LAST)
    counted = decompose_change(firm.receipts, first="2025-01-01", last=LAST).iloc[0]
    sizes = changes["part"].value_counts()
    assert (sizes["won back"], sizes["lost"], sizes["attracted"]) == (
        counted["won_back"], counted["lost"], counted["attracted"])  # fmt: skip
    began_again = load_truth("members").set_index("customer_id")["second_started_on"].notna()
    assert began_again.reindex(changes.index[changes["part"] == "won back"]).mean() < 0.5


def test_breadth_of_the_wholesaler_stands_still_while_its_margin_falls(firm):
    # the claim C-14 fails for the accounts that were kept
    since = firm.accounts.set_index("customer_id")["since_on"]
    counted = decompose_change(firm.orders, first="2025-01-01", last=LAST, first_on=since).iloc[0]
    changes = list_changes(firm.orders, as_of=LAST, first_on=since)
    parts = changes.groupby("part", observed=False)["change_cny"].sum()
    assert abs(counted["closing"] - counted["opening"]) < 10
    assert parts["downgraded"] < parts["lost"] < 0
    kept = changes.loc[changes["part"].isin(["upgraded", "downgraded"]), "change_cny"]
    assert estimate_mean(kept, unit="yuan").high < 0


def test_a_first_day_before_the_table_is_refused():
    with pytest.raises(ValueError, match="no purchase before 2020-01-01, or no whole period of 12 months"):
        decompose_change(make_receipts(), first="2020-01-01", last=LAST)


def test_a_period_in_which_nobody_bought_is_refused():
    with pytest.raises(ValueError, match="nobody bought in 1 of 2 periods of 36 months up to 2025-12-31"):
        list_changes(make_receipts(), as_of=LAST, months=36)


@pytest.mark.parametrize("name", ["decompose_change", "list_changes", "sum_periods"])
def test_a_table_that_ends_too_early_loses_nobody(name):
    early = FRAMES["receipts"].query("purchased_at < '2025-11-01'")
    with pytest.raises(TableError, match="receipts end on 2025-09-30, but the period ends on 2026-01-01"):
        CALLS[name][0]({**FRAMES, "receipts": early})


@pytest.mark.parametrize("name", ["decompose_change", "list_changes"])
def test_receipts_after_the_last_day_change_nothing(name):
    receipts = FRAMES["receipts"]
    late = receipts.tail(1).assign(receipt_id=10**6, purchased_at=pd.Timestamp("2026-05-05"), margin_cny=9e6)
    later = {**FRAMES, "receipts": pd.concat([receipts, late], ignore_index=True)}
    assert CALLS[name][0](FRAMES).equals(CALLS[name][0](later))


def test_the_figure_of_monthly_purchases_counts_what_the_receipts_count(monkeypatch):
    # the figure keeps one purchase a month and customer; its sums stay those of all receipts
    caught = {}
    monkeypatch.setattr(module, "explore", lambda draw, **_: caught.update(draw=draw))
    explore_change(FRAMES["receipts"], first="2024-01-01", last=LAST)
    ax = new_axes()
    caught["draw"](ax, months=3)
    table = decompose_change(FRAMES["receipts"], first="2024-01-01", last=LAST, months=3)
    sums = table.sum(numeric_only=True)
    wanted = f"{sums['attracted']} attracted, {sums['won_back']} won back, {sums['lost']} lost"
    assert ax.get_title() == f"all periods together: {wanted}"


def test_the_number_on_top_of_a_bar_is_the_height_of_the_bar(monkeypatch):
    caught = {}
    monkeypatch.setattr(module, "explore", lambda draw, **_: caught.update(draw=draw))
    explore_change(FRAMES["receipts"], first="2024-01-01", last=LAST)
    ax = new_axes()
    caught["draw"](ax, months=12)
    tops = [bar.get_y() + bar.get_height() for bar in ax.containers[2]]  # won back lies on top
    assert [text.get_text() for text in ax.texts] == [f"{top:,.0f}" for top in tops]
    assert tops == decompose_change(FRAMES["receipts"], first="2024-01-01", last=LAST)["closing"].tolist()


def test_the_lost_stand_below_the_line_and_those_who_came_on_top_of_the_kept():
    change = pd.DataFrame(
        {"period": pd.to_datetime(["2024-01-01", "2025-01-01"]), "kept": [60, 1000], "attracted": [30, 200],
         "won_back": [10, 34], "lost": [20, 70], "closing": [100, 1234]}
    )  # fmt: skip
    ax = new_axes()
    module._draw_change(change, ax)
    assert describe_figure(ax) == lines_of("""
        picture: 6.4 × 3.6
        x: first month of the period (date)
        x ticks at 0, 1: 2024-01 | 2025-01
        y: customers, and customers lost / (number)
        legend: kept | attracted | won back | lost
        bars 'kept' grey: 0: 0 to 60, 1: 0 to 1000
        bars 'attracted' blue: 0: 60 to 90, 1: 1000 to 1200
        bars 'won back' sky ..: 0: 90 to 100, 1: 1200 to 1234
        bars 'lost' orange //: 0: 0 to -20, 1: 0 to -70
        level black - thin: y = 0
        texts black (center, baseline): (0, 100) 100, (1, 1234) 1,234
    """)


def test_many_periods_have_six_dates_and_no_numbers():
    months = pd.date_range("2024-01-01", periods=13, freq="MS")
    parts = dict.fromkeys(["kept", "attracted", "won_back", "lost", "closing"], 1)
    ax = new_axes()
    module._draw_change(pd.DataFrame({"period": months, **parts}), ax)
    names = [text.get_text() for text in ax.get_xticklabels()]
    assert names == ["2024-01", "2024-04", "2024-07", "2024-10", "2025-01"] and not ax.texts


def test_the_length_of_a_period_may_be_dragged_from_a_month_to_a_year(monkeypatch):
    call = partial(explore_change, FRAMES["receipts"], first=FIRST, last=LAST, months=3)
    assert read_sliders(catch_live(monkeypatch, module, call)) == {"months": (1, 12, 3, 1)}


@pytest.mark.parametrize("months", [0, 13])
def test_a_period_starts_with_one_to_twelve_months(months):
    for end in (1, 12):
        explore_change(FRAMES["receipts"], first=FIRST, last=LAST, months=end)
    with pytest.raises(ValueError, match=f"months is {months}, expected a whole number from 1 to 12"):
        explore_change(FRAMES["receipts"], first=FIRST, last=LAST, months=months)
