"""Who comes once, who comes again, and whom a rival's price wins (C-03, C-08, C-12)."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from crmlib.relationship_types.buying import (
    compare_buying,
    compare_lost_offers,
    estimate_continuity,
    measure_continuity,
    measure_lost_offers,
    measure_one_time_shoppers,
)
from crmlib.tables.errors import TableError
from tests.relationship_types.calls import CALLS, FRAMES, LAST, make_receipts


def make_purchases(rows: list[tuple[int, str]]) -> pd.DataFrame:
    """Purchases for 9 yuan from (customer, day)."""
    table = pd.DataFrame(rows, columns=["customer_id", "purchased_at"])
    days = pd.to_datetime(table["purchased_at"], format="ISO8601")
    return table.assign(purchased_at=days, amount_cny=9.0)


def test_only_customers_with_a_year_behind_them_can_be_one_time_buyers():
    # 1 bought once, a year ago; 2 once, a day later; 3 a year ago and on two days since, one of them twice
    bought = [(1, "2024-12-31"), (2, "2025-01-01"), (3, "2024-12-31"), (3, "2025-03-01"), (3, "2025-07-03")]
    row = compare_buying({"shop": make_purchases([*bought, (3, "2025-03-01 18:00")])}, as_of=LAST).iloc[0]
    assert row["buyers"] == 3
    assert row["one_time_share"] == 0.5  # 1 of 1 and 3
    assert row["purchases_a_year"] == 1.5  # 2 once, 3 twice; the day a year back is not in the year
    assert row["bought_again_share"] == 1  # 3 bought 181 days before the day and earlier


@pytest.mark.parametrize(("day", "again"), [("2025-07-03", 1.0), ("2025-07-02", 0.0)])
def test_the_last_half_year_of_buying_has_182_days(day, again):
    bought = make_purchases([(1, "2024-06-01"), (1, "2025-03-01"), (1, day)])
    assert compare_buying({"shop": bought}, as_of=LAST)["bought_again_share"].tolist() == [again]


def test_clients_of_a_wholesaler_buy_more_steadily_than_members_of_a_drugstore(firm):
    # C-03: stability and number of transactions
    table = compare_buying({"members": firm.receipts, "accounts": firm.orders}, as_of=LAST).set_index("firm")
    assert table.loc["accounts", "bought_again_share"] > table.loc["members", "bought_again_share"]
    assert table.loc["accounts", "purchases_a_year"] > 3 * table.loc["members", "purchases_a_year"]


def test_a_firm_without_old_customers_cannot_be_judged():
    young = make_receipts().assign(purchased_at=pd.Timestamp("2025-12-01"))
    with pytest.raises(ValueError, match="nobody of 'shop' bought early enough to be judged on 2025-12-31"):
        compare_buying({"shop": young}, as_of=LAST)


def test_a_comparison_of_no_firm_is_refused():
    with pytest.raises(ValueError, match="no firm is given, expected a name and its purchases"):
        compare_buying({}, as_of=LAST)


def test_a_household_that_held_the_card_in_one_quarter_is_a_holder():
    # household 1 bought once in two quarters, 2 took the card later, 3 bought elsewhere only
    panel = pd.DataFrame(
        {
            "panel_id": [1, 1, 2, 2, 3],
            "quarter": pd.to_datetime(["2025-01-01", "2025-04-01"] * 2 + ["2025-01-01"]),
            "chain": ["osmanthus"] * 4 + ["rival_a"],
            "has_card": [False, False, False, True, False],
            "purchases": [1, 0, 1, 0, 5],
        }
    )
    table = measure_one_time_shoppers(panel).set_index("group")
    assert table["households"].to_dict() == {"no card": 1, "card": 1}
    assert table["one_time_share"].to_dict() == {"no card": 1, "card": 1}


def test_most_households_without_the_card_come_more_than_once(firm):
    # the claim C-03 fails: goods that are used up are bought again
    shoppers = measure_one_time_shoppers(firm.panel).set_index("group")
    assert shoppers.loc["no card", "high"] < 0.5
    assert shoppers.loc["card", "one_time_share"] < shoppers.loc["no card", "one_time_share"]


def make_bids(rows: list[tuple[int, str]]) -> pd.DataFrame:
    """Rivals' offers from (customer, outcome)."""
    table = pd.DataFrame(rows, columns=["customer_id", "outcome"])
    return table.assign(bid_id=range(1, len(rows) + 1))


def test_a_part_lost_counts_as_lost_and_accounts_without_a_group_are_left_out():
    groups = pd.Series(["loyal", "loyal", "loyal", None], index=[1, 2, 3, 9])
    bids = make_bids([(1, "kept"), (1, "part_lost"), (2, "lost"), (3, "kept"), (9, "lost")])
    row = measure_lost_offers(groups, bids).iloc[0]
    assert (row["accounts"], row["offers"], row["lost_share"]) == (3, 4, 0.5)


def test_the_interval_of_a_share_stays_between_none_and_all():
    bids = make_bids([(1, "kept"), (2, "lost")])
    row = measure_lost_offers(pd.Series("loyal", index=[1, 2]), bids).iloc[0]
    assert (row["low"], row["lost_share"], row["high"]) == (0, 0.5, 1)


def test_a_group_with_one_account_is_left_out():
    groups = pd.Series(["loyal", "loyal", "tender"], index=[1, 2, 3])
    bids = make_bids([(1, "kept"), (2, "lost"), (3, "lost"), (3, "kept")])
    assert measure_lost_offers(groups, bids)["group"].tolist() == ["loyal"]


BIDS = make_bids([(1, "kept"), (2, "lost"), (3, "kept"), (4, "kept"), (4, "lost"), (5, "lost")])
TWO_GROUPS = pd.Series(["a", "a", "b", "b", "b"], index=[1, 2, 3, 4, 5])


def test_groups_turned_round_differ_by_the_opposite():
    one = compare_lost_offers(TWO_GROUPS, BIDS, one="a", other="b")
    other = compare_lost_offers(TWO_GROUPS, BIDS, one="b", other="a")
    assert (one.value, one.low, one.high) == pytest.approx((-other.value, -other.high, -other.low))


def test_with_one_offer_an_account_the_interval_is_that_of_two_shares():
    # 5 of 20 lost against 12 of 20: the variances p(1 − p)/(n − 1) add up; Student's t for 19 degrees: 2.093
    groups = pd.Series(["a"] * 20 + ["b"] * 20, index=range(40))
    bids = make_bids([(one, "lost" if one < 5 or one >= 28 else "kept") for one in range(40)])
    found = compare_lost_offers(groups, bids, one="a", other="b")
    half = 2.093 * math.sqrt((0.25 * 0.75 + 0.6 * 0.4) / 19)
    assert (found.value, found.low, found.high) == pytest.approx(
        (-0.35, -0.35 - half, -0.35 + half), abs=1e-4
    )
    assert found.n == 40


def test_an_unknown_group_is_refused_with_the_known_ones():
    with pytest.raises(ValueError, match="0 accounts with an offer in 'c'; groups: a, b"):
        compare_lost_offers(TWO_GROUPS, BIDS, one="c", other="b")


def test_groups_and_offers_of_two_firms_are_refused():
    with pytest.raises(ValueError, match="no group has two accounts with an offer"):
        measure_lost_offers(TWO_GROUPS.rename(lambda one: one + 1000), BIDS)


@pytest.mark.parametrize("name", ["measure_lost_offers", "compare_lost_offers"])
def test_a_customer_in_two_groups_is_refused(name):
    doubled = pd.concat([FRAMES["groups"], FRAMES["groups"].head(1)])
    with pytest.raises(TableError, match=r"groups\.customer_id: 2 of 19 rows are wrong"):
        CALLS[name][0]({**FRAMES, "groups": doubled})


def test_competitive_accounts_are_lost_more_often(firm):
    # C-08
    styles = firm.accounts.set_index("customer_id")["buying_style"]
    assert compare_lost_offers(styles, firm.competitor_bids, one="competitive", other="loyal").low > 0


def test_the_past_ends_where_the_days_that_are_asked_about_begin():
    # ten days each: the past runs from 12 to 21 December, what happened from 22 to 31 December
    bought = make_purchases(
        [(1, "2025-12-11"), (2, "2025-12-12"), (3, "2025-12-21"), (3, "2025-12-22"), (4, "2025-12-12"),
         (4, "2025-12-13"), (4, "2025-12-31 20:00"), (5, "2025-12-31"),
         *((6, f"2025-12-{day}") for day in (13, 14, 15)), *((7, f"2025-12-{day}") for day in range(13, 17))]
    )  # fmt: skip
    table = measure_continuity(bought, as_of=LAST, days=10).set_index("purchases_before")
    assert table["customers"].to_dict() == {"1": 2, "2 or 3": 2, "4 or more": 1}
    assert table["bought_again"].to_dict() == {"1": 0.5, "2 or 3": 0.5, "4 or more": 0}


def test_who_bought_more_before_buys_again_more_often(firm):
    # C-12: results of the earlier relationship are base and condition of the later one
    table = measure_continuity(firm.receipts, as_of=LAST)
    assert table["bought_again"].is_monotonic_increasing
    difference = estimate_continuity(firm.receipts, as_of=LAST)
    shares = table.set_index("purchases_before")["bought_again"]
    assert difference.value == pytest.approx(shares["4 or more"] - shares["1"])
    assert difference.low > 0


def test_a_difference_needs_customers_at_both_ends():
    with pytest.raises(ValueError, match=r"one of the groups is empty \(bought once, bought 4 times or more"):
        estimate_continuity(make_receipts(), as_of=LAST, days=91)


def test_receipts_that_end_early_are_not_taken_for_silence():
    early = make_receipts().query("purchased_at < '2025-11-01'")
    with pytest.raises(TableError, match="receipts end on 2025-09-30, but the period ends on 2026-01-01"):
        measure_continuity(early, as_of=LAST)


def test_receipts_after_the_day_change_nothing():
    receipts = make_receipts()
    late = receipts.tail(1).assign(receipt_id=10**6, purchased_at=pd.Timestamp("2026-05-05"))
    both = pd.concat([receipts, late], ignore_index=True)
    assert measure_continuity(receipts, as_of=LAST).equals(measure_continuity(both, as_of=LAST))
