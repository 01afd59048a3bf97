"""A reward for frequent orders (J-06): edges by hand, and whom it reaches at the firm."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.relationship_marketing.rewards import compare_reward_rules, count_rewards


def make_orders(days):
    """An order of one tonne of account 501 on each day."""
    return pd.DataFrame({"customer_id": 501, "purchased_at": pd.to_datetime(days), "tonnes": 1.0})


@pytest.mark.parametrize(("orders", "rewards"), [(9, 0), (10, 1), (19, 1), (20, 2)])
def test_rewards_are_whole(orders, rewards):
    days = pd.date_range("2025-01-01", periods=orders, freq="7D")
    row = count_rewards(make_orders(days), as_of="2026-01-01", every=10).iloc[0]
    assert (row["orders"], row["rewards"]) == (orders, rewards)


def test_the_year_begins_twelve_months_before_the_day():
    days = ["2024-12-31 23:59", "2025-01-01 00:00", "2025-12-31 23:59", "2026-01-01 00:00"]
    assert count_rewards(make_orders(days), as_of="2026-01-01", every=1)["orders"].tolist() == [2]


@pytest.mark.parametrize(("missing", "steady"), [(None, True), (0, False), (5, False), (11, False)])
def test_steady_is_an_order_in_each_of_twelve_months(missing, steady):
    days = pd.date_range("2025-01-01", periods=12, freq="MS").delete([] if missing is None else [missing])
    more = pd.DatetimeIndex(["2025-03-02"] * 5)  # often in one month makes nobody steady
    table = count_rewards(make_orders(days.append(more)), as_of="2026-01-01")
    assert table["steady"].tolist() == [steady]


def test_months_are_counted_back_from_any_day():
    days = pd.date_range("2025-01-15", periods=12, freq=pd.DateOffset(months=1))
    assert count_rewards(make_orders(days), as_of="2026-01-15")["steady"].tolist() == [True]
    assert count_rewards(make_orders(days), as_of="2026-01-16")["steady"].tolist() == [False]


def test_a_year_without_orders_is_refused():
    with pytest.raises(ValueError, match="orders: none between 2019-01-01 and 2020-01-01"):
        count_rewards(make_orders(["2025-01-01"]), as_of="2020-01-01")


@pytest.mark.parametrize(
    ("column", "message"),
    [("rewards", r"nobody earned a reward. Ask for fewer orders"), ("tonnes", "nobody bought a tonne")],
)
def test_without_money_there_is_nothing_to_share(column, message):
    rewards = pd.DataFrame({"customer_id": range(5), "tonnes": 1.0, "rewards": 1}).assign(**{column: 0})
    with pytest.raises(ValueError, match=f"rewards.{column}: {message}"):
        compare_reward_rules(rewards)


def test_counting_orders_moves_money_to_small_accounts(firm):
    rewards = count_rewards(firm.orders, as_of="2026-01-01")
    table = compare_reward_rules(rewards)
    assert table["accounts"].sum() == len(rewards) and table["fifth"].tolist() == [1, 2, 3, 4, 5]
    assert table[["orders_share", "tonnes_share"]].sum().tolist() == pytest.approx([1, 1])
    assert table["orders_share"].iloc[-1] < table["tonnes_share"].iloc[-1]
    assert table["orders_share"].iloc[0] > table["tonnes_share"].iloc[0]


def test_each_fifth_of_the_accounts_gets_its_part_under_both_rules():
    # seven accounts: the fifths hold 2, 1, 2, 1 and 1; of two with one tonne the lower number comes first
    rewards = pd.DataFrame(
        {
            "customer_id": [7, 6, 5, 4, 3, 2, 1],
            "tonnes": [8, 4, 4, 1, 1, 1, 1],
            "rewards": [1, 0, 2, 4, 2, 1, 0],
        }
    )
    expected = pd.DataFrame(
        {
            "fifth": [1, 2, 3, 4, 5],
            "accounts": [2, 1, 2, 1, 1],
            "tonnes": [2, 1, 5, 4, 8],
            "orders_share": [0.1, 0.2, 0.6, 0.0, 0.1],
            "tonnes_share": [0.1, 0.05, 0.25, 0.2, 0.4],
        }
    )
    pd.testing.assert_frame_equal(compare_reward_rules(rewards), expected, check_dtype=False)


def test_fewer_than_five_accounts_have_no_fifths():
    with pytest.raises(ValueError, match="rewards: the table has 4 rows, expected at least 5"):
        compare_reward_rules(pd.DataFrame({"customer_id": range(4), "tonnes": 1.0, "rewards": 1}))


def test_ten_orders_earn_a_reward_unless_something_else_is_asked_for():
    days = pd.date_range("2025-01-01", periods=10, freq="7D")
    found = count_rewards(make_orders(days), as_of="2026-01-01")
    expected = {"customer_id": [501], "orders": [10], "tonnes": [10.0], "rewards": [1], "steady": [False]}
    pd.testing.assert_frame_equal(found, pd.DataFrame(expected))
