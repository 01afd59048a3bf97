"""What the tests of chapter 1 take from the committed firm: its trial, its scores, its rivals' offers."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.datasets.loaders import load_truth
from crmlib.relationship_marketing.bonds import join_bonds
from crmlib.relationship_marketing.mining import describe_history, fit_purchase_model
from crmlib.relationship_marketing.offers import find_true_offers, join_offer_results


@pytest.fixture(scope="session")
def results(firm) -> pd.DataFrame:
    """What the members of the offer trial bought and left as profit."""
    return join_offer_results(firm.contacts, firm.receipts, firm.campaigns, points=firm.points)


@pytest.fixture(scope="session")
def outcomes() -> pd.DataFrame:
    """What they would have bought under every offer."""
    return load_truth("outcomes")


@pytest.fixture(scope="session")
def true_offers(outcomes, results) -> pd.DataFrame:
    """What every offer truly brings in every group."""
    return find_true_offers(outcomes, results)


@pytest.fixture(scope="session")
def tested(firm) -> pd.DataFrame:
    """The members of autumn 2025, with the likelihood that was learned in autumn 2024."""
    model = fit_purchase_model(describe_history(firm.receipts, as_of="2024-09-07"))
    now = describe_history(firm.receipts, as_of="2025-09-07")
    return now.assign(likelihood=model.predict(now))


@pytest.fixture(scope="session")
def bids(firm) -> pd.DataFrame:
    """The offers of rivals to the accounts of the firm, with the bonds."""
    return join_bonds(firm.competitor_bids, firm.accounts)


@pytest.fixture(scope="session")
def truth_bids() -> pd.DataFrame:
    """The true chance of a loss after every offer."""
    return load_truth("bids")
