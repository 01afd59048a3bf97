"""Where each bond holds and where it breaks: loss against the depth of a rival's price cut (J-04 to J-09).

An average over all offers hides the point. A rebate is itself a price and is outbid step by step; a friend is
forgiven a little and not a lot; a tank in the yard does not ask what the rival charges.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlib.charts.interactive import Choice, Slider, explore
from crmlib.charts.style import COLOURS, format_percent, new_axes
from crmlib.estimates.estimate import estimate_difference
from crmlib.relationship_marketing.bonds import BONDS, HELD, join_truth, take_bids, to_share
from crmlib.tables.options import read_number
from crmlib.tables.results import describe_result
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

STYLES = ("loyal", "competitive", "tender")
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


def compare_by_cut(
    bids: pd.DataFrame, truth_bids: pd.DataFrame, *, limits: Sequence[float] = (0.05, 0.1)
) -> pd.DataFrame:
    """What each bond took off the loss at small, middle and deep price cuts: counted, and in truth (J-04).

    bids: the table of `join_bonds`; truth_bids: the truth. limits: upper ends of the bands, rising; the last
    band has no end. Columns: bond, cut_above, n_with, n_without, effect (share lost with − without, plain
    comparison), low, high (95 %, Newcombe), truth (mean over the offers of the band). Raises TableError for
    wrong columns, ValueError for limits that do not rise, or a band without offers of both kinds.
    """
    edges = [0.0, *limits]
    if any(not low < high for low, high in zip(edges, [*edges[1:], 1.0], strict=True)):
        raise ValueError(f"limits are {list(limits)}, expected rising shares between 0 and 1.")
    rows = join_truth(take_bids(bids), truth_bids)
    band = np.searchsorted(edges[1:], rows["price_cut_share"], side="left")
    table = []
    for bond in BONDS:
        for place, edge in enumerate(edges):
            part = rows[band == place]
            held, plain = part[part[bond]], part[~part[bond]]
            if held.empty or plain.empty:
                raise ValueError(f"bids: no offers with and without the {bond} bond above a cut of {edge:g}.")
            one = estimate_difference(
                int(held["lost"].sum()), len(held), int(plain["lost"].sum()), len(plain)
            )
            truth = float((part[f"loss_with_{bond}"] - part[f"loss_without_{bond}"]).mean())
            table.append((bond, edge, len(held), len(plain), one.value, one.low, one.high, truth))
    names = ["bond", "cut_above", "n_with", "n_without", "effect", "low", "high", "truth"]
    return pd.DataFrame(table, columns=names)


def learn_true_curves(
    bids: pd.DataFrame, truth_bids: pd.DataFrame, *, width: float = 0.015, deepest: float = 0.2
) -> pd.DataFrame:
    """The true log odds of losing something, by price cut and buying style, and what each bond takes off.

    bids: the table of `join_bonds`; truth_bids: the truth. At each cut from 1 % to deepest, in steps of half
    a per cent, offers count by their nearness (normal weights, standard deviation width). Columns:
    price_cut_share; loyal, competitive, tender (log odds without any bond, a straight line in the cut); and
    financial, social, structural (what the bond takes off). Raises TableError for wrong columns, ValueError
    without offers to all three styles or for width or deepest out of range.
    """
    read_number(width, "width", "a share such as 0.015", limits="0.001..1")
    read_number(deepest, "deepest", "a share from 0.02 to 1", limits="0.02..1")
    rows = join_truth(take_bids(bids), truth_bids)
    cut = rows["price_cut_share"].to_numpy(dtype=float)
    dummies = np.column_stack([rows["buying_style"] == style for style in STYLES]).astype(float)
    if (dummies.sum(axis=0) == 0).any():
        raise ValueError("bids.buying_style: expected offers to loyal, competitive and tender accounts.")
    odds = _to_odds(rows["loss_without_bonds"])
    slope, *levels = np.linalg.lstsq(np.column_stack([cut, dummies]), odds, rcond=None)[0]
    grid = np.arange(0.01, deepest + 1e-9, 0.005)
    near = np.exp(-0.5 * ((grid[:, None] - cut[None, :]) / width) ** 2) + 1e-12
    table = pd.DataFrame({"price_cut_share": grid.round(3)})
    for style, level in zip(STYLES, levels, strict=True):
        table[style] = level + slope * grid
    for bond in BONDS:
        off = _to_odds(rows[f"loss_without_{bond}"]) - _to_odds(rows[f"loss_with_{bond}"])
        table[bond] = near @ off / near.sum(axis=1)
    return table


def _to_odds(share: pd.Series) -> NDArray[np.float64]:
    value = share.to_numpy(dtype=float).clip(1e-6, 1 - 1e-6)
    return np.asarray(np.log(value / (1 - value)))


def predict_loss(curves: pd.DataFrame, *, buying_style: str, bonds: Sequence[str] = ()) -> pd.Series:
    """Probability that an offer costs us a part or all of an average account's quantity, by price cut.

    curves: the table of `learn_true_curves`. bonds: those that tie the account. Returns the probability,
    indexed by the price cut. Raises TableError for wrong columns, ValueError for an unknown style or bond.

    >>> curves = pd.DataFrame({"price_cut_share": [0.02, 0.1], "loyal": [-1.0, 0.0], "competitive": 0.0,
    ...     "tender": 0.0, "financial": 0.5, "social": [1.0, 0.0], "structural": 2.0})
    >>> predict_loss(curves, buying_style="loyal", bonds=["social"]).round(2).tolist()
    [0.12, 0.5]
    """
    rows = take_columns(curves, CURVES, list(CURVES.columns), unique=["price_cut_share"])
    unknown = sorted(set(bonds) - set(BONDS))
    if buying_style not in STYLES or unknown:
        raise ValueError(
            f"buying_style is {buying_style!r} and bonds {list(bonds)}; expected one of {', '.join(STYLES)}, "
            f"and bonds among {', '.join(BONDS)}."
        )
    odds = rows[buying_style].to_numpy(dtype=float) - rows[list(bonds)].to_numpy(dtype=float).sum(axis=1)
    return pd.Series(to_share(odds), index=rows["price_cut_share"], name="loss")


def weigh_financial_bond(
    orders: pd.DataFrame, accounts: pd.DataFrame, bids: pd.DataFrame, truth_bids: pd.DataFrame,
    *, rebate_share: float, years: float,
) -> pd.DataFrame:  # fmt: skip
    """What the rebate of the first level costs in a year, beside the margin that it keeps from rivals (J-05).

    cost = rebate_share · turnover of the accounts with a financial bond, whether a rival calls or not. kept =
    Σ over offers to these accounts of (true loss without − with the bond) · tonnes · margin per tonne.
    orders: customer_id, tonnes, amount_cny, margin_cny. accounts: customer_id, financial_bond. bids: the
    table of `join_bonds` with the column tonnes of competitor_bids. years: that the tables cover. Columns:
    item (turnover, rebate, margin kept, years to pay back), value; yuan a year, and the years for which a
    tonne once kept must stay before the rebate is earned. Raises TableError for wrong columns, ValueError for
    numbers out of range.
    """
    read_number(rebate_share, "rebate_share", "a share from 0.0001 to 1", limits="0.0001..1")
    read_number(years, "years", "a number above 0", limits=">0")
    sold = take_columns(orders, "orders", ["customer_id", "tonnes", "amount_cny", "margin_cny"])
    known = take_columns(accounts, "accounts", ["customer_id", HELD[0]], unique=["customer_id"])
    tied = known.loc[known[HELD[0]], "customer_id"]
    offers = join_truth(take_bids(bids), truth_bids)
    tonnes = take_columns(bids, "competitor_bids", ["bid_id", "tonnes"], unique=["bid_id"])
    offers = offers.merge(tonnes, on="bid_id")
    offers = offers[offers["financial"]]
    here = sold[sold["customer_id"].isin(tied)]
    if here.empty or offers.empty:
        raise ValueError("accounts.financial_bond: no orders, or no offers, of an account with this bond.")
    turnover = float(here["amount_cny"].sum()) / years
    saved = ((offers["loss_without_financial"] - offers["loss_with_financial"]) * offers["tonnes"]).sum()
    kept = float(saved / years * here["margin_cny"].sum() / here["tonnes"].sum())
    rebate = rebate_share * turnover
    values = [turnover, rebate, kept, rebate / kept]
    return pd.DataFrame({"item": ["turnover", "rebate", "margin kept", "years to pay back"], "value": values})


def plot_loss_by_cut(
    curves: pd.DataFrame, *, buying_style: str = "competitive", ax: Axes | None = None
) -> Axes:
    """Loss against the price cut for an account without bond, with each one, and with all three.

    curves: the table of `learn_true_curves`.
    """
    ax = new_axes(ax, height=3.8)
    for name, (line, colour) in LOOKS.items():
        loss = predict_loss(curves, buying_style=buying_style, bonds=_bonds_of(name))
        ax.plot(loss.index, loss, line, color=colour, linewidth=2.2, label=name)
    for axis in (ax.xaxis, ax.yaxis):
        format_percent(axis)
    ax.set_xticks(np.arange(0, curves["price_cut_share"].max() + 0.01, 0.05))
    ax.set(ylim=(0, 1), xlabel="rival's price below ours", ylabel="chance to lose a part or all")
    ax.legend(frameon=False, title=f"{buying_style} buyer, bonds:", loc="upper left", fontsize=9)
    return ax


def _bonds_of(name: str) -> tuple[str, ...]:
    return {"none": (), "all three": BONDS}.get(name, (name,))


def draw_price_cut(ax: Axes, *, curves: pd.DataFrame, cut_percent: float, buying_style: str) -> None:
    """Bars of the loss at one price cut, for each bond alone and all three."""
    place = int(np.abs(curves["price_cut_share"].to_numpy() - cut_percent / 100).argmin())
    losses = [
        float(predict_loss(curves, buying_style=buying_style, bonds=_bonds_of(name)).iloc[place])
        for name in LOOKS
    ]
    bars = ax.barh(
        list(LOOKS), losses, color=[colour for _, colour in LOOKS.values()], edgecolor="black", linewidth=0.6
    )
    ax.bar_label(bars, labels=[f"{100 * loss:.0f} %" for loss in losses], padding=4)
    gains = {name: losses[0] - loss for name, loss in zip(LOOKS, losses, strict=True) if name in BONDS}
    best = max(gains, key=lambda name: gains[name])
    ax.set_title(f"strongest alone: {best}, {100 * gains[best]:.0f} points fewer losses", fontsize=10)
    ax.invert_yaxis()
    format_percent(ax.xaxis)
    ax.set(xlim=(0, 1.1), xlabel="chance to lose a part or all", ylabel="bonds of the account")


def explore_price_cut(curves: pd.DataFrame) -> None:
    """Let a rival cut the price, step by step: which bond breaks first? (J-04 to J-09)

    curves: the table of `learn_true_curves`. Raises TableError for wrong columns.
    """
    rows = take_columns(curves, CURVES, list(CURVES.columns), unique=["price_cut_share"])
    cuts = 100 * rows["price_cut_share"]

    def draw(ax: Axes, *, cut_percent: float, buying_style: str) -> None:
        draw_price_cut(ax, curves=rows, cut_percent=cut_percent, buying_style=buying_style)

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
