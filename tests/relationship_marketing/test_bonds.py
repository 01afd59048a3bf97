"""Bonds of three levels and a rival's price cut (J-04 to J-09): by hand, as laws, and against the truth."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.datasets.loaders import load_truth
from crmlib.relationship_marketing.bonds import (
    BONDS,
    assign_bond_level,
    compare_losses,
    estimate_bond_effects,
    find_true_bond_effects,
    join_bonds,
    make_design,
    plot_bond_effects,
    to_share,
)
from crmlib.relationship_marketing.protection import (
    LOOKS,
    STYLES,
    compare_by_cut,
    draw_price_cut,
    explore_price_cut,
    learn_true_curves,
    plot_loss_by_cut,
    predict_loss,
    weigh_financial_bond,
)
from tests.relationship_marketing.calls import make_bids, make_frames

mpl.use("agg")


@pytest.fixture(scope="module")
def bids(firm):
    """The offers of rivals to the accounts of the firm, with the bonds."""
    return join_bonds(firm.competitor_bids, firm.accounts)


@pytest.fixture(scope="module")
def truth():
    """The true chance of loss of every offer."""
    return load_truth("bids")


@pytest.fixture(scope="module")
def curves(bids, truth):
    """The true chance of loss by price cut."""
    return learn_true_curves(bids, truth)


@given(st.lists(st.tuples(st.booleans(), st.booleans(), st.booleans()), min_size=1, max_size=20))
def test_the_level_is_that_of_the_highest_bond(held):
    accounts = pd.DataFrame(held, columns=["financial_bond", "social_bond", "structural_bond"])
    table = assign_bond_level(accounts.assign(customer_id=range(len(held))))
    for row, (one, two, three) in zip(table.itertuples(), held, strict=True):
        assert row.level == (3 if three else 2 if two else 1 if one else 0)
        assert row.ladder == (row.bonds == row.level)


def test_two_offers_by_hand():
    bids = make_bids(120)
    lost = bids["financial"].to_numpy()  # something is lost exactly where a financial bond is
    table = compare_losses(bids.assign(lost=lost), draws=20).set_index("bond")
    assert table.loc["financial", ["with_share", "without_share", "effect"]].tolist() == [1, 0, 1]


def test_bonds_by_chance_are_measured_right_by_both_comparisons():
    # the structural bond takes 2 off the log odds, the others nothing; bonds are given by chance
    generator = np.random.default_rng(4)
    bids = make_bids(6000, seed=9)
    bids["customer_id"] = np.arange(6000) + 501
    for bond in BONDS:
        bids[bond] = generator.random(6000) < 0.5
    odds = -0.5 + 15 * (bids["price_cut_share"] - 0.08)
    chance = to_share((odds - 2 * bids["structural"]).to_numpy())
    bids["lost"] = generator.random(6000) < chance
    truth = float((to_share((odds - 2).to_numpy()) - to_share(odds.to_numpy())).mean())
    for table in (compare_losses(bids, draws=50), estimate_bond_effects(bids, draws=50)):
        rows = table.set_index("bond")
        assert rows.loc["structural", "low"] - 0.01 <= truth <= rows.loc["structural", "high"] + 0.01
        assert rows.loc["social", "low"] - 0.01 <= 0 <= rows.loc["social", "high"] + 0.01


def test_the_regression_agrees_with_a_library_where_data_are_many():
    from statsmodels.discrete.discrete_model import Logit

    from crmlib.relationship_marketing.bonds import fit_losses

    bids = make_bids(3000, seed=11)
    design, lost = make_design(bids), bids["lost"].to_numpy(dtype=float)
    ours = fit_losses(design, lost, np.ones(len(bids)))
    np.testing.assert_allclose(ours, Logit(lost, design).fit(disp=0).params, atol=0.02)


def test_the_plain_comparison_flatters_bonds_that_good_accounts_get(bids, truth):
    # bonds follow size and quality of the relationship, so the plain gap of the financial bond is too large
    plain = compare_losses(bids).set_index("bond")["effect"]
    adjusted = estimate_bond_effects(bids).set_index("bond")
    true = find_true_bond_effects(bids, truth).set_index("bond")["effect"]
    assert (true < 0).all() and true["structural"] < true["social"] < true["financial"]
    assert plain["financial"] < 2 * true["financial"]
    assert abs(adjusted.loc["financial", "effect"] - true["financial"]) < abs(
        plain["financial"] - true["financial"]
    )
    assert sum(adjusted.loc[b, "low"] <= true[b] <= adjusted.loc[b, "high"] for b in BONDS) >= 2


def test_each_bond_fades_in_its_own_way(curves):
    # J-04: a price is outbid step by step, a friend is forgiven a little, a tank does not ask for the price
    at = curves.set_index("price_cut_share")
    assert at.loc[0.15, "financial"] < 0.3 * at.loc[0.02, "financial"]
    assert at.loc[0.05, "social"] > 0.8 * at.loc[0.02, "social"]
    assert at.loc[0.15, "social"] < 0.3 * at.loc[0.02, "social"]
    assert at.loc[0.15, "structural"] > 0.8 * at.loc[0.02, "structural"]


def test_bands_hold_every_offer_once(bids, truth):
    table = compare_by_cut(bids, truth)
    assert (table.groupby("bond")[["n_with", "n_without"]].sum().sum(axis=1) == len(bids)).all()
    assert (table["truth"] < 0).all() and table["effect"].between(table["low"], table["high"]).all()
    for limits in ((0.1, 0.05), (0.0,), (1.0,)):
        with pytest.raises(ValueError, match="expected rising shares between 0 and 1"):
            compare_by_cut(bids, truth, limits=limits)
    with pytest.raises(ValueError, match=r"no offers with and without the \w+ bond above a cut of 0.5"):
        compare_by_cut(bids, truth, limits=(0.5,))


def test_more_bonds_never_raise_the_loss_and_deeper_cuts_never_lower_it(curves):
    for style in STYLES:
        none = predict_loss(curves, buying_style=style)
        assert none.is_monotonic_increasing
        every = predict_loss(curves, buying_style=style, bonds=BONDS)
        for bond in BONDS:
            one = predict_loss(curves, buying_style=style, bonds=[bond])
            assert (every <= one + 1e-12).all() and (one <= none + 1e-12).all()
    with pytest.raises(ValueError, match="buying_style is 'friendly' and bonds"):
        predict_loss(curves, buying_style="friendly")
    with pytest.raises(ValueError, match="bonds among financial, social, structural"):
        predict_loss(curves, buying_style="loyal", bonds=["golden"])


def test_the_rebate_is_paid_on_every_tonne_and_protects_few(firm, bids, truth):
    with_tonnes = bids.merge(firm.competitor_bids[["bid_id", "tonnes"]], on="bid_id")
    table = weigh_financial_bond(
        firm.orders, firm.accounts, with_tonnes, truth, rebate_share=0.01, years=3
    ).set_index("item")["value"]
    assert table["rebate"] == pytest.approx(0.01 * table["turnover"])
    assert 0 < table["margin kept"] < table["rebate"]
    assert table["years to pay back"] == pytest.approx(table["rebate"] / table["margin kept"])
    for wrong in ({"rebate_share": 0}, {"years": 0}, {"years": float("inf")}):
        with pytest.raises(ValueError, match=f"{next(iter(wrong))} is "):
            weigh_financial_bond(
                firm.orders, firm.accounts, with_tonnes, truth, **{"rebate_share": 0.01, "years": 3, **wrong}
            )


def test_offers_to_strangers_or_without_truth_are_refused(firm, bids, truth):
    with pytest.raises(ValueError, match=r"competitor_bids.customer_id: \d+ offers went to accounts"):
        join_bonds(firm.competitor_bids, firm.accounts.head(10))
    with pytest.raises(ValueError, match=r"truth.bids: \d+ offers have no truth"):
        find_true_bond_effects(bids, truth.head(5))
    with pytest.raises(ValueError, match=r"bids.social: all or none have this bond"):
        compare_losses(bids.assign(social=True), draws=5)
    with pytest.raises(ValueError, match=r"bids.lost: everything or nothing was lost"):
        estimate_bond_effects(bids.assign(lost=False))
    with pytest.raises(
        ValueError, match=r"bids.buying_style: expected offers to loyal, competitive and tender"
    ):
        learn_true_curves(bids[bids["buying_style"] == "loyal"], truth)


def test_the_same_seed_gives_the_same_intervals(bids):
    for measure in (compare_losses, estimate_bond_effects):
        one, other = (measure(bids, draws=10, seed=2) for _ in range(2))
        pd.testing.assert_frame_equal(one, other)


def test_the_plots_label_both_axes_and_name_the_strongest_bond(bids, truth, curves):
    axes = plot_bond_effects(
        compare_losses(bids, draws=5),
        estimate_bond_effects(bids, draws=5),
        find_true_bond_effects(bids, truth),
    )
    assert "points" in axes.get_xlabel() and axes.get_ylabel()
    axes = plot_loss_by_cut(curves, buying_style="loyal")
    assert len(axes.get_lines()) == len(LOOKS) and axes.get_xlabel() and axes.get_ylabel()
    axes.clear()
    draw_price_cut(axes, curves=curves, cut_percent=20.0, buying_style="competitive")
    assert axes.get_title().startswith("strongest alone: structural")


def test_the_live_figure_can_be_shown(curves, capsys):
    explore_price_cut(curves)
    assert "Bars of the chance to lose" in capsys.readouterr().out
    assert set(make_frames()["curves"].columns) == set(curves.columns)
