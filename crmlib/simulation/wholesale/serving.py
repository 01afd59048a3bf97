"""What it costs to serve each account beyond the order itself: visits, the way there, credit, reminders."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.simulation.draws import Dates, Floats, Ints
from crmlib.simulation.wholesale.accounts import FIRST_ID
from crmlib.simulation.wholesale.months import Setting

DAYS_PER_YEAR = 365.0


def cost_to_serve(setting: Setting, orders: pd.DataFrame, visits: pd.DataFrame) -> Floats:
    """Yuan spent on serving each account in the history, from the tables orders and visits.

    Fuel, handling and trucks are not in it: the margin of an order contains them.
    """
    visits = visits[visits["customer_id"].notna()]
    visited = visits["customer_id"].to_numpy(dtype=np.int64) - FIRST_ID
    ordered = orders["customer_id"].to_numpy(dtype=np.int64) - FIRST_ID
    count = len(setting.accounts.need)
    on_visits = np.bincount(
        visited, _of_visits(setting, visited, visits["minutes"].to_numpy()), minlength=count
    )
    return np.asarray(on_visits + np.bincount(ordered, _of_credit(setting, orders), minlength=count))


def _of_visits(setting: Setting, visited: Ints, minutes: Floats) -> Floats:
    """Working time on the visit, and an equal part of the tour's way in time and car."""
    rule = setting.world.wholesale.serving
    way = 2 * setting.accounts.distance_km[visited] / rule.stops
    hours = minutes / 60 + way / rule.way_km_per_hour
    return np.asarray(hours * rule.visit_hour_cny + way * rule.way_km_cny)


def _of_credit(setting: Setting, orders: pd.DataFrame) -> Floats:
    """Interest from delivery to payment, or to the end of the data; a reminder where payment was late."""
    rule, end = setting.world.wholesale.serving, setting.calendar.ends_on
    delivered, due, paid = (_days(orders[name]) for name in ("delivered_on", "due_on", "paid_on"))
    until = np.where(np.isnat(paid), np.maximum(end, delivered), paid)
    days = (until - delivered).astype(np.int64)
    interest = orders["amount_cny"].to_numpy() * rule.credit_rate * days / DAYS_PER_YEAR
    return np.asarray(interest + rule.reminder_cny * (until > due))


def _days(column: pd.Series) -> Dates:
    return column.to_numpy().astype("datetime64[D]")
