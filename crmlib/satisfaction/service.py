"""Service that can be counted: queues, and problems solved in time (G-08, H-09, K-15, X-19).

Most requirements for staff can only be observed by standing in the store. The queue can be counted, and a
solved complaint has a date and a score.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlib.charts.style import COLOURS, new_axes
from crmlib.customers.surveys import estimate_satisfied
from crmlib.estimates.estimate import Estimate, estimate_ratio, quantile
from crmlib.tables.options import read_number
from crmlib.tables.results import describe_result, take_result
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

QUEUE_LIMIT = 4  # G-08, N-41: fewer than four in the queue, so four is one too many
WAITING = describe_result(
    "stores",
    {
        "minutes_waited": "number >=0",
        "top_two_share": "number 0..1",
        "low": "number 0..1",
        "high": "number 0..1",
        "n": "integer 1..",
    },
)


def count_queue_breaches(queues: pd.DataFrame, *, limit: int = QUEUE_LIMIT) -> Estimate:
    """How often customers meet a queue that breaks the rule: `limit` or more at a till (G-08, K-15, X-19).

    queues: store_id, observed_at, customers_waiting (longest queue at an open till). limit: smallest queue
    that breaks the rule: 4 for "fewer than four" (N-41), 5 for "with five, call a colleague" (N-42). Hours
    of one day belong together (a busy day has many long queues), so the interval counts days in a store,
    not hours: n is their number. Raises TableError for wrong columns, ValueError for a limit below 1 or a
    single day.

    >>> queues = pd.DataFrame({"store_id": [1, 1, 1, 1], "customers_waiting": [1, 4, 3, 5],
    ...     "observed_at": pd.to_datetime(["2025-03-01 10:00", "2025-03-01 17:00",
    ...                                    "2025-03-02 10:00", "2025-03-02 17:00"])})
    >>> count_queue_breaches(queues).value, count_queue_breaches(queues, limit=5).value
    (0.5, 0.25)
    """
    read_number(limit, "limit", "at least 1 customer", limits="1..", whole=True)
    rows = take_columns(
        queues, "queues", ["store_id", "observed_at", "customers_waiting"], unique=["store_id", "observed_at"]
    )
    rows["breach"] = rows["customers_waiting"] >= limit
    days = rows.groupby(["store_id", rows["observed_at"].dt.normalize()])["breach"].agg(["sum", "size"])
    if len(days) < 2:
        raise ValueError(
            "queues: only one day in one store. Observe at least two days to say how far they differ."
        )
    share = estimate_ratio(days["sum"], days["size"], unit="%")
    return Estimate(share.value, share.low, min(1.0, share.high), n=share.n)


def relate_waiting_to_satisfaction(
    queues: pd.DataFrame, surveys: pd.DataFrame, members: pd.DataFrame
) -> pd.DataFrame:
    """Whether customers of stores with long waiting times are less satisfied: one row per store (G-08).

    queues: store_id, minutes_waited. surveys: customer_id, satisfaction. members: customer_id,
    home_store_id. Columns: store_id, minutes_waited (mean), n (answers of members whose home store it is),
    top_two_share, low, high (Wilson). Stores without an answer are left out. Forty stores differ in more
    than their queues, so a slope through them is no proof. Raises TableError for wrong columns, ValueError
    if no answer belongs to a store in queues.

    >>> queues = pd.DataFrame({"store_id": [1, 2], "minutes_waited": [7.0, 1.4]})
    >>> surveys = pd.DataFrame({"customer_id": [10, 11, 12], "satisfaction": [2, 5, 4]})
    >>> members = pd.DataFrame({"customer_id": [10, 11, 12], "home_store_id": [1, 1, 2]})
    >>> relate_waiting_to_satisfaction(queues, surveys, members).iloc[:, :4]
       store_id  minutes_waited  n  top_two_share
    0         1             7.0  2            0.5
    1         2             1.4  1            1.0
    """
    seen = take_columns(queues, "queues", ["store_id", "minutes_waited"])
    minutes = seen.groupby("store_id")["minutes_waited"].mean()
    homes = take_columns(members, "members", ["customer_id", "home_store_id"], unique=["customer_id"])
    given = take_columns(surveys, "surveys", ["customer_id", "satisfaction"]).dropna()
    table = []
    for store, part in given.merge(homes, on="customer_id").groupby("home_store_id"):
        if store in minutes.index:
            share = estimate_satisfied(part["satisfaction"])
            table.append((store, minutes[store], share.n, share.value, share.low, share.high))
    if not table:
        raise ValueError(
            "surveys: no answer belongs to a store in queues. Take all tables from the same firm and seed."
        )
    return pd.DataFrame(table, columns=["store_id", "minutes_waited", "n", "top_two_share", "low", "high"])


def plot_waiting_against_satisfaction(stores: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """One dot per store: minutes in the queue against the share of satisfied members, with the fitted line.

    stores: the table of `relate_waiting_to_satisfaction`. Grey: the 95 % interval of each store; band: that
    of the line. The title gives the slope with its interval: least squares weighted by the number of
    answers, robust standard errors (HC1), Student's t. Raises TableError for another table, ValueError for
    fewer than three stores or equal waiting everywhere.
    """
    stores = take_result(stores, WAITING)
    line, covariance, middle = _fit_waiting(stores)
    t, n = quantile(0.95, freedom=len(stores) - 2), len(stores)
    slope, half = round(float(line[1]), 12), t * float(np.sqrt(covariance[1, 1]))
    ax = new_axes(ax)
    x, y, low, high = (stores[k] for k in ("minutes_waited", "top_two_share", "low", "high"))
    ax.vlines(x, 100 * low, 100 * high, color="0.8", linewidth=1)
    ax.scatter(
        x,
        100 * y,
        s=8 + stores["n"] / 2,
        color=COLOURS["estimate"],
        edgecolor="black",
        linewidth=0.5,
        zorder=3,
    )
    grid = np.linspace(x.min(), x.max(), 41)
    design = np.column_stack([np.ones_like(grid), grid - middle])
    fitted, wide = design @ line, t * np.sqrt(np.einsum("ij,jk,ik->i", design, covariance, design))
    ax.fill_between(grid, 100 * (fitted - wide), 100 * (fitted + wide), color="black", alpha=0.15)
    ax.plot(grid, 100 * fitted, color="black")
    found = Estimate(slope, slope - half, slope + half, n=n, unit="percentage points")
    ax.set_title(f"One more minute goes with {found.text()}".replace("-", "−"), fontsize=10)
    ax.set(xlabel="mean waiting time of the store (minutes)", ylabel="satisfied members (%)")
    return ax


def _fit_waiting(stores: pd.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Weighted least squares of the top-two share on waiting: line, its covariance (HC1), mean waiting.

    line: (share at mean waiting, slope). Weights: number of answers.
    """
    if len(stores) < 3 or stores["minutes_waited"].nunique() < 2:
        raise ValueError(
            f"stores: {len(stores)} rows with {stores['minutes_waited'].nunique()} different waiting times, "
            "expected three stores or more that differ."
        )
    x, y, w = (stores[name].to_numpy(dtype=float) for name in ("minutes_waited", "top_two_share", "n"))
    middle = float(np.average(x, weights=w))
    design = np.column_stack([np.ones_like(x), x - middle])
    bread = np.linalg.inv(design.T @ (w[:, None] * design))
    line = bread @ (design.T @ (w * y))
    scores = (w * (y - design @ line))[:, None] * design
    covariance = bread @ (scores.T @ scores) @ bread * len(x) / (len(x) - 2)
    return line, covariance, middle


def measure_solved_in_time(complaints: pd.DataFrame, *, within_days: float = 3) -> pd.DataFrame:
    """How many complaining customers are satisfied afterwards, solved in time and later (H-09, N-62).

    The course: solved in time, usually 70 % turn satisfied. It does not say what "in time" is: within_days
    is the reader's choice. complaints: opened_at, offered_at (missing: no solution yet), satisfaction_after
    (1 to 5, missing: not asked or not answered; left out). Columns: solved (in time, later), complaints,
    answered, satisfied_share (4 or 5), low, high (Wilson). Groups without an answer are left out. Raises
    TableError for wrong columns or a complaint twice, ValueError for within_days not above 0, a solution
    before the complaint, or if nobody answered.

    >>> opened = pd.to_datetime(pd.Series(["2025-03-01 10:00"] * 3))
    >>> complaints = pd.DataFrame({"opened_at": opened, "satisfaction_after": [5, 2, None],
    ...                            "offered_at": opened + pd.to_timedelta([1, 6, 2], unit="D")})
    >>> measure_solved_in_time(complaints)[["solved", "complaints", "answered", "satisfied_share"]]
        solved  complaints  answered  satisfied_share
    0  in time           2         1              1.0
    1    later           1         1              0.0
    """
    read_number(within_days, "within_days", "more than 0 days", limits=">0")
    names = ["opened_at", "offered_at", "satisfaction_after"]
    rows = take_columns(complaints, "complaints", names, once="complaint_id")
    days = (rows["offered_at"] - rows["opened_at"]).dt.total_seconds() / 86_400
    early = rows.index[days < 0]
    if len(early):
        raise ValueError(
            f"complaints.offered_at: {len(early)} of {len(rows)} solutions are offered before the complaint "
            f"(rows {', '.join(map(str, early[:5]))}). Repair: swap the two times, or leave these rows out."
        )
    if rows["satisfaction_after"].isna().all():
        raise ValueError(f"complaints.satisfaction_after: nobody answered ({len(rows)} complaints).")
    table = []
    for solved, inside in (("in time", days <= within_days), ("later", ~(days <= within_days))):
        scores = rows.loc[inside, "satisfaction_after"].dropna()
        if len(scores):
            share = estimate_satisfied(scores)
            table.append((solved, int(inside.sum()), share.n, share.value, share.low, share.high))
    return pd.DataFrame(table, columns=["solved", "complaints", "answered", "satisfied_share", "low", "high"])
