"""Length, depth, breadth and their change: by hand, by law, and against the truth (C-13, C-14)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.datasets.loaders import load_truth
from crmlib.relationship_types.change import (
    PARTS,
    decompose_change,
    decompose_margin,
    estimate_upgrade,
    list_changes,
    sum_periods,
)
from crmlib.relationship_types.dimensions import (
    join_categories,
    measure_depth,
    measure_length,
    summarise_depth,
)
from crmlib.relationship_types.movers import follow_movers
from tests.relationship_types.calls import LAST, make_accounts, make_orders, make_receipts

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
    sums, _ = sum_periods(purchases, LAST, 12, 2)
    parts = decompose_margin(changes)
    assert parts["part"].tolist() == list(PARTS)
    assert parts["change_cny"].sum() == pytest.approx(sums[1].sum() - sums[0].sum(), abs=1e-6)
    assert parts["customers"].sum() == len(changes)


def test_a_customer_of_last_year_has_a_first_full_period_and_no_upgrade():
    rows = [(1, 20, 10.0), (1, 30, 50.0), (2, 0, 5.0), (2, 20, 5.0), (2, 30, 9.0)]
    changes = list_changes(make_purchases(rows), as_of=LAST)
    assert changes.loc[1, "part"] == "first full period"
    assert changes.loc[2, ["part", "change_cny"]].tolist() == ["upgraded", 4.0]


def test_an_old_account_is_not_attracted_when_the_table_begins_late():
    orders, since = make_orders(), make_accounts().set_index("customer_id")["since_on"]
    orders = orders[orders["purchased_at"] > "2025-01-01"]
    before = {"customer_id": [999], "purchased_at": [pd.Timestamp("2024-05-01")], "margin_cny": [1.0]}
    early = pd.DataFrame(before)
    both = pd.concat([orders, early], ignore_index=True)
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
    changes = list_changes(firm.receipts, as_of=LAST)
    counted = decompose_change(firm.receipts, first="2025-01-01", last=LAST).iloc[0]
    sizes = changes["part"].value_counts()
    assert (sizes["won back"], sizes["lost"], sizes["attracted"]) == (
        counted["won_back"], counted["lost"], counted["attracted"])  # fmt: skip
    began_again = load_truth("members").set_index("customer_id")["second_started_on"].notna()
    assert began_again.reindex(changes.index[changes["part"] == "won back"]).mean() < 0.5


def test_breadth_of_the_wholesaler_stands_still_while_its_margin_falls(firm):
    since = firm.accounts.set_index("customer_id")["since_on"]
    counted = decompose_change(firm.orders, first="2025-01-01", last=LAST, first_on=since).iloc[0]
    parts = decompose_margin(list_changes(firm.orders, as_of=LAST, first_on=since)).set_index("part")
    assert abs(counted["closing"] - counted["opening"]) < 10
    assert parts.loc["downgraded", "change_cny"] < parts.loc["lost", "change_cny"] < 0
    assert estimate_upgrade(list_changes(firm.orders, as_of=LAST, first_on=since)).high < 0


def test_a_period_without_purchases_before_it_is_refused():
    with pytest.raises(ValueError, match="no purchase before 2020-01-01"):
        decompose_change(make_receipts(), first="2020-01-01", last=LAST)
    with pytest.raises(ValueError, match="nobody bought in 1 of 2 periods of 36 months"):
        list_changes(make_receipts(), as_of=LAST, months=36)


def test_purely_random_purchases_move_back_to_the_mean():
    generator = np.random.default_rng(5)
    ids = np.repeat(np.arange(400), 4)
    days = np.tile(pd.to_datetime(["2024-01-01", "2024-08-01", "2025-02-01", "2025-12-30"]), 400)
    table = pd.DataFrame(
        {"customer_id": ids, "purchased_at": days, "margin_cny": generator.gamma(2, 20, 1600)}
    )
    movers = follow_movers(table, as_of=LAST).set_index("group")
    # everybody has the same habits: half of each move is left on average, whatever happened
    assert movers.loc["upgraded", "low"] < 0.5 < movers.loc["upgraded", "high"]
    assert movers["customers"].sum() == 400


def test_steady_customers_keep_their_upgrade():
    days = pd.to_datetime(["2024-01-01", "2024-08-01", "2025-02-01", "2025-12-30"])
    margins = {1: [1, 10, 30, 30], 2: [1, 20, 50, 50], 3: [1, 30, 10, 10], 4: [1, 40, 10, 10]}
    rows = [(one, day, float(m)) for one, row in margins.items() for day, m in zip(days, row, strict=True)]
    table = pd.DataFrame(rows, columns=["customer_id", "purchased_at", "margin_cny"])
    assert follow_movers(table, as_of=LAST)["kept"].tolist() == [1.0, 1.0]
    with pytest.raises(ValueError, match="0 customers were downgraded, expected at least 2"):
        follow_movers(table[table["customer_id"] < 3], as_of=LAST)


def test_half_of_an_upgrade_at_the_firm_is_gone_in_half_a_year(firm):
    movers = follow_movers(firm.receipts, as_of=LAST).set_index("group")
    assert movers.loc["upgraded", "high"] < 0.8
    assert movers.loc["upgraded", "second_cny"] > movers.loc["upgraded", "third_cny"]
    assert movers.loc["downgraded", "second_cny"] < movers.loc["downgraded", "third_cny"]


def make_bought(rows: list[tuple[int, str, str, float]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["customer_id", "purchased_at", "category", "amount_cny"])
    return table.assign(purchased_at=pd.to_datetime(table["purchased_at"]))


def test_depth_by_hand_as_in_the_chapter():
    bought = make_bought(
        [(7, "2024-03-01", "hair", 40.0), (7, "2025-06-01", "hair", 60.0),
         (7, "2025-08-01", "nutrition", 25.0),
         (8, "2023-05-01", "hair", 10.0), (8, "2025-08-01", "hair", 30.0)]
    )  # fmt: skip
    depth = measure_depth(bought, as_of=LAST)
    assert depth.loc[7, ["repeat_cny", "cross_selling_cny"]].tolist() == [85, 25]
    assert pd.isna(depth.loc[7, "incremental_cny"])  # began within the year before: no whole year to compare
    assert depth.loc[8].tolist() == [30, 0, 30]


def test_a_newcomer_finds_nothing_new_on_the_first_day():
    bought = make_bought(
        [
            (7, "2025-03-01 10:00", "hair", 10.0),
            (7, "2025-03-01 18:00", "body", 10.0),
            (7, "2025-04-01 09:00", "tools", 5.0),
        ]
    )
    depth = measure_depth(bought, as_of=LAST)
    assert depth.loc[7, ["repeat_cny", "cross_selling_cny"]].tolist() == [5, 5]


def test_parts_of_depth_lie_within_what_was_bought(firm):
    bought = join_categories(firm.receipts, firm.receipt_lines, firm.products)
    depth = measure_depth(bought, as_of=LAST, referrals=firm.members)
    year = bought[bought["purchased_at"] >= "2025-01-01"].groupby("customer_id")["amount_cny"].sum()
    year = year.reindex(depth.index, fill_value=0.0)
    assert (depth["repeat_cny"] <= year + 1e-6).all() and (depth["cross_selling_cny"] <= year + 1e-6).all()
    told = firm.members["joined_on"].ge("2025-01-01") & firm.members["referred_by"].notna()
    assert depth["referrals"].sum() == told.sum()
    summary = summarise_depth(depth)
    assert summary["share_above_zero"].between(0, 1).all()
    assert len(summary) == 4 and len(summarise_depth(depth.drop(columns="referrals"))) == 3


def test_length_counts_present_customers_from_the_first_day_known(firm):
    since = firm.accounts.set_index("customer_id")["since_on"]
    naive = measure_length(firm.orders, as_of=LAST)["length_days"]
    known = measure_length(firm.orders, as_of=LAST, first_on=since)["length_days"]
    assert naive.max() <= 1095 < known.max()
    assert (known >= naive - 1).mean() > 0.95
    with pytest.raises(ValueError, match="nobody bought in the 10 days up to 2022-01-01"):
        measure_length(firm.orders, as_of="2022-01-01", active_days=10)
