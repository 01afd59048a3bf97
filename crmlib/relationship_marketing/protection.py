"""Where each bond holds and where it breaks: loss against the depth of a rival's price cut (J-04 to J-09).

An average over all offers hides the point. The simulation is built on three rules: a rebate is itself a
price and is outbid step by step; an acquaintance holds against small cuts and gives way at deep ones; what a
tank in the yard takes off the log odds does not fade. The loss rises with the cut all the same, with each
bond.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlib.charts.interactive import Choice, Slider, explore
from crmlib.charts.style import COLOURS, format_percent, new_axes
from crmlib.estimates.logistic import to_share
from crmlib.relationship_marketing.bonds import BONDS, HELD, join_truth, take_bids
from crmlib.tables.options import read_choice, read_number
from crmlib.tables.results import describe_result
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STYLES = ("loyal", "competitive", "tender")
CUTS = np.arange(0.01, 0.2001, 0.005)
NEAR = 0.015  # offers count for a cut by their distance, with this standard deviation
CURVES = describe_result(
    "curves",
    {"price_cut_share": "number 0..1", **dict.fromkeys(STYLES, "number"), **dict.fromkeys(BONDS, "number")},
)
LOOKS = {
    "none": ("-", COLOURS["truth"]),
    "financial": ("--", COLOURS["claim"]),
    "social": (":", COLOURS["treated"]),
    "structural": ("-.", COLOURS["estimate"]),
    "all three": ("-", COLOURS["no_card"]),
}


def learn_true_curves(bids: pd.DataFrame, truth_bids: pd.DataFrame) -> pd.DataFrame:
    """The true log odds of losing something, by price cut and buying style, and what each bond takes off.

    bids: the table of `join_bonds`; truth_bids: the truth. At each cut from 1 to 20 %, in steps of half a
    per cent, offers count by their nearness (normal weights, standard deviation 1.5 %). Columns:
    price_cut_share; loyal, competitive, tender (log odds without any bond, a straight line in the cut); and
    financial, social, structural (what the bond takes off). Raises TableError for wrong columns, ValueError
    without offers to all three styles.
    """
    rows = join_truth(take_bids(bids), truth_bids)
    cut = rows["price_cut_share"].to_numpy(dtype=float)
    dummies = np.column_stack([rows["buying_style"] == style for style in STYLES]).astype(float)
    if (dummies.sum(axis=0) == 0).any():
        raise ValueError("bids.buying_style: expected offers to loyal, competitive and tender accounts.")
    odds = _to_odds(rows["loss_without_bonds"])
    slope, *levels = np.linalg.lstsq(np.column_stack([cut, dummies]), odds, rcond=None)[0]
    near = np.exp(-0.5 * ((CUTS[:, None] - cut[None, :]) / NEAR) ** 2) + 1e-12
    table = pd.DataFrame({"price_cut_share": CUTS.round(3)})
    for style, level in zip(STYLES, levels, strict=True):
        table[style] = level + slope * CUTS
    for bond in BONDS:
        off = _to_odds(rows[f"loss_without_{bond}"]) - _to_odds(rows[f"loss_with_{bond}"])
        table[bond] = near @ off / near.sum(axis=1)
    return table


def _to_odds(share: pd.Series) -> NDArray[np.float64]:
    value = share.to_numpy(dtype=float).clip(1e-6, 1 - 1e-6)
    return np.asarray(np.log(value / (1 - value)))


def _take_curves(curves: pd.DataFrame) -> pd.DataFrame:
    rows = take_columns(curves, CURVES, list(CURVES.columns), unique=["price_cut_share"], rows=2)
    return rows.sort_values("price_cut_share", ignore_index=True)


def _predict_losses(curves: pd.DataFrame, buying_style: str) -> pd.DataFrame:
    """Chance of a loss by price cut (rows), without a bond, with each one, and with all three."""
    odds, off = curves[buying_style], curves[list(BONDS)]
    table = pd.DataFrame({"none": odds, **{bond: odds - off[bond] for bond in BONDS}})
    table["all three"] = odds - off.sum(axis=1)
    return table.apply(to_share).set_axis(curves["price_cut_share"], axis=0)


def weigh_financial_bond(
    orders: pd.DataFrame,
    accounts: pd.DataFrame,
    bids: pd.DataFrame,
    truth_bids: pd.DataFrame,
    *,
    rebate_share: float,
    years: float,
) -> pd.DataFrame:
    """What the rebate of the first level costs in a year, beside the margin that it keeps from rivals (J-05).

    rebate = rebate_share · turnover of the accounts with a financial bond, whether a rival calls or not.
    kept = Σ over offers to these accounts of (true loss without − with the bond) · tonnes · margin per tonne.
    orders: customer_id, tonnes, amount_cny, margin_cny. accounts: customer_id, financial_bond. bids: the
    table of `join_bonds`; truth_bids: the truth. years: that the tables cover. Columns: item (turnover,
    rebate, margin kept, years to pay back), value; yuan a year, and the years for which a tonne once kept
    must stay before the rebate is earned. Raises TableError for wrong columns, ValueError for numbers out of
    range, or a bond that keeps nothing.
    """
    read_number(rebate_share, "rebate_share", "a share from 0.0001 to 1", limits="0.0001..1")
    read_number(years, "years", "a number above 0", limits=">0")
    sold = take_columns(orders, "orders", ["customer_id", "tonnes", "amount_cny", "margin_cny"])
    known = take_columns(accounts, "accounts", ["customer_id", HELD[0]], unique=["customer_id"])
    offers = join_truth(take_bids(bids), truth_bids)
    offers = offers[offers["financial"]]
    sold = sold[sold["customer_id"].isin(known.loc[known[HELD[0]], "customer_id"])]
    if sold.empty or offers.empty:
        raise ValueError("accounts.financial_bond: no orders, or no offers, of an account with this bond.")
    rebate = rebate_share * float(sold["amount_cny"].sum()) / years
    saved = ((offers["loss_without_financial"] - offers["loss_with_financial"]) * offers["tonnes"]).sum()
    kept = float(saved / years * sold["margin_cny"].sum() / sold["tonnes"].sum())
    if kept <= 0:
        raise ValueError("truth.bids: the financial bond keeps no margin, so the rebate never pays back.")
    items = {"turnover": rebate / rebate_share, "rebate": rebate, "margin kept": kept}
    items["years to pay back"] = rebate / kept
    return pd.DataFrame({"item": list(items), "value": list(items.values())})


def plot_loss_by_cut(
    curves: pd.DataFrame, *, buying_style: str = "competitive", ax: Axes | None = None
) -> Axes:
    """Loss against the price cut for an account without bond, with each one, and with all three.

    curves: the table of `learn_true_curves`. buying_style: loyal, competitive or tender. Raises TableError
    for another table, ValueError for another style.
    """
    rows = _take_curves(curves)
    read_choice(buying_style, "buying_style", STYLES)
    ax = new_axes(ax, height=3.8)
    losses = _predict_losses(rows, buying_style)
    for name, (line, colour) in LOOKS.items():
        ax.plot(losses.index, losses[name], line, color=colour, linewidth=2.2, label=name)
    for axis in (ax.xaxis, ax.yaxis):
        format_percent(axis)
    ax.set_xticks(np.arange(0, losses.index.max() + 0.01, 0.05))
    ax.set(ylim=(0, 1), xlabel="rival's price below ours", ylabel="true chance to lose a part or all")
    cuts, ends = 100 * losses.index[[0, -1]], 100 * losses["structural"].iloc[[0, -1]].to_numpy()
    ax.set_title(
        f"with a structural bond the loss rises from {ends[0]:.0f} % at a cut of {cuts[0]:.0f} % "
        f"to {ends[1]:.0f} % at {cuts[1]:.0f} %",
        fontsize=10,
    )
    ax.legend(frameon=False, title=f"{buying_style} buyer, bonds:", loc="upper left", fontsize=9)
    return ax


def explore_price_cut(curves: pd.DataFrame) -> None:
    """Let a rival cut the price, step by step: which bond breaks first? (J-04 to J-09)

    curves: the table of `learn_true_curves`. Raises TableError for wrong columns.
    """
    rows = _take_curves(curves)

    def draw(ax: Axes, *, cut_percent: float, buying_style: str) -> None:
        place = int(np.abs(rows["price_cut_share"].to_numpy() - cut_percent / 100).argmin())
        _draw_losses(ax, _predict_losses(rows, buying_style).iloc[place])

    cuts = 100 * rows["price_cut_share"]
    low, high = float(cuts.min()), float(cuts.max())
    explore(
        draw,
        controls={
            "cut_percent": Slider("rival's price cut (%)", low, high, min(max(low, 4.0), high), 0.5),
            "buying_style": Choice("buying style", STYLES, "competitive"),
        },
        alt="Bars of the chance to lose a part or all of an account at a small price cut: longest without a "
        "bond, shorter with a financial one, clearly shorter with a social or a structural one, shortest "
        "with all three.",
        height=3.2,
    )


def _draw_losses(ax: Axes, losses: pd.Series) -> None:
    """Bars of the loss at one price cut, for each bond alone and all three."""
    colours = [colour for _, colour in LOOKS.values()]
    bars = ax.barh(losses.index, losses, color=colours, edgecolor="black", linewidth=0.6)
    ax.bar_label(bars, labels=[f"{100 * loss:.0f} %" for loss in losses], padding=4)
    gains = losses["none"] - losses[list(BONDS)]
    best = gains.idxmax()
    ax.set_title(
        f"in truth strongest alone: {best}, {100 * gains[best]:.0f} points fewer losses", fontsize=10
    )
    ax.invert_yaxis()
    format_percent(ax.xaxis)
    ax.set(xlim=(0, 1.1), xlabel="chance to lose a part or all", ylabel="bonds of the account")
