"""Problems as they were, and complaints as the firm recorded them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.simulation.columns import Arrays, arrays_of, label, optional_ids
from crmlib.simulation.retail.baskets import FEN
from crmlib.simulation.retail.chain import Chain
from crmlib.simulation.retail.service import COMPLAINT_CHANNELS, MINUTES_PER_DAY, OUTCOMES, SEVERITIES, TOPICS
from crmlib.simulation.retail.state import MemberHistory

AFTER_LIMITS = (-0.6, 0.0, 0.55, 1.25)  # between the scores 1|2|3|4|5 of satisfaction with the handling
REFUNDED, EXCHANGED, APOLOGY_CNY = 0.8, 0.5, 5.0  # paid, as a share of the receipt, and with an apology
FOUND_AT_FAULT = 0.15  # rejected complaints that were justified all the same


def list_problems(history: MemberHistory, visits: pd.DataFrame) -> pd.DataFrame:
    """All problems with visit, topic, severity, receipt_id, day, minute, person, carded, amount (fen)."""
    columns = ["receipt_id", "day", "minute", "person", "carded", "amount"]
    return history.problems.join(visits[columns], on="visit")


def list_complaints(
    chain: Chain, history: MemberHistory, problems: pd.DataFrame, first_id: int
) -> pd.DataFrame:
    """Complaints made before the history ends, in order of time.

    Columns: complaint_id, opened (minutes from the start of the history), those of history.complaints, and
    those of the problem.
    """
    occurred = (problems["day"] * MINUTES_PER_DAY + problems["minute"]).to_numpy()
    complaints = history.complaints.join(
        problems[["topic", "severity", "receipt_id", "person", "carded", "amount"]], on="problem"
    )
    complaints["opened"] = occurred[complaints["problem"].to_numpy()] + complaints["delay"].to_numpy()
    complaints = complaints[complaints["opened"] < chain.calendar.days * MINUTES_PER_DAY]
    complaints = complaints.sort_values(["opened", "problem"], kind="stable", ignore_index=True)
    return complaints.assign(complaint_id=first_id + np.arange(len(complaints)))


def tell_problems(
    chain: Chain, problems: pd.DataFrame, complaints: pd.DataFrame, first_customer: int, first_id: int
) -> pd.DataFrame:
    """The table `truth.problems`."""
    reported = np.zeros(len(problems), dtype=np.int64)
    reported[complaints["problem"].to_numpy()] = complaints["complaint_id"].to_numpy()
    person, carded = problems["person"].to_numpy(), problems["carded"].to_numpy(dtype=bool)
    return pd.DataFrame(
        {
            "problem_id": first_id + np.arange(len(problems)),
            "customer_id": optional_ids(first_customer + person, carded),
            "receipt_id": problems["receipt_id"].to_numpy(),
            "occurred_at": chain.calendar.times(problems["day"].to_numpy(), problems["minute"].to_numpy()),
            "topic": label(problems["topic"].to_numpy(), TOPICS),
            "severity": label(problems["severity"].to_numpy(), SEVERITIES),
            "complaint_id": optional_ids(reported, reported > 0),
        }
    )


def tell_complaints(
    chain: Chain,
    complaints: pd.DataFrame,
    base_satisfaction: np.ndarray,
    first_customer: int,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """The table `complaints`: four points in time, how it ended, what it cost, how the customer liked it.

    base_satisfaction: of the members. What lies after the end of the history is missing.
    """
    columns = arrays_of(complaints)
    count, end = len(complaints), chain.calendar.days * MINUTES_PER_DAY
    opened, carded = columns["opened"], columns["carded"].astype(bool)
    solved = opened + (columns["days"] * MINUTES_PER_DAY).astype(np.int64) + 10
    heard = opened + np.maximum(5, (solved - opened) * rng.uniform(0.02, 0.35, count)).astype(np.int64)
    closed = solved + rng.integers(30, 2 * MINUTES_PER_DAY, count)
    done = closed < end
    rated = done & (rng.random(count) < chain.world.retail.service.rating_share)
    score = _score_handling(columns, base_satisfaction, rng)
    justified = ~columns["rejected"].astype(bool) | (rng.random(count) < FOUND_AT_FAULT)
    return pd.DataFrame(
        {
            "complaint_id": columns["complaint_id"],
            "customer_id": optional_ids(first_customer + columns["person"], carded),
            "receipt_id": columns["receipt_id"],
            "opened_at": _moment(chain, opened),
            "topic": label(columns["topic"], TOPICS),
            "severity": label(columns["severity"], SEVERITIES),
            "channel": label(columns["channel"], COMPLAINT_CHANNELS),
            "acknowledged_at": _moment(chain, heard),
            "offered_at": _moment(chain, solved),
            "closed_at": _moment(chain, closed),
            "justified": justified,
            "outcome": label(columns["outcome"], OUTCOMES, known=done),
            "compensation_cny": np.where(done, _compensate(columns), 0.0).round(2),
            "satisfaction_after": optional_ids(score, rated),
        }
    )


def _moment(chain: Chain, minutes: np.ndarray) -> np.ndarray:
    """Minutes from the start of the history as points in time; missing after its end."""
    times = chain.calendar.times(minutes // MINUTES_PER_DAY, minutes % MINUTES_PER_DAY)
    times[minutes >= chain.calendar.days * MINUTES_PER_DAY] = np.datetime64("NaT")
    return times


def _compensate(columns: Arrays) -> np.ndarray:
    """Yuan paid: most of the receipt on a refund, half on an exchange, a trifle with an apology."""
    value, outcome = columns["amount"] / FEN, columns["outcome"]
    named = [outcome == OUTCOMES.index(name) for name in ("refund", "exchange", "apology")]
    return np.select(named, [REFUNDED * value, EXCHANGED * value, np.full(len(value), APOLOGY_CNY)], 0.0)


def _score_handling(columns: Arrays, base_satisfaction: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Satisfaction with the handling, 1 to 5: it rises with what was repaired and falls with severity."""
    person = np.where(columns["carded"].astype(bool), columns["person"], 0)
    feeling = 0.5 * base_satisfaction[person] + 2.1 * columns["repaired"] - 0.35 * columns["severity"]
    feeling = feeling + rng.normal(0, 0.6, len(feeling))
    return 1 + np.searchsorted(AFTER_LIMITS, feeling)
