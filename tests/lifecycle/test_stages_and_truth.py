"""The stage rule, silence and fading against a truth that is known."""

import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.customers.truth import find_true_state
from crmlib.lifecycle.fading import measure_before_leaving, plot_before_leaving
from crmlib.lifecycle.silence import (
    expect_still_customer,
    find_even_odds,
    join_silence_with_truth,
    measure_gone_by_silence,
    plot_gone_by_silence,
)
from crmlib.lifecycle.stages_and_truth import (
    compare_rules,
    compare_with_truth,
    measure_one_time_buyers,
    plot_stages_against_truth,
    score_rule,
)
from crmlib.tables.errors import TableError

DAY = "2024-12-31"


def make_truth(*rows: tuple) -> pd.DataFrame:
    """Truth from (customer, left, second start, second end, purchases a month)."""
    names = ["customer_id", "left_on", "second_started_on", "second_left_on", "visits_per_month"]
    truth = pd.DataFrame(
        [row + (None,) * (4 - len(row)) + (1.0,) if len(row) < 5 else row for row in rows], columns=names
    )
    return truth.astype(dict.fromkeys(names[1:4], "datetime64[us]"))


def make_stages(**stage: str) -> pd.DataFrame:
    """Stages of customers c1, c2, … with harmless counts."""
    index = pd.Index([int(name[1:]) for name in stage], name="customer_id")
    frame = pd.DataFrame({"stage": list(stage.values())}, index=index)
    counts = {"purchases": 5, "recency_days": 20, "age_days": 400, "recent": 3, "before": 3}
    return frame.assign(**counts, gap_days=pd.array([20.0] * len(frame), dtype="Float64"))


def test_a_member_is_gone_from_the_day_of_leaving():
    states = find_true_state(make_truth((1, DAY), (2, "2025-01-01"), (3, "2025-06-01"), (4, None)), as_of=DAY)
    assert states.tolist() == ["gone", "leaving soon", "customer", "customer"]


def test_who_was_won_back_is_a_customer_again_until_leaving_again():
    truth = make_truth(
        (1, "2024-01-01", "2024-06-01", None), (2, "2024-01-01", "2024-06-01", "2024-09-01"),
        (3, "2024-01-01", "2025-06-01", None), (4, "2024-01-01", "2024-06-01", "2025-02-01"),
    )  # fmt: skip
    assert find_true_state(truth, as_of=DAY).tolist() == ["customer", "gone", "gone", "leaving soon"]


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (make_truth((1, None)).drop(columns="left_on"), "truth.members: missing columns: left_on"),
        (make_truth((1, None), (1, None)), "truth.members.customer_id: 2 of 2"),
        (make_truth((1, None)).assign(left_on="2024-01-01"), "truth.members.left_on: 1 of 1"),
    ],
)
def test_a_bad_truth_is_refused(frame, message):
    with pytest.raises(TableError, match=message):
        find_true_state(frame, as_of=DAY)


def test_a_negative_look_ahead_is_refused():
    with pytest.raises(ValueError, match="soon_days is -1, expected 0 or more"):
        find_true_state(make_truth((1, None)), as_of=DAY, soon_days=-1)


STATES = find_true_state(make_truth((1, "2024-01-01"), (2, None), (3, "2024-01-01"), (4, None)), as_of=DAY)


def test_both_errors_of_a_rule_are_counted_by_hand():
    stages = make_stages(c1="decline", c2="termination", c3="growth", c4="growth")
    errors = score_rule(stages, STATES)
    assert (errors["wrong"].value, errors["missed"].value, errors["false_alarm"].value) == (0.5, 0.5, 0.5)
    assert (errors["wrong"].n, errors["missed"].n, errors["false_alarm"].n) == (4, 2, 2)


def test_an_error_that_nobody_can_make_is_left_out():
    errors = score_rule(make_stages(c2="growth", c4="growth"), STATES)
    assert set(errors) == {"wrong"}


def test_the_confusion_matrix_holds_everybody():
    confusion = compare_with_truth(make_stages(c1="decline", c2="decline", c4="growth"), STATES)
    assert confusion.loc["decline"].tolist() == [1, 0, 1] and confusion.to_numpy().sum() == 3
    ax = plot_stages_against_truth(confusion)
    assert "50 % gone" in [text.get_text() for text in ax.texts] and ax.get_xlabel() == "members"


def test_a_customer_whom_the_truth_does_not_know_is_named():
    with pytest.raises(ValueError, match=r"1 of 2 customers have no true state \(customer_id 9\)"):
        score_rule(make_stages(c1="growth", c9="growth"), STATES)
    with pytest.raises(ValueError, match="stages: missing columns: stage"):
        score_rule(pd.DataFrame(index=[1]), STATES)


def test_rules_are_compared_on_the_same_members():
    truth = make_truth((1, "2024-01-01"), (2, None), (3, "2024-01-01"), (4, None))
    stages = make_stages(c1="decline", c2="growth", c3="growth", c4="decline").assign(
        recency_days=[400, 20, 200, 90]
    )
    rules = compare_rules(stages, truth, as_of=DAY, leaving_share_per_month=0.02).set_index("rule")
    assert rules.loc["nobody has gone", "wrong"] == 0.5
    assert rules.loc["silent for more than 182 days", ["wrong", "missed", "false_alarm"]].tolist() == [
        0,
        0,
        0,
    ]
    assert rules.loc["silent for more than 365 days", "missed"] == 0.5
    assert (rules["n"] == 4).all()


def test_one_time_buyers_are_a_share_and_not_names():
    stages = make_stages(c1="termination", c2="termination", c3="growth").assign(
        purchases=[1, 1, 5], recency_days=[200, 200, 10]
    )
    assert measure_one_time_buyers(stages, STATES).value == 0.5
    with pytest.raises(ValueError, match="nobody bought just once, 999 or more days ago"):
        measure_one_time_buyers(stages, STATES, at_least_days=999)


def test_even_odds_of_the_chapter():
    assert find_even_odds(purchases_per_month=2, leaving_share_per_month=0.02) == pytest.approx(69.7, abs=0.1)
    months = find_even_odds(purchases_per_month=0.1, leaving_share_per_month=0.02) / (365.25 / 12)
    assert months == pytest.approx(math.log(7) / 0.12)


@given(rate=st.floats(0.05, 10), leaving=st.floats(0.001, 0.3))
def test_at_even_odds_the_chance_is_one_half(rate, leaving):
    habits = {"purchases_per_month": rate, "leaving_share_per_month": leaving}
    assert expect_still_customer(find_even_odds(**habits), **habits) == pytest.approx(0.5, abs=1e-6)


@given(rate=st.floats(0.05, 10), leaving=st.floats(0.001, 0.3), days=st.integers(0, 2000))
def test_longer_silence_never_makes_a_customer_more_alive(rate, leaving, days):
    now, later = expect_still_customer(
        [days, days + 30], purchases_per_month=rate, leaving_share_per_month=leaving
    )
    assert 0 <= later <= now <= 1
    assert expect_still_customer(0, purchases_per_month=rate, leaving_share_per_month=leaving) == 1


def test_the_formula_agrees_with_ten_thousand_simulated_lives():
    rng = np.random.default_rng(5)
    month, rate, leaving, silence = 365.25 / 12, 1.0, 0.05, 60
    life, next_purchase = rng.exponential(month / leaving, 200_000), rng.exponential(month / rate, 200_000)
    silent = np.minimum(life, next_purchase) > silence
    gone_before = (life <= silence) & (next_purchase > life)
    alive = silent.sum() / (silent.sum() + gone_before.sum())
    expected = expect_still_customer(silence, purchases_per_month=rate, leaving_share_per_month=leaving)
    assert alive == pytest.approx(float(expected), abs=0.01)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"silence_days": -1}, "silence_days: expected days, 0 or more, found -1"),
        ({"silence_days": float("nan")}, "silence_days: expected days"),
        ({"purchases_per_month": 0}, "purchases_per_month: expected purchases a month, above 0"),
        ({"purchases_per_month": float("inf")}, "purchases_per_month: expected"),
        (
            {"leaving_share_per_month": 2},
            "leaving_share_per_month: expected a share between 0 and 1, found 2",
        ),
        ({"leaving_share_per_month": 0}, "leaving_share_per_month: expected"),
    ],
)
def test_habits_that_cannot_be_are_refused(arguments, message):
    good = {"silence_days": 10, "purchases_per_month": 1, "leaving_share_per_month": 0.02} | arguments
    with pytest.raises(ValueError, match=message):
        expect_still_customer(good.pop("silence_days"), **good)


def test_silence_is_joined_with_the_truth_of_those_who_came_back():
    stages = make_stages(c1="growth", c2="growth", c3="growth").assign(purchases=[2, 1, 3])
    truth = make_truth((1, "2024-01-01"), (2, None), (3, None))
    silent = join_silence_with_truth(stages, STATES, truth)
    assert silent.index.tolist() == [1, 3] and silent["gone"].tolist() == [True, True]
    with pytest.raises(ValueError, match="0 customers came back"):
        join_silence_with_truth(stages.assign(purchases=1), STATES, truth)
    with pytest.raises(ValueError, match="1 of them are unknown"):
        join_silence_with_truth(stages, STATES, truth.head(1))


def test_shares_of_the_gone_are_counted_in_bands():
    silent = pd.DataFrame(
        {
            "silence_days": [30, 31, 400, 400],
            "purchases_per_month": [0.05, 1.0, 1.0, 1.0],
            "gone": [False, False, True, False],
        }
    )
    shares = measure_gone_by_silence(silent).set_index(["purchases_per_month", "silence_days"])
    assert shares.loc[("below 0.1", "0–30"), "n"] == 1
    assert shares.loc[("0.8 or more", "over 365"), "gone_share"] == 0.5
    assert shares["n"].sum() == 4
    assert plot_gone_by_silence(measure_gone_by_silence(silent)).get_ylabel() == "share truly gone"
    with pytest.raises(ValueError, match="silent: missing columns: gone"):
        measure_gone_by_silence(silent.drop(columns="gone"))


def make_leavers(amounts: dict[int, list[float]]) -> pd.DataFrame:
    """One purchase a month; the last entry was made 20 days before leaving on 2025-01-01."""
    rows = [
        (customer, pd.Timestamp("2024-12-12") - pd.Timedelta(days=30 * back), amount)
        for customer, several in amounts.items()
        for back, amount in enumerate(reversed(several))
    ]
    return pd.DataFrame(rows, columns=["customer_id", "purchased_at", "amount_cny"])


LEFT = pd.Series(pd.Timestamp("2025-01-01"), index=[1, 2])


def test_who_buys_as_usual_until_the_end_does_not_fade():
    receipts = make_leavers({1: [10.0] * 14, 2: [30.0] * 14})
    table = measure_before_leaving(receipts, LEFT, period_days=60, periods=6).set_index("period")
    np.testing.assert_allclose(table.loc[-6:-1, "amount_share"], 1.0)
    assert table.loc[1, "amount_share"] == 0 and (table["n"] == 2).all()


def test_who_buys_half_in_the_end_has_faded_to_one_half():
    receipts = make_leavers({1: [10.0] * 12 + [5.0] * 2, 2: [30.0] * 12 + [15.0] * 2})
    table = measure_before_leaving(receipts, LEFT, period_days=60, periods=6).set_index("period")
    assert table.loc[-1, "amount_share"] == pytest.approx(0.5)
    ax = plot_before_leaving({"shop": table.reset_index()}, period_days=60)
    assert "share of before" in ax.get_ylabel()
    with pytest.raises(ValueError, match="4 firms, expected 1 to 3"):
        plot_before_leaving(dict.fromkeys("abcd", table.reset_index()))


@settings(max_examples=20, deadline=None)
@given(factor=st.floats(0.1, 50))
def test_fading_does_not_depend_on_the_currency(factor):
    receipts = make_leavers({1: [10.0] * 13 + [4.0], 2: [30.0, 20.0] * 7})
    one = measure_before_leaving(receipts, LEFT, period_days=60)
    other = measure_before_leaving(
        receipts.assign(amount_cny=receipts["amount_cny"] * factor), LEFT, period_days=60
    )
    pd.testing.assert_frame_equal(one, other)


def test_leavers_without_enough_history_are_not_guessed():
    with pytest.raises(ValueError, match="0 leavers have a history of 366 days"):
        measure_before_leaving(make_leavers({1: [10.0] * 3}), LEFT)
    with pytest.raises(ValueError, match="periods is 3, expected at least 4"):
        measure_before_leaving(make_leavers({1: [10.0] * 14}), LEFT, periods=3)
    with pytest.raises(TableError, match="receipts: missing columns: amount_cny"):
        measure_before_leaving(make_leavers({1: [10.0] * 14}).drop(columns="amount_cny"), LEFT)
