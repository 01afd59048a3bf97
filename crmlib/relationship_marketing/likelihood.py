"""Database marketing: how likely each customer is to buy in the next weeks, from what the files hold (B-22).

The course's recipe has four steps: collect, process, predict the likelihood of a purchase, aim the marketing.
Learning on one date and testing on a later one shows what the prediction is worth; `precision_marketing` asks
whether it is the right thing to predict.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from crmlib.charts.style import new_axes
from crmlib.customers.windows import count_purchases
from crmlib.estimates.forecasts import LINES, draw_forecasts, draw_rankings, follow_ranking, group_forecasts
from crmlib.estimates.logistic import TraitModel, UndeterminedError, fit_traits
from crmlib.tables.options import read_date, read_fates, read_number, read_numbers, refuse_short
from crmlib.tables.results import describe_result, take_result
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from matplotlib.axes import Axes

YEAR, QUARTER = 365, 91
FEATURES = ("silence_days", "purchases_year", "purchases_quarter", "spend_year_cny", "tenure_days")
HISTORY = describe_result(
    "history", {"customer_id": "key", **dict.fromkeys(FEATURES, "number >=0"), "bought": "boolean"}
)
_SHARES = dict.fromkeys(("forecast", "bought_share", "low", "high"), "number 0..1")
FORECAST = describe_result("forecast", _SHARES)


def describe_history(receipts: pd.DataFrame, *, as_of: str | pd.Timestamp) -> pd.DataFrame:
    """What the files say on a day about everybody who ever bought: one row a customer, nothing later (B-22).

    receipts: customer_id, purchased_at, amount_cny; receipts of as_of itself and later, and those without a
    card, are left out. Columns: customer_id, silence_days (from the last receipt to as_of), purchases_year
    (in the 365 days before as_of), purchases_quarter (91 days), spend_year_cny, tenure_days (since the first
    receipt). Raises TableError for wrong columns, ValueError if nobody had bought yet.

    >>> receipts = pd.DataFrame({"customer_id": [7, 7, 8], "amount_cny": [30.0, 50.0, 20.0],
    ...     "purchased_at": pd.to_datetime(["2024-02-01", "2025-06-20", "2025-07-02"])})
    >>> describe_history(receipts, as_of="2025-06-30").iloc[0].tolist()
    [7.0, 10.0, 1.0, 1.0, 50.0, 515.0]
    """
    day = read_date(as_of, "as_of")
    bought = take_columns(receipts, "receipts", ["customer_id", "purchased_at", "amount_cny"])
    known = bought[bought["customer_id"].notna() & (bought["purchased_at"] < day)]
    if known.empty:
        raise ValueError(f"receipts: nobody bought before {day.date()}. Choose a later as_of.")
    known = known.assign(age=(day - known["purchased_at"].dt.normalize()).dt.days)
    groups = known.groupby("customer_id")["age"]
    found = pd.DataFrame({"silence_days": groups.min()})
    year = known[known["age"] <= YEAR].groupby("customer_id")
    quarter = known[known["age"] <= QUARTER].groupby("customer_id")
    found["purchases_year"] = year.size().reindex(found.index, fill_value=0)
    found["purchases_quarter"] = quarter.size().reindex(found.index, fill_value=0)
    found["spend_year_cny"] = year["amount_cny"].sum().reindex(found.index, fill_value=0.0).round(2)
    found["tenure_days"] = groups.max()
    return found.rename_axis("customer_id").reset_index().astype({"customer_id": "int64"})


def add_purchase(
    history: pd.DataFrame, receipts: pd.DataFrame, *, as_of: str | pd.Timestamp, within_days: int = 60
) -> pd.DataFrame:
    """What they did next: bought, if there is a receipt in the within_days from as_of on.

    history: customer_id (each once). receipts: customer_id, purchased_at. Returns history with the column
    bought. Raises TableError for wrong columns, ValueError if the receipts end before the period does.

    >>> history = pd.DataFrame({"customer_id": [7, 8]})
    >>> receipts = pd.DataFrame({"customer_id": [7, 8],
    ...                          "purchased_at": pd.to_datetime(["2025-06-30", "2025-08-30"])})
    >>> add_purchase(history, receipts, as_of="2025-06-30")["bought"].tolist()
    [True, False]
    """
    people = take_columns(history, HISTORY, ["customer_id"], unique=["customer_id"])
    bought = take_columns(receipts, "receipts", ["customer_id", "purchased_at"])
    read_number(within_days, "within_days", "a whole number of at least 1", limits="1..", whole=True)
    start = read_date(as_of, "as_of")
    end = start + pd.Timedelta(days=within_days)
    refuse_short(bought["purchased_at"], end)
    times = [pd.Series(moment, index=people.index) for moment in (start, end)]
    return history.reset_index(drop=True).assign(
        bought=count_purchases(bought, people["customer_id"], *times) > 0
    )


def fit_purchase_model(history: pd.DataFrame) -> TraitModel:
    """Learn from customers whose next weeks are known what goes with buying (B-22, B-25).

    Logistic regression log(P / (1 − P)) = β₀ + Σ βⱼ · log₂(1 + featureⱼ) by maximum likelihood. history: the
    table of `describe_history` with bought, at least 50 rows. Raises TableError for wrong columns, ValueError
    if all or none bought, or a trait tells it perfectly.
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


def check_forecast(probability: ArrayLike, bought: ArrayLike, *, groups: int = 10) -> pd.DataFrame:
    """Does "30 % likely" mean that 30 of 100 buy? Forecast and fact in groups of equal size (B-22).

    probability: finite, one a customer; bought: as many true or false. Columns: forecast (mean of the group),
    bought_share, low, high (Wilson), n. Raises ValueError if the two do not fit together or all did the same.

    >>> check_forecast([0.1, 0.3, 0.6, 0.8], [False, False, True, True], groups=2).iloc[:, :2]
       forecast  bought_share
    0       0.2           0.0
    1       0.7           1.0
    """
    score, facts = _read(probability, bought, "check_forecast")
    read_number(groups, "groups", "a whole number of at least 1", limits="1..", whole=True)
    return group_forecasts(score, facts, groups=groups, share="bought_share")


def measure_reach(score: ArrayLike, bought: ArrayLike, *, steps: int = 20) -> pd.DataFrame:
    """If we write to the highest scores first, how many of the buyers do we reach? (B-22)

    Columns: written_share, reached_share (of all buyers), lift (share of buyers among those written to over
    the share among all). Errors as `check_forecast`.

    >>> measure_reach([4, 3, 2, 1], [True, True, False, False], steps=2)
       written_share  reached_share  lift
    0            0.5            1.0   2.0
    1            1.0            1.0   1.0
    """
    values, facts = _read(score, bought, "measure_reach")
    read_number(steps, "steps", "a whole number of at least 1", limits="1..", whole=True)
    return follow_ranking(values, facts, steps=steps, taken="written_share")


def _read(score: ArrayLike, bought: ArrayLike, where: str) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    values, facts = read_numbers(score, "score", "finite scores"), read_fates(bought, "bought")
    if len(values) != len(facts):
        raise ValueError(
            f"{where}: expected one score and one fact for each customer, found {len(values)} scores and "
            f"{len(facts)} facts."
        )
    if facts.all() or not facts.any():
        raise ValueError(f"{where}: all {len(facts)} customers bought or none did; there is nothing to rank.")
    return values, facts


def plot_forecast(forecast: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """Forecast against fact: on the diagonal a probability means what it says.

    forecast: the table of `check_forecast`.
    """
    take_result(forecast, FORECAST)
    ax = new_axes(ax, width=4.8, height=3.8)
    draw_forecasts(ax, forecast, share="bought_share", fact="fact")
    ax.set(xlabel="forecast: likelihood to buy", ylabel="share who bought")
    return ax


def plot_reach(scores: Mapping[str, ArrayLike], bought: ArrayLike, *, ax: Axes | None = None) -> Axes:
    """Buyers reached against customers written to, one line a score; the diagonal is writing at random.

    scores: name of the score → one number a customer; one to four of them.
    """
    if not 1 <= len(scores) <= len(LINES):
        raise ValueError(f"plot_reach: {len(scores)} scores, expected 1 to {len(LINES)}.")
    tables = [(name, measure_reach(score, bought)) for name, score in scores.items()]
    ax = draw_rankings(new_axes(ax, width=5.4, height=3.8), tables)
    ax.set(xlabel="customers written to, highest score first", ylabel="buyers reached")
    return ax
