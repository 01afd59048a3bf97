"""Data mining, and its price: whoever searches long enough finds a pattern, also where there is none (B-25).

The course wants knowledge that is implicit, unknown before and potentially useful. A search through many
groups brings all three, and luck as well. The remedy is cheap: search in one half of the customers, look
again in the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.style import COLOURS, format_percent, new_axes
from crmlib.tables.options import read_number
from crmlib.tables.results import describe_result, take_result
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

OUTCOMES = describe_result("customers", {"customer_id": "key", "bought": "boolean"})
PATTERNS = describe_result(
    "patterns", {"pattern": "string", "found_share": "number 0..1", "again_share": "number 0..1 ?"}
)


def search_patterns(
    customers: pd.DataFrame,
    *,
    traits: Sequence[str],
    least: int = 30,
    seed: int | np.random.Generator = 1,
) -> pd.DataFrame:
    """Which groups of customers buy more than others, found in one half and looked up in the other (B-25).

    Groups: the values of each trait, and of each pair of traits. customers: customer_id (each once), bought,
    and the traits (few values each, none missing). least: smallest group in the searched half. Columns:
    pattern, n_found, found_share (who bought, in the half that was searched), n_again, again_share (the same
    group in the other half, missing if nobody is in it); the highest found_share first. Raises TableError for
    wrong columns, ValueError for an unknown trait, missing values in one, or no group of that size.
    """
    rows = take_columns(customers, OUTCOMES, ["customer_id", "bought"], unique=["customer_id"])
    read_number(least, "least", "a whole number of at least 1", limits="1..", whole=True)
    for name in traits:
        if name not in customers.columns:
            raise ValueError(f"customers: no column {name!r}. Columns: {', '.join(customers.columns)}.")
        if customers[name].isna().any():
            raise ValueError(f"customers.{name}: {int(customers[name].isna().sum())} values are missing.")
        rows[name] = customers[name].astype(str).to_numpy()
    rows = rows.sort_values("customer_id", ignore_index=True)
    searched = np.random.default_rng(seed).permutation(len(rows)) < len(rows) // 2
    table = []
    for names in [(name,) for name in traits] + list(combinations(traits, 2)):
        labels = rows[names[0]] if len(names) == 1 else rows[names[0]] + " & " + rows[names[1]]
        found = rows[searched].groupby(labels[searched])["bought"].agg(["size", "mean"])
        again = rows[~searched].groupby(labels[~searched])["bought"].agg(["size", "mean"])
        both = found.merge(again, how="left", left_index=True, right_index=True)
        table += [(f"{' & '.join(names)} = {label}", *row) for label, *row in both.itertuples()]
    names_out = ["pattern", "n_found", "found_share", "n_again", "again_share"]
    patterns = pd.DataFrame(table, columns=names_out)
    patterns["n_again"] = patterns["n_again"].fillna(0).astype(int)
    patterns = patterns[patterns["n_found"] >= least]
    if patterns.empty:
        raise ValueError(f"customers: no group of {least} in the searched half. Ask for smaller groups.")
    return patterns.sort_values(["found_share", "pattern"], ascending=[False, True], ignore_index=True)


def plot_patterns(
    patterns: pd.DataFrame, *, base_share: float, top: int = 10, ax: Axes | None = None
) -> Axes:
    """The best patterns as found, and the same groups among customers who had no part in the search.

    patterns: the table of `search_patterns`; base_share: who bought among all.
    """
    take_result(patterns, PATTERNS)
    read_number(base_share, "base_share", "a share between 0 and 1", limits="0..1")
    ax = new_axes(ax, height=4.2)
    best = patterns.head(top)
    places = range(len(best))
    ax.axvline(base_share, color="black", linestyle=":", linewidth=1, label="all customers")
    ax.hlines(places, best["again_share"], best["found_share"], color=COLOURS["no_card"], linewidth=2)
    ax.plot(best["found_share"], places, "s", color=COLOURS["claim"], markersize=8, label="where searched")
    ax.plot(best["again_share"], places, "o", color=COLOURS["estimate"], markersize=8, label="other half")
    ax.set_yticks(list(places), [str(name).replace("_", " ") for name in best["pattern"]], fontsize=7)
    ax.invert_yaxis()
    format_percent(ax.xaxis)
    ax.set(xlabel="share who bought in the window", ylabel="pattern")
    ax.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.3, 1.0), ncols=3)
    return ax
