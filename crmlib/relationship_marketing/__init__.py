"""Chapter 1, relationship marketing (关系营销): from one offer for all to customers who are tied to the firm.

Lesson 1, whom a rebate keeps

rewards            Whom does a reward for frequent orders reach (J-06)?
bonds              What does each bond protect against: plain, adjusted, in truth (J-04)?
protection         At which price cut does each bond break, and what does a rebate cost (J-05 to J-09)?
share_of_customer  How much of what a customer needs is bought from us (B-23)?

Lesson 2, what CRM is

files              Which class of system for which firm, and how good are its files (B-16, B-30)?

Lesson 3, whom a letter should go to

offers             What does each offer bring in each group of customers (A-11)?
policies           Does an offer by grade earn more, on members who had no part in the choice (A-11, X-23)?
idic               Who is known, who differs, who was written to, for whom was it made (B-15)?
mining             Who will buy next, and which patterns are only luck (B-22, B-25)?
targeting          Whom to write to: who buys because of the letter (B-24)?

Whether a likelihood means what it says is measured in `crmlib.estimates`.

"""

from crmlib.relationship_marketing.offers import (
    estimate_offer_effects,
    find_true_offers,
    join_offer_results,
    members_needed,
    plot_offer_effects,
    summarise_offers,
)
from crmlib.relationship_marketing.policies import (
    cross_value_policies,
    estimate_grading_gain,
    explore_grading,
    plot_policies,
    value_policies,
)
from crmlib.relationship_marketing.files import (
    assign_system_classes,
    judge_files,
    measure_completeness,
)
from crmlib.relationship_marketing.idic import (
    measure_idic,
)
from crmlib.relationship_marketing.mining import (
    describe_history,
    fit_purchase_model,
    plot_patterns,
    search_patterns,
)
from crmlib.relationship_marketing.targeting import (
    compare_targeting,
    compare_uplift,
    explore_targeting,
    find_true_response,
    measure_response_by_score,
    plot_response_by_score,
)
from crmlib.relationship_marketing.share_of_customer import (
    decompose_market_share,
    estimate_share_change,
    find_room,
    follow_shares,
    plot_market_shares,
    plot_shares,
)
from crmlib.relationship_marketing.rewards import (
    compare_reward_rules,
    count_rewards,
)
from crmlib.relationship_marketing.bonds import (
    assign_bond_level,
    compare_losses,
    estimate_bond_effects,
    find_true_bond_effects,
    join_bonds,
    plot_bond_effects,
)
from crmlib.relationship_marketing.protection import (
    explore_price_cut,
    learn_true_curves,
    plot_loss_by_cut,
    weigh_financial_bond,
)

__all__ = [
    # offers
    "join_offer_results",
    "summarise_offers",
    "estimate_offer_effects",
    "find_true_offers",
    "plot_offer_effects",
    "members_needed",
    # policies
    "cross_value_policies",
    "value_policies",
    "plot_policies",
    "estimate_grading_gain",
    "explore_grading",
    # files
    "assign_system_classes",
    "measure_completeness",
    "judge_files",
    # idic
    "measure_idic",
    # mining
    "describe_history",
    "fit_purchase_model",
    "search_patterns",
    "plot_patterns",
    # targeting
    "compare_targeting",
    "measure_response_by_score",
    "find_true_response",
    "plot_response_by_score",
    "compare_uplift",
    "explore_targeting",
    # share_of_customer
    "follow_shares",
    "plot_shares",
    "find_room",
    "estimate_share_change",
    "decompose_market_share",
    "plot_market_shares",
    # rewards
    "count_rewards",
    "compare_reward_rules",
    # bonds
    "assign_bond_level",
    "join_bonds",
    "compare_losses",
    "estimate_bond_effects",
    "find_true_bond_effects",
    "plot_bond_effects",
    # protection
    "learn_true_curves",
    "plot_loss_by_cut",
    "explore_price_cut",
    "weigh_financial_bond",
]
