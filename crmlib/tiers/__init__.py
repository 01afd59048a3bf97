"""Chapter 8: tiers and key accounts (客户分级与大客户).

Part one, who brings how much?

concentration   How much do few customers bring, in which window, and do they stay (F-07, F-26)?
abc             Which class is a customer in, by which of the course's cuts (F-08 to F-12)?
pyramid         What would moving a few customers up the pyramid bring (F-18)?

Part two, costs, scores and cards

whale           Who is left when serving has been paid for (X-20)?
bands           How many points is a customer worth, and which band is that (F-14, F-15)?
cards           Who would get which card, what would it cost, and does it pay (F-16)?

Part three, effort and people

grading         Whom does grading serve, who pays for it, and are prices fair (F-20 to F-23)?
visits          How often is a customer visited, when, and can the salespeople do it (F-27)?
segments        Who else is like this customer (F-31), and which groups have like needs?
"""

from crmlib.tiers.concentration import (
    explore_concentration,
    follow_top,
    measure_concentration,
    measure_top_share,
    plot_pareto,
)
from crmlib.tiers.abc import (
    assign_abc_by_customers,
    assign_abc_by_sales,
    assign_curry_levels,
    measure_mix,
)
from crmlib.tiers.pyramid import explore_upgrade, simulate_upgrade
from crmlib.tiers.whale import cost_accounts, explore_whale, plot_whale
from crmlib.tiers.bands import assign_bands, collect_indicators, score_indicators
from crmlib.tiers.cards import assign_cards, cost_cards, follow_cards, measure_points_liability
from crmlib.tiers.grading import audit_prices, compare_visit_plans
from crmlib.tiers.visits import measure_visits, plan_visits, plot_visit_calendar
from crmlib.tiers.segments import cluster_needs, count_groups, filter_customers, measure_stability

__all__ = [
    # concentration
    "measure_top_share",
    "measure_concentration",
    "explore_concentration",
    "follow_top",
    "plot_pareto",
    # abc
    "assign_abc_by_customers",
    "assign_abc_by_sales",
    "assign_curry_levels",
    "measure_mix",
    # pyramid
    "simulate_upgrade",
    "explore_upgrade",
    # whale
    "cost_accounts",
    "plot_whale",
    "explore_whale",
    # bands
    "collect_indicators",
    "score_indicators",
    "assign_bands",
    # cards
    "assign_cards",
    "cost_cards",
    "follow_cards",
    "measure_points_liability",
    # grading
    "compare_visit_plans",
    "audit_prices",
    # visits
    "plan_visits",
    "plot_visit_calendar",
    "measure_visits",
    # segments
    "filter_customers",
    "count_groups",
    "cluster_needs",
    "measure_stability",
]
