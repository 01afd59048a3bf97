"""Chapter 4, loyalty.

points             What the points cost the firm: promised, rounded away, given on top, expired, redeemed (F-17).
audit              Whether the chain keeps the rules of its card: each clause held against the bookings (F-17).
fee                When the card's fee pays for its owner (F-17, K-07, K-08, X-12).
card               Does the card make customers loyal, or do loyal customers take the card? (H-12, K-07, K-08)
degree             Loyalty: how much of it can be counted, what the card does, and what it costs (H-05, H-10 to H-16).
winning            Winning or keeping: what a customer costs, counted and per incremental customer (H-16, X-03, N-56 to N-60).
"""

from crmlib.loyalty.audit import audit_rules, estimate_yuan_for_a_point
from crmlib.loyalty.card import (
    compare_members_with_others,
    estimate_card_lift,
    measure_true_card_gap,
    plot_card_gap,
)
from crmlib.loyalty.degree import measure_loyalty, measure_yearly_spend, share_of_purchases
from crmlib.loyalty.fee import (
    explore_fee_break_even,
    fee_break_even,
    list_break_even_benefits,
)
from crmlib.loyalty.points import cost_of_points, measure_breakage, plot_cost_of_points
from crmlib.loyalty.winning import (
    compare_counted_costs,
    cost_per_customer,
    explore_winning_or_keeping,
    plot_cost_ratios,
)

__all__ = [
    "audit_rules",
    "compare_counted_costs",
    "compare_members_with_others",
    "cost_of_points",
    "cost_per_customer",
    "estimate_card_lift",
    "estimate_yuan_for_a_point",
    "explore_fee_break_even",
    "explore_winning_or_keeping",
    "fee_break_even",
    "list_break_even_benefits",
    "measure_breakage",
    "measure_loyalty",
    "measure_true_card_gap",
    "measure_yearly_spend",
    "plot_card_gap",
    "plot_cost_of_points",
    "plot_cost_ratios",
    "share_of_purchases",
]
