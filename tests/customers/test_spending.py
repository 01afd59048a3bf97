"""What each customer brought in a period: the days at both ends, and whom is counted."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.customers.spending import sum_spending
from crmlib.tables.errors import TableError

DAYS = ["2024-12-31 23:59", "2025-01-01 00:00", "2025-12-31 23:59", "2026-01-01 00:00"]
BOUGHT = pd.DataFrame(
    {
        "customer_id": pd.array([1, 2, 3, 4], dtype="Int64"),
        "purchased_at": pd.to_datetime(DAYS),
        "amount_cny": [10.0] * 4,
        "margin_cny": [-1.0, 2.0, 3.0, 4.0],
    }
)


def test_a_year_of_365_days_begins_on_the_day_after_the_last_year_and_ends_with_as_of():
    assert sum_spending(BOUGHT, as_of="2025-12-31").index.tolist() == [2, 3]
    assert sum_spending(BOUGHT, as_of="2025-12-31", days=366).index.tolist() == [1, 2, 3]


def test_margins_may_be_negative_and_purchases_without_a_customer_are_left_out():
    bought = BOUGHT.assign(customer_id=pd.array([1, 1, None, 1], dtype="Int64"))
    assert sum_spending(bought, as_of="2026-01-01", days=400, resource="margin_cny").to_dict() == {1: 5.0}


def test_a_period_without_purchases_is_refused():
    with pytest.raises(TableError, match="no customer bought in the 5 days from 2025-06-26 on"):
        sum_spending(BOUGHT, as_of="2025-06-30", days=5)
