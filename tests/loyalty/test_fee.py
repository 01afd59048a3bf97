"""When the fee of the card pays off (K-08, X-12): formula, benefits as data, brute force over receipts."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.customers.ledger import PointsRules
from crmlib.loyalty.fee import (
    BASIC_POINTS,
    COURSE_BENEFITS,
    Benefit,
    break_even_spend,
    fee_break_even,
    list_break_even_benefits,
    list_bundles,
    search_break_even,
)


def test_the_fee_pays_off_from_4000_and_with_the_opening_bonus_from_3600():
    # 20 yuan = 400 points = 4,000 yuan; 3,600 with the 40 points on opening
    assert (fee_break_even(), fee_break_even(with_opening=True)) == (4000, 3600)


def test_the_claimed_1600_does_not_follow_from_the_points():
    # N-27: at 1,600 yuan the points are worth 8 yuan, not 20
    assert BASIC_POINTS.gain(1600) == 8


@pytest.mark.parametrize(
    ("fee", "rules", "expected"),
    [
        (0, PointsRules(), 0),
        (2, PointsRules(), 400),
        (0.03, PointsRules(), 10),  # a fraction of a point cannot be earned
        (20, PointsRules(points_per_yuan=8), 1600),
        (20, PointsRules(yuan_per_point=4), 1600),
    ],
)
def test_other_fees_and_rules(fee, rules, expected):
    assert fee_break_even(fee_cny=fee, rules=rules) == expected


def test_the_opening_bonus_alone_can_cover_a_small_fee():
    assert fee_break_even(fee_cny=2, with_opening=True) == 0


@pytest.mark.parametrize("basket", [10, 19.9, 25, 58, 99.99, 450])
@pytest.mark.parametrize("with_opening", [False, True])
def test_the_break_even_by_receipts_is_the_one_found_by_going_through_them(basket, with_opening):
    benefits = [BASIC_POINTS, *([Benefit("opening bonus", per_year_cny=2)] if with_opening else [])]
    found = search_break_even(benefits, basket_cny=basket)
    assert fee_break_even(with_opening=with_opening, basket_cny=basket) == pytest.approx(found)


def test_each_listed_benefit_brings_the_break_even_to_1600():
    # X-12 turned round: every row is put to the general solver
    needed = list_break_even_benefits().set_index("benefit")["needed"]
    share = {
        "total rebate instead of points": [Benefit("rebate", share=needed.iloc[0])],
        "more points for every yuan": [Benefit("points", share=0.005 * needed.iloc[1])],
        "a further discount on everything": [BASIC_POINTS, Benefit("discount", share=needed.iloc[2])],
        "5 % off on a part of the spend": [BASIC_POINTS, Benefit("5 % off", share=0.05 * needed.iloc[3])],
        "20 % off on a part of the spend": [BASIC_POINTS, Benefit("20 % off", share=0.2 * needed.iloc[4])],
        "a voucher, gift or partner discount": [BASIC_POINTS, Benefit("gift", per_year_cny=needed.iloc[5])],
    }
    assert list(needed.index) == [*share, "a lower fee"]
    for name, benefits in share.items():
        assert break_even_spend(benefits) == pytest.approx(1600, rel=1e-4), name
    assert break_even_spend([BASIC_POINTS], fee_cny=needed["a lower fee"]) == 1600
    assert (list_break_even_benefits()["gain_cny"].iloc[:6] == 20).all()


def test_bundles_hold_the_first_benefit_and_come_in_the_order_of_their_break_even():
    table = list_bundles()
    assert len(table) == 2 ** (len(COURSE_BENEFITS) - 1)
    assert table["bundle"].str.startswith("points").all()
    assert table["break_even_cny"].is_monotonic_increasing
    assert table["within"].tolist() == (table["break_even_cny"] <= 1600).tolist()
    # the rules of F-17 alone, all together, do not reach the claim
    rules_only = (
        "points + opening bonus + double points in the birth month + double points in one product group"
    )
    assert table.set_index("bundle").loc[rules_only, "break_even_cny"] == pytest.approx(
        18 / (0.005 * (1 + 1 / 12 + 1 / 4))
    )
    assert not table.set_index("bundle").loc[rules_only, "within"]


def test_without_anything_that_grows_with_spend_the_fee_may_never_pay_off():
    assert break_even_spend([Benefit("gift", per_year_cny=5)]) == math.inf
    assert break_even_spend([Benefit("gift", per_year_cny=20)]) == 0
    assert search_break_even([Benefit("gift", per_year_cny=5)], basket_cny=50) == math.inf


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: fee_break_even(fee_cny=-1), "fee_cny is -1, expected 0 or more yuan"),
        (lambda: fee_break_even(fee_cny=math.nan), "fee_cny is nan, expected 0 or more yuan"),
        (lambda: fee_break_even(basket_cny=9), "such a receipt earns no point, so the fee never pays off"),
        (lambda: break_even_spend([]), "expected at least one benefit"),
        (lambda: list_bundles([]), "expected at least one benefit"),
        (lambda: list_break_even_benefits(0), "target_cny is 0, expected more than 0 yuan"),
        (lambda: list_break_even_benefits(4000), "Basic points on 4000 yuan already give 20; the fee is 20"),
        (lambda: search_break_even([BASIC_POINTS], basket_cny=0), "basket_cny is 0, expected more than 0"),
        (lambda: Benefit("gift", per_year_cny=-2), "Benefit 'gift': per_year_cny is -2, expected 0 or more"),
        (lambda: Benefit("points", share=math.inf), "Benefit 'points': share is inf, expected 0 or more"),
    ],
)
def test_impossible_fees_and_benefits_are_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@given(st.floats(0.001, 0.2), st.floats(0, 30), st.floats(0, 40))
def test_at_the_break_even_the_gain_equals_the_fee(share, fixed, fee):
    benefits = [Benefit("rebate", share=share), Benefit("gift", per_year_cny=fixed)]
    spend = break_even_spend(benefits, fee_cny=fee)
    gain = sum(benefit.gain(spend) for benefit in benefits)
    assert gain == pytest.approx(max(fee, fixed), abs=1e-4)


@given(st.integers(1000, 60_000), st.integers(0, 40))
def test_rounding_on_each_receipt_never_makes_the_fee_pay_off_earlier(fen, fee):
    basket = fen / 100
    assert fee_break_even(fee_cny=fee, basket_cny=basket) >= fee_break_even(fee_cny=fee) - 1e-6
