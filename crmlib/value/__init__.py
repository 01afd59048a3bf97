"""Chapter 7, customer value (客户价值).

lifetime_value           What does a new customer bring, counted in five ways (F-01 to F-03)?
retention                What is keeping worth, and do five points bring 25 to 85 per cent (F-03)?
shifted_beta_geometric   How many will still be there, where leaving is seen, as with a contract (F-03)?
bg_nbd                   How many purchases are to come, and is she still a customer (F-03, F-06)?
gamma_gamma              How much will she spend on a purchase (F-03)?
holdout                  Did the forecast come true, and where does it fail (F-03)?
matrix                   Who is worth what, now and later; which way finds the best customers (F-04, F-19)?
acquisition              How much may a new customer cost, and how is a budget split (F-03)?

Behind them: `fitting`, how the three models find their numbers.
"""

from crmlib.value.lifetime_value import discount_flows, follow_value, plot_value_steps
from crmlib.value.retention import explore_retention_gain, find_margin_multiple, list_retention_gains
from crmlib.value.shifted_beta_geometric import fit_shifted_beta_geometric, plot_survivors
from crmlib.value.bg_nbd import explore_alive, fit_bg_nbd, plot_alive
from crmlib.value.gamma_gamma import fit_gamma_gamma
from crmlib.value.holdout import (
    compare_value_with_truth,
    follow_forecasts,
    forecast_value,
    measure_deciles,
    plot_deciles,
)
from crmlib.value.matrix import compare_ways, explore_value_matrix, place_in_matrix, summarise_matrix
from crmlib.value.acquisition import Base, explore_budget, measure_payback, plot_payback

__all__ = [
    # lifetime_value
    "discount_flows",
    "follow_value",
    "plot_value_steps",
    # retention
    "find_margin_multiple",
    "list_retention_gains",
    "explore_retention_gain",
    # shifted_beta_geometric
    "fit_shifted_beta_geometric",
    "plot_survivors",
    # bg_nbd
    "fit_bg_nbd",
    "plot_alive",
    "explore_alive",
    # gamma_gamma
    "fit_gamma_gamma",
    # holdout
    "forecast_value",
    "follow_forecasts",
    "measure_deciles",
    "plot_deciles",
    "compare_value_with_truth",
    # matrix
    "place_in_matrix",
    "summarise_matrix",
    "explore_value_matrix",
    "compare_ways",
    # acquisition
    "measure_payback",
    "plot_payback",
    "Base",
    "explore_budget",
]
