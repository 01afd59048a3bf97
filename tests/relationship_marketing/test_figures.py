"""The figures of chapter 1: axes with quantity and unit, nothing cut off, live ones that redraw quickly."""

from __future__ import annotations

import pytest

from crmlib.charts import interactive
from crmlib.charts import style as charts
from crmlib.datasets.loaders import load_truth
from crmlib.relationship_marketing import (
    bonds,
    share_of_customer,
)
from crmlib.relationship_marketing import (
    files as customer_files,
)
from crmlib.relationship_marketing import (
    likelihood as purchase_likelihood,
)
from crmlib.relationship_marketing import (
    offers as relationship_marketing,
)
from crmlib.relationship_marketing import (
    patterns as pattern_search,
)
from crmlib.relationship_marketing import (
    policies as offer_policies,
)
from crmlib.relationship_marketing import (
    protection as bond_protection,
)
from crmlib.relationship_marketing import (
    targeting as precision_marketing,
)

TEST_DAY = "2025-09-07"


@pytest.fixture(scope="module")
def results(firm):
    """The offer trial."""
    return relationship_marketing.join_offer_results(firm.contacts, firm.receipts, firm.campaigns)


@pytest.fixture(scope="module")
def offers(results):
    """What the offers would truly bring."""
    return relationship_marketing.find_true_offers(load_truth("outcomes"), results)


@pytest.fixture(scope="module")
def scored(firm):
    """Members with a likelihood to buy."""
    history = purchase_likelihood.describe_history(firm.receipts, as_of=TEST_DAY)
    history = purchase_likelihood.add_purchase(history, firm.receipts, as_of=TEST_DAY)
    return history.assign(likelihood=purchase_likelihood.fit_purchase_model(history).predict(history))


@pytest.fixture(scope="module")
def bids(firm):
    """Rivals' offers with the bonds of the accounts."""
    return bonds.join_bonds(firm.competitor_bids, firm.accounts)


@pytest.fixture(scope="module")
def plots(firm, results, offers, scored, bids):
    """name → a plot function with its data, waiting for axes."""
    outcomes, truth = load_truth("outcomes"), load_truth("bids")
    effects = relationship_marketing.estimate_offer_effects(results)
    crossed = offer_policies.cross_value_policies(results, splits=3)
    policies = offer_policies.value_policies(offers)
    forecast = purchase_likelihood.check_forecast(scored["likelihood"], scored["bought"])
    response = precision_marketing.measure_response_by_score(results, scored)
    true_response = precision_marketing.find_true_response(outcomes, results, scored)
    people = scored.merge(firm.members, on="customer_id")
    patterns = pattern_search.search_patterns(people, traits=["birth_month", "join_channel", "home_store_id"])
    followed = share_of_customer.follow_shares(share_of_customer.share_of_wallet(firm.wallets))
    decomposed = share_of_customer.decompose_market_share(firm.panel, draws=5)
    tables = bonds.compare_losses(bids, draws=9), bonds.estimate_bond_effects(bids, draws=9)
    curves = bond_protection.learn_true_curves(bids, truth)
    files = customer_files.measure_completeness(firm.members, "members", fields=["gender", "activated_on"])
    ranks = {"score": scored["likelihood"], "latest": -scored["silence_days"]}
    return {
        "effects": lambda ax: relationship_marketing.plot_offer_effects(effects, offers, ax=ax),
        "policies": lambda ax: offer_policies.plot_policies(crossed, policies, ax=ax),
        "forecast": lambda ax: purchase_likelihood.plot_forecast(forecast, ax=ax),
        "reach": lambda ax: purchase_likelihood.plot_reach(ranks, scored["bought"], ax=ax),
        "response": lambda ax: precision_marketing.plot_response_by_score(response, true_response, ax=ax),
        "patterns": lambda ax: pattern_search.plot_patterns(patterns, base_share=0.3, ax=ax),
        "shares": lambda ax: share_of_customer.plot_shares(followed, ax=ax),
        "chains": lambda ax: share_of_customer.plot_market_shares(decomposed, ax=ax),
        "bonds": lambda ax: bonds.plot_bond_effects(
            *tables, bonds.find_true_bond_effects(bids, truth), ax=ax
        ),
        "cuts": lambda ax: bond_protection.plot_loss_by_cut(curves, ax=ax),
        "files": lambda ax: customer_files.plot_completeness(files, ax=ax),
    }


NAMES = [
    "effects",
    "policies",
    "forecast",
    "reach",
    "response",
    "patterns",
    "shares",
    "chains",
    "bonds",
    "cuts",
    "files",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_plot_draws_on_the_given_axes_alone_labels_both_and_stays_inside(plots, name):
    ax = charts.new_axes()
    empty = len(ax.get_children())
    assert plots[name](ax) is ax and ax.get_figure().axes == [ax]
    assert ax.get_xlabel() and ax.get_ylabel() and len(ax.get_children()) > empty
    figure = plots[name](None).get_figure()
    figure.canvas.draw()
    box, picture = figure.get_tightbbox(), figure.bbox_inches
    assert box.x0 > -0.05 and box.y0 > -0.05
    assert box.x1 < picture.x1 + 0.05 and box.y1 < picture.y1 + 0.05


@pytest.fixture(params=["grading", "targeting", "price cut"])
def live(request, monkeypatch, offers, results, scored, bids):
    """One of the three interactive figures, as it is handed to `explore`."""
    curves = bond_protection.learn_true_curves(bids, load_truth("bids"))
    outcomes = load_truth("outcomes")
    calls = {
        "grading": (offer_policies, lambda: offer_policies.explore_grading(offers)),
        "targeting": (
            precision_marketing,
            lambda: precision_marketing.explore_targeting(outcomes, results, scored),
        ),
        "price cut": (bond_protection, lambda: bond_protection.explore_price_cut(curves)),
    }
    module, call = calls[request.param]
    caught = {}
    monkeypatch.setattr(module, "explore", lambda draw, **options: caught.update(draw=draw, **options))
    call()
    return caught


def values_of(control):
    """Both ends of a slider, or the first and last of several choices."""
    return (
        (control.low, control.high) if hasattr(control, "low") else (control.options[0], control.options[-1])
    )


def test_a_live_figure_changes_with_every_control(live):
    chart = interactive._LiveChart(live["draw"], live["controls"], width=6.4, height=3.6)
    start = {name: control.start for name, control in live["controls"].items()}
    chart.render(start)
    for name, control in live["controls"].items():
        low, high = (chart.render({**start, name: value}) for value in values_of(control))
        assert low != high, name
    assert live["alt"].endswith(".")


def test_grading_pays_where_contacts_are_dear(offers):
    # at a dear contact every offer for all loses, and grading falls back on sending nothing
    ax = charts.new_axes()
    offer_policies.draw_grading(ax, offers=offers, margin_share=0.3, contact_cny=2.0)
    widths = [bar.get_width() for bar in ax.patches]
    assert widths[-1] > max(widths[:-1]) and max(widths[1:-1]) < widths[-1]
