"""Small tables for the tests of chapter 6, and a call of every function that takes tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from crmlib.prospects import key_account, man, pipeline, survey_share
from crmlib.prospects.conversion import (
    CONVERSION,
    compare_readings,
    estimate_conversion,
    plot_conversion,
)
from crmlib.prospects.files_quality import measure_coverage, measure_file_age
from crmlib.prospects.key_account import (
    BOOKS,
    KINDS,
    PLAN,
    explore_account,
    find_break_even,
    forecast_account,
    measure_five_ratios,
    plot_account,
)
from crmlib.prospects.leads import (
    FOLLOWED,
    follow_leads,
    forecast_leads,
    measure_lost_time,
    take_followed,
    value_codes,
)
from crmlib.prospects.man import (
    CODES,
    JUDGED,
    assign_man_codes,
    choose_actions,
    explore_man_rule,
    list_phone_prospects,
    search_rules,
)
from crmlib.prospects.need_survey import MONTHS, measure_need_ratios
from crmlib.prospects.pipeline import (
    STAGES,
    compare_improvements,
    explore_pipeline,
    measure_stages,
    plot_stages,
)
from crmlib.prospects.survey_share import JUDGED as JUDGED_SHARES
from crmlib.prospects.survey_share import explore_survey_share, judge_survey_share, plot_survey_share
from crmlib.tables.dictionary import Table

Frames = Mapping[str, Any]
DAYS = pd.to_datetime
LAST = "2025-12-31"
SOURCES = ["cold_call", "referral", "fair", "website", "tender_notice"]
REASONS = ["no_money", "no_authority", "no_need", "price", "rival", "no_answer"]
KEY_GROUPS = {"how found": ["source"], "state": ["stage", "drop_reason"], "person": []}


def make_leads(n: int = 48) -> pd.DataFrame:
    """Leads 1 to n, one every three weeks; every sixth is won, every eighth still open, the others lost."""
    number = np.arange(n)
    created = pd.Timestamp("2023-01-02") + pd.to_timedelta(21 * number, unit="D")
    won, open_ = number % 6 == 0, (number % 8 == 1) & (number > 30)
    stage = np.where(won, 5, np.where(open_, 3, 1 + number % 5))
    outcome = np.select([won, open_], ["won", "open"], "lost")
    reasons = [REASONS[one % 6] if end == "lost" else None for one, end in zip(number, outcome, strict=True)]
    table = pd.DataFrame(
        {
            "lead_id": 1 + number,
            "created_on": created,
            "source": pd.Categorical([SOURCES[one % 5] for one in number], SOURCES),
            "money": number % 3 < 2,
            "authority": number % 2 == 0,
            "need": number % 6 < 4,
            "stage": stage,
            "outcome": pd.Categorical(outcome, ["won", "lost", "open"]),
            "drop_reason": pd.Categorical(reasons, REASONS),
            "customer_id": pd.array(
                [701 + one // 6 if one % 6 == 0 else None for one in number], dtype="Int64"
            ),
        }
    )
    for place in range(5):
        day = pd.Series(created + pd.Timedelta(days=4 * place))
        table[f"stage_{place + 1}_on"] = day.where(stage > place)
    return table


def make_firm() -> dict[str, Any]:
    """The tables of a firm, as they would be loaded, with a few rows each."""
    leads = make_leads()
    won = leads[leads["outcome"] == "won"]
    since = won["created_on"] + pd.to_timedelta(30 + won["lead_id"], unit="D")
    visits = {
        "visit_id": range(1, 61),
        "customer_id": pd.array([701 if one % 4 == 0 else None for one in range(60)], dtype="Int64"),
        "lead_id": pd.array([None if one % 4 == 0 else 1 + one % 48 for one in range(60)], dtype="Int64"),
        "visited_on": pd.date_range("2023-02-01", periods=60, freq="15D"),
    }
    return {
        "leads": leads,
        "accounts": pd.DataFrame({"customer_id": won["customer_id"].astype("int64"), "since_on": since}),
        "visits": pd.DataFrame(visits),
    }


def make_books() -> dict[str, Any]:
    """Balance sheets of two prospects, and the plan of an account."""
    months = pd.DataFrame(
        {
            "prospect": ["mill"] * 4 + ["yard"] * 2,
            "month": DAYS(
                ["2024-12-31", "2025-09-30", "2025-10-31", "2025-11-30", "2025-10-31", "2025-11-30"]
            ),
            "current_assets_cny": [400.0, 400, 500, 400, 300, 200],
            "receivables_cny": [200.0, 100, 100, 200, 100, 50],
            "inventory_cny": [100.0, 200, 200, 100, 90, 100],
            "sales_cny": [100.0, 90, 110, 100, 80, 50],
            "cost_of_sales_cny": [80.0, 70, 90, 80, 70, 45],
            "profit_cny": [10.0, 9, 11, 5, -4, 5],
        }
    )
    books = pd.DataFrame(
        {
            "account": ["mill", "yard"],
            "liquid_assets_cny": [40.0, 90.0],
            "total_assets_cny": [100.0, 120.0],
            "receivables_cny": [20.0, 0.0],
            "inventory_cny": [10.0, 30.0],
            "sales_cny": [73.0, 146.0],
            "cost_of_sales_cny": [36.5, 73.0],
            "net_profit_cny": [5.0, -2.0],
        }
    )
    plan = pd.DataFrame(
        {
            "item": ["profit", "stock interest", "travel"],
            "kind": pd.Categorical(KINDS),
            "low": [60.0, 6.0, 10.0],
            "likely": [90.0, 10.0, 20.0],
            "high": [150.0, 20.0, 30.0],
        }
    )
    return {"months": months, "books": books, "plan": plan}


FIRM = make_firm()
FOLLOW = follow_leads(FIRM["leads"], FIRM["accounts"], as_of=LAST)
FRAMES: dict[str, Any] = {
    **FIRM,
    **make_books(),
    "prospects": list_phone_prospects(),
    # with numbers of their own, which stay with them in another order
    "codes": assign_man_codes(FIRM["leads"]).set_axis(
        pd.Index([100 + one for one in FIRM["leads"]["lead_id"]])
    ),
    "followed": FOLLOW,
    "conversion": estimate_conversion(FOLLOW, step_days=200),
    "stages": measure_stages(FIRM["leads"], FIRM["accounts"]),
    "judged": judge_survey_share(0.35),
}
DESCRIBED: dict[str, Table] = {
    "months": MONTHS,
    "books": BOOKS,
    "plan": PLAN,
    "prospects": JUDGED,
    "codes": CODES,
    "followed": FOLLOWED,
    "conversion": CONVERSION,
    "stages": STAGES,
    "judged": JUDGED_SHARES,
}

DATES = [f"stage_{number}_on" for number in range(1, 6)]
FATES = ["outcome", "drop_reason", "customer_id"]
ENDS = ["code", "outcome", "days"]
CALLS: dict[str, tuple[Callable[[Frames], Any], dict[str, list[str]]]] = {
    "assign_man_codes": (
        lambda t: assign_man_codes(t["prospects"]),
        {"prospects": ["money", "authority", "need"]},
    ),
    "choose_actions": (lambda t: choose_actions(t["codes"]), {"codes": ["code"]}),
    "search_rules": (
        lambda t: search_rules(t["prospects"], max_weight=2),
        {"prospects": ["person", "money", "authority", "need", "verdict"]},
    ),
    "follow_leads": (
        lambda t: follow_leads(t["leads"], t["accounts"], as_of=LAST),
        {
            "leads": ["created_on", "money", "authority", "need", "lead_id", *DATES, *FATES],
            "accounts": ["customer_id", "since_on"],
        },
    ),
    "take_followed": (lambda t: take_followed(t["followed"], *ENDS), {"followed": ENDS}),
    "forecast_leads": (
        lambda t: forecast_leads(t["followed"], learned_on="2024-07-01"),
        {"followed": ["lead_id", "created_on", *ENDS, "watched_days"]},
    ),
    "value_codes": (
        lambda t: value_codes(t["followed"], value_cny=1_000, cost_cny=100),
        {"followed": [*ENDS, "watched_days"]},
    ),
    "measure_lost_time": (
        lambda t: measure_lost_time(t["followed"], t["visits"]),
        {
            "followed": ["lead_id", "outcome", "worked_days", "drop_reason"],
            "visits": ["visit_id", "lead_id"],
        },
    ),
    "estimate_conversion": (
        lambda t: estimate_conversion(t["followed"], by_code=True),
        {"followed": ENDS},
    ),
    "compare_readings": (
        lambda t: compare_readings(t["followed"]),
        {"followed": [*ENDS, "watched_days", "worked_days"]},
    ),
    "measure_stages": (
        lambda t: measure_stages(t["leads"], t["accounts"]),
        {
            "leads": ["lead_id", "stage", *DATES, "outcome", "drop_reason", "customer_id"],
            "accounts": ["customer_id", "since_on"],
        },
    ),
    "compare_improvements": (
        lambda t: compare_improvements(t["stages"], value_cny=1_000, draws=50),
        {"stages": list(STAGES.columns)},
    ),
    "measure_need_ratios": (
        lambda t: measure_need_ratios(t["months"]),
        {"months": list(MONTHS.columns)},
    ),
    "measure_five_ratios": (lambda t: measure_five_ratios(t["books"]), {"books": list(BOOKS.columns)}),
    "forecast_account": (
        lambda t: forecast_account(t["plan"], win_probability=0.4, draws=50).value,
        {"plan": list(PLAN.columns)},
    ),
    "find_break_even": (lambda t: find_break_even(t["plan"]), {"plan": list(PLAN.columns)}),
    "measure_coverage": (
        lambda t: measure_coverage(t["leads"], "leads", groups=KEY_GROUPS),
        {"leads": ["source", "stage", "drop_reason"]},
    ),
    "measure_file_age": (
        lambda t: measure_file_age(t["accounts"], t["visits"], as_of=LAST),
        {"accounts": ["customer_id"], "visits": ["customer_id", "visited_on"]},
    ),
}
DOUBLES = [
    ("follow_leads", "leads", "lead_id"),
    ("follow_leads", "accounts", "customer_id"),
    ("measure_lost_time", "visits", "visit_id"),
    ("measure_stages", "leads", "lead_id"),
    ("measure_stages", "accounts", "customer_id"),
    ("measure_file_age", "accounts", "customer_id"),
]
IN_ORDER: dict[str, str] = {}

PLOTS: dict[str, Callable[[Any], Any]] = {
    "plot_conversion": lambda ax: plot_conversion(FRAMES["conversion"], ax=ax),
    "plot_stages": lambda ax: plot_stages(FRAMES["stages"], ax=ax),
    "plot_account": lambda ax: plot_account(FRAMES["plan"], win_probability=0.4, draws=50, ax=ax),
    "plot_survey_share": lambda ax: plot_survey_share(FRAMES["judged"], ax=ax),
}
LIVE: dict[str, tuple[ModuleType, Callable[[], Any]]] = {
    "explore_man_rule": (man, lambda: explore_man_rule(FRAMES["prospects"])),
    "explore_pipeline": (pipeline, lambda: explore_pipeline(FRAMES["stages"], value_cny=1_000)),
    "explore_account": (key_account, lambda: explore_account(FRAMES["plan"])),
    "explore_survey_share": (survey_share, lambda: explore_survey_share(0.35)),
}

NO_DAYS = ["31/12/2024", 20241231, None, pd.NaT, pd.Timestamp("2024-12-31", tz="Asia/Shanghai")]
NO_NUMBERS = [-1, np.nan, np.inf, "ten", None]
NO_WHOLES = [*NO_NUMBERS, 0, 2.5, True]
NO_SHARES = [*NO_NUMBERS, 1.5, True]
DATED: dict[str, Callable[[Any], Any]] = {
    "follow_leads.as_of": lambda value: follow_leads(FIRM["leads"], FIRM["accounts"], as_of=value),
    "forecast_leads.learned_on": lambda value: forecast_leads(FOLLOW, learned_on=value),
    "measure_file_age.as_of": lambda value: measure_file_age(FIRM["accounts"], FIRM["visits"], as_of=value),
}
COUNTED: dict[str, Callable[[Any], Any]] = {
    "search_rules.max_weight": lambda value: search_rules(FRAMES["prospects"], max_weight=value),
    "forecast_leads.within_days": lambda value: forecast_leads(
        FOLLOW, learned_on="2024-07-01", within_days=value
    ),
    "value_codes.within_days": lambda value: value_codes(FOLLOW, value_cny=1, within_days=value),
    "estimate_conversion.step_days": lambda value: estimate_conversion(FOLLOW, step_days=value),
    "compare_readings.within_days": lambda value: compare_readings(FOLLOW, within_days=value),
    "compare_improvements.draws": lambda value: compare_improvements(
        FRAMES["stages"], value_cny=1, draws=value
    ),
    "measure_need_ratios.months": lambda value: measure_need_ratios(FRAMES["months"], months=value),
    "forecast_account.draws": lambda value: forecast_account(
        FRAMES["plan"], win_probability=0.5, draws=value
    ),
    "measure_file_age.old_days": lambda value: measure_file_age(
        FIRM["accounts"], FIRM["visits"], as_of=LAST, old_days=value
    ),
    "judge_survey_share.options": lambda value: judge_survey_share(0.35, options=value),
    "judge_survey_share.sizes": lambda value: judge_survey_share(0.35, sizes=[value]),
}
SHARED: dict[str, Callable[[Any], Any]] = {
    "compare_improvements.saved_share": lambda value: compare_improvements(
        FRAMES["stages"], value_cny=1, saved_share=value
    ),
    "forecast_account.win_probability": lambda value: forecast_account(FRAMES["plan"], win_probability=value),
    "judge_survey_share.share": lambda value: judge_survey_share(value),
}
MONEY: dict[str, Callable[[Any], Any]] = {
    "value_codes.value_cny": lambda value: value_codes(FOLLOW, value_cny=value),
    "value_codes.cost_cny": lambda value: value_codes(FOLLOW, value_cny=1, cost_cny=value),
    "compare_improvements.value_cny": lambda value: compare_improvements(FRAMES["stages"], value_cny=value),
}
OPTIONS: list[tuple[str, Callable[[Any], Any], list[Any], str]] = [
    *((name, call, NO_DAYS, "expected a date written year-month-day") for name, call in DATED.items()),
    *((name, call, NO_WHOLES, f"{name.split('.')[1]} is ") for name, call in COUNTED.items()),
    *((name, call, NO_SHARES, f"{name.split('.')[1]} is ") for name, call in SHARED.items()),
    *((name, call, NO_NUMBERS, f"{name.split('.')[1]} is ") for name, call in MONEY.items()),
    (
        "choose_actions.contested",
        lambda value: choose_actions(FRAMES["codes"], contested=value),
        ["atend", None],
        "expected one of attend, stop",
    ),
    (
        "measure_coverage.groups",
        lambda value: measure_coverage(FIRM["leads"], "leads", groups=value),
        [{}, None, ["source"]],
        "groups: expected names of groups",
    ),
]
