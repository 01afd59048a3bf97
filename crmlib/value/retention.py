"""What keeping customers is worth: the margin multiple, and "five points more" taken apart (F-03).

"Five per cent more retention raises profit by 25 to 85 per cent" is the best-known sentence on customer
value. It stands in no source of this course; it goes back to Reichheld and Sasser (1990). What it says
depends on where one begins, on what a later yuan is worth, and on what is called profit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.interactive import Slider, explore
from crmlib.charts.style import COLOURS, format_percent
from crmlib.tables.options import read_number, read_numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FOLK = (0.25, 0.85)
SHARE = "a share from 0 to below 1, such as 0.75"


def find_margin_multiple(retention_share: float, discount_share: float) -> float:
    """What a yuan of yearly margin is worth today, if it comes at the end of each year that she stays.

    r / (1 + i − r) with retention r and discount i a year: the sum of (r / (1 + i))^t over all years t from
    1 on (Gupta and Lehmann 2003). A margin earned at once, before anybody could leave, is one yuan more.
    Raises ValueError for shares that are none, or if nothing ever ends (retention 1 without discount).

    >>> [round(find_margin_multiple(r, 0.10), 2) for r in (0.6, 0.7, 0.8, 0.9)]
    [1.2, 1.75, 2.67, 4.5]
    """
    stay = read_number(retention_share, "retention_share", "a share from 0 to 1", limits="0..1")
    later = read_number(discount_share, "discount_share", "a share from 0 on, such as 0.10", limits="0..10")
    if 1 + later - stay <= 0:
        raise ValueError(
            "retention_share is 1 and discount_share 0: the sum has no end. Discount, or let some leave."
        )
    return stay / (1 + later - stay)


def list_retention_gains(
    retentions: Sequence[float],
    *,
    discount_share: float = 0.10,
    points: float = 0.05,
    acquisition_years: float = 0.0,
) -> pd.DataFrame:
    """By how much lifetime value grows when retention rises by some points, from several starts.

    Value = 1 + r / (1 + i − r) years of margin (the first at once), less what it cost to win the customer.
    retentions: where to start, shares below 1 − points. points: the rise, as a share (0.05: from 75 to 80 %).
    acquisition_years: what winning a customer costs, in years of her margin. Columns: retention, loyal_years
    (years that a customer stays on average, 1 / (1 − r)), value_years and value_after_years (in years of
    margin), gain_share (their ratio less 1; missing where the value before is not positive),
    fewer_leave_share (by how much fewer leave a year: what the points are of those who leave).

    >>> gains = list_retention_gains([0.60, 0.75, 0.90]).round(2)
    >>> gains[["retention", "value_years", "gain_share", "fewer_leave_share"]]
       retention  value_years  gain_share  fewer_leave_share
    0       0.60         2.20        0.11               0.12
    1       0.75         3.14        0.17               0.20
    2       0.90         5.50        0.33               0.50
    """
    rise = read_number(points, "points", "a share above 0, 0.05 for five points", limits=">0")
    cost = read_number(acquisition_years, "acquisition_years", "0 or more years of margin", limits="0..100")
    starts = read_numbers(retentions, "retentions", "shares from 0 to 1", limits="0..1")
    if (starts + rise >= 1).any():
        raise ValueError(
            f"retentions: {starts.max():g} and points of {rise:g} are 1 or above; nobody would ever leave. "
            "Start lower, or take fewer points."
        )
    before, after = (
        np.array([1 + find_margin_multiple(one, discount_share) for one in shares]) - cost
        for shares in (starts, starts + rise)
    )
    gain = np.divide(after, before, out=np.full(len(before), np.nan), where=before > 0) - 1
    return pd.DataFrame(
        {
            "retention": starts,
            "loyal_years": 1 / (1 - starts),
            "value_years": before,
            "value_after_years": after,
            "gain_share": gain,
            "fewer_leave_share": rise / (1 - starts),
        }
    )


def explore_retention_gain() -> None:
    """Drag the discount and the cost of winning: what do five points of retention bring, from each start?

    The band is the sentence, 25 to 85 per cent; the line is what arithmetic makes of it.
    """

    def draw(ax: Axes, discount: int, acquisition_years: float) -> None:
        starts = np.arange(0.40, 0.9401, 0.01)
        table = list_retention_gains(
            starts.tolist(), discount_share=discount / 100, acquisition_years=acquisition_years
        )
        ax.axhspan(*FOLK, color=COLOURS["claim"], alpha=0.35, linewidth=0, label="the sentence: 25 to 85 %")
        ax.plot(
            table["retention"], table["gain_share"], color=COLOURS["estimate"], linewidth=2, label="computed"
        )
        inside = table.loc[table["gain_share"] >= FOLK[0], "retention"]
        ax.set_title(
            f"25 % and more from a retention of {100 * inside.min():.0f} % on"
            if len(inside)
            else "Never 25 %"
        )
        format_percent(ax.xaxis)
        format_percent(ax.yaxis)
        ax.set(
            xlabel="retention a year, before",
            ylabel="more lifetime value by 5 points",
            xlim=(0.4, 0.94),
            ylim=(0, 1.5),
        )
        ax.legend(frameon=False, loc="upper left")

    alt = (
        "Gain in lifetime value by five points of retention, against the retention before: it rises slowly "
        "from some 7 per cent and enters the band of 25 to 85 per cent only at high retention."
    )
    controls = {
        "discount": Slider("discount a year (%)", 0, 25, 10, 1),
        "acquisition_years": Slider("winning her cost (years of margin)", 0.0, 3.0, 0.0, 0.25),
    }
    explore(draw, controls=controls, alt=alt)
