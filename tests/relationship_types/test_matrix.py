"""Types, the matrix and the test of a fitting type: by hand, by law, and against the truth (C-15, C-16)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.datasets.loaders import load_truth
from crmlib.estimates.estimate import quantile
from crmlib.relationship_types.fit import (
    accounts_needed,
    compare_fit,
    find_fit,
    find_true_fit,
    measure_dilution,
    measure_wallet_share,
)
from crmlib.relationship_types.matrix import (
    TYPES,
    choose_type,
    choose_types,
    list_matrix,
    list_types,
    summarise_segments,
)
from tests.relationship_types.calls import LAST, make_accounts, make_frames, make_orders


def test_the_matrix_has_the_nine_labels_of_the_course():
    # C-16, from low to high margin; rows many, medium, few
    assert list_matrix().to_numpy().tolist() == [
        ["basic", "reactive", "accountable"],
        ["reactive", "accountable", "proactive"],
        ["accountable", "proactive", "partnership"],
    ]


def test_the_proactive_type_has_both_names_of_the_course():
    #
    proactive = list_types().set_index("type").loc["proactive", "term_zh"]
    assert "能动型" in proactive and "主动型" in proactive
    assert list_types()["type"].tolist() == list(TYPES)


@pytest.mark.parametrize(
    ("customers", "margin", "wanted"),
    [(50, 20000.0, "partnership"), (51, 20000.0, "proactive"), (999, 199.9, "reactive"),
     (1000, 200.0, "reactive"), (1000, 199.9, "basic"), (1, -5.0, "accountable")],
)  # fmt: skip
def test_cut_points_belong_to_the_closer_side(customers, margin, wanted):
    assert choose_type(customers, margin) == wanted


@given(st.integers(1, 10**6), st.floats(-1e4, 1e7), st.floats(0, 1e6), st.integers(1, 10**5))
def test_more_margin_or_fewer_customers_never_loosen_a_type(customers, margin, more, fewer):
    here = TYPES.index(choose_type(customers, margin))
    assert TYPES.index(choose_type(customers, margin + more)) >= here
    assert TYPES.index(choose_type(max(1, customers - fewer), margin)) >= here


@pytest.mark.parametrize(
    ("cuts", "message"),
    [
        ({"few_up_to": 1000, "many_from": 1000}, "expected 1 <= few_up_to < many_from"),
        ({"low_below": 300.0, "high_from": 200.0}, "expected 0 <= low_below < high_from"),
    ],
)
def test_cut_points_in_the_wrong_order_are_refused(cuts, message):
    with pytest.raises(ValueError, match=message):
        choose_type(10, 10.0, **cuts)
    with pytest.raises(ValueError, match=message):
        choose_types(make_frames()["segments"], **cuts)


def test_segments_keep_the_order_and_the_sum_of_the_firm(firm):
    sizes = firm.accounts.set_index("customer_id")["segment"]
    table = summarise_segments(firm.orders, sizes, as_of=LAST)
    assert table["segment"].tolist() == ["small", "middle", "key"]
    year = firm.orders[firm.orders["purchased_at"] >= "2025-01-01"]
    assert table["margin_cny"].sum() == pytest.approx(year["margin_cny"].sum())
    assert table["margin_each_cny"].is_monotonic_increasing
    assert choose_types(table)["type"].tolist()[-1] == "partnership"


def test_thirds_of_the_margin_hold_as_many_accounts_each():
    fit = find_fit(make_accounts(), make_orders())
    assert fit["margin_level"].value_counts().to_dict() == {"low": 6, "medium": 6, "high": 6}
    # account 516 is small (many) and lies in the highest third
    assert fit.set_index("customer_id").loc[516, "fitting"] == "accountable"
    with pytest.raises(ValueError, match="2 accounts have orders, expected at least 3 to cut into thirds"):
        find_fit(make_accounts(2), make_orders())


def make_comparison(n: int, effect: float, seed: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Accounts of two sizes; large ones fit more often and have larger shares; fitting adds the effect."""
    generator = np.random.default_rng(seed)
    large = generator.random(n) < 0.5
    fits = generator.random(n) < np.where(large, 0.8, 0.3)
    share = 0.3 + 0.3 * large + effect * fits + generator.normal(0, 0.05, n)
    ids = np.arange(n)
    fit = pd.DataFrame({"customer_id": ids, "fits": fits, "segment": np.where(large, "key", "small")})
    return fit, pd.DataFrame({"customer_id": ids, "wallet_share": share.clip(0)})


def test_a_common_cause_is_taken_out_within_segments():
    fit, shares = make_comparison(4000, 0.04, seed=1)
    naive, within = compare_fit(fit, shares), compare_fit(fit, shares, within=["segment"])
    assert naive.value > 0.15
    assert within.low < 0.04 < within.high


def test_the_interval_holds_the_effect_in_most_tries():
    tries = [compare_fit(*make_comparison(200, 0.02, seed), within=["segment"]) for seed in range(200)]
    assert 0.9 < np.mean([one.low <= 0.02 <= one.high for one in tries]) <= 1


def test_comparing_within_groups_equals_a_regression_with_a_constant_each():
    fit, shares = make_comparison(500, 0.04, seed=2)
    large = (fit["segment"] == "key").to_numpy(float)
    design = np.column_stack([fit["fits"].to_numpy(float), large, 1 - large])
    slope = np.linalg.lstsq(design, shares["wallet_share"].to_numpy(), rcond=None)[0][0]
    assert compare_fit(fit, shares, within=["segment"]).value == pytest.approx(slope)


def test_accounts_that_all_fit_cannot_be_compared():
    fit, shares = make_comparison(50, 0.0, seed=3)
    with pytest.raises(ValueError, match="no group holds two accounts with and two without"):
        compare_fit(fit.assign(fits=True), shares)
    with pytest.raises(ValueError, match="all accounts are judged alike"):
        measure_dilution(fit.assign(fits=True), fit)


def test_a_perfect_judgement_dilutes_nothing_and_a_blind_one_everything():
    fit, _ = make_comparison(4000, 0.0, seed=4)
    assert measure_dilution(fit, fit) == 1
    blind = fit.assign(fits=np.random.default_rng(9).random(4000) < 0.5)
    assert abs(measure_dilution(blind, fit)) < 0.06


def test_the_number_of_accounts_gives_the_power_that_was_asked_for():
    n = accounts_needed(0.04, spread=0.13, fitting_share=0.4, power=0.8)
    error = 0.13 / np.sqrt(n * 0.4 * 0.6)
    assert 0.04 / error == pytest.approx(quantile(0.95) + quantile(0.6), rel=0.01)
    # half the effect, or half of it visible: four times the accounts
    assert accounts_needed(0.02, spread=0.13, fitting_share=0.4) == pytest.approx(4 * n, rel=0.01)
    assert accounts_needed(0.04, spread=0.13, fitting_share=0.4, dilution=0.5) == pytest.approx(
        4 * n, rel=0.01
    )
    with pytest.raises(ValueError, match="effect is 0, expected a difference"):
        accounts_needed(0.0, spread=0.1)


def test_partners_buy_more_only_because_they_are_large(firm):
    # the claim C-16.closer: clear in one pot, nothing within segments
    fit, shares = find_fit(firm.accounts, firm.orders), measure_wallet_share(firm.wallets)
    closer = fit.assign(fits=fit["given"].isin(["proactive", "partnership"]))
    assert compare_fit(closer, shares).low > 0
    within = compare_fit(closer, shares, within=["segment"])
    assert within.low < 0 < within.high


def test_the_estimates_of_a_fitting_type_hold_the_truth(firm):
    truth, shares = load_truth("accounts"), measure_wallet_share(firm.wallets)
    effect = truth["fit_effect"].iloc[0]
    own, true = find_fit(firm.accounts, firm.orders), find_true_fit(firm.accounts, truth)
    dilution = measure_dilution(own, true)
    assert 0.4 < dilution < 0.9
    seen = compare_fit(own, shares, within=["segment"])
    assert seen.low < dilution * effect < seen.high
    # on the first day, before rivals' bids have added up, the true matrix shows the effect itself
    start = truth.rename(columns={"wallet_share_at_start": "wallet_share"})[["customer_id", "wallet_share"]]
    first_day = compare_fit(true, start, within=["segment"])
    assert first_day.low < effect < first_day.high
