"""What is known of a customer (客户), on the shared floor below all chapters.

first_look   What did the firm sell in each month?
summary      How recently, how often and for how much has each customer bought (F-05)?
rfm          Who ranks where on recency, frequency and money, and what do two letters say (F-05, F-06)?
truth        What truly became of a customer, which no real firm knows?
spending     What did each customer bring in a period, in sales or in margin?
ledger       What does each purchase book on the member card, when, and why (F-17, H-13)?

Behind them, for the chapters' own modules:

receipts     Are the receipts fit to be counted?
grouping     How are ten million of them counted quickly?
by_engine    How does another engine count a hundred million?
windows      On which days did each customer buy, and what in a period of her own?
surveys      From which score on does a customer count as satisfied (H-01)?

Extra: `COURSE_RULES`, the rules of the card as the course gives them.
"""

from crmlib.customers.first_look import explore_sales_by_month, plot_sales_by_month, sum_sales_by_month
from crmlib.customers.summary import describe_summary, summarise_purchases
from crmlib.customers.rfm import plot_pair, score_rfm, tabulate_pair
from crmlib.customers.truth import find_true_state
from crmlib.customers.spending import sum_spending
from crmlib.customers.ledger import COURSE_RULES, PointsRules, book_points, count_points

__all__ = [
    "sum_sales_by_month",
    "explore_sales_by_month",
    "plot_sales_by_month",
    "summarise_purchases",
    "describe_summary",
    "score_rfm",
    "tabulate_pair",
    "plot_pair",
    "find_true_state",
    "sum_spending",
    "PointsRules",
    "COURSE_RULES",
    "count_points",
    "book_points",
]
