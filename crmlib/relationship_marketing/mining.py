"""Database marketing and data mining: who will buy next, and which patterns are only luck (B-22, B-25).

The course's recipe has four steps: collect, process, predict the likelihood of a purchase, aim the marketing.
Learning on one date and testing on a later one shows what the prediction is worth; `targeting` asks whether
it is the right thing to predict. Whoever searches through many groups finds knowledge that is unknown before
and potentially useful, and luck as well: so search in one half of the customers, look again in the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlib.charts.style import COLOURS, format_percent, new_axes
from crmlib.estimates.estimate import estimate_share
from crmlib.estimates.logistic import TraitModel, UndeterminedError, fit_traits
from crmlib.tables.options import read_date, read_names, read_number, read_seed, refuse_short
from crmlib.tables.results import describe_result, take_result
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

YEAR, QUARTER = 365, 91
FEATURES = ("silence_days", "purchases_year", "purchases_quarter", "spend_year_cny", "tenure_days")
HISTORY = describe_result("history", {**dict.fromkeys(FEATURES, "number >=0"), "bought": "boolean"})
OUTCOMES = describe_result("customers", {"customer_id": "key", "bought": "boolean"})
PATTERNS = describe_result(
    "patterns",
    {
        "pattern": "string",
        "n_found": "integer 1..",
        "found_share": "number 0..1",
        "n_again": "integer 0..",
        "again_share": "number 0..1 ?",
    },
)


def describe_history(
    receipts: pd.DataFrame, *, as_of: str | pd.Timestamp, within_days: int = 60
) -> pd.DataFrame:
    """What the files say on a day about everybody who ever bought, and whether they bought soon after (B-22).

    receipts: customer_id, purchased_at, amount_cny; those without a card are left out. Columns: customer_id;
    five traits from the receipts before as_of: silence_days (since the last one), purchases_year (in the 365
    days before), purchases_quarter (91 days), spend_year_cny, tenure_days (since the first one); and bought:
    a receipt in the within_days from as_of on. Raises TableError for wrong columns or receipts that end
    before the period does, ValueError if nobody had bought yet.

    >>> receipts = pd.DataFrame({"customer_id": [7, 7, 8, 7], "amount_cny": [30.0, 50.0, 20.0, 90.0],
    ...     "purchased_at": pd.to_datetime(["2024-02-01", "2025-06-20", "2025-06-23", "2025-08-30"])})
    >>> describe_history(receipts, as_of="2025-06-30", within_days=62).T[0].tolist()
    [7, 10, 1, 1, 50.0, 515, True]
    """
    day = read_date(as_of, "as_of")
    read_number(within_days, "within_days", "a whole number of at least 1", limits="1..", whole=True)
    end = day + pd.Timedelta(days=within_days)
    rows = take_columns(receipts, "receipts", ["customer_id", "purchased_at", "amount_cny"])
    refuse_short(rows["purchased_at"], end)
    rows = rows[rows["customer_id"].notna()].astype({"customer_id": "int64"})
    before = rows[rows["purchased_at"] < day]
    if before.empty:
        raise ValueError(f"receipts: nobody bought before {day.date()}. Choose a later as_of.")
    after = rows[rows["purchased_at"].between(day, end, inclusive="left")]
    found = _describe_traits(before.assign(age=(day - before["purchased_at"].dt.normalize()).dt.days))
    return found.assign(bought=found["customer_id"].isin(after["customer_id"]))


def _describe_traits(receipts: pd.DataFrame) -> pd.DataFrame:
    """The traits of each customer, from the age of the receipts in days."""
    age = receipts.groupby("customer_id")["age"]
    year, quarter = (receipts[receipts["age"] <= days].groupby("customer_id") for days in (YEAR, QUARTER))
    found = pd.DataFrame({"silence_days": age.min()})
    found["purchases_year"] = year.size().reindex(found.index, fill_value=0)
    found["purchases_quarter"] = quarter.size().reindex(found.index, fill_value=0)
    found["spend_year_cny"] = year["amount_cny"].sum().reindex(found.index, fill_value=0.0).round(2)
    return found.assign(tenure_days=age.max()).reset_index()


def fit_purchase_model(history: pd.DataFrame) -> TraitModel:
    """Learn from customers whose next weeks are known what goes with buying (B-22, B-25).

    Logistic regression log(P / (1 − P)) = β₀ + Σ βⱼ · log₂(1 + traitⱼ) by maximum likelihood. history: the
    table of `describe_history`, at least 50 rows. The model's table: feature, odds_ratio (for a doubling),
    low, high; its `predict` gives every row of a history a likelihood. Raises TableError for wrong columns,
    ValueError if all or none bought, or a trait tells it perfectly.
    """
    rows = take_columns(history, HISTORY, [*FEATURES, "bought"], rows=50)
    bought = rows["bought"].to_numpy(dtype=bool)
    if bought.all() or not bought.any():
        raise ValueError("history.bought: all or none bought, so nothing can be learned. Widen the period.")
    try:
        return fit_traits(rows, bought, features=FEATURES, described=HISTORY)
    except UndeterminedError as error:
        raise ValueError(
            "history: the traits tell who buys perfectly, or one of them says the same as another. Suspect a "
            "column that knows the future, or too few customers."
        ) from error


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
    read_number(least, "least", "a whole number of at least 1", limits="1..", whole=True)
    rows = _take_traits(customers, traits)
    searched = read_seed(seed).permutation(len(rows)) < len(rows) // 2
    sets = [*((name,) for name in traits), *combinations(traits, 2)]
    patterns = pd.concat([_count_groups(rows, searched, names) for names in sets])
    patterns = patterns[patterns["n_found"] >= least]
    if patterns.empty:
        raise ValueError(f"customers: no group of {least} in the searched half. Ask for smaller groups.")
    return patterns.sort_values(["found_share", "pattern"], ascending=[False, True], ignore_index=True)


def _take_traits(customers: pd.DataFrame, traits: Sequence[str]) -> pd.DataFrame:
    rows = take_columns(customers, OUTCOMES, ["customer_id", "bought"], unique=["customer_id"])
    for name in read_names(traits, "traits"):
        if name not in customers.columns:
            raise ValueError(f"customers: no column {name!r}. Columns: {', '.join(customers.columns)}.")
        if customers[name].isna().any():
            raise ValueError(f"customers.{name}: {int(customers[name].isna().sum())} values are missing.")
        rows[name] = customers[name].astype(str).to_numpy()
    return rows.sort_values("customer_id", ignore_index=True)


def _count_groups(rows: pd.DataFrame, searched: NDArray[np.bool_], names: tuple[str, ...]) -> pd.DataFrame:
    """Size of each group and share of its buyers, in the searched half and in the other."""
    labels = pd.Series([" & ".join(row) for row in zip(*(rows[name] for name in names), strict=True)])
    found, again = (
        rows[half].groupby(labels[half])["bought"].agg(["size", "mean"]) for half in (searched, ~searched)
    )
    table = found.set_axis(["n_found", "found_share"], axis=1)
    table["n_again"] = again["size"].reindex(table.index, fill_value=0)
    table["again_share"] = again["mean"].reindex(table.index)
    table.insert(0, "pattern", [f"{' & '.join(names)} = {label}" for label in table.index])
    return table


def plot_patterns(
    patterns: pd.DataFrame, *, base_share: float, top: int = 10, ax: Axes | None = None
) -> Axes:
    """The best patterns as found, and the same groups among customers who had no part in the search.

    patterns: the table of `search_patterns`; base_share: who bought among all; top: how many are shown. The
    interval (Wilson) belongs to the other half; where the pattern was chosen for its height there is none.
    """
    read_number(base_share, "base_share", "a share between 0 and 1", limits="0..1")
    read_number(top, "top", "a whole number of at least 1", limits="1..", whole=True)
    best = take_result(patterns, PATTERNS).head(top).reset_index(drop=True)
    ax = new_axes(ax, height=4.4)
    ax.axvline(base_share, color="black", linestyle=":", linewidth=1, label="all customers")
    met = best[best["again_share"].notna() & (best["n_again"] > 0)]
    for place, row in zip(met.index.tolist(), met.to_dict("records"), strict=True):
        one = estimate_share(round(row["again_share"] * row["n_again"]), int(row["n_again"]))
        ax.hlines(place, one.low, one.high, color=COLOURS["estimate"], linewidth=2)
    ax.plot(
        best["found_share"], best.index, "s", color=COLOURS["claim"], markersize=8, label="where searched"
    )
    ax.plot(best["again_share"], best.index, "o", color=COLOURS["estimate"], markersize=7, label="other half")
    ax.set_yticks(list(best.index), [str(name).replace("_", " ") for name in best["pattern"]], fontsize=7)
    ax.invert_yaxis()
    format_percent(ax.xaxis)
    ax.set(xlabel="share who bought in the window", ylabel="pattern")
    words = f"best {len(best)}: {100 * np.average(best['found_share'], weights=best['n_found']):.0f} % bought"
    if not met.empty:
        again = np.average(met["again_share"], weights=met["n_again"])
        words += f" where searched, {100 * again:.0f} % in the other half"
    ax.set_title(words, fontsize=10, pad=26, loc="right")
    ax.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.3, 1.0), ncols=3)
    return ax
