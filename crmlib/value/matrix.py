"""Who is worth what, now and later: the value matrix, three ways to tell customers apart (F-04, F-19)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.interactive import Slider, explore
from crmlib.charts.style import COLOURS, format_money
from crmlib.estimates.estimate import draw_weights, estimate_from_draws, estimate_mean
from crmlib.tables.options import read_names, read_number, read_text
from crmlib.tables.results import describe_result, take_by_customer, take_values

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# current value high?, future value high? → the word of the course; the words for low future value are lost
# there, and taken from textbooks
CELLS = {
    (True, True): "VIP 贵宾型",
    (True, False): "maintained 维持型",
    (False, True): "to improve 改进型",
    (False, False): "given up 放弃型",
}
COMPARED = ["share_of_outcome", "low", "high", "last_ahead", "ahead_low", "ahead_high", "shared"]
KIND = pd.CategoricalDtype(list(CELLS.values()), ordered=False)
ACTUAL = describe_result("actual", {"customer_id": "key", "actual_cny": "number"})
VALUES = describe_result("values", {"customer_id": "key", "current_cny": "number", "future_cny": "number"})


def place_in_matrix(values: pd.DataFrame, *, current_cut_cny: float, future_cut_cny: float) -> pd.Series:
    """The cell of each customer in the matrix of current and future value (F-19): index customer_id.

    values: current_cny and future_cny, one row a customer: say, the margin of last year and the margin that a
    model expects of the next one. A value of at least the cut is high; the course gives no cuts, so they are
    yours. Raises TableError for wrong columns, ValueError for a cut that is no number.

    >>> values = pd.DataFrame({"current_cny": [300, 200, 20, 5], "future_cny": [250, 10, 100, 4]},
    ...                       index=range(4))
    >>> place_in_matrix(values, current_cut_cny=100, future_cut_cny=100).tolist()
    ['VIP 贵宾型', 'maintained 维持型', 'to improve 改进型', 'given up 放弃型']
    """
    table = take_by_customer(values, VALUES, ["current_cny", "future_cny"])
    now = table["current_cny"] >= read_number(
        current_cut_cny, "current_cut_cny", "a sum in yuan", limits="0.."
    )
    later = table["future_cny"] >= read_number(
        future_cut_cny, "future_cut_cny", "a sum in yuan", limits="0.."
    )
    words = [CELLS[pair] for pair in zip(now.tolist(), later.tolist(), strict=True)]
    return pd.Series(pd.Categorical(words, dtype=KIND), index=table.index, name="cell")


def summarise_matrix(
    values: pd.DataFrame, actual: pd.Series, *, current_cut_cny: float, future_cut_cny: float
) -> pd.DataFrame:
    """How many customers each cell holds, and what they brought afterwards: one row a cell.

    values, cuts: as for `place_in_matrix`. actual: what each customer brought in the time that future_cny
    speaks of (index customer_id, yuan). Columns: customers, current_cny, future_cny (means), actual_cny with
    low and high (Student). Cells with fewer than two customers are left out.
    """
    cells = place_in_matrix(values, current_cut_cny=current_cut_cny, future_cut_cny=future_cut_cny)
    table = take_by_customer(values, VALUES, ["current_cny", "future_cny"])
    came = take_values(actual, ACTUAL)
    both = table.join(came, how="inner").assign(cell=cells)
    rows = {}
    for cell, part in both.groupby("cell", observed=True):
        if len(part) > 1:
            found = estimate_mean(part["actual_cny"], unit="yuan")
            means = part[["current_cny", "future_cny"]].mean()
            rows[cell] = (len(part), *means, found.value, found.low, found.high)
    names = ["customers", "current_cny", "future_cny", "actual_cny", "low", "high"]
    return pd.DataFrame.from_dict(rows, orient="index", columns=names).rename_axis("cell")


def explore_value_matrix(values: pd.DataFrame) -> None:
    """Drag the two cuts: how many customers fall into each of the four cells, and what they are worth.

    values: as for `place_in_matrix`. Each dot is a customer (at most 1,500 are drawn, evenly chosen).
    """
    table = take_by_customer(values, VALUES, ["current_cny", "future_cny"]).sort_index()
    top = float(np.ceil(table.quantile(0.97).max() / 50) * 50)
    dots = table.iloc[np.unique(np.linspace(0, len(table) - 1, min(1500, len(table))).astype(int))]

    def draw(ax: Axes, current_cut_cny: float, future_cut_cny: float) -> None:
        cells = place_in_matrix(table, current_cut_cny=current_cut_cny, future_cut_cny=future_cut_cny)
        shares = cells.value_counts(normalize=True)
        ax.plot(dots["future_cny"].clip(0, top), dots["current_cny"].clip(0, top), ".", color=COLOURS["low"],
                markersize=3, alpha=0.6)  # fmt: skip
        ax.axvline(future_cut_cny, color="black", linewidth=1)
        ax.axhline(current_cut_cny, color="black", linewidth=1)
        corners = {(True, True): (0.98, 0.97), (True, False): (0.02, 0.97), (False, True): (0.98, 0.04),
                   (False, False): (0.02, 0.04)}  # fmt: skip
        for pair, (x, y) in corners.items():
            word = CELLS[pair].rsplit(" ", 1)[0]
            ax.text(x, y, f"{word}: {100 * shares[CELLS[pair]]:.0f} %", transform=ax.transAxes, weight="bold",
                    bbox={"facecolor": "white", "alpha": 0.85, "edgecolor": "none", "pad": 2},
                    ha="right" if x > 0.5 else "left", va="top" if y > 0.5 else "bottom")  # fmt: skip
        odd = shares[CELLS[(True, False)]] + shares[CELLS[(False, True)]]
        ax.set_title(f"Now and later disagree for {100 * odd:.0f} % of the customers")
        format_money(ax.xaxis)
        format_money(ax.yaxis)
        ax.set(xlim=(0, top), ylim=(0, top), xlabel="future value: margin expected next year (yuan)",
               ylabel="current value: margin last year (yuan)")  # fmt: skip

    alt = (
        "Customers as dots, future value to the right and current value upwards; two lines cut the picture "
        "into four cells, each with its share of the customers. Most dots lie near the diagonal."
    )
    middle = float(round(table["current_cny"].mean() / 10) * 10)
    controls = {
        "current_cut_cny": Slider("cut of current value (yuan)", 0.0, top, min(middle, top), 10.0),
        "future_cut_cny": Slider("cut of future value (yuan)", 0.0, top, min(middle, top), 10.0),
    }
    explore(draw, controls=controls, alt=alt, height=4.2)


def compare_ways(
    table: pd.DataFrame,
    ways: Sequence[str],
    *,
    outcome: str,
    top_share: float = 0.2,
    draws: int = 500,
    seed: int = 1,
) -> pd.DataFrame:
    """Which way of telling customers apart finds those who bring the most afterwards (F-04)?

    table: one row a customer, with a column of scores for each way (the highest are taken first; equal
    ones in the order of their customer numbers) and outcome, the margin afterwards (yuan). top_share: how
    many are taken. Index: the ways, and "knowing the future". Columns: share_of_outcome with low and high
    (bootstrap by customer), last_ahead (by how much the last way's share is larger) with ahead_low and
    ahead_high, shared (of those taken, the share that the last way takes as well).
    Raises TableError for wrong columns, ValueError if nobody or everybody is taken or nothing was brought.

    >>> table = pd.DataFrame({"sales": [90, 50, 40, 10], "expected": [50, 60, 20, 10],
    ...                       "margin": [20, 60, 10, 10]}, index=range(4))
    >>> compared = compare_ways(table, ["sales", "expected"], outcome="margin", top_share=0.25)
    >>> compared[["share_of_outcome", "shared"]]
                        share_of_outcome  shared
    way
    sales                            0.2     0.0
    expected                         0.6     1.0
    knowing the future               0.6     1.0
    """
    names, outcome = read_names(ways, "ways"), read_text(outcome, "outcome")
    described = describe_result("table", {"customer_id": "key", **dict.fromkeys([*names, outcome], "number")})
    taken = take_by_customer(table, described, [*dict.fromkeys([*names, outcome])]).sort_index()
    share = read_number(top_share, "top_share", "a share between 0 and 1", limits="0..1")
    wanted = round(share * len(taken))
    brought = taken[outcome].to_numpy(float)
    if not 0 < wanted < len(taken) or brought.sum() <= 0:
        raise ValueError(
            f"table: {wanted} of {len(taken)} customers are taken, who bring {brought.sum():,.0f} yuan in "
            "all. Expected some but not all of them, and a sum above 0."
        )
    weights = draw_weights(len(taken), draws=draws, seed=seed)
    totals = weights @ brought
    chosen = {name: _choose(taken[name], wanted) for name in names}
    last = chosen[names[-1]]
    chosen["knowing the future"] = _choose(taken[outcome], wanted)
    drawn = {name: (weights[:, one] @ brought[one]) / totals for name, one in chosen.items()}
    value = {name: float(brought[one].sum() / brought.sum()) for name, one in chosen.items()}
    rows = {}
    for name, picked in chosen.items():
        ahead = value[names[-1]] - value[name], drawn[names[-1]] - drawn[name]
        pairs = ((value[name], drawn[name]), ahead)
        one, lead = [estimate_from_draws(at, many, n=len(taken), unit="%") for at, many in pairs]
        alike = float(np.isin(picked, last).mean())
        limits = (one.low, one.high, lead.value, lead.low, lead.high)
        rows[name] = (one.value, *limits, alike)
    return pd.DataFrame.from_dict(rows, orient="index", columns=COMPARED).rename_axis("way")


def _choose(scores: pd.Series, wanted: int) -> np.ndarray:
    return np.argsort(-scores.to_numpy(float), kind="stable")[:wanted]
