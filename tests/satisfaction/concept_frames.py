"""Tables of a few rows for the tests of the concept modules, and a call of every function that takes tables.

Each call names the columns that its function needs, so that one test can spoil each of them in turn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from crmlib.customers import ledger
from crmlib.loyalty import card, points, winning
from crmlib.loyalty import degree as loyalty
from crmlib.satisfaction import answers as answers_module
from crmlib.satisfaction import base_rate, curve, model, response, service
from crmlib.satisfaction import scores as satisfaction
from crmlib.trials import trial

Frames = Mapping[str, pd.DataFrame]
DAYS = pd.to_datetime


def make_frames() -> dict[str, pd.DataFrame]:
    """A firm of four members, two stores and a handful of receipts; every call below runs on it."""
    answers = {
        "customer_id": range(1, 55),
        "followed_until": pd.Timestamp("2026-01-01"),
        "satisfaction": [1, 2, 3, 4, 5, 5] * 9,
        "intention": pd.array([1, 3, 4, 4, 5, 5] * 9, dtype="Int64"),
        "left": [True, False, False, True, False, False] * 9,
        "purchases_before": [7 * row % 5 for row in range(54)],
        "purchases_next": [0, 1, 2, 0, 1, 2] * 9,
        "rebought_same": pd.array([False, True, False] * 18, dtype="boolean"),
        "competition": ["low"] * 18 + ["medium"] * 18 + ["high"] * 18,
        "rivals": [0] * 18 + [2] * 18 + [4] * 18,
    }
    quarters = DAYS(["2025-01-01", "2025-04-01", "2025-07-01"])
    return {
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
                "trust": [5, 4, 3, 2],
                "recommend": [10, 8, 3, 1],
                "intention": [5, 4, 2, 1],
                "still_customer": [True, True, True, False],
            }
        ),
        "members": pd.DataFrame(
            {
                "customer_id": [1, 2, 3, 4],
                "joined_on": DAYS(["2024-03-01", "2024-04-01", "2025-02-01", "2025-03-01"]),
                "activated_on": DAYS(["2024-03-05", "2024-04-05", "2025-02-05", None]),
                "birth_month": [5, 6, 7, 8],
                "home_store_id": [1, 1, 2, 2],
            }
        ),
        "truth.members": pd.DataFrame(
            {"customer_id": range(1, 55), "left_on": [pd.Timestamp("2025-03-01"), pd.NaT, pd.NaT] * 18}
        ),
        "stores": pd.DataFrame({"store_id": [1, 2], "rivals": [0, 3], "competition": ["low", "high"]}),
        "receipts": pd.DataFrame(
            {
                "receipt_id": [1, 2, 3, 4, 5, 6],
                "customer_id": pd.array([1, 2, 1, 3, 2, None], dtype="Int64"),
                "channel": ["store", "online", "store", "store", "store", "store"],
                "purchased_at": DAYS(
                    ["2024-03-01 10:00", "2024-04-01 11:00", "2025-05-02 12:00",
                     "2025-02-01 13:00", "2025-12-30 14:00", "2025-12-31 20:00"]
                ),
                "dispatched_on": DAYS(
                    ["2024-03-01", "2024-04-03", "2025-05-02", "2025-02-01", "2025-12-30", "2025-12-31"]
                ),
                "amount_cny": [104.5, 39.0, 20.0, 9.99, 60.0, 15.0],
            }
        ),
        "receipt_lines": pd.DataFrame(
            {"receipt_id": [1, 2, 3, 4, 5, 6], "product_id": [1001, 1002, 1001, 1003, 1004, 1001]}
        ),
        "returns": pd.DataFrame(
            {"return_id": [1], "receipt_id": [1], "requested_on": DAYS(["2024-03-08"]), "amount_cny": [10.0]}
        ),
        "points": pd.DataFrame(
            {
                "customer_id": [1, 2, 1, 2, 1],
                "booked_on": DAYS(["2023-03-01", "2023-04-01", "2023-05-05", "2024-12-31", "2024-03-04"]),
                "kind": ["opening", "opening", "redemption", "expiry", "purchase"],
                "points": [40, 40, -20, -40, 10],
            }
        ),
        "complaints": pd.DataFrame(
            {
                "channel": ["store", "phone", "online"],
                "opened_at": DAYS(["2025-03-01 10:00"] * 3),
                "offered_at": DAYS(["2025-03-02 10:00", "2025-03-09 10:00", None]),
                "satisfaction_after": pd.array([5, 2, None], dtype="Int64"),
            }
        ),
        "queues": pd.DataFrame(
            {
                "store_id": [1, 1, 2, 2],
                "observed_at": DAYS(["2025-03-01 10:00", "2025-03-01 17:00"] * 2),
                "customers_waiting": [1, 4, 3, 5],
                "minutes_waited": [1.4, 5.6, 4.2, 7.0],
            }
        ),
        "panel": pd.DataFrame(
            {
                "panel_id": [1, 1, 1, 2, 2, 2, 3, 3, 3, 3, 2],
                "quarter": [*quarters, *quarters, *quarters, quarters[0], quarters[0]],
                "chain": ["osmanthus"] * 9 + ["rival_a"] * 2,
                "has_card": [False, True, True, False, True, True] + [False] * 5,
                "purchases": [2, 3, 4, 1, 2, 2, 1, 1, 1, 2, 1],
                "amount_cny": [90.0, 99.0, 120.0, 20.0, 50.0, 60.0, 30.0, 30.0, 20.0, 80.0, 9.0],
            }
        ),
        "truth.shoppers": pd.DataFrame(
            {
                "panel_id": [1, 2, 3],
                "has_card": [True, True, False],
                "visits_per_month": [1.0, 0.8, 0.4],
                "yearly_without_card_cny": [1000.0, 800.0, 400.0],
                "yearly_with_card_cny": [1070.0, 856.0, 428.0],
            }
        ),
        "marketing_costs": pd.DataFrame(
            {
                "month": DAYS(["2025-03-01", "2025-03-01"]),
                "purpose": ["acquisition", "retention"],
                "cost_cny": [120.0, 10.0],
                "staff_hours": [2.0, 0.5],
            }
        ),
        "store_trials": pd.DataFrame(
            {
                "campaign_id": 2,
                "store_id": [1, 2, 3, 4],
                "arm": ["treated", "treated", "control", "control"],
                "started_on": pd.Timestamp("2025-01-01"),
                "ended_on": pd.Timestamp("2025-03-31"),
                "cost_cny": [100.0, 100.0, 0.0, 0.0],
            }
        ),
        "joiners": pd.DataFrame(
            {
                "customer_id": range(1, 13),
                "home_store_id": [1, 2, 3, 4, 1, 1, 2, 2, 1, 2, 3, 4],
                "joined_on": DAYS(["2024-12-01"] * 4 + ["2025-02-01"] * 8),
            }
        ),
        "campaigns": pd.DataFrame(
            {
                "campaign_id": [5],
                "kind": ["offer_trial"],
                "randomised": [True],
                "started_on": DAYS(["2025-04-15"]),
                "outcome_days": [60],
            }
        ),
        "contacts": pd.DataFrame(
            {"campaign_id": 5, "customer_id": [1, 2, 3, 4], "arm": ["coupon", "coupon", "control", "control"],
             "cost_cny": [3.0, 3.0, 0.0, 0.0]}
        ),
        "answers": pd.DataFrame(answers),
    }  # fmt: skip


def is_near(estimate: Any, truth: float) -> bool:
    """Whether an estimate lies within 3.3 standard errors of the truth: bad luck is forgiven, bias is not."""
    return abs(estimate.value - truth) < 3.3 / 1.96 * (estimate.high - estimate.low) / 2


def mark_satisfied(answers: pd.DataFrame) -> pd.DataFrame:
    """Add the column satisfied, if there are rows to mark."""
    return answers.assign(satisfied=answers["customer_id"] % 3 != 1) if "customer_id" in answers else answers


SCORES = ["satisfaction", "trust", "recommend", "intention"]
PANEL = ["panel_id", "quarter", "chain", "has_card", "purchases", "amount_cny"]

# name → (the call, table → columns that the function needs)
CALLS: dict[str, tuple[Callable[[Frames], Any], dict[str, list[str]]]] = {
    "score_top_two": (lambda t: satisfaction.score_top_two(t["surveys"]), {"surveys": ["satisfaction"]}),
    "score_recommendation": (
        lambda t: satisfaction.score_recommendation(t["surveys"]),
        {"surveys": ["recommend"]},
    ),
    "describe_response": (
        lambda t: response.describe_response(t["surveys"], t["receipts"]),
        {
            "surveys": ["customer_id", "invited_on", "answered_on"],
            "receipts": ["customer_id", "purchased_at"],
        },
    ),
    "compare_respondents_with_all": (
        lambda t: response.compare_respondents_with_all(t["surveys"], t["truth.surveys"]),
        {
            "surveys": ["survey_id", "answered_on"],
            "truth.surveys": ["survey_id", "satisfaction", "recommend", "still_customer"],
        },
    ),
    "complete_surveys": (
        lambda t: response.complete_surveys(t["surveys"], t["truth.surveys"]),
        {
            "surveys": ["survey_id", "customer_id", "invited_on"],
            "truth.surveys": ["survey_id", *SCORES, "still_customer"],
        },
    ),
    "join_scores_with_retention": (
        lambda t: answers_module.join_scores_with_retention(
            t["surveys"], t["receipts"], as_of="2025-01-01", lines=t["receipt_lines"]
        ),
        {
            "surveys": ["customer_id", "answered_on", *SCORES],
            "receipts": ["receipt_id", "customer_id", "purchased_at"],
            "receipt_lines": ["receipt_id", "product_id"],
        },
    ),
    "follow_answers": (
        lambda t: answers_module.follow_answers(t["surveys"], t["receipts"]),
        {"surveys": ["customer_id", "answered_on", *SCORES], "receipts": ["customer_id", "purchased_at"]},
    ),
    "add_competition": (
        lambda t: answers_module.add_competition(t["answers"][:4], t["members"], t["stores"]),
        {
            "answers": ["customer_id"],
            "members": ["customer_id", "home_store_id"],
            "stores": ["store_id", "rivals", "competition"],
        },
    ),
    "compare_leaving_with_truth": (
        lambda t: answers_module.compare_leaving_with_truth(t["answers"], t["truth.members"]),
        {"answers": ["customer_id", "followed_until", "left"], "truth.members": ["customer_id", "left_on"]},
    ),
    "conditional_shares": (
        lambda t: base_rate.conditional_shares(mark_satisfied(t["answers"])),
        {"answers": ["left"]},
    ),
    "measure_repurchase_by_score": (
        lambda t: curve.measure_repurchase_by_score(t["answers"], by="competition"),
        {"answers": ["satisfaction", "left", "purchases_next", "competition"]},
    ),
    "compare_intention_with_behaviour": (
        lambda t: curve.compare_intention_with_behaviour(t["answers"]),
        {"answers": ["satisfaction", "intention", "left"]},
    ),
    "measure_rebuying": (
        lambda t: curve.measure_rebuying(mark_satisfied(t["answers"])),
        {"answers": ["left", "rebought_same"]},
    ),
    "fit_repurchase": (
        lambda t: model.fit_repurchase(t["answers"], with_activity=True),
        {"answers": ["satisfaction", "left", "competition", "purchases_before"]},
    ),
    "fit_repurchase_curve": (
        lambda t: model.fit_repurchase_curve(t["answers"]).predict_stayed([1, 5], rivals=2),
        {"answers": ["satisfaction", "left", "rivals"]},
    ),
    "count_queue_breaches": (
        lambda t: service.count_queue_breaches(t["queues"]),
        {"queues": ["store_id", "observed_at", "customers_waiting"]},
    ),
    "relate_waiting_to_satisfaction": (
        lambda t: service.relate_waiting_to_satisfaction(
            t["queues"], t["surveys"], t["members"]
        ),
        {
            "queues": ["store_id", "customers_waiting", "minutes_waited"],
            "surveys": ["customer_id", "satisfaction"],
            "members": ["customer_id", "home_store_id"],
        },
    ),
    "measure_channels": (
        lambda t: service.measure_channels(t["receipts"], t["complaints"]),
        {"receipts": ["channel"], "complaints": ["channel"]},
    ),
    "measure_recovery": (
        lambda t: service.measure_recovery(t["complaints"]),
        {"complaints": ["opened_at", "offered_at", "satisfaction_after"]},
    ),
    "book_points": (
        lambda t: ledger.book_points(t["receipts"], t["members"], t["returns"]),
        {
            "receipts": ["receipt_id", "customer_id", "purchased_at", "dispatched_on", "amount_cny"],
            "members": ["customer_id", "activated_on", "birth_month"],
        },
    ),
    "balance_points": (
        lambda t: ledger.balance_points(t["points"], as_of="2024-01-01"),
        {"points": ["customer_id", "booked_on", "points"]},
    ),
    "cost_of_points": (
        lambda t: points.cost_of_points(t["points"], t["receipts"]),
        {"points": ["customer_id", "kind", "points"], "receipts": ["customer_id", "amount_cny"]},
    ),
    "estimate_points_cost": (
        lambda t: points.estimate_points_cost(t["points"], t["receipts"]),
        {"points": ["customer_id", "kind", "points"], "receipts": ["customer_id", "amount_cny"]},
    ),
    "measure_breakage": (
        lambda t: points.measure_breakage(t["points"], as_of="2025-01-01"),
        {"points": ["customer_id", "booked_on", "kind", "points"]},
    ),
    "measure_loyalty": (
        lambda t: loyalty.measure_loyalty(t["receipts"], as_of="2026-01-01"),
        {"receipts": ["customer_id", "purchased_at"]},
    ),
    "measure_yearly_spend": (
        lambda t: loyalty.measure_yearly_spend(t["receipts"], as_of="2026-01-01"),
        {"receipts": ["customer_id", "purchased_at", "amount_cny"]},
    ),
    "assign_frequency_rewards": (
        lambda t: loyalty.assign_frequency_rewards(t["receipts"], as_of="2026-01-01"),
        {"receipts": ["customer_id", "purchased_at"]},
    ),
    "share_of_purchases": (
        lambda t: loyalty.share_of_purchases(t["panel"]),
        {"panel": ["panel_id", "quarter", "chain", "purchases"]},
    ),
    "measure_share_of_holders": (
        lambda t: loyalty.measure_share_of_holders(t["panel"]),
        {"panel": ["panel_id", "quarter", "chain", "has_card", "purchases"]},
    ),
    "total_by_cohort": (lambda t: card.total_by_cohort(t["panel"]), {"panel": PANEL}),
    "compare_members_with_others": (
        lambda t: card.compare_members_with_others(t["panel"], draws=20, seed=1),
        {"panel": PANEL},
    ),
    "estimate_card_lift": (
        lambda t: card.estimate_card_lift(t["panel"], draws=20, seed=1),
        {"panel": PANEL},
    ),
    "measure_true_card_gap": (
        lambda t: card.measure_true_card_gap(t["truth.shoppers"]),
        {
            "truth.shoppers": [
                "panel_id", "has_card", "visits_per_month", "yearly_without_card_cny", "yearly_with_card_cny",
            ]
        },
    ),
    "cost_per_customer": (
        lambda t: winning.cost_per_customer(
            t["marketing_costs"], t["members"], t["receipts"], as_of="2026-01-01"
        ),
        {
            "marketing_costs": ["month", "purpose", "cost_cny", "staff_hours"],
            "members": ["customer_id", "joined_on"],
            "receipts": ["customer_id", "purchased_at"],
        },
    ),
    "measure_store_trial": (
        lambda t: trial.measure_store_trial(t["store_trials"], t["joiners"], draws=20, seed=1),
        {"store_trials": ["campaign_id", "store_id", "arm", "started_on", "ended_on", "cost_cny"]},
    ),
    "measure_offer_trial": (
        lambda t: trial.measure_offer_trial(
            t["contacts"], t["receipts"], t["campaigns"], points=t["points"], draws=20, seed=1
        ),
        {
            "contacts": ["campaign_id", "customer_id", "arm", "cost_cny"],
            "receipts": ["customer_id", "purchased_at"],
            "campaigns": ["campaign_id", "kind", "randomised", "started_on", "outcome_days"],
            "points": ["customer_id", "booked_on", "kind", "points"],
        },
    ),
}  # fmt: skip
