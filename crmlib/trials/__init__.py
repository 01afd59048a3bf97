"""Trials: what chance decided.

trial              Randomised trials: how many customers came because of them, and what each of these cost (H-16).
"""

from crmlib.trials.trial import (
    Trial,
    compare_costs,
    list_trials,
    measure_offer_trial,
    measure_store_trial,
)

__all__ = [
    "Trial",
    "compare_costs",
    "list_trials",
    "measure_offer_trial",
    "measure_store_trial",
]
