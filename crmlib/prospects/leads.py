"""What became of the leads, whom to expect next, what a lead is worth, what was lost on the wrong ones (D-03,
D-05, C-19).

The list of leads knows a MAN code for each lead and, months later, how it ended. From the first leads a
probability can be learned for each code; the later ones say whether it means what it says.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.estimates.estimate import estimate_mean, estimate_share
from crmlib.prospects.man import CONDITIONS, assign_man_codes
from crmlib.tables.errors import TableError
from crmlib.tables.options import read_date, read_number
from crmlib.tables.results import describe_result, take_result
from crmlib.tables.take import take_columns

_MONTH = 365.25 / 12  # days
_STAGES = [f"stage_{number}_on" for number in range(1, 6)]
OUTCOMES = ("won", "lost", "open")
FOLLOWED = describe_result(
    "followed",
    {
        "lead_id": "integer 1..",
        "created_on": "date",
        "code": "string",
        "outcome": f"one of {'|'.join(OUTCOMES)}",
        "days": "integer 0..",
        "watched_days": "integer 0..",
        "worked_days": "integer 0..",
        "drop_reason": "string ?",
    },
)


def follow_leads(leads: pd.DataFrame, accounts: pd.DataFrame, *, as_of: str | pd.Timestamp) -> pd.DataFrame:
    """How long each lead was followed, and how it ended: won, lost, or still open on the day (D-16).

    leads: lead_id, created_on, money, authority, need, stage_1_on to stage_5_on, outcome, drop_reason,
    customer_id. accounts: customer_id, since_on, the day on which a lead was won. as_of: the last day of the
    table; nothing may lie after it.

    Columns: lead_id, created_on, code (of the MAN rule), outcome, days (from created_on to winning; of the
    others to as_of, for a lost lead is not won however long one waits), watched_days (to as_of),
    worked_days (to winning, to as_of for open leads, and for lost ones to their last stage, so at least so
    long: the day of giving up is not recorded), drop_reason. Raises TableError for wrong columns, dates
    after as_of or won leads without an account.

    >>> leads = pd.DataFrame({"lead_id": [1, 2], "created_on": pd.to_datetime(["2025-01-01"] * 2),
    ...     "money": True, "authority": [True, False], "need": True, "outcome": ["won", "lost"],
    ...     "drop_reason": [None, "no_authority"], "customer_id": pd.array([701, None], dtype="Int64"),
    ...     "stage_1_on": pd.to_datetime(["2025-01-01"] * 2),
    ...     "stage_2_on": pd.to_datetime(["2025-02-01"] * 2),
    ...     **{f"stage_{k}_on": pd.to_datetime([None] * 2) for k in (3, 4, 5)}})
    >>> accounts = pd.DataFrame({"customer_id": [701], "since_on": pd.to_datetime(["2025-05-01"])})
    >>> follow_leads(leads, accounts, as_of="2025-12-31")[["code", "outcome", "days", "worked_days"]]
        code outcome  days  worked_days
    0  M+A+N     won   120          120
    1  M+a+N    lost   364           31
    """
    day = read_date(as_of, "as_of")
    columns = ["lead_id", "created_on", *CONDITIONS, *_STAGES, "outcome", "drop_reason", "customer_id"]
    rows = take_columns(leads, "leads", columns, unique=["lead_id"])
    known = take_columns(accounts, "accounts", ["customer_id", "since_on"], unique=["customer_id"])
    won = (rows["outcome"] == "won").to_numpy()
    won_on = rows["customer_id"].map(known.set_index("customer_id")["since_on"]).where(won)
    _refuse_gaps(rows, won, won_on, day)
    last = rows[["created_on", *_STAGES]].max(axis=1)
    end = won_on.where(won, day)
    worked_to = end.where(rows["outcome"] != "lost", last)
    return pd.DataFrame(
        {
            "lead_id": rows["lead_id"],
            "created_on": rows["created_on"],
            "code": assign_man_codes(rows),
            "outcome": rows["outcome"].astype(str),
            "days": (end - rows["created_on"]).dt.days,
            "watched_days": (day - rows["created_on"]).dt.days,
            "worked_days": (worked_to - rows["created_on"]).dt.days,
            "drop_reason": rows["drop_reason"].astype(object),
        }
    )


def _refuse_gaps(rows: pd.DataFrame, won: np.ndarray, won_on: pd.Series, day: pd.Timestamp) -> None:
    """Refuse won leads without an account or before they were created, and dates after the last day."""
    ids = rows["lead_id"]
    late = (rows[["created_on", *_STAGES]].max(axis=1) > day) | (won_on > day)
    no_account = "are won, but their account is not in accounts. Take both tables from one firm."
    wrong = [
        (won & won_on.isna().to_numpy(), no_account),
        ((won_on < rows["created_on"]).to_numpy(), "were won before they were created. Look at since_on."),
        (late.to_numpy(), f"have dates after {day.date()}. Choose the last day of the table."),
    ]
    for found, words in wrong:
        if found.any():
            first = ", ".join(str(one) for one in ids[found].head(5))
            raise TableError(f"leads: {int(found.sum())} of {len(rows)} leads {words} lead_id: {first}.")


def take_followed(followed: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """The named columns of a table of `follow_leads`, checked."""
    return take_result(followed, FOLLOWED, list(columns)).reset_index(drop=True)


def forecast_leads(
    followed: pd.DataFrame, *, learned_on: str | pd.Timestamp, within_days: int = 180
) -> pd.DataFrame:
    """How likely each later lead was to be won by its MAN code, and whether it was (D-05, C-19).

    Learned from the leads created at least within_days before learned_on, whose fate was known on that day:
    of each code the share won within within_days, with one lead of the average added, so that a code seen
    twice is not called impossible. Forecast are the leads created from learned_on on and watched for
    within_days. followed: lead_id, created_on, code, outcome, days, watched_days (of `follow_leads`). Index
    lead_id; columns code, probability, won (within within_days). Raises TableError for wrong columns,
    ValueError if there is nobody to learn from or to forecast.

    >>> days = pd.to_datetime(["2024-01-01"] * 3 + ["2025-01-01"])
    >>> four = pd.DataFrame({"lead_id": [1, 2, 3, 4], "created_on": days,
    ...     "code": ["M+A+N", "M+A+N", "m+a+n", "M+A+N"], "outcome": ["won", "lost", "lost", "won"],
    ...     "days": [90, 700, 700, 60], "watched_days": [700, 700, 700, 300]})
    >>> forecast_leads(four, learned_on="2025-01-01")["probability"].round(3).tolist()   # (1 + 1/3) / (2 + 1)
    [0.444]
    """
    limit = int(read_number(within_days, "within_days", "at least 1 day", limits="1..", whole=True))
    day = read_date(learned_on, "learned_on")
    rows = take_followed(followed, "lead_id", "created_on", "code", "outcome", "days", "watched_days")
    rows["won"] = (rows["outcome"] == "won") & (rows["days"] <= limit)
    past = rows[rows["created_on"] <= day - pd.Timedelta(days=limit)]
    later = rows[(rows["created_on"] >= day) & (rows["watched_days"] >= limit)]
    if past.empty or later.empty:
        raise ValueError(
            f"followed: {len(past)} leads to learn from before {day.date()} and {len(later)} to forecast "
            f"after it, each followed for {limit} days. Choose another learned_on or a shorter within_days."
        )
    groups = past.groupby("code")["won"]
    shares = (groups.sum() + past["won"].mean()) / (groups.size() + 1)
    probability = later["code"].map(shares).fillna(past["won"].mean()).astype(float)
    return later.assign(probability=probability).set_index("lead_id")[["code", "probability", "won"]]


def value_codes(
    followed: pd.DataFrame, *, value_cny: float, cost_cny: float = 0.0, within_days: int = 270
) -> pd.DataFrame:
    """What a lead of each MAN code is worth before it is worked: probability × value − cost (C-19).

    followed: code, outcome, days, watched_days (of `follow_leads`); only leads watched for within_days
    count. value_cny: what a won account brings, taken to be the same for every code. cost_cny: of working
    one lead. Columns: code, leads, won (within within_days), probability, low, high (Wilson), expected_cny,
    expected_low, expected_high (only the probability is uncertain); the largest first. Raises TableError
    for wrong columns, ValueError if no lead was watched so long.

    >>> three = pd.DataFrame({"code": ["M+A+N", "M+A+N", "m+a+n"], "outcome": ["won", "lost", "lost"],
    ...                       "days": [90, 700, 700], "watched_days": [700, 700, 700]})
    >>> value_codes(three, value_cny=1000, cost_cny=100)[["code", "probability", "expected_cny"]]
        code  probability  expected_cny
    0  M+A+N          0.5         400.0
    1  m+a+n          0.0        -100.0
    """
    value = read_number(value_cny, "value_cny", "0 yuan or more", limits="0..")
    cost = read_number(cost_cny, "cost_cny", "0 yuan or more", limits="0..")
    limit = int(read_number(within_days, "within_days", "at least 1 day", limits="1..", whole=True))
    rows = take_followed(followed, "code", "outcome", "days", "watched_days")
    rows = rows[rows["watched_days"] >= limit]
    if rows.empty:
        raise ValueError(f"followed: no lead was watched for {limit} days. Take a shorter within_days.")
    won = (rows["outcome"] == "won") & (rows["days"] <= limit)
    table = []
    for code, inside in won.groupby(rows["code"]):
        one = estimate_share(int(inside.sum()), len(inside))
        shares = (one.value, one.low, one.high)
        table.append(
            (code, len(inside), int(inside.sum()), *shares, *(share * value - cost for share in shares))
        )
    columns = ["code", "leads", "won", "probability", "low", "high"]
    names = [*columns, "expected_cny", "expected_low", "expected_high"]
    found = pd.DataFrame(table, columns=names)
    return found.sort_values(["expected_cny", "code"], ascending=[False, True], ignore_index=True)


def measure_lost_time(followed: pd.DataFrame, visits: pd.DataFrame) -> pd.DataFrame:
    """How many months and visits went into leads, by how they ended: what a wrong authority costs (D-03).

    followed: lead_id, outcome, worked_days, drop_reason (of `follow_leads`); open leads are left out.
    visits: visit_id, lead_id (missing for visits to accounts). Columns: end ("won", or the reason of the
    loss), leads, months, low, high (mean worked_days / 30.44 with Student's interval; of lost leads at
    least so long), visits (mean a lead), visits_low, visits_high; the longest first. Ends with a single
    lead are left out. Raises TableError for wrong columns, ValueError if no end has two leads.

    >>> two = pd.DataFrame({"lead_id": [1, 2], "outcome": "lost", "worked_days": [30, 61],
    ...                     "drop_reason": "no_authority"})
    >>> visits = pd.DataFrame({"visit_id": [1, 2], "lead_id": pd.array([2, 2], dtype="Int64")})
    >>> measure_lost_time(two, visits)[["end", "leads", "months", "visits"]].round(1)
                end  leads  months  visits
    0  no_authority      2     1.5     1.0
    """
    rows = take_followed(followed, "lead_id", "outcome", "worked_days", "drop_reason")
    made = take_columns(visits, "visits", ["visit_id", "lead_id"], unique=["visit_id"])["lead_id"].dropna()
    rows["visits"] = rows["lead_id"].map(made.astype("int64").value_counts()).fillna(0)
    rows["end"] = rows["drop_reason"].where(rows["outcome"] == "lost", "won").astype(str)
    table = []
    for end, part in rows[rows["outcome"] != "open"].groupby("end"):
        if len(part) > 1:
            means = [
                estimate_mean(part["worked_days"] / _MONTH, unit="months"),
                estimate_mean(part["visits"], unit="visits"),
            ]
            limits = [limit for one in means for limit in (one.value, one.low, one.high)]
            table.append((end, len(part), *limits))
    if not table:
        raise ValueError("followed: no end has two leads, so there is no mean with an interval.")
    columns = ["end", "leads", "months", "low", "high", "visits", "visits_low", "visits_high"]
    found = pd.DataFrame(table, columns=columns)
    return found.sort_values(["months", "end"], ascending=[False, True], ignore_index=True)
