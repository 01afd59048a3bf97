"""What chance shows about fast handling, by hand on eight complaints, and what a trial can find."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import confint_proportions_2indep

from crmlib.charts.interactive import Slider
from crmlib.charts.style import COLOURS, new_axes
from crmlib.estimates.estimate import estimate_share
from crmlib.recovery import speed as module
from crmlib.recovery.speed import (
    estimate_speed_on_staying,
    explore_detectable_effect,
    find_detectable_effect,
    measure_speed_trial,
    plot_speed_trial,
)
from crmlib.tables.errors import TableError
from tests.pictures import catch_live, read_frame, read_lines, read_texts, read_whiskers
from tests.recovery.calls import FRAMES

CONTACTS, COMPLAINTS, CAMPAIGNS = FRAMES["contacts"], FRAMES["complaints"], FRAMES["campaigns"]


def test_the_speed_trial_compares_what_chance_decided():
    # offers after 1 to 4 days in the fast arm, 5 to 7 in the normal one; scores 5 4 5 4 against 2 1 5
    speed = measure_speed_trial(CONTACTS, COMPLAINTS, CAMPAIGNS).set_index("arm")
    assert speed["complaints"].to_dict() == {"normal": 4, "fast": 4}
    assert speed["median_days"].to_dict() == {"normal": 6.0, "fast": 2.5}
    assert speed["answered"].to_dict() == {"normal": 3, "fast": 4}
    assert speed["satisfied_share"].to_dict() == pytest.approx({"normal": 1 / 3, "fast": 1})
    for arm, share in (("normal", estimate_share(1, 3)), ("fast", estimate_share(4, 4))):
        assert speed.loc[arm, ["low", "high"]].tolist() == pytest.approx([share.low, share.high])


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


def test_of_many_offers_before_their_complaints_five_are_named():
    log = COMPLAINTS.assign(offered_at=COMPLAINTS["opened_at"] - pd.Timedelta(hours=1))
    first = ", ".join(map(str, log["customer_id"].head(5)))
    with pytest.raises(
        ValueError, match=rf"{len(log)} have offered_at .* \(customer_id {first}\)\. Swap them"
    ):
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


def test_the_live_size_of_a_trial_shows_the_smallest_difference_that_it_finds(monkeypatch):
    live = catch_live(monkeypatch, module, lambda: explore_detectable_effect(n_each=150, share=0.9))
    assert live["controls"] == {
        "size": Slider("customers a group", 20, 3000, 150, 10),
        "share_percent": Slider("usual share (%)", 10, 95, 90, 1),
    }
    ax = new_axes()
    live["draw"](ax, size=400, share_percent=50)
    # (1.96 + 0.8416) · √(2 · 0.5 · 0.5 / 400) = 2.8016 · 0.03536
    curve, dot = read_lines(ax)
    assert dot == (COLOURS["truth"], "None", "o", [400], [9.905])
    assert curve[0] == COLOURS["estimate"] and (curve[3][0], curve[3][-1], len(curve[3])) == (20, 3000, 150)
    ends = [9.90505 * 20**0.5, 198.100 / 3000**0.5]
    assert [curve[4][0], curve[4][-1]] == pytest.approx(ends, rel=1e-4)
    assert [text for text, *_ in read_texts(ax)] == ["too small to be found"]
    frame = read_frame(ax)
    assert frame.pop("rows") and frame == {
        "title": "400 a group: differences from 9.9 points on",
        "x": "customers in each group",
        "y": "smallest difference found (points)",
    }
    assert ax.get_ylim() == (0, 40)
    (shade,) = ax.collections
    edges = shade.get_paths()[0].vertices
    assert min(y for _, y in edges) == 0
    assert max(y for _, y in edges) == pytest.approx(curve[4][0])  # all of it below the curve
    assert shade.get_alpha() < 0.5


@pytest.mark.parametrize(("n_each", "share", "starts"), [(5, 0.01, [20, 10]), (9999, 0.999, [3000, 95])])
def test_a_trial_beyond_the_sliders_starts_at_their_ends(monkeypatch, n_each, share, starts):
    live = catch_live(monkeypatch, module, lambda: explore_detectable_effect(n_each=n_each, share=share))
    assert [control.start for control in live["controls"].values()] == starts


def test_the_picture_of_the_trial_holds_both_arms_and_the_claim():
    speed = pd.DataFrame(
        {"arm": ["normal", "fast"], "median_days": [6.25, 2.5], "answered": [30, 40],
         "satisfied_share": [0.4, 0.8], "low": [0.3, 0.6], "high": [0.6, 0.9]}
    )  # fmt: skip
    ax = plot_speed_trial(speed)
    assert read_frame(ax) == {
        "x": "satisfied after the complaint (4 or 5)",
        "y": "handling",
        "rows": ["normal\n(median 6.2 days)", "fast\n(median 2.5 days)"],
        "legend": ["claim"],
    }
    dots = [line for line in read_lines(ax) if line[2] != "|"]
    assert dots == [
        (COLOURS["control"], "None", "o", [0.4], [0]),
        (COLOURS["treated"], "None", "o", [0.8], [1]),
        (COLOURS["claim"], "--", "", [0.7, 0.7], [0, 1]),  # N-62
    ]
    assert read_whiskers(ax) == [[[0.3, 0], [0.6, 0]], [[0.6, 1], [0.9, 1]]]
    assert ax.get_xlim() == (0, 1) and ax.xaxis.get_major_formatter()(0.25) == "25 %"
    assert ax.figure.get_size_inches()[1] == 2.6, "two rows need no more"
    assert ax.get_ylim() == pytest.approx((-0.4, 1.4)), "and stand away from the edge"
