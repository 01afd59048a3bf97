"""Does a fitting type pay: by hand, by a second computation, and against the truth (C-16)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crmlib.charts.style import new_axes
from crmlib.datasets.loaders import load_truth
from crmlib.estimates.estimate import Estimate, quantile
from crmlib.relationship_types import fit as module
from crmlib.relationship_types.fit import (
    FIT,
    accounts_needed,
    compare_fit,
    explore_fit_test,
    find_fit,
    find_true_fit,
    measure_dilution,
    measure_wallet_share,
    plot_fit_estimates,
)
from tests.pictures import catch_live, describe_figure, lines_of, read_sliders
from tests.relationship_types.calls import FITTING, FRAMES, make_accounts, make_orders


def test_thirds_of_the_margin_hold_as_many_accounts_each():
    fit = find_fit(make_accounts(), make_orders())
    assert fit["margin_level"].value_counts().to_dict() == {"low": 6, "medium": 6, "high": 6}
    assert set(FIT.columns) <= set(fit.columns)
    # account 516 is small (many) and lies in the highest third
    assert fit.set_index("customer_id").loc[516, "fitting"] == "accountable"


def test_types_can_be_compared_from_basic_to_partnership():
    fit = find_fit(make_accounts(), make_orders()).set_index("customer_id")
    assert fit.loc[505, ["given", "fitting"]].tolist() == ["partnership", "reactive"]
    assert (fit["given"] > fit["fitting"])[505] and not (fit["given"] > fit["fitting"])[501]
    assert (fit["fits"] == ~((fit["given"] > fit["fitting"]) | (fit["given"] < fit["fitting"]))).all()


def test_accounts_without_an_order_have_no_margin_share():
    orders = make_orders()
    fit = find_fit(make_accounts(), orders[orders["customer_id"] != 502])
    assert set(make_accounts()["customer_id"]) - set(fit["customer_id"]) == {502}


def test_two_accounts_cannot_be_cut_into_thirds():
    with pytest.raises(ValueError, match="2 accounts have orders, expected at least 3 to cut into thirds"):
        find_fit(make_accounts(2), make_orders())


def test_accounts_without_a_truth_are_counted():
    strangers = FRAMES["accounts"].assign(customer_id=lambda table: table["customer_id"] + 1000)
    with pytest.raises(ValueError, match=r"truth\.accounts: 18 of 18 accounts are missing\. Take both"):
        find_true_fit(strangers, FRAMES["truth.accounts"])


def test_an_account_that_needs_nothing_has_no_wallet():
    wallets = FRAMES["wallets"].copy()
    wallets.loc[wallets["customer_id"] == 501, "needed_tonnes"] = 0.0
    shares = measure_wallet_share(wallets).set_index("customer_id")["wallet_share"]
    assert 501 not in shares.index
    bought = wallets.loc[wallets["customer_id"] == 502, "bought_tonnes"].sum()
    assert shares[502] == pytest.approx(bought / 80)


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


def test_a_group_with_one_account_on_a_side_is_left_out():
    fit, shares = make_comparison(40, 0.0, seed=6)
    lonely = fit.assign(fits=fit["fits"] & (fit["segment"] == "key"))
    lonely.loc[lonely.index[lonely["segment"] == "small"][0], "fits"] = True
    keys = lonely[lonely["segment"] == "key"]
    assert compare_fit(lonely, shares, within=["segment"]) == compare_fit(keys, shares)


def test_accounts_that_all_fit_cannot_be_compared():
    fit, shares = make_comparison(50, 0.0, seed=3)
    with pytest.raises(ValueError, match="no group holds two accounts with and two without a fitting type"):
        compare_fit(fit.assign(fits=True), shares)


def test_accounts_that_are_judged_alike_show_no_dilution():
    fit, _ = make_comparison(50, 0.0, seed=3)
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


@pytest.mark.parametrize(("effect", "dilution"), [(0.02, 1.0), (0.04, 0.5), (-0.02, 1.0)])
def test_half_the_effect_or_half_of_it_visible_takes_four_times_the_accounts(effect, dilution):
    whole = accounts_needed(0.04, spread=0.13)
    assert accounts_needed(effect, spread=0.13, dilution=dilution) == pytest.approx(4 * whole, rel=0.01)


def test_an_effect_that_no_firm_can_see_is_refused():
    with pytest.raises(ValueError, match=r"effect is 1e-05, dilution 0.01: no firm has accounts enough"):
        accounts_needed(1e-5, spread=0.13, dilution=0.01)
    assert accounts_needed(1e-5, spread=0.13, dilution=0.1) > 1e9


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


@pytest.mark.parametrize(
    ("accounts", "effect", "misjudged", "firms"),
    [(2000, 15, 0, 100), (240, 0, 0, 3), (2000, 15, 50, 3)],  # 2.5 % by chance alone, on this side
)
def test_the_figure_says_how_many_firms_would_see_the_effect(monkeypatch, accounts, effect, misjudged, firms):
    caught = {}
    monkeypatch.setattr(module, "explore", lambda draw, **_: caught.update(draw=draw))
    explore_fit_test()
    ax = new_axes()
    caught["draw"](ax, accounts=accounts, effect=effect, misjudged=misjudged, spread=13)
    assert ax.get_title().endswith(f": {firms} of 100 firms would see it")


def test_the_bell_of_the_estimates_is_coloured_where_a_firm_would_see_the_effect(monkeypatch):
    # 400 accounts: a standard error of 10 / √(400 / 4) = 1 point; half of the misjudged 25 % stands for zero,
    # so the bell stands at 4 · (1 − 2 · 0.25) = 2 points, and a firm sees what lies above 1.96
    caught = {}
    monkeypatch.setattr(module, "explore", lambda draw, **_: caught.update(draw=draw))
    explore_fit_test()
    ax = new_axes()
    caught["draw"](ax, accounts=400, effect=4, misjudged=25, spread=10)
    assert describe_figure(ax) == lines_of("""
        picture: 6.4 × 3.6
        title: 400 accounts: 52 of 100 firms would see it
        x: estimated effect of a fitting type (percentage points)
        y: how often (relative)
        legend: interval holds zero | seen | true effect
        upright 'true effect' black --: x = 4
        upright black - thin: x = 0
        area 'interval holds zero' grey: (-15, 0) … (2.25, 0.9692) … (20, 0)
        area 'seen' blue: (2, 0) … (8.3, 0) … (20, 0)
    """)
    whole, seen = (area.get_paths()[0].vertices for area in ax.collections)
    assert whole[whole[:, 1].argmax(), 0] == pytest.approx(2) and whole[:, 1].max() == pytest.approx(1)
    assert seen[:, 0].min() == pytest.approx(2.0) and seen[:, 0].max() == pytest.approx(20)
    assert np.interp(3, whole[1:700, 0], whole[1:700, 1]) == pytest.approx(np.exp(-0.5))
    assert (ax.get_xlim(), ax.get_ylim(), list(ax.get_yticks())) == ((-15, 20), (0, 1.15), [])


def test_each_way_of_comparing_is_drawn_beside_the_truth():
    found = {
        "in one pot": Estimate(0.08, 0.05, 0.11, n=300, unit="percentage points"),
        "within segments": Estimate(0.01, -0.02, 0.04, n=290, unit="percentage points"),
    }
    assert describe_figure(plot_fit_estimates(found, true_effect=0.03)) == lines_of("""
        picture: 6.4 × 3.6
        title: of 2 intervals 1 hold zero and 1 the true effect
        x: wallet share: fitting less not fitting (percentage points)
        y: comparison
        y ticks at 0, 1: in one pot | within segments
        y runs backwards
        legend: true effect at the start
        upright black - thin: x = 0
        upright 'true effect at the start' black --: x = 3
        line blue - thick: (5, 0) (11, 0)
        line blue o: (8, 0)
        line blue - thick: (-2, 1) (4, 1)
        line blue o: (1, 1)
        texts black (center, baseline): (8, 0) +8.0, (1, 1) +1.0
    """)


def test_the_reader_may_drag_the_size_and_three_properties_of_the_test(monkeypatch):
    assert read_sliders(catch_live(monkeypatch, module, explore_fit_test)) == {
        "accounts": (40, 2000, 240, 20),
        "effect": (0, 15, 4, 1),
        "misjudged": (0, 50, 19, 1),
        "spread": (5, 30, 13, 1),
    }


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("accounts", 40, 2000), ("effect", 0, 15), ("misjudged", 0, 50), ("spread", 5, 30)],
)
def test_a_slider_of_the_fit_test_starts_within_its_ends(monkeypatch, name, low, high):
    for start in (low, high):
        live = catch_live(monkeypatch, module, lambda start=start: explore_fit_test(**{name: start}))
        assert live["controls"][name].start == start
    for start in (low - 1, high + 1, low + 0.5):
        with pytest.raises(ValueError, match=f"{name} is {start}, expected a whole number from {low} to"):
            explore_fit_test(**{name: start})


def test_a_true_effect_is_a_difference_of_shares():
    for effect in (-1, 1):
        plot_fit_estimates({"one": FITTING}, true_effect=effect)
    for effect in (-1.01, 1.01):
        with pytest.raises(ValueError, match=f"true_effect is {effect}, expected a difference of shares"):
            plot_fit_estimates({"one": FITTING}, true_effect=effect)
    with pytest.raises(ValueError, match="estimates: expected one or more results of compare_fit"):
        plot_fit_estimates({}, true_effect=0.04)
