"""What customers did in the year after they told us how satisfied they were (H-03, H-05).

Each answer of the survey is joined with the receipts of the same customer in a period after it. "Left" is a
behaviour, not a feeling: not a single receipt in that period. Two clocks are possible: one date for all, or
for each customer the day of the own answer.
"""

from __future__ import annotations

import pandas as pd

from crmlib.customers.surveys import SATISFIED_FROM
from crmlib.customers.windows import count_purchases, find_rebought
from crmlib.estimates.estimate import estimate_share
from crmlib.tables.dictionary import TABLES
from crmlib.tables.options import read_date, read_number
from crmlib.tables.results import describe_result
from crmlib.tables.take import take_columns

SCORES = ["satisfaction", "trust", "recommend", "intention"]
DAY = pd.Timedelta(days=1)
ANSWERED_WITHIN_DAYS = 365  # an older answer says little about the year that follows
ANSWERS = describe_result(
    "answers",
    {
        "customer_id": "key",
        "answered_on": "date",
        "satisfaction": "integer 1..5",
        "trust": TABLES["surveys"].columns["trust"],
        "recommend": TABLES["surveys"].columns["recommend"],
        "intention": TABLES["surveys"].columns["intention"],
        "satisfied": "boolean",
        "followed_from": "date",
        "followed_until": "date",
        "purchases_before": "integer 0..",
        "purchases_next": "integer 0..",
        "left": "boolean",
        "rebought_same": "boolean ?",
        "rivals": TABLES["stores"].columns["rivals"],
        "competition": TABLES["stores"].columns["competition"],
    },
)


def join_scores_with_retention(
    surveys: pd.DataFrame,
    receipts: pd.DataFrame,
    *,
    as_of: str | pd.Timestamp,
    within_days: int = 365,
    lines: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """What became of the customers who answered before a date: one clock for all (H-03).

    Takes the latest answer of each customer in the 365 days before as_of and looks at the within_days from
    as_of on. surveys: customer_id, answered_on and the four scores; answers without a satisfaction score are
    left out. receipts: customer_id, purchased_at (with lines: receipt_id too). lines: receipt_id,
    product_id, to know who bought the same again.

    Columns: customer_id, answered_on, satisfaction, trust, recommend, intention, satisfied (4 or 5),
    followed_from, followed_until (excluded), purchases_before (in as many days before), purchases_next,
    left (no receipt in the period), rebought_same (a product of the last receipt before was bought again;
    missing without lines or receipt). Raises TableError for wrong columns, ValueError if the receipts end
    before the period or nobody answered.

    >>> surveys = pd.DataFrame({"customer_id": [1, 2], "satisfaction": [5, 2], "trust": [4, 2],
    ...                         "recommend": [9, 3], "intention": [5, 2],
    ...                         "answered_on": pd.to_datetime(["2024-11-02", "2024-11-05"])})
    >>> receipts = pd.DataFrame({"customer_id": [1, 2, 2], "purchased_at": pd.to_datetime(
    ...     ["2024-08-01 12:00", "2024-09-09 17:30", "2025-12-31 18:00"])})
    >>> answers = join_scores_with_retention(surveys, receipts, as_of="2025-01-01")
    >>> answers[["customer_id", "satisfied", "purchases_before", "purchases_next", "left"]]
       customer_id  satisfied  purchases_before  purchases_next   left
    0            1       True                 1               0   True
    1            2      False                 1               1  False
    """
    start, period = read_date(as_of, "as_of"), _read_period(within_days)
    answers = _take_answers_given(surveys)
    earliest = start - pd.Timedelta(days=ANSWERED_WITHIN_DAYS)
    recent = answers["answered_on"].between(earliest, start, inclusive="left")
    if not recent.any():
        raise ValueError(
            f"surveys: nobody answered in the {ANSWERED_WITHIN_DAYS} days before {start:%Y-%m-%d}."
        )
    end, last = start + period, _last_day(receipts)
    if end > last + DAY:
        raise ValueError(
            f"receipts end on {last:%Y-%m-%d}, before the {within_days} days are over ({end:%Y-%m-%d}). "
            "Who has not come back yet would count as gone. "
            f"Repair: start on {last + DAY - period:%Y-%m-%d} or earlier."
        )
    followed = _follow(answers[recent].assign(followed_from=start), receipts, period)
    return (
        followed if lines is None else followed.assign(rebought_same=find_rebought(followed, receipts, lines))
    )


def follow_answers(surveys: pd.DataFrame, receipts: pd.DataFrame, *, within_days: int = 365) -> pd.DataFrame:
    """What became of every customer who answered: each one's clock starts on the day of the answer (H-03).

    Uses the latest answer of each customer that can be followed for all of within_days; later ones are left
    out, since a customer who was watched for a month only has not "stayed for a year". More answers than
    `join_scores_with_retention`, hence narrower intervals. Arguments, columns and errors as there, but for
    rebought_same, which is left empty.

    >>> surveys = pd.DataFrame({"customer_id": [1, 1], "satisfaction": [5, 2], "trust": [4, 2],
    ...                         "recommend": [9, 3], "intention": [5, 2],
    ...                         "answered_on": pd.to_datetime(["2024-05-01", "2025-05-01"])})
    >>> receipts = pd.DataFrame({"customer_id": [1, 2], "purchased_at": pd.to_datetime(
    ...     ["2025-04-30 12:00", "2025-12-31 18:00"])})
    >>> follow_answers(surveys, receipts)[["satisfaction", "followed_from", "followed_until", "left"]]
       satisfaction followed_from followed_until   left
    0             5    2024-05-01     2025-05-01  False
    """
    period = _read_period(within_days)
    answers = _take_answers_given(surveys)
    last = _last_day(receipts)
    complete = answers["answered_on"] + period <= last + DAY
    if not complete.any():
        raise ValueError(
            f"surveys: no answer can be followed for {within_days} days: the receipts end on {last:%Y-%m-%d}."
        )
    answers = answers[complete].assign(followed_from=lambda rows: rows["answered_on"])
    return _follow(answers, receipts, period)


def _read_period(within_days: int) -> pd.Timedelta:
    return pd.Timedelta(days=read_number(within_days, "within_days", "at least 1", limits="1..", whole=True))


def _take_answers_given(surveys: pd.DataFrame) -> pd.DataFrame:
    taken = take_columns(surveys, "surveys", ["customer_id", "answered_on", *SCORES])
    return taken.dropna(subset=["answered_on", "satisfaction"]).astype({"satisfaction": "int64"})


def _last_day(receipts: pd.DataFrame) -> pd.Timestamp:
    return take_columns(receipts, "receipts", ["purchased_at"])["purchased_at"].max().normalize()


def _follow(answers: pd.DataFrame, receipts: pd.DataFrame, period: pd.Timedelta) -> pd.DataFrame:
    """What the latest answer of each customer was followed by from followed_from on."""
    latest = answers.sort_values(["customer_id", "answered_on"]).drop_duplicates("customer_id", keep="last")
    latest = latest.reset_index(drop=True)
    bought = take_columns(receipts, "receipts", ["customer_id", "purchased_at"])
    who, start = latest["customer_id"], latest["followed_from"]
    until = start + period
    purchases_next = count_purchases(bought, who, start, until)
    followed = latest.assign(
        satisfied=latest["satisfaction"] >= SATISFIED_FROM,
        followed_until=until,
        purchases_before=count_purchases(bought, who, start - period, start),
        purchases_next=purchases_next,
        left=purchases_next == 0,
        rebought_same=pd.array([pd.NA] * len(latest), dtype="boolean"),
    )
    return followed[[name for name in ANSWERS.columns if name in followed]]


def add_competition(answers: pd.DataFrame, members: pd.DataFrame, stores: pd.DataFrame) -> pd.DataFrame:
    """How many alternatives each customer has: rivals and competition around the home store (H-03).

    answers: any table with customer_id. members: customer_id, home_store_id. stores: store_id, rivals,
    competition (low without a rival, medium with 1 or 2, high with 3 or more). Adds rivals and competition;
    replaces them if they are there. Raises TableError for wrong columns or duplicates, ValueError for
    customers or stores that are unknown.

    >>> answers = pd.DataFrame({"customer_id": [7], "left": [False]})
    >>> members = pd.DataFrame({"customer_id": [7], "home_store_id": [3]})
    >>> stores = pd.DataFrame({"store_id": [3], "rivals": [4], "competition": ["high"]})
    >>> add_competition(answers, members, stores)
       customer_id   left  rivals competition
    0            7  False       4        high
    """
    checked = take_columns(answers, ANSWERS, ["customer_id"])
    homes = take_columns(members, "members", ["customer_id", "home_store_id"], unique=["customer_id"])
    places = take_columns(stores, "stores", ["store_id", "rivals", "competition"], unique=["store_id"])
    homes = homes.merge(places, left_on="home_store_id", right_on="store_id", how="left")
    found = answers.drop(columns=["rivals", "competition"], errors="ignore").reset_index(drop=True)
    found = found.assign(customer_id=checked["customer_id"])
    found = found.merge(homes[["customer_id", "rivals", "competition"]], on="customer_id", how="left")
    unknown = found.loc[found["rivals"].isna(), "customer_id"]
    if len(unknown):
        raise ValueError(
            f"answers: {len(unknown)} of {len(found)} customers have no home store in members and stores "
            f"(customer_id {', '.join(map(str, unknown.head(5)))}). Take all tables from one firm and seed."
        )
    return found.astype({"rivals": "int64"})


def compare_leaving_with_truth(answers: pd.DataFrame, truth_members: pd.DataFrame) -> pd.DataFrame:
    """How well silence tells who has left: no receipt for a year is a sign of leaving, not the thing itself.

    answers: customer_id, followed_until, left. truth_members: customer_id, left_on (day of true leaving;
    empty if never). Columns: measured (left, stayed), n, truly_left_share (of these, who had truly left
    before the period ended), low, high (Wilson). Raises TableError for wrong columns, ValueError for
    customers without a truth.

    >>> answers = pd.DataFrame({"customer_id": [1, 2, 3], "left": [True, True, False],
    ...                         "followed_until": [pd.Timestamp("2026-01-01")] * 3})
    >>> truth = pd.DataFrame({"customer_id": [1, 2, 3],
    ...                       "left_on": [pd.Timestamp("2025-02-01"), pd.NaT, pd.NaT]})
    >>> compare_leaving_with_truth(answers, truth)[["measured", "n", "truly_left_share"]]
      measured  n  truly_left_share
    0     left  2               0.5
    1   stayed  1               0.0
    """
    rows = take_columns(answers, ANSWERS, ["customer_id", "followed_until", "left"])
    truth = take_columns(truth_members, "truth.members", ["customer_id", "left_on"], unique=["customer_id"])
    both = rows.merge(truth, on="customer_id")
    if len(both) < len(rows):
        raise ValueError(
            f"truth.members: {len(rows) - len(both)} of {len(rows)} customers of the answers are missing."
        )
    both["gone"] = both["left_on"] < both["followed_until"]
    table = []
    for measured, group in (("left", both[both["left"]]), ("stayed", both[~both["left"]])):
        if len(group):
            share = estimate_share(int(group["gone"].sum()), len(group))
            table.append((measured, len(group), share.value, share.low, share.high))
    return pd.DataFrame(table, columns=["measured", "n", "truly_left_share", "low", "high"])
