"""Chapter 04: what its charts and small calculations say to tables and numbers that do not fit.

The functions that take the firm's own tables are in test_concept_inputs.py.
"""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from crmlib.customers import ledger
from crmlib.loyalty import card, fee, points, winning
from crmlib.loyalty import degree as loyalty
from crmlib.satisfaction import answers as repurchase
from crmlib.satisfaction import response, service, word_of_mouth
from crmlib.tables.errors import TableError
from tests.contracts.spoiling import make_tests
from tests.satisfaction.concept_frames import make_frames

mpl.use("agg")

FRAMES = {
    **make_frames(),
    "waiting": pd.DataFrame(
        {"minutes_waited": [1.0, 2.0, 3.0], "top_two_share": [0.8, 0.75, 0.6], "n": [10, 10, 10]}
    ),
    "stories": word_of_mouth.simulate_word_of_mouth(word_of_mouth.WordOfMouth(), stories=50, seed=1),
    "cost": points.cost_of_points(make_frames()["points"], make_frames()["receipts"]),
    "comparison": card.compare_members_with_others(make_frames()["panel"], draws=20, seed=1),
    "counted": pd.DataFrame(
        {"purpose": ["acquisition", "retention"], "cost_each_cny": [60.0, 10.0], "hours_each": [1.0, 0.5]}
    ),
}
DESCRIBED = {
    "waiting": service.WAITING,
    "stories": word_of_mouth.STORIES,
    "cost": points.STAIRCASE,
    "comparison": card.CARD_GAP,
    "counted": winning.COUNTED,
}
CALLS = {
    "fit_waiting_slope": (
        lambda t: service.fit_waiting_slope(t["waiting"]), {"waiting": list(service.WAITING.columns)}),
    "plot_waiting_against_satisfaction": (
        lambda t: service.plot_waiting_against_satisfaction(t["waiting"]), {"waiting": ["minutes_waited"]}),
    "plot_word_of_mouth": (lambda t: word_of_mouth.plot_word_of_mouth(t["stories"]), {"stories": ["lost"]}),
    "plot_cost_of_points": (lambda t: points.plot_cost_of_points(t["cost"]), {"cost": ["sales_share"]}),
    "plot_card_gap": (
        lambda t: card.plot_card_gap(t["comparison"]), {"comparison": ["ratio", "low", "high"]}),
    "compare_counted_costs": (
        lambda t: winning.compare_counted_costs(t["counted"]), {"counted": ["cost_each_cny", "hours_each"]}),
    "measure_recovery": (lambda t: service.measure_recovery(t["numbered"]), {}),
    "measure_yearly_spend": (lambda t: loyalty.measure_yearly_spend(t["receipts"], as_of="2026-01-01"), {}),
    "cost_of_points": (lambda t: points.cost_of_points(t["points"], t["receipts"]), {}),
    "estimate_points_cost": (lambda t: points.estimate_points_cost(t["points"], t["receipts"]), {}),
}  # fmt: skip
FRAMES["numbered"] = FRAMES["complaints"].assign(complaint_id=[1, 2, 3])
DOUBLES = [
    ("compare_counted_costs", "counted", "purpose"),
    ("measure_recovery", "numbered", "complaint_id"),
    ("measure_yearly_spend", "receipts", "receipt_id"),
    ("cost_of_points", "receipts", "receipt_id"),
    ("estimate_points_cost", "receipts", "receipt_id"),
]


(
    test_a_spoilt_table_is_refused_by_name,
    test_a_repeated_row_is_refused,
    test_the_input_is_left_as_it_was_and_one_row_is_answered,
) = make_tests(CALLS, FRAMES, DESCRIBED, DOUBLES)


@pytest.mark.parametrize("value", [-1, np.nan, np.inf, "ten", None])
def test_a_number_that_cannot_be_is_refused(value):
    for call in (
        lambda: fee.fee_break_even(fee_cny=value),
        lambda: fee.break_even_spend([fee.BASIC_POINTS], fee_cny=value),
        lambda: fee.list_break_even_benefits(value),
        lambda: fee.list_break_even_benefits(fee_cny=value),
        lambda: fee.list_bundles(fee_cny=value),
        lambda: fee.search_break_even([fee.BASIC_POINTS], basket_cny=value),
        lambda: fee.search_break_even([fee.BASIC_POINTS], basket_cny=10, fee_cny=value),
        lambda: fee.search_break_even([fee.BASIC_POINTS], basket_cny=10, up_to_cny=value),
        lambda: service.measure_recovery(FRAMES["complaints"], within_days=value),
        lambda: service.count_queue_breaches(FRAMES["queues"], limit=value),
        lambda: response.describe_response(FRAMES["surveys"], FRAMES["receipts"], days=value),
        lambda: repurchase.follow_answers(FRAMES["surveys"], FRAMES["receipts"], within_days=value),
        lambda: loyalty.assign_frequency_rewards(FRAMES["receipts"], as_of="2026-01-01", every=value),
        lambda: loyalty.assign_frequency_rewards(FRAMES["receipts"], as_of="2026-01-01", within_days=value),
        lambda: word_of_mouth.simulate_word_of_mouth(stories=value, seed=1),
        lambda: word_of_mouth.WordOfMouth(share_leaving=value),
    ):
        with pytest.raises(ValueError, match="expected"):
            call()
    for draw in (lambda v: fee.plot_fee_break_even(yearly_spend=v), fee.explore_fee_break_even):
        with pytest.raises(ValueError, match="yearly_spend: 1 of 2 values are wrong"):
            draw([100.0, value])


def test_a_purpose_that_was_not_counted_is_named():
    with pytest.raises(ValueError, match="the purpose retention is missing"):
        winning.compare_counted_costs(FRAMES["counted"].head(1))
    with pytest.raises(TableError, match=r"comparison\.ratio: 1 of "):
        card.plot_card_gap(FRAMES["comparison"], pd.DataFrame({"ratio": [1.1, np.nan]}).head(2).tail(1))


@pytest.mark.parametrize(
    "call",
    [
        lambda t: loyalty.measure_loyalty(t["receipts"], as_of="2026-01-01"),
        lambda t: loyalty.measure_yearly_spend(t["receipts"], as_of="2026-01-01"),
        lambda t: loyalty.assign_frequency_rewards(t["receipts"], as_of="2026-01-01"),
        lambda t: winning.cost_per_customer(
            t["marketing_costs"], t["members"], t["receipts"], as_of="2026-01-01"
        ),
        lambda t: repurchase.join_scores_with_retention(t["surveys"], t["receipts"], as_of="2025-01-01"),
        lambda t: points.measure_breakage(t["points"], as_of="2025-01-01"),
        lambda t: ledger.balance_points(t["points"], as_of="2024-01-01"),
    ],
)
def test_rows_after_the_day_change_nothing(call):
    late = pd.Timestamp("2027-05-05")
    receipts, booked = FRAMES["receipts"], FRAMES["points"]
    more = {
        "receipts": receipts.head(3).assign(receipt_id=[91, 92, 93], purchased_at=late, dispatched_on=late),
        "points": booked.head(2).assign(booked_on=late),
    }
    longer = {key: pd.concat([FRAMES[key], rows], ignore_index=True) for key, rows in more.items()}
    assert call(FRAMES).equals(call({**FRAMES, **longer}))
