"""Bonds of three levels and what each protects against when a rival cuts the price (J-04 to J-09).

Bonds are not given by chance: large accounts and good relationships get them, and would stay anyway. So the
loss of accounts with a bond against those without flatters it. Three readings stand side by side here: the
plain comparison, the one adjusted for what the firm knows, and the truth.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlib.charts.intervals import label_rows
from crmlib.charts.style import COLOURS, new_axes
from crmlib.estimates.estimate import draw_weights, estimate_from_draws
from crmlib.estimates.logistic import UndeterminedError, fit_logistic, to_share
from crmlib.tables.dictionary import TABLES
from crmlib.tables.results import describe_result
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BONDS = ("financial", "social", "structural")
HELD = [f"{bond}_bond" for bond in BONDS]
PULL = 0.1  # keeps a repetition without any loss in a group finite
_STYLES, _SEGMENTS = ("competitive", "tender"), ("middle", "key")
BIDS = describe_result(
    "bids",
    {
        "bid_id": "integer",
        "customer_id": "integer",
        "price_cut_share": "number 0..1",
        "lost": "boolean",
        "tonnes": TABLES["competitor_bids"].columns["tonnes"],
        "segment": "string",
        "buying_style": "string",
        **dict.fromkeys(BONDS, "boolean"),
    },
)
EFFECTS = describe_result(
    "bond_effects",
    {"bond": "string", "effect": "number -1..1", "low": "number -1..1", "high": "number -1..1"},
)


def assign_bond_level(accounts: pd.DataFrame) -> pd.DataFrame:
    """Which of the three levels the firm uses with each account (J-04).

    accounts: customer_id, financial_bond, social_bond, structural_bond. Columns: customer_id, financial,
    social, structural, bonds (how many), level (of the highest bond, 0 if none), ladder (the levels below
    the highest one are there as well, as the course's definition wants it). Raises TableError for wrong
    columns or a repeated account.

    >>> accounts = pd.DataFrame({"customer_id": [501, 502, 503], "financial_bond": [True, False, False],
    ...     "social_bond": [True, False, False], "structural_bond": [False, True, False]})
    >>> assign_bond_level(accounts)[["customer_id", "bonds", "level", "ladder"]]
       customer_id  bonds  level  ladder
    0          501      2      2    True
    1          502      1      3   False
    2          503      0      0    True
    """
    rows = take_columns(accounts, "accounts", ["customer_id", *HELD], unique=["customer_id"])
    held = rows[HELD].to_numpy(dtype=bool)
    level = np.where(held.any(axis=1), 3 - held[:, ::-1].argmax(axis=1), 0)
    found = rows.rename(columns=dict(zip(HELD, BONDS, strict=True)))
    return found.assign(bonds=held.sum(axis=1), level=level, ladder=held.sum(axis=1) == level)


def join_bonds(competitor_bids: pd.DataFrame, accounts: pd.DataFrame) -> pd.DataFrame:
    """Every offer of a rival with the account that it went to: was a part or all of the quantity lost? (J-04)

    competitor_bids: bid_id, customer_id, price_cut_share, tonnes, outcome. accounts: customer_id, segment,
    buying_style and the three bonds. Columns: bid_id, customer_id, price_cut_share, lost (outcome is not
    kept), tonnes, segment, buying_style, financial, social, structural. Raises TableError for wrong columns
    or repeated keys, ValueError for offers to unknown accounts.

    >>> bids = pd.DataFrame({"bid_id": [1], "customer_id": [501], "price_cut_share": [0.08], "tonnes": [40.0],
    ...                      "outcome": ["part_lost"]})
    >>> accounts = pd.DataFrame({"customer_id": [501], "segment": ["key"], "buying_style": ["loyal"],
    ...     "financial_bond": [True], "social_bond": [False], "structural_bond": [False]})
    >>> join_bonds(bids, accounts)[["lost", "financial", "social"]].values.tolist()
    [[True, True, False]]
    """
    columns = ["bid_id", "customer_id", "price_cut_share", "tonnes", "outcome"]
    offers = take_columns(competitor_bids, "competitor_bids", columns, unique=["bid_id"])
    columns = ["customer_id", "segment", "buying_style", *HELD]
    known = take_columns(accounts, "accounts", columns, unique=["customer_id"])
    joined = offers.merge(known, on="customer_id", how="left")
    strange = joined["segment"].isna()
    if strange.any():
        raise ValueError(
            f"competitor_bids.customer_id: {int(strange.sum())} offers went to accounts that accounts does "
            f"not list, such as {joined.loc[strange, 'customer_id'].iloc[0]}. Take both from the same firm."
        )
    joined.insert(3, "lost", joined.pop("outcome").astype(str) != "kept")
    joined = joined.rename(columns=dict(zip(HELD, BONDS, strict=True)))
    return joined.astype({"segment": str, "buying_style": str, **dict.fromkeys(BONDS, bool)})


def take_bids(bids: pd.DataFrame) -> pd.DataFrame:
    """The table of `join_bonds`, checked and sorted by account; TableError names what is wrong with it."""
    rows = take_columns(bids, BIDS, list(BIDS.columns), unique=["bid_id"])
    return rows.sort_values(["customer_id", "bid_id"], ignore_index=True)


def draw_accounts(
    rows: pd.DataFrame, draws: int, seed: int | np.random.Generator
) -> tuple[NDArray[np.float64], NDArray[np.intp]]:
    """How often each account is drawn in each repetition, the first as observed; and each offer's account."""
    codes, accounts = pd.factorize(rows["customer_id"])
    if len(accounts) < 2:
        raise ValueError("bids.customer_id: offers to one account only, so nothing can be compared.")
    weights = draw_weights(len(accounts), draws=draws, seed=seed)
    return np.vstack([np.ones(len(accounts)), weights]), codes


def compare_losses(
    bids: pd.DataFrame, *, draws: int = 500, seed: int | np.random.Generator = 1
) -> pd.DataFrame:
    """The plain comparison: how much less often is something lost where a bond is? (J-04)

    bids: the table of `join_bonds`. Columns: bond, with_share, without_share (offers after which something
    was lost), effect (their difference; below 0: fewer losses with the bond), low, high (95 %, accounts drawn
    anew, for several offers to one account are not independent), n_with, n_without. Who has the bond was no
    matter of chance, so effect is not what the bond does. Raises TableError for wrong columns, ValueError if
    all or none have a bond. With millions of rows it takes more than in proportion (docs/growth.md).
    """
    rows = take_bids(bids)
    (weights, codes), lost = draw_accounts(rows, draws, seed), rows["lost"].to_numpy(dtype=float)
    table = []
    for bond in BONDS:
        held = rows[bond].to_numpy(dtype=bool)
        if held.all() or not held.any():
            raise ValueError(f"bids.{bond}: all or none have this bond; there is nothing to compare.")
        shares = [
            (weights @ _sum_by_account(part * lost, codes))
            / np.maximum(weights @ _sum_by_account(part, codes), 1e-9)
            for part in (held, ~held)
        ]
        gap = shares[0] - shares[1]
        one = estimate_from_draws(float(gap[0]), gap[1:], n=len(rows), unit="percentage points")
        first = shares[0][0], shares[1][0]
        table.append((bond, *first, one.value, one.low, one.high, held.sum(), (~held).sum()))
    return pd.DataFrame(
        table,
        columns=["bond", "with_share", "without_share", "effect", "low", "high", "n_with", "n_without"],
    )


def estimate_bond_effects(
    bids: pd.DataFrame, *, draws: int = 200, seed: int | np.random.Generator = 1
) -> pd.DataFrame:
    """The adjusted comparison: the same cut, size, style and other bonds, with and without this bond (J-04).

    Logistic regression of lost on price cut, segment, buying style and the three bonds; effect = mean over
    all offers of the predicted loss with the bond minus the one without. A very weak pull of the weights to
    zero keeps a repetition without any loss in a group finite. bids: the table of `join_bonds`, at least 50
    offers. Columns: bond, effect, low, high (95 %, accounts drawn anew). What the firm cannot see (the
    quality of a relationship) stays unadjusted. Raises TableError for wrong columns, ValueError if everything
    or nothing was lost, be it in a repetition only.
    """
    take_columns(bids, BIDS, ["bid_id"], rows=50)
    rows = take_bids(bids)
    lost = rows["lost"].to_numpy(dtype=float)
    if lost.min() == lost.max():
        raise ValueError("bids.lost: everything or nothing was lost, so nothing can be learned.")
    design, (weights, codes) = _make_design(rows), draw_accounts(rows, draws, seed)
    try:
        effects = np.array([_measure_effects(design, lost, each[codes]) for each in weights])
    except UndeterminedError as error:
        raise ValueError(
            f"bids.lost: {int(lost.sum())} of {len(lost)} offers with a loss are too few or too many; where "
            "accounts are drawn anew, a draw has none, or all. Repair: take the offers of more accounts."
        ) from error
    table = []
    for bond, found in zip(BONDS, effects.T, strict=True):
        one = estimate_from_draws(float(found[0]), found[1:], n=len(rows), unit="percentage points")
        table.append((bond, one.value, one.low, one.high))
    return pd.DataFrame(table, columns=list(EFFECTS.columns))


def _sum_by_account(values: NDArray, codes: NDArray[np.intp]) -> NDArray[np.float64]:
    return np.bincount(codes, weights=values).astype(np.float64)


def _measure_effects(
    design: NDArray[np.float64], lost: NDArray[np.float64], counts: NDArray[np.float64]
) -> list[float]:
    """What each bond does in one repetition: the mean change of the predicted loss, offer by offer."""
    fitted = fit_logistic(design, lost, counts=counts, pull=PULL).weights
    found, odds = [], design @ fitted
    for place in range(2, 2 + len(BONDS)):
        without = odds - design[:, place] * fitted[place]
        change = to_share(without + fitted[place]) - to_share(without)
        found.append(float(change @ counts / counts.sum()))
    return found


def _make_design(rows: pd.DataFrame) -> NDArray[np.float64]:
    """Columns of the regression: constant, price cut (in ten per cent), bonds, styles, segments."""
    parts = [np.ones(len(rows)), 10 * rows["price_cut_share"].to_numpy(dtype=float)]
    parts += [rows[bond].to_numpy(dtype=float) for bond in BONDS]
    parts += [(rows["buying_style"] == style).to_numpy(dtype=float) for style in _STYLES]
    parts += [(rows["segment"] == segment).to_numpy(dtype=float) for segment in _SEGMENTS]
    return np.column_stack(parts)


def find_true_bond_effects(bids: pd.DataFrame, truth_bids: pd.DataFrame) -> pd.DataFrame:
    """What each bond truly takes off the loss, over the same offers: no firm can know it (J-04).

    bids: the table of `join_bonds`. truth_bids: the truth, bid_id, loss_without_bonds, and loss_with_…,
    loss_without_… for each bond. effect = mean of the difference. Columns: bond, effect. Raises TableError
    for wrong columns, ValueError if an offer has no truth.
    """
    rows = join_truth(take_bids(bids), truth_bids)
    effects = [(rows[f"loss_with_{bond}"] - rows[f"loss_without_{bond}"]).mean() for bond in BONDS]
    return pd.DataFrame({"bond": BONDS, "effect": effects})


def join_truth(rows: pd.DataFrame, truth_bids: pd.DataFrame) -> pd.DataFrame:
    """The offers with their true probabilities of loss."""
    names = ["loss_without_bonds", *(f"loss_{word}_{bond}" for bond in BONDS for word in ("with", "without"))]
    truth = take_columns(truth_bids, "truth.bids", ["bid_id", *names], unique=["bid_id"])
    joined = rows.merge(truth, on="bid_id")
    if len(joined) < len(rows):
        raise ValueError(f"truth.bids: {len(rows) - len(joined)} offers have no truth.")
    return joined


def plot_bond_effects(
    plain: pd.DataFrame, adjusted: pd.DataFrame, true_effects: pd.DataFrame, *, ax: Axes | None = None
) -> Axes:
    """Change of the loss by each bond: plain, adjusted, true; to the left of zero the bond protects.

    plain: the table of `compare_losses`; adjusted: of `estimate_bond_effects`; true_effects: of
    `find_true_bond_effects`.
    """
    looks = (("plain", plain, "claim", "s"), ("adjusted", adjusted, "estimate", "o"))
    names = take_columns(plain, EFFECTS, ["bond"], unique=["bond"])["bond"].tolist()
    ax = new_axes(ax, height=4.0)
    places = np.arange(len(names), dtype=float)
    for (label, table, colour, marker), shift in zip(looks, (-0.18, 0.0), strict=True):
        rows = 100 * _take_effects(table, names, ["effect", "low", "high"])
        ax.hlines(places + shift, rows["low"], rows["high"], color=COLOURS[colour], linewidth=3)
        (dots,) = ax.plot(rows["effect"], places + shift, marker, color=COLOURS[colour], label=label)
        dots.set_markeredgecolor("black")
    true = 100 * _take_effects(true_effects, names, ["effect"])["effect"]
    ax.plot(true, places + 0.18, "D", color=COLOURS["truth"], label="truth")
    ax.axvline(0, color="black", linewidth=1, linestyle=":")
    label_rows(ax, names)
    ax.set(xlabel="change of the share of offers with a loss (percentage points)", ylabel="bond")
    plainly = 100 * _take_effects(plain, names, ["effect"])["effect"]
    most = str((true - plainly).idxmax())
    words = f"most overstated: {most}, plain {plainly[most]:.0f} points, true {true[most]:.0f}"
    ax.set_title(words.replace("-", "−"), fontsize=10, pad=26)
    ax.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3)
    return ax


def _take_effects(effects: pd.DataFrame, bonds: list[str], columns: list[str]) -> pd.DataFrame:
    rows = take_columns(effects, EFFECTS, ["bond", *columns], unique=["bond"])
    return rows.set_index("bond").reindex(bonds)
