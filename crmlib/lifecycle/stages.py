"""Stages of the lifecycle: three models of the course, and a rule that reads receipts alone (E-02 to E-06).

The course describes the stages in words (X-04). `StageRule` turns the words into thresholds that can be
argued about, and `assign_stages` puts every customer of a firm into a stage by them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.customers.summary import summarise_purchases
from crmlib.customers.windows import take_occasions
from crmlib.tables.options import read_date, read_instance, read_number
from crmlib.tables.results import describe_result, take_by_customer, take_result

STAGES = ("incubation", "growth", "maturity", "decline", "termination")
STAGE_TYPE = pd.CategoricalDtype(list(STAGES), ordered=True)
BEFORE = "before the first purchase"
# what `assign_stages` returns
COUNTS = ("purchases", "recency_days", "age_days", "gap_days", "recent", "before")
STAGED = describe_result(
    "stages",
    {
        "customer_id": "key",
        "purchases": "integer 1..",
        "recency_days": "integer 0..",
        "age_days": "integer 0..",
        "gap_days": "number >0 ?",
        "recent": "integer 0..",
        "before": "integer 0..",
        "stage": f"ordered {'|'.join(STAGES)}",
    },
)

# What each model of the course calls the same customer; "–" where a model has no word.
MODELS = {
    "four_stage": (
        "incubation 培育期",
        "incubation 培育期",
        "growth 成长期",
        "maturity 成熟期",
        "decline 衰退期",
        "–",
    ),
    "five_stage": (
        "potential acquisition 潜在获取期",
        "growth 客户成长期",
        "growth 客户成长期",
        "maturity 客户成熟期",
        "decline 客户衰退期",
        "termination 客户终止期",
    ),
    "relationship": (
        "exploration 考察期",
        "exploration 考察期",
        "formation 形成期",
        "stability 稳定期",
        "degeneration 退化期",
        "–",
    ),
}

WHOLE_LIMITS = {  # least value of each threshold that is a whole number
    "growth_from": 1,
    "mature_from_days": 0,
    "window_days": 1,
    "falling_from": 1,
    "least_silence_days": 0,
    "ended_after_days": 1,
}


@dataclass(frozen=True)
class StageRule:
    """Thresholds that turn purchases into a stage (E-02, E-03, E-05).

    The course describes stages in words; the numbers are ours and meant to be argued about. growth_from:
    purchases from which a customer has stopped merely trying (E-02 a). mature_from_days: days since the
    first purchase from which a steady customer counts as mature (E-02 c). window_days: length of the two
    periods that are compared. falling_share: purchases of the later period as a share of the earlier one
    at which the volume "falls" (E-03 d); falling_from: purchases in the earlier period below which a fall
    is not read at all. silent_gaps: silence in multiples of the customer's own mean gap between purchases
    at which the customer "looks elsewhere" (E-03 d); least_silence_days: shorter silences never count.
    ended_after_days: silence after which the relationship is taken as over (E-05).

    >>> StageRule().silent_gaps
    3.0
    """

    growth_from: int = 3
    mature_from_days: int = 365
    window_days: int = 182
    falling_share: float = 0.5
    falling_from: int = 4
    silent_gaps: float = 3.0
    least_silence_days: int = 60
    ended_after_days: int = 365

    def __post_init__(self) -> None:
        for name, least in WHOLE_LIMITS.items():
            words = f"a whole number of at least {least}"
            value = getattr(self, name)
            read_number(value, f"StageRule: {name}", words, limits=f"{least}..", whole=True)
        for name, low, high in (("falling_share", 0.0, 1.0), ("silent_gaps", 0.0, 1000.0)):
            value = getattr(self, name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
                raise ValueError(
                    f"StageRule: {name} is {value!r}, expected a number from {low:g} to {high:g}."
                )
        if self.ended_after_days < self.least_silence_days:
            raise ValueError(
                f"StageRule: ended_after_days is {self.ended_after_days}, least_silence_days is "
                f"{self.least_silence_days}. A relationship cannot be over before it declines: exchange them."
            )


RULE = StageRule()


def compare_models() -> pd.DataFrame:
    """Three models of the course for one and the same customer: what each calls her (X-04 to X-06).

    Index: what has happened between customer and firm, from before the first purchase to the end.
    Columns: four_stage (E-02), five_stage (E-05), relationship (E-06), with the Chinese term; "–" where a
    model ends before.

    >>> compare_models().loc["termination"].tolist()
    ['–', 'termination 客户终止期', '–']
    """
    return pd.DataFrame(MODELS, index=pd.Index([BEFORE, *STAGES], name="our label"))


def assign_stages(
    receipts: pd.DataFrame, *, as_of: str | pd.Timestamp, rule: StageRule = RULE
) -> pd.DataFrame:
    """In which stage each customer is on a day, judged by purchases alone (E-02, E-03, E-05).

    receipts: customer_id, purchased_at, amount_cny, up to as_of; purchases of one day count once. The
    first line that fits decides:

    1. termination: no purchase for more than ended_after_days;
    2. decline: silent for more than silent_gaps of the customer's own mean gap (and least_silence_days), or,
       where no gap is known (a single purchase), for more than window_days; or purchases fell to
       falling_share or less;
    3. incubation: fewer than growth_from purchases;
    4. maturity: first purchase at least mature_from_days ago;
    5. growth: everybody else.

    Returns index customer_id and stage (ordered), purchases, recency_days, age_days, gap_days (mean gap,
    <NA> after a single purchase), recent and before (purchases in the last and the last but one window).
    Errors as `summarise_purchases`. With millions of rows it takes more than in proportion (docs/growth.md).

    >>> days = ["2025-01-01", "2025-01-21", "2025-02-10", "2025-06-20", "2024-03-01"]
    >>> bought = pd.DataFrame({"customer_id": [1, 1, 1, 2, 3], "amount_cny": [30.0] * 5,
    ...                        "purchased_at": pd.to_datetime(days)})
    >>> assign_stages(bought, as_of="2025-06-30")[["stage", "purchases", "recency_days", "gap_days"]]
                       stage  purchases  recency_days  gap_days
    customer_id
    1                decline          3           140      20.0
    2             incubation          1            10      <NA>
    3            termination          1           486      <NA>
    """
    day, rule = read_date(as_of, "as_of"), read_instance(rule, "rule", StageRule)
    summary = summarise_purchases(receipts, as_of=day)
    found = summary[["purchases", "recency_days", "age_days"]].copy()
    gap = summary["lifetime_days"] / summary["repeat_purchases"].where(summary["repeat_purchases"] > 0)
    found["gap_days"] = gap.astype("Float64")
    window = pd.Timedelta(days=rule.window_days)
    occasions = take_occasions(receipts)
    found["recent"] = _count_between(occasions, found.index, day - window, day)
    found["before"] = _count_between(occasions, found.index, day - 2 * window, day - window)
    found.insert(0, "stage", label_stages(found, rule=rule))
    return found


def label_stages(found: pd.DataFrame, *, rule: StageRule = RULE) -> pd.Series:
    """The five lines of the rule, applied to what `assign_stages` has counted: one stage a customer.

    found: purchases, recency_days, age_days, gap_days, recent, before. For trying out another rule on the
    same counts. Raises TableError for missing columns and for counts that cannot be.

    >>> counts = pd.DataFrame({"purchases": [6], "recency_days": [70], "age_days": [500], "gap_days": [20.0],
    ...                        "recent": [3], "before": [3]})
    >>> label_stages(counts).tolist(), label_stages(counts, rule=StageRule(silent_gaps=4)).tolist()
    (['decline'], ['maturity'])
    """
    found, rule = take_result(found, STAGED, COUNTS), read_instance(rule, "rule", StageRule)
    limit = (rule.silent_gaps * found["gap_days"].astype("Float64")).clip(lower=rule.least_silence_days)
    limit = limit.fillna(rule.window_days).astype(float)
    fell = (found["before"] >= rule.falling_from) & (found["recent"] <= rule.falling_share * found["before"])
    lines = [
        (found["recency_days"] > rule.ended_after_days, "termination"),
        ((found["recency_days"] > limit) | fell, "decline"),
        (found["purchases"] < rule.growth_from, "incubation"),
        (found["age_days"] >= rule.mature_from_days, "maturity"),
    ]
    chosen = np.select(
        [line.to_numpy(dtype=bool) for line, _ in lines], [name for _, name in lines], "growth"
    )
    return pd.Series(pd.Categorical(chosen, dtype=STAGE_TYPE), index=found.index, name="stage")


def take_stages(stages: pd.DataFrame, columns: list[str]) -> pd.DataFrame:
    """The named columns of a table of `assign_stages`, checked, with customer_id as index."""
    return take_by_customer(stages, STAGED, columns)


def _count_between(
    occasions: pd.DataFrame, ids: pd.Index, after: pd.Timestamp, until: pd.Timestamp
) -> pd.Series:
    inside = occasions[(occasions["day"] > after) & (occasions["day"] <= until)]
    return inside["customer_id"].value_counts().reindex(ids, fill_value=0)
