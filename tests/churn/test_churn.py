"""Churn: definitions, survival, mixtures, causes, models and thresholds, and what bad input meets."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.churn import causes, ranking, survival, threshold
from crmlib.churn import definitions as churn
from crmlib.churn import frailty as frailty_module
from crmlib.churn import model as model_module
from crmlib.churn.model import LEAK
from crmlib.churn.threshold import plot_profit_by_threshold
from crmlib.tables.errors import TableError
from tests.churn.calls import (
    make_behaviour,
    make_complaints,
    make_exits,
    make_members,
    make_receipts,
    make_truth,
)

mpl.use("agg")

DAY = "2025-12-31"


def make_lifetimes(days, left, **columns) -> pd.DataFrame:
    return pd.DataFrame({"customer_id": range(1, len(days) + 1), "days": days, "left": left, **columns})


# --- definitions -----------------------------------------------------------------------------------------


def test_a_longer_limit_never_calls_more_members_lost():
    shares = [
        churn.mark_churned(make_receipts(), as_of=DAY, silence_days=k)["churned"].mean()
        for k in (30, 90, 365)
    ]
    assert shares == sorted(shares, reverse=True) and shares[-1] == 0.5


def test_a_definition_that_finds_exactly_the_leavers_is_always_right():
    table = churn.compare_churn_definitions(make_receipts(), make_truth(), as_of=DAY).set_index("definition")
    assert table.loc["silent over 180 days", ["churned_share", "found_share", "right_share"]].tolist() == [
        0.5,
        1,
        1,
    ]
    assert table.index[-1] == "truth" and table.loc["truth", "churned_share"] == 0.5


def test_a_definition_that_calls_nobody_lost_has_no_right_share():
    table = churn.compare_churn_definitions(make_receipts(), make_truth(), as_of=DAY, limits=[2000])
    assert np.isnan(table.loc[0, "right_share"]) and table.loc[0, "churned_share"] == 0


@pytest.mark.parametrize(
    "rule", [{}, {"silence_days": 90, "own_gaps": 3}, {"silence_days": 0}, {"own_gaps": -1}]
)
def test_exactly_one_definition_above_zero_is_expected(rule):
    with pytest.raises(ValueError, match="expected exactly one of them, above 0"):
        churn.mark_churned(make_receipts(), as_of=DAY, **rule)


def test_receipts_after_the_day_are_refused():
    with pytest.raises(TableError, match="purchases up to as_of, 2024-01-01"):
        churn.mark_churned(make_receipts(), as_of="2024-01-01", silence_days=90)


def test_members_without_a_truth_are_counted_and_named():
    with pytest.raises(ValueError, match=r"truth.members: 30 of 40 customers are unknown"):
        churn.compare_churn_definitions(make_receipts(), make_truth().head(10), as_of=DAY)


# --- survival --------------------------------------------------------------------------------------------


def test_survival_of_six_customers_is_what_a_hand_computes():
    # 1 - 1/6 at day 10; the censored one at 15 only leaves the count; then times 3/4 at day 20
    lives = make_lifetimes([10, 15, 20, 30, 30, 30], [True, False, True, False, False, False])
    curve = survival.estimate_survival(lives, step_days=10).set_index("days")["survival"]
    assert curve.round(4).to_dict() == {0: 1.0, 10: 0.8333, 20: 0.625, 30: 0.625}


def test_without_censoring_survival_is_the_plain_share():
    lives = make_lifetimes([5, 15, 25, 35], [True] * 4)
    assert survival.estimate_survival(lives, step_days=10)["survival"].tolist() == [1.0, 0.75, 0.5, 0.25]


def test_dropping_the_unfinished_histories_makes_customers_look_short_lived():
    lives = make_lifetimes([10, 20, 90, 90, 90, 90], [True, True, False, False, False, False])
    honest = survival.estimate_survival(lives, step_days=20).set_index("days").loc[20, "survival"]
    finished = (
        survival.estimate_survival(lives[lives["left"]], step_days=20).set_index("days").loc[20, "survival"]
    )
    assert finished == 0 < honest


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 400), st.booleans()), min_size=2, max_size=40))
def test_survival_falls_and_stays_between_its_limits(people):
    lives = make_lifetimes([day for day, _ in people], [left for _, left in people])
    curve = survival.estimate_survival(lives, step_days=25)
    assert (curve["survival"].diff().dropna() <= 1e-12).all() and curve["survival"].between(0, 1).all()
    assert (curve["low"] <= curve["survival"] + 1e-12).all()
    assert (curve["high"] >= curve["survival"] - 1e-12).all()


def test_survival_does_not_depend_on_the_order_of_rows():
    lives = make_lifetimes([10, 20, 30, 40], [True, False, True, False])
    pd.testing.assert_frame_equal(
        survival.estimate_survival(lives), survival.estimate_survival(lives.sample(frac=1, random_state=2))
    )


def test_log_rank_sees_a_difference_and_none_between_equals():
    days = [*range(10, 60), *range(200, 250)]
    lives = make_lifetimes(days, [True] * 100, group=["a"] * 50 + ["b"] * 50, same=["a", "b"] * 50)
    assert survival.compare_survival(lives, by="group").loc[0, "p_value"] < 0.001
    assert survival.compare_survival(lives, by="same").loc[0, "p_value"] > 0.5


def test_one_group_cannot_be_compared():
    with pytest.raises(ValueError, match="1 group, expected at least two"):
        survival.compare_survival(make_lifetimes([1, 2], [True, False], group="a"), by="group")


def test_an_unknown_group_lists_the_columns():
    with pytest.raises(
        ValueError, match="by is 'rivals', expected a column of lifetimes: customer_id, days, left"
    ):
        survival.estimate_survival(make_lifetimes([1], [True]), by="rivals")


def test_following_to_silence_dates_the_leaving_at_the_last_purchase():
    lives = survival.follow_members_to_silence(make_members(), make_receipts(), as_of="2026-01-01")
    assert lives.groupby("left")["days"].unique().map(list).to_dict() == {False: [731], True: [90]}


def test_following_to_the_truth_knows_the_day():
    lives = survival.follow_to_truth(make_members(), make_truth(), as_of="2026-01-01")
    assert set(lives.loc[lives["left"], "days"]) == {100} and lives["left"].mean() == 0.5


def test_the_clock_of_an_answer_starts_with_the_answer():
    surveys = pd.DataFrame(
        {
            "customer_id": [1, 2],
            "answered_on": pd.to_datetime(["2024-01-01"] * 2),
            "satisfaction": pd.array([5, 2], dtype="Int64"),
        }
    )
    lives = survival.follow_answers_to_silence(surveys, make_receipts(), as_of="2026-01-01").set_index(
        "customer_id"
    )
    assert lives.loc[1, "days"] == 366 and lives.loc[2, ["days", "left"]].tolist() == [0, True]


def test_members_who_joined_too_late_cannot_be_followed():
    with pytest.raises(ValueError, match="nobody began before 2022-12-31"):
        survival.follow_members_to_silence(make_members(), make_receipts(), as_of="2023-12-31")
    with pytest.raises(ValueError, match="silence_days is 0"):
        survival.follow_members_to_silence(make_members(), make_receipts(), as_of=DAY, silence_days=0)


# --- mixtures --------------------------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.floats(0.01, 0.99), st.floats(0.3, 1.0), st.floats(0.0, 0.99))
def test_a_mixture_never_loses_retention_although_nobody_changes(part, one, other):
    table = frailty_module.mix_retention([part, 1 - part], [one, other], periods=6)
    assert (table["retention"].diff().dropna() >= -1e-9).all()
    assert table["retention"].max() <= max(one, other) + 1e-9


def test_shares_of_a_mixture_must_sum_to_one():
    with pytest.raises(ValueError, match="shares that sum to 1"):
        frailty_module.mix_retention([0.5, 0.4], [0.9, 0.5])


def test_retention_by_tenure_recovers_a_mixture():
    rng = np.random.default_rng(3)
    stay = np.where(rng.random(6000) < 0.5, 0.9, 0.5)
    periods = rng.geometric(1 - stay) - 1
    days = np.minimum(periods, 4) * 100 + 50
    lives = make_lifetimes(days, periods < 4)
    found = survival.measure_retention_by_tenure(lives, step_days=100)["retention"].to_numpy()
    expected = frailty_module.mix_retention([0.5, 0.5], [0.9, 0.5], periods=4)["retention"].to_numpy()
    assert np.abs(found[:4] - expected[: len(found[:4])]).max() < 0.03


def test_the_tendency_to_leave_falls_among_those_who_are_left():
    members, truth = make_members(200), make_truth(200)
    lives = survival.follow_to_truth(members, truth, as_of="2026-01-01")
    frailty = frailty_module.measure_frailty_by_tenure(lives)["frailty"]
    assert frailty.iloc[0] == 0 and frailty.iloc[1] == -1


def test_frailty_needs_the_truth():
    with pytest.raises(ValueError, match="lifetimes: missing columns: frailty"):
        frailty_module.measure_frailty_by_tenure(make_lifetimes([1], [True]))


# --- causes ----------------------------------------------------------------------------------------------


def test_stated_and_true_shares_are_counted_on_the_same_people():
    table = causes.compare_reasons(make_exits(), make_truth()).set_index("reason")
    assert table.loc["moved", ["stated_share", "true_share"]].tolist() == [0.4, 1.0]
    assert table["stated_share"].sum() == pytest.approx(1)


def test_what_was_said_sums_to_one_for_each_true_cause():
    assert causes.cross_reasons(make_exits(), make_truth()).sum(axis=1).tolist() == pytest.approx([1])


def test_leavers_without_a_true_cause_are_refused():
    with pytest.raises(ValueError, match="1 of 5 interviewed customers have no cause"):
        causes.compare_reasons(make_exits().replace({"customer_id": {10: 11}}), make_truth())


def test_moving_is_not_on_the_list_of_the_course():
    tags = causes.tag_causes(make_exits()).set_index("customer_id")["course_cause"]
    assert tags[2] == "not on the list" and tags[6] == "c: price"


# --- models ----------------------------------------------------------------------------------------------


def test_behaviour_knows_nothing_later_than_its_day():
    receipts, complaints = make_receipts(), make_complaints()
    day = "2024-12-31"
    earlier = receipts[receipts["purchased_at"] <= day]
    pd.testing.assert_frame_equal(
        model_module.describe_behaviour(receipts, complaints, as_of=day),
        model_module.describe_behaviour(earlier, complaints, as_of=day),
    )


def test_the_outcome_counts_only_receipts_of_its_period():
    found = model_module.add_outcome(
        pd.DataFrame({"customer_id": [1, 2]}), make_receipts(), as_of="2024-12-31", within_days=183
    )
    assert found["gone"].tolist() == [False, True]
    with pytest.raises(ValueError, match="Choose an earlier day or a shorter period"):
        model_module.add_outcome(found, make_receipts(), as_of="2025-10-01")


def test_key_customers_are_silent_and_valuable():
    flagged = model_module.flag_key_customers(make_behaviour(), silence_days=90, value_share=0.2)
    assert flagged["key"].mean() == pytest.approx(0.2, abs=0.01)
    assert (flagged["about_to_leave"] == (flagged["key"] & flagged["silent"])).all()
    with pytest.raises(ValueError, match="value_share is 20"):
        model_module.flag_key_customers(make_behaviour(), value_share=20)


def test_a_model_finds_the_trait_that_matters_and_is_calibrated():
    sample, later = make_behaviour(3000), make_behaviour(3000, seed=6)
    model = model_module.fit_churn_model(sample)
    odds = model.table.set_index("feature")
    assert odds.loc["silence_days", "low"] > 1
    assert odds.loc["complaints_year", "low"] < 1 < odds.loc["complaints_year", "high"]
    chance = model.predict(later)
    assert chance.mean() == pytest.approx(later["gone"].mean(), abs=0.03)
    assert ranking.score_ranking(chance, later["gone"]).value > 0.65
    calibration = ranking.measure_calibration(chance, later["gone"])
    assert (calibration["forecast"] - calibration["gone_share"]).abs().max() < 0.15


def test_a_trait_that_knows_the_future_is_suspected():
    leaking = make_behaviour().assign(silence_days_late=lambda t: np.where(t["gone"], 300, 3))
    with pytest.raises(ValueError, match="Suspect a column that knows the future"):
        model_module.fit_churn_model(leaking, features=[LEAK])


def test_a_late_export_makes_the_model_too_good():
    frame = pd.DataFrame({"customer_id": [1, 2]})
    late = model_module.add_leak(frame, make_receipts(), read_on="2024-12-31")
    assert late.loc[1, LEAK] > 600 > late.loc[0, LEAK]
    with pytest.raises(ValueError, match="1 customers have none up to"):
        model_module.add_leak(pd.DataFrame({"customer_id": [999]}), make_receipts(), read_on="2024-12-31")


def test_nothing_is_learned_if_all_stayed():
    with pytest.raises(ValueError, match="all left or all stayed"):
        model_module.fit_churn_model(make_behaviour().assign(gone=False))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 20), st.booleans()), min_size=3, max_size=40))
def test_turning_a_score_round_turns_its_ranking_round(people):
    score, gone = np.array([s for s, _ in people]), np.array([g for _, g in people])
    if gone.all() or not gone.any():
        return
    forth, back = ranking.score_ranking(score, gone).value, ranking.score_ranking(-score, gone).value
    assert forth + back == pytest.approx(1) and 0 <= forth <= 1


def test_a_perfect_and_an_empty_score():
    assert ranking.score_ranking([3, 2, 1], [True, False, False]).value == 1
    assert ranking.score_ranking([1, 1, 1], [True, False, False]).value == 0.5
    with pytest.raises(ValueError, match="nothing to rank"):
        ranking.score_ranking([1, 2], [True, True])
    with pytest.raises(ValueError, match=r"measure_lift: score: 1 of 2 values are wrong \(position 1: nan\)"):
        ranking.measure_lift([1, np.nan], [True, False])


def test_lift_ends_with_everybody_reached():
    table = ranking.measure_lift([4, 3, 2, 1], [True, True, False, False], steps=4)
    assert table["reached_share"].tolist() == [0.5, 1, 1, 1] and table["lift"].iloc[-1] == 1


def test_the_threshold_is_cost_over_what_a_contact_saves():
    assert threshold.find_threshold(contact_cost_cny=3, value_cny=60, saved_share=0.25) == 0.2
    with pytest.raises(ValueError, match="expected numbers above 0, and a share of at most 1"):
        threshold.find_threshold(contact_cost_cny=3, value_cny=60, saved_share=1.5)


def test_the_profit_peaks_at_the_threshold_of_the_formula():
    rng = np.random.default_rng(8)
    chance = rng.uniform(0, 1, 40_000)
    gone = rng.random(40_000) < chance
    table = threshold.count_profit_by_threshold(chance, gone, 100.0, contact_cost_cny=3, saved_share=0.1)
    assert table.loc[table["profit_cny"].idxmax(), "threshold"] == pytest.approx(0.3, abs=0.051)


def test_lengths_must_agree_before_profit_is_counted():
    with pytest.raises(ValueError, match="2 probabilities, 1 fates"):
        threshold.count_profit_by_threshold([0.1, 0.2], [True], 1.0, contact_cost_cny=1, saved_share=0.1)


# --- bad input of every kind -----------------------------------------------------------------------------

LIVES = make_lifetimes([10, 20, 30], [True, False, True])
CALLS = {
    "mark_churned": (lambda t: churn.mark_churned(t, as_of=DAY, silence_days=90), make_receipts(),
                     ["customer_id", "purchased_at", "amount_cny"]),
    "follow_to_truth": (lambda t: survival.follow_to_truth(make_members(), t, as_of=DAY), make_truth(),
                        ["customer_id", "left_on", "frailty"]),
    "estimate_survival": (survival.estimate_survival, LIVES, ["days", "left"]),
    "compare_reasons": (lambda t: causes.compare_reasons(t, make_truth()), make_exits(),
                        ["customer_id", "stated_reason"]),
    "describe_behaviour": (lambda t: model_module.describe_behaviour(t, make_complaints(), as_of=DAY),
                           make_receipts(), ["customer_id", "purchased_at", "margin_cny"]),
    "flag_key_customers": (model_module.flag_key_customers, make_behaviour(), ["silence_days", "margin_year_cny"]),
    "fit_churn_model": (model_module.fit_churn_model, make_behaviour(), ["silence_days", "purchases_year", "gone"]),
}  # fmt: skip
NEEDED = [(name, column) for name, (_, _, columns) in CALLS.items() for column in columns]


@pytest.mark.parametrize(("name", "column"), NEEDED)
def test_a_missing_or_misspelt_column_is_named(name, column):
    call, frame, _ = CALLS[name]
    with pytest.raises(TableError, match=column):
        call(frame.drop(columns=column))
    with pytest.raises(TableError, match=f"looks like '{column}'"):
        call(frame.rename(columns={column: f"{column}s"}))


@pytest.mark.parametrize("name", CALLS)
def test_an_empty_table_and_something_else_are_refused(name):
    call, frame, _ = CALLS[name]
    with pytest.raises(TableError, match="0 rows"):
        call(frame.head(0))
    with pytest.raises(TypeError, match="expected a pandas DataFrame"):
        call([1])


@pytest.mark.parametrize("bad", [np.inf, -3.0, "ten", np.nan])
@pytest.mark.parametrize(
    ("name", "column"),
    [("mark_churned", "amount_cny"), ("estimate_survival", "days"), ("fit_churn_model", "silence_days")],
)
def test_a_value_that_cannot_be_is_refused(name, column, bad):
    call, frame, _ = CALLS[name]
    spoilt = frame.astype({column: object})
    spoilt.loc[0, column] = bad
    with pytest.raises(TableError, match=f"{column}: 1 of "):
        call(spoilt)


@pytest.mark.parametrize("name", ["mark_churned", "describe_behaviour"])
def test_a_date_as_text_is_not_guessed(name):
    call, frame, _ = CALLS[name]
    with pytest.raises(TableError, match="purchased_at"):
        call(frame.assign(purchased_at=frame["purchased_at"].dt.strftime("%d/%m/%Y")))


@pytest.mark.parametrize(
    ("name", "key"), [("estimate_survival", "customer_id"), ("compare_reasons", "customer_id")]
)
def test_a_repeated_customer_is_refused(name, key):
    call, frame, _ = CALLS[name]
    with pytest.raises(TableError, match=f"(?s){key}: 2 of .*drop_duplicates"):
        call(pd.concat([frame, frame.head(1)], ignore_index=True))


@pytest.mark.parametrize("name", CALLS)
def test_the_input_is_left_as_it_was(name):
    call, frame, _ = CALLS[name]
    before = frame.copy()
    call(frame)
    pd.testing.assert_frame_equal(frame, before)


# --- charts ----------------------------------------------------------------------------------------------


def test_charts_label_their_axes():
    truth = survival.follow_to_truth(make_members(200), make_truth(200), as_of="2026-01-01")
    sample = make_behaviour()
    chance = model_module.fit_churn_model(sample).predict(sample)
    definitions = churn.compare_churn_definitions(make_receipts(), make_truth(), as_of=DAY)
    profits = threshold.count_profit_by_threshold(
        chance, sample["gone"], 9.0, contact_cost_cny=1, saved_share=0.2
    )
    axes = [
        churn.plot_churn_definitions(definitions),
        survival.plot_survival(survival.estimate_survival(truth, by="competition")),
        survival.plot_retention_by_tenure(survival.measure_retention_by_tenure(truth)),
        frailty_module.plot_frailty_by_tenure(frailty_module.measure_frailty_by_tenure(truth)),
        causes.plot_reasons(causes.compare_reasons(make_exits(), make_truth())),
        ranking.plot_calibration(ranking.measure_calibration(chance, sample["gone"])),
        ranking.plot_lift({"model": chance, "silence": sample["silence_days"]}, sample["gone"]),
        plot_profit_by_threshold(profits),
    ]
    assert all(ax.get_xlabel() for ax in axes)


def test_explorers_draw(capsys):
    frailty_module.explore_mixture()
    churn.explore_silence_limit(make_receipts(), make_truth(), as_of=DAY)
    threshold.explore_threshold([0.1, 0.8, 0.5], [False, True, True], [10.0, 50.0, 20.0])
    assert capsys.readouterr().out.count("\n") >= 3
