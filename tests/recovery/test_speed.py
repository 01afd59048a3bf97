"""What chance shows about fast handling, by hand on eight complaints, and what a trial can find."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from crmlib.recovery.speed import estimate_speed_on_staying, find_detectable_effect, measure_speed_trial
from crmlib.tables.errors import TableError
from tests.recovery.calls import FRAMES

CONTACTS, COMPLAINTS, CAMPAIGNS = FRAMES["contacts"], FRAMES["complaints"], FRAMES["campaigns"]


def test_the_speed_trial_compares_what_chance_decided():
    # offers after 1 to 4 days in the fast arm, 5 to 7 in the normal one; scores 5 4 5 4 against 2 1 5
    speed = measure_speed_trial(CONTACTS, COMPLAINTS, CAMPAIGNS).set_index("arm")
    assert speed["complaints"].to_dict() == {"normal": 4, "fast": 4}
    assert speed["median_days"].to_dict() == {"normal": 6.0, "fast": 2.5}
    assert speed["answered"].to_dict() == {"normal": 3, "fast": 4}
    assert speed["satisfied_share"].to_dict() == pytest.approx({"normal": 1 / 3, "fast": 1})


def test_the_gain_in_satisfaction_has_newcombes_interval():
    speed = measure_speed_trial(CONTACTS, COMPLAINTS, CAMPAIGNS).set_index("arm")
    assert speed.loc["normal", ["extra", "extra_low", "extra_high"]].tolist() == [0, 0, 0]
    low, high = confint_proportions_2indep(4, 4, 1, 3, method="newcomb", compare="diff")
    assert speed.loc["fast", ["extra", "extra_low", "extra_high"]].tolist() == pytest.approx(
        [2 / 3, low, high]
    )


@pytest.mark.parametrize(
    ("opened", "counts"),
    [("2025-02-28", 3), ("2025-03-01", 4), ("2025-04-30", 4), ("2025-05-01", 3)],
)
def test_a_complaint_of_the_trial_follows_within_sixty_days(opened, counts):
    log = COMPLAINTS.copy()
    log.loc[0, ["opened_at", "offered_at"]] = [pd.Timestamp(opened), pd.Timestamp("2025-06-01")]
    speed = measure_speed_trial(CONTACTS, log, CAMPAIGNS).set_index("arm")
    assert speed.loc["fast", "complaints"] == counts


def test_only_the_first_complaint_of_a_member_counts():
    second = COMPLAINTS.head(1).assign(complaint_id=99, satisfaction_after=1)
    second["opened_at"] += pd.Timedelta(days=2)
    second["offered_at"] += pd.Timedelta(days=20)
    both = pd.concat([second, COMPLAINTS], ignore_index=True)
    pd.testing.assert_frame_equal(
        measure_speed_trial(CONTACTS, both, CAMPAIGNS), measure_speed_trial(CONTACTS, COMPLAINTS, CAMPAIGNS)
    )


def test_an_arm_without_an_answer_is_named():
    log = COMPLAINTS.assign(satisfaction_after=COMPLAINTS["satisfaction_after"].where(COMPLAINTS.index < 4))
    with pytest.raises(ValueError, match="complaints: nobody in the arm normal said how satisfied she was"):
        measure_speed_trial(CONTACTS, log, CAMPAIGNS)


def test_an_offer_before_its_complaint_is_refused():
    log = COMPLAINTS.copy()
    log.loc[0, "offered_at"] = pd.Timestamp("2025-01-01")
    with pytest.raises(ValueError, match=r"1 have offered_at before opened_at \(customer_id 1\)\. Swap them"):
        measure_speed_trial(CONTACTS, log, CAMPAIGNS)


def test_an_offer_may_be_made_at_once():
    log = COMPLAINTS.assign(offered_at=COMPLAINTS["opened_at"])
    assert (measure_speed_trial(CONTACTS, log, CAMPAIGNS)["median_days"] == 0).all()


@pytest.mark.parametrize(
    ("contacts", "campaigns", "message"),
    [
        (CONTACTS, CAMPAIGNS.tail(1), "campaigns: 0 of kind recovery_trial"),
        (CONTACTS[CONTACTS["arm"] != "fast"], CAMPAIGNS, "campaign 3 has no customers in the arm fast"),
    ],
)
def test_without_a_trial_of_both_arms_there_is_no_effect(contacts, campaigns, message):
    with pytest.raises(ValueError, match=message):
        measure_speed_trial(contacts, COMPLAINTS, campaigns)


def buy(*days: str) -> pd.DataFrame:
    """One purchase of the customers 1, 2, … each, and one of somebody else at the end of the year."""
    when = pd.to_datetime([*days, "2025-12-31"], format="ISO8601")
    return pd.DataFrame({"customer_id": [*range(1, len(days) + 1), 99], "purchased_at": when})


def test_staying_is_counted_from_the_day_after_each_member_entered():
    # entered on 1 March, so the ninety days are 2 March to 30 May; 1 to 4 are fast
    bought = buy("2025-03-01 12:00", "2025-03-02 00:00", "2025-05-30 23:00", "2025-05-31", "2025-04-01")
    effect = estimate_speed_on_staying(CONTACTS, bought, CAMPAIGNS)
    assert effect.value == pytest.approx(2 / 4 - 1 / 4) and effect.n == 8
    low, high = confint_proportions_2indep(2, 4, 1, 4, method="newcomb", compare="diff")
    assert [effect.low, effect.high] == pytest.approx([low, high])


def test_receipts_that_end_before_the_window_does_show_no_staying():
    with pytest.raises(TableError, match="receipts end on 2025-03-05, but the period ends on 2025-05-31"):
        estimate_speed_on_staying(CONTACTS, buy("2025-03-05").head(1), CAMPAIGNS)


def test_a_trial_four_times_as_large_finds_half_the_effect():
    small, large = (find_detectable_effect(n, share=0.5) for n in (100, 400))
    assert small == pytest.approx(2 * large)


def test_the_detectable_effect_is_found_four_times_in_five():
    share, n = 0.5, 400
    effect = find_detectable_effect(n, share=share)
    rng = np.random.default_rng(4)
    one, other = rng.binomial(n, share + effect / 2, 4000) / n, rng.binomial(n, share - effect / 2, 4000) / n
    error = np.sqrt((one * (1 - one) + other * (1 - other)) / n)
    assert ((one - other) / error > 1.96).mean() == pytest.approx(0.8, abs=0.03)
