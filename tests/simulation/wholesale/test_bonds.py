"""Bonds protect in the order of their levels, each against its own depth of price cut (J-04)."""

import numpy as np
import pandas as pd
import statsmodels.api as sm
from hypothesis import given
from hypothesis import strategies as st

from crmlib.simulation.draws import log_odds
from crmlib.simulation.wholesale.bonds import fade_of_bonds
from crmlib.simulation.world.wholesale import WholesaleWorld
from crmlib.simulation.world.worlds import World
from tests.simulation.calls import get_accounts

LEVELS = ["financial", "social", "structural"]


@given(cuts=st.lists(st.floats(0, 0.4), min_size=2, max_size=20))
def test_no_bond_protects_more_against_a_deeper_cut_and_a_structural_bond_not_less(cuts):
    left = fade_of_bonds(World(), np.sort(np.array(cuts)))
    assert (np.diff(left, axis=0) <= 1e-12).all()
    assert (left >= 0).all() and (left[:, 2] == 1).all()


def test_bonds_save_more_accounts_the_higher_their_level(each_northport):
    bids = each_northport.truth["bids"]
    saved = [(bids[f"loss_without_{level}"] - bids[f"loss_with_{level}"]).mean() for level in LEVELS]
    assert 0 < saved[0] < saved[1] < saved[2]


def test_true_protections_rise_with_the_level(each_northport):
    accounts = each_northport.truth["accounts"]
    assert accounts[[f"{level}_protection" for level in LEVELS]].mean().is_monotonic_increasing


def test_order_of_the_bonds_is_recovered_from_the_bids(northports):
    firms = northports.values()
    bids = pd.concat(
        [firm.tables["competitor_bids"].merge(get_accounts(firm), on="customer_id") for firm in firms]
    )
    design = bids[["price_cut_share", "relationship_quality", "price_sensitivity"]].assign(
        **{level: bids[f"{level}_bond"].astype(float) for level in LEVELS},
        competitive=(bids["buying_style"] == "competitive").astype(float),
        tender=(bids["buying_style"] == "tender").astype(float),
        fits=(bids["relationship_type"].astype(str) == bids["fitting_type"].astype(str)).astype(float),
    )
    fit = sm.Logit((bids["outcome"] != "kept").astype(float), sm.add_constant(design)).fit(disp=0)
    protection = -fit.params[LEVELS]
    assert protection.is_monotonic_increasing
    away = protection["structural"] - WholesaleWorld().bonds.structural_protection
    assert abs(away) < 3 * fit.bse["structural"]


def test_social_bond_holds_against_small_cuts_and_breaks_at_deep_ones(each_northport):
    bids = each_northport.truth["bids"].merge(each_northport.tables["competitor_bids"], on="bid_id")
    odds = {name: log_odds(bids[f"loss_{name}_social"].to_numpy()) for name in ("with", "without")}
    taken_off = odds["without"] - odds["with"]
    assert taken_off[bids["price_cut_share"] < 0.05].mean() > 1.2
    assert taken_off[bids["price_cut_share"] > 0.15].mean() < 0.15
