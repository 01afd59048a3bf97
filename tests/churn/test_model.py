"""Who is about to leave: what could be known on the day, the rule, the model, and the leak."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from crmlib.churn.model import (
    FEATURES,
    add_leak,
    add_outcome,
    describe_behaviour,
    fit_churn_model,
    flag_key_customers,
)
from crmlib.churn.ranking import score_ranking
from crmlib.estimates.forecasts import measure_calibration
from crmlib.tables.errors import TableError
from tests.churn.calls import AS_OF, FRAMES, LAST, make_behaviour

RECEIPTS, COMPLAINTS = FRAMES["receipts"], FRAMES["complaints"]


def buy(*days_ago: int) -> pd.DataFrame:
    """Receipts of customer 1, so many days before 30 June 2025, with a margin of 1, 2, 4 … yuan."""
    when = pd.Timestamp("2025-06-30 18:00") - pd.to_timedelta(days_ago, unit="D")
    return pd.DataFrame(
        {"customer_id": 1, "purchased_at": when, "margin_cny": 2.0 ** np.arange(len(days_ago))}
    )


def complain(*days_ago: int) -> pd.DataFrame:
    """Complaints of customer 1."""
    when = pd.Timestamp("2025-06-30 09:00") - pd.to_timedelta(days_ago, unit="D")
    return pd.DataFrame({"customer_id": 1, "opened_at": when})


def test_the_year_and_the_quarter_end_with_the_day_and_hold_365_and_91_days():
    row = describe_behaviour(buy(0, 90, 91, 364, 365, 400), complain(0, 364, 365), as_of="2025-06-30").iloc[0]
    assert row["purchases_year"] == 4 and row["margin_year_cny"] == 1 + 2 + 4 + 8
    assert row["purchases_last_quarter"] == 2 and row["complaints_year"] == 2
    assert row["silence_days"] == 0 and row["tenure_days"] == 400


def test_the_behaviour_of_two_customers_by_hand():
    # customer 2 comes first in the receipts, bought once 200 days ago, without complaint
    bought = pd.concat([buy(200).assign(customer_id=2, margin_cny=0.126), buy(30, 10)]).astype(
        {"customer_id": "Int64"}
    )
    expected = pd.DataFrame(
        {
            "customer_id": [1, 2],
            "silence_days": [10, 200],
            "purchases_year": [2, 1],
            "purchases_last_quarter": [2, 0],
            "margin_year_cny": [3.0, 0.13],
            "tenure_days": [30, 200],
            "complaints_year": [1, 0],
        }
    )
    found = describe_behaviour(bought, complain(5), as_of="2025-06-30")
    pd.testing.assert_frame_equal(found, expected)


@pytest.mark.parametrize(
    "call",
    [
        lambda people: add_outcome(people, buy(0, -200), as_of="2025-06-30"),
        lambda people: add_leak(people, buy(0), read_on="2025-07-10"),
        flag_key_customers,
    ],
    ids=["outcome", "leak", "key customers"],
)
def test_what_is_added_stands_beside_the_behaviour_in_rows_numbered_anew(call):
    people = pd.DataFrame({"customer_id": [1], "silence_days": [91], "margin_year_cny": [4.0]}, index=[7])
    found = call(people)
    assert found.index.tolist() == [0] and found.columns.tolist()[:3] == people.columns.tolist()


@pytest.mark.parametrize(("days_ago", "gone"), [(-183, False), (-184, True)])
def test_half_a_year_without_a_receipt_is_gone(days_ago, gone):
    bought = pd.concat([buy(days_ago), buy(-200).assign(customer_id=2)])
    assert add_outcome(pd.DataFrame({"customer_id": [1]}), bought, as_of="2025-06-30")["gone"].tolist() == [
        gone
    ]


def test_a_key_customer_is_silent_from_the_ninety_first_day_on():
    people = pd.DataFrame({"customer_id": range(5), "silence_days": [90, 91, 0, 0, 0]})
    flagged = flag_key_customers(people.assign(margin_year_cny=[9.0, 9.0, 1.0, 1.0, 1.0]))
    assert flagged["key"].tolist() == [True, True, False, False, False]  # the best fifth, with a tie
    assert flagged["about_to_leave"].tolist() == [False, True, False, False, False]


def test_who_bought_nothing_in_the_year_is_not_active():
    assert len(describe_behaviour(buy(364), complain(1), as_of="2025-06-30")) == 1
    with pytest.raises(ValueError, match="receipts: nobody bought in the 365 days up to 2025-06-30"):
        describe_behaviour(buy(365), complain(1), as_of="2025-06-30")


def test_behaviour_knows_nothing_later_than_its_day():
    everything = describe_behaviour(RECEIPTS, COMPLAINTS, as_of=AS_OF)
    known = describe_behaviour(FRAMES["receipts until"], COMPLAINTS, as_of=AS_OF)
    pd.testing.assert_frame_equal(everything, known)
    assert set(everything["complaints_year"]) == {0}  # all complaints come later


@pytest.mark.parametrize(("days_ago", "gone"), [(0, True), (-1, False), (-30, False), (-31, True)])
def test_the_outcome_begins_on_the_day_after_the_day(days_ago, gone):
    bought = pd.concat([buy(days_ago), buy(-60).assign(customer_id=2)])
    people = pd.DataFrame({"customer_id": [1]})
    found = add_outcome(people, bought, as_of="2025-06-30", within_days=30)
    assert found["gone"].tolist() == [gone]


def test_receipts_that_end_too_early_make_nobody_gone():
    with pytest.raises(TableError, match=r"receipts end on 2025-06-30.*Choose an earlier day or a shorter"):
        add_outcome(pd.DataFrame({"customer_id": [1]}), buy(0), as_of="2025-06-30", within_days=30)


@pytest.mark.parametrize(
    "call",
    [
        lambda receipts: describe_behaviour(receipts, COMPLAINTS, as_of=LAST),
        lambda receipts: add_outcome(FRAMES["behaviour"], receipts, as_of="2025-06-25", within_days=180),
        lambda receipts: add_leak(FRAMES["behaviour"], receipts, read_on=LAST),
    ],
    ids=["behaviour", "outcome", "leak"],
)
def test_later_receipts_change_nothing(call):
    late = RECEIPTS.tail(2).assign(receipt_id=[10**6, 10**6 + 1], purchased_at=pd.Timestamp("2026-05-05"))
    more = pd.concat([RECEIPTS, late.assign(margin_cny=9e6)], ignore_index=True)
    pd.testing.assert_frame_equal(call(RECEIPTS), call(more))


def test_key_customers_about_to_leave_are_silent_and_valuable():
    # the five members of the chapter by hand, only that the last one is silent for just ninety days
    five = pd.DataFrame({"customer_id": range(1, 6), "silence_days": [100, 5, 200, 0, 90]})
    five["margin_year_cny"] = [300.0, 400.0, 10.0, 20.0, 30.0]
    flagged = flag_key_customers(five, value_share=0.4)
    assert flagged["key"].tolist() == [True, True, False, False, False]
    assert flagged["silent"].tolist() == [True, False, True, False, False]
    assert flagged["about_to_leave"].tolist() == [True, False, False, False, False]


def test_the_weights_are_those_of_a_second_computation():
    sample = make_behaviour(400)
    table = fit_churn_model(sample).table
    design = sm.add_constant(np.log2(1 + sample[list(FEATURES)].to_numpy(dtype=float)))
    second = sm.Logit(sample["gone"].astype(float), design).fit(disp=0)
    limits = np.exp(np.column_stack([second.params, second.conf_int()]))[1:]
    np.testing.assert_allclose(table[["odds_ratio", "low", "high"]], limits, rtol=1e-4)
    assert table["feature"].tolist() == list(FEATURES)


def test_a_model_finds_the_trait_that_matters_and_tells_the_truth_about_later_customers():
    sample, later = make_behaviour(3000), make_behaviour(3000, seed=6)
    model = fit_churn_model(sample)
    odds = model.table.set_index("feature")
    assert odds.loc["silence_days", "low"] > 1
    assert odds.loc["complaints_year", "low"] < 1 < odds.loc["complaints_year", "high"]
    chance = model.predict(later)
    assert chance.mean() == pytest.approx(later["gone"].mean(), abs=0.03)
    assert score_ranking(chance, later["gone"]).value > 0.65
    calibration = measure_calibration(chance, later["gone"])
    assert (calibration["forecast"] - calibration["observed_share"]).abs().max() < 0.15


def test_the_model_predicts_from_the_traits_that_it_learned():
    model = fit_churn_model(FRAMES["behaviour"], features=["silence_days"])
    chance = model.predict(pd.DataFrame({"silence_days": [0, 300]}))
    assert chance[0] < chance[1]
    with pytest.raises(TableError, match="'silence_day' looks like 'silence_days'"):
        model.predict(pd.DataFrame({"silence_day": [0]}))


def test_silence_read_too_late_knows_the_future():
    # customer 1 comes back after the day: to a late export she was never silent
    bought = pd.concat([buy(100), buy(-5), buy(100).assign(customer_id=2)])
    people = pd.DataFrame({"customer_id": [1, 2], "silence_days": [100, 100]})
    late = add_leak(people, bought, read_on="2025-07-10")
    assert late["silence_days"].tolist() == [5, 110]
    assert people["silence_days"].tolist() == [100, 100]


def test_a_customer_without_a_receipt_has_no_silence():
    with pytest.raises(ValueError, match="receipts: 1 customers have none up to 2024-12-31"):
        add_leak(pd.DataFrame({"customer_id": [999]}), RECEIPTS, read_on=AS_OF)


def test_a_trait_that_tells_the_fate_is_suspected():
    leaking = make_behaviour(200).assign(silence_days=lambda t: np.where(t["gone"], 300, 3))
    with pytest.raises(ValueError, match=r"behaviour: .*Suspect a column that knows the future"):
        fit_churn_model(leaking, features=["silence_days"])


def test_two_traits_that_say_the_same_are_no_model():
    twins = make_behaviour(200).assign(tenure_days=lambda t: t["silence_days"])
    with pytest.raises(ValueError, match=r"behaviour: .*or two of them are the same"):
        fit_churn_model(twins)


@pytest.mark.parametrize("gone", [True, False])
def test_nothing_is_learned_if_all_share_one_fate(gone):
    with pytest.raises(ValueError, match=r"behaviour\.gone: all left or all stayed"):
        fit_churn_model(FRAMES["behaviour"].assign(gone=gone))


def test_fifty_customers_are_the_least_to_learn_from():
    with pytest.raises(TableError, match="behaviour: the table has 49 rows, expected at least 50"):
        fit_churn_model(FRAMES["behaviour"].head(49))
