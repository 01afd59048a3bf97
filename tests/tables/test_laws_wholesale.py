"""Every law of the wholesaler's tables can be broken, and the break is named with its place."""

import pandas as pd
import pytest

from crmlib.tables.examples import example_rows
from crmlib.tables.laws_wholesale import WHOLESALE
from tests.tables.calls import DAY, check, refuse

BEFORE, AFTER = DAY - pd.Timedelta(days=1), DAY + pd.Timedelta(days=1)
# table, what is changed in its example rows, the place, a part of the law
BROKEN = [
    ("accounts", {"delivery_promised_on": BEFORE}, "accounts.delivery_promised_on: 2 of 2", "of since_on"),
    ("orders", {"amount_cny": 2.0}, "orders.amount_cny: 2 of 2", "tonnes × price_cny_per_tonne"),
    ("orders", {"due_on": BEFORE}, "orders.due_on: 2 of 2", "on the day of delivered_on"),
    ("orders", {"purchased_at": AFTER}, "orders.delivered_on: 2 of 2", "on the day of purchased_at"),
    ("visits", {"lead_id": 1}, "visits.lead_id: 2 of 2", "either a customer_id or a lead_id"),
    ("contracts", {"ends_on": BEFORE}, "contracts.ends_on: 2 of 2", "on the day of signed_on"),
    ("leads", {"stage": 3}, "leads.stage_2_on: 2 of 2", "a date if stage is 2 or higher"),
    ("leads", {"stage": 2, "stage_1_on": AFTER, "stage_2_on": DAY}, "leads.stage_2_on: 2 of 2", "stage_1_on"),
    ("leads", {"outcome": "won"}, "leads.customer_id: 2 of 2", "filled in for won leads"),
    ("leads", {"outcome": "lost"}, "leads.drop_reason: 2 of 2", "filled in for lost leads"),
    ("market_prices", {"week": BEFORE}, "market_prices.week: 2 of 2", "a Monday"),
    ("wallets", {"quarter": BEFORE}, "wallets.quarter: 2 of 2", "the first day of a quarter"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "change", "place", "law"), BROKEN)
def test_broken_law_is_named_with_its_place(name, change, place, law):
    message = refuse(name, example_rows(name).assign(**change))
    assert place in message
    assert law in message
    assert "Repair: " in message and message.endswith(".")


def test_every_table_with_laws_is_broken_above():
    assert {name for name, *_ in BROKEN} == set(WHOLESALE)


def test_an_order_costs_its_tonnes_times_the_price_to_the_cent():
    orders = example_rows("orders").assign(tonnes=2.0, price_cny_per_tonne=5_000.0)
    check("orders", orders.assign(amount_cny=[10_000.015, 9_999.985]))  # a cent and a millionth of the amount
    message = refuse("orders", orders.assign(amount_cny=[10_000.025, 9_999.975]))
    assert "orders.amount_cny: 2 of 2 rows are wrong" in message


@pytest.mark.parametrize("stage", [2, 3, 4, 5])
def test_each_stage_that_a_lead_has_reached_needs_its_date(stage):
    days = {f"stage_{one}_on": DAY + pd.Timedelta(days=one) for one in range(1, 6)}
    leads = example_rows("leads").assign(stage=5, **days)
    check("leads", leads)
    message = refuse("leads", leads.assign(**{f"stage_{stage}_on": [pd.NaT, DAY + pd.Timedelta(days=stage)]}))
    assert f"leads.stage_{stage}_on: 1 of 2 rows is wrong" in message
    message = refuse("leads", leads.assign(**{f"stage_{stage}_on": DAY + pd.Timedelta(days=stage - 2)}))
    assert f"leads.stage_{stage}_on: 2 of 2" in message and f"on the day of stage_{stage - 1}_on" in message
