"""Splitting visits: by hand, against a search, and the audit of prices (F-20, F-23)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import minimize

from crmlib.estimates.estimate import estimate_ratio
from crmlib.tables.errors import TableError
from crmlib.tiers.grading import audit_prices, compare_visit_plans, share_out
from tests.tiers.calls import FRAMES


def test_the_best_split_is_the_one_that_a_search_finds():
    rng = np.random.default_rng(6)
    base, effect = rng.lognormal(3, 1, 6), rng.uniform(0.2, 0.6, 6)
    found = share_out(base, effect, 9.0, 4.0)
    searched = minimize(
        lambda v: -(base * (1 + v) ** effect).sum(),
        np.full(6, 1.5),
        bounds=[(0, 4)] * 6,
        constraints={"type": "eq", "fun": lambda v: v.sum() - 9.0},
    )
    assert found.sum() == pytest.approx(9)
    assert (base * (1 + found) ** effect).sum() == pytest.approx(-searched.fun, rel=1e-6)
    assert found == pytest.approx(searched.x, abs=0.02)


@pytest.mark.parametrize(
    ("base", "wanted"),
    [([1.0, 1.0], [3, 3]), ([1.0, 0.0], [6, 0]), ([5.0, -5.0], [6, 0]), ([0.0, 0.0], [3, 3])],
)
def test_accounts_that_nothing_moves_get_no_visit(base, wanted):
    assert share_out(np.array(base), np.array([0.4, 0.4]), 6.0, 100.0) == pytest.approx(wanted)


def test_what_the_others_may_not_have_goes_to_those_with_nothing_to_win():
    assert share_out(np.array([5.0, -5.0]), np.array([0.4, 0.4]), 6.0, 4.0) == pytest.approx([4, 2])


def test_more_visits_than_all_may_have_are_left_over():
    with np.errstate(all="raise"):
        assert share_out(np.array([3.0, 1.0]), np.array([0.5, 0.5]), 100.0, 10.0).tolist() == [10, 10]


def test_no_plan_beats_the_best_and_all_use_the_same_visits():
    plans = compare_visit_plans(FRAMES["served"]).set_index("plan")
    assert plans["visits"].to_numpy() == pytest.approx(FRAMES["served"]["visits"].sum())
    assert plans["margin_cny"].idxmax() == "best"
    assert plans.loc["as today", "margin_cny"] == pytest.approx(FRAMES["served"]["margin_cny"].sum())
    assert plans.loc["alike", ["change", "fewer", "fewer_change"]].tolist() == [0, 0, 0]


def test_those_graded_down_lose_what_a_hand_finds():
    accounts = pd.DataFrame(
        {"class": ["A", "C"], "margin_cny": [200.0, 200.0], "visits": [3.0, 3.0], "effect": [0.5, 0.5]},
        index=[1, 2],
    )
    found = compare_visit_plans(accounts, visits_a=2, visits_c=0).set_index("plan").loc["by class"]
    assert (found["fewer"], found["fewer_change"]) == (1, pytest.approx(200 * (1 / 2 - 1)))


def test_of_a_loss_no_share_of_change_is_told():
    accounts = pd.DataFrame(
        {"class": ["A", "C"], "margin_cny": [200.0, -500.0], "visits": [3.0, 3.0], "effect": [0.5, 0.5]},
        index=[1, 2],
    )
    assert compare_visit_plans(accounts)["change"].tolist() == [0, 0, 0, 0]


def test_a_firm_that_visits_nobody_cannot_share_out():
    with pytest.raises(TableError, match="accounts: expected visits to share out"):
        compare_visit_plans(FRAMES["served"].assign(visits=0.0))
    with pytest.raises(TableError, match="an account with a margin above 0"):
        compare_visit_plans(FRAMES["served"].assign(margin_cny=0.0))
    with pytest.raises(ValueError, match="the plan gives nobody a visit"):
        compare_visit_plans(FRAMES["served"], visits_a=0, visits_b=0, visits_c=0)


def make_lines(price: float, *, promotion: bool = False) -> pd.DataFrame:
    """Two members buy the same at 10 yuan; the second one at another price."""
    return pd.DataFrame(
        {
            "receipt_id": [1, 2, 3, 4], "product_id": 1001, "quantity": [1, 1, 1, 2],
            "unit_price_cny": [10.0, 10.0, 10.0, price], "on_promotion": [False, False, False, promotion],
        }
    )  # fmt: skip


RECEIPTS = pd.DataFrame({"receipt_id": [1, 2, 3, 4], "customer_id": [1, 2, 3, 4]})
PRODUCTS = pd.DataFrame({"product_id": [1001], "list_price_cny": [10.0]})
GROUPS = pd.Series(["new", "new", "old", "old"], index=[1, 2, 3, 4])


def test_a_dearer_price_without_a_promotion_is_found():
    found = audit_prices(RECEIPTS, make_lines(11.0), PRODUCTS, GROUPS).set_index("group")
    assert found["off_list"].to_dict() == {"new": 0, "old": 1}
    assert found.loc["old", "paid_share"] == pytest.approx(32 / 30)


def test_a_price_that_is_a_cent_off_is_found():
    assert audit_prices(RECEIPTS, make_lines(10.01), PRODUCTS, GROUPS)["off_list"].sum() == 1


def test_a_promotion_is_no_unfair_price_and_half_a_cent_is_rounding():
    assert audit_prices(RECEIPTS, make_lines(8.0, promotion=True), PRODUCTS, GROUPS)["off_list"].sum() == 0
    assert audit_prices(RECEIPTS, make_lines(10.004), PRODUCTS, GROUPS)["off_list"].sum() == 0


def test_a_product_twice_on_one_receipt_is_refused():
    lines = make_lines(10.0)
    with pytest.raises(TableError, match="receipt_lines"):
        audit_prices(RECEIPTS, pd.concat([lines, lines.head(1)]), PRODUCTS, GROUPS)


def test_a_product_without_a_list_price_is_refused():
    with pytest.raises(TableError, match="4 lines name products that are not in products"):
        audit_prices(RECEIPTS, make_lines(10.0), PRODUCTS.assign(product_id=7), GROUPS)


def test_the_whole_table_of_plans_and_of_prices_is_that_of_a_hand():
    accounts = pd.DataFrame(
        {"class": ["A", "C"], "margin_cny": [200.0, 100.0], "visits": [3.0, 0.0], "effect": [0.5, 0.5]},
        index=[1, 2],
    )
    found = compare_visit_plans(accounts, visits_a=2, visits_c=1, most_visits=2)
    # bases 100 and 100; alike 1.5 each; by class 2 and 1; best alike, for both win the same
    after = np.array([200 + 100, 200 * np.sqrt(2.5), 100 * (np.sqrt(3) + np.sqrt(2)), 200 * np.sqrt(2.5)])
    assert found["plan"].tolist() == ["as today", "alike", "by class", "best"]
    assert found.columns.tolist() == ["plan", "visits", "margin_cny", "change", "fewer", "fewer_change"]
    assert found["visits"].tolist() == pytest.approx([3] * 4)
    assert found["margin_cny"].tolist() == pytest.approx(after)
    assert found["change"].tolist() == pytest.approx(after / after[1] - 1)
    assert found["fewer"].tolist() == [1, 0, 1, 0]
    fewer = [100 * (1 - np.sqrt(2.5)), 0, 100 * (np.sqrt(2) - np.sqrt(2.5)), 0]
    assert found["fewer_change"].tolist() == pytest.approx(fewer)

    prices = audit_prices(RECEIPTS, make_lines(11.0), PRODUCTS, GROUPS).iloc[1]
    ratio = estimate_ratio(pd.Series([10.0, 22.0]), pd.Series([10.0, 20.0]), unit="%")
    assert prices.to_dict() == {
        "group": "old", "customers": 2, "off_list": 1, "paid_share": pytest.approx(ratio.value),
        "low": pytest.approx(ratio.low), "high": pytest.approx(ratio.high),
    }  # fmt: skip
