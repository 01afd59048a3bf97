"""Chapter 2: customers and relationship types (客户与客户关系的类型).

Part one, who is a customer?

buying           Who comes once, who comes again, and whom does a rival's price win? (C-03, C-08, C-12)
states           Who has not bought yet, who buys, who has gone, and how often is that wrong? (C-04)
scales           Who is a VIP, and who a loyal customer: two questions, two lists of classes (C-06, C-07)

Part two, what is a relationship?

dimensions       How long is a relationship, and how deep? (C-13 a, b)
change           How broad is it: who came, came back and went, and what did it do to margin? (C-13 c, C-14)
movers           What becomes of customers who were upgraded, when nobody does anything? (C-14)

Part three, which relationship for whom?

matrix           Which of five types does a segment ask for, by its customers and their margin? (C-15, C-16)
fit              Do accounts of the fitting type do better, and how many accounts would show it? (C-16)
trust            Whose interest is met, the organisation's or the person's? (C-20, C-21)
expected_value   Whom first: how much is a customer worth, and how likely do we get it? (C-19)
"""

from crmlib.relationship_types.buying import (
    compare_buying,
    compare_lost_offers,
    estimate_continuity,
    measure_continuity,
    measure_lost_offers,
    measure_one_time_shoppers,
)
from crmlib.relationship_types.states import (
    assign_lead_states,
    assign_states,
    compare_states_with_truth,
    explore_states,
    plot_states_against_truth,
)
from crmlib.relationship_types.scales import assign_loyalty_classes, assign_value_classes
from crmlib.relationship_types.dimensions import (
    join_categories,
    measure_depth,
    measure_length,
    plot_length,
    summarise_depth,
)
from crmlib.relationship_types.change import decompose_change, explore_change, list_changes
from crmlib.relationship_types.movers import follow_movers, plot_movers
from crmlib.relationship_types.matrix import (
    choose_types,
    explore_matrix,
    list_matrix,
    summarise_segments,
)
from crmlib.relationship_types.fit import (
    accounts_needed,
    compare_fit,
    explore_fit_test,
    find_fit,
    find_true_fit,
    measure_dilution,
    measure_wallet_share,
    plot_fit_estimates,
)
from crmlib.relationship_types.trust import (
    list_moves,
    measure_true_attachment,
    place_accounts,
    plot_positions,
)
from crmlib.relationship_types.expected_value import (
    compare_rankings,
    estimate_gain,
    follow_scored_members,
    plot_rankings,
    rank_prospects,
    value_leads,
)

__all__ = [
    # buying
    "compare_buying",
    "measure_one_time_shoppers",
    "compare_lost_offers",
    "measure_lost_offers",
    "estimate_continuity",
    "measure_continuity",
    # states
    "assign_states",
    "compare_states_with_truth",
    "plot_states_against_truth",
    "explore_states",
    "assign_lead_states",
    # scales
    "assign_value_classes",
    "assign_loyalty_classes",
    # dimensions
    "measure_length",
    "plot_length",
    "join_categories",
    "measure_depth",
    "summarise_depth",
    # change
    "decompose_change",
    "explore_change",
    "list_changes",
    # movers
    "follow_movers",
    "plot_movers",
    # matrix
    "list_matrix",
    "summarise_segments",
    "choose_types",
    "explore_matrix",
    # fit
    "find_fit",
    "measure_wallet_share",
    "compare_fit",
    "find_true_fit",
    "measure_dilution",
    "plot_fit_estimates",
    "accounts_needed",
    "explore_fit_test",
    # trust
    "list_moves",
    "place_accounts",
    "plot_positions",
    "measure_true_attachment",
    # expected_value
    "rank_prospects",
    "value_leads",
    "follow_scored_members",
    "compare_rankings",
    "plot_rankings",
    "estimate_gain",
]
