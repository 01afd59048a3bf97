"""The panel: card holders are heavier buyers because heavy buyers take the card."""

import pytest


def gap(firm):
    """Visits of card holders over those of others, as they are by nature."""
    means = firm.truth["shoppers"].groupby("has_card")["visits_per_month"].mean()
    return float(means[True] / means[False])


def test_card_holders_are_like_other_shoppers_only_without_selection(worlds):
    assert gap(worlds["default"]) > 1.4
    assert gap(worlds["no_selection"]) == pytest.approx(1.0, abs=0.15)
