"""Small tables for the tests of satisfaction (chapter 4), and a call of every function that takes tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from crmlib.satisfaction import base_rate, model
from crmlib.satisfaction.answers import (
    ANSWERS,
    add_competition,
    compare_leaving_with_truth,
    follow_answers,
    join_scores_with_retention,
)
from crmlib.satisfaction.base_rate import (
    conditional_shares,
    explore_base_rate,
    measure_rebuying,
    plot_conditional_shares,
)
from crmlib.satisfaction.curve import (
    compare_intention_with_behaviour,
    measure_repurchase_by_score,
    plot_intention_against_behaviour,
    plot_repurchase_by_score,
)
from crmlib.satisfaction.model import explore_repurchase_curve, fit_repurchase
from crmlib.satisfaction.response import (
    compare_respondents_with_all,
    describe_response,
    plot_respondents_against_truth,
)
from crmlib.satisfaction.scores import (
    estimate_share_by_customer,
    plot_score_distribution,
    score_recommendation,
    score_top_two,
)
from crmlib.satisfaction.service import (
    WAITING,
    count_queue_breaches,
    measure_solved_in_time,
    plot_waiting_against_satisfaction,
    relate_waiting_to_satisfaction,
)
from crmlib.satisfaction.word_of_mouth import (
    STORIES,
    list_word_of_mouth_combinations,
    plot_word_of_mouth,
    simulate_word_of_mouth,
)
from crmlib.tables.dictionary import Table

Frames = Mapping[str, Any]
DAYS = pd.to_datetime
SCORES = ["satisfaction", "trust", "recommend", "intention"]

FRAMES: dict[str, Any] = {
    # four members were asked; the fourth did not answer
    "surveys": pd.DataFrame(
        {
            "survey_id": [1, 2, 3, 4],
            "customer_id": [1, 2, 3, 4],
            "invited_on": DAYS(["2024-10-01"] * 4),
            "answered_on": DAYS(["2024-10-04", "2024-10-05", "2024-10-06", None]),
            "satisfaction": pd.array([5, 4, 2, None], dtype="Int64"),
            "trust": pd.array([5, 4, 3, None], dtype="Int64"),
            "recommend": pd.array([10, 8, 3, None], dtype="Int64"),
            "intention": pd.array([5, 4, 2, None], dtype="Int64"),
        }
    ),
    "truth.surveys": pd.DataFrame(
        {
            "survey_id": [1, 2, 3, 4],
            "satisfaction": [5, 4, 2, 1],
            "still_customer": [True, True, True, False],
        }
    ),
    "members": pd.DataFrame({"customer_id": [1, 2, 3, 4], "home_store_id": [1, 1, 2, 2]}),
    "stores": pd.DataFrame({"store_id": [1, 2], "rivals": [0, 3], "competition": ["low", "high"]}),
    "receipts": pd.DataFrame(
        {
            "receipt_id": [1, 2, 3, 4, 5, 6],
            "customer_id": pd.array([1, 2, 1, 3, 2, None], dtype="Int64"),
            "purchased_at": DAYS(
                [
                    "2024-03-01 10:00",
                    "2024-04-01 11:00",
                    "2025-05-02 12:00",
                    "2025-02-01 13:00",
                    "2025-12-30 14:00",
                    "2025-12-31 20:00",
                ]
            ),
        }
    ),
    "receipt_lines": pd.DataFrame(
        {"receipt_id": [1, 2, 3, 4, 5, 6], "product_id": [1001, 1002, 1001, 1003, 1004, 1001]}
    ),
    # 54 answers, eighteen under each level of competition; who gave 1 or 4 left
    "answers": pd.DataFrame(
        {
            "customer_id": range(1, 55),
            "followed_until": pd.Timestamp("2026-01-01"),
            "satisfaction": [1, 2, 3, 4, 5, 5] * 9,
            "satisfied": [False, False, False, True, True, True] * 9,
            "intention": pd.array([1, 3, 4, 4, 5, 5] * 9, dtype="Int64"),
            "left": [True, False, False, True, False, False] * 9,
            "purchases_before": [7 * row % 5 for row in range(54)],
            "rebought_same": pd.array([False, True, False] * 18, dtype="boolean"),
            "competition": ["low"] * 18 + ["medium"] * 18 + ["high"] * 18,
            "rivals": [0] * 18 + [2] * 18 + [4] * 18,
        }
    ),
    "customers": pd.DataFrame({"customer_id": [1, 2, 3, 4], "left": [False, True, False, False]}),
    "truth.members": pd.DataFrame(
        {"customer_id": range(1, 55), "left_on": [pd.Timestamp("2025-03-01"), pd.NaT, pd.NaT] * 18}
    ),
    "queues": pd.DataFrame(
        {
            "store_id": [1, 1, 2, 2],
            "observed_at": DAYS(["2025-03-01 10:00", "2025-03-01 17:00"] * 2),
            "customers_waiting": [1, 4, 3, 5],
            "minutes_waited": [1.4, 5.6, 4.2, 7.0],
        }
    ),
    "complaints": pd.DataFrame(
        {
            "complaint_id": [1, 2, 3],
            "opened_at": DAYS(["2025-03-01 10:00"] * 3),
            "offered_at": DAYS(["2025-03-02 10:00", "2025-03-09 10:00", None]),
            "satisfaction_after": pd.array([5, 2, None], dtype="Int64"),
        }
    ),
    "waiting": pd.DataFrame(
        {
            "minutes_waited": [1.0, 2.0, 3.0],
            "top_two_share": [0.8, 0.75, 0.6],
            "low": [0.5, 0.45, 0.3],
            "high": [0.95, 0.9, 0.85],
            "n": [10, 10, 10],
        }
    ),
    "stories": simulate_word_of_mouth(stories=50, seed=1),
}
DESCRIBED: dict[str, Table] = {
    "answers": ANSWERS,
    "customers": ANSWERS,
    "waiting": WAITING,
    "stories": STORIES,
}

CALLS: dict[str, tuple[Callable[[Frames], Any], dict[str, list[str]]]] = {
    "simulate_word_of_mouth": (lambda _: simulate_word_of_mouth(stories=9, seed=1), {}),
    "list_word_of_mouth_combinations": (lambda _: list_word_of_mouth_combinations(), {}),
    "score_top_two": (lambda t: score_top_two(t["surveys"]), {"surveys": ["customer_id", "satisfaction"]}),
    "score_recommendation": (
        lambda t: score_recommendation(t["surveys"]),
        {"surveys": ["customer_id", "recommend"]},
    ),
    "estimate_share_by_customer": (
        lambda t: estimate_share_by_customer(pd.Series([True, False, True]), pd.Series([1, 1, 2])),
        {},
    ),
    "describe_response": (
        lambda t: describe_response(t["surveys"], t["receipts"]),
        {
            "surveys": ["customer_id", "invited_on", "answered_on"],
            "receipts": ["customer_id", "purchased_at"],
        },
    ),
    "compare_respondents_with_all": (
        lambda t: compare_respondents_with_all(t["surveys"], t["truth.surveys"]),
        {
            "surveys": ["survey_id", "customer_id", "answered_on"],
            "truth.surveys": ["survey_id", "satisfaction", "still_customer"],
        },
    ),
    "join_scores_with_retention": (
        lambda t: join_scores_with_retention(
            t["surveys"], t["receipts"], as_of="2025-01-01", lines=t["receipt_lines"]
        ),
        {
            "surveys": ["customer_id", "answered_on", *SCORES],
            "receipts": ["receipt_id", "customer_id", "purchased_at"],
            "receipt_lines": ["receipt_id", "product_id"],
        },
    ),
    "follow_answers": (
        lambda t: follow_answers(t["surveys"], t["receipts"]),
        {"surveys": ["customer_id", "answered_on", *SCORES], "receipts": ["customer_id", "purchased_at"]},
    ),
    "add_competition": (
        lambda t: add_competition(t["customers"], t["members"], t["stores"]),
        {
            "customers": ["customer_id"],
            "members": ["customer_id", "home_store_id"],
            "stores": ["store_id", "rivals", "competition"],
        },
    ),
    "compare_leaving_with_truth": (
        lambda t: compare_leaving_with_truth(t["answers"], t["truth.members"]),
        {"answers": ["customer_id", "followed_until", "left"], "truth.members": ["customer_id", "left_on"]},
    ),
    "conditional_shares": (
        lambda t: conditional_shares(t["answers"]),
        {"answers": ["satisfied", "left"]},
    ),
    "explore_base_rate": (lambda t: explore_base_rate(t["answers"]), {"answers": ["satisfied", "left"]}),
    "measure_rebuying": (
        lambda t: measure_rebuying(t["answers"]),
        {"answers": ["satisfied", "left", "rebought_same"]},
    ),
    "measure_repurchase_by_score": (
        lambda t: measure_repurchase_by_score(t["answers"]),
        {"answers": ["satisfaction", "left", "competition"]},
    ),
    "measure_repurchase_by_score, by rivals": (
        lambda t: measure_repurchase_by_score(t["answers"], by="rivals"),
        {"answers": ["rivals"]},
    ),
    "compare_intention_with_behaviour": (
        lambda t: compare_intention_with_behaviour(t["answers"]),
        {"answers": ["satisfaction", "intention", "left"]},
    ),
    "fit_repurchase": (
        lambda t: fit_repurchase(t["answers"], with_activity=True),
        {"answers": ["satisfaction", "left", "competition", "purchases_before"]},
    ),
    "explore_repurchase_curve": (
        lambda t: explore_repurchase_curve(t["answers"]),
        {"answers": ["satisfaction", "left", "rivals"]},
    ),
    "plot_word_of_mouth": (
        lambda t: plot_word_of_mouth(t["stories"]).get_legend_handles_labels()[1],
        {"stories": ["lost"]},
    ),
    "count_queue_breaches": (
        lambda t: count_queue_breaches(t["queues"]),
        {"queues": ["store_id", "observed_at", "customers_waiting"]},
    ),
    "relate_waiting_to_satisfaction": (
        lambda t: relate_waiting_to_satisfaction(t["queues"], t["surveys"], t["members"]),
        {
            "queues": ["store_id", "minutes_waited"],
            "surveys": ["customer_id", "satisfaction"],
            "members": ["customer_id", "home_store_id"],
        },
    ),
    "plot_waiting_against_satisfaction": (
        lambda t: plot_waiting_against_satisfaction(t["waiting"]).get_title(),
        {"waiting": ["minutes_waited", "top_two_share", "low", "high", "n"]},
    ),
    "measure_solved_in_time": (
        lambda t: measure_solved_in_time(t["complaints"]),
        {"complaints": ["opened_at", "offered_at", "satisfaction_after"]},
    ),
}
DOUBLES: list[tuple[str, str, str]] = [
    ("compare_respondents_with_all", "surveys", "survey_id"),
    ("compare_respondents_with_all", "truth.surveys", "survey_id"),
    ("join_scores_with_retention", "receipts", "receipt_id"),
    ("add_competition", "members", "customer_id"),
    ("add_competition", "stores", "store_id"),
    ("compare_leaving_with_truth", "truth.members", "customer_id"),
    ("count_queue_breaches", "queues", "store_id and observed_at"),
    ("relate_waiting_to_satisfaction", "members", "customer_id"),
    ("measure_solved_in_time", "complaints", "complaint_id"),
]
IN_ORDER: dict[str, str] = {}

PLOTS: dict[str, Callable[[Any], Any]] = {
    "plot_score_distribution": lambda ax: plot_score_distribution(FRAMES["surveys"], ax=ax),
    "plot_respondents_against_truth": lambda ax: plot_respondents_against_truth(
        FRAMES["surveys"], FRAMES["truth.surveys"], ax=ax
    ),
    "plot_conditional_shares": lambda ax: plot_conditional_shares(FRAMES["answers"], ax=ax),
    "plot_repurchase_by_score": lambda ax: plot_repurchase_by_score(
        pd.concat([FRAMES["answers"]] * 2), by="competition", ax=ax
    ),
    "plot_intention_against_behaviour": lambda ax: plot_intention_against_behaviour(FRAMES["answers"], ax=ax),
    "plot_word_of_mouth": lambda ax: plot_word_of_mouth(FRAMES["stories"], ax=ax),
    "plot_waiting_against_satisfaction": lambda ax: plot_waiting_against_satisfaction(
        FRAMES["waiting"], ax=ax
    ),
}
LIVE: dict[str, tuple[ModuleType, Callable[[], Any]]] = {
    "explore_base_rate": (base_rate, lambda: explore_base_rate(FRAMES["answers"])),
    "explore_repurchase_curve": (model, lambda: explore_repurchase_curve(FRAMES["answers"])),
}

NO_COUNTS = [-1, 0, 1.5, np.nan, np.inf, "ten", None]
OPTIONS: list[tuple[str, Callable[[Any], Any], list[Any], str]] = [
    (
        "score_top_two.column",
        lambda value: score_top_two(FRAMES["surveys"], column=value),
        ["recommend", "satisfied", None],
        "expected one of satisfaction, trust, intention",
    ),
    (
        "describe_response.days",
        lambda value: describe_response(FRAMES["surveys"], FRAMES["receipts"], days=value),
        NO_COUNTS,
        "describe_response: days is ",
    ),
    (
        "join_scores_with_retention.as_of",
        lambda value: join_scores_with_retention(FRAMES["surveys"], FRAMES["receipts"], as_of=value),
        ["1/4/2025", "", 20250101, None, pd.NaT],
        "as_of: expected a date written year-month-day",
    ),
    (
        "join_scores_with_retention.within_days",
        lambda value: join_scores_with_retention(
            FRAMES["surveys"], FRAMES["receipts"], as_of="2025-01-01", within_days=value
        ),
        NO_COUNTS,
        "within_days is ",
    ),
    (
        "follow_answers.within_days",
        lambda value: follow_answers(FRAMES["surveys"], FRAMES["receipts"], within_days=value),
        NO_COUNTS,
        "within_days is ",
    ),
    (
        "measure_repurchase_by_score.by",
        lambda value: measure_repurchase_by_score(FRAMES["answers"], by=value),
        ["gender", "satisfaction", None],
        "expected one of competition, rivals, trust, intention",
    ),
    (
        "simulate_word_of_mouth.stories",
        lambda value: simulate_word_of_mouth(stories=value, seed=1),
        NO_COUNTS,
        "simulate_word_of_mouth: stories is ",
    ),
    (
        "list_word_of_mouth_combinations.share_lost",
        lambda value: list_word_of_mouth_combinations(share_lost=(0.1, value)),
        [-0.1, 1.1, np.nan, np.inf],
        "share_lost",
    ),
    (
        "count_queue_breaches.limit",
        lambda value: count_queue_breaches(FRAMES["queues"], limit=value),
        NO_COUNTS,
        "expected at least 1 customer",
    ),
    (
        "measure_solved_in_time.within_days",
        lambda value: measure_solved_in_time(FRAMES["complaints"], within_days=value),
        [-1, 0, np.nan, np.inf, "ten", None],
        "expected more than 0 days",
    ),
]
# the whole message, once for each option
SAID: dict[str, tuple[Any, str]] = {
    "score_top_two.column": (
        "recommend",
        "column is 'recommend', expected one of satisfaction, trust, intention.",
    ),
    "describe_response.days": (-1, "describe_response: days is -1, expected at least 1."),
    "join_scores_with_retention.within_days": (-1, "within_days is -1, expected at least 1."),
    "follow_answers.within_days": (-1, "within_days is -1, expected at least 1."),
    "measure_repurchase_by_score.by": (
        "gender",
        "by is 'gender', expected one of competition, rivals, trust, intention.",
    ),
    "simulate_word_of_mouth.stories": (-1, "simulate_word_of_mouth: stories is -1, expected at least 1."),
    "list_word_of_mouth_combinations.share_lost": (
        -0.1,
        "WordOfMouth: share_lost is -0.1, expected a share from 0 to 1.",
    ),
    "count_queue_breaches.limit": (-1, "limit is -1, expected at least 1 customer."),
    "measure_solved_in_time.within_days": (-1, "within_days is -1, expected more than 0 days."),
}
OPTIONS += [(name, call, [SAID[name][0]], SAID[name][1]) for name, call, *_ in OPTIONS if name in SAID]
