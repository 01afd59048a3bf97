"""Recovery: steps and times of complaints, the speed trial, the paradox, winning back, triage."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.recovery import complaints, paradox, win_back
from crmlib.recovery import speed as recovery
from crmlib.recovery import triage as triage_module
from crmlib.recovery.paradox import KINDS
from crmlib.tables.errors import TableError
from tests.churn.calls import (
    ARMS,
    make_campaigns,
    make_complaints,
    make_contacts,
    make_exits,
    make_outcomes,
    make_problems,
    make_receipts,
    make_truth,
)

mpl.use("agg")

DAY = "2025-12-31"


# --- lists of the course ---------------------------------------------------------------------------------


def test_the_three_lists_have_five_six_and_six_steps():
    steps = complaints.list_steps().set_index("what")
    counts = {name: sorted(set(steps[name]) - {"–"}) for name in steps}
    assert [counts[name][-1] for name in ("five_steps", "store_chain", "sales_deck")] == ["5", "6", "6"]
    assert all(counts[name] == [str(k) for k in range(1, len(counts[name]) + 1)] for name in counts)


def test_the_lists_disagree_about_apology_and_justification():
    steps = complaints.list_steps().set_index("what")
    assert steps.loc["judge whether it is justified"].tolist() == ["3", "–", "–"]
    assert steps.loc["apologise"].tolist() == ["–", "3", "3"]
    assert (steps.loc["listen"] != "–").all()


def test_there_are_fourteen_taboos_in_two_languages():
    taboos = complaints.list_taboos()
    assert len(taboos) == 14 and taboos["taboo"].is_unique and taboos["taboo_zh"].is_unique


# --- times and silence -----------------------------------------------------------------------------------


def test_status_is_what_was_known_on_the_day():
    status = complaints.assign_status(make_complaints(), as_of="2025-03-04").set_index("complaint_id")[
        "status"
    ]
    assert status[1] == "closed" and status[3] == "offered" and status[8] == "acknowledged"
    with pytest.raises(ValueError, match="none was opened up to"):
        complaints.assign_status(make_complaints(), as_of="2024-01-01")


def test_open_complaints_are_counted_and_not_timed():
    times = complaints.measure_step_times(make_complaints()).set_index("step")
    assert times.loc["acknowledged", "median_hours"] == 2
    assert times.loc["offered", ["reached", "open", "median_hours"]].tolist() == [7, 1, 94]
    assert times.loc["closed", "median_hours"] == 24


def test_steps_in_the_wrong_order_of_time_are_refused():
    wrong = make_complaints()
    wrong.loc[2, "closed_at"] = wrong.loc[2, "opened_at"]
    with pytest.raises(ValueError, match=r"1 have closed_at before offered_at \(complaint_id 3\). Swap"):
        complaints.measure_step_times(wrong)


def test_reporting_adds_up_over_levels():
    problems = make_problems().assign(severity=lambda t: np.where(t.index % 3 == 0, "severe", "minor"))
    table = complaints.measure_reporting(problems).set_index("level")
    parts = table.drop("all")
    told = (parts["problems"] * parts["reported_share"]).sum()
    assert told == pytest.approx(problems["complaint_id"].notna().sum())
    assert parts["problems"].sum() == table.loc["all", "problems"]
    with pytest.raises(ValueError, match="expected severity or topic"):
        complaints.measure_reporting(problems, by="store")


def test_a_wish_for_an_unknown_product_is_named():
    wishes = pd.DataFrame({"customer_id": [7], "product_id": [1], "wanted_at_cny": [60.0]})
    products = pd.DataFrame({"product_id": [1001], "list_price_cny": [69.0]})
    with pytest.raises(
        ValueError, match=r"1 of 1 are for products that are not in products \(product_id 1\)"
    ):
        complaints.find_answerable_wishes(wishes, products)


# --- the trial of speed ----------------------------------------------------------------------------------


def test_the_speed_trial_compares_what_chance_decided():
    speed = recovery.measure_speed_trial(make_contacts(), make_complaints(), make_campaigns()).set_index(
        "arm"
    )
    assert speed["complaints"].tolist() == [4, 4] and speed["median_days"].tolist() == [6.0, 2.5]
    assert speed["answered"].to_dict() == {"normal": 3, "fast": 4}
    assert speed["satisfied_share"].round(3).to_dict() == {"normal": 0.333, "fast": 1.0}
    effect = recovery.estimate_speed_on_satisfaction(speed.reset_index())
    assert effect.value == pytest.approx(2 / 3) and effect.n == 7


def test_staying_is_counted_from_each_members_own_day():
    effect = recovery.estimate_speed_on_staying(make_contacts(), make_receipts(), make_campaigns())
    assert effect.value == 0 and effect.n == 8  # half of each arm are odd members, who buy every quarter


def test_without_a_trial_there_is_no_effect():
    with pytest.raises(ValueError, match="0 recovery trials"):
        recovery.measure_speed_trial(make_contacts(), make_complaints(), make_campaigns().tail(1))


def test_a_trial_four_times_as_large_finds_half_the_effect():
    small, large = (recovery.find_detectable_effect(n, share=0.5) for n in (100, 400))
    assert small == pytest.approx(2 * large)
    with pytest.raises(ValueError, match="expected 2 customers or more in each group"):
        recovery.find_detectable_effect(1, share=0.5)


def test_the_detectable_effect_is_found_four_times_in_five():
    share, n = 0.5, 400
    effect = recovery.find_detectable_effect(n, share=share)
    rng = np.random.default_rng(4)
    one, other = rng.binomial(n, share + effect / 2, 4000) / n, rng.binomial(n, share - effect / 2, 4000) / n
    error = np.sqrt((one * (1 - one) + other * (1 - other)) / n)
    assert ((one - other) / error > 1.96).mean() == pytest.approx(0.8, abs=0.03)


# --- the paradox -----------------------------------------------------------------------------------------


def make_visits(*, attached_complain: bool) -> pd.DataFrame:
    """Problems cost ten points of staying everywhere; the attached stay more, and complain or not."""
    rng = np.random.default_rng(6)
    n = 20_000
    alike = rng.integers(0, 2, n)
    problem = rng.random(n) < 0.3
    told = problem & (rng.random(n) < (np.where(alike == 1, 0.8, 0.1) if attached_complain else 0.5))
    kind = np.select([told, problem], [KINDS[2], KINDS[1]], KINDS[0])
    stayed = rng.random(n) < 0.5 + 0.4 * alike - 0.1 * problem
    return pd.DataFrame({"customer_id": np.arange(n) // 10, "kind": kind, "stayed": stayed, "alike": alike})


def test_selection_makes_a_paradox_and_comparing_alikes_removes_it():
    table = paradox.compare_paradox(make_visits(attached_complain=True)).set_index("kind")
    told = table.loc[KINDS[2]]
    assert told["raw"] > 0 and told["alike_low"] < -0.1 < told["alike_high"]


def test_without_selection_both_comparisons_agree():
    table = paradox.compare_paradox(make_visits(attached_complain=False))
    assert (table["raw"] - table["alike"]).abs().max() < 0.02


def test_visits_carry_their_problem_and_their_future():
    visits = paradox.join_visits_with_problems(
        make_receipts(), make_problems(), make_truth(), as_of="2026-01-01"
    )
    assert set(visits["kind"]) == set(KINDS)
    odd = visits["customer_id"] % 2 == 1
    assert visits.loc[odd, "stayed"].all() and not visits.loc[~odd, "stayed"].any()
    assert visits["alike"].between(0, 24).all()


def test_the_paradox_needs_all_three_kinds():
    visits = make_visits(attached_complain=True)
    with pytest.raises(ValueError, match="all three kinds"):
        paradox.compare_paradox(visits[visits["kind"] != KINDS[2]])


# --- winning back ----------------------------------------------------------------------------------------


def test_win_backs_are_counted_and_compared_with_nobody_contacted():
    table = win_back.measure_win_back(make_contacts(), make_receipts(), make_campaigns()).set_index("arm")
    assert table["n"].unique().tolist() == [8] and table["share"].unique().tolist() == [0.5]
    assert (table["extra"] == 0).all()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=5, max_size=5))
def test_the_four_effects_are_sums_of_the_five_shares(shares):
    frame = pd.DataFrame({"arm": ARMS, "share": shares, "n": 100})
    effect = win_back.compare_offers(frame).set_index("effect")["value"]
    share = dict(zip(ARMS, shares, strict=True))
    assert effect["price"] + effect["upgrade"] == pytest.approx(share["both"] - share["neither"])
    assert effect["letter alone"] == pytest.approx(share["neither"] - share["control"])


def test_an_arm_that_is_missing_is_named():
    contacts = make_contacts()
    with pytest.raises(ValueError, match="arms missing: control"):
        win_back.measure_win_back(contacts[contacts["arm"] != "control"], make_receipts(), make_campaigns())
    with pytest.raises(ValueError, match="the arms both are missing"):
        win_back.compare_offers(pd.DataFrame({"arm": ARMS[:4], "share": 0.1, "n": 9}))


def test_some_of_the_lost_were_never_lost():
    share = win_back.count_truly_lost(make_contacts(), make_campaigns(), make_truth())
    assert share.value == 0.5 and share.n == 40


def test_second_lives_are_followed_to_their_end():
    truth = make_truth()
    truth.loc[[1, 3], "second_started_on"] = pd.Timestamp("2025-02-10")
    truth.loc[1, "second_left_on"] = pd.Timestamp("2025-04-01")
    lives = win_back.follow_second_lives(make_contacts(), make_campaigns(), truth, as_of="2026-01-01")
    assert lives[["customer_id", "days", "left"]].to_numpy().tolist() == [[2, 50, True], [4, 325, False]]
    with pytest.raises(ValueError, match="nobody in the trial began a second life"):
        win_back.follow_second_lives(make_contacts(), make_campaigns(), make_truth(), as_of="2026-01-01")


def test_the_second_margin_counts_everybody_written_to():
    table = win_back.measure_second_margin(make_contacts(), make_receipts(), make_campaigns()).set_index(
        "arm"
    )
    assert table["margin_cny"].nunique() == 1 and table.loc["control", "profit_cny"] == 0
    assert table.loc["both", "profit_cny"] == pytest.approx(-2.5)


# --- triage ----------------------------------------------------------------------------------------------


def make_lost(n: int = 10) -> pd.DataFrame:
    margin = np.linspace(10, 500, n)
    return pd.DataFrame({"customer_id": range(1, n + 1), "margin_before_cny": margin, "reason": "price"})


def test_the_decision_table_has_a_line_for_every_value_and_reason():
    actions = triage_module.list_triage_actions()
    assert actions.groupby("asks").size().to_dict() == {"reason": 7, "value": 4}
    assert {"见机行事", "尽力挽回", "极力挽回", "放弃"} <= set(actions["action_zh"])


def test_the_most_valuable_get_the_utmost_effort():
    triage = triage_module.assign_triage(make_lost())
    assert triage["value"].astype(str).value_counts().to_dict() == {"ordinary": 4, "small": 4, "important": 2}
    assert triage.loc[triage["margin_before_cny"].idxmax(), "effort"].startswith("utmost")


def test_who_moved_is_not_chased_whatever_her_value():
    triage = triage_module.assign_triage(make_lost().assign(reason="moved"))
    assert set(triage["effort"]) == {"part as friends"}


def test_shares_and_reasons_of_the_triage_are_checked():
    with pytest.raises(ValueError, match="leave room for small customers"):
        triage_module.assign_triage(make_lost(), important_share=0.7, ordinary_share=0.4)
    with pytest.raises(ValueError, match=r"lost\.reason: weather unknown"):
        triage_module.assign_triage(make_lost().assign(reason="weather"))


def test_the_lost_are_described_from_their_last_good_year():
    lost = triage_module.describe_lost(make_receipts(), make_exits(), as_of=DAY).set_index("customer_id")
    assert list(lost.index) == list(range(2, 41, 2)) and set(lost["margin_before_cny"]) == {60.0}
    assert lost.loc[6, "reason"] == "price" and lost.loc[40, "reason"] == "unknown"
    with pytest.raises(ValueError, match="nobody was silent for more than 5000 days"):
        triage_module.describe_lost(make_receipts(), make_exits(), as_of=DAY, silence_days=5000)


def test_an_arm_is_priced_by_margin_less_contact():
    profits = triage_module.price_arms(make_outcomes(), make_contacts(), make_receipts(), make_campaigns())
    assert profits.loc[1].tolist() == pytest.approx([0, -2.5, -2.5, -2.5, -2.5])
    assert profits.loc[5, "both"] == pytest.approx(30 - 2.5)


def test_no_rule_beats_the_best_possible_one():
    profits = triage_module.price_arms(make_outcomes(), make_contacts(), make_receipts(), make_campaigns())
    rules = {arm: pd.Series(arm, index=profits.index) for arm in ARMS}
    table = triage_module.compare_rules(profits, rules).set_index("rule")
    assert (table["profit_cny"] <= table.loc["best possible", "profit_cny"] + 1e-9).all()
    assert table.loc["control", ["contacted", "profit_cny"]].tolist() == [0, 0]
    assert table.loc["best possible", "contacted"] == 8
    with pytest.raises(ValueError, match="rule 'bad': expected one of the arms"):
        triage_module.compare_rules(profits, {"bad": pd.Series("gift", index=profits.index)})


# --- bad input of every kind -----------------------------------------------------------------------------

CALLS = {
    "measure_step_times": (complaints.measure_step_times, make_complaints(), ["opened_at", "closed_at"]),
    "measure_reporting": (complaints.measure_reporting, make_problems(), ["severity", "complaint_id"]),
    "measure_speed_trial": (
        lambda t: recovery.measure_speed_trial(make_contacts(), t, make_campaigns()),
        make_complaints(),
        ["customer_id", "opened_at", "satisfaction_after"],
    ),
    "join_visits": (
        lambda t: paradox.join_visits_with_problems(t, make_problems(), make_truth(), as_of=DAY),
        make_receipts(),
        ["receipt_id", "customer_id", "purchased_at"],
    ),
    "measure_win_back": (
        lambda t: win_back.measure_win_back(t, make_receipts(), make_campaigns()),
        make_contacts(),
        ["campaign_id", "customer_id", "cost_cny"],
    ),
    "measure_second_margin": (
        lambda t: win_back.measure_second_margin(make_contacts(), t, make_campaigns()),
        make_receipts(),
        ["customer_id", "purchased_at", "margin_cny"],
    ),
    "assign_triage": (triage_module.assign_triage, make_lost(), ["customer_id", "margin_before_cny"]),
    "price_arms": (
        lambda t: triage_module.price_arms(t, make_contacts(), make_receipts(), make_campaigns()),
        make_outcomes(),
        ["bought", "amount_cny"],
    ),
}
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


@pytest.mark.parametrize("bad", [np.inf, "ten", np.nan])
@pytest.mark.parametrize(
    ("name", "column"),
    [("measure_win_back", "cost_cny"), ("assign_triage", "margin_before_cny"), ("price_arms", "amount_cny")],
)
def test_a_value_that_cannot_be_is_refused(name, column, bad):
    call, frame, _ = CALLS[name]
    spoilt = frame.astype({column: object})
    spoilt.loc[0, column] = bad
    with pytest.raises(TableError, match=f"{column}: 1 of "):
        call(spoilt)


@pytest.mark.parametrize(
    ("name", "column"), [("measure_step_times", "opened_at"), ("join_visits", "purchased_at")]
)
def test_a_date_as_text_is_not_guessed(name, column):
    call, frame, _ = CALLS[name]
    with pytest.raises(TableError, match=column):
        call(frame.assign(**{column: frame[column].dt.strftime("%d/%m/%Y")}))


@pytest.mark.parametrize(
    "name", ["measure_step_times", "join_visits", "measure_win_back", "assign_triage", "price_arms"]
)
def test_a_repeated_row_is_refused(name):
    call, frame, _ = CALLS[name]
    with pytest.raises(TableError, match=r"(?s)2 of .*drop_duplicates"):
        call(pd.concat([frame, frame.tail(1)], ignore_index=True))


@pytest.mark.parametrize("name", CALLS)
def test_the_input_is_left_as_it_was(name):
    call, frame, _ = CALLS[name]
    before = frame.copy()
    call(frame)
    pd.testing.assert_frame_equal(frame, before)


# --- charts ----------------------------------------------------------------------------------------------


def test_charts_label_their_axes(capsys):
    speed = recovery.measure_speed_trial(make_contacts(), make_complaints(), make_campaigns())
    back = win_back.measure_win_back(make_contacts(), make_receipts(), make_campaigns())
    profits = triage_module.price_arms(make_outcomes(), make_contacts(), make_receipts(), make_campaigns())
    rules = triage_module.compare_rules(profits, {"everybody": pd.Series("both", index=profits.index)})
    axes = [
        complaints.plot_reporting(complaints.measure_reporting(make_problems())),
        recovery.plot_speed_trial(speed),
        paradox.plot_paradox(paradox.compare_paradox(make_visits(attached_complain=True))),
        win_back.plot_win_back(back),
        triage_module.plot_rules(rules),
    ]
    assert all(ax.get_xlabel() for ax in axes)
    win_back.explore_win_back(back)
    recovery.explore_detectable_effect(n_each=150, share=0.9)
    assert capsys.readouterr().out.count("\n") >= 2
