"""Chapter 2, customers and relationship types.

buying             Shoppers and clients: who comes once, who comes again, and what the past says about the future (C-03,
states             Customer states: who has not bought yet, who buys, who has gone (C-04, X-15).
scales             Scales of customers: five lists of classes for one base, and where each of them cuts (C-06, C-07, X-21).
lost_offers        Rivals' offers: at which accounts do they succeed, and how sure can we be (C-08, C-20)?
dimensions         Length and depth of a customer relationship, from purchases, product lines and referrals (C-13 a, b).
change             Breadth and its change: who was attracted, kept, won back and lost, and what that did to margin (C-13 c,
movers             Movers: what became of customers who were upgraded or downgraded (C-14).
matrix             Five types of relationship, and which one a segment asks for: customers × margin (C-15, C-16, X-07).
fit                Do accounts whose type fits the matrix do better? A small effect, judged by 240 accounts (C-16).
trust              The mutual-trust matrix: the organisation's interest and the person's, and where an account stands
expected_value     Customer identification: who is worth how much, and how likely shall we get it (C-19)?
"""

from crmlib.relationship_types.buying import (
    compare_buying,
    estimate_continuity,
    measure_continuity,
    measure_one_time_shoppers,
)
from crmlib.relationship_types.change import (
    decompose_change,
    decompose_margin,
    estimate_upgrade,
    explore_change,
    list_changes,
)
from crmlib.relationship_types.dimensions import (
    join_categories,
    measure_depth,
    measure_length,
    plot_length,
    summarise_depth,
)
from crmlib.relationship_types.expected_value import (
    compare_rankings,
    estimate_gain,
    follow_scores,
    plot_rankings,
    rank_prospects,
    score_members,
    value_leads,
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
from crmlib.relationship_types.lost_offers import compare_lost_offers, measure_lost_offers
from crmlib.relationship_types.matrix import (
    TYPES,
    choose_types,
    explore_matrix,
    list_matrix,
    list_types,
    summarise_segments,
)
from crmlib.relationship_types.movers import follow_movers, plot_movers
from crmlib.relationship_types.scales import (
    assign_loyalty_classes,
    assign_value_classes,
    compare_scales,
)
from crmlib.relationship_types.states import (
    assign_lead_states,
    assign_states,
    compare_states_with_truth,
    count_states,
    explore_states,
    find_gone_members,
    plot_states_against_truth,
)
from crmlib.relationship_types.trust import (
    list_moves,
    list_positions,
    measure_positions,
    measure_true_attachment,
    place_accounts,
    plot_positions,
)

__all__ = [
    "TYPES",
    "accounts_needed",
    "assign_lead_states",
    "assign_loyalty_classes",
    "assign_states",
    "assign_value_classes",
    "choose_types",
    "compare_buying",
    "compare_fit",
    "compare_lost_offers",
    "compare_rankings",
    "compare_scales",
    "compare_states_with_truth",
    "count_states",
    "decompose_change",
    "decompose_margin",
    "estimate_continuity",
    "estimate_gain",
    "estimate_upgrade",
    "explore_change",
    "explore_fit_test",
    "explore_matrix",
    "explore_states",
    "find_fit",
    "find_gone_members",
    "find_true_fit",
    "follow_movers",
    "follow_scores",
    "join_categories",
    "list_changes",
    "list_matrix",
    "list_moves",
    "list_positions",
    "list_types",
    "measure_continuity",
    "measure_depth",
    "measure_dilution",
    "measure_length",
    "measure_lost_offers",
    "measure_one_time_shoppers",
    "measure_positions",
    "measure_true_attachment",
    "measure_wallet_share",
    "place_accounts",
    "plot_fit_estimates",
    "plot_length",
    "plot_movers",
    "plot_positions",
    "plot_rankings",
    "plot_states_against_truth",
    "rank_prospects",
    "score_members",
    "summarise_depth",
    "summarise_segments",
    "value_leads",
]
