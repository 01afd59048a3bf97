"""Baskets: what trial visits say of a receipt is what the receipts say."""

import numpy as np
import pytest

from crmlib.simulation.retail.chain import make_chain
from tests.simulation.calls import SMALL


def test_trial_visits_find_the_margin_and_the_mean_log_of_real_receipts(osmanthus):
    facts = make_chain(SMALL).baskets
    receipts = osmanthus.tables["receipts"]
    receipts = receipts[receipts["discount_cny"] == 0]
    margin = receipts["margin_cny"].sum() / receipts["amount_cny"].sum()
    assert facts.margin_share == pytest.approx(margin, rel=0.02)
    logs = np.log(receipts["amount_cny"])
    people = osmanthus.truth["members"].set_index("customer_id")["mean_log_basket"]
    expected = receipts["customer_id"].map(people)
    assert (logs - expected).mean() == pytest.approx(0, abs=0.05)
