"""Do accounts whose type fits the matrix do better? A small effect, judged by 240 accounts (C-16).

The matrix says which relationship an account asks for; the sales department has given it one. If the
advice is good, accounts with the fitting type should give us more of their business. Three things stand
between the table and the answer: size decides both (confounding), our own matrix is misjudged for some
accounts (dilution), and 240 accounts are few (chance).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.interactive import Slider, explore
from crmlib.charts.intervals import draw_interval, label_rows
from crmlib.charts.style import COLOURS, new_axes
from crmlib.estimates.estimate import Estimate, quantile
from crmlib.relationship_types.matrix import MARGIN_LEVELS, TYPES
from crmlib.tables.dictionary import TABLES
from crmlib.tables.options import read_instance, read_number
from crmlib.tables.results import describe_result
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_ACCOUNTS = TABLES["accounts"].columns
FIT = describe_result(
    "fit",
    {
        "customer_id": "key",
        "segment": _ACCOUNTS["segment"],
        "given": _ACCOUNTS["relationship_type"],
        "margin_share": "number",
        "margin_level": f"one of {'|'.join(MARGIN_LEVELS)}",
        "fitting": _ACCOUNTS["relationship_type"],
        "fits": "boolean",
    },
)
WALLET_SHARES = describe_result("wallet_shares", {"customer_id": "key", "wallet_share": "number 0.."})
_LEAST = 2  # accounts with and without fit that a comparison needs


def find_fit(accounts: pd.DataFrame, orders: pd.DataFrame) -> pd.DataFrame:
    """Which type each account has, and which one the matrix asks for, as far as the firm can tell (C-16).

    accounts: customer_id, segment, relationship_type. orders: customer_id, amount_cny, margin_cny.
    Customers: small accounts are many, middle ones medium, key accounts few. Margin: share of the
    account's sales that is margin, cut into thirds of all accounts. Accounts without an order are left out.

    Columns: customer_id, segment, given and fitting (ordered, from basic to partnership), margin_share,
    margin_level, fits. Raises TableError for wrong columns, ValueError if fewer than three accounts have
    orders.

    >>> accounts = pd.DataFrame({"customer_id": [501, 502, 503], "segment": ["small", "small", "key"],
    ...                          "relationship_type": ["basic", "basic", "partnership"]})
    >>> orders = pd.DataFrame({"customer_id": [501, 502, 503], "amount_cny": [100.0] * 3,
    ...                        "margin_cny": [1.0, 5.0, 9.0]})
    >>> find_fit(accounts, orders)[["given", "margin_level", "fitting", "fits"]]
             given margin_level      fitting   fits
    0        basic          low        basic   True
    1        basic       medium     reactive  False
    2  partnership         high  partnership   True
    """
    rows = _take_accounts(accounts)
    sold = take_columns(orders, "orders", ["customer_id", "amount_cny", "margin_cny"], once="order_id")
    sums = sold.groupby("customer_id")[["amount_cny", "margin_cny"]].sum()
    rows = rows[rows["customer_id"].isin(sums.index)].reset_index(drop=True)
    if len(rows) < 3:
        raise ValueError(f"orders: {len(rows)} accounts have orders, expected at least 3 to cut into thirds.")
    share = (sums["margin_cny"] / sums["amount_cny"]).reindex(rows["customer_id"]).to_numpy()
    right = np.searchsorted(np.quantile(share, [1 / 3, 2 / 3]), share)
    down = rows["segment"].map(list(_ACCOUNTS["segment"].levels).index)
    fitting = pd.Categorical(np.array(TYPES)[down + right], dtype=FIT.columns["fitting"].dtype)
    return rows.assign(
        margin_share=share,
        margin_level=np.array(MARGIN_LEVELS)[right],
        fitting=fitting,
        fits=rows["given"] == fitting,
    )


def _take_accounts(accounts: pd.DataFrame) -> pd.DataFrame:
    columns = ["customer_id", "segment", "relationship_type"]
    rows = take_columns(accounts, "accounts", columns, unique=["customer_id"])
    return rows.astype({"segment": str}).rename(columns={"relationship_type": "given"})


def find_true_fit(accounts: pd.DataFrame, truth_accounts: pd.DataFrame) -> pd.DataFrame:
    """Which accounts truly have the fitting type: what no firm can know (truth, not data; C-16).

    truth_accounts: customer_id, fitting_type. Columns: customer_id, segment, given, fitting, fits. Raises
    TableError for wrong columns, ValueError for accounts without a truth.

    >>> accounts = pd.DataFrame({"customer_id": [501], "segment": ["small"], "relationship_type": ["basic"]})
    >>> truth = pd.DataFrame({"customer_id": [501], "fitting_type": ["reactive"]})
    >>> find_true_fit(accounts, truth)["fits"].tolist()
    [False]
    """
    rows = _take_accounts(accounts)
    truth = take_columns(
        truth_accounts, "truth.accounts", ["customer_id", "fitting_type"], unique=["customer_id"]
    )
    fitting = truth.set_index("customer_id")["fitting_type"].reindex(rows["customer_id"]).array
    if fitting.isna().any():
        raise ValueError(
            f"truth.accounts: {int(fitting.isna().sum())} of {len(rows)} accounts are missing. Take both "
            "tables from one firm and seed."
        )
    return rows.assign(fitting=fitting, fits=rows["given"] == fitting)


def measure_wallet_share(wallets: pd.DataFrame) -> pd.DataFrame:
    """Our share of what each account needs, over all its quarters (C-16; share of customer, B-23).

    wallets: customer_id, quarter, needed_tonnes (the salesperson's estimate), bought_tonnes. Columns:
    customer_id, needed_tonnes, bought_tonnes, wallet_share. Accounts that needed nothing are left out. Raises
    TableError for wrong columns or repeated quarters.

    >>> wallets = pd.DataFrame({"customer_id": [501, 501], "needed_tonnes": [10.0, 30.0],
    ...     "quarter": pd.to_datetime(["2025-01-01", "2025-04-01"]), "bought_tonnes": [8.0, 12.0]})
    >>> measure_wallet_share(wallets)["wallet_share"].tolist()
    [0.5]
    """
    keys = ["customer_id", "quarter"]
    rows = take_columns(wallets, "wallets", [*keys, "needed_tonnes", "bought_tonnes"], unique=keys)
    sums = rows.groupby("customer_id")[["needed_tonnes", "bought_tonnes"]].sum().reset_index()
    sums = sums[sums["needed_tonnes"] > 0].reset_index(drop=True)
    return sums.assign(wallet_share=sums["bought_tonnes"] / sums["needed_tonnes"])


def compare_fit(fit: pd.DataFrame, wallet_shares: pd.DataFrame, *, within: Sequence[str] = ()) -> Estimate:
    """How much more of the wallet we have where the type fits: in one pot, or within like accounts (C-16).

    fit: customer_id, fits, and the columns named in within ("segment", "margin_level"). wallet_shares:
    customer_id, wallet_share. Without within, the plain difference of means. With it, the difference is taken
    inside each group and averaged with weights n₁n₀/(n₁+n₀) (as a regression with one constant a group does);
    groups with fewer than two accounts on a side cannot compare and are left out. Interval: normal, from the
    variances inside the groups. Raises TableError for wrong columns, ValueError if no group can be compared.

    >>> fit = pd.DataFrame({"customer_id": range(8), "fits": [True, True, False, False] * 2,
    ...                     "segment": ["small"] * 4 + ["key"] * 4})
    >>> shares = pd.DataFrame({"customer_id": range(8),
    ...                        "wallet_share": [0.4, 0.4, 0.3, 0.3, 0.8, 0.8, 0.7, 0.7]})
    >>> round(compare_fit(fit, shares, within=["segment"]).value, 3)
    0.1
    """
    within = list(within)
    judged = take_columns(fit, FIT, ["customer_id", "fits", *within], unique=["customer_id"])
    shares = take_columns(
        wallet_shares, WALLET_SHARES, ["customer_id", "wallet_share"], unique=["customer_id"]
    )
    rows = judged.merge(shares, on="customer_id")
    groups = [group for _, group in rows.groupby(within, observed=True)] if within else [rows]
    parts = [part for group in groups if (part := _compare_group(group)) is not None]
    if not parts:
        raise ValueError("fit: no group holds two accounts with and two without a fitting type.")
    difference, variance, weight, n = np.array(parts).T
    value = float((weight * difference).sum() / weight.sum())
    half = quantile(0.95) * math.sqrt(float((weight**2 * variance).sum())) / float(weight.sum())
    return Estimate(value, value - half, value + half, n=int(n.sum()), unit="percentage points")


def _compare_group(group: pd.DataFrame) -> tuple[float, float, float, int] | None:
    """Difference, its variance, weight and size of one group; None where there is nothing to compare."""
    one = group.loc[group["fits"], "wallet_share"]
    other = group.loc[~group["fits"], "wallet_share"]
    if min(len(one), len(other)) < _LEAST:
        return None
    variance = one.var() / len(one) + other.var() / len(other)
    return one.mean() - other.mean(), variance, len(one) * len(other) / len(group), len(group)


def measure_dilution(fit: pd.DataFrame, true_fit: pd.DataFrame) -> float:
    """How much of a true effect is left when some accounts are misjudged (truth, not data).

    fit, true_fit: customer_id, fits. P(truly fits | judged to fit) − P(truly fits | judged not to): 1 if no
    account is misjudged, 0 if the judgement is worthless. The effect that can be seen is the true one times
    this. Raises ValueError if everybody is judged alike.

    >>> judged = pd.DataFrame({"customer_id": [1, 2, 3, 4], "fits": [True, True, False, False]})
    >>> truth = pd.DataFrame({"customer_id": [1, 2, 3, 4], "fits": [True, True, True, False]})
    >>> measure_dilution(judged, truth)
    0.5
    """
    tables = [
        take_columns(table, FIT, ["customer_id", "fits"], unique=["customer_id"]) for table in (fit, true_fit)
    ]
    both = tables[0].merge(tables[1], on="customer_id", suffixes=("", "_truly"))
    if both["fits"].nunique() < 2:
        raise ValueError("fit: all accounts are judged alike, so there is nothing to compare.")
    shares = both.groupby("fits")["fits_truly"].mean()
    return float(shares[True] - shares[False])


def accounts_needed(
    effect: float,
    *,
    spread: float,
    fitting_share: float = 0.5,
    dilution: float = 1.0,
    power: float = 0.8,
) -> int:
    """How many accounts it takes to tell an effect from none in most tries (textbook knowledge).

    n = (z₉₇.₅ + z_power)² · spread² / (p (1 − p) (effect · dilution)²), where p is the share of accounts
    whose type fits. effect, spread (standard deviation within groups): shares. power: chance that the
    interval will lie clear of zero. Raises ValueError for numbers outside their range.

    >>> accounts_needed(0.04, spread=0.13), accounts_needed(0.02, spread=0.13)
    (332, 1327)
    """
    read_number(spread, "spread", "a standard deviation above 0", limits=">0")
    for name, value in (("fitting_share", fitting_share), ("power", power), ("dilution", dilution)):
        read_number(value, name, "a share from 0 to 1", limits="0..1")
    if not read_number(effect, "effect", "a difference of shares other than 0", limits="-1..1"):
        raise ValueError(
            "effect is 0, expected a difference of shares other than 0: no number shows nothing."
        )
    if not (0 < fitting_share < 1 and 0.5 < power < 1 and dilution > 0):
        raise ValueError(
            f"fitting_share is {fitting_share}, power {power}, dilution {dilution}: expected a fitting_share "
            "between 0 and 1, a power between 0.5 and 1, a dilution above 0."
        )
    if abs(effect) * dilution < 1e-6:
        raise ValueError(
            f"effect is {effect}, dilution {dilution}: no firm has accounts enough to see so little."
        )
    z = quantile(0.95) + quantile(2 * power - 1)
    return math.ceil((z * spread / (effect * dilution)) ** 2 / (fitting_share * (1 - fitting_share)))


def plot_fit_estimates(estimates: dict[str, Estimate], *, true_effect: float, ax: Axes | None = None) -> Axes:
    """What each way of comparing says about a fitting type, and where the truth lies.

    estimates: name → result of `compare_fit`. true_effect: share, drawn as a line.
    """
    read_number(true_effect, "true_effect", "a difference of shares", limits="-1..1")
    if not read_instance(estimates, "estimates", dict):
        raise ValueError("estimates: expected one or more results of compare_fit, each with its name.")
    for name, one in estimates.items():
        read_instance(one, f"estimates: {name}", Estimate)
    ax = new_axes(ax)
    ax.axvline(0, color="black", linewidth=0.8)
    ax.axvline(100 * true_effect, color=COLOURS["truth"], linestyle="--", label="true effect at the start")
    for place, one in enumerate(estimates.values()):
        value, low, high = (100 * number for number in (one.value, one.low, one.high))
        draw_interval(ax, place, value, low, high, colour=COLOURS["estimate"], text=f"{value:+.1f}")
    label_rows(ax, list(estimates))
    zero, true = (sum(one.covers(number) for one in estimates.values()) for number in (0, true_effect))
    title = f"of {len(estimates)} intervals {zero} hold zero and {true} the true effect"
    ax.set_title(title, fontsize=10, pad=26)
    ax.set(xlabel="wallet share: fitting less not fitting (percentage points)", ylabel="comparison")
    ax.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.5, 1.0))
    return ax


def _draw_fit_test(ax: Axes, accounts: int, effect: int, misjudged: int, spread: int) -> None:
    """Where the estimates of many firms of this size would fall, and how many of them see the effect.

    effect, spread: percentage points; misjudged: per cent. Half of the accounts have a fitting type; the
    curve is normal around the diluted effect.
    """
    seen = effect * (1 - 2 * misjudged / 100)
    error = spread / math.sqrt(accounts * 0.5 * 0.5)
    limit = quantile(0.95) * error
    x = np.linspace(-15, 20, 701)
    density = np.exp(-0.5 * ((x - seen) / error) ** 2)
    clear = x > limit
    ax.fill_between(x, density, color=COLOURS["no_card"], alpha=0.5, label="interval holds zero")
    ax.fill_between(x, np.where(clear, density, 0), where=clear, color=COLOURS["estimate"], label="seen")
    ax.axvline(effect, color=COLOURS["truth"], linestyle="--", label="true effect")
    ax.axvline(0, color="black", linewidth=0.8)
    power = 0.5 * math.erfc((limit - seen) / error / math.sqrt(2))
    ax.set_title(f"{accounts:,} accounts: {100 * power:.0f} of 100 firms would see it", fontsize=10)
    ax.set(xlim=(-15, 20), ylim=(0, 1.15), yticks=[], ylabel="how often (relative)",
           xlabel="estimated effect of a fitting type (percentage points)")  # fmt: skip
    ax.legend(frameon=False, loc="upper left", fontsize=9)


def explore_fit_test(*, accounts: int = 240, effect: int = 4, misjudged: int = 19, spread: int = 13) -> None:
    """Drag size, effect and misjudgement: when could a firm see what a fitting type is worth? (C-16)

    accounts: 40 to 2,000; effect (0 to 15) and spread (5 to 30) in percentage points; misjudged: 0 to 50 per
    cent.
    """
    parts = {
        "accounts": ("accounts compared", 40, 2000, accounts, 20),
        "effect": ("true effect (points)", 0, 15, effect, 1),
        "misjudged": ("misjudged accounts (%)", 0, 50, misjudged, 1),
        "spread": ("spread between accounts (points)", 5, 30, spread, 1),
    }
    for name, (_, low, high, start, _) in parts.items():
        read_number(start, name, f"a whole number from {low} to {high}", limits=f"{low}..{high}", whole=True)
    explore(
        _draw_fit_test,
        controls={name: Slider(*part) for name, part in parts.items()},
        alt="A bell curve of the estimates that firms of this size would get. Only its right part lies clear "
        "of zero: less than half of the firms would see the effect.",
    )
