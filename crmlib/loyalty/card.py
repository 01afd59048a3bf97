"""Does the card make customers loyal, or do loyal customers take the card? (H-12, K-07, K-08)

Card holders buy far more than others. Part of the gap was there before the card: heavy buyers take it. The
panel of market research sees the same shoppers before and after, with and without the card, and so can take
the gap apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlib.charts.intervals import draw_interval, label_rows
from crmlib.charts.style import COLOURS, new_axes
from crmlib.estimates.estimate import draw_weights, estimate_from_draws
from crmlib.tables.results import describe_result, take_result
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

Cube = NDArray[np.float64]
Mask = NDArray[np.bool_]
CARD_GAP = describe_result(
    "comparison", {"comparison": "string", "ratio": "number >=0", "low": "number >=0", "high": "number >=0"}
)


def compare_members_with_others(
    panel: pd.DataFrame, *, draws: int = 1000, seed: int | np.random.Generator = 1
) -> pd.DataFrame:
    """The gap between card holders and others, taken apart into selection and what the card does (H-12).

    Three ratios of purchases with bootstrap intervals (whole shoppers are drawn; draws that have nobody to
    compare with are left out): "card holders against
    others", quarter by quarter and added up; "before the card", later holders in the quarters before they
    took it against shoppers who never do, in the same quarters: selection, the card cannot have caused it;
    "the card itself", the difference in differences as a ratio. Its model: purchases of those who take the
    card in quarter g, in quarter q = level[g] · season[q] · (effect, once they have it). Levels take up who
    they are, seasons what happens to everybody; the quarter of joining is left out.

    panel: panel_id, quarter, chain, has_card, purchases; one row for osmanthus per shopper and quarter.
    Columns: comparison, ratio, low, high, n (shoppers). Raises TableError for wrong columns or repeated rows,
    ValueError for a card that is given back, quarters that are missing for some shoppers, or if nobody is
    seen before and after taking the card, or nobody without it, or too few of them to be drawn anew.

    Shopper 1 buys 10 before and 11 after taking the card; shopper 2, without a card, buys 5 throughout:

    >>> quarters = pd.to_datetime(["2025-01-01", "2025-04-01", "2025-07-01"])
    >>> panel = pd.DataFrame({
    ...     "panel_id": [1, 1, 1, 2, 2, 2], "quarter": [*quarters, *quarters], "chain": "osmanthus",
    ...     "has_card": [False, True, True, False, False, False], "purchases": [10, 12, 11, 5, 5, 5]})
    >>> compare_members_with_others(panel, draws=20, seed=1)[["comparison", "ratio"]].round(2)
                        comparison  ratio
    0  card holders against others    2.3
    1              before the card    2.0
    2              the card itself    1.1
    """
    values, joined = _read_panel(panel)
    weights = np.vstack([np.ones(len(values)), draw_weights(len(values), draws=draws, seed=seed)])
    sums, sizes = _sum_cohorts(values, joined, weights)
    before, joining, after, never = _mark_cells(values.shape[1])
    ratios = {
        "card holders against others": _ratio(sums, sizes, after | joining, before | never),
        "before the card": _ratio(sums, sizes, before, never),
        "the card itself": _fit_effect(sums, after, used=~joining),
    }
    table = []
    for name, ratio in ratios.items():
        drawn = ratio[1:][~np.isnan(ratio[1:])]
        if np.isnan(ratio[0]) or len(drawn) < 2:
            raise ValueError(f"panel: too few shoppers bought with and without the card for {name!r}.")
        one = estimate_from_draws(float(ratio[0]), drawn, n=len(values), unit="times")
        table.append((name, one.value, one.low, one.high, one.n))
    return pd.DataFrame(table, columns=["comparison", "ratio", "low", "high", "n"])


def measure_true_card_gap(truth_shoppers: pd.DataFrame) -> pd.DataFrame:
    """What the panel's comparison should have found: the truth about selection and about the card (H-12).

    truth_shoppers: panel_id, has_card (ever), visits_per_month (without card), yearly_without_card_cny,
    yearly_with_card_cny. Columns: comparison (as in `compare_members_with_others`), ratio; the lift is the
    mean over shoppers who take the card, weighted by what they spend. Raises TableError for wrong columns,
    ValueError if all or none take the card.

    >>> truth = pd.DataFrame({"panel_id": [1, 2], "has_card": [True, False], "visits_per_month": [1.0, 0.5],
    ...     "yearly_without_card_cny": [1000.0, 500.0], "yearly_with_card_cny": [1070.0, 535.0]})
    >>> measure_true_card_gap(truth)
                        comparison  ratio
    0  card holders against others   2.14
    1              before the card   2.00
    2              the card itself   1.07
    """
    columns = ["panel_id", "has_card", "visits_per_month", "yearly_without_card_cny", "yearly_with_card_cny"]
    rows = take_columns(truth_shoppers, "truth.shoppers", columns, unique=["panel_id"])
    holders, others = rows[rows["has_card"]], rows[~rows["has_card"]]
    if holders.empty or others.empty:
        raise ValueError("truth.shoppers: expected shoppers with and without a card.")
    selection = holders["visits_per_month"].mean() / others["visits_per_month"].mean()
    lift = holders["yearly_with_card_cny"].sum() / holders["yearly_without_card_cny"].sum()
    names = ["card holders against others", "before the card", "the card itself"]
    return pd.DataFrame({"comparison": names, "ratio": [selection * lift, selection, lift]})


def plot_card_gap(
    comparison: pd.DataFrame, truth: pd.DataFrame | None = None, *, ax: Axes | None = None
) -> Axes:
    """The gap between holders and others beside its two parts: who they are, what the card does (H-12).

    comparison: the table of `compare_members_with_others`. truth: the table of `measure_true_card_gap`.
    Dots with 95 % interval; crosses: truth. A ratio of 1 is no difference. Raises TableError for another
    table.
    """
    comparison = take_result(comparison, CARD_GAP)
    ax = new_axes(ax)
    colours = (COLOURS["member"], COLOURS["no_card"], COLOURS["estimate"])
    for place, (ratio, low, high) in enumerate(comparison[["ratio", "low", "high"]].to_numpy(dtype=float)):
        draw_interval(ax, place, ratio, low, high, colour=colours[place % 3], text=f"{ratio:.2f}")
    if truth is not None:
        known = take_result(truth, CARD_GAP, ["comparison", "ratio"]).set_index("comparison")["ratio"]
        crosses = known.reindex(comparison["comparison"])
        ax.plot(crosses, range(len(crosses)), "x", color=COLOURS["truth"], markersize=9, label="truth")
        ax.legend(frameon=False)
    ax.axvline(1, color="black", linewidth=1, linestyle=":")
    label_rows(ax, list(comparison["comparison"]))
    ratios = comparison.set_index("comparison")["ratio"]
    if {"before the card", "the card itself"} <= set(ratios.index):
        was, effect = ratios["before the card"], ratios["the card itself"]
        title = f"{was:.1f} times as many before the card.\nThe card itself: {effect:.2f} times"
        ax.set_title(title, fontsize=10)
    ax.set(xlabel="purchases of card holders / of others (times)", ylabel="comparison")
    ax.margins(x=0.08)
    return ax


def _read_panel(panel: pd.DataFrame) -> tuple[Cube, NDArray[np.int64]]:
    """Purchases by shopper and quarter, and the quarter in which each joined (number of quarters: never)."""
    names = ["panel_id", "quarter", "chain", "has_card", "purchases"]
    rows = take_columns(panel, "panel", names, unique=names[:3])
    wide = rows[rows["chain"] == "osmanthus"].pivot(
        index="panel_id", columns="quarter", values=["purchases", "has_card"]
    )
    gaps = wide.index[wide.isna().any(axis=1)]
    if wide.empty or len(gaps):
        raise ValueError(
            f"panel: {len(gaps)} of {len(wide)} shoppers lack a row for osmanthus in some quarter "
            f"(panel_id {', '.join(map(str, gaps[:5]))}). Expected one row in each quarter."
        )
    held: Mask = np.array(wide["has_card"], dtype=bool)
    lost = wide.index[np.flatnonzero((held[:, :-1] & ~held[:, 1:]).any(axis=1))]
    if len(lost):
        raise ValueError(
            f"panel: {len(lost)} shoppers lose the card again (panel_id {', '.join(map(str, lost[:5]))})."
        )
    joined = np.where(held.any(axis=1), held.argmax(axis=1), held.shape[1])
    if not ((joined > 0) & (joined < held.shape[1] - 1)).any() or held.any(axis=1).all():
        raise ValueError(
            "panel: expected shoppers who take the card within the quarters, seen before and after it, and "
            "some who never do."
        )
    return wide["purchases"].to_numpy(dtype=float), joined


def _sum_cohorts(values: Cube, joined: NDArray[np.int64], weights: Cube) -> tuple[Cube, Cube]:
    """Totals (draws, cohorts, quarters) and shoppers (draws, cohorts, 1) of each bootstrap draw."""
    cohorts = [joined == cohort for cohort in range(values.shape[1] + 1)]
    sums = np.stack([weights[:, one] @ values[one] for one in cohorts], axis=1)
    sizes = np.stack([weights[:, one].sum(axis=1) for one in cohorts], axis=1)
    return sums, sizes[:, :, None]


def _mark_cells(quarters: int) -> tuple[Mask, Mask, Mask, Mask]:
    """Cells (cohort, quarter) before, in and after the quarter of joining, and those of who never joins."""
    cohort, quarter = np.indices((quarters + 1, quarters))
    never = cohort == quarters
    return (quarter < cohort) & ~never, quarter == cohort, quarter > cohort, never


def _ratio(sums: Cube, sizes: Cube, ours: Mask, others: Mask) -> Cube:
    """Purchases in our cells over what shoppers of the other cells would have bought in the same quarters.

    Missing in a draw that in some quarter has nobody to compare ours with, or nobody who bought.
    """
    our_number, their_number = ((sizes * cells).sum(axis=1) for cells in (ours, others))
    expected = (our_number * _scale((sums * others).sum(axis=1), their_number)).sum(axis=1)
    compared = (expected > 0) & ~((our_number > 0) & (their_number == 0)).any(axis=1)
    return np.divide((sums * ours).sum(axis=(1, 2)), expected, out=np.full(len(sums), np.nan), where=compared)


def _fit_effect(sums: Cube, after: Mask, *, used: Mask) -> Cube:
    """The card's effect in every draw: scale cohorts, quarters and card cells to their totals in turn.

    What no longer changes is the most likely fit if purchases are Poisson distributed. Missing in a draw
    without purchases of some who never join, or of a cohort before and after joining.
    """
    observed = sums * used
    with_card, before = ((observed * cells).sum(axis=2) > 0 for cells in (after, ~after))
    known = (with_card & before).any(axis=1) & before[:, -1]
    if not known[0]:
        raise ValueError(
            "panel: expected purchases of shoppers before and after they take the card, and of some who "
            "never take it."
        )
    found = np.full(len(sums), np.nan)
    found[known] = _fit_known(observed[known], after, used=used)
    return found


def _fit_known(observed: Cube, after: Mask, *, used: Mask) -> Cube:
    """The effect in draws that determine it."""
    fitted = np.broadcast_to(used, observed.shape).astype(float)
    effect = np.ones(len(observed))
    for _ in range(500):
        for axis in (2, 1):
            fitted = fitted * _scale(
                observed.sum(axis=axis, keepdims=True), fitted.sum(axis=axis, keepdims=True)
            )
        step = _scale((observed * after).sum(axis=(1, 2)), (fitted * after).sum(axis=(1, 2)))
        fitted = np.where(after, fitted * step[:, None, None], fitted)
        effect = effect * step
        if np.abs(step - 1).max() < 1e-7:
            break
    return effect


def _scale(wanted: Cube, have: Cube) -> Cube:
    """wanted / have, and 0 where nothing is there."""
    return np.divide(wanted, have, out=np.zeros_like(wanted, dtype=float), where=have > 0)
