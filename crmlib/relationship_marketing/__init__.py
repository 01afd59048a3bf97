"""Chapter 1, relationship marketing.

systems            Which class of CRM system a firm is offered: by headcount and reach (B-16, N-08).
files              Customer files: how complete and how old they are, field by field (B-30).
idic               Identify, differentiate, interact, customise: the four steps of IDIC in the firm's own tables (B-15).
offers             One offer for all against graded offers: what each offer brings in each group of customers (A-11).
policies           Transaction view against relationship view, in yuan: one offer for all, or an offer by grade (A-11, X-23).
likelihood         Database marketing: how likely each customer is to buy in the next weeks, from what the files hold (B-22).
patterns           Data mining, and its price: whoever searches long enough finds a pattern, also where there is none (B-25).
targeting          Precision marketing: write to whom, and learn from the answer (B-24).
share_of_customer  Share of customer: how much of what a customer needs is bought from us, and not only how many buy (B-23).
bonds              Bonds of three levels and what each protects against when a rival cuts the price (J-04 to J-09).
protection         Where each bond holds and where it breaks: loss against the depth of a rival's price cut (J-04 to J-09).
rewards            Frequency marketing: a reward for those who buy often or steadily, and whom it reaches (J-06, A-10).
"""

from crmlib.relationship_marketing.bonds import (
    assign_bond_level,
    compare_losses,
    estimate_bond_effects,
    find_true_bond_effects,
    join_bonds,
    plot_bond_effects,
)
from crmlib.relationship_marketing.files import judge_files, measure_age, measure_completeness
from crmlib.relationship_marketing.idic import customise, differentiate, identify, interact, list_steps
from crmlib.relationship_marketing.likelihood import (
    add_purchase,
    check_forecast,
    describe_history,
    fit_purchase_model,
    measure_reach,
    plot_forecast,
    plot_reach,
)
from crmlib.relationship_marketing.offers import (
    estimate_offer_effects,
    find_true_offers,
    join_offer_results,
    members_needed,
    plot_offer_effects,
    summarise_offers,
)
from crmlib.relationship_marketing.patterns import plot_patterns, search_patterns
from crmlib.relationship_marketing.policies import (
    cross_value_policies,
    estimate_grading_gain,
    explore_grading,
    plot_policies,
    value_policies,
)
from crmlib.relationship_marketing.protection import (
    compare_by_cut,
    explore_price_cut,
    learn_true_curves,
    plot_loss_by_cut,
    weigh_financial_bond,
)
from crmlib.relationship_marketing.rewards import compare_reward_rules, count_rewards
from crmlib.relationship_marketing.share_of_customer import (
    decompose_market_share,
    find_room,
    follow_shares,
    plot_market_shares,
    plot_shares,
    share_of_wallet,
    spend_per_customer,
)
from crmlib.relationship_marketing.systems import (
    assign_system_classes,
    count_accounts_by_class,
    find_size_border,
)
from crmlib.relationship_marketing.targeting import (
    compare_targeting,
    compare_uplift,
    explore_targeting,
    find_true_response,
    follow_waves,
    measure_response_by_score,
    plot_response_by_score,
)

__all__ = [
    "add_purchase",
    "assign_bond_level",
    "assign_system_classes",
    "check_forecast",
    "compare_by_cut",
    "compare_losses",
    "compare_reward_rules",
    "compare_targeting",
    "compare_uplift",
    "count_accounts_by_class",
    "count_rewards",
    "cross_value_policies",
    "customise",
    "decompose_market_share",
    "describe_history",
    "differentiate",
    "estimate_bond_effects",
    "estimate_grading_gain",
    "estimate_offer_effects",
    "explore_grading",
    "explore_price_cut",
    "explore_targeting",
    "find_room",
    "find_size_border",
    "find_true_bond_effects",
    "find_true_offers",
    "find_true_response",
    "fit_purchase_model",
    "follow_shares",
    "follow_waves",
    "identify",
    "interact",
    "join_bonds",
    "join_offer_results",
    "judge_files",
    "learn_true_curves",
    "list_steps",
    "measure_age",
    "measure_completeness",
    "measure_reach",
    "measure_response_by_score",
    "members_needed",
    "plot_bond_effects",
    "plot_forecast",
    "plot_loss_by_cut",
    "plot_market_shares",
    "plot_offer_effects",
    "plot_patterns",
    "plot_policies",
    "plot_reach",
    "plot_response_by_score",
    "plot_shares",
    "search_patterns",
    "share_of_wallet",
    "spend_per_customer",
    "summarise_offers",
    "value_policies",
    "weigh_financial_bond",
]
