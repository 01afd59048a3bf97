"""The promise of a fast delivery: when it is made, to whom, and what it does."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from crmlib.simulation.wholesale.promise import choose_month
from crmlib.simulation.wholesale.simulate import simulate_wholesale
from crmlib.simulation.world.worlds import World


@pytest.fixture(scope="module")
def unmoved():
    """The wholesaler of the course if the promise did nothing for the tonnes."""
    return simulate_wholesale(with_promise(lift=0.0))


def with_promise(**changes):
    """The course's world with other numbers of the promise."""
    world = World()
    wholesale = replace(world.wholesale, promise=replace(world.wholesale.promise, **changes))
    return replace(world, wholesale=wholesale)


@pytest.mark.parametrize(
    ("dear", "month"),
    [
        ((10, 16), 16),  # the six months before are the dearest
        ((0, 6), 12),  # dear too early: the first month that has a year before it; all are alike
        ((30, 36), 24),  # dear too late: all months with a year on either side are alike up to the last
    ],
)
def test_the_promise_follows_the_dearest_half_year_with_a_year_of_data_on_either_side(dear, month):
    oil = np.linspace(0, 0.001 if dear[0] == 30 else -0.001, 36)
    oil[slice(*dear)] += 0.2
    assert choose_month(World(), oil) == month


@pytest.mark.parametrize(("months", "month"), [(23, None), (24, 12)])
def test_a_history_of_less_than_two_years_has_no_promise(months, month):
    assert choose_month(World(), np.zeros(months)) == month
    if month is None:
        firm = simulate_wholesale(World(months=months))
        assert firm.tables["accounts"]["delivery_promised_on"].isna().all()


def test_where_nothing_is_chosen_for_a_reason_the_promise_begins_in_the_middle():
    oil = np.repeat([0.0, 0.2, 0.0], [10, 6, 20])
    assert choose_month(World.named("no_selection"), oil) == 18


def test_middle_accounts_have_the_promise_from_one_day_on_and_later_ones_from_their_first(each_northport):
    accounts = each_northport.tables["accounts"]
    promised = accounts["delivery_promised_on"]
    assert promised.notna().equals(accounts["segment"] == "middle")
    start = promised.min()
    assert start.day == 1 and pd.Timestamp("2024-01-01") <= start <= pd.Timestamp("2025-01-01")
    middle = accounts[promised.notna()]
    expected = middle["since_on"].where(middle["since_on"] > start, start)
    assert (middle["delivery_promised_on"] == expected).all()


def test_oil_is_dearer_in_the_half_year_before_the_promise_than_in_that_after(northports):
    for firm in northports.values():
        start = firm.tables["accounts"]["delivery_promised_on"].min()
        diesel = firm.tables["market_prices"].query("product == 'diesel'").set_index("week")
        price = diesel["price_cny_per_tonne"]
        half = pd.DateOffset(months=6)
        assert price[start - half : start].mean() > price[start : start + half].mean()


def test_a_promised_order_is_delivered_on_the_next_day_and_others_within_three(each_northport):
    orders = each_northport.tables["orders"].merge(each_northport.tables["accounts"], on="customer_id")
    day = orders["purchased_at"].dt.normalize()
    days = (orders["delivered_on"] - day).dt.days
    promised = day >= orders["delivery_promised_on"]
    assert promised.sum() > 500 and (days[promised] == 1).all()
    assert set(days[~promised]) == {1, 2, 3}


def test_the_promise_makes_orders_of_middle_accounts_a_tenth_larger_and_not_more(northport, unmoved):
    orders, before = northport.tables["orders"], unmoved.tables["orders"]
    same = ["order_id", "customer_id", "purchased_at", "product", "delivered_on"]
    pd.testing.assert_frame_equal(orders[same], before[same])
    since = orders["customer_id"].map(
        northport.tables["accounts"].set_index("customer_id")["delivery_promised_on"]
    )
    promised = orders["purchased_at"] >= since
    assert orders.loc[~promised, "tonnes"].equals(before.loc[~promised, "tonnes"])
    gain = orders.loc[promised, "tonnes"].sum() / before.loc[promised, "tonnes"].sum() - 1
    assert 0.09 < gain <= 0.1005  # a little less than a tenth: nobody buys more than most_wallet_share


def test_even_the_best_promise_sells_nobody_more_than_the_largest_share_of_the_need():
    much, more = (simulate_wholesale(with_promise(lift=lift)).tables["orders"] for lift in (50.0, 500.0))
    assert more["tonnes"].sum() < 1.02 * much["tonnes"].sum()


def test_the_promise_leaves_everything_but_purchases_as_it_was(northport, unmoved):
    for name in ("accounts", "visits", "leads", "competitor_bids", "contracts", "market_prices"):
        pd.testing.assert_frame_equal(northport.tables[name], unmoved.tables[name])
