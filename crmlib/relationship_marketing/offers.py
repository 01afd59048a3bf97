"""One offer for all against graded offers: what each offer brings in each group of customers (A-11).

The transaction view sees a market of like customers and makes them one offer. The relationship view sees
customers who differ and serves them by grade. On one firm, with chance deciding who gets what, the two can be
compared in yuan. This module measures the offers; `policies` compares the two views.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.intervals import label_rows
from crmlib.charts.style import COLOURS, new_axes
from crmlib.estimates.estimate import quantile
from crmlib.tables.errors import TableError
from crmlib.tables.options import read_number
from crmlib.tables.results import describe_result, take_result
from crmlib.tables.take import take_columns
from crmlib.trials.campaigns import CONTROL, cost_of_given_points, find_campaign

if TYPE_CHECKING:
    from matplotlib.axes import Axes

OFFERED = ("reminder", "coupon", "double_points")
MONEY = ("goods_cny", "discount_cny", "points_cny", "contact_cny", "margin_cny", "profit_cny")
RESULTS = describe_result(
    "results",
    {
        "customer_id": "key",
        "campaign_id": "integer",
        "stratum": "string",
        "arm": "string",
        "bought": "boolean",
        **dict.fromkeys(MONEY[:4], "number >=0"),
        **dict.fromkeys(MONEY[4:], "number"),
    },
)
OFFERS = describe_result(
    "offers",
    {
        "stratum": "string",
        "arm": "string",
        "n": "integer 1..",
        **dict.fromkeys(MONEY[:4], "number >=0"),
        "margin_share": "number 0..1",
        "profit_cny": "number",
    },
)
_NUMBERS = dict.fromkeys(("effect_cny", "low", "high"), "number")
EFFECTS = describe_result("effects", {"stratum": "string", "arm": "string", **_NUMBERS})


def join_offer_results(
    contacts: pd.DataFrame,
    receipts: pd.DataFrame,
    campaigns: pd.DataFrame,
    *,
    points: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """What each member of the offer trial bought in its window, and what is left of it as profit (A-11).

    contacts: campaign_id, customer_id, arm, stratum, cost_cny. receipts: customer_id, purchased_at,
    amount_cny, discount_cny, margin_cny. campaigns: campaign_id, kind, randomised, started_on, outcome_days;
    one randomised offer_trial. points: the ledger; points that the campaign gave are a cost at 20 a yuan.
    Columns: campaign_id, customer_id, stratum, arm, bought, goods_cny (before the coupon), discount_cny,
    points_cny, contact_cny (cost_cny less the discount, which margin_cny has lost already), margin_cny,
    profit_cny = margin_cny − contact_cny − points_cny. Raises TableError for wrong columns or members
    without stratum, ValueError without exactly one such campaign or without control arm.

    >>> campaigns = pd.DataFrame({"campaign_id": [5], "kind": ["offer_trial"], "randomised": [True],
    ...                           "started_on": [pd.Timestamp("2025-09-07")], "outcome_days": [60]})
    >>> contacts = pd.DataFrame({"campaign_id": 5, "customer_id": [1, 2], "arm": ["control", "coupon"],
    ...                          "stratum": "high value", "cost_cny": [0.0, 10.8]})
    >>> receipts = pd.DataFrame({"customer_id": [1, 2], "purchased_at": [pd.Timestamp("2025-09-09")] * 2,
    ...     "amount_cny": [100.0, 90.0], "discount_cny": [0.0, 10.0], "margin_cny": [30.0, 20.0]})
    >>> join_offer_results(contacts, receipts, campaigns)[["arm", "goods_cny", "contact_cny", "profit_cny"]]
           arm  goods_cny  contact_cny  profit_cny
    0  control      100.0          0.0        30.0
    1   coupon      100.0          0.8        19.2
    """
    trial = find_campaign(contacts, campaigns, "offer_trial", columns=["stratum", "cost_cny"])
    rows = trial.rows
    _require_groups(rows, trial.number)
    spent = _sum_receipts(receipts, trial.start, trial.end).reindex(rows["customer_id"], fill_value=0.0)
    amount, discount, margin = (spent[f"{name}_cny"].to_numpy() for name in ("amount", "discount", "margin"))
    given = cost_of_given_points(trial, points)
    granted = np.where(rows["arm"] == "coupon", discount, 0.0)
    contact = (rows["cost_cny"] - granted).round(2)
    if contact.min() < 0:
        raise ValueError(
            f"contacts.cost_cny: {int((contact < 0).sum())} members were granted more discount on their "
            "receipts than the campaign cost. Repair: take contacts and receipts from the same firm."
        )
    found = rows[["campaign_id", "customer_id", "stratum", "arm"]].astype({"stratum": str, "arm": str})
    money = (amount + discount, discount, given, contact, margin, margin - contact - given)
    bought = amount + discount > 0
    return found.assign(bought=bought, **dict(zip(MONEY, money, strict=True)))


def _require_groups(rows: pd.DataFrame, campaign: int) -> None:
    if rows["stratum"].isna().any():
        raise TableError(
            f"contacts.stratum: missing for {int(rows['stratum'].isna().sum())} members of campaign "
            f"{campaign}, expected a group for each. Repair: take the rows of a randomised campaign."
        )


def _sum_receipts(receipts: pd.DataFrame, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    names = ["amount_cny", "discount_cny", "margin_cny"]
    bought = take_columns(receipts, "receipts", ["customer_id", "purchased_at", *names])
    inside = bought["purchased_at"].between(start, end, inclusive="left") & bought["customer_id"].notna()
    return bought[inside].groupby("customer_id")[names].sum()


def take_results(results: pd.DataFrame) -> pd.DataFrame:
    """A checked copy of the table of `join_offer_results`; TableError names what is wrong with it."""
    rows = take_columns(results, RESULTS, list(RESULTS.columns), unique=["customer_id"])
    alone = sorted(set(rows["stratum"]) - set(rows.loc[rows["arm"] == CONTROL, "stratum"]))
    if alone:
        raise TableError(
            f"results.arm: no control arm in the group {alone[0]!r}, so nobody knows what happens there "
            "without an offer. Repair: take the whole table of join_offer_results."
        )
    return rows


def order_strata(results: pd.DataFrame) -> list[str]:
    """Names of the groups, from the one that buys least to the one that buys most (without any offer)."""
    rows = take_result(results, RESULTS, ["stratum", "arm", "goods_cny"])
    control = rows[rows["arm"] == CONTROL]
    means = control.groupby("stratum")["goods_cny"].mean()
    return [str(name) for name in means.sort_values(kind="stable").index]


def summarise_offers(results: pd.DataFrame) -> pd.DataFrame:
    """What an average member of each group buys, costs and leaves as profit under each offer (A-11).

    results: the table of `join_offer_results`. One row for each stratum and arm: stratum (least buyers
    first), arm, n, bought_share, then means per member in yuan: goods_cny, discount_cny, points_cny,
    contact_cny; margin_share (of the goods, before discount; of all arms of the stratum); profit_cny, low,
    high (95 %). Raises TableError for wrong columns, ValueError for a group with fewer than
    two members in an arm.

    >>> results = pd.DataFrame({"campaign_id": 5, "customer_id": [1, 2], "stratum": "all", "arm": "control",
    ...     "bought": [True, False], "goods_cny": [100.0, 0.0], "discount_cny": 0.0, "points_cny": 0.0,
    ...     "contact_cny": 0.0, "margin_cny": [30.0, 0.0], "profit_cny": [30.0, 0.0]})
    >>> summarise_offers(results)[["arm", "n", "bought_share", "margin_share", "profit_cny"]]
           arm  n  bought_share  margin_share  profit_cny
    0  control  2           0.5           0.3        15.0
    """
    rows = take_results(results)
    table = rows.groupby(["stratum", "arm"], sort=False).agg(
        n=("bought", "size"),
        bought_share=("bought", "mean"),
        **{name: (name, "mean") for name in MONEY if name not in ("margin_cny", "profit_cny")},
        profit_cny=("profit_cny", "mean"),
        spread=("profit_cny", "std"),
    )
    if (table["n"] < 2).any():
        raise ValueError("results: a group has fewer than two members in an arm. Join small groups.")
    half = quantile(0.95) * table.pop("spread") / np.sqrt(table["n"])
    sums = rows.groupby("stratum")[["margin_cny", "discount_cny", "goods_cny"]].sum()
    share = (sums["margin_cny"] + sums["discount_cny"]) / sums["goods_cny"]
    table.insert(6, "margin_share", share.reindex(table.index.get_level_values("stratum")).to_numpy())
    table = table.assign(low=table["profit_cny"] - half, high=table["profit_cny"] + half).reset_index()
    return _sort_offers(table, order_strata(rows))


def _sort_offers(table: pd.DataFrame, strata: list[str]) -> pd.DataFrame:
    """Groups in the given order; within each no offer first, then the cheapest one."""
    arms = [CONTROL, *(arm for arm in OFFERED if arm in set(table["arm"]))]
    arms += sorted(set(table["arm"]) - set(arms))
    cells = pd.DataFrame([(stratum, arm) for stratum in strata for arm in arms], columns=["stratum", "arm"])
    return cells.merge(table, on=["stratum", "arm"])


def estimate_offer_effects(results: pd.DataFrame) -> pd.DataFrame:
    """How much more profit an offer leaves per member than no offer, in each group (A-11).

    effect = mean profit of the arm − mean profit of the control arm of the same stratum; interval from the
    two standard errors. Columns: stratum, arm, effect_cny, low, high, n (both arms). Errors as
    `summarise_offers`.
    """
    table = summarise_offers(results)
    table["variance"] = ((table["high"] - table["low"]) / (2 * quantile(0.95))) ** 2
    base = table[table["arm"] == CONTROL].set_index("stratum")
    offers = table[table["arm"] != CONTROL].reset_index(drop=True)
    anyway = base.loc[offers["stratum"]].reset_index(drop=True)
    effect = offers["profit_cny"] - anyway["profit_cny"]
    half = quantile(0.95) * np.sqrt(offers["variance"] + anyway["variance"])
    found = offers[["stratum", "arm"]].assign(effect_cny=effect, low=effect - half, high=effect + half)
    return found.assign(n=offers["n"] + anyway["n"])


def find_true_offers(outcomes: pd.DataFrame, results: pd.DataFrame) -> pd.DataFrame:
    """What the same members would truly have bought under every offer: no firm can know it (A-11).

    outcomes: the truth, campaign_id, customer_id, arm, bought, amount_cny, one row a member and arm.
    results: the table of `join_offer_results`; from it come margin share, discount, points and contact
    cost of an average yuan of each group. Columns as `summarise_offers` without low and high. Raises
    TableError for wrong columns, ValueError if a member of results has no outcome in some arm.
    """
    rows = take_results(results)
    columns = ["campaign_id", "customer_id", "arm", "bought", "amount_cny"]
    truth = take_columns(outcomes, "truth.outcomes", columns, unique=["campaign_id", "customer_id", "arm"])
    mine = rows[["campaign_id", "customer_id", "stratum"]].merge(truth, on=["campaign_id", "customer_id"])
    observed = summarise_offers(rows)
    if len(mine) != len(rows) * observed["arm"].nunique():
        raise ValueError("truth.outcomes: some members of results have no outcome in some arm.")
    table = mine.groupby(["stratum", mine["arm"].astype(str)]).agg(
        bought_share=("bought", "mean"), amount_cny=("amount_cny", "mean")
    )
    cells = observed.set_index(["stratum", "arm"])
    table = table.reindex(cells.index)
    after = cells["goods_cny"] - cells["discount_cny"]
    scale = np.divide(table["amount_cny"], after, out=np.zeros(len(after)), where=after.to_numpy() > 0)
    cells["bought_share"] = table["bought_share"]
    cells["discount_cny"] *= scale
    cells["points_cny"] *= scale
    cells["goods_cny"] = table["amount_cny"] + cells["discount_cny"]
    cells["n"] = cells.groupby("stratum")["n"].transform("sum")
    cells["profit_cny"] = compute_profit(cells.reset_index()).to_numpy()
    return cells.drop(columns=["low", "high"]).reset_index()


def compute_profit(offers: pd.DataFrame) -> pd.Series:
    """Profit per member in yuan: margin_share · goods_cny − discount_cny − points_cny − contact_cny."""
    offers = take_result(offers, OFFERS, ["margin_share", *MONEY[:4]])
    gained = offers["margin_share"] * offers["goods_cny"]
    return gained - offers["discount_cny"] - offers["points_cny"] - offers["contact_cny"]


def members_needed(results: pd.DataFrame, *, effect_cny: float) -> int:
    """How many members an arm needs before an effect of this size is seen in four of five trials.

    n = 2 · (1.96 + 0.84)² · s² / effect², with s² the variance of profit per member without any offer,
    averaged over the groups by their size. effect_cny: above 0. Raises TableError for wrong columns,
    ValueError for another effect or fewer than two members without an offer in a group.

    >>> results = pd.DataFrame({"campaign_id": 5, "customer_id": [1, 2], "stratum": "all", "arm": "control",
    ...     "bought": True, "goods_cny": [100.0, 40.0], "discount_cny": 0.0, "points_cny": 0.0,
    ...     "contact_cny": 0.0, "margin_cny": [30.0, 10.0], "profit_cny": [30.0, 10.0]})
    >>> members_needed(results, effect_cny=10.0)      # s² is 200
    32
    """
    words = "a finite amount above 0 yuan, one fen or more"
    read_number(effect_cny, "effect_cny", words, limits="0.01..")
    rows = take_results(results)
    groups = rows[rows["arm"] == CONTROL].groupby("stratum")["profit_cny"]
    if (groups.size() < 2).any():
        raise ValueError("results: a group has fewer than two members without an offer. Join small groups.")
    variance = float((groups.var() * groups.size()).sum() / groups.size().sum())
    return int(np.ceil(2 * (quantile(0.95) + quantile(0.6)) ** 2 * variance / effect_cny**2))


def plot_offer_effects(
    effects: pd.DataFrame, true_offers: pd.DataFrame | None = None, *, ax: Axes | None = None
) -> Axes:
    """Extra profit of every offer in every group: dots with intervals, the truth as black diamonds.

    effects: the table of `estimate_offer_effects`. true_offers: the table of `find_true_offers`.
    """
    rows = take_result(effects, EFFECTS).reset_index(drop=True)
    ax = new_axes(ax, height=4.4)
    names = [f"{row.stratum}: {str(row.arm).replace('_', ' ')}" for row in rows.itertuples()]
    ax.axvline(0, color="black", linewidth=1, linestyle=":", label="no offer at all")
    ax.hlines(rows.index, rows["low"], rows["high"], color=COLOURS["estimate"], linewidth=3)
    ax.plot(rows["effect_cny"], rows.index, "o", color=COLOURS["estimate"], markersize=7, label="measured")
    if true_offers is not None:
        known = take_columns(true_offers, OFFERS, ["stratum", "arm", "profit_cny"], unique=["stratum", "arm"])
        anyway = known[known["arm"] == CONTROL].set_index("stratum")["profit_cny"]
        known["extra"] = known["profit_cny"] - known["stratum"].map(anyway)
        truth = rows.merge(known, on=["stratum", "arm"], how="left")["extra"]
        ax.plot(truth, rows.index, "D", color=COLOURS["truth"], markersize=5, label="truth")
    label_rows(ax, names)
    ax.margins(y=0.05)
    ax.set(xlabel="extra profit per member in the window (yuan)", ylabel="group and offer")
    clear = int(((rows["low"] > 0) | (rows["high"] < 0)).sum())
    ax.set_title(f"{clear} of {len(rows)} intervals leave out zero", fontsize=10, pad=26)
    ax.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=3)
    return ax
