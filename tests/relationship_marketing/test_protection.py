"""A rival's price cut against each bond, and what a rebate costs (J-05 to J-09): by hand, and at the firm."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crmlib.charts.interactive import Choice, Slider
from crmlib.charts.style import COLOURS, new_axes
from crmlib.estimates.logistic import to_share
from crmlib.relationship_marketing import protection
from crmlib.relationship_marketing.bonds import BONDS
from crmlib.relationship_marketing.protection import (
    STYLES,
    explore_price_cut,
    learn_true_curves,
    plot_loss_by_cut,
    weigh_financial_bond,
)
from tests import pictures
from tests.relationship_marketing.calls import FRAMES

# Log odds of a loss, and what each bond takes off: the social one holds at 2 % and breaks at 10 %.
CURVES = pd.DataFrame(
    {
        "price_cut_share": [0.02, 0.1],
        "loyal": [-1.0, 0.0],
        "competitive": [0.0, 1.0],
        "tender": 0.0,
        "financial": 0.5,
        "social": [1.0, 0.0],
        "structural": [0.7, 2.0],
    }
)
# the odds of a competitive buyer less what no bond, each bond and all three take off, at both cuts
COMPETITIVE = to_share(np.array([[0, -0.5, -1, -0.7, -2.2], [1, 0.5, 1, -1, -1.5]]))


@pytest.fixture(scope="module")
def curves(bids, truth_bids):
    """The true curves of the firm."""
    return learn_true_curves(bids, truth_bids)


def read_lines(ax):
    """Label → heights of a line."""
    return {line.get_label(): np.asarray(line.get_ydata()) for line in ax.get_lines()}


def test_the_loss_with_a_structural_bond_rises_with_the_cut_and_the_title_says_so(curves):
    ax = plot_loss_by_cut(curves)
    ends = read_lines(ax)["structural"][[0, -1]]
    assert ends[1] > 5 * ends[0]  # the tank does not make the account blind to the price
    assert ax.get_title() == (
        f"with a structural bond the loss rises from {100 * ends[0]:.0f} % at a cut of 1 % "
        f"to {100 * ends[1]:.0f} % at 20 %"
    )


def test_the_curves_give_back_the_odds_that_were_built_in():
    # frames: −1 + 20 (cut − 0.08), half a point more or less by style; bonds take 0.5, 1 and 1.5 off
    table = learn_true_curves(FRAMES["bids"], FRAMES["truth.bids"])
    cut = table["price_cut_share"]
    assert (cut.iloc[0], cut.iloc[-1], len(cut)) == (0.01, 0.2, 39)
    for style, more in zip(STYLES, (-0.5, 0.0, 0.5), strict=True):
        np.testing.assert_allclose(table[style], -1 + 20 * (cut - 0.08) + more, atol=1e-12)
    for bond, off in zip(BONDS, (0.5, 1.0, 1.5), strict=True):
        np.testing.assert_allclose(table[bond], off)


def test_offers_count_by_their_distance_in_units_of_one_and_a_half_points():
    # at cuts of 5, 5 and 8 % the rebate takes 1, 1 and 2 off log odds of 0; 3 points are 2 units: exp(−2)
    bids = FRAMES["bids"].iloc[[0, 3, 6]].assign(price_cut_share=[0.05, 0.05, 0.08])
    truth = FRAMES["truth.bids"].iloc[[0, 3, 6]]
    truth = truth.assign(loss_without_financial=0.5, loss_with_financial=to_share(np.array([-1, -1, -2])))
    off = learn_true_curves(bids, truth).set_index("price_cut_share")["financial"]
    far = np.exp(-2)
    assert off[0.05] == pytest.approx((1 + 1 + 2 * far) / (2 + far))
    assert off[0.08] == pytest.approx((far + far + 2) / (2 * far + 1))


@pytest.mark.parametrize("style", STYLES)
def test_without_offers_to_a_style_there_is_no_curve(style):
    others = FRAMES["bids"][FRAMES["bids"]["buying_style"] != style]
    with pytest.raises(ValueError, match=r"bids.buying_style: expected offers to loyal, competitive and"):
        learn_true_curves(others, FRAMES["truth.bids"])


def test_each_bond_of_the_firm_fades_in_its_own_way(curves):
    # built so: a price is outbid, a friend is forgiven a little, what a tank takes off stays (J-05 to J-09)
    at = curves.set_index("price_cut_share")
    assert at.loc[0.15, "financial"] < 0.3 * at.loc[0.02, "financial"]
    assert at.loc[0.05, "social"] > 0.8 * at.loc[0.02, "social"]
    assert at.loc[0.15, "social"] < 0.3 * at.loc[0.02, "social"]
    assert at.loc[0.15, "structural"] > 0.8 * at.loc[0.02, "structural"]


@pytest.mark.parametrize("style", STYLES)
def test_more_bonds_never_raise_the_loss_and_deeper_cuts_never_lower_it(curves, style):
    lines = read_lines(plot_loss_by_cut(curves, buying_style=style))
    assert (np.diff(lines["none"]) >= 0).all()
    for bond in BONDS:
        assert (lines["all three"] <= lines[bond] + 1e-12).all()
        assert (lines[bond] <= lines["none"] + 1e-12).all()


def test_bonds_add_up_in_the_log_odds():
    lines = read_lines(plot_loss_by_cut(CURVES.iloc[::-1], buying_style="loyal"))
    np.testing.assert_allclose(lines["none"], to_share([-1, 0]))
    np.testing.assert_allclose(lines["social"], to_share([-2, 0]))
    np.testing.assert_allclose(lines["all three"], to_share([-1 - 0.5 - 1 - 0.7, -0.5 - 2]))


def test_the_plot_draws_each_bond_in_its_own_dash_and_says_which_buyer_it_is():
    ax = plot_loss_by_cut(CURVES, buying_style="loyal")
    frame = pictures.read_frame(ax)
    del frame["rows"]
    assert frame == {
        "title": "with a structural bond the loss rises from 15 % at a cut of 2 % to 12 % at 10 %",
        "x": "rival's price below ours",
        "y": "true chance to lose a part or all",
        "legend": ["none", *BONDS, "all three"],
    }
    assert ax.get_legend().get_title().get_text() == "loyal buyer, bonds:"
    looks = [(colour, dash) for colour, dash, *_ in pictures.read_lines(ax)]
    colours = [COLOURS[name] for name in ("truth", "claim", "treated", "estimate", "no_card")]
    assert looks == list(zip(colours, ["-", "--", ":", "-.", "-"], strict=True))
    assert {tuple(line[3]) for line in pictures.read_lines(ax)} == {(0.02, 0.1)}
    np.testing.assert_allclose(ax.get_xticks(), [0, 0.05, 0.1])
    assert ax.get_ylim() == (0, 1)
    assert [axis.get_major_formatter()(0.25) for axis in (ax.xaxis, ax.yaxis)] == ["25 %"] * 2


@pytest.mark.parametrize(
    ("cuts", "low", "high", "start"),
    [([0.02, 0.1], 2, 10, 4), ([0.01, 0.03], 1, 3, 3), ([0.05, 0.06], 5, 6, 5)],
)
def test_the_live_figure_starts_at_a_cut_of_4_per_cent_or_the_nearest(monkeypatch, cuts, low, high, start):
    curves = CURVES.assign(price_cut_share=cuts)
    live = pictures.catch_live(monkeypatch, protection, lambda: explore_price_cut(curves))
    assert live["controls"] == {
        "cut_percent": Slider("rival's price cut (%)", low, high, start, 0.5),
        "buying_style": Choice("buying style", STYLES, "competitive"),
    }


@pytest.mark.parametrize(
    ("cut_percent", "title", "losses"),
    [
        # competitive: odds 1 against 1, with the social bond 1 against e: 50 − 27 points; then 73 − 27
        (2.0, "in truth strongest alone: social, 23 points fewer losses", COMPETITIVE[0]),
        (10.0, "in truth strongest alone: structural, 46 points fewer losses", COMPETITIVE[1]),
    ],
)
def test_which_bond_is_strongest_depends_on_the_cut(monkeypatch, cut_percent, title, losses):
    live = pictures.catch_live(monkeypatch, protection, lambda: explore_price_cut(CURVES))
    ax = new_axes()
    live["draw"](ax, cut_percent=cut_percent, buying_style="competitive")
    names = ["none", *BONDS, "all three"]
    assert pictures.read_frame(ax) == {
        "title": title, "x": "chance to lose a part or all", "y": "bonds of the account", "rows": names
    }  # fmt: skip
    colours = [COLOURS[name] for name in ("truth", "claim", "treated", "estimate", "no_card")]
    assert [bar[0] for bar in pictures.read_bars(ax)] == colours
    np.testing.assert_allclose([bar.get_width() for bar in ax.patches], losses)
    assert [text for text, *_ in pictures.read_texts(ax)] == [f"{100 * loss:.0f} %" for loss in losses]
    assert ax.get_xlim() == (0, 1.1) and ax.get_ylim()[0] > ax.get_ylim()[1]
    assert ax.xaxis.get_major_formatter()(0.25) == "25 %"


def test_a_rebate_is_paid_on_every_tonne_and_keeps_margin_where_a_rival_calls():
    # one account with the bond: 2 orders of 40,000 yuan, 5 tonnes, 2,500 of margin each, over 2 years;
    # one offer for 50 tonnes, of which the bond truly keeps 10 %
    accounts = FRAMES["accounts"].assign(financial_bond=FRAMES["accounts"]["customer_id"] == 501)
    orders = FRAMES["orders"][FRAMES["orders"]["customer_id"].isin([501, 502])].groupby("customer_id").head(2)
    bids = FRAMES["bids"].head(2).assign(financial=[True, False])
    truth = FRAMES["truth.bids"].assign(loss_without_financial=0.4, loss_with_financial=0.3)
    table = weigh_financial_bond(orders, accounts, bids, truth, rebate_share=0.02, years=2)
    values = table.set_index("item")["value"]
    assert values["turnover"] == pytest.approx(80_000 / 2)
    assert values["rebate"] == pytest.approx(0.02 * 40_000)
    assert values["margin kept"] == pytest.approx(0.1 * 50 * 500 / 2)
    assert values["years to pay back"] == pytest.approx(800 / 1250)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"accounts": FRAMES["accounts"].assign(financial_bond=False)}, "accounts.financial_bond: no orders"),
        (
            {"bids": FRAMES["bids"].assign(financial=False)},
            "accounts.financial_bond: no orders, or no offers",
        ),
        (
            {"truth.bids": FRAMES["truth.bids"].assign(loss_with_financial=0.9, loss_without_financial=0.1)},
            "truth.bids: the financial bond keeps no margin",
        ),
    ],
)
def test_a_rebate_that_cannot_be_weighed_is_refused(change, message):
    tables = {**FRAMES, **change}
    with pytest.raises(ValueError, match=message):
        weigh_financial_bond(
            tables["orders"],
            tables["accounts"],
            tables["bids"],
            tables["truth.bids"],
            rebate_share=0.01,
            years=3,
        )


def test_at_the_firm_the_rebate_costs_more_than_it_keeps(firm, bids, truth_bids):
    table = weigh_financial_bond(firm.orders, firm.accounts, bids, truth_bids, rebate_share=0.01, years=3)
    values = table.set_index("item")["value"]
    assert values["rebate"] == pytest.approx(0.01 * values["turnover"])
    assert 0 < values["margin kept"] < values["rebate"]
