"""Trials (随机试验): what chance decided, and therefore what a measure truly brought.

campaigns   Which campaign was randomised, who was in which of its arms, and until when do outcomes count?
trial       How many customers came because of it, and what did each of these cost (H-16)?
"""

from crmlib.trials.trial import compare_costs, list_trials, measure_offer_trial, measure_store_trial

__all__ = ["measure_store_trial", "measure_offer_trial", "list_trials", "compare_costs"]
