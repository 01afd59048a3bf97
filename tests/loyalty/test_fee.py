"""When the fee of the card pays off (K-08, X-12): formula, going through the receipts, and the figure."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.charts.interactive import Slider
from crmlib.charts.style import COLOURS, new_axes
from crmlib.customers.ledger import PointsRules
from crmlib.loyalty import fee
from crmlib.loyalty.fee import explore_fee_break_even, fee_break_even, list_break_even_benefits
from tests.pictures import catch_live, read_frame, read_lines, read_texts

SPEND = [100.0, 900.0, 1600.0, 4200.0]


START = {"fee": 20, "multiple": 1.0, "discount": 0.0, "voucher": 0, "years": 1.0}


@pytest.fixture
def live(monkeypatch):
    """What the live figure for four members is made of."""
    return catch_live(monkeypatch, fee, lambda: explore_fee_break_even(SPEND))


@pytest.fixture
def draw_fee(live):
    """Settings of the sliders → the axes of the live figure."""

    def draw(**settings):
        ax = new_axes()
        live["draw"](ax, **{**START, **settings})
        return ax

    return draw


def test_the_fee_pays_off_from_4000_and_with_the_opening_bonus_from_3600():
    # 20 yuan = 400 points = 4,000 yuan; 3,600 with the 40 points on opening
    assert (fee_break_even(), fee_break_even(with_opening=True)) == (4000, 3600)


@pytest.mark.parametrize(
    ("cost", "rules", "expected"),
    [
        (0, PointsRules(), 0),
        (2, PointsRules(), 400),
        (0.03, PointsRules(), 10),  # a fraction of a point cannot be earned
        (2.2, PointsRules(points_per_yuan=25), 550),  # for a computer 2.2 · 25 is a little more than 55
        (20, PointsRules(points_per_yuan=8), 1600),
        (20, PointsRules(yuan_per_point=4), 1600),
    ],
)
def test_other_fees_and_rules(cost, rules, expected):
    assert fee_break_even(fee_cny=cost, rules=rules) == expected


def test_the_opening_bonus_alone_can_cover_a_small_fee():
    assert fee_break_even(fee_cny=2, with_opening=True) == 0


@pytest.mark.parametrize("basket", [10, 19.9, 25, 58, 99.99, 450])
@pytest.mark.parametrize("opening", [0, 40])
def test_the_break_even_by_receipts_is_the_one_found_by_going_through_them(basket, opening):
    points, receipts = opening, 0
    while points < 20 * 20:
        points += int(basket // 10)
        receipts += 1
    found = fee_break_even(with_opening=opening > 0, basket_cny=basket)
    assert found == pytest.approx(receipts * basket)


def test_each_listed_benefit_is_worth_the_fee_at_1600_yuan():
    # X-12 turned round; N-27: the points of 1,600 yuan are worth 8 yuan
    needed = list_break_even_benefits().set_index("benefit")["needed"]
    gains = {
        "total rebate instead of points": 1600 * needed.iloc[0],
        "more points for every yuan": 8 * needed.iloc[1],
        "a further discount on everything": 8 + 1600 * needed.iloc[2],
        "5 % off on a part of the spend": 8 + 0.05 * 1600 * needed.iloc[3],
        "20 % off on a part of the spend": 8 + 0.2 * 1600 * needed.iloc[4],
        "a voucher, gift or partner discount": 8 + needed.iloc[5],
    }
    assert list(needed.index) == [*gains, "a lower fee", "more years as a member"]
    assert list(gains.values()) == pytest.approx([20] * 6, rel=1e-4)
    assert needed["a lower fee"] == 8
    assert needed["more years as a member"] * 8 == 20  # the fee is paid once, the points come every year
    assert list_break_even_benefits()["gain_cny"].tolist() == pytest.approx([20] * 6 + [8, 20])


def test_a_target_that_the_points_reach_alone_is_refused():
    with pytest.raises(ValueError, match="target_cny: basic points on 4000 yuan already give 20; fee_cny"):
        list_break_even_benefits(4000)


def test_a_basket_that_earns_no_point_never_pays_the_fee_off():
    with pytest.raises(ValueError, match="basket_cny is 9: such a receipt earns no point"):
        fee_break_even(basket_cny=9)


@pytest.mark.parametrize(
    ("settings", "title"),
    [
        ({}, "4,000 yuan a year: 25.0 %"),
        ({"multiple": 2.5}, "1,600 yuan a year: 50.0 %"),
        ({"discount": 0.75}, "1,600 yuan a year: 50.0 %"),
        ({"voucher": 12}, "1,600 yuan a year: 50.0 %"),
        ({"fee": 8}, "1,600 yuan a year: 50.0 %"),
        ({"years": 2.5}, "1,600 yuan a year: 50.0 %"),
        ({"years": 2.0, "voucher": 2}, "1,600 yuan a year: 50.0 %"),  # a voucher comes every year
        ({"fee": 5, "voucher": 6}, "0 yuan a year: 100.0 %"),
        ({"fee": 40}, "8,000 yuan a year: 0.0 %"),
    ],
)
def test_the_fee_figure_writes_break_even_and_the_share_of_members_beyond(draw_fee, settings, title):
    assert draw_fee(**settings).get_title() == f"The fee is back at {title} of members spend that"


def test_the_sliders_of_the_fee_start_at_the_rules_of_the_card(live):
    assert live["controls"] == {
        "fee": Slider("fee (yuan)", 0, 40, 20, 1),
        "multiple": Slider("points, times", 1.0, 4.0, 1.0, 0.5),
        "discount": Slider("further discount (%)", 0.0, 3.0, 0.0, 0.25),
        "voucher": Slider("voucher or gift (yuan a year)", 0, 20, 0, 1),
        "years": Slider("years as a member", 1.0, 5.0, 1.0, 0.5),
    }
    for number in (fee.FEE_CNY, fee_break_even(), fee.CLAIMED_SPEND_CNY):
        assert f"{number:,.0f} yuan" in live["alt"]


def test_the_fee_figure_sets_the_gain_of_the_card_against_fee_claim_and_members(draw_fee):
    # 5 yuan a year and 1 % of the spend, for two years; the fee of 30 is back at 10 + 2 % of 1,000
    ax = draw_fee(fee=30, multiple=1.0, discount=0.5, voucher=5, years=2.0)
    assert read_frame(ax) == {
        "title": "The fee is back at 1,000 yuan a year: 50.0 % of members spend that",
        "x": "spend in a year (yuan)",
        "y": "the card gives back in all (yuan)",
        "rows": ["0", "10", "20", "30", "40"],
    }
    assert read_lines(ax) == [
        (COLOURS["member"], "-", "", [0, 5000], [10, 110]),
        ("#4C4C4C", "--", "", [0, 1], [30, 30]),
        (COLOURS["claim"], ":", "", [1600, 1600], [0, 1]),
        ("#000000", "None", "o", [1000], [30]),
    ]
    assert read_texts(ax) == [  # each a little above or beside its line
        ("members (own scale)", 30, 12.5), ("fee: 30 yuan", 30, 30.6), ("claimed: 1,600 yuan", 1630, 42.5)
    ]  # fmt: skip
    (members,) = ax.patches
    values, edges, _ = members.get_data()
    # one member in the classes of 100 yuan that begin at 100, 900, 1,600 and 4,200
    assert {edges[place]: values[place] for place in values.nonzero()[0]} == dict.fromkeys(SPEND, 12)
    assert len(values) == 50 and edges[-1] == 5000
    assert ax.get_xlim() == (0, 5000) and ax.get_ylim() == (0, 45)
    assert [one.get_text() for one in ax.get_xticklabels()] == [
        "0",
        "1,000",
        "2,000",
        "3,000",
        "4,000",
        "5,000",
    ]


def test_the_longest_bar_of_members_is_twelve_high_on_a_scale_of_its_own(monkeypatch):
    call = lambda: explore_fee_break_even([100.0, 150.0, 120.0, 180.0, 900.0, 2000.0, 9000.0])  # noqa: E731
    ax = new_axes()
    catch_live(monkeypatch, fee, call)["draw"](ax, **START)
    values, edges, _ = ax.patches[0].get_data()
    assert {edges[place]: values[place] for place in values.nonzero()[0]} == {100: 12, 900: 3, 2000: 3}
    assert ax.patches[0].get_fill()


def test_a_fee_that_is_never_back_within_the_picture_has_no_dot(draw_fee):
    assert [len(draw_fee(fee=cost).lines) for cost in (25, 26)] == [4, 3]  # back at 5,000 and 5,200 yuan


def test_the_dot_of_the_fee_figure_lies_where_the_line_reaches_the_fee(draw_fee):
    # in two years 2 · (3 + 0.5 % of 1,200) = 18 yuan
    for years, spend in ((1.0, 3000), (2.0, 1200)):
        ax = draw_fee(fee=18, voucher=3, years=years)
        (dot,) = (line for line in ax.lines if line.get_marker() == "o")
        assert (dot.get_xdata()[0], dot.get_ydata()[0]) == pytest.approx((spend, 18))


@given(st.integers(1000, 60_000), st.integers(0, 40))
def test_rounding_on_each_receipt_never_makes_the_fee_pay_off_earlier(fen, cost):
    basket = fen / 100
    assert fee_break_even(fee_cny=cost, basket_cny=basket) >= fee_break_even(fee_cny=cost) - 1e-6


@given(st.floats(0, 40), st.integers(1, 30), st.integers(1, 40))
def test_the_points_of_the_break_even_cover_the_fee_and_those_of_one_point_less_do_not(cost, yuan, points):
    rules = PointsRules(yuan_per_point=yuan, points_per_yuan=points)
    earned = fee_break_even(fee_cny=cost, rules=rules) / yuan
    assert earned / points >= cost - 1e-6
    assert earned == 0 or (earned - 1) / points < cost
    assert earned == math.floor(earned)
