"""Tables of a few customers for the tests of churn and recovery, made by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd

DAYS = pd.to_datetime
ARMS = ("control", "neither", "price", "upgrade", "both")


def make_members(n: int = 40) -> pd.DataFrame:
    """Members 1 to n, all of whom joined on the first day of 2023."""
    return pd.DataFrame({"customer_id": range(1, n + 1), "joined_on": DAYS(["2023-01-01"] * n)})


def make_truth(n: int = 40) -> pd.DataFrame:
    """Every second member left after 100 days; odd ones stay. Nobody came back."""
    ids = np.arange(1, n + 1)
    left = pd.Series(np.where(ids % 2 == 0, np.datetime64("2023-04-11"), np.datetime64("NaT")))
    return pd.DataFrame(
        {
            "customer_id": ids,
            "left_on": left.astype("datetime64[us]"),
            "leaving_cause": np.where(ids % 2 == 0, "access", None),
            "second_started_on": DAYS([None] * n),
            "second_left_on": DAYS([None] * n),
            "frailty": np.where(ids % 2 == 0, 1.0, -1.0),
            "competition": np.where(ids % 4 < 2, "low", "high"),
            "relationship_quality": np.linspace(-1, 1, n),
            "visits_per_month": np.linspace(0.2, 2, n),
        }
    )


def make_receipts(n: int = 40) -> pd.DataFrame:
    """Even members bought on two days in early 2023; odd ones each quarter until the end of 2025."""
    early, all_along = (
        ["2023-01-01", "2023-04-01"],
        list(pd.date_range("2023-01-01", "2025-12-31", freq="91D")),
    )
    rows = [(one, day) for one in range(1, n + 1) for day in (early if one % 2 == 0 else all_along)]
    frame = pd.DataFrame(rows, columns=["customer_id", "purchased_at"])
    frame["purchased_at"] = DAYS(frame["purchased_at"])
    frame.insert(0, "receipt_id", range(1, len(frame) + 1))
    return frame.assign(amount_cny=100.0, margin_cny=30.0).astype({"customer_id": "Int64"})


def make_complaints() -> pd.DataFrame:
    """Eight complaints of the members 1 to 8, opened on one morning; the last is still open."""
    opened = pd.Series(DAYS(["2025-03-01 10:00"] * 8))
    wait = pd.Series([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, None])
    return pd.DataFrame(
        {
            "complaint_id": range(1, 9),
            "customer_id": pd.array(range(1, 9), dtype="Int64"),
            "opened_at": opened,
            "acknowledged_at": opened + pd.Timedelta(hours=2),
            "offered_at": opened + pd.to_timedelta(wait, unit="D"),
            "closed_at": opened + pd.to_timedelta(wait + 1, unit="D"),
            "satisfaction_after": pd.array([5, 4, 5, 4, 2, 1, 5, None], dtype="Int64"),
        }
    )


def make_campaigns() -> pd.DataFrame:
    """A recovery trial and a win-back trial."""
    return pd.DataFrame(
        {
            "campaign_id": [3, 4],
            "kind": ["recovery_trial", "win_back_trial"],
            "randomised": [True, True],
            "started_on": DAYS(["2025-02-01", "2025-02-01"]),
            "outcome_days": [90, 60],
        }
    )


def make_contacts() -> pd.DataFrame:
    """Members 1 to 8 in the recovery trial, 1 to 40 in the win-back trial, eight an arm."""
    speed = pd.DataFrame(
        {
            "campaign_id": 3,
            "customer_id": range(1, 9),
            "arm": ["fast"] * 4 + ["normal"] * 4,
            "contacted_on": DAYS(["2025-03-01"] * 8),
            "cost_cny": 6.0,
        }
    )
    back = pd.DataFrame(
        {
            "campaign_id": 4,
            "customer_id": range(1, 41),
            "arm": [ARMS[(one - 1) // 8] for one in range(1, 41)],
            "contacted_on": DAYS(["2025-02-02"] * 40),
            "cost_cny": [0.0] * 8 + [2.5] * 32,
        }
    )
    return pd.concat([speed, back], ignore_index=True)


def make_exits() -> pd.DataFrame:
    """Five leavers who all left for access and say different things."""
    return pd.DataFrame(
        {
            "customer_id": [2, 4, 6, 8, 10],
            "asked_on": DAYS(["2023-06-01"] * 5),
            "stated_reason": ["moved", "moved", "price", "service", "other"],
        }
    )


def make_problems() -> pd.DataFrame:
    """Problems at receipts of every kind of member: half of them reported."""
    receipts = make_receipts()
    chosen = receipts.iloc[::5]
    told = np.where(np.arange(len(chosen)) % 2 == 0, np.arange(len(chosen)) + 1, 0)
    return pd.DataFrame(
        {
            "receipt_id": chosen["receipt_id"].to_numpy(),
            "severity": "moderate",
            "topic": "service",
            "complaint_id": pd.Series(told, dtype="Int64").where(told > 0),
        }
    )


def make_outcomes() -> pd.DataFrame:
    """Every lost member under every arm: those whose number is divisible by five buy if both are offered."""
    rows = [(4, one, arm, arm == "both" and one % 5 == 0) for one in range(1, 41) for arm in ARMS]
    frame = pd.DataFrame(rows, columns=["campaign_id", "customer_id", "arm", "bought"])
    return frame.assign(amount_cny=np.where(frame["bought"], 100.0, 0.0))


def make_behaviour(n: int = 200, *, seed: int = 5) -> pd.DataFrame:
    """Active customers whose chance to be gone rises with their silence."""
    rng = np.random.default_rng(seed)
    silence = rng.integers(0, 360, n)
    return pd.DataFrame(
        {
            "customer_id": range(1, n + 1),
            "silence_days": silence,
            "purchases_year": rng.integers(1, 12, n),
            "purchases_last_quarter": rng.integers(0, 4, n),
            "margin_year_cny": rng.uniform(5, 500, n).round(2),
            "tenure_days": rng.integers(1, 900, n),
            "complaints_year": rng.integers(0, 2, n),
            "gone": rng.random(n) < silence / 400,
        }
    )
