"""Customers: what is known of a customer, for every chapter.

first_look         A first look at a firm: what it sold in each month, as a chart to read and as one to move.
summary            TODO
rfm                RFM: what a customer's receipts say at a glance: when last, how often, how much (F-05, F-06).
ledger             The points ledger of the member card: what is booked, when, and why (F-17, H-13).
truth              What truly became of a customer: the truth that no real firm has.
"""

from crmlib.customers.first_look import (
    explore_sales_by_month,
    plot_sales_by_month,
    sum_sales_by_month,
)
from crmlib.customers.ledger import (
    COURSE_RULES,
    PointsRules,
    balance_points,
    book_points,
    count_points,
)
from crmlib.customers.rfm import plot_pair, score_rfm, tabulate_pair
from crmlib.customers.summary import describe_summary, summarise_purchases
from crmlib.customers.truth import find_true_state

__all__ = [
    "COURSE_RULES",
    "PointsRules",
    "balance_points",
    "book_points",
    "count_points",
    "describe_summary",
    "explore_sales_by_month",
    "find_true_state",
    "plot_pair",
    "plot_sales_by_month",
    "score_rfm",
    "sum_sales_by_month",
    "summarise_purchases",
    "tabulate_pair",
]
