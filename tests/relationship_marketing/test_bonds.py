"""Bonds of three levels (J-04): by hand, where the answer is built in, and against the truth of the firm."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.charts.style import COLOURS
from crmlib.estimates.logistic import to_share
from crmlib.relationship_marketing.bonds import (
    BONDS,
    HELD,
    assign_bond_level,
    compare_losses,
    estimate_bond_effects,
    find_true_bond_effects,
    join_bonds,
    plot_bond_effects,
)
from tests.pictures import read_frame, read_lines, read_whiskers
from tests.relationship_marketing.calls import FRAMES
from tests.relationship_marketing.frames import make_bids

# The chapter's twenty-four accounts: (large, with a rebate) → (accounts, lost)
BY_HAND = {(True, True): (8, 2), (True, False): (4, 1), (False, True): (4, 2), (False, False): (8, 4)}


def make_by_hand(times=5):
    """The twenty-four accounts, several times, so that a regression has enough to learn from."""
    rows = [
        ("key" if large else "small", rebate, number < lost)
        for (large, rebate), (accounts, lost) in BY_HAND.items()
        for number in range(accounts)
    ]
    table = pd.DataFrame(rows * times, columns=["segment", "financial", "lost"])
    n = len(table)
    chance = np.random.default_rng(1)
    return table.assign(
        bid_id=range(n), customer_id=range(n), price_cut_share=0.08, tonnes=50.0, buying_style="loyal",
        social=chance.random(n) < 0.5, structural=chance.random(n) < 0.5,
    )  # fmt: skip


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=1, max_size=20))
@settings(max_examples=40)
def test_the_level_is_that_of_the_highest_bond(held):
    accounts = pd.DataFrame(held, columns=HELD)
    table = assign_bond_level(accounts.assign(customer_id=range(len(held))))
    for row, (one, two, three) in zip(table.itertuples(), held, strict=True):
        assert row.level == (3 if three else 2 if two else 1 if one else 0)
        assert row.ladder == (row.bonds == row.level)


@pytest.mark.parametrize(("outcome", "lost"), [("kept", False), ("part_lost", True), ("lost", True)])
def test_a_part_that_is_lost_is_a_loss(outcome, lost):
    offers = FRAMES["competitor_bids"].head(1).assign(outcome=outcome)
    assert join_bonds(offers, FRAMES["accounts"])["lost"].tolist() == [lost]


def test_offers_to_strangers_are_refused():
    with pytest.raises(ValueError, match=r"competitor_bids.customer_id: 90 offers went to .* as 511"):
        join_bonds(FRAMES["competitor_bids"], FRAMES["accounts"].head(10))


def test_the_plain_comparison_credits_a_rebate_that_does_nothing():
    # 4 of 12 lost with it, 5 of 12 without; inside the lines there is no difference at all
    plain = compare_losses(make_by_hand(), draws=20).set_index("bond").loc["financial"]
    assert plain[["with_share", "without_share", "effect"]].tolist() == pytest.approx(
        [4 / 12, 5 / 12, -1 / 12]
    )
    assert (plain["n_with"], plain["n_without"]) == (60, 60)
    adjusted = estimate_bond_effects(make_by_hand(), draws=20).set_index("bond").loc["financial"]
    assert abs(adjusted["effect"]) < 0.02 and adjusted["low"] < 0 < adjusted["high"]


def test_bonds_by_chance_are_measured_right_by_both_comparisons():
    # the structural bond takes 2 off the log odds, the others nothing; bonds are given by chance
    generator = np.random.default_rng(4)
    bids = make_bids(6000, accounts=6000, seed=9)
    odds = (-0.5 + 15 * (bids["price_cut_share"] - 0.08)).to_numpy()
    bids["lost"] = generator.random(6000) < to_share(odds - 2 * bids["structural"])
    truth = float((to_share(odds - 2) - to_share(odds)).mean())
    for table in (compare_losses(bids, draws=50), estimate_bond_effects(bids, draws=50)):
        rows = table.set_index("bond")
        assert rows.loc["structural", "low"] - 0.01 <= truth <= rows.loc["structural", "high"] + 0.01
        assert rows.loc["social", "low"] - 0.01 <= 0 <= rows.loc["social", "high"] + 0.01


def test_the_adjusted_effects_agree_with_a_regression_of_statsmodels():
    # a second way: the same regression by formula, mean of the predictions with the bond less without it
    from statsmodels.formula.api import logit

    bids = make_bids(3000, accounts=3000, seed=11).astype({"lost": float, **dict.fromkeys(BONDS, float)})
    terms = ["price_cut_share", "C(segment)", "C(buying_style)", *BONDS]
    fit = logit(f"lost ~ {' + '.join(terms)}", bids).fit(disp=0)
    ours = estimate_bond_effects(bids.astype({"lost": bool, **dict.fromkeys(BONDS, bool)}), draws=2)
    for bond, effect in ours.set_index("bond")["effect"].items():
        theirs = (fit.predict(bids.assign(**{bond: 1.0})) - fit.predict(bids.assign(**{bond: 0.0}))).mean()
        assert effect == pytest.approx(theirs, abs=2e-4)  # ours pulls the weights a little towards zero


def test_several_offers_to_one_account_count_as_one_account():
    # the same 120 offers, told apart by 120 accounts or by six: fewer accounts, a wider interval
    many = make_bids(120, accounts=120)
    few = many.assign(customer_id=many["customer_id"] % 6)
    widths = []
    for bids in (many, few.assign(lost=few["customer_id"] < 3, social=few["customer_id"] % 2 == 0)):
        row = compare_losses(bids, draws=200).set_index("bond").loc["social"]
        widths.append(row["high"] - row["low"])
    assert widths[1] > 1.5 * widths[0]


def test_at_the_firm_the_plain_comparison_flatters_bonds_that_good_accounts_get(bids, truth_bids):
    plain = compare_losses(bids).set_index("bond")["effect"]
    adjusted = estimate_bond_effects(bids).set_index("bond")
    true = find_true_bond_effects(bids, truth_bids).set_index("bond")["effect"]
    assert true["structural"] < true["social"] < true["financial"] < 0
    assert plain["financial"] < adjusted.loc["financial", "effect"] < true["financial"]
    assert sum(adjusted.loc[b, "low"] <= true[b] <= adjusted.loc[b, "high"] for b in BONDS) >= 2


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda bids: find_true_bond_effects(bids, FRAMES["truth.bids"].head(5)),
            "truth.bids: 115 offers have no truth",
        ),
        (
            lambda bids: compare_losses(bids.assign(social=True), draws=5),
            "bids.social: all or none have this bond",
        ),
        (
            lambda bids: estimate_bond_effects(bids.assign(lost=False), draws=5),
            "bids.lost: everything or nothing was lost",
        ),
        (
            lambda bids: estimate_bond_effects(bids.head(49), draws=5),
            "bids: the table has 49 rows, expected at least 50",
        ),
        (
            # one loss among 60 accounts: two of three draws of accounts leave it out, or hold nothing else
            lambda bids: estimate_bond_effects(
                bids.head(60).assign(customer_id=range(60), lost=[True] + [False] * 59), draws=20
            ),
            "bids.lost: 1 of 60 offers with a loss are too few or too many",
        ),
        (
            lambda bids: compare_losses(bids.assign(customer_id=501), draws=5),
            "bids.customer_id: offers to one account only",
        ),
    ],
)
def test_offers_that_teach_nothing_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call(FRAMES["bids"])


@pytest.mark.parametrize("measure", [compare_losses, estimate_bond_effects])
def test_the_seed_alone_decides_about_the_interval(measure):
    one, same, other = (measure(FRAMES["bids"], draws=10, seed=seed) for seed in (2, 2, 3))
    pd.testing.assert_frame_equal(one, same)
    assert one["effect"].equals(other["effect"]) and not one["low"].equals(other["low"])


def test_the_plot_sets_three_readings_of_each_bond_one_below_the_other_and_names_the_most_overstated():
    effects = {
        "plain": [-0.18, -0.18, -0.33],
        "adjusted": [-0.1, -0.12, -0.3],
        "truth": [-0.05, -0.14, -0.23],
    }
    plain, adjusted, truth = (
        pd.DataFrame({"bond": BONDS, "effect": values, "low": np.array(values) - 0.1, "high": 0.0})
        for values in effects.values()
    )
    # the rows of the other two tables in another order: each finds its bond
    ax = plot_bond_effects(plain, adjusted.iloc[::-1], truth.iloc[[1, 2, 0]])
    assert read_frame(ax) == {
        "title": "most overstated: financial, plain −18 points, true −5",  # by 13, 4 and 10 points
        "x": "change of the share of offers with a loss (percentage points)",
        "y": "bond",
        "rows": list(BONDS),
        "legend": ["plain", "adjusted", "truth"],
    }
    claim, estimate, black = (COLOURS[name] for name in ("claim", "estimate", "truth"))
    assert read_lines(ax) == [
        (claim, "None", "s", [-18, -18, -33], [-0.18, 0.82, 1.82]),
        (estimate, "None", "o", [-10, -12, -30], [0, 1, 2]),
        (black, "None", "D", [-5, -14, -23], [0.18, 1.18, 2.18]),
        (black, ":", "", [0, 0], [0, 1]),
    ]
    assert read_whiskers(ax) == [
        [[-28, -0.18], [0, -0.18]], [[-28, 0.82], [0, 0.82]], [[-43, 1.82], [0, 1.82]],
        [[-20, 0], [0, 0]], [[-22, 1], [0, 1]], [[-40, 2], [0, 2]],
    ]  # fmt: skip


def test_the_table_of_levels_says_which_bonds_stand_below_the_highest():
    accounts = pd.DataFrame(
        [(501, True, True, False), (502, False, False, True)], columns=["customer_id", *HELD]
    )
    expected = pd.DataFrame(
        {
            "customer_id": [501, 502],
            "financial": [True, False],
            "social": [True, False],
            "structural": [False, True],
            "bonds": [2, 1],
            "level": [2, 3],
            "ladder": [True, False],
        }
    )
    pd.testing.assert_frame_equal(assign_bond_level(accounts), expected, check_dtype=False)


def test_the_true_effect_is_the_mean_difference_over_the_offers():
    bids = FRAMES["bids"].head(2)
    truth = FRAMES["truth.bids"].assign(loss_without_bonds=0.5)
    for place, bond in enumerate(BONDS, start=1):
        truth[f"loss_without_{bond}"], truth[f"loss_with_{bond}"] = 0.5, [0.5, 0.5 - 0.1 * place] * 60
    expected = pd.DataFrame({"bond": BONDS, "effect": [-0.05, -0.1, -0.15]})
    pd.testing.assert_frame_equal(find_true_bond_effects(bids, truth), expected)


def test_the_plain_comparison_has_a_row_for_each_bond():
    table = compare_losses(make_by_hand(), draws=20)
    assert table["bond"].tolist() == list(BONDS)
    assert list(table.columns) == [
        "bond", "with_share", "without_share", "effect", "low", "high", "n_with", "n_without"
    ]  # fmt: skip
    assert (table["effect"] == table["with_share"] - table["without_share"]).all()
    assert (table["n_with"] + table["n_without"] == 120).all()
