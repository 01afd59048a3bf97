"""From what happened to what the tills wrote down: receipts, lines, returns, complaints, problems."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.simulation.retail_calendar import Calendar
from crmlib.simulation.retail_history import EXTRA, History
from crmlib.simulation.retail_products import Assortment
from crmlib.simulation.retail_service import COMPLAINT_CHANNELS, MINUTES_PER_DAY, OUTCOMES, SEVERITIES, TOPICS
from crmlib.simulation.world import World

RETURN_REASONS = ("defect", "wrong_item", "changed_mind", "allergy")
SATISFACTION_AFTER = np.array([-0.6, 0.0, 0.55, 1.25])


def number_receipts(history: History, first_id: int) -> pd.DataFrame:
    """The visits that happened, in order of time, with receipt_id; index: row of the visit."""
    visits = history.visits[history.visits["happens"]]
    visits = visits.sort_values(["day", "minute"], kind="stable")
    return visits.assign(
        receipt_id=first_id + np.arange(len(visits)),
        amount=visits["goods"] - visits["discount"],
        carded=visits["kind"] <= EXTRA,
    )


def tell_receipts(
    world: World, calendar: Calendar, stores: pd.DataFrame, visits: pd.DataFrame, first_customer: int
) -> pd.DataFrame:
    """The table `receipts` from numbered visits."""
    rule = world.retail.baskets
    amount = visits["amount"].to_numpy() / 100
    freight = np.where(visits["online"] & (amount < rule.freight_free_from_cny), rule.freight_cny, 0.0)
    return pd.DataFrame(
        {
            "receipt_id": visits["receipt_id"].to_numpy(),
            "customer_id": optional_ids(
                first_customer + visits["person"].to_numpy(), visits["carded"].to_numpy()
            ),
            "store_id": stores["store_id"].to_numpy()[visits["store"].to_numpy()],
            "channel": np.where(visits["online"], "online", "store"),
            "purchased_at": calendar.times(visits["day"].to_numpy(), visits["minute"].to_numpy()),
            "dispatched_on": calendar.dates(visits["dispatched"].to_numpy()),
            "amount_cny": amount,
            "discount_cny": visits["discount"].to_numpy() / 100,
            "freight_cny": freight,
            "points_redeemed": visits["redeemed"].to_numpy(),
            "margin_cny": (visits["amount"] - visits["cost"]).to_numpy() / 100,
        }
    )


def optional_ids(values: np.ndarray, known: np.ndarray) -> pd.api.extensions.ExtensionArray:
    """Whole numbers that are missing where not known."""
    ids = pd.array(np.where(known, values, 0), dtype="Int64")
    ids[~np.asarray(known, dtype=bool)] = pd.NA
    return ids


def tell_lines(assortment: Assortment, history: History, visits: pd.DataFrame) -> pd.DataFrame:
    """The table `receipt_lines`, by receipt and product."""
    receipt = np.zeros(len(history.visits), dtype=np.int64)
    receipt[visits.index.to_numpy()] = visits["receipt_id"].to_numpy()
    number = receipt[history.lines["visit"].to_numpy()]
    lines = history.lines[number > 0].assign(receipt_id=number[number > 0])
    lines = lines.sort_values(["receipt_id", "product"], kind="stable")
    return pd.DataFrame(
        {
            "receipt_id": lines["receipt_id"].to_numpy(),
            "product_id": assortment.frame["product_id"].to_numpy()[lines["product"].to_numpy()],
            "quantity": lines["quantity"].to_numpy(),
            "unit_price_cny": lines["price"].to_numpy() / 100,
            "on_promotion": lines["promoted"].to_numpy(),
        }
    )


def draw_returns(calendar: Calendar, visits: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Goods that came back: all of a receipt or its first line, 4 to 30 days after dispatch.

    Returns one row a return with receipt_id, person, carded, day, dispatched, requested, before_fen, after_fen, reason.
    """
    back = visits[visits["returned"]]
    whole = rng.random(len(back)) < 0.35
    requested = back["dispatched"].to_numpy() + rng.integers(4, 31, len(back))
    amount, goods = back["amount"].to_numpy(), back["goods"].to_numpy()
    line = np.rint(back["first_line"].to_numpy() * amount / goods).astype(np.int64)
    value = np.where(whole, amount, np.minimum(line, amount))
    reason = rng.choice(len(RETURN_REASONS), size=len(back), p=(0.42, 0.18, 0.30, 0.10))
    returns = pd.DataFrame(
        {
            "receipt_id": back["receipt_id"].to_numpy(),
            "person": back["person"].to_numpy(),
            "carded": back["carded"].to_numpy(),
            "day": back["day"].to_numpy(),
            "dispatched": back["dispatched"].to_numpy(),
            "requested": requested,
            "before_fen": amount,
            "after_fen": amount - value,
            "reason": reason,
        }
    )
    returns = returns[(returns["requested"] < calendar.days) & (value > 0)]
    return returns.sort_values(["requested", "receipt_id"], kind="stable", ignore_index=True)


def tell_returns(
    calendar: Calendar, returns: pd.DataFrame, first_customer: int, first_id: int
) -> pd.DataFrame:
    """The table `returns`."""
    return pd.DataFrame(
        {
            "return_id": first_id + np.arange(len(returns)),
            "receipt_id": returns["receipt_id"],
            "customer_id": optional_ids(
                first_customer + returns["person"].to_numpy(), returns["carded"].to_numpy()
            ),
            "requested_on": calendar.dates(returns["requested"].to_numpy()),
            "amount_cny": (returns["before_fen"] - returns["after_fen"]) / 100,
            "reason": np.array(RETURN_REASONS)[returns["reason"].to_numpy()],
        }
    )


def tell_problems(
    world: World,
    calendar: Calendar,
    history: History,
    visits: pd.DataFrame,
    people: pd.DataFrame,
    first_customer: int,
    first_id: int,
    rng: np.random.Generator,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables `truth.problems` and `complaints` (the reported ones, as far as the history goes)."""
    problems = history.problems.join(
        visits[["receipt_id", "day", "minute", "person", "carded", "amount"]], on="visit"
    )
    occurred = problems["day"] * MINUTES_PER_DAY + problems["minute"]
    complaints = history.complaints.join(
        problems[["topic", "severity", "receipt_id", "person", "carded", "amount"]], on="problem"
    )
    opened = occurred.to_numpy()[complaints["problem"].to_numpy()] + complaints["delay"].to_numpy()
    complaints["opened"] = opened
    complaints = complaints[opened < calendar.days * MINUTES_PER_DAY].sort_values(
        ["opened", "problem"], kind="stable", ignore_index=True
    )
    complaints["complaint_id"] = first_id + np.arange(len(complaints))
    reported = np.zeros(len(problems), dtype=np.int64)
    reported[complaints["problem"].to_numpy()] = complaints["complaint_id"].to_numpy()
    truth = pd.DataFrame(
        {
            "problem_id": first_id + np.arange(len(problems)),
            "customer_id": optional_ids(
                first_customer + problems["person"].to_numpy(), problems["carded"].to_numpy(dtype=bool)
            ),
            "receipt_id": problems["receipt_id"].to_numpy(),
            "occurred_at": calendar.times(problems["day"].to_numpy(), problems["minute"].to_numpy()),
            "topic": np.array(TOPICS)[problems["topic"].to_numpy()],
            "severity": np.array(SEVERITIES)[problems["severity"].to_numpy()],
            "complaint_id": optional_ids(reported, reported > 0),
        }
    )
    return truth, _tell_complaints(world, calendar, complaints, people, first_customer, rng)


def _tell_complaints(
    world: World,
    calendar: Calendar,
    complaints: pd.DataFrame,
    people: pd.DataFrame,
    first_customer: int,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """The table `complaints`: three points in time, how it ended, and what the customer thought of it."""
    count = len(complaints)
    opened = complaints["opened"].to_numpy()
    solved = opened + (complaints["days"].to_numpy() * MINUTES_PER_DAY).astype(int) + 10
    acknowledged = opened + np.maximum(5, (solved - opened) * rng.uniform(0.02, 0.35, count)).astype(int)
    closed = solved + rng.integers(30, 2 * MINUTES_PER_DAY, count)
    outcome = complaints["outcome"].to_numpy()
    value = complaints["amount"].to_numpy() / 100
    paid = np.select([outcome == 0, outcome == 1, outcome == 2], [value * 0.8, value * 0.5, 5.0], 0.0)
    carded = complaints["carded"].to_numpy(dtype=bool)
    person = np.where(carded, complaints["person"].to_numpy(), 0)
    feeling = 0.5 * people["satisfaction"].to_numpy()[person] + 2.1 * complaints["repaired"].to_numpy()
    feeling = feeling - 0.35 * complaints["severity"].to_numpy() + rng.normal(0, 0.6, count)
    score = 1 + np.searchsorted(SATISFACTION_AFTER, feeling)
    end = calendar.days * MINUTES_PER_DAY
    rated = (rng.random(count) < world.retail.service.rating_share) & (closed < end)
    ending = np.array(OUTCOMES, dtype=object)[outcome]
    ending[closed >= end] = None

    def moment(minutes: np.ndarray) -> np.ndarray:
        times = calendar.times(minutes // MINUTES_PER_DAY, minutes % MINUTES_PER_DAY)
        times[minutes >= end] = np.datetime64("NaT")
        return times

    return pd.DataFrame(
        {
            "complaint_id": complaints["complaint_id"],
            "customer_id": optional_ids(first_customer + complaints["person"].to_numpy(), carded),
            "receipt_id": optional_ids(complaints["receipt_id"].to_numpy(), np.ones(count, dtype=bool)),
            "opened_at": moment(opened),
            "topic": np.array(TOPICS)[complaints["topic"].to_numpy()],
            "severity": np.array(SEVERITIES)[complaints["severity"].to_numpy()],
            "channel": np.array(COMPLAINT_CHANNELS)[complaints["channel"].to_numpy()],
            "acknowledged_at": moment(acknowledged),
            "offered_at": moment(solved),
            "closed_at": moment(closed),
            "justified": ~complaints["rejected"].to_numpy() | (rng.random(count) < 0.15),
            "outcome": ending,
            "compensation_cny": np.where(closed < end, paid, 0.0).round(2),
            "satisfaction_after": optional_ids(score, rated),
        }
    )


def ledger_rows(visits: pd.DataFrame) -> pd.DataFrame:
    """Members' receipts in the form that the points ledger needs."""
    mine = visits[visits["carded"]]
    return pd.DataFrame(
        {
            "receipt_id": mine["receipt_id"],
            "person": mine["person"],
            "day": mine["day"],
            "dispatched": mine["dispatched"],
            "amount_fen": mine["amount"],
            "group_fen": mine["group"],
            "redeemed": mine["redeemed"],
            "double": mine["double"],
        }
    )
