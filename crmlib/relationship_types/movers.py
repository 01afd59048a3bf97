"""Movers: what became of customers who were upgraded or downgraded (C-14).

A customer who happened to buy much this half-year looks upgraded, and will look downgraded next time.
Following the same customers for one more period shows which part of the move was luck.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from crmlib.charts.style import COLOURS, format_money, new_axes
from crmlib.estimates.estimate import estimate_ratio
from crmlib.relationship_types.change import sum_periods
from crmlib.relationship_types.dimensions import find_first_days
from crmlib.tables.results import describe_result, take_result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

MOVERS = describe_result(
    "movers",
    {
        "group": "one of upgraded|downgraded",
        "customers": "integer 1..",
        "first_cny": "number",
        "second_cny": "number",
        "third_cny": "number",
    },
)


def follow_movers(
    purchases: pd.DataFrame,
    *,
    as_of: str | pd.Timestamp,
    months: int = 6,
    first_on: pd.Series | None = None,
) -> pd.DataFrame:
    """What became of customers who were upgraded or downgraded: a part of it was chance (C-14).

    Of the three periods of months up to as_of, the first two decide who was upgraded (margin rose) or
    downgraded; the third one is what they did afterwards. Counted are customers who had begun before all
    three and bought in the first two; a third period without a purchase counts as zero.

    Columns: group, customers, first_cny, second_cny, third_cny (mean margin a customer), kept (share of the
    change that was still there in the third period: (third − first) / (second − first)), low, high (95 %, by
    customer). Errors as `list_changes`; ValueError if a group has fewer than two customers.

    >>> days = pd.to_datetime(["2022-01-01", "2024-07-31", "2025-01-31", "2025-12-31"])
    >>> bought = pd.DataFrame({"customer_id": [1] * 4 + [2] * 4 + [3] * 4 + [4] * 4,
    ...                        "purchased_at": [*days] * 4,
    ...                        "margin_cny": [1.0, 10.0, 30.0, 20.0] * 2 + [1.0, 30.0, 10.0, 20.0] * 2})
    >>> follow_movers(bought, as_of="2025-12-31")[["group", "customers", "third_cny", "kept"]]
            group  customers  third_cny  kept
    0    upgraded          2       20.0   0.5
    1  downgraded          2       20.0   0.5
    """
    sums, starts = sum_periods(purchases, as_of=as_of, months=months, periods=3)
    old = find_first_days(purchases, first_on=first_on).reindex(sums.index) < starts[0]
    kept = sums[old & sums[0].notna() & sums[1].notna()].fillna(0.0)
    rose = kept[1] > kept[0]
    table = []
    for name, group in (("upgraded", kept[rose]), ("downgraded", kept[~rose])):
        if len(group) < 2:
            raise ValueError(f"receipts: {len(group)} customers were {name}, expected at least 2 to follow.")
        sign = 1 if name == "upgraded" else -1
        part = estimate_ratio(sign * (group[2] - group[0]), sign * (group[1] - group[0]), unit="%")
        means = [float(group[number].mean()) for number in range(3)]
        table.append((name, len(group), *means, part.value, part.low, part.high))
    columns = ["group", "customers", "first_cny", "second_cny", "third_cny", "kept", "low", "high"]
    return pd.DataFrame(table, columns=columns)


def plot_movers(movers: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Margin a customer of the upgraded and the downgraded, and where both went in the next period.

    movers: as from `follow_movers`.
    """
    ax = new_axes(ax)
    movers = take_result(movers, MOVERS)
    styles = {"upgraded": (COLOURS["gain"], "o", "-"), "downgraded": (COLOURS["loss"], "s", "--")}
    for row in movers.to_dict("records"):
        colour, marker, line = styles[str(row["group"])]
        values = [row["first_cny"], row["second_cny"], row["third_cny"]]
        ax.plot(range(3), values, color=colour, marker=marker, linestyle=line, linewidth=2,
                label=f"{row['group']} between the first two (n = {row['customers']:,})")  # fmt: skip
    ax.set_xticks(range(3), ["first", "second", "third"])
    format_money(ax.yaxis)
    ax.set_ylim(bottom=0)
    ax.set(xlabel="period (half years)", ylabel="mean margin a customer (yuan)")
    ax.legend(frameon=False)
    return ax
