"""Who answers a survey, and what that does to the score (H-01).

The invitations are a random sample of all members. The answers are not: who feels close to the firm, or feels
strongly, answers more; who has left hardly answers at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.intervals import draw_interval, label_rows
from crmlib.charts.style import COLOURS, new_axes
from crmlib.customers.surveys import SATISFIED_FROM
from crmlib.customers.windows import count_purchases
from crmlib.satisfaction.scores import estimate_share_by_customer
from crmlib.tables.options import read_number
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# lowest number of purchases in the half year before the invitation, by name of the band
ACTIVITY_BANDS = {"none": 0, "1": 1, "2 to 3": 2, "4 or more": 4}


def describe_response(surveys: pd.DataFrame, receipts: pd.DataFrame, *, days: int = 182) -> pd.DataFrame:
    """Who answers: the share of invitations answered, by purchases in the half year before the invitation.

    surveys: customer_id, invited_on, answered_on. receipts: customer_id, purchased_at; receipts without a
    card are ignored. days: length of the period before the invitation. Columns: purchases_before (ordered
    band), invited, answered, response_share, low, high (by customer, see `estimate_share_by_customer`).
    Bands without an invitation are left out. Raises TableError for wrong columns, ValueError for days
    below 1.

    >>> day = pd.to_datetime(pd.Series(["2025-07-01"] * 3))
    >>> invited = pd.DataFrame({"customer_id": [1, 2, 3], "invited_on": day,
    ...                         "answered_on": [pd.NaT, pd.NaT, pd.Timestamp("2025-07-04")]})
    >>> bought = pd.DataFrame({"customer_id": [3], "purchased_at": [pd.Timestamp("2025-05-02 10:30")]})
    >>> describe_response(invited, bought)[["purchases_before", "invited", "answered", "response_share"]]
      purchases_before  invited  answered  response_share
    0             none        2         0             0.0
    1                1        1         1             1.0
    """
    read_number(days, "describe_response: days", "at least 1", limits="1..", whole=True)
    invited = take_columns(surveys, "surveys", ["customer_id", "invited_on", "answered_on"])
    bought = take_columns(receipts, "receipts", ["customer_id", "purchased_at"])
    start = invited["invited_on"] - pd.Timedelta(days=days)
    before = count_purchases(bought, invited["customer_id"], start, invited["invited_on"])
    limits, labels = [*ACTIVITY_BANDS.values(), np.inf], list(ACTIVITY_BANDS)
    bands = pd.Series(pd.cut(before, limits, right=False, labels=labels), name="purchases_before")
    invited["answered"] = invited["answered_on"].notna()
    table = []
    for band, rows in invited.groupby(bands, observed=True):
        share = estimate_share_by_customer(rows["answered"], rows["customer_id"])
        table.append((band, len(rows), int(rows["answered"].sum()), share.value, share.low, share.high))
    found = pd.DataFrame(
        table, columns=["purchases_before", "invited", "answered", "response_share", "low", "high"]
    )
    return found.astype({"purchases_before": bands.dtype})


def compare_respondents_with_all(surveys: pd.DataFrame, truth_surveys: pd.DataFrame) -> pd.DataFrame:
    """What the firm reads, against what all invited customers would have said: the bias of those who answer.

    surveys: survey_id, customer_id, answered_on. truth_surveys: survey_id, satisfaction (the score that would
    have been given), still_customer. Columns: group (answered; not answered; all invited; all who were still
    customers), n (invitations), top_two_share, low, high (by customer, see `estimate_share_by_customer`).
    Raises TableError for wrong columns, ValueError if
    invitations and truth do not match one to one.

    >>> invited = pd.DataFrame({"survey_id": [1, 2, 3], "customer_id": [7, 8, 9],
    ...                         "answered_on": [pd.Timestamp("2025-07-04"), pd.NaT, pd.NaT]})
    >>> truth = pd.DataFrame({"survey_id": [1, 2, 3], "satisfaction": [5, 2, 4],
    ...                       "still_customer": [True, False, True]})
    >>> compare_respondents_with_all(invited, truth)[["group", "n", "top_two_share"]].round(2)
                          group  n  top_two_share
    0                  answered  1           1.00
    1              not answered  2           0.50
    2               all invited  3           0.67
    3  invited, still customers  2           1.00
    """
    names = ["survey_id", "customer_id", "answered_on"]
    asked = take_columns(surveys, "surveys", names, unique=["survey_id"])
    columns = ["survey_id", "satisfaction", "still_customer"]
    truth = take_columns(truth_surveys, "truth.surveys", columns, unique=["survey_id"])
    both = asked.merge(truth, on="survey_id")
    if len(both) < max(len(asked), len(truth)):
        raise ValueError(
            f"surveys has {len(asked)} invitations, truth.surveys {len(truth)}, {len(both)} are in both. "
            "Take both from the same variant of the firm and filter them in the same way."
        )
    answered = both["answered_on"].notna()
    groups = {
        "answered": both[answered],
        "not answered": both[~answered],
        "all invited": both,
        "invited, still customers": both[both["still_customer"].astype(bool)],
    }
    table = []
    for name, rows in groups.items():
        if len(rows):
            share = estimate_share_by_customer(rows["satisfaction"] >= SATISFIED_FROM, rows["customer_id"])
            table.append((name, len(rows), share.value, share.low, share.high))
    return pd.DataFrame(table, columns=["group", "n", "top_two_share", "low", "high"])


def plot_respondents_against_truth(
    surveys: pd.DataFrame, truth_surveys: pd.DataFrame, *, ax: Axes | None = None
) -> Axes:
    """How far the score that the firm reads lies from the one that all invited customers would have given.

    surveys, truth_surveys and errors as in `compare_respondents_with_all`. Dot with 95 % interval: share of
    scores 4 and 5 among those who answered; crosses: truth, which has no interval.
    """
    comparison = compare_respondents_with_all(surveys, truth_surveys)
    ax = new_axes(ax)
    shares = comparison.set_index("group")[["top_two_share", "low", "high"]] * 100
    says = {}
    for place, (group, (share, low, high)) in enumerate(zip(shares.index, shares.to_numpy(), strict=True)):
        says[str(group)] = f"{share:.0f} %"
        if group == "answered":
            draw_interval(ax, place, share, low, high, colour=COLOURS["estimate"], text=says[str(group)])
        else:
            draw_interval(
                ax, place, share, share, share, colour=COLOURS["truth"], marker="X", text=says[str(group)]
            )
    label_rows(ax, [f"{g} (n = {n:,})" for g, n in zip(comparison["group"], comparison["n"], strict=True)])
    ax.set(xlabel="share of scores 4 and 5 (%)", ylabel="whose scores")
    title = f"All invited would have said {says['all invited']}"
    if "answered" in says:
        title = f"The survey says {says['answered']}.\n{title}"
    ax.set_title(title, fontsize=10)
    ax.margins(x=0.1)
    return ax
