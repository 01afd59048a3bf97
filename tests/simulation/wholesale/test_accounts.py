"""Accounts: segments by need, bonds and types where the firm sees a reason to give them."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from crmlib.simulation.world.wholesale import WholesaleWorld
from tests.simulation.calls import SEEDS, get_accounts, simulate_northport

BONDS = ["financial_bond", "social_bond", "structural_bond"]


def test_forty_key_eighty_middle_and_120_small_accounts(each_northport):
    counts = each_northport.tables["accounts"]["segment"].value_counts()
    assert counts.to_dict() == {"small": 120, "middle": 80, "key": 40}


def test_key_accounts_get_more_bonds(each_northport):
    bonds = each_northport.tables["accounts"].groupby("segment", observed=True)[BONDS].mean()
    assert (bonds.loc["key"] > bonds.loc["small"]).all()


def test_without_selection_segments_say_nothing_about_bonds():
    differences = []
    for seed in SEEDS:
        accounts = simulate_northport(seed, "no_selection").tables["accounts"]
        bonds = accounts.groupby("segment", observed=True)["social_bond"].mean()
        differences.append(bonds["key"] - bonds["small"])
    assert np.mean(differences) == pytest.approx(0, abs=0.08)


def test_accounts_with_a_social_bond_are_better_relationships_anyway(northports):
    gaps = []
    for firm in northports.values():
        quality = get_accounts(firm).groupby("social_bond")["relationship_quality"].mean()
        gaps.append(quality[True] - quality[False])
    assert np.mean(gaps) > 0.2


def test_a_fitting_type_of_relationship_is_worth_a_little(northports):
    gains, given = [], []
    for firm in northports.values():
        accounts = get_accounts(firm)
        fits = accounts["relationship_type"].astype(str) == accounts["fitting_type"].astype(str)
        design = sm.add_constant(
            pd.DataFrame({"fits": fits.astype(float), "quality": accounts["relationship_quality"]})
        )
        gains.append(sm.OLS(accounts["wallet_share_at_start"], design).fit().params["fits"])
        given.append(fits.mean())
    assert np.mean(gains) == pytest.approx(WholesaleWorld().types.fit_share, abs=0.02)
    assert 0.45 < np.mean(given) < 0.7


def test_the_truth_names_the_effect_of_a_fitting_type(northport):
    assert (northport.truth["accounts"]["fit_effect"] == WholesaleWorld().types.fit_share).all()


def test_fitting_type_follows_the_matrix_of_customers_and_margin(northport):
    accounts = get_accounts(northport)
    ranks = accounts["fitting_type"].cat.codes - accounts["segment"].cat.codes
    assert ranks.between(0, 2).all()
    orders = northport.tables["orders"].groupby("customer_id")[["margin_cny", "amount_cny"]].sum()
    margin = (orders["margin_cny"] / orders["amount_cny"]).reindex(accounts["customer_id"]).to_numpy()
    assert pd.Series(margin).corr(ranks, method="spearman") > 0.6
