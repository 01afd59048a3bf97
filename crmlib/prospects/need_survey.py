"""The need survey form: what the books of a prospect say about its needs (D-19).

The form asks for shares of current assets over three months, for turnover at the end of last year and last
month, and for the profit rate. The source names the figures and gives no formulas; those of accounting are
taken.
"""

from __future__ import annotations

import pandas as pd

from crmlib.tables.options import read_number
from crmlib.tables.results import describe_result, take_result

_MONEY = ("current_assets_cny", "receivables_cny", "inventory_cny", "sales_cny", "cost_of_sales_cny")
MONTHS = describe_result(
    "months",
    {"prospect": "string", "month": "date", **dict.fromkeys(_MONEY, "number >0"), "profit_cny": "number"},
)
_RATES = ("receivables_share", "inventory_share", "profit_rate")
_TURNOVERS = ("receivables_turnover", "inventory_turnover")


def measure_need_ratios(months_table: pd.DataFrame, *, months: int = 3) -> pd.DataFrame:
    """How a prospect's money is bound, and how fast it turns, by the lines of the need survey form (D-19).

    months_table: one row a prospect and month: prospect, month (any day in it), current_assets_cny,
    receivables_cny, inventory_cny (at its end), sales_cny, cost_of_sales_cny, profit_cny (of the month; may
    be negative). months: how many of the latest months the averages take (N-75).

    Columns, one row a prospect in the order of names: prospect, months (found, at most months);
    receivables_share = mean of receivables / current assets; inventory_share = mean of inventory / current
    assets; profit_rate = mean of profit / sales; receivables_turnover = 12 × sales / receivables of the
    last month and inventory_turnover = 12 × cost of sales / inventory (times a year); both again with
    _year_end, for the last December before the year of the last month (missing if the table does not hold
    it).

    Raises TableError for wrong columns, ValueError for a month that stands twice, current assets smaller than
    the receivables and inventory in them, or months below 1.

    >>> book = pd.DataFrame({"prospect": ["mill"], "month": pd.to_datetime(["2025-11-30"]),
    ...     "current_assets_cny": [400.0], "receivables_cny": [100.0], "inventory_cny": [200.0],
    ...     "sales_cny": [50.0], "cost_of_sales_cny": [40.0], "profit_cny": [5.0]})
    >>> found = measure_need_ratios(book)
    >>> found[["receivables_share", "inventory_share", "profit_rate", "receivables_turnover"]]
       receivables_share  inventory_share  profit_rate  receivables_turnover
    0               0.25              0.5          0.1                   6.0
    """
    latest = int(read_number(months, "months", "a whole number of at least 1", limits="1..", whole=True))
    rows = take_result(months_table, MONTHS).reset_index(drop=True)
    rows = _add_ratios(rows.assign(month=rows["month"].dt.to_period("M"))).sort_values(["prospect", "month"])
    recent = rows.groupby("prospect").tail(latest).groupby("prospect")
    last = rows.groupby("prospect").tail(1).set_index("prospect")
    year_end = rows[rows["month"].dt.month == 12].set_index("prospect")
    year_end = year_end[year_end["month"].dt.year == last["month"].dt.year.reindex(year_end.index) - 1]
    found = pd.concat(
        [
            recent.size().rename("months"),
            recent[list(_RATES)].mean(),
            last[list(_TURNOVERS)],
            year_end[list(_TURNOVERS)].add_suffix("_year_end"),
        ],
        axis=1,
    )
    return found.rename_axis("prospect").reset_index()


def _add_ratios(rows: pd.DataFrame) -> pd.DataFrame:
    """The ratios of each month; months that stand twice or do not add up are refused."""
    twice = rows.duplicated(["prospect", "month"], keep=False)
    if twice.any():
        first = rows[twice].iloc[0]
        raise ValueError(
            f"months.month: {int(twice.sum())} of {len(rows)} rows stand for the same prospect and month "
            f"({first['prospect']}, {first['month']}). Keep one row for each."
        )
    spilt = rows["receivables_cny"] + rows["inventory_cny"] > rows["current_assets_cny"]
    if spilt.any():
        first = rows[spilt].iloc[0]
        raise ValueError(
            f"months.current_assets_cny: in {int(spilt.sum())} of {len(rows)} rows receivables and inventory "
            f"exceed the current assets, which hold both ({first['prospect']}, {first['month']})."
        )
    return rows.assign(
        receivables_share=rows["receivables_cny"] / rows["current_assets_cny"],
        inventory_share=rows["inventory_cny"] / rows["current_assets_cny"],
        profit_rate=rows["profit_cny"] / rows["sales_cny"],
        receivables_turnover=12 * rows["sales_cny"] / rows["receivables_cny"],
        inventory_turnover=12 * rows["cost_of_sales_cny"] / rows["inventory_cny"],
    )
