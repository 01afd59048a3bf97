"""Who came back because of us: by hand on five arms of eight, and against second computations."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.weightstats import CompareMeans, DescrStatsW

from crmlib.charts.interactive import Slider
from crmlib.charts.style import COLOURS, new_axes
from crmlib.estimates.estimate import estimate_difference, estimate_share
from crmlib.recovery import win_back as module
from crmlib.recovery.win_back import (
    ARMS,
    compare_offers,
    count_truly_lost,
    explore_win_back,
    find_win_back,
    follow_second_lives,
    measure_second_margin,
    measure_win_back,
    plot_win_back,
)
from crmlib.tables.errors import TableError
from tests.pictures import catch_live, read_bars, read_frame, read_whiskers
from tests.recovery.calls import FRAMES

CONTACTS, CAMPAIGNS, TRUTH = FRAMES["contacts"], FRAMES["campaigns"], FRAMES["truth.members"]
COUNTS = {"control": 1, "neither": 2, "price": 3, "upgrade": 4, "both": 6}  # of eight, who came back
LATE = pd.DataFrame({"customer_id": [99], "purchased_at": [pd.Timestamp("2025-12-31")], "margin_cny": 0.0})


def come_back() -> pd.DataFrame:
    """Receipts of those who came back: the first ones of each arm, on 10 February 2025."""
    first = {arm: 8 * place + 1 for place, arm in enumerate(ARMS)}
    ids = [first[arm] + one for arm, count in COUNTS.items() for one in range(count)]
    bought = pd.DataFrame(
        {"customer_id": ids, "purchased_at": pd.Timestamp("2025-02-10"), "margin_cny": 10.0}
    )
    return pd.concat([bought, LATE], ignore_index=True)


def test_the_trial_has_its_members_and_its_window():
    trial = find_win_back(CONTACTS, CAMPAIGNS)
    assert len(trial.rows) == 40 and (trial.start, trial.days) == (pd.Timestamp("2025-02-01"), 60)


def test_win_backs_are_counted_and_compared_with_nobody_contacted():
    table = measure_win_back(CONTACTS, come_back(), CAMPAIGNS).set_index("arm")
    assert table["came_back"].to_dict() == COUNTS and (table["n"] == 8).all()
    share, extra = estimate_share(6, 8), estimate_difference(6, 8, 1, 8)
    both = [6 / 8, share.low, share.high, 5 / 8, extra.low, extra.high, 20.0]
    columns = ["share", "low", "high", "extra", "extra_low", "extra_high", "cost_cny"]
    assert table.loc["both", columns].tolist() == pytest.approx(both)
    assert table.loc["control", columns[3:]].tolist() == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("bought_at", "came_back"),
    [
        ("2025-01-31 23:00", 0),
        ("2025-02-01 00:00", 1),
        ("2025-04-01 23:00", 1),
        ("2025-04-02 00:00", 0),
    ],
)
def test_the_window_is_sixty_days_from_the_first_day_of_the_trial(bought_at, came_back):
    one = LATE.assign(customer_id=33, purchased_at=pd.Timestamp(bought_at))
    table = measure_win_back(CONTACTS, pd.concat([one, LATE]), CAMPAIGNS).set_index("arm")
    assert table.loc["both", "came_back"] == came_back


def test_receipts_after_the_window_change_nothing():
    more = pd.concat([come_back(), LATE.assign(customer_id=33)])
    pd.testing.assert_frame_equal(
        measure_win_back(CONTACTS, come_back(), CAMPAIGNS), measure_win_back(CONTACTS, more, CAMPAIGNS)
    )


@pytest.mark.parametrize("measure", [measure_win_back, measure_second_margin])
def test_receipts_that_end_too_early_bring_nobody_back(measure):
    early = LATE.assign(purchased_at=pd.Timestamp("2024-12-30"))
    with pytest.raises(TableError, match="receipts end on 2024-12-30, but the period ends on 2025-"):
        measure(CONTACTS, early, CAMPAIGNS)


def test_an_arm_that_is_missing_is_named():
    with pytest.raises(ValueError, match="contacts: campaign 4 has no customers in the arm control"):
        measure_win_back(CONTACTS[CONTACTS["arm"] != "control"], come_back(), CAMPAIGNS)
    for arm in ARMS:
        with pytest.raises(ValueError, match=f"campaign 4 has no customers in the arm {arm}"):
            find_win_back(CONTACTS[CONTACTS["arm"] != arm], CAMPAIGNS)
    with pytest.raises(ValueError, match="compare_offers: the arms both are missing"):
        compare_offers(pd.DataFrame({"arm": ARMS[:4], "share": 0.1, "n": 9}))


def test_the_effects_of_the_two_ingredients_by_hand():
    # shares of eight: control 1, neither 2, price 3, upgrade 4, both 6
    effect = compare_offers(measure_win_back(CONTACTS, come_back(), CAMPAIGNS)).set_index("effect")
    expected = {"letter alone": 1, "price": (1 + 2) / 2, "upgrade": (2 + 3) / 2, "together": 6 - 3 - 4 + 2}
    assert (effect["value"] * 8).to_dict() == pytest.approx(expected)
    assert effect["n"].to_dict() == {"letter alone": 16, "price": 32, "upgrade": 32, "together": 32}


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=5, max_size=5))
def test_both_ingredients_together_are_what_separates_both_from_neither(shares):
    effect = compare_offers(pd.DataFrame({"arm": ARMS, "share": shares, "n": 100})).set_index("effect")
    share = dict(zip(ARMS, shares, strict=True))
    total = effect.loc["price", "value"] + effect.loc["upgrade", "value"]
    assert total == pytest.approx(share["both"] - share["neither"])


def test_the_intervals_of_the_effects_are_as_wide_as_chance_makes_them():
    def compare(shares):
        return compare_offers(pd.DataFrame({"arm": ARMS, "share": shares, "n": n}))

    # each effect is a sum of shares, so five trials in which one arm alone comes back tell its weights
    shares, n = np.array([0.1, 0.15, 0.2, 0.3, 0.4]), 300
    weights = np.column_stack([compare(one)["value"] for one in np.eye(5)])
    repeated = np.random.default_rng(5).binomial(n, shares, size=(20_000, 5)) / n @ weights.T
    table = compare(shares)
    half = (table["high"] - table["low"]) / 2 / 1.96
    np.testing.assert_allclose(table["value"], weights @ shares)
    np.testing.assert_allclose(half, repeated.std(axis=0), rtol=0.02)


def test_some_of_the_lost_were_never_lost():
    lost = count_truly_lost(CONTACTS, CAMPAIGNS, TRUTH)
    assert lost.value == 0.5 and lost.n == 40
    on_the_day = TRUTH.assign(left_on=pd.Timestamp("2025-02-01"))
    assert count_truly_lost(CONTACTS, CAMPAIGNS, on_the_day).value == 0


def test_members_of_the_trial_without_a_truth_are_counted():
    with pytest.raises(ValueError, match=r"truth\.members: 30 of 40 members of the trial are missing"):
        count_truly_lost(CONTACTS, CAMPAIGNS, TRUTH.head(10))


def test_second_lives_are_followed_to_their_end_or_to_the_day():
    lives = follow_second_lives(CONTACTS, CAMPAIGNS, TRUTH, as_of="2026-01-01")
    columns = ["customer_id", "days", "left", "arm"]
    assert lives[columns].to_numpy().tolist() == [[2, 50, True, "control"], [4, 325, False, "control"]]
    before = follow_second_lives(CONTACTS, CAMPAIGNS, TRUTH, as_of="2025-04-01")
    assert before["days"].tolist() == [50, 50] and not before["left"].any()  # the last day is a day here


def test_a_second_life_after_the_day_has_not_begun():
    assert follow_second_lives(CONTACTS, CAMPAIGNS, TRUTH, as_of="2025-02-10")["days"].tolist() == [0, 0]
    with pytest.raises(ValueError, match="nobody in the trial began a second life up to 2025-02-09"):
        follow_second_lives(CONTACTS, CAMPAIGNS, TRUTH, as_of="2025-02-09")


def test_the_second_margin_counts_everybody_written_to():
    # six of eight brought 10 yuan each; a letter costs 2.5; the control group brought 10 yuan in all
    table = measure_second_margin(CONTACTS, come_back(), CAMPAIGNS).set_index("arm")
    columns = ["n", "margin_cny", "cost_cny", "profit_cny"]
    assert table.loc["both", columns].tolist() == pytest.approx([8, 60 / 8, 2.5, 60 / 8 - 2.5 - 10 / 8])
    assert table.loc["control", ["profit_cny", "low", "high"]].tolist() == [0, 0, 0]


def test_the_interval_of_the_second_margin_is_that_of_two_unequal_means():
    row = measure_second_margin(CONTACTS, come_back(), CAMPAIGNS).set_index("arm").loc["both"]
    both, control = np.r_[[7.5] * 6, [-2.5] * 2], np.r_[10.0, [0.0] * 7]
    second = CompareMeans(DescrStatsW(both), DescrStatsW(control)).zconfint_diff(usevar="unequal")
    assert row[["low", "high"]].tolist() == pytest.approx(second)


def test_the_second_margin_runs_to_the_last_receipt():
    later = LATE.assign(customer_id=33, margin_cny=80.0)
    table = measure_second_margin(CONTACTS, pd.concat([come_back(), later]), CAMPAIGNS).set_index("arm")
    assert table.loc["both", "margin_cny"] == 140 / 8


def test_an_arm_of_one_member_has_no_interval():
    two = CONTACTS[(CONTACTS["arm"] != "both") | (CONTACTS["customer_id"] < 35)]
    assert len(measure_second_margin(two, come_back(), CAMPAIGNS)) == 5
    few = CONTACTS[(CONTACTS["arm"] != "both") | (CONTACTS["customer_id"] == 33)]
    with pytest.raises(ValueError, match="contacts: the arm both has one member, expected at least 2"):
        measure_second_margin(few, come_back(), CAMPAIGNS)


PICTURED = pd.DataFrame(
    {"arm": ["control", "neither", "both"], "n": 100, "share": [0.1, 0.12, 0.4], "low": [0.05, 0.1, 0.3],
     "high": [0.2, 0.15, 0.45], "extra": [0.0, 0.02, 0.3], "extra_low": [0.0, -0.05, 0.2],
     "extra_high": [0.0, 0.08, 0.35]}
)  # fmt: skip


def test_the_picture_shades_what_would_have_come_anyway():
    ax = plot_win_back(PICTURED)
    frame = read_frame(ax)
    assert frame.pop("rows") and frame == {
        "x": "arm of the trial",
        "y": "bought again",
        "legend": ["would have come anyway"],
    }
    assert [label.get_text() for label in ax.get_xticklabels()] == PICTURED["arm"].tolist()
    *bars, shade = read_bars(ax)
    control, treated = COLOURS["control"], COLOURS["treated"]
    assert [(colour, height) for colour, *_, height in bars] == [
        (control, 0.1), (treated, 0.12), (treated, 0.4)
    ]  # fmt: skip
    assert (shade[0], shade[2], shade[4]) == (control, 0, 0.1)
    assert read_whiskers(ax) == [[[0, 0.05], [0, 0.2]], [[1, 0.1], [1, 0.15]], [[2, 0.3], [2, 0.45]]]
    assert ax.yaxis.get_major_formatter()(0.25) == "25 %"


def test_the_live_profit_of_winning_back_by_hand(monkeypatch):
    live = catch_live(monkeypatch, module, lambda: explore_win_back(PICTURED))
    assert live["controls"] == {
        "margin": Slider("margin of a second life (yuan)", 10, 600, 100, 10),
        "cost": Slider("cost of a letter (yuan)", 0.5, 10.0, 2.5, 0.5),
        "granted": Slider("cost of the offer if used (yuan)", 0, 60, 20, 5),
    }
    ax = new_axes()
    live["draw"](ax, margin=100, cost=3.0, granted=20)
    # neither: 2 − 3, and no offer that could be used; both: 30 − 3 − 0.4 · 20, at least 20 − 11
    assert [(colour, height) for colour, *_, height in read_bars(ax)] == [
        (COLOURS["loss"], -1), (COLOURS["gain"], 19)
    ]  # fmt: skip
    assert read_whiskers(ax) == [[[0, -8], [0, 5]], [[1, 9], [1, 24]]]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["neither", "both"]
    frame = read_frame(ax)
    assert frame.pop("rows") and frame == {
        "title": "1 of 2 offers with the whole interval above zero",
        "x": "offer",
        "y": "profit per member written to (yuan)",
    }
    assert ax.yaxis.get_major_formatter()(4000) == "4,000"
    for cost, sure in ((11.5, 1), (12.0, 0)):  # the lower end of both lies at 20 − 8 − cost
        ax = new_axes()
        live["draw"](ax, margin=100, cost=cost, granted=20)
        assert ax.get_title().startswith(f"{sure} of 2 offers")
