"""How many points is a customer worth, and which band is that (F-14, F-15)?

A score adds what cannot be added: purchases, yuan, complaints. So each indicator is first turned into the
place among all customers, and weights say what counts how much. They are a decision, and are written down.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from crmlib.tables.errors import TableError
from crmlib.tables.options import read_date, read_names, read_number
from crmlib.tables.results import describe_result, take_by_customer, take_values
from crmlib.tables.take import take_columns
from crmlib.tiers.abc import name_classes

BANDS = ("VIP", "important", "ordinary", "small")
SCORES = describe_result("scores", {"customer_id": "key", "score": "number 0..100"})
INDICATORS = describe_result(
    "indicators",
    {
        "customer_id": "key",
        "purchases": "integer 1..",
        "amount_cny": "number 0..",
        "margin_cny": "number",
        "largest_cny": "number 0..",
        "refund_cny": "number 0..",
        "complaints": "integer 0..",
        "tenure_days": "integer 0..",
    },
)


def collect_indicators(
    receipts: pd.DataFrame,
    returns: pd.DataFrame,
    complaints: pd.DataFrame,
    *,
    as_of: str | pd.Timestamp,
    days: int = 365,
) -> pd.DataFrame:
    """The value indicators that a chain's own tables hold, one row for each buyer of a period (F-14).

    receipts: customer_id, purchased_at, amount_cny, margin_cny. returns: customer_id, requested_on,
    amount_cny. complaints: customer_id, opened_at. Counted are the days that end with as_of; tenure_days run
    from the first receipt in the table to as_of. Index customer_id: purchases, amount_cny, margin_cny,
    largest_cny (single receipt), refund_cny, complaints, tenure_days. None of them asks for anything that is
    not needed to serve the customer. Raises TableError for wrong columns or if nobody bought.

    >>> day = pd.to_datetime(["2025-01-01", "2025-12-01"])
    >>> receipts = pd.DataFrame({"customer_id": [7, 7], "purchased_at": day, "amount_cny": [30.0, 50.0],
    ...                          "margin_cny": [9.0, 15.0]})
    >>> returns = pd.DataFrame({"customer_id": [7], "requested_on": [day[1]], "amount_cny": [50.0]})
    >>> complaints = pd.DataFrame({"customer_id": [8], "opened_at": [day[1]]})
    >>> collect_indicators(receipts, returns, complaints, as_of="2025-12-31", days=60).loc[7].tolist()
    [1.0, 50.0, 15.0, 50.0, 50.0, 0.0, 364.0]
    """
    end = read_date(as_of, "as_of") + pd.Timedelta(days=1)
    length = read_number(days, "days", "a whole number of at least 1 day", limits="1..", whole=True)
    start = end - pd.Timedelta(days=int(length))
    names = ["customer_id", "purchased_at", "amount_cny", "margin_cny"]
    bought = take_columns(receipts, "receipts", names, once="receipt_id").dropna(subset=["customer_id"])
    bought = bought[bought["purchased_at"] < end].astype({"customer_id": "int64"})
    first = bought.groupby("customer_id")["purchased_at"].min()
    inside = bought[bought["purchased_at"] >= start].groupby("customer_id")
    if not inside.ngroups:
        raise TableError(
            f"receipts: no customer bought in the {int(length)} days. Repair: choose another day."
        )
    table = pd.DataFrame(
        {
            "purchases": inside.size(),
            "amount_cny": inside["amount_cny"].sum(),
            "margin_cny": inside["margin_cny"].sum(),
            "largest_cny": inside["amount_cny"].max(),
        }
    )
    sent_back = take_columns(
        returns, "returns", ["customer_id", "requested_on", "amount_cny"], once="return_id"
    )
    asked = take_columns(complaints, "complaints", ["customer_id", "opened_at"], once="complaint_id")
    back = _keep(sent_back, "requested_on", start, end).groupby("customer_id")["amount_cny"].sum()
    said = _keep(asked, "opened_at", start, end).groupby("customer_id").size()
    table["refund_cny"] = back.reindex(table.index, fill_value=0.0)
    table["complaints"] = said.reindex(table.index, fill_value=0)
    last_day = end - pd.Timedelta(days=1)
    table["tenure_days"] = (last_day - first.dt.normalize()).dt.days.reindex(table.index)
    return table


def _keep(rows: pd.DataFrame, column: str, start: pd.Timestamp, end: pd.Timestamp) -> pd.DataFrame:
    """The rows of known customers in the period."""
    inside = rows[column].between(start, end, inclusive="left") & rows["customer_id"].notna()
    return rows[inside].astype({"customer_id": "int64"})


def score_indicators(indicators: pd.DataFrame, weights: Mapping[str, float]) -> pd.Series:
    """A score from 0 to 100 for each customer: the weighted mean of the places in each indicator (F-14).

    indicators: index customer_id, the columns that weights name, numbers, two customers or more. weights:
    column → weight; a negative one means that more is worse. The place runs from 0 (lowest) to 100 (highest
    of all); equal values share the mean of their places. One giant customer therefore moves nobody else, as
    he would if we divided by the largest value. Returns score, index customer_id.

    >>> table = pd.DataFrame({"amount_cny": [10.0, 20.0, 900.0], "complaints": [0, 0, 2]}, index=[1, 2, 3])
    >>> score_indicators(table, {"amount_cny": 3, "complaints": -1}).round(1).tolist()
    [18.8, 56.2, 75.0]
    """
    if not isinstance(weights, Mapping) or not weights:
        raise TypeError("weights: expected column → weight, such as {'amount_cny': 2, 'complaints': -1}.")
    described = {
        name: INDICATORS.columns.get(name, "number") for name in read_names(list(weights), "weights")
    }
    for name, weight in weights.items():
        read_number(weight, f"weights: {name}", "a number other than 0", limits="-1000..1000")
    total = sum(abs(weight) for weight in weights.values())
    if total == 0:
        raise ValueError("weights: all are 0, expected at least one other number.")
    table = describe_result("indicators", {"customer_id": "key", **described})
    taken = take_by_customer(indicators, table, list(described))
    if len(taken) < 2:
        raise TableError(f"indicators: {len(taken)} customer, expected at least 2: a place needs others.")
    places = 100 * (taken.rank(method="average") - 1) / (len(taken) - 1)
    score = pd.Series(0.0, index=taken.index, name="score")
    for name, weight in weights.items():
        place = places[name]
        score += abs(weight) / total * (place if weight > 0 else 100 - place)
    return score.clip(0, 100)


def assign_bands(
    scores: pd.Series, *, vip_from: float = 80, important_from: float = 60, ordinary_from: float = 40
) -> pd.Series:
    """Which band a score belongs to: VIP, important, ordinary or small (F-15, N-12).

    scores: index customer_id, 0 to 100. The course says above 80, above 60, above 40 and below 40, and leaves
    out the three edges; here an edge belongs to the band above it. Whoever wants the other reading passes
    80.0001. Returns ordered words, VIP first.

    >>> assign_bands(pd.Series([80.0, 79.9, 40.0, 39.9], index=[1, 2, 3, 4])).tolist()
    ['VIP', 'important', 'ordinary', 'small']
    """
    limits = {"vip_from": vip_from, "important_from": important_from, "ordinary_from": ordinary_from}
    for name, value in limits.items():
        read_number(value, name, "a score from 0 to 100", limits="0..100")
    if not vip_from > important_from > ordinary_from:
        raise ValueError(
            f"vip_from is {vip_from}, important_from {important_from}, ordinary_from {ordinary_from}: "
            "expected falling limits."
        )
    values = take_values(scores, SCORES)
    edges = [ordinary_from, important_from, vip_from]
    codes = 3 - np.searchsorted(edges, values.to_numpy(dtype=np.float64), side="right")
    return name_classes(pd.Series(codes, index=values.index), BANDS, "band")
