"""Chapter 4, loyalty (客户忠诚): how much of it can be counted, what the card does, and what keeping costs.

degree    Do customers come back, how much of what they buy do they buy here, what do they spend (H-05)?
audit     Does the chain keep the rules of its card, clause by clause (F-17)?
points    What do the points cost the firm, from the promised rebate down to the redeemed one (F-17)?
fee       When does the card's fee pay for its owner, and which benefit would make the claim true (X-12)?
card      Does the card make customers loyal, or do loyal customers take the card (H-12)?
winning   What does a new customer cost, and what a kept one, counted and because of the money (H-16, X-03)?
"""

from crmlib.loyalty.degree import measure_loyalty, measure_yearly_spend, share_of_purchases
from crmlib.loyalty.audit import audit_rules, estimate_yuan_for_a_point
from crmlib.loyalty.points import cost_of_points, measure_breakage, plot_cost_of_points
from crmlib.loyalty.fee import explore_fee_break_even, fee_break_even, list_break_even_benefits
from crmlib.loyalty.card import compare_members_with_others, measure_true_card_gap, plot_card_gap
from crmlib.loyalty.winning import cost_per_customer, explore_winning_or_keeping, plot_cost_ratios

__all__ = [
    # degree
    "measure_loyalty",
    "share_of_purchases",
    "measure_yearly_spend",
    # audit
    "audit_rules",
    "estimate_yuan_for_a_point",
    # points
    "cost_of_points",
    "plot_cost_of_points",
    "measure_breakage",
    # fee
    "fee_break_even",
    "list_break_even_benefits",
    "explore_fee_break_even",
    # card
    "compare_members_with_others",
    "measure_true_card_gap",
    "plot_card_gap",
    # winning
    "cost_per_customer",
    "plot_cost_ratios",
    "explore_winning_or_keeping",
]
