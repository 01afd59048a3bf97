"""Did the forecast come true? Customers are forecast from one time and judged on another (F-03).

A model that fits the past well proves little. It is shown the purchases up to a day; then its forecast is
held against what the same customers did afterwards, and, in the simulated firm, against what they truly are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.intervals import reach
from crmlib.charts.style import COLOURS, format_money, new_axes
from crmlib.customers.summary import summarise_purchases
from crmlib.customers.windows import take_occasions
from crmlib.estimates.estimate import estimate_mean
from crmlib.tables.options import read_date, read_instance, read_number, read_text, refuse_short
from crmlib.tables.results import describe_result, take_by_customer, take_result
from crmlib.tables.take import take_columns
from crmlib.value.bg_nbd import BgNbd
from crmlib.value.gamma_gamma import GammaGamma

if TYPE_CHECKING:
    from matplotlib.axes import Axes

YEAR = 365.25
PERIOD = 91  # days that are discounted alike
VALUE_DAYS = 1096  # 36 months after joining: the time of the truth's expected_value_cny
FORECAST = ["expected_purchases", "expected_margin_cny"]
ACTUAL = ["purchases_next", "margin_next_cny"]
FOLLOWED = describe_result(
    "followed",
    {
        "customer_id": "key",
        "expected_purchases": "number >=0",
        "expected_margin_cny": "number",
        "purchases_next": "number >=0",
        "margin_next_cny": "number",
        "alive": "number 0..1",
    },
)
GROUPED = describe_result(
    "groups",
    {
        "group": "integer 1..",
        "n": "integer 2..",
        **dict.fromkeys(("forecast", "actual", "low", "high"), "number"),
    },
)


def forecast_value(
    summary: pd.DataFrame,
    buying: BgNbd,
    spending: GammaGamma,
    *,
    margin_share: float,
    days: int,
    discount_share: float = 0.10,
) -> pd.Series:
    """The margin that each customer is expected to bring in the next days, in yuan of today (F-03).

    Purchases to come × amount of a purchase × margin_share, in quarters; money of a quarter is divided by
    (1 + discount_share)^(years to its middle). summary: as for `fit_bg_nbd` and `fit_gamma_gamma`. No cost
    to serve is taken off. Index customer_id. Errors as the two models; ValueError for shares that are none.
    """
    read_number(margin_share, "margin_share", "a share from 0 to 1", limits="0..1")
    read_number(days, "days", "at least 1 day", limits="1..", whole=True)
    read_number(discount_share, "discount_share", "a share from 0 on, such as 0.10", limits="0..10")
    _take_models(buying, spending)
    ends = [*range(PERIOD, days, PERIOD), days]
    amount = spending.predict_amount(summary)
    total = before = 0 * amount
    start = 0
    for end in ends:
        until = buying.predict_purchases(summary, days=end)
        total = total + (until - before) / (1 + discount_share) ** ((start + end) / 2 / YEAR)
        before, start = until, end
    return (total * amount * margin_share).rename("expected_margin_cny")


def _take_models(buying: BgNbd, spending: GammaGamma) -> None:
    read_instance(buying, "buying", BgNbd)
    read_instance(spending, "spending", GammaGamma)


def follow_forecasts(
    receipts: pd.DataFrame,
    buying: BgNbd,
    spending: GammaGamma,
    *,
    margin_share: float,
    as_of: str | pd.Timestamp,
    days: int,
) -> pd.DataFrame:
    """What each customer was expected to do in the days after as_of, and what she did: index customer_id.

    receipts: customer_id, purchased_at, amount_cny, margin_cny. The forecast knows the receipts up to as_of,
    that day included. Columns: alive, expected_purchases, expected_margin_cny (not discounted),
    purchases_next (days with a purchase), margin_next_cny. Raises TableError for wrong columns or receipts
    that end before the days are over, ValueError for days below 1.
    """
    day = read_date(as_of, "as_of")
    ahead = int(read_number(days, "days", "at least 1 day", limits="1..", whole=True))
    _take_models(buying, spending)
    columns = ["customer_id", "purchased_at", "amount_cny", "margin_cny"]
    rows = take_columns(receipts, "receipts", columns, once="receipt_id").dropna(subset=["customer_id"])
    start = day + pd.Timedelta(days=1)
    end = start + pd.Timedelta(days=ahead)
    refuse_short(rows["purchased_at"], end - pd.Timedelta(days=1))
    summary = summarise_purchases(rows[rows["purchased_at"] < start], as_of=day)
    later = rows[rows["purchased_at"].between(start, end, inclusive="left")]
    table = pd.DataFrame(
        {
            "alive": buying.predict_alive(summary),
            "expected_purchases": buying.predict_purchases(summary, days=ahead),
            "expected_margin_cny": forecast_value(
                summary, buying, spending, margin_share=margin_share, days=ahead, discount_share=0.0
            ),
        }
    )
    found = (
        take_occasions(later)["customer_id"].value_counts(),
        later.groupby("customer_id")["margin_cny"].sum(),
    )
    for name, values in zip(ACTUAL, found, strict=True):
        table[name] = values.reindex(table.index).fillna(0.0).astype(float)
    return table


def measure_deciles(
    followed: pd.DataFrame,
    *,
    forecast: str = "expected_purchases",
    actual: str = "purchases_next",
    groups: int = 10,
) -> pd.DataFrame:
    """Forecast against fact in ten groups of equal size, from the lowest forecast to the highest.

    followed: as from `follow_forecasts` (or any table with two numbers a customer, such as that of
    `compare_value_with_truth`). forecast, actual: names of its columns. Columns: group, n, forecast (mean),
    actual (mean), low, high (Student's interval of the actual mean). Equal forecasts are put in order by
    customer number. Raises TableError for wrong columns, ValueError with fewer than two customers a group.

    >>> followed = pd.DataFrame({"expected_purchases": [1.0, 3.0, 2.0, 6.0], "purchases_next": [0, 3, 2, 5]},
    ...                         index=pd.Index([1, 2, 3, 4], name="customer_id"))
    >>> measure_deciles(followed, groups=2)[["n", "forecast", "actual"]]
       n  forecast  actual
    0  2       1.5     1.0
    1  2       4.5     4.0
    """
    names = [read_text(forecast, "forecast"), read_text(actual, "actual")]
    described = describe_result("followed", {"customer_id": "key", **dict.fromkeys(names, "number")})
    table = take_by_customer(followed, described, names).sort_index()
    parts = int(read_number(groups, "groups", "at least 1", limits="1..1000", whole=True))
    if len(table) < 2 * parts:
        raise ValueError(
            f"followed: {len(table)} customers for {parts} groups, expected two a group. Take fewer groups."
        )
    order = np.argsort(table[forecast].to_numpy(), kind="stable")
    rows = []
    for number, part in enumerate(np.array_split(order, parts), start=1):
        inside = table.iloc[part]
        found = estimate_mean(inside[actual], unit="yuan")
        rows.append((number, len(inside), float(inside[forecast].mean()), found.value, found.low, found.high))
    return pd.DataFrame(rows, columns=["group", "n", "forecast", "actual", "low", "high"])


def plot_deciles(
    deciles: pd.DataFrame, *, label: str, fact: str = "what happened", ax: Axes | None = None
) -> Axes:
    """Forecast (line) and fact (dots with intervals) in each group: apart where the model is wrong.

    deciles: as from `measure_deciles`. label: what is forecast, with its unit. fact: what the dots are.
    """
    table, label, fact = take_result(deciles, GROUPED), read_text(label, "label"), read_text(fact, "fact")
    ax = new_axes(ax)
    place = table["group"]
    ax.plot(place, table["forecast"], "s-", color=COLOURS["estimate"], markersize=5, label="forecast")
    error = reach(table["actual"], table["low"], table["high"])
    ax.errorbar(place, table["actual"], error, fmt="o", capsize=3, color=COLOURS["truth"], label=fact)
    ax.set_xticks(list(place))
    top = table.iloc[-1]
    ax.set_title(f"Last group: forecast {top['forecast']:,.0f}, {fact} {top['actual']:,.0f}")
    format_money(ax.yaxis)
    ax.set(xlabel="customers in equal groups, lowest forecast first", ylabel=label)
    ax.legend(frameon=False, loc="upper left")
    return ax


def compare_value_with_truth(
    receipts: pd.DataFrame,
    truth_members: pd.DataFrame,
    buying: BgNbd,
    spending: GammaGamma,
    *,
    margin_share: float,
    as_of: str | pd.Timestamp,
) -> pd.DataFrame:
    """The margin of 36 months as forecast early, and as it was truly to be expected: by member.

    receipts: customer_id, purchased_at, amount_cny, margin_cny; of those after as_of nothing is known.
    truth_members: customer_id, expected_value_cny. forecast_cny: the margin up to as_of and what the models
    expect of the rest of the 36 months (1,096 days from the first purchase, not discounted). naive_cny goes
    on as before: the margin so far per day, times 1,096. true_cny: the truth. Index customer_id. Raises
    TableError for wrong columns, ValueError if nobody is in both tables, or somebody's 36 months are over.
    """
    day = read_date(as_of, "as_of")
    read_number(margin_share, "margin_share", "a share from 0 to 1", limits="0..1")
    _take_models(buying, spending)
    columns = ["customer_id", "purchased_at", "amount_cny", "margin_cny"]
    rows = take_columns(receipts, "receipts", columns, once="receipt_id").dropna(subset=["customer_id"])
    names = ["customer_id", "expected_value_cny"]
    truth = take_columns(truth_members, "truth.members", names, unique=["customer_id"])
    rows = rows[rows["purchased_at"] < day + pd.Timedelta(days=1)]
    rows = rows[rows["customer_id"].isin(truth["customer_id"])]
    summary = summarise_purchases(rows, as_of=day)
    if (summary["age_days"] >= VALUE_DAYS - 1).any():
        raise ValueError(
            f"as_of: the {VALUE_DAYS} days of somebody are over by {day.date()}. Take an earlier day."
        )
    so_far = rows.groupby("customer_id")["margin_cny"].sum().reindex(summary.index).astype(float)
    parts = summary.groupby("age_days")
    rest = [
        buying.predict_purchases(part, days=VALUE_DAYS - 1 - int(part["age_days"].iloc[0]))
        for _, part in parts
    ]
    amount = spending.predict_amount(summary) * margin_share
    return pd.DataFrame(
        {
            "forecast_cny": so_far + pd.concat(rest).reindex(summary.index) * amount,
            "naive_cny": so_far / (summary["age_days"] + 1) * VALUE_DAYS,
            "true_cny": truth.set_index("customer_id")["expected_value_cny"].reindex(summary.index),
        }
    )
