"""Orders: what is bought, at which price, when it is paid, and who costs more than he brings."""

import numpy as np
import pandas as pd

from tests.simulation.calls import get_accounts


def test_orders_of_a_quarter_are_what_the_wallet_says_and_never_more_than_the_need(each_northport):
    orders, wallets = each_northport.tables["orders"], each_northport.tables["wallets"]
    quarter = orders["purchased_at"].dt.to_period("Q").dt.start_time.astype("datetime64[us]")
    bought = orders.groupby(["customer_id", quarter.rename("quarter")])["tonnes"].sum()
    wallet = wallets.set_index(["customer_id", "quarter"])["bought_tonnes"]
    pd.testing.assert_series_equal(
        bought, wallet[wallet > 0], check_names=False, check_dtype=False, check_index_type=False, atol=0.006
    )
    assert (wallets["bought_tonnes"] <= wallets["needed_tonnes"]).all()


def test_an_order_is_priced_at_the_market_less_a_discount(northport):
    orders = northport.tables["orders"]
    week = orders["purchased_at"].dt.to_period("W").dt.start_time.astype("datetime64[us]")
    quoted = orders.assign(week=week)[["week", "product", "price_cny_per_tonne"]].merge(
        northport.tables["market_prices"], on=["week", "product"], suffixes=("", "_market")
    )
    discount = 1 - quoted["price_cny_per_tonne"] / quoted["price_cny_per_tonne_market"]
    assert len(quoted) == len(orders)
    assert discount.between(-1e-5, 0.08).all()
    assert 0.01 < discount.mean() < 0.04


def test_payment_is_on_time_for_most_and_open_only_near_the_end_or_after_closing(each_northport):
    orders = each_northport.tables["orders"].merge(get_accounts(each_northport), on="customer_id")
    assert 0.2 < (orders["paid_on"] > orders["due_on"]).mean() < 0.42
    unpaid = orders[orders["paid_on"].isna() & (orders["leaving_cause"] != "closed")]
    assert (unpaid["due_on"] > "2025-07-01").all()


def test_a_fifth_of_the_accounts_buys_70_to_80_percent_of_the_tonnes(northports):
    shares = []
    for firm in northports.values():
        tonnes = firm.tables["orders"].groupby("customer_id")["tonnes"].sum().sort_values(ascending=False)
        shares.append(tonnes.head(48).sum() / tonnes.sum())
    assert 0.70 < np.mean(shares) < 0.80
    assert min(shares) > 0.66 and max(shares) < 0.85


def test_some_accounts_cost_more_than_they_bring_because_they_are_small_and_far(each_northport):
    margin = each_northport.tables["orders"].groupby("customer_id")["margin_cny"].sum()
    accounts = each_northport.tables["accounts"].set_index("customer_id").join(margin, how="inner")
    losing = accounts["margin_cny"] < 0
    assert 0.02 < losing.mean() < 0.2
    assert accounts[losing]["distance_km"].mean() > accounts[~losing]["distance_km"].mean()
    assert (accounts[losing]["segment"] == "small").mean() > 0.65
