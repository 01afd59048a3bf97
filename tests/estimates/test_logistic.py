"""The logistic regression of the course: by hand, against statsmodels, and where nothing fits best."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.estimates.estimate import quantile
from crmlib.estimates.logistic import UndeterminedError, fit_logistic, fit_traits, to_share
from crmlib.tables.results import describe_result

TRAITS = describe_result("customers", {"purchases": "number", "silence_days": "number"})


def make_design(n: int, *, seed: int = 1) -> tuple[np.ndarray, np.ndarray]:
    """A constant, two traits and a yes or no that follows them: log odds −0.5 + 0.8 x − 1.2 y."""
    generator = np.random.default_rng(seed)
    design = np.column_stack([np.ones(n), generator.normal(size=n), generator.random(n) < 0.4]).astype(float)
    facts = generator.random(n) < to_share(design @ [-0.5, 0.8, -1.2])
    return design, facts.astype(float)


def make_customers(n: int, *, seed: int = 2) -> tuple[pd.DataFrame, np.ndarray]:
    """Customers of whom those with many purchases come back; silence has no part in it."""
    generator = np.random.default_rng(seed)
    rows = pd.DataFrame(
        {"purchases": generator.integers(0, 30, n), "silence_days": generator.integers(0, 300, n)}
    )
    return rows, generator.random(n) < to_share(np.log2(1 + rows["purchases"]) - 2.5)


def test_two_groups_give_their_odds():
    # 6 of 8 with a bond stayed, 3 of 8 without: odds 3 and 0.6, so the odds ratio is 5
    design = np.column_stack([np.ones(16), np.arange(16) < 8]).astype(float)
    stayed = np.r_[np.repeat([1.0, 0.0], [6, 2]), np.repeat([1.0, 0.0], [3, 5])]
    fit = fit_logistic(design, stayed)
    assert np.exp(fit.weights) == pytest.approx([0.6, 5])
    # its variance is the sum of one over each of the four counts (Woolf 1955)
    assert fit.covariance[1, 1] == pytest.approx(1 / 6 + 1 / 2 + 1 / 3 + 1 / 5, rel=1e-6)
    assert fit.predict(design)[[0, -1]] == pytest.approx([6 / 8, 3 / 8])


@pytest.mark.parametrize("n", [60, 3000])
def test_weights_and_covariance_agree_with_logit_of_statsmodels(n):
    from statsmodels.discrete.discrete_model import Logit

    design, facts = make_design(n)
    ours, theirs = fit_logistic(design, facts), Logit(facts, design).fit(disp=0, tol=1e-12)
    np.testing.assert_allclose(ours.weights, theirs.params, atol=1e-6)
    np.testing.assert_allclose(ours.covariance, theirs.cov_params(), atol=1e-6)


def test_short_steps_are_taken_whole_so_the_digits_double_with_each(monkeypatch):
    monkeypatch.setattr(
        "crmlib.estimates.logistic.MOST_STEPS", 8
    )  # half steps would need 27 for eight digits
    fit_logistic(*make_design(60))


@pytest.mark.parametrize("seed", range(8))
def test_traits_that_nearly_say_the_same_are_fitted_all_the_same(seed):
    # a quarter's purchases follow those of the year: the first steps are long and must keep their direction
    from statsmodels.discrete.discrete_model import Logit

    generator = np.random.default_rng(seed)
    purchases = generator.integers(0, 20, 120)
    spend = purchases * 50 + generator.random(120) * 40
    design = np.column_stack([np.ones(120), np.log2(1 + np.array([purchases, purchases // 3, spend])).T])
    bought = (generator.random(120) < to_share((purchases - 10) / 4)).astype(float)
    theirs = Logit(bought, design).fit(disp=0, tol=1e-12)
    np.testing.assert_allclose(fit_logistic(design, bought).weights, theirs.params, atol=1e-4)


def test_counts_agree_with_weighted_glm_of_statsmodels():
    from statsmodels.genmod.families import Binomial
    from statsmodels.genmod.generalized_linear_model import GLM

    design, facts = make_design(200)
    counts = np.random.default_rng(3).integers(0, 4, 200).astype(float)
    ours = fit_logistic(design, facts, counts=counts)
    theirs = GLM(facts, design, family=Binomial(), freq_weights=counts).fit(tol=1e-12)
    np.testing.assert_allclose(ours.weights, theirs.params, atol=1e-6)
    np.testing.assert_allclose(ours.covariance, theirs.cov_params(), atol=1e-6)


def test_a_row_that_counts_twice_is_a_row_that_stands_twice():
    design, facts = make_design(80)
    counts = np.arange(80) % 3
    twice = fit_logistic(np.repeat(design, counts, axis=0), np.repeat(facts, counts))
    once = fit_logistic(design, facts, counts=counts.astype(float))
    np.testing.assert_allclose(once.weights, twice.weights, atol=1e-8)
    np.testing.assert_allclose(once.covariance, twice.covariance, atol=1e-8)


@given(st.integers(0, 500))
def test_the_forecast_yeses_are_as_many_as_the_true_ones(seed):
    # the score equations of maximum likelihood: design' (facts − forecast) = 0
    design, facts = make_design(120, seed=seed)
    fit = fit_logistic(design, facts)
    np.testing.assert_allclose(design.T @ (facts - fit.predict(design)), 0, atol=1e-5)


@pytest.mark.parametrize("n", [50, 10_000])
def test_a_column_that_tells_everything_is_refused(n):
    design, _ = make_design(n)
    with pytest.raises(UndeterminedError, match="a column tells the outcome perfectly"):
        fit_logistic(design, (design[:, 1] > 0).astype(float))


@pytest.mark.parametrize("n", [50, 10_000])
def test_a_column_that_repeats_another_is_refused(n):
    design, facts = make_design(n)
    with pytest.raises(UndeterminedError, match="two columns of the design say the same"):
        fit_logistic(np.column_stack([design, 2 * design[:, 1] - 1]), facts)


def test_a_pull_keeps_a_group_without_a_yes_finite():
    # nobody of the second half was lost: the weight has no end, unless a pull draws it back
    design = np.column_stack([np.ones(20), np.arange(20) >= 10]).astype(float)
    lost = (np.arange(20) < 5).astype(float)
    with pytest.raises(UndeterminedError):
        fit_logistic(design, lost)
    fit = fit_logistic(design, lost, pull=0.1)
    slope = design.T @ (lost - fit.predict(design))
    np.testing.assert_allclose(slope, [0, 0.1 * fit.weights[1]], atol=1e-6)
    assert fit.weights[1] < -2


@pytest.mark.parametrize("fact", [0.0, 1.0])
def test_facts_that_are_all_alike_are_refused_though_the_columns_are_pulled(fact):
    # the constant is not pulled: where nobody was lost, no log odds are low enough
    design = np.column_stack([np.ones(20), np.arange(20) >= 10]).astype(float)
    with pytest.raises(UndeterminedError, match="all facts are alike"):
        fit_logistic(design, np.full(20, fact), pull=0.1)
    # a row that counts not at all cannot make them differ
    facts, counts = np.r_[1 - fact, np.full(19, fact)], np.r_[0.0, np.ones(19)]
    with pytest.raises(UndeterminedError, match="all facts are alike"):
        fit_logistic(design, facts, counts=counts, pull=0.1)


def test_steps_that_never_arrive_are_refused_though_the_columns_are_pulled(monkeypatch):
    # from odds of 1 to odds of 1/9 Newton needs more than one step; before, the first was handed out
    design = np.column_stack([np.ones(20), np.arange(20) % 2]).astype(float)
    lost = (np.arange(20) < 2).astype(float)
    assert fit_logistic(design, lost, pull=0.1).weights == pytest.approx([np.log(1 / 9), 0], abs=1e-6)
    monkeypatch.setattr("crmlib.estimates.logistic.MOST_STEPS", 1)
    with pytest.raises(UndeterminedError, match=r"found in 1 steps\. Repair: raise pull, now 0\.1"):
        fit_logistic(design, lost, pull=0.1)


def test_a_stronger_pull_brings_the_weights_nearer_to_zero():
    design, facts = make_design(100)
    sizes = [np.abs(fit_logistic(design, facts, pull=pull).weights[1:]).sum() for pull in (0, 1, 10, 1000)]
    assert sizes == sorted(sizes, reverse=True) and sizes[-1] < 0.1


@pytest.mark.parametrize(("odds", "share"), [(0, 0.5), (np.log(3), 0.75), (-1e9, 0), (1e9, 1)])
def test_log_odds_become_shares_without_an_overflow(odds, share):
    assert to_share(odds) == pytest.approx(share, abs=1e-12)


def test_the_trait_that_drives_the_outcome_is_found_with_its_interval():
    rows, facts = make_customers(4000)
    model = fit_traits(rows, facts, features=list(rows), described=TRAITS)
    table = model.table.set_index("feature")
    assert table.loc["purchases", "low"] < np.e < table.loc["purchases", "high"]
    assert table.loc["silence_days", "low"] < 1 < table.loc["silence_days", "high"]
    assert model.n == 4000 and model.features == ("purchases", "silence_days")


def test_the_interval_of_a_trait_is_that_of_its_log_odds():
    rows, facts = make_customers(300)
    design = np.column_stack([np.ones(300), np.log2(1 + rows.to_numpy(dtype=float))])
    fit = fit_logistic(design, facts.astype(float))
    half = quantile(0.95) * np.sqrt(np.diag(fit.covariance))
    table = fit_traits(rows, facts, features=list(rows), described=TRAITS).table
    assert list(table) == ["feature", "odds_ratio", "low", "high"] and list(table["feature"]) == list(rows)
    np.testing.assert_allclose(np.log(table["odds_ratio"]), fit.weights[1:])
    np.testing.assert_allclose(np.log(table["low"]), (fit.weights - half)[1:])
    np.testing.assert_allclose(np.log(table["high"]), (fit.weights + half)[1:])


def test_a_model_forecasts_by_name_and_takes_a_loss_for_nothing():
    rows, facts = make_customers(300)
    model = fit_traits(rows, facts, features=list(rows), described=TRAITS)
    np.testing.assert_allclose(model.predict(rows[["silence_days", "purchases"]]), model.predict(rows))
    zero, loss = (model.predict(rows.assign(purchases=value)) for value in (0, -40))
    np.testing.assert_allclose(zero, loss)
    with pytest.raises(ValueError, match="customers: misspelt columns: 'purchase' looks like 'purchases'"):
        model.predict(rows.rename(columns={"purchases": "purchase"}))


def test_a_trait_that_knows_the_future_is_refused():
    rows, facts = make_customers(300)
    with pytest.raises(UndeterminedError, match="tells the outcome perfectly"):
        fit_traits(rows.assign(purchases=9 * facts), facts, features=list(rows), described=TRAITS)
