"""How long customers stay: by hand, against a second computation, and when the clock starts."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.datasets import heart
from statsmodels.duration.survfunc import SurvfuncRight, survdiff

from crmlib.charts.style import COLOURS, new_axes
from crmlib.churn.frailty import mix_retention
from crmlib.churn.survival import (
    compare_survival,
    estimate_survival,
    follow_answers_to_silence,
    follow_members_to_silence,
    follow_to_truth,
    measure_retention_by_tenure,
    plot_retention_by_tenure,
    plot_survival,
)
from crmlib.tables.errors import TableError
from tests.churn.calls import FRAMES, LAST, follow
from tests.pictures import read_frame, read_lines, read_whiskers

PEOPLE = st.lists(st.tuples(st.integers(0, 400), st.booleans()), min_size=2, max_size=40)


def test_survival_of_the_six_members_of_the_chapter():
    # 1 - 1/6 at day 10; the censored one at 15 only leaves the count; then times 3/4 at day 20
    lives = follow([10, 15, 20, 30, 30, 30], [True, False, True, False, False, False])
    curve = estimate_survival(lives, step_days=10).set_index("days")
    assert curve["survival"].round(4).to_dict() == {0: 1.0, 10: 0.8333, 20: 0.625, 30: 0.625}
    assert curve["at_risk"].tolist() == [6, 6, 4, 3]


def test_without_censoring_survival_is_the_plain_share():
    curve = estimate_survival(follow([5, 15, 25, 35], [True] * 4), step_days=10)
    assert curve["days"].tolist() == [0, 10, 20, 30, 35]
    assert curve["survival"].tolist() == [1.0, 0.75, 0.5, 0.25, 0.0]  # the last one leaves on day 35


@pytest.mark.parametrize(("days", "grid"), [(0, [0]), (10, [0, 10]), (11, [0, 10, 11])])
def test_a_curve_ends_with_the_longest_history(days, grid):
    curve = estimate_survival(follow([days] * 2, [True, True]), step_days=10)
    assert curve["days"].tolist() == grid and curve["survival"].iloc[-1] == 0


def test_dropping_the_unfinished_histories_makes_customers_look_short_lived():
    lives = follow([10, 20, 90, 90, 90, 90], [True, True, False, False, False, False])
    honest, finished = (
        estimate_survival(part, step_days=20).set_index("days").loc[20, "survival"]
        for part in (lives, lives[lives["left"]])
    )
    assert finished == 0 < honest


@settings(max_examples=40, deadline=None)
@given(PEOPLE)
def test_survival_falls_inside_its_band_and_is_what_statsmodels_computes(people):
    lives = follow([day for day, _ in people], [left for _, left in people])
    curve = estimate_survival(lives, step_days=25)
    assert (curve["survival"].diff().dropna() <= 1e-12).all()
    assert (curve["low"] <= curve["survival"] + 1e-12).all()
    assert (curve["high"] >= curve["survival"] - 1e-12).all()
    if lives["left"].any():
        second = SurvfuncRight(lives["days"], lives["left"].astype(int))
        place = np.searchsorted(second.surv_times, curve["days"], side="right")
        np.testing.assert_allclose(curve["survival"], np.r_[1, second.surv_prob][place], atol=1e-12)


def test_the_band_holds_the_truth_19_times_in_20():
    rng = np.random.default_rng(7)
    hits = 0
    for _ in range(200):
        life, watched = rng.exponential(300, 150), rng.uniform(100, 900, 150)
        lives = follow(np.minimum(life, watched).astype(int).tolist(), (life < watched).tolist())
        row = estimate_survival(lives, step_days=200).set_index("days").loc[200]
        hits += row["low"] <= np.exp(-200 / 300) <= row["high"]
    assert hits / 200 == pytest.approx(0.95, abs=0.04)


def test_log_rank_is_what_statsmodels_computes():
    rng = np.random.default_rng(2)
    days, group = rng.integers(1, 300, 120), rng.integers(0, 2, 120)
    lives = follow(days.tolist(), (rng.random(120) < 0.6).tolist(), group=group)
    found = compare_survival(lives, by="group").iloc[0]
    chi, p = survdiff(days, lives["left"].astype(int), group)
    assert found["statistic"] ** 2 == pytest.approx(chi) and found["p_value"] == pytest.approx(p)


def test_log_rank_compares_each_pair_of_groups():
    lives = follow([10, 20, 30, 40, 50, 60], [True] * 6, place=["a", "b", "c"] * 2)
    table = compare_survival(lives, by="place")
    assert table[["group", "other", "n"]].to_numpy().tolist() == [["a", "b", 4], ["a", "c", 4], ["b", "c", 4]]


def test_one_group_cannot_be_compared():
    with pytest.raises(ValueError, match=r"lifetimes\.group: 1 group, expected at least two"):
        compare_survival(follow([1, 2], [True, False], group="a"), by="group")


def test_customers_without_a_group_are_not_dropped_in_silence():
    lives = FRAMES["lifetimes"].assign(group=["a", None, *["b"] * 58])
    with pytest.raises(ValueError, match=r"lifetimes\.group: 1 of 60 customers have no group"):
        estimate_survival(lives, by="group")


def test_following_to_silence_dates_the_leaving_at_the_last_purchase():
    lives = follow_members_to_silence(FRAMES["members"], FRAMES["receipts"], as_of="2026-01-01")
    assert lives.groupby("left")["days"].unique().map(list).to_dict() == {False: [731], True: [90]}


@pytest.mark.parametrize(("last", "left", "days"), [("2024-12-31", True, 365), ("2025-01-01", False, 366)])
def test_a_purchase_on_the_first_day_of_the_last_year_keeps_her(last, left, days):
    members = pd.DataFrame({"customer_id": [1], "joined_on": [pd.Timestamp("2024-01-01")]})
    bought = pd.DataFrame({"customer_id": [1, 9], "purchased_at": pd.to_datetime([last, "2025-12-30"])})
    life = follow_members_to_silence(members, bought, as_of="2026-01-01").iloc[0]
    assert (life["left"], life["days"]) == (left, days)


def test_who_never_bought_left_on_the_day_of_joining():
    members = pd.DataFrame({"customer_id": [77], "joined_on": [pd.Timestamp("2024-01-01")]})
    life = follow_members_to_silence(members, FRAMES["receipts"], as_of="2026-01-01").iloc[0]
    assert (life["left"], life["days"]) == (True, 0)


def test_following_to_the_truth_knows_the_day():
    lives = follow_to_truth(FRAMES["members"], FRAMES["truth.members"], as_of="2026-01-01")
    assert set(lives.loc[lives["left"], "days"]) == {100} and lives["left"].mean() == 0.5
    on_the_day = follow_to_truth(FRAMES["members"], FRAMES["truth.members"], as_of="2023-04-11")
    assert set(on_the_day["days"]) == {100} and not on_the_day["left"].any()
    early = follow_to_truth(FRAMES["members"], FRAMES["truth.members"], as_of="2023-02-01")
    assert set(early["days"]) == {31} and not early["left"].any()


def test_the_clock_of_an_answer_starts_with_the_answer():
    lives = follow_answers_to_silence(FRAMES["surveys"], FRAMES["receipts"], as_of="2026-01-01")
    assert lives["satisfaction"].dtype == int
    lives = lives.sort_values("customer_id")
    assert lives["days"].tolist() == [366, 0, 366]
    assert lives["left"].tolist() == [False, True, False]
    assert lives["satisfaction"].tolist() == [5, 2, 4]


def test_only_the_first_answer_of_a_member_counts():
    later = FRAMES["surveys"].assign(answered_on=pd.Timestamp("2024-05-01"), satisfaction=1)
    both = pd.concat([later, FRAMES["surveys"]], ignore_index=True)
    first, again = (
        follow_answers_to_silence(one, FRAMES["receipts"], as_of=LAST) for one in (FRAMES["surveys"], both)
    )
    pd.testing.assert_frame_equal(first, again)


def test_members_who_joined_too_late_cannot_be_followed():
    with pytest.raises(ValueError, match=r"members: nobody began before 2022-12-31.*Choose a later day"):
        follow_members_to_silence(FRAMES["members"], FRAMES["receipts"], as_of="2023-12-31")


TO_SILENCE = pytest.mark.parametrize(
    ("follow_to_silence", "people"),
    [(follow_members_to_silence, FRAMES["members"]), (follow_answers_to_silence, FRAMES["surveys"])],
    ids=["members", "answers"],
)


@TO_SILENCE
def test_receipts_that_end_too_early_do_not_make_customers_silent(follow_to_silence, people):
    with pytest.raises(TableError, match=r"receipts end on 2024-12-\d\d, but the period ends on"):
        follow_to_silence(people, FRAMES["receipts until"], as_of="2027-12-31")


@TO_SILENCE
def test_later_receipts_change_nothing(follow_to_silence, people):
    late = FRAMES["receipts"].tail(1).assign(receipt_id=10**6, purchased_at=pd.Timestamp("2026-05-05"))
    more = pd.concat([FRAMES["receipts"], late], ignore_index=True)
    now, then = (follow_to_silence(people, bought, as_of=LAST) for bought in (FRAMES["receipts"], more))
    pd.testing.assert_frame_equal(now, then)


def test_retention_by_tenure_recovers_a_mixture():
    rng = np.random.default_rng(3)
    stay = np.where(rng.random(6000) < 0.5, 0.9, 0.5)
    periods = rng.geometric(1 - stay) - 1
    lives = follow((np.minimum(periods, 4) * 100 + 50).tolist(), (periods < 4).tolist())
    found = measure_retention_by_tenure(lives, step_days=100)
    expected = mix_retention([0.5, 0.5], [0.9, 0.5], periods=4)["retention"]
    np.testing.assert_allclose(found["retention"], expected[: len(found)], atol=0.03)


def test_retention_counts_those_who_are_here_at_the_start_of_a_period():
    # 40 leave in the first hundred days, 30 in the second, 30 stay
    lives = follow([50] * 40 + [150] * 30 + [300] * 30, [True] * 70 + [False] * 30)
    table = measure_retention_by_tenure(lives, step_days=100)
    assert table["retention"].tolist() == pytest.approx([0.6, 0.5, 1])
    assert table["n"].tolist() == [100, 60, 30] and table["from_days"].tolist() == [0, 100, 200]
    assert table.columns.tolist() == ["period", "from_days", "retention", "low", "high", "n"]
    # every history ends with the period or goes on, so each interval is that of one curve at its end
    half = estimate_survival(follow([50] * 30 + [100] * 30, [True] * 30 + [False] * 30), step_days=100)
    assert table.loc[1, ["low", "high"]].tolist() == pytest.approx(half.iloc[-1][["low", "high"]].tolist())


@pytest.mark.parametrize(("day", "retention"), [(99, [0.5, 1.0]), (100, [1.0, 0.5]), (101, [1.0, 0.5])])
def test_who_leaves_on_the_last_day_of_a_period_stayed_to_its_end(day, retention):
    # thirty of sixty leave on that day; the others are followed for 200 days
    lives = follow([day] * 30 + [200] * 30, [True] * 30 + [False] * 30)
    assert measure_retention_by_tenure(lives, step_days=100)["retention"].tolist() == retention


def test_periods_that_few_were_watched_to_the_end_of_are_left_out():
    lives = follow([100] * 30 + [200] * 29, [False] * 59)
    assert measure_retention_by_tenure(lives, step_days=100)["period"].tolist() == [1]
    with pytest.raises(ValueError, match="lifetimes: fewer than 30 customers were followed for 200 days"):
        measure_retention_by_tenure(lives, step_days=200)


def test_groups_of_any_kind_are_drawn_and_named_with_their_number():
    lives = follow([10, 20, 30, 40], [True, False, True, False], satisfied=[True, True, True, False])
    ax = plot_survival(estimate_survival(lives, by="satisfied"), title="satisfied", ax=new_axes())
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["False (n = 1)", "True (n = 3)"]


def test_curves_have_their_own_dash_and_colour_and_a_band_each():
    days = [0, 10, 20]
    groups = ["b", "high", "a"]
    curves = pd.concat(
        pd.DataFrame({"group": name, "days": days, "survival": [0.9, 0.6, 0.3], "low": [0.8, 0.5, 0.2],
                      "high": [0.95, 0.7, 0.4], "n": 1200})
        for name in groups
    )  # fmt: skip
    ax = plot_survival(curves, title="home store")
    colours = [COLOURS["low"], COLOURS["high"], COLOURS["high"]]  # what has a meaning keeps its colour
    assert read_lines(ax) == [
        (colour, dash, "", [0, *days], [1, 0.9, 0.6, 0.3])
        for colour, dash in zip(colours, ("-", "--", ":"), strict=True)
    ]
    frame = read_frame(ax)
    assert frame["legend"] == [f"{name} (n = 1,200)" for name in groups]
    assert (frame["x"], frame["y"]) == ("days since the start", "still customers")
    assert ax.get_legend().get_title().get_text() == "home store" and ax.get_ylim() == (0, 1.02)
    for band in ax.collections:
        corners = {(x, round(y, 2)) for x, y in band.get_paths()[0].vertices}
        assert corners == {(0, 0.8), (10, 0.5), (20, 0.2), (0, 0.95), (10, 0.7), (20, 0.4)}
        assert band.get_alpha() < 0.5


def test_the_picture_of_retention_holds_each_period_and_its_interval():
    table = {"period": [1, 2], "retention": [0.6, 0.8], "low": [0.5, 0.7], "high": [0.65, 0.95], "n": 40}
    ax = plot_retention_by_tenure(pd.DataFrame(table))
    assert read_lines(ax)[0] == (COLOURS["stayed"], "-", "o", [1, 2], [0.6, 0.8])
    assert read_whiskers(ax) == [[[1, 0.5], [1, 0.65]], [[2, 0.7], [2, 0.95]]]
    frame = read_frame(ax)
    assert (frame["x"], frame["y"]) == ("half-year since joining", "stay to its end (of those still here)")
    assert ax.get_xticks().tolist() == [1, 2] and ax.get_ylim() == (0, 1.02)
    assert ax.yaxis.get_major_formatter()(0.25) == "25 %"


def test_a_truth_without_a_member_is_refused():
    with pytest.raises(ValueError, match=r"truth\.members: 1 of 60 members are missing\. Take both tables"):
        follow_to_truth(FRAMES["members"], FRAMES["truth.members"].head(59), as_of="2026-01-01")
    with pytest.raises(ValueError, match=r"truth\.members: 0 of 0 members are missing"):
        follow_to_truth(FRAMES["members"], FRAMES["truth.members"], as_of="2023-01-01")


def test_each_group_has_its_own_grid_and_the_rows_are_numbered_through():
    lives = follow([10, 20, 10, 30], [True] * 4, place=["b", "b", "a", "a"])
    curves = estimate_survival(lives, by="place", step_days=10)
    expected = pd.DataFrame(
        {
            "group": ["a"] * 4 + ["b"] * 3,
            "days": [0, 10, 20, 30, 0, 10, 20],
            "survival": [1, 0.5, 0.5, 0, 1, 0.5, 0],
            "at_risk": [2, 2, 1, 1, 2, 2, 1],
            "n": 2,
        }
    )
    pd.testing.assert_frame_equal(curves.drop(columns=["low", "high"]), expected, check_dtype=False)
    assert set(estimate_survival(lives)["group"]) == {"all"}


def test_the_dashes_begin_anew_with_the_sixth_curve():
    one = pd.DataFrame({"days": [1], "survival": 0.5, "low": 0.4, "high": 0.6, "n": 9})
    curves = pd.concat(one.assign(group=f"store {number}") for number in range(6))
    lines = plot_survival(curves).lines
    assert [line.get_linestyle() for line in lines] == ["-", "--", ":", "-.", "--", "-"]
    assert [one / lines[4].get_linewidth() for one in lines[4]._dash_pattern[1]] == [5, 1, 1, 1]
    names = ("low", "medium", "high", "treated", "left", "low")
    assert [line.get_color() for line in lines] == [COLOURS[name] for name in names]


def test_a_purchase_on_the_day_itself_comes_too_late_to_keep_her():
    members = pd.DataFrame({"customer_id": [1], "joined_on": [pd.Timestamp("2024-01-01")]})
    bought = pd.DataFrame(
        {"customer_id": [1, 1], "purchased_at": pd.to_datetime(["2024-02-01", "2026-01-01"])}
    )
    life = follow_members_to_silence(members, bought, as_of="2026-01-01").iloc[0]
    assert (life["left"], life["days"]) == (True, 31)


@pytest.mark.parametrize("hand_over", [lambda frame: frame, pl.from_pandas], ids=["pandas", "polars"])
def test_receipts_must_reach_the_first_day_of_the_silence(hand_over):
    members = pd.DataFrame({"customer_id": [1], "joined_on": [pd.Timestamp("2024-01-01")]})
    bought = pd.DataFrame({"customer_id": [1], "purchased_at": [pd.Timestamp("2024-12-31")]})
    with pytest.raises(TableError, match="receipts end on 2024-12-31, but the period ends on"):
        follow_members_to_silence(members, hand_over(bought), as_of="2026-01-01")


def test_patients_of_stanford_last_as_published():
    """Heart transplants (Crowley and Hu 1977, Miller 1976): 69 patients, 45 of whom died in that time."""
    data = heart.load_pandas()
    lives = follow(data.endog.astype(int).tolist(), (data.censors == 1).tolist())
    assert len(lives) == 69 and int(lives["left"].sum()) == 45
    curve = estimate_survival(lives, step_days=1)
    second = SurvfuncRight(lives["days"], lives["left"].astype(int))
    place = np.searchsorted(second.surv_times, curve["days"], side="right")
    np.testing.assert_allclose(curve["survival"], np.r_[1, second.surv_prob][place], atol=1e-12)
    assert curve.loc[curve["survival"] <= 0.5, "days"].iloc[0] == second.quantile(0.5)


@pytest.mark.parametrize("by", [None, "kind"])
def test_lifetimes_of_another_program_give_the_curve_of_pandas(by):
    lifetimes = pd.DataFrame({"customer_id": [1, 2, 3, 4], "days": [10, 20, 30, 10],
                              "left": [True, False, True, True], "kind": ["a", "a", "b", "b"]})  # fmt: skip
    found = estimate_survival(pl.from_pandas(lifetimes), by=by, step_days=10)
    pd.testing.assert_frame_equal(found, estimate_survival(lifetimes, by=by, step_days=10))


def test_lifetimes_of_another_program_need_a_known_column_and_a_group_for_everybody():
    lifetimes = pl.DataFrame(
        {"customer_id": [1, 2], "days": [10, 20], "left": [True, False], "kind": ["a", None]}
    )
    with pytest.raises(
        ValueError, match=r"^by is 'knd', expected one of customer_id, days, left, kind\. Did you"
    ):
        estimate_survival(lifetimes, by="knd")
    with pytest.raises(ValueError, match=r"lifetimes\.kind: 1 of 2 customers have no group\. Leave them out"):
        estimate_survival(lifetimes, by="kind")
