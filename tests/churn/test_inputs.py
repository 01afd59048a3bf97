"""Every function of chapter 05 that takes a table: what it says to bad input; and it changes no table."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from crmlib.churn import (
    causes as leaving_causes,
)
from crmlib.churn import (
    definitions as churn,
)
from crmlib.churn import (
    frailty,
    survival,
)
from crmlib.churn import (
    model as churn_model,
)
from crmlib.churn import (
    ranking as churn_ranking,
)
from crmlib.churn import (
    threshold as churn_threshold,
)
from crmlib.recovery import complaints, paradox, triage, win_back
from crmlib.recovery import speed as recovery
from crmlib.tables.dictionary import TABLES
from crmlib.tables.errors import TableError
from tests.churn.calls import (
    make_behaviour,
    make_campaigns,
    make_complaints,
    make_contacts,
    make_exits,
    make_members,
    make_outcomes,
    make_problems,
    make_receipts,
    make_truth,
)
from tests.contracts.spoiling import make_tests

mpl.use("agg")

DAY, LAST = "2024-12-31", "2025-12-31"
OLD = make_receipts()[lambda t: t["purchased_at"] <= DAY].reset_index(drop=True)
TRUTH = make_truth(60)
TRUTH.loc[1, ["second_started_on", "second_left_on"]] = pd.to_datetime(["2025-02-10", "2025-04-01"])
LIVES = survival.follow_to_truth(make_members(60), TRUTH, as_of=LAST)
SAMPLE = make_behaviour()
CHANCE = churn_model.fit_churn_model(SAMPLE).predict(SAMPLE)
PROFITS = triage.price_arms(make_outcomes(), make_contacts(), make_receipts(), make_campaigns())
VISITS = paradox.join_visits_with_problems(make_receipts(), make_problems(), make_truth(), as_of="2026-01-01")
BACK = win_back.measure_win_back(make_contacts(), make_receipts(), make_campaigns())
FRAMES = {
    "receipts": make_receipts(), "old": OLD, "truth": TRUTH, "members": make_members(60), "lives": LIVES,
    "surveys": pd.DataFrame({"customer_id": [1, 2, 3], "answered_on": pd.to_datetime(["2024-01-01"] * 3),
                             "satisfaction": pd.array([5, 2, 4], dtype="Int64")}),
    "definitions": churn.compare_churn_definitions(OLD, TRUTH, as_of=DAY),
    "curves": survival.estimate_survival(LIVES), "retention": survival.measure_retention_by_tenure(LIVES),
    "frailty": frailty.measure_frailty_by_tenure(LIVES), "exits": make_exits(), "behaviour": SAMPLE,
    "few": SAMPLE.head(40),
    "reasons": leaving_causes.compare_reasons(make_exits(), TRUTH), "complaints": make_complaints(),
    "calibration": churn_ranking.measure_calibration(CHANCE, SAMPLE["gone"]),
    "profits": churn_threshold.count_profit_by_threshold(
        CHANCE, SAMPLE["gone"], 9.0, contact_cost_cny=1, saved_share=0.2),
    "problems": make_problems(), "reporting": complaints.measure_reporting(make_problems()),
    "wishes": pd.DataFrame({"customer_id": [7, 8], "product_id": 1001, "wanted_at_cny": [60.0, 80.0]}),
    "products": pd.DataFrame({"product_id": [1001], "list_price_cny": [69.0]}),
    "contacts": make_contacts(), "campaigns": make_campaigns(), "visits": VISITS,
    "speed": recovery.measure_speed_trial(make_contacts(), make_complaints(), make_campaigns()),
    "paradox": paradox.compare_paradox(VISITS, draws=20), "outcomes": make_outcomes(),
    "lost": triage.describe_lost(make_receipts(), make_exits(), as_of=LAST), "prices": PROFITS,
    "rules": triage.compare_rules(PROFITS, {"all": pd.Series("both", index=PROFITS.index)}, draws=20),
    "win_back": BACK,
}  # fmt: skip
DESCRIBED = {
    "old": TABLES["receipts"],
    "truth": TABLES["truth.members"],
    "problems": TABLES["truth.problems"],
    "outcomes": TABLES["truth.outcomes"],
    "lives": frailty.MIXTURE,
    "definitions": churn.DEFINITIONS,
    "curves": survival.CURVES,
    "retention": survival.RETENTION,
    "frailty": frailty.FRAILTY,
    "reasons": leaving_causes.STATED,
    "behaviour": churn_model.BEHAVIOUR,
    "few": churn_model.BEHAVIOUR,
    "calibration": churn_ranking.CALIBRATION,
    "profits": churn_threshold.PROFITS,
    "reporting": complaints.REPORTING,
    "wishes": complaints._WISHES,
    "speed": recovery.SPEED,
    "visits": paradox.VISITS,
    "paradox": paradox.PARADOX,
    "lost": triage.LOST,
    "rules": triage.RULES,
    "win_back": win_back.COUNTED,
}
BOUGHT = ["customer_id", "purchased_at"]
MARGIN = [*BOUGHT, "margin_cny"]
GONE = ["customer_id", "left_on", "second_started_on", "second_left_on"]
LIFE = ["customer_id", "days", "left"]
TIMES = ["complaint_id", "opened_at", "acknowledged_at", "offered_at", "closed_at"]
TRIAL = {
    "contacts": ["campaign_id", "customer_id", "arm", "cost_cny"],
    "campaigns": ["campaign_id", "kind", "randomised", "started_on", "outcome_days"],
}
SPEED = {
    "contacts": ["campaign_id", "customer_id", "arm"],
    "campaigns": ["campaign_id", "kind", "outcome_days"],
}

# name → (the call, table → columns that the function needs)
CALLS = {
    "mark_churned": (
        lambda t: churn.mark_churned(t["old"], as_of=DAY, own_gaps=3), {"old": [*BOUGHT, "amount_cny"]}),
    "compare_churn_definitions": (
        lambda t: churn.compare_churn_definitions(t["old"], t["truth"], as_of=DAY),
        {"old": [*BOUGHT, "amount_cny"], "truth": GONE}),
    "plot_churn_definitions": (
        lambda t: churn.plot_churn_definitions(t["definitions"]),
        {"definitions": ["churned_share", "right_share"]}),
    "explore_silence_limit": (
        lambda t: churn.explore_silence_limit(t["old"], t["truth"], as_of=DAY),
        {"old": BOUGHT, "truth": GONE}),
    "follow_members_to_silence": (
        lambda t: survival.follow_members_to_silence(t["members"], t["receipts"], as_of=LAST),
        {"members": ["customer_id", "joined_on"], "receipts": BOUGHT}),
    "follow_answers_to_silence": (
        lambda t: survival.follow_answers_to_silence(t["surveys"], t["receipts"], as_of=LAST),
        {"surveys": ["customer_id", "answered_on", "satisfaction"], "receipts": BOUGHT}),
    "follow_to_truth": (
        lambda t: survival.follow_to_truth(t["members"], t["truth"], as_of=LAST),
        {"members": ["customer_id", "joined_on"],
         "truth": ["customer_id", "left_on", "frailty", "competition"]}),
    "estimate_survival": (lambda t: survival.estimate_survival(t["lives"]), {"lives": LIFE}),
    "estimate_survival by": (
        lambda t: survival.estimate_survival(t["lives"], by="competition"), {"lives": LIFE}),
    "compare_survival": (lambda t: survival.compare_survival(t["lives"], by="competition"), {"lives": LIFE}),
    "plot_survival": (
        lambda t: survival.plot_survival(t["curves"]),
        {"curves": list(survival.CURVES.columns)}),
    "measure_retention_by_tenure": (
        lambda t: survival.measure_retention_by_tenure(t["lives"]), {"lives": LIFE}),
    "plot_retention_by_tenure": (
        lambda t: survival.plot_retention_by_tenure(t["retention"]),
        {"retention": ["period", "retention", "low"]}),
    "measure_frailty_by_tenure": (
        lambda t: frailty.measure_frailty_by_tenure(t["lives"]), {"lives": [*LIFE, "frailty"]}),
    "plot_frailty_by_tenure": (
        lambda t: frailty.plot_frailty_by_tenure(t["frailty"]), {"frailty": list(frailty.FRAILTY.columns)}),
    "tag_causes": (
        lambda t: leaving_causes.tag_causes(t["exits"]), {"exits": ["customer_id", "stated_reason"]}),
    "compare_reasons": (
        lambda t: leaving_causes.compare_reasons(t["exits"], t["truth"]),
        {"exits": ["customer_id", "stated_reason"], "truth": ["customer_id", "leaving_cause"]}),
    "cross_reasons": (
        lambda t: leaving_causes.cross_reasons(t["exits"], t["truth"]),
        {"exits": ["customer_id", "stated_reason"], "truth": ["customer_id", "leaving_cause"]}),
    "plot_reasons": (
        lambda t: leaving_causes.plot_reasons(t["reasons"]),
        {"reasons": ["stated_share", "low", "true_share"]}),
    "describe_behaviour": (
        lambda t: churn_model.describe_behaviour(t["receipts"], t["complaints"], as_of="2025-06-30"),
        {"receipts": MARGIN, "complaints": ["customer_id", "opened_at"]}),
    "add_outcome": (
        lambda t: churn_model.add_outcome(t["behaviour"], t["receipts"], as_of="2025-06-25", within_days=180),
        {"behaviour": ["customer_id"], "receipts": BOUGHT}),
    "add_leak": (
        lambda t: churn_model.add_leak(t["few"], t["receipts"], read_on="2025-06-30"),
        {"few": ["customer_id"], "receipts": BOUGHT}),
    "flag_key_customers": (
        lambda t: churn_model.flag_key_customers(t["behaviour"]),
        {"behaviour": ["customer_id", "silence_days", "margin_year_cny"]}),
    "fit_churn_model": (
        lambda t: churn_model.fit_churn_model(t["behaviour"]).table,
        {"behaviour": [*churn_model.FEATURES, "gone"]}),
    "predict": (
        lambda t: churn_model.fit_churn_model(SAMPLE).predict(t["behaviour"]),
        {"behaviour": list(churn_model.FEATURES)}),
    "plot_calibration": (
        lambda t: churn_ranking.plot_calibration(t["calibration"]),
        {"calibration": list(churn_ranking.CALIBRATION.columns)}),
    "plot_profit_by_threshold": (
        lambda t: churn_threshold.plot_profit_by_threshold(t["profits"]),
        {"profits": ["threshold", "profit_cny"]}),
    "assign_status": (lambda t: complaints.assign_status(t["complaints"], as_of=LAST), {"complaints": TIMES}),
    "measure_step_times": (lambda t: complaints.measure_step_times(t["complaints"]), {"complaints": TIMES}),
    "measure_reporting": (
        lambda t: complaints.measure_reporting(t["problems"]),
        {"problems": ["severity", "topic", "complaint_id"]}),
    "plot_reporting": (
        lambda t: complaints.plot_reporting(t["reporting"]), {"reporting": ["problems", "reported_share"]}),
    "find_answerable_wishes": (
        lambda t: complaints.find_answerable_wishes(t["wishes"], t["products"]),
        {"wishes": ["product_id", "wanted_at_cny"], "products": ["product_id", "list_price_cny"]}),
    "measure_speed_trial": (
        lambda t: recovery.measure_speed_trial(t["contacts"], t["complaints"], t["campaigns"]),
        {**SPEED, "complaints": ["customer_id", "opened_at", "offered_at", "satisfaction_after"]}),
    "estimate_speed_on_satisfaction": (
        lambda t: recovery.estimate_speed_on_satisfaction(t["speed"]),
        {"speed": ["arm", "answered", "satisfied_share"]}),
    "estimate_speed_on_staying": (
        lambda t: recovery.estimate_speed_on_staying(t["contacts"], t["receipts"], t["campaigns"]),
        {**SPEED, "receipts": BOUGHT}),
    "plot_speed_trial": (
        lambda t: recovery.plot_speed_trial(t["speed"]),
        {"speed": ["arm", "median_days", "satisfied_share", "low"]}),
    "join_visits_with_problems": (
        lambda t: paradox.join_visits_with_problems(t["receipts"], t["problems"], t["truth"], as_of=LAST),
        {"receipts": ["receipt_id", *BOUGHT], "problems": ["receipt_id", "complaint_id"],
         "truth": ["customer_id", "left_on", "relationship_quality", "visits_per_month"]}),
    "compare_paradox": (
        lambda t: paradox.compare_paradox(t["visits"], draws=20), {"visits": list(paradox.VISITS.columns)}),
    "plot_paradox": (
        lambda t: paradox.plot_paradox(t["paradox"]),
        {"paradox": list(paradox.PARADOX.columns)}),
    "describe_lost": (
        lambda t: triage.describe_lost(t["receipts"], t["exits"], as_of=LAST),
        {"receipts": MARGIN, "exits": ["customer_id", "asked_on", "stated_reason"]}),
    "assign_triage": (lambda t: triage.assign_triage(t["lost"]), {"lost": list(triage.LOST.columns)}),
    "price_arms": (
        lambda t: triage.price_arms(t["outcomes"], t["contacts"], t["receipts"], t["campaigns"]),
        {"outcomes": ["campaign_id", "customer_id", "arm", "bought", "amount_cny"],
         "receipts": ["amount_cny", "margin_cny"], **TRIAL}),
    "plot_rules": (lambda t: triage.plot_rules(t["rules"]), {"rules": ["profit_cny", "low", "high"]}),
    "find_win_back": (
        lambda t: win_back.find_win_back(t["contacts"], t["campaigns"])[0], TRIAL),
    "measure_win_back": (
        lambda t: win_back.measure_win_back(t["contacts"], t["receipts"], t["campaigns"]),
        {**TRIAL, "receipts": BOUGHT}),
    "compare_offers": (lambda t: win_back.compare_offers(t["win_back"]), {"win_back": ["arm", "share", "n"]}),
    "count_truly_lost": (
        lambda t: win_back.count_truly_lost(t["contacts"], t["campaigns"], t["truth"]),
        {**TRIAL, "truth": ["customer_id", "left_on"]}),
    "follow_second_lives": (
        lambda t: win_back.follow_second_lives(t["contacts"], t["campaigns"], t["truth"], as_of=LAST),
        {**TRIAL, "truth": ["customer_id", "second_started_on", "second_left_on"]}),
    "measure_second_margin": (
        lambda t: win_back.measure_second_margin(t["contacts"], t["receipts"], t["campaigns"]),
        {**TRIAL, "receipts": MARGIN}),
    "plot_win_back": (
        lambda t: win_back.plot_win_back(t["win_back"]),
        {"win_back": ["arm", "share", "low", "high"]}),
    "explore_win_back": (
        lambda t: win_back.explore_win_back(t["win_back"]), {"win_back": list(win_back.COUNTED.columns)}),
}  # fmt: skip
DOUBLES = [
    ("mark_churned", "old", "receipt_id"),
    ("compare_churn_definitions", "truth", "customer_id"),
    ("follow_members_to_silence", "members", "customer_id"),
    ("follow_to_truth", "truth", "customer_id"),
    ("estimate_survival", "lives", "customer_id"),
    ("measure_frailty_by_tenure", "lives", "customer_id"),
    ("tag_causes", "exits", "customer_id"),
    ("compare_reasons", "exits", "customer_id"),
    ("describe_behaviour", "receipts", "receipt_id"),
    ("describe_behaviour", "complaints", "complaint_id"),
    ("add_outcome", "behaviour", "customer_id"),
    ("add_leak", "few", "customer_id"),
    ("flag_key_customers", "behaviour", "customer_id"),
    ("fit_churn_model", "behaviour", "customer_id"),
    ("assign_status", "complaints", "complaint_id"),
    ("measure_step_times", "complaints", "complaint_id"),
    ("find_answerable_wishes", "products", "product_id"),
    ("measure_speed_trial", "complaints", "complaint_id"),
    ("measure_speed_trial", "contacts", "campaign_id and customer_id"),
    ("estimate_speed_on_satisfaction", "speed", "arm"),
    ("join_visits_with_problems", "receipts", "receipt_id"),
    ("describe_lost", "receipts", "receipt_id"),
    ("describe_lost", "exits", "customer_id"),
    ("assign_triage", "lost", "customer_id"),
    ("price_arms", "outcomes", "campaign_id and customer_id and arm"),
    ("price_arms", "receipts", "receipt_id"),
    ("measure_win_back", "contacts", "campaign_id and customer_id"),
    ("compare_offers", "win_back", "arm"),
    ("measure_second_margin", "receipts", "receipt_id"),
]


(
    test_a_spoilt_table_is_refused_by_name,
    test_a_repeated_row_is_refused,
    test_the_input_is_left_as_it_was_and_one_row_is_answered,
) = make_tests(CALLS, FRAMES, DESCRIBED, DOUBLES)


@pytest.mark.parametrize(
    "day", ["31/12/2024", 20241231, None, pd.NaT, pd.Timestamp("2024-12-31", tz="Asia/Shanghai")]
)
def test_a_day_that_is_not_year_month_day_is_not_guessed(day):
    t = FRAMES
    for call in (
        lambda: churn.mark_churned(OLD, as_of=day, silence_days=90),
        lambda: churn.compare_churn_definitions(OLD, TRUTH, as_of=day),
        lambda: churn.explore_silence_limit(OLD, TRUTH, as_of=day),
        lambda: survival.follow_members_to_silence(t["members"], OLD, as_of=day),
        lambda: survival.follow_answers_to_silence(t["surveys"], OLD, as_of=day),
        lambda: survival.follow_to_truth(t["members"], TRUTH, as_of=day),
        lambda: churn_model.describe_behaviour(OLD, t["complaints"], as_of=day),
        lambda: churn_model.add_outcome(SAMPLE, OLD, as_of=day),
        lambda: churn_model.add_leak(SAMPLE, OLD, read_on=day),
        lambda: complaints.assign_status(t["complaints"], as_of=day),
        lambda: paradox.join_visits_with_problems(OLD, t["problems"], TRUTH, as_of=day),
        lambda: triage.describe_lost(OLD, t["exits"], as_of=day),
        lambda: win_back.follow_second_lives(t["contacts"], t["campaigns"], TRUTH, as_of=day),
    ):
        with pytest.raises(ValueError, match="expected a date written year-month-day"):
            call()


@pytest.mark.parametrize("value", [-1, 0, np.nan, np.inf, "ten", True])
def test_an_option_that_is_no_sensible_number_is_refused(value):
    for call in (
        lambda: churn.mark_churned(OLD, as_of=DAY, silence_days=value),
        lambda: churn.mark_churned(OLD, as_of=DAY, own_gaps=value),
        lambda: churn.compare_churn_definitions(OLD, TRUTH, as_of=DAY, limits=[value]),
        lambda: survival.follow_members_to_silence(FRAMES["members"], OLD, as_of=DAY, silence_days=value),
        lambda: survival.estimate_survival(LIVES, step_days=value),
        lambda: survival.measure_retention_by_tenure(LIVES, step_days=value),
        lambda: frailty.measure_frailty_by_tenure(LIVES, step_days=value),
        lambda: frailty.mix_retention([0.5, 0.5], [0.9, 0.5], periods=value),
        lambda: churn_model.add_outcome(SAMPLE, FRAMES["receipts"], as_of="2024-06-30", within_days=value),
        lambda: churn_model.flag_key_customers(SAMPLE, value_share=value),
        lambda: churn_ranking.measure_calibration(CHANCE, SAMPLE["gone"], groups=value),
        lambda: churn_ranking.measure_lift(CHANCE, SAMPLE["gone"], steps=value),
        lambda: churn_threshold.find_threshold(contact_cost_cny=value, value_cny=9, saved_share=0.1),
        lambda: churn_threshold.find_threshold(contact_cost_cny=1, value_cny=value, saved_share=0.1),
        lambda: churn_threshold.find_threshold(contact_cost_cny=1, value_cny=9, saved_share=value),
        lambda: recovery.find_detectable_effect(value, share=0.5),
        lambda: recovery.find_detectable_effect(100, share=value),
        lambda: recovery.explore_detectable_effect(n_each=100, share=value),
        lambda: triage.assign_triage(FRAMES["lost"], important_share=value),
        lambda: triage.assign_triage(FRAMES["lost"], ordinary_share=value),
        lambda: paradox.join_visits_with_problems(
            FRAMES["receipts"], FRAMES["problems"], TRUTH, as_of=LAST, within_days=value
        ),
    ):
        with pytest.raises(ValueError, match="expected"):
            call()


@pytest.mark.parametrize("value", [-0.1, 1.1, np.nan, np.inf, "half", None])
def test_shares_of_a_mixture_and_probabilities_lie_between_zero_and_one(value):
    for call in (
        lambda: frailty.mix_retention([0.5, 0.5], [value, 0.5]),
        lambda: frailty.mix_retention([value, 0.5], [0.9, 0.5]),
        lambda: churn_ranking.measure_calibration([value, 0.5], [True, False]),
        lambda: churn_threshold.count_profit_by_threshold(
            [value, 0.5], [True, False], 9.0, contact_cost_cny=1, saved_share=0.1
        ),
        lambda: churn_threshold.count_profit_by_threshold(
            [0.2, 0.5], [True, False], 9.0, contact_cost_cny=1, saved_share=0.1, thresholds=[value]
        ),
        lambda: churn_threshold.explore_threshold([value, 0.5], [True, False], 9.0),
        lambda: recovery.plot_speed_trial(FRAMES["speed"], claim=value),
    ):
        with pytest.raises(ValueError, match=r"values are wrong|expected a share"):
            call()


@pytest.mark.parametrize("gone", [["no", "yes"], [None, True], [np.nan, 1.0], [0, 1]])
def test_words_gaps_and_numbers_are_no_fate(gone):
    for call in (
        lambda: churn_ranking.score_ranking([0.2, 0.5], gone),
        lambda: churn_ranking.measure_lift([0.2, 0.5], gone),
        lambda: churn_ranking.plot_lift({"a": [0.2, 0.5]}, gone),
        lambda: churn_threshold.explore_threshold([0.2, 0.5], gone, 9.0),
    ):
        with pytest.raises(TypeError, match="neither True nor False"):
            call()


def test_scores_are_finite_numbers_one_a_customer_and_at_most_four():
    for score in (["a", "b"], [np.inf, 1.0], [None, 1.0], [[1.0, 2.0]], []):
        with pytest.raises(ValueError, match=r"score: .*a finite score for each customer"):
            churn_ranking.score_ranking(score, [True, False])
    with pytest.raises(ValueError, match="3 scores, 2 fates"):
        churn_ranking.score_ranking([1, 2, 3], [True, False])
    with pytest.raises(ValueError, match="plot_lift: 5 scores, expected 1 to 4"):
        churn_ranking.plot_lift({str(k): [1, 2] for k in range(5)}, [True, False])
    with pytest.raises(ValueError, match="value_cny: 1 of 2 values are wrong"):
        churn_threshold.explore_threshold([0.2, 0.5], [True, False], [9.0, np.nan])


def test_later_receipts_are_refused_or_left_out():
    with pytest.raises(TableError, match="purchases up to as_of, 2024-12-31"):
        churn.mark_churned(FRAMES["receipts"], as_of=DAY, silence_days=90)
    late = FRAMES["receipts"].tail(1).assign(receipt_id=10**6, purchased_at=pd.Timestamp("2026-05-05"))
    more = pd.concat([FRAMES["receipts"], late.assign(margin_cny=9e6)], ignore_index=True)
    for call in (
        lambda t: survival.follow_members_to_silence(FRAMES["members"], t, as_of=LAST),
        lambda t: survival.follow_answers_to_silence(FRAMES["surveys"], t, as_of=LAST),
        lambda t: churn_model.describe_behaviour(t, FRAMES["complaints"], as_of=LAST),
        lambda t: churn_model.add_outcome(SAMPLE, t, as_of="2025-06-25", within_days=180),
        lambda t: churn_model.add_leak(SAMPLE.head(40), t, read_on=LAST),
        lambda t: paradox.join_visits_with_problems(t, FRAMES["problems"], TRUTH, as_of=LAST),
        lambda t: triage.describe_lost(t, FRAMES["exits"], as_of=LAST),
        lambda t: win_back.measure_win_back(FRAMES["contacts"], t, FRAMES["campaigns"]),
    ):
        pd.testing.assert_frame_equal(call(FRAMES["receipts"]), call(more))


def test_a_table_that_ends_too_early_does_not_make_customers_silent():
    old, t = FRAMES["old"], FRAMES
    for call in (
        lambda: survival.follow_members_to_silence(t["members"], old, as_of="2027-12-31"),
        lambda: survival.follow_answers_to_silence(t["surveys"], old, as_of="2027-12-31"),
        lambda: churn_model.add_outcome(SAMPLE, old, as_of=DAY),
        lambda: recovery.estimate_speed_on_staying(t["contacts"], old, t["campaigns"]),
        lambda: win_back.measure_win_back(t["contacts"], old, t["campaigns"]),
        lambda: win_back.measure_second_margin(t["contacts"], old, t["campaigns"]),
    ):
        with pytest.raises(TableError, match=r"receipts end on 2024-12-\d\d, but the period ends on"):
            call()


def test_a_second_life_after_the_day_has_not_begun():
    with pytest.raises(ValueError, match="nobody in the trial began a second life up to 2025-02-09"):
        win_back.follow_second_lives(FRAMES["contacts"], FRAMES["campaigns"], TRUTH, as_of="2025-02-09")


def test_an_offer_before_its_complaint_is_refused():
    log = make_complaints()
    log.loc[0, "offered_at"] = pd.Timestamp("2025-01-01")
    with pytest.raises(ValueError, match=r"1 have offered_at before opened_at \(customer_id 1\). Swap them"):
        recovery.measure_speed_trial(make_contacts(), log, make_campaigns())


def test_customers_without_a_group_are_not_dropped_in_silence():
    lives = LIVES.assign(group=["a", None, *["b"] * 58])
    with pytest.raises(ValueError, match=r"lifetimes\.group: 1 of 60 customers have no group"):
        survival.estimate_survival(lives, by="group")


@pytest.mark.parametrize(
    ("profits", "message"),
    [
        (PROFITS.drop(columns="control"), "profits: missing columns: control"),
        (PROFITS.astype(object).replace(0.0, "none"), r"profits\.control: 40 of 40"),
        (PROFITS.assign(both=np.nan), r"profits\.both: 40 of 40"),
        (PROFITS.assign(both=np.inf), r"profits\.both: 40 of 40"),
        (pd.concat([PROFITS, PROFITS.head(1)]), r"profits\.customer_id: 2 of 41"),
        (PROFITS.head(0), "the table has 0 rows"),
        ([], "profits: expected a pandas DataFrame, found list"),
    ],
)
def test_only_whole_prices_are_compared(profits, message):
    with pytest.raises((ValueError, TypeError), match=message):
        triage.compare_rules(profits, {"all": pd.Series("both", index=PROFITS.index)})


@pytest.mark.parametrize(
    "rule",
    [
        pd.Series("both", index=PROFITS.index[:5]),
        pd.Series("gift", index=PROFITS.index),
        pd.Series("both", index=[1] * 40),
        ["both"] * 40,
    ],
)
def test_a_rule_names_one_arm_for_each_customer(rule):
    with pytest.raises(ValueError, match="rule 'mine': expected one of the arms control, neither, price"):
        triage.compare_rules(PROFITS, {"mine": rule})


def test_a_truth_without_every_arm_is_not_priced():
    outcomes = make_outcomes()
    for part in (outcomes.head(7), outcomes[outcomes["customer_id"] > 400]):
        with pytest.raises((ValueError, TableError), match=r"expected all 5 arms of each|0 rows"):
            triage.price_arms(part, make_contacts(), make_receipts(), make_campaigns())
