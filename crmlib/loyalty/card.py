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
from crmlib.estimates.estimate import Estimate, draw_weights, estimate_from_draws
from crmlib.tables.results import describe_result, take_result
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLUMNS = ["panel_id", "quarter", "chain", "has_card", "purchases", "amount_cny"]
Cube = NDArray[np.float64]
CARD_GAP = describe_result(
    "comparison", {"comparison": "string", "ratio": "number >=0", "low": "number >=0", "high": "number >=0"}
)


def total_by_cohort(panel: pd.DataFrame, *, outcome: str = "purchases") -> pd.DataFrame:
    """Purchases per shopper and quarter at Osmanthus, by the quarter in which the shoppers took the card.

    One row per cohort (shoppers who took the card in the same quarter; "never" last), one column per
    quarter: the before-and-after of every cohort on one page. panel: panel_id, quarter, chain, has_card,
    purchases, amount_cny. outcome: purchases or amount_cny. Raises TableError for wrong columns or repeated
    rows, ValueError for another outcome, a card that is given back, or quarters that are missing for some
    shoppers.

    >>> quarters = pd.to_datetime(["2025-01-01", "2025-04-01"])
    >>> panel = pd.DataFrame({
    ...     "panel_id": [1, 1, 2, 2], "quarter": [*quarters, *quarters], "chain": "osmanthus",
    ...     "has_card": [False, True, False, False], "purchases": [2, 3, 1, 0],
    ...     "amount_cny": [90.0, 99.0, 20.0, 0.0]})
    >>> total_by_cohort(panel)
    quarter     2025-01-01  2025-04-01
    joined
    2025-04-01         2.0         3.0
    never              1.0         0.0
    """
    values, joined, quarters = _read_panel(panel, outcome)
    names = [f"{quarter:%Y-%m-%d}" for quarter in quarters] + ["never"]
    rows = {names[cohort]: values[joined == cohort].mean(axis=0) for cohort in np.unique(joined)}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=pd.Index(names[:-1], name="quarter"))
    return table.rename_axis("joined").round(6)


def compare_members_with_others(
    panel: pd.DataFrame, *, outcome: str = "purchases", draws: int = 1000, seed: int | np.random.Generator = 1
) -> pd.DataFrame:
    """The gap between card holders and others, taken apart into selection and what the card does (H-12).

    Three ratios with bootstrap intervals (whole shoppers are drawn): "card holders against others", quarter
    by quarter and added up; "before the card", later holders in the quarters before they took it against
    shoppers who never do, in the same quarters: selection, the card cannot have caused it; "the card
    itself", 1 + `estimate_card_lift`. Columns: comparison, ratio, low, high, n (shoppers). Arguments and
    errors as `total_by_cohort`. With the six rows of `estimate_card_lift`:

    >>> quarters = pd.to_datetime(["2025-01-01", "2025-04-01", "2025-07-01"])
    >>> panel = pd.DataFrame({
    ...     "panel_id": [1, 1, 1, 2, 2, 2], "quarter": [*quarters, *quarters], "chain": "osmanthus",
    ...     "has_card": [False, True, True, False, False, False], "purchases": [10, 12, 11, 5, 5, 5],
    ...     "amount_cny": [800.0, 960.0, 880.0, 400.0, 400.0, 400.0]})
    >>> compare_members_with_others(panel, draws=20, seed=1)[["comparison", "ratio"]].round(2)
                        comparison  ratio
    0  card holders against others    2.3
    1              before the card    2.0
    2              the card itself    1.1
    """
    values, joined, quarters = _read_panel(panel, outcome)
    weights = np.vstack([np.ones(len(values)), draw_weights(len(values), draws=draws, seed=seed)])
    sums, sizes = _sum_cohorts(values, joined, len(quarters), weights)
    after, before = _masks(len(quarters))
    never = np.zeros_like(after)
    never[-1] = True
    ratios = {
        "card holders against others": _ratio(sums, sizes, after | _joining(len(quarters)), before | never),
        "before the card": _ratio(sums, sizes, before, never),
        "the card itself": 1 + _fit_lift(sums, after, _joining(len(quarters))),
    }
    table = []
    for name, ratio in ratios.items():
        one = estimate_from_draws(float(ratio[0]), ratio[1:], n=len(values), unit="times")
        table.append((name, one.value, one.low, one.high, one.n))
    return pd.DataFrame(table, columns=["comparison", "ratio", "low", "high", "n"])


def estimate_card_lift(
    panel: pd.DataFrame, *, outcome: str = "purchases", draws: int = 1000, seed: int | np.random.Generator = 1
) -> Estimate:
    """What the card itself adds to a shopper's purchases: difference in differences, in ratios (H-12).

    Model: purchases of cohort g in quarter q = level[g] · season[q] · (1 + lift) once it has the card.
    Levels take up who they are (selection), seasons what happens to everybody (seen in shoppers without a
    card). The quarter of joining is left out: the card was there for a part of it. Fitted by scaling rows,
    columns and card cells to their observed totals in turn (Poisson likelihood); interval by drawing whole
    shoppers. Errors as `total_by_cohort`; ValueError too if there is no cohort with quarters before and
    after, or nobody without a card.

    Shopper 1 buys 10 before and 11 after taking the card; shopper 2, without a card, buys 5 throughout:

    >>> quarters = pd.to_datetime(["2025-01-01", "2025-04-01", "2025-07-01"])
    >>> panel = pd.DataFrame({
    ...     "panel_id": [1, 1, 1, 2, 2, 2], "quarter": [*quarters, *quarters], "chain": "osmanthus",
    ...     "has_card": [False, True, True, False, False, False], "purchases": [10, 12, 11, 5, 5, 5],
    ...     "amount_cny": [800.0, 960.0, 880.0, 400.0, 400.0, 400.0]})
    >>> round(estimate_card_lift(panel, draws=20, seed=1).value, 3)
    0.1
    """
    values, joined, quarters = _read_panel(panel, outcome)
    weights = np.vstack([np.ones(len(values)), draw_weights(len(values), draws=draws, seed=seed)])
    sums, _ = _sum_cohorts(values, joined, len(quarters), weights)
    after, _ = _masks(len(quarters))
    lift = _fit_lift(sums, after, _joining(len(quarters)))
    return estimate_from_draws(float(lift[0]), lift[1:], n=len(values), unit="%")


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
    take_result(comparison, CARD_GAP)
    if truth is not None:
        take_result(truth, CARD_GAP, ["ratio"])
    ax = new_axes(ax)
    colours = (COLOURS["member"], COLOURS["no_card"], COLOURS["estimate"])
    for place, (ratio, low, high) in enumerate(comparison[["ratio", "low", "high"]].to_numpy(dtype=float)):
        draw_interval(ax, place, ratio, low, high, colour=colours[place % 3], text=f"{ratio:.2f}")
    if truth is not None:
        ax.plot(truth["ratio"], range(len(truth)), "x", color=COLOURS["truth"], markersize=9, label="truth")
        ax.legend(frameon=False)
    ax.axvline(1, color="black", linewidth=1, linestyle=":")
    label_rows(ax, list(comparison["comparison"]))
    ax.set(xlabel="purchases of card holders / of others (times)", ylabel="comparison")
    return ax


def _read_panel(panel: pd.DataFrame, outcome: str) -> tuple[Cube, NDArray[np.int64], list[pd.Timestamp]]:
    """Outcome by shopper and quarter; cohort of each shopper (number of quarters: never); the quarters."""
    if outcome not in ("purchases", "amount_cny"):
        raise ValueError(f"outcome is {outcome!r}, expected purchases or amount_cny.")
    rows = take_columns(panel, "panel", COLUMNS, unique=["panel_id", "quarter", "chain"])
    rows = rows[rows["chain"] == "osmanthus"]
    wide = rows.pivot(index="panel_id", columns="quarter", values=outcome)
    if wide.isna().any(axis=None) or wide.empty:
        raise ValueError(
            "panel: some shoppers lack a row for osmanthus in some quarter. Expected one row in each."
        )
    held = rows.pivot(index="panel_id", columns="quarter", values="has_card")
    card: NDArray[np.bool_] = np.array(held, dtype=bool)
    if (card[:, :-1] & ~card[:, 1:]).any():
        lost = wide.index.to_numpy()[(card[:, :-1] & ~card[:, 1:]).any(axis=1)]
        raise ValueError(
            f"panel: {len(lost)} shoppers lose the card again (panel_id {', '.join(map(str, lost[:5]))})."
        )
    joined = np.where(card.any(axis=1), card.argmax(axis=1), len(wide.columns))
    return wide.to_numpy(dtype=float), joined, list(pd.DatetimeIndex(wide.columns))


def _sum_cohorts(values: Cube, joined: NDArray[np.int64], quarters: int, weights: Cube) -> tuple[Cube, Cube]:
    """Totals (draws, cohorts, quarters) and shoppers (draws, cohorts, 1) of each bootstrap draw."""
    cohorts = [joined == cohort for cohort in range(quarters + 1)]
    sums = np.stack([weights[:, one] @ values[one] for one in cohorts], axis=1)
    sizes = np.stack([weights[:, one].sum(axis=1) for one in cohorts], axis=1)
    return sums, sizes[:, :, None]


def _masks(quarters: int) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Cells (cohort, quarter) after and before the quarter of joining; the last row never joins."""
    cohort, quarter = np.arange(quarters + 1)[:, None], np.arange(quarters)[None, :]
    return quarter > cohort, (quarter < cohort) & (cohort < quarters)


def _joining(quarters: int) -> NDArray[np.bool_]:
    return np.eye(quarters + 1, quarters, dtype=bool)


def _ratio(
    sums: Cube, sizes: Cube, ours: NDArray[np.bool_], others: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Purchases in our cells over what shoppers of the other cells would have bought in the same quarters."""
    per_other = (sums * others).sum(axis=1) / np.maximum((sizes * others).sum(axis=1), 1e-12)
    expected = (sizes * ours * per_other[:, None, :]).sum(axis=(1, 2))
    return np.asarray((sums * ours).sum(axis=(1, 2)) / np.maximum(expected, 1e-12))


def _fit_lift(sums: Cube, after: NDArray[np.bool_], joining: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Lift of every draw: scale cohorts, quarters and card cells to their totals until nothing changes."""
    used = ~joining
    observed = sums * used
    if not (observed[0] * after).sum() or not observed[0, -1].sum():
        raise ValueError(
            "panel: expected shoppers who take the card within the quarters and some who never do."
        )
    fitted = np.broadcast_to(used, observed.shape).astype(float)
    lift = np.ones(len(sums))
    for _ in range(500):
        for axis in (2, 1):
            fitted = fitted * _scale(
                observed.sum(axis=axis, keepdims=True), fitted.sum(axis=axis, keepdims=True)
            )
        step = _scale((observed * after).sum(axis=(1, 2)), (fitted * after).sum(axis=(1, 2)))
        fitted = np.where(after, fitted * step[:, None, None], fitted)
        lift = lift * step
        if np.abs(step - 1).max() < 1e-7:
            break
    return lift - 1


def _scale(wanted: Cube, have: Cube) -> Cube:
    """wanted / have, and 0 where nothing is there."""
    return np.divide(wanted, have, out=np.zeros_like(wanted, dtype=float), where=have > 0)
