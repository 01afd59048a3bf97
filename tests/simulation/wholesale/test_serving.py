"""Cost to serve an account: an independent sum from the tables, and the cases at the edges."""

import pandas as pd
import pytest

END = pd.Timestamp("2026-01-01")


def test_cost_to_serve_is_what_visits_credit_and_reminders_add_up_to(each_northport):
    truth = each_northport.truth["accounts"].set_index("customer_id")["serving_cost_cny"]
    distance = each_northport.tables["accounts"].set_index("customer_id")["distance_km"]
    total = dict.fromkeys(truth.index, 0.0)
    visits = each_northport.tables["visits"].dropna(subset=["customer_id"])
    for account, minutes in zip(visits["customer_id"], visits["minutes"], strict=True):
        way = 2 * distance[account] / 3
        total[account] += 150 * (minutes / 60 + way / 55) + 1.2 * way
    orders = each_northport.tables["orders"]
    until = orders["paid_on"].fillna(END).where(orders["paid_on"].notna() | (orders["delivered_on"] < END))
    until = until.fillna(orders["delivered_on"])
    interest = 0.06 * orders["amount_cny"] * (until - orders["delivered_on"]).dt.days / 365
    late = 40.0 * (until > orders["due_on"])
    for account, cost in zip(orders["customer_id"], interest + late, strict=True):
        total[account] += cost
    for account, cost in total.items():
        assert truth[account] == pytest.approx(cost, abs=0.01)


def test_serving_takes_a_larger_part_of_the_margin_of_small_accounts(northports):
    for firm in northports.values():
        accounts = firm.tables["accounts"].merge(firm.truth["accounts"], on="customer_id")
        margin = firm.tables["orders"].groupby("customer_id")["margin_cny"].sum()
        accounts["margin"] = accounts["customer_id"].map(margin).fillna(0.0)
        sums = accounts.groupby("segment", observed=True)[["serving_cost_cny", "margin"]].sum()
        share = sums["serving_cost_cny"] / sums["margin"]
        assert share["small"] > 1.3 * max(share["middle"], share["key"])
