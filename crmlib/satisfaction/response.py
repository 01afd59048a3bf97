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
from crmlib.customers.surveys import estimate_satisfied
from crmlib.customers.windows import count_purchases
from crmlib.estimates.estimate import estimate_share
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
    band), invited, answered, response_share, low, high (Wilson). Bands without an invitation are left out.
    Raises TableError for wrong columns, ValueError for days below 1.

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
    bands = pd.Series(pd.cut(before, limits, right=False, labels=labels))
    counts = invited["answered_on"].notna().groupby(bands, observed=True).agg(invited="size", answered="sum")
    return _add_shares(
        counts.rename_axis("purchases_before").reset_index(), "answered", "invited", "response_share"
    )


def compare_respondents_with_all(surveys: pd.DataFrame, truth_surveys: pd.DataFrame) -> pd.DataFrame:
    """What the firm reads, against what all invited customers would have said: the bias of those who answer.

    surveys: survey_id, answered_on. truth_surveys: survey_id, satisfaction, recommend, still_customer; the
    scores that would have been given. Columns: group (answered; not answered; all invited; all who were
    still customers), n, top_two_share, low, high (Wilson), mean_satisfaction, recommendation (score from
    −100 to 100). Raises TableError for wrong columns, ValueError if invitations and truth do not match one
    to one.

    >>> invited = pd.DataFrame({"survey_id": [1, 2, 3],
    ...                         "answered_on": [pd.Timestamp("2025-07-04"), pd.NaT, pd.NaT]})
    >>> truth = pd.DataFrame({"survey_id": [1, 2, 3], "satisfaction": [5, 2, 4], "recommend": [9, 3, 8],
    ...                       "still_customer": [True, False, True]})
    >>> compare_respondents_with_all(invited, truth)[["group", "n", "top_two_share"]].round(2)
                          group  n  top_two_share
    0                  answered  1           1.00
    1              not answered  2           0.50
    2               all invited  3           0.67
    3  invited, still customers  2           1.00
    """
    asked = take_columns(surveys, "surveys", ["survey_id", "answered_on"], unique=["survey_id"])
    columns = ["survey_id", "satisfaction", "recommend", "still_customer"]
    truth = take_columns(truth_surveys, "truth.surveys", columns, unique=["survey_id"])
    both = _match(asked, truth)
    answered = both["answered_on"].notna()
    groups = {
        "answered": both[answered],
        "not answered": both[~answered],
        "all invited": both,
        "invited, still customers": both[both["still_customer"].astype(bool)],
    }
    return pd.DataFrame([_score_group(name, rows) for name, rows in groups.items() if len(rows)])


def complete_surveys(surveys: pd.DataFrame, truth_surveys: pd.DataFrame) -> pd.DataFrame:
    """The survey that no firm can have: as if every invited customer had answered at once.

    surveys: survey_id, customer_id, invited_on. truth_surveys: survey_id and the four scores that would
    have been given. Columns: survey_id, customer_id, invited_on, answered_on (= invited_on), satisfaction,
    trust, recommend, intention, still_customer. Every function that takes surveys takes it too, so that an
    estimate can be held against the truth. Raises TableError for wrong columns, ValueError if invitations
    and truth do not match one to one.

    >>> invited = pd.DataFrame({"survey_id": [1], "customer_id": [7],
    ...                         "invited_on": [pd.Timestamp("2025-07-01")]})
    >>> truth = pd.DataFrame({"survey_id": [1], "satisfaction": [2], "trust": [2], "recommend": [3],
    ...                       "intention": [4], "still_customer": [True]})
    >>> complete_surveys(invited, truth)[["customer_id", "answered_on", "satisfaction", "still_customer"]]
       customer_id answered_on  satisfaction  still_customer
    0            7  2025-07-01             2            True
    """
    asked = take_columns(surveys, "surveys", ["survey_id", "customer_id", "invited_on"], unique=["survey_id"])
    scores = ["satisfaction", "trust", "recommend", "intention", "still_customer"]
    truth = take_columns(truth_surveys, "truth.surveys", ["survey_id", *scores], unique=["survey_id"])
    return _match(asked, truth).assign(answered_on=lambda rows: rows["invited_on"])[
        ["survey_id", "customer_id", "invited_on", "answered_on", *scores]
    ]


def _match(asked: pd.DataFrame, truth: pd.DataFrame) -> pd.DataFrame:
    both = asked.merge(truth, on="survey_id")
    if len(both) < max(len(asked), len(truth)):
        raise ValueError(
            f"surveys has {len(asked)} invitations, truth.surveys {len(truth)}, {len(both)} are in both. "
            "Take both from the same variant of the firm and filter them in the same way."
        )
    return both


def _score_group(name: str, rows: pd.DataFrame) -> dict[str, object]:
    top = estimate_satisfied(rows["satisfaction"])
    promoters, detractors = (rows["recommend"] >= 9).mean(), (rows["recommend"] <= 6).mean()
    return {
        "group": name,
        "n": len(rows),
        "top_two_share": top.value,
        "low": top.low,
        "high": top.high,
        "mean_satisfaction": float(rows["satisfaction"].mean()),
        "recommendation": float(100 * (promoters - detractors)),
    }


def plot_respondents_against_truth(
    surveys: pd.DataFrame, truth_surveys: pd.DataFrame, *, ax: Axes | None = None
) -> Axes:
    """How far the score that the firm reads lies from the one that all invited customers would have given.

    surveys, truth_surveys and errors as in `compare_respondents_with_all`. Dots: share of scores 4 and 5;
    bars: 95 % interval.
    """
    comparison = compare_respondents_with_all(surveys, truth_surveys)
    ax = new_axes(ax)
    for place, (share, low, high) in enumerate(comparison[["top_two_share", "low", "high"]].to_numpy() * 100):
        colour = COLOURS["estimate" if place == 0 else "truth"]
        draw_interval(ax, place, share, low, high, colour=colour, text=f"{share:.0f} %")
    label_rows(ax, [f"{g} (n = {n:,})" for g, n in zip(comparison["group"], comparison["n"], strict=True)])
    ax.set(xlabel="share of scores 4 and 5 (%)", ylabel="whose scores")
    return ax


def _add_shares(table: pd.DataFrame, count: str, n: str, name: str) -> pd.DataFrame:
    estimates = [estimate_share(int(k), int(m)) for k, m in zip(table[count], table[n], strict=True)]
    table[name] = [one.value for one in estimates]
    table["low"], table["high"] = [one.low for one in estimates], [one.high for one in estimates]
    return table
