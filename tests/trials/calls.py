"""Small tables for the tests of trials, and a call of every function that takes tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from crmlib.tables.dictionary import Table
from crmlib.trials.campaigns import cost_of_given_points, find_campaign
from crmlib.trials.trial import Trial, compare_costs, list_trials, measure_offer_trial, measure_store_trial

Frames = Mapping[str, Any]
DAYS = pd.to_datetime

FRAMES: dict[str, Any] = {
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
    # each store won one member before the trial; stores 1 and 2 won six during it, the others two
    "members": pd.DataFrame(
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
        {
            "campaign_id": 5,
            "customer_id": [1, 2, 3, 4],
            "arm": ["double_points", "double_points", "control", "control"],
            "cost_cny": [3.0, 3.0, 0.0, 0.0],
        }
    ),
    "receipts": pd.DataFrame(
        {
            "customer_id": pd.array([1, 2, 3, 3, None], dtype="Int64"),
            "purchased_at": DAYS(["2025-05-02", "2025-05-03", "2025-05-04", "2025-05-05", "2025-05-06"]),
        }
    ),
    "points": pd.DataFrame(
        {
            "customer_id": [1, 1, 3],
            "booked_on": DAYS(["2025-05-05", "2025-05-05", "2025-05-07"]),
            "kind": ["purchase", "campaign", "purchase"],
            "points": [10, 10, 4],
        }
    ),
}
DESCRIBED: dict[str, Table] = {}

CAMPAIGN = ["campaign_id", "kind", "randomised", "started_on", "outcome_days"]
LEDGER = ["customer_id", "booked_on", "kind", "points"]
TRIAL = Trial("coupon", 400.0, 80, 20.0, np.array([10.0, 20.0, 20.0, 30.0]), 200)
CALLS: dict[str, tuple[Callable[[Frames], Any], dict[str, list[str]]]] = {
    "list_trials": (lambda _: list_trials([TRIAL]), {}),
    "compare_costs": (lambda _: compare_costs(TRIAL, TRIAL), {}),
    "find_campaign": (
        lambda t: find_campaign(t["contacts"], t["campaigns"], "offer_trial", columns=["cost_cny"]),
        {"contacts": ["campaign_id", "customer_id", "arm", "cost_cny"], "campaigns": CAMPAIGN},
    ),
    "cost_of_given_points": (
        lambda t: cost_of_given_points(
            find_campaign(FRAMES["contacts"], FRAMES["campaigns"], "offer_trial"), t["points"]
        ),
        {"points": LEDGER},
    ),
    "measure_store_trial": (
        lambda t: measure_store_trial(t["store_trials"], t["members"], draws=20),
        {
            "store_trials": ["campaign_id", "store_id", "arm", "started_on", "ended_on", "cost_cny"],
            "members": ["customer_id", "joined_on", "home_store_id"],
        },
    ),
    "measure_offer_trial": (
        lambda t: measure_offer_trial(t["contacts"], t["receipts"], t["campaigns"], draws=20),
        {
            "contacts": ["campaign_id", "customer_id", "arm", "cost_cny"],
            "receipts": ["customer_id", "purchased_at"],
            "campaigns": CAMPAIGN,
        },
    ),
    "measure_offer_trial, with points": (
        lambda t: measure_offer_trial(
            t["contacts"], t["receipts"], t["campaigns"], points=t["points"], draws=20
        ),
        {"points": LEDGER},
    ),
}
DOUBLES: list[tuple[str, str, str]] = [
    ("find_campaign", "contacts", "campaign_id and customer_id"),
    ("measure_store_trial", "store_trials", "store_id"),
    ("measure_store_trial", "members", "customer_id"),
    ("measure_offer_trial", "contacts", "campaign_id and customer_id"),
]
IN_ORDER: dict[str, str] = {"find_campaign": "the customers of a campaign stand in the order of the contacts"}
PLOTS: dict[str, Callable[[Any], Any]] = {}
LIVE: dict[str, tuple[ModuleType, Callable[[], Any]]] = {}

NO_COUNTS = [-1, 0, 1.5, np.nan, np.inf, "ten", None]
OPTIONS: list[tuple[str, Callable[[Any], Any], list[Any], str]] = [
    (
        "find_campaign.kind",
        lambda value: find_campaign(FRAMES["contacts"], FRAMES["campaigns"], value),
        ["legacy_mailing", "offer", None],
        "expected one of ",
    ),
    (
        "find_campaign.arms",
        lambda value: find_campaign(FRAMES["contacts"], FRAMES["campaigns"], "offer_trial", arms=value),
        [["control", "gift"], ["gift"]],
        "contacts: campaign 5 has no customers in the arm gift (found: control, double_points)",
    ),
    (
        "measure_store_trial.before_days",
        lambda value: measure_store_trial(
            FRAMES["store_trials"], FRAMES["members"], before_days=value, draws=20
        ),
        NO_COUNTS,
        "expected at least 1 day",
    ),
    (
        "measure_store_trial.draws",
        lambda value: measure_store_trial(FRAMES["store_trials"], FRAMES["members"], draws=value),
        NO_COUNTS,
        "expected at least 2",
    ),
    (
        "measure_offer_trial.draws",
        lambda value: measure_offer_trial(
            FRAMES["contacts"], FRAMES["receipts"], FRAMES["campaigns"], draws=value
        ),
        NO_COUNTS,
        "expected at least 2",
    ),
]
