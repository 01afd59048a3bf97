"""The degree of loyalty (H-05), frequency rewards (J-06), shares of purchases: by hand and at the firm."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.loyalty.degree import (
    assign_frequency_rewards,
    measure_loyalty,
    measure_share_of_holders,
    measure_yearly_spend,
    share_of_purchases,
)


def buy(customer, *days, amount=50.0):
    """Receipts of one customer."""
    times = [pd.Timestamp(day) for day in days]
    return pd.DataFrame({"customer_id": customer, "purchased_at": times, "amount_cny": amount})


def test_who_joined_a_month_ago_had_no_chance_to_come_back():
    receipts = pd.concat(
        [buy(1, "2024-02-01", "2024-03-01"), buy(2, "2024-05-01"), buy(3, "2025-12-01"), buy(4, "2025-12-02")]
    )
    table = measure_loyalty(receipts.assign(customer_id=receipts["customer_id"]), as_of="2026-01-01")
    came_back = table.set_index("measure").loc["came back"]
    assert (came_back["value"], came_back["n"]) == (0.5, 2)


def test_buying_again_is_asked_of_the_customers_of_the_year_before():
    receipts = pd.concat(
        [buy(1, "2024-02-01", "2025-02-01"), buy(2, "2024-12-31"), buy(3, "2025-01-01", "2025-02-01")]
    )
    again = (
        measure_loyalty(receipts, as_of="2026-01-01")
        .set_index("measure")
        .loc["bought again in the last year"]
    )
    assert (again["value"], again["n"]) == (0.5, 2)


def test_receipts_from_as_of_on_are_not_known_yet():
    receipts = pd.concat([buy(1, "2024-02-01", "2025-03-01"), buy(2, "2024-02-01", "2025-03-01")])
    later = pd.concat([receipts, buy(3, "2026-01-01"), buy(1, "2026-02-01")])
    pd.testing.assert_frame_equal(
        measure_loyalty(receipts, as_of="2026-01-01"), measure_loyalty(later, as_of="2026-01-01")
    )


def test_a_firm_that_has_just_opened_has_no_degree_of_loyalty_yet():
    with pytest.raises(ValueError, match="fewer than two customers in the years before 2025-03-01"):
        measure_loyalty(pd.concat([buy(1, "2025-02-01"), buy(2, "2025-02-02")]), as_of="2025-03-01")


def test_yearly_spend_counts_the_year_before_and_members_only():
    receipts = pd.concat(
        [
            buy(1, "2025-01-01", "2025-12-31 23:00"),
            buy(1, "2024-12-31 23:00", "2026-01-01"),
            buy(2, "2024-06-01"),
        ]
    ).astype({"customer_id": "Int64"})
    without_card = buy(1, "2025-05-05").assign(customer_id=pd.array([pd.NA], dtype="Int64"))
    spend = measure_yearly_spend(pd.concat([receipts, without_card]), as_of="2026-01-01")
    assert spend.to_dict() == {1: 100.0}
    with pytest.raises(ValueError, match="no purchase with a card in the year before 2020-01-01"):
        measure_yearly_spend(receipts, as_of="2020-01-01")


def test_the_tenth_purchase_brings_the_reward():
    nine, ten = (buy(c, *[f"2025-03-{day:02d}" for day in range(1, n + 1)]) for c, n in ((1, 9), (2, 10)))
    table = assign_frequency_rewards(pd.concat([nine, ten]), as_of="2026-01-01")
    assert table["rewards"].tolist() == [0, 1]
    assert table["purchases_to_next"].tolist() == [1, 10]


@pytest.mark.parametrize(("every", "days", "name"), [(0, 365, "every"), (10, 0, "within_days")])
def test_rewards_for_nothing_are_refused(every, days, name):
    with pytest.raises(ValueError, match=f"{name} is 0, expected at least 1"):
        assign_frequency_rewards(buy(1, "2025-03-01"), as_of="2026-01-01", every=every, within_days=days)


def test_rewards_in_an_empty_period_are_refused():
    with pytest.raises(ValueError, match="no purchase with a card between 2019-01-01 and 2020-01-01"):
        assign_frequency_rewards(buy(1, "2025-03-01"), as_of="2020-01-01")


def test_small_chains_suffer_twice_at_the_firm(firm):
    # double jeopardy (Ehrenberg, Goodhardt and Barwise 1990): fewer buyers, who buy a little less often
    table = share_of_purchases(firm.panel).set_index("chain")
    rivals = table.drop("osmanthus").sort_values("buyers_share")
    assert rivals["purchases_per_buyer"].is_monotonic_increasing
    assert rivals["buyers_share"].iloc[-1] > 2 * rivals["buyers_share"].iloc[0]
    assert rivals["purchases_per_buyer"].iloc[-1] < 1.5 * rivals["purchases_per_buyer"].iloc[0]


def test_card_holders_buy_more_than_half_elsewhere(firm):
    # H-12: member = loyal customer
    assert measure_share_of_holders(firm.panel).high < 0.5


def test_a_chain_with_one_buyer_has_no_interval():
    panel = pd.DataFrame({"panel_id": [1, 2], "quarter": pd.Timestamp("2025-01-01"), "chain": "osmanthus",
                          "purchases": [1, 0], "has_card": [True, False]})  # fmt: skip
    with pytest.raises(ValueError, match="1 shoppers bought at osmanthus, expected at least 2"):
        share_of_purchases(panel)
    with pytest.raises(ValueError, match="1 shoppers hold the card, expected at least 2"):
        measure_share_of_holders(panel)


@given(st.lists(st.tuples(st.integers(1, 4), st.integers(1, 9)), min_size=1, max_size=30), st.integers(1, 5))
def test_rewards_and_what_is_missing_account_for_every_purchase(purchases, every):
    receipts = pd.concat([buy(customer, f"2025-03-0{day}") for customer, day in purchases], ignore_index=True)
    table = assign_frequency_rewards(receipts, as_of="2026-01-01", every=every)
    assert table["purchases"].sum() == len(purchases)
    assert ((table["rewards"] + 1) * every - table["purchases_to_next"] == table["purchases"]).all()
    assert table["purchases_to_next"].between(1, every).all()
