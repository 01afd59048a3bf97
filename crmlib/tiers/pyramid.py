"""What would moving a few customers up the pyramid bring (F-18, N-04, N-05)?

"Two per cent up: ten per cent more sales, fifty per cent more profit." The first number depends on who moves,
the second one on the fixed cost. Both are computed here with every assumption as an argument.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.interactive import Slider, explore
from crmlib.charts.style import COLOURS, format_percent
from crmlib.customers.spending import SPENDING
from crmlib.estimates.estimate import quantile
from crmlib.tables.errors import TableError
from crmlib.tables.options import read_number
from crmlib.tables.results import take_values
from crmlib.tiers.abc import CLASSES, as_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NAMES = ("sales", "contribution", "profit")


def simulate_upgrade(
    levels: pd.Series,
    sales: pd.Series,
    *,
    moved_share: float = 0.02,
    contribution_share: float = 0.3,
    fixed_share: float = 0.8,
    cost_each_cny: float = 0.0,
) -> pd.DataFrame:
    """What sales, contribution and profit become if some customers are moved up one level (F-18).

    levels: index customer_id, ordered words, the highest first (as `assign_curry_levels` gives them); sales:
    index customer_id, yuan of a year. moved_share of all customers, drawn by lot from all levels but the
    highest, buy afterwards like the average customer one level up. contribution_share of sales is left after
    the goods; fixed cost takes fixed_share of today's contribution and does not grow; cost_each_cny is spent
    on each customer who is moved, and only on those: the most favourable case.

    Columns: of (sales, contribution, profit), before_cny, after_cny, change (share), low, high. The interval
    is that of the lot: who is drawn. With k of N customers drawn, a sum varies by √(k (1 − k/N)) times the
    spread of the single gains. Whether anybody can be moved is assumed, not found.

    >>> levels = pd.Series(pd.Categorical(["large", "small", "small"], ["large", "small"], ordered=True),
    ...                    index=[1, 2, 3])
    >>> found = simulate_upgrade(levels, pd.Series([60.0, 20.0, 20.0], index=[1, 2, 3]), moved_share=0.34)
    >>> found["change"].round(2).tolist()  # 40 more of 100; profit is a fifth of the contribution
    [0.4, 0.4, 2.0]
    """
    gains, total, everybody = _list_gains(levels, sales)
    moved = max(1, round(_read(moved_share, "moved_share") * everybody))
    contribution, fixed = _read(contribution_share, "contribution_share"), _read(fixed_share, "fixed_share")
    cost = moved * read_number(cost_each_cny, "cost_each_cny", "0 yuan or more", limits="0..")
    if fixed == 1 or contribution == 0:
        raise ValueError(
            "fixed_share is 1 or contribution_share 0: without a profit there is no change of it."
        )
    if moved > len(gains):
        raise ValueError(
            f"moved_share is {moved_share}: {moved} customers, but only {len(gains)} stand below the highest "
            "level. Move fewer."
        )
    extra = moved * gains.mean()
    spread = gains.std(ddof=1) if len(gains) > 1 else 0.0
    half = quantile(0.95) * spread * np.sqrt(moved * (1 - moved / len(gains)))
    before = np.array([total, contribution * total, (1 - fixed) * contribution * total])
    factors, costs = np.array([1.0, contribution, contribution]), np.array([0.0, cost, cost])
    changes = [(factors * (extra + side) - costs) / before for side in (0.0, -half, half)]
    table = {"of": NAMES, "before_cny": before, "after_cny": before * (1 + changes[0])}
    return pd.DataFrame({**table, "change": changes[0], "low": changes[1], "high": changes[2]})


def _read(value: float, name: str) -> float:
    return read_number(value, name, "a share from 0 to 1", limits="0..1")


def _list_gains(levels: pd.Series, sales: pd.Series) -> tuple[np.ndarray, float, int]:
    """What each customer below the top would bring more at the next level; all sales; all customers."""
    words, values = take_values(as_words(levels), CLASSES), take_values(sales, SPENDING)
    categorical = isinstance(levels.dtype, pd.CategoricalDtype)
    order = list(levels.cat.categories) if categorical else sorted(words.unique())
    values = values.reindex(words.index).dropna()
    present = [word for word in order if (words.reindex(values.index) == word).any()]
    if len(present) < 2 or values.sum() <= 0:
        raise TableError(
            f"levels: {len(present)} level with sales, expected at least 2, the highest first. Repair: take "
            "levels and sales of the same customers."
        )
    means = values.groupby(words.reindex(values.index)).mean().reindex(present)
    above = means.shift(1)
    target = words.reindex(values.index).map(above)
    gains = (target - values)[target.notna()].sort_index().to_numpy(dtype=np.float64)
    return gains, float(values.sum()), len(values)


def explore_upgrade(levels: pd.Series, sales: pd.Series) -> None:
    """Move the share of customers, the fixed cost and the cost of moving; crosses mark the course's claim."""
    simulate_upgrade(levels, sales)

    def draw(ax: Axes, moved: int, fixed: int, cost: int) -> None:
        """Draw the three changes with their intervals."""
        found = simulate_upgrade(
            levels, sales, moved_share=moved / 1000, fixed_share=fixed / 100, cost_each_cny=float(cost)
        )
        places = np.arange(3)
        ax.bar(places, found["change"], color=[COLOURS["low"], COLOURS["medium"], COLOURS["high"]], width=0.6)
        ax.vlines(places, found["low"], found["high"], color="black", linewidth=1.5)
        ax.plot([0, 2], [0.1, 0.5], "x", color=COLOURS["claim"], markersize=11, markeredgewidth=3)
        ax.axhline(0, color="black", linewidth=0.8)
        for place, change in zip(places, found["change"], strict=True):
            ax.text(
                place + 0.33, change, f"{100 * change:+.0f} %".replace("-", "−"), va="center", fontsize=10
            )
        ax.set_xticks(places, list(NAMES))
        ax.set_xlim(-0.5, 2.8)
        low, high = min(0.0, found["low"].min()), max(0.55, found["high"].max())
        ax.set_ylim(low * 1.1, high * 1.1)
        ax.set(xlabel="yearly total of the firm", ylabel="change (share)")
        format_percent(ax.yaxis)
        ax.set_title(f"{moved / 10:g} % of the customers move up one level", fontsize=10)

    explore(
        draw,
        controls={
            "moved": Slider("moved (‰ of customers)", 5, 100, 20, 5),
            "fixed": Slider("fixed cost (% of contribution)", 0, 95, 80, 5),
            "cost": Slider("cost of moving one (yuan)", 0, 1000, 0, 50),
        },
        alt="Three bars: change of sales, of contribution and of profit if two per cent of the customers "
        "move up. Profit changes most, because fixed cost does not grow; crosses mark the course's figures.",
    )
