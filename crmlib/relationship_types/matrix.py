"""Which of five types of relationship a segment asks for: customers × margin (C-15, C-16).

The course's matrix has no numbers on its axes. How many customers are "many", and which margin is "high", are
therefore arguments here, and a figure lets the reader move them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.interactive import Slider, explore
from crmlib.charts.style import COLOURS
from crmlib.customers.spending import sum_spending
from crmlib.tables.options import read_number
from crmlib.tables.results import describe_result, take_result, take_values

if TYPE_CHECKING:
    from matplotlib.axes import Axes

TYPES = ("basic", "reactive", "accountable", "proactive", "partnership")
_COUNT_LEVELS = ("many", "medium", "few")  # rows of the matrix, top to bottom
MARGIN_LEVELS = ("low", "medium", "high")  # its columns, left to right
SEGMENTS = describe_result(
    "segments", {"segment": "string", "customers": "integer 1..", "margin_each_cny": "number"}
)
GIVEN_SEGMENTS = describe_result("segments", {"customer_id": "key", "segment": "string ?"})


def list_matrix() -> pd.DataFrame:
    """The nine cells of the matrix: fewer customers or more margin ask for a closer type (C-16).

    Index: customers (many, medium, few); columns: margin (low, medium, high). Moving one step in either
    direction moves one type along the row of five: type = step down + step right.

    >>> list_matrix().loc["few"].tolist()
    ['accountable', 'proactive', 'partnership']
    """
    cells = [[TYPES[row + column] for column in range(3)] for row in range(3)]
    index = pd.Index(_COUNT_LEVELS, name="customers")
    return pd.DataFrame(cells, index=index, columns=pd.Index(MARGIN_LEVELS, name="margin"))


def summarise_segments(
    purchases: pd.DataFrame, segments: pd.Series, *, as_of: str | pd.Timestamp, days: int = 365
) -> pd.DataFrame:
    """How many customers each segment has and what margin each of them brings (C-16).

    purchases: customer_id, purchased_at, margin_cny (receipts or orders). segments: index customer_id,
    name of the segment; customers without purchases in the days up to as_of are not counted, buyers
    without a segment are left out. Columns: segment, customers, margin_cny, margin_each_cny. Raises
    TableError for wrong columns, ValueError if no buyer has a segment or a customer has two.

    >>> orders = pd.DataFrame({"customer_id": [1, 2, 3], "margin_cny": [90.0, 10.0, 30.0],
    ...                        "purchased_at": pd.to_datetime(["2025-05-01"] * 3)})
    >>> segments = pd.Series(["key", "small", "small"], index=[1, 2, 3])
    >>> summarise_segments(orders, segments, as_of="2025-12-31")
      segment  customers  margin_cny  margin_each_cny
    0     key          1        90.0             90.0
    1   small          2        40.0             20.0
    """
    given = take_values(segments, GIVEN_SEGMENTS)
    margin = sum_spending(purchases, as_of=as_of, days=days, resource="margin_cny")
    known = given.dropna().astype(str).reindex(margin.index).dropna()
    if known.empty:
        raise ValueError("segments: none of the buyers has a segment. Take both tables from one firm.")
    groups = margin[known.index].groupby(known, observed=True)
    table = pd.DataFrame({"customers": groups.size(), "margin_cny": groups.sum()})
    if isinstance(segments.dtype, pd.CategoricalDtype):  # keep the order of the firm's own words
        table = table.reindex([word for word in map(str, segments.cat.categories) if word in table.index])
    named = table.rename_axis("segment").reset_index()
    return named.assign(
        segment=named["segment"].astype(str), margin_each_cny=named["margin_cny"] / named["customers"]
    )


@dataclass(frozen=True)
class _Cuts:
    """Where "few", "many", "low" and "high" begin, in this order on each axis."""

    few_up_to: int
    many_from: int
    low_below: float
    high_from: float

    def __post_init__(self) -> None:
        """Refuse cut points that are no numbers or stand in the wrong order."""
        for name in ("few_up_to", "many_from"):
            value = getattr(self, name)
            read_number(value, name, "a whole number of at least 1", limits="1..", whole=True)
        for name in ("low_below", "high_from"):
            read_number(getattr(self, name), name, "an amount in yuan of 0 or more", limits="0..")
        for low, high in (("few_up_to", "many_from"), ("low_below", "high_from")):
            one, other = getattr(self, low), getattr(self, high)
            if not one < other:
                raise ValueError(f"{low} is {one}, {high} {other}: expected {low} < {high}.")


def choose_types(
    segments: pd.DataFrame,
    *,
    few_up_to: int = 50,
    many_from: int = 1000,
    low_below: float = 200.0,
    high_from: float = 20000.0,
) -> pd.DataFrame:
    """Which relationship each segment of a firm asks for, by its number of customers and their margin (C-16).

    segments: segment, customers, margin_each_cny (yuan a year), as from `summarise_segments`. Customers are
    few up to few_up_to, many from many_from on; the margin of each is low below low_below, high from
    high_from on. The cut points are ours: the course names the axes and gives no numbers. Adds
    customers_level, margin_level and type. Raises TableError for wrong columns, ValueError for cut points in
    the wrong order.

    >>> segments = pd.DataFrame({"segment": ["key", "home"], "customers": [40, 5000],
    ...                          "margin_each_cny": [300_000.0, 300.0]})
    >>> choose_types(segments)[["segment", "customers_level", "margin_level", "type"]]
      segment customers_level margin_level         type
    0     key             few         high  partnership
    1    home            many       medium     reactive
    """
    return _choose(segments, _Cuts(few_up_to, many_from, low_below, high_from))


def _choose(segments: pd.DataFrame, cuts: _Cuts) -> pd.DataFrame:
    checked = take_result(segments, SEGMENTS)
    customers, margins = checked["customers"], checked["margin_each_cny"]
    down = np.select([customers <= cuts.few_up_to, customers >= cuts.many_from], [2, 0], 1)
    right = np.searchsorted([cuts.low_below, cuts.high_from], margins, side="right")
    return segments.assign(
        **checked,
        customers_level=np.array(_COUNT_LEVELS)[down],
        margin_level=np.array(MARGIN_LEVELS)[right],
        type=np.array(TYPES)[down + right],
    )


def _draw_matrix(chosen: pd.DataFrame, cuts: _Cuts, ax: Axes) -> None:
    """The nine cells and the segments in them; on both axes a step is ten times as much."""
    margins, counts = np.log10(chosen["margin_each_cny"].clip(lower=1)), np.log10(chosen["customers"])
    x_cuts = np.log10([max(1.0, cuts.low_below), cuts.high_from])
    y_cuts = np.log10([cuts.many_from, cuts.few_up_to])
    xs = (min(x_cuts[0], margins.min()) - 0.7, *x_cuts, max(x_cuts[1], margins.max()) + 0.7)
    ys = (max(y_cuts[0], counts.max()) + 0.6, *y_cuts, min(y_cuts[1], counts.min()) - 0.5)
    for row, height in enumerate((0.86, 0.86, 0.2)):  # names keep clear of the dots
        for column in range(3):
            place = (xs[column] + xs[column + 1]) / 2, ys[row] * height + ys[row + 1] * (1 - height)
            ax.text(*place, TYPES[row + column], ha="center", va="center", color="#767676", fontsize=11)
    for cut in y_cuts:
        ax.axhline(cut, color="black", linewidth=0.8, linestyle="--")
    for cut in x_cuts:
        ax.axvline(cut, color="black", linewidth=0.8, linestyle="--")
    _draw_segments(ax, chosen.assign(x=margins, y=counts))
    _label_powers(ax, xs, ys)
    ax.set(xlabel="margin a customer and year (yuan, each step tenfold)", ylabel="customers (number)")


def _label_powers(ax: Axes, xs: Sequence[float], ys: Sequence[float]) -> None:
    """Limits and ticks of two axes on which a step of one is ten times as much."""
    for axis, ends in ((ax.xaxis, (xs[0], xs[-1])), (ax.yaxis, (ys[-1], ys[0]))):
        powers = range(math.ceil(ends[0]), math.floor(ends[1]) + 1)
        axis.set_ticks(list(powers), [f"{10**power:,}" for power in powers])
    ax.set(xlim=(xs[0], xs[-1]), ylim=(ys[-1], ys[0]))


def _draw_segments(ax: Axes, chosen: pd.DataFrame) -> None:
    firms = chosen["firm"] if "firm" in chosen else pd.Series("segments", index=chosen.index)
    styles = zip((COLOURS["osmanthus"], COLOURS["high"], COLOURS["low"]), "osD", strict=True)
    for (firm, rows), (colour, marker) in zip(chosen.groupby(firms, sort=False), styles, strict=False):
        ax.plot(rows["x"], rows["y"], marker, color=colour, markersize=9, markeredgecolor="black", label=firm)
        for name, x, y in zip(rows["segment"], rows["x"], rows["y"], strict=True):
            paper = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.5}
            ax.annotate(str(name), (x, y), (8, 6), textcoords="offset points", fontsize=9, bbox=paper)
    if "firm" in chosen:
        ax.legend(frameon=False, ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0), fontsize=9)


def explore_matrix(segments: pd.DataFrame) -> None:
    """Move the cut points and see which segments change their type (C-16).

    segments: as for `choose_types`; a column firm gives each of up to three firms its own marker.
    """
    take_result(segments, SEGMENTS)

    def draw(ax: Axes, few_up_to: int, many_from: int, low_below: int, high_from: int) -> None:
        """Draw the matrix and count the types in the title; a cut that would stand behind the other waits."""
        cuts = _Cuts(few_up_to, max(many_from, few_up_to + 1), low_below, max(high_from, low_below + 1))
        chosen = _choose(segments, cuts)
        _draw_matrix(chosen, cuts, ax)
        counts = chosen["type"].value_counts().reindex(list(TYPES), fill_value=0)
        words = ", ".join(f"{number} {name}" for name, number in counts.items())
        ax.set_title(f"segments: {words}", fontsize=10, pad=24)

    explore(
        draw,
        controls={
            "few_up_to": Slider("few: up to (customers)", 10, 300, 50, 10),
            "many_from": Slider("many: from (customers)", 100, 5000, 1000, 100),
            "low_below": Slider("low margin: below (yuan)", 50, 1000, 200, 10),
            "high_from": Slider("high margin: from (yuan)", 1000, 100000, 20000, 1000),
        },
        alt="The nine cells of the matrix with the segments of both firms as dots. The key accounts stand "
        "where customers are few and margins high, the ordinary members where they are many and margins low.",
        height=4.2,
    )
