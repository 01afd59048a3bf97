"""The paradox: made by selection, removed by comparing alikes, in a world in which every problem harms."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crmlib.charts.style import COLOURS
from crmlib.recovery.paradox import KINDS, compare_paradox, join_visits_with_problems, plot_paradox
from tests.pictures import read_frame, read_lines, read_whiskers
from tests.recovery.calls import FRAMES

RECEIPTS, PROBLEMS, TRUTH = FRAMES["receipts"], FRAMES["truth.problems"], FRAMES["truth.members"]


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


def test_twenty_members_of_the_chapter_by_hand():
    # ten attached, ten loose, five of each with a problem; the attached complain, the loose keep silent
    def group(alike: int, kind: str, stayed: list[bool]) -> pd.DataFrame:
        return pd.DataFrame({"kind": kind, "stayed": stayed, "alike": alike})

    visits = pd.concat(
        [
            group(1, KINDS[0], [True] * 9 + [False]),
            group(1, KINDS[2], [True] * 8 + [False] * 2),
            group(0, KINDS[0], [True] * 5 + [False] * 5),
            group(0, KINDS[1], [True] * 4 + [False] * 6),
        ],
        ignore_index=True,
    ).assign(customer_id=range(40))
    table = compare_paradox(visits).set_index("kind")
    assert table.loc[KINDS[2], ["stayed_share", "raw", "alike"]].tolist() == pytest.approx([0.8, 0.1, -0.1])
    assert table.loc[KINDS[1], ["stayed_share", "raw", "alike"]].tolist() == pytest.approx([0.4, -0.3, -0.1])
    assert table["visits"].tolist() == [10, 10]


def test_selection_makes_a_paradox_and_comparing_alikes_removes_it():
    told = compare_paradox(make_visits(attached_complain=True)).set_index("kind").loc[KINDS[2]]
    assert told["raw_low"] > 0 and told["alike_low"] < -0.1 < told["alike_high"]


def test_without_selection_both_comparisons_agree():
    table = compare_paradox(make_visits(attached_complain=False))
    assert (table["raw"] - table["alike"]).abs().max() < 0.02
    pd.testing.assert_frame_equal(compare_paradox(make_visits(attached_complain=False), seed=1), table)


def test_the_interval_is_as_wide_as_the_gap_varies_from_world_to_world():
    # customers come ten times each and stay or go as a whole, so their visits are no independent cases
    def draw(seed: int) -> pd.DataFrame:
        rng = np.random.default_rng(seed)
        stays = np.repeat(rng.random(200) < 0.7, 10)
        kind = rng.choice(KINDS, 2000, p=[0.6, 0.2, 0.2])
        return pd.DataFrame({"customer_id": np.arange(2000) // 10, "kind": kind, "stayed": stays, "alike": 0})

    gaps = [compare_paradox(draw(seed), draws=2)["raw"].iloc[0] for seed in range(100)]
    row = compare_paradox(draw(1), draws=500).iloc[0]
    assert (row["raw_high"] - row["raw_low"]) / 3.92 == pytest.approx(np.std(gaps), rel=0.25)


def test_visits_carry_their_problem_and_their_future():
    visits = join_visits_with_problems(RECEIPTS, PROBLEMS, TRUTH, as_of="2027-01-01")
    told = int(PROBLEMS["complaint_id"].notna().sum())
    expected = [len(RECEIPTS) - len(PROBLEMS), len(PROBLEMS) - told, told]
    assert visits["kind"].value_counts()[list(KINDS)].tolist() == expected
    odd = visits["customer_id"] % 2 == 1
    assert visits.loc[odd, "stayed"].all() and not visits.loc[~odd, "stayed"].any()


def test_one_complaint_about_two_problems_of_a_visit_is_a_complaint():
    problems = PROBLEMS.head(2).assign(receipt_id=1)
    visits = join_visits_with_problems(RECEIPTS.head(2), problems, TRUTH, as_of="2027-01-01")
    assert problems["complaint_id"].notna().tolist() == [True, False]
    assert visits["kind"].tolist() == [KINDS[2], KINDS[0]]


def test_alike_are_those_in_the_same_fifth_of_both_traits():
    # attachment and buying rate rise together from member 1 to 40: eight members a fifth, 1 to 8 the lowest
    visits = join_visits_with_problems(RECEIPTS, PROBLEMS, TRUTH, as_of="2026-01-01")
    groups = visits.groupby("customer_id")["alike"].first()
    assert groups.tolist() == [6 * ((one - 1) // 8) for one in range(1, 41)]


def test_members_whose_traits_are_equal_are_alike():
    # the middle of the places 1 to 40 is 20.5, which lies in the third fifth of both
    truth = TRUTH.assign(relationship_quality=0.0, visits_per_month=1.0)
    assert set(join_visits_with_problems(RECEIPTS, PROBLEMS, truth, as_of="2026-01-01")["alike"]) == {12}


@pytest.mark.parametrize(("left_on", "stayed"), [("2023-06-29", False), ("2023-06-30", True)])
def test_staying_means_not_having_left_half_a_year_later(left_on, stayed):
    receipts = RECEIPTS.head(1)  # member 1 on the first day of 2023
    truth = TRUTH.assign(left_on=TRUTH["left_on"].mask(TRUTH["customer_id"] == 1, pd.Timestamp(left_on)))
    visits = join_visits_with_problems(receipts, PROBLEMS, truth, as_of="2024-01-01", within_days=180)
    assert visits["stayed"].tolist() == [stayed]


def test_visits_whose_half_year_is_not_over_are_left_out():
    # all members bought on the first day of 2023, 180 days before 30 June
    assert len(join_visits_with_problems(RECEIPTS, PROBLEMS, TRUTH, as_of="2023-07-01")) == 40
    with pytest.raises(ValueError, match=r"receipts: no visit before 2023-01-01.*Choose a later day"):
        join_visits_with_problems(RECEIPTS, PROBLEMS, TRUTH, as_of="2023-06-30")


def test_later_receipts_change_nothing():
    late = RECEIPTS.tail(1).assign(receipt_id=10**6, purchased_at=pd.Timestamp("2026-05-05"))
    now, then = (
        join_visits_with_problems(one, PROBLEMS, TRUTH, as_of="2025-12-31")
        for one in (RECEIPTS, pd.concat([RECEIPTS, late]))
    )
    pd.testing.assert_frame_equal(now, then)


def test_visits_of_unknown_members_are_counted():
    lost = int((RECEIPTS["customer_id"] > 10).sum())
    with pytest.raises(ValueError, match=f"truth.members: {lost} of {len(RECEIPTS)} visits have no member"):
        join_visits_with_problems(RECEIPTS, PROBLEMS, TRUTH.head(10), as_of="2027-01-01")


def test_the_paradox_needs_all_three_kinds():
    visits = make_visits(attached_complain=True)
    with pytest.raises(ValueError, match=r"no visit is of the kind problem, complained.* all three kinds"):
        compare_paradox(visits[visits["kind"] != KINDS[2]])


def test_the_picture_sets_the_difference_to_all_beside_that_to_members_alike():
    paradox = pd.DataFrame(
        {"kind": ["silent", "complained"],
         "raw": [-0.1, 0.05], "raw_low": [-0.2, 0.0], "raw_high": [0.0, 0.1],
         "alike": [-0.12, -0.08], "alike_low": [-0.2, -0.1], "alike_high": [-0.05, -0.02]}
    )  # fmt: skip
    ax = plot_paradox(paradox)
    assert read_frame(ax) == {
        "x": "difference in staying to a visit without a problem (points)",
        "y": "kind of visit",
        "rows": ["silent", "complained"],
        "legend": ["against all members", "against members alike"],
    }
    dots = [line for line in read_lines(ax) if line[2] in ("o", "s")]
    assert dots == [
        (COLOURS["claim"], "None", "o", [-0.1, 0.05], [-0.12, 0.88]),
        (COLOURS["estimate"], "None", "s", [-0.12, -0.08], [0.12, 1.12]),
    ]
    assert read_lines(ax)[-1] == ("#000000", "-", "", [0, 0], [0, 1])  # no difference
    assert read_whiskers(ax) == [
        [[-0.2, -0.12], [0, -0.12]], [[0, 0.88], [0.1, 0.88]],
        [[-0.2, 0.12], [-0.05, 0.12]], [[-0.1, 1.12], [-0.02, 1.12]],
    ]  # fmt: skip
    assert ax.yaxis_inverted()
    assert [ax.xaxis.get_major_formatter()(share) for share in (-0.05, 0.1)] == ["−5", "+10"]


def test_two_complaints_about_one_visit_are_one_visit_with_a_complaint():
    problems = pd.DataFrame({"receipt_id": [1, 1, 2], "complaint_id": pd.array([5, 6, None], dtype="Int64")})
    bought = pd.DataFrame(
        {"receipt_id": [1, 2, 3], "customer_id": TRUTH["customer_id"].iloc[0], "purchased_at": "2023-01-02"}
    ).astype({"purchased_at": "datetime64[us]"})
    visits = join_visits_with_problems(bought, problems, TRUTH, as_of="2025-01-01")
    assert visits["kind"].tolist() == [KINDS[2], KINDS[1], KINDS[0]]
    assert visits["kind"].cat.ordered and visits["kind"].cat.categories.tolist() == list(KINDS)
