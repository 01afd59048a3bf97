"""Who is about to leave: by a rule of two thresholds, and by a model fitted on those who left (I-03, I-04).

The course's recipe for a model: take the behaviour of customers who left as a sample, find which behaviour
matters, build a model from these traits, apply it. The recipe leaves out how to find out whether the model is
any good: `ranking` asks that.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from crmlib.customers.windows import count_purchases
from crmlib.estimates.logistic import TraitModel, UndeterminedError, fit_traits
from crmlib.tables.options import read_date, read_names, read_number, refuse_short
from crmlib.tables.results import describe_result
from crmlib.tables.take import take_columns

YEAR = 365
FEATURES = ("silence_days", "purchases_year", "purchases_last_quarter", "tenure_days", "complaints_year")
BEHAVIOUR = describe_result(
    "behaviour",
    {
        "customer_id": "key",
        **dict.fromkeys(FEATURES, "integer 0.."),
        "margin_year_cny": "number",
        "gone": "boolean",
    },
)


def describe_behaviour(
    receipts: pd.DataFrame, complaints: pd.DataFrame, *, as_of: str | pd.Timestamp
) -> pd.DataFrame:
    """What could be known about each active customer on a day: one row each, nothing later than the day.

    Active: bought in the 365 days up to as_of (included). receipts: customer_id, purchased_at, margin_cny.
    complaints: customer_id, opened_at. Later rows are left out on purpose: on that day nobody had them.
    Columns: customer_id, silence_days (since the last receipt), purchases_year, purchases_last_quarter (of
    these, in the last 91 days), margin_year_cny (yuan), tenure_days (since the first receipt),
    complaints_year. Raises TableError for wrong columns or a row twice, ValueError if nobody is active.

    >>> receipts = pd.DataFrame({"customer_id": [7, 7, 8], "margin_cny": [10.0, 20.0, 5.0],
    ...     "purchased_at": pd.to_datetime(["2025-01-05", "2025-06-20", "2023-01-01"])})
    >>> nobody = pd.DataFrame({"customer_id": [8], "opened_at": pd.to_datetime(["2025-02-01"])})
    >>> describe_behaviour(receipts, nobody, as_of="2025-06-30").iloc[0, :5].tolist()
    [7.0, 10.0, 2.0, 1.0, 30.0]
    """
    day = read_date(as_of, "as_of")
    names = ["customer_id", "purchased_at", "margin_cny"]
    bought = take_columns(receipts, "receipts", names, once="receipt_id").dropna()
    bought["day"] = bought["purchased_at"].dt.normalize()
    known = bought[bought["day"] <= day]
    year = known[known["day"] > day - pd.Timedelta(days=YEAR)]
    if year.empty:
        raise ValueError(f"receipts: nobody bought in the {YEAR} days up to {day.date()}.")
    groups = year.groupby("customer_id")
    found = pd.DataFrame(
        {"silence_days": (day - groups["day"].max()).dt.days, "purchases_year": groups.size()}
    )
    recent = year[year["day"] > day - pd.Timedelta(days=91)].groupby("customer_id").size()
    found["purchases_last_quarter"] = recent.reindex(found.index, fill_value=0)
    found["margin_year_cny"] = groups["margin_cny"].sum().round(2)
    found["tenure_days"] = (day - known.groupby("customer_id")["day"].min().reindex(found.index)).dt.days
    counts = _count_complaints(complaints, day)
    found["complaints_year"] = counts.reindex(found.index, fill_value=0).astype("int64")
    return found.rename_axis("customer_id").reset_index().astype({"customer_id": "int64"})


def _count_complaints(complaints: pd.DataFrame, day: pd.Timestamp) -> pd.Series:
    """Complaints of each customer who had one in the year up to the day."""
    names = ["customer_id", "opened_at"]
    opened = take_columns(complaints, "complaints", names, once="complaint_id").dropna()
    age = (day - opened["opened_at"].dt.normalize()).dt.days
    return opened[age.between(0, YEAR - 1)].groupby("customer_id").size()


def add_outcome(
    behaviour: pd.DataFrame, receipts: pd.DataFrame, *, as_of: str | pd.Timestamp, within_days: int = 183
) -> pd.DataFrame:
    """What became of them: gone, if there is no receipt in the within_days after as_of.

    behaviour: customer_id (each once). receipts: customer_id, purchased_at. Returns behaviour with the
    column gone. Raises TableError for wrong columns or receipts that end before the period does.
    """
    people = take_columns(behaviour, BEHAVIOUR, ["customer_id"], unique=["customer_id"])
    bought = take_columns(receipts, "receipts", ["customer_id", "purchased_at"])
    start = read_date(as_of, "as_of") + pd.Timedelta(days=1)
    days = read_number(within_days, "within_days", "at least 1 day", limits="1..", whole=True)
    end = start + pd.Timedelta(days=days)
    refuse_short(bought["purchased_at"].dt.normalize(), end)
    times = [pd.Series(moment, index=people.index) for moment in (start, end)]
    gone = count_purchases(bought, people["customer_id"], *times) == 0
    return behaviour.reset_index(drop=True).assign(gone=gone)


def add_leak(behaviour: pd.DataFrame, receipts: pd.DataFrame, *, read_on: str | pd.Timestamp) -> pd.DataFrame:
    """A trap: silence read from a table that was exported too late, and so knows part of the future.

    behaviour: customer_id (each once). receipts: customer_id, purchased_at. read_on: day of the export,
    after the day of the forecast. Returns behaviour with another silence_days: from the last receipt up to
    read_on. Raises TableError for wrong columns, ValueError for customers without a receipt.
    """
    day = read_date(read_on, "read_on")
    people = take_columns(behaviour, BEHAVIOUR, ["customer_id"], unique=["customer_id"])
    bought = take_columns(receipts, "receipts", ["customer_id", "purchased_at"]).dropna()
    days = bought["purchased_at"].dt.normalize()
    last = days[days <= day].groupby(bought["customer_id"]).max()
    silence = (day - people["customer_id"].map(last.to_dict()).astype("datetime64[us]")).dt.days
    if silence.isna().any():
        raise ValueError(f"receipts: {int(silence.isna().sum())} customers have none up to {day.date()}.")
    return behaviour.reset_index(drop=True).assign(silence_days=silence.astype("int64").to_numpy())


def flag_key_customers(
    behaviour: pd.DataFrame, *, silence_days: int = 90, value_share: float = 0.2
) -> pd.DataFrame:
    """Key customers about to leave, by the course's rule: long silent, yet of large contribution (I-03).

    behaviour: customer_id, silence_days, margin_year_cny. A key customer is among the value_share of active
    customers with the largest margin of the year. Returns behaviour with the columns key, silent (more than
    silence_days), about_to_leave (both). Raises TableError for wrong columns, ValueError for value_share
    outside 0 to 1.

    >>> five = pd.DataFrame({"customer_id": range(5), "silence_days": [100, 5, 200, 0, 95],
    ...                      "margin_year_cny": [300.0, 400.0, 10.0, 20.0, 30.0]})
    >>> flag_key_customers(five, value_share=0.4)["about_to_leave"].tolist()
    [True, False, False, False, False]
    """
    words = "a share between 0 and 1, such as 0.2"
    share = read_number(value_share, "value_share", words, limits=">0")
    if share >= 1:
        raise ValueError(f"value_share is {value_share!r}, expected {words}.")
    limit = read_number(silence_days, "silence_days", "0 days or more", limits="0..")
    columns = ["customer_id", "silence_days", "margin_year_cny"]
    rows = take_columns(behaviour, BEHAVIOUR, columns, unique=["customer_id"])
    key = rows["margin_year_cny"] >= rows["margin_year_cny"].quantile(1 - share, interpolation="higher")
    silent = rows["silence_days"] > limit
    return behaviour.reset_index(drop=True).assign(key=key, silent=silent, about_to_leave=key & silent)


def fit_churn_model(behaviour: pd.DataFrame, *, features: Sequence[str] = FEATURES) -> TraitModel:
    """Learn from customers whose fate is known which behaviour goes with leaving (I-04).

    Logistic regression log(P(gone) / P(stays)) = β₀ + Σ βⱼ · log₂(1 + featureⱼ) by maximum likelihood.
    behaviour: the features and gone, at least 50 customers; negative values (a loss) count as 0. Raises
    TableError for wrong columns or a customer twice, ValueError if nobody left, nobody stayed, or the
    features tell the fate perfectly.
    """
    features = read_names(features, "fit_churn_model: features")
    rows = take_columns(behaviour, BEHAVIOUR, [*features, "gone"], rows=50, once="customer_id")
    gone = rows["gone"].to_numpy(dtype=bool)
    if gone.all() or not gone.any():
        raise ValueError(
            "behaviour.gone: all left or all stayed, so nothing can be learned. Widen the sample."
        )
    try:
        return fit_traits(rows, gone, features=features, described=BEHAVIOUR)
    except UndeterminedError as error:
        raise ValueError(
            "behaviour: the traits tell who is gone perfectly, or two of them are the same. Suspect a column "
            "that knows the future (leakage), and leave it out."
        ) from error
