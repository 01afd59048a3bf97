"""Chapter 5, churn.

definitions        Churn: who has left, when nobody cancels (I-01).
survival           Survival: how long customers stay, when most of them have not left yet (I-01, I-04).
frailty            Why retention rises with tenure although no customer becomes more loyal: the mixture changes (I-01).
model              Who is about to leave: by a rule of two thresholds, and by a model fitted on those who left (I-03, I-04).
ranking            How good is a forecast of who leaves: does it rank, does it mean what it says, whom does it reach? (I-04)
threshold          From a probability to a decision: whom to contact, given what a contact costs and can save (I-04, I-05).
causes             Why customers leave: what they say in an exit interview, and what it truly was (I-02).
"""

from crmlib.churn.causes import (
    CAUSE_OF_REASON,
    compare_reasons,
    cross_reasons,
    plot_reasons,
    tag_causes,
)
from crmlib.churn.definitions import (
    compare_churn_definitions,
    explore_silence_limit,
    mark_churned,
    plot_churn_definitions,
)
from crmlib.churn.frailty import (
    explore_mixture,
    measure_frailty_by_tenure,
    plot_frailty_by_tenure,
)
from crmlib.churn.model import (
    FEATURES,
    add_leak,
    add_outcome,
    describe_behaviour,
    fit_churn_model,
    flag_key_customers,
)
from crmlib.churn.ranking import (
    measure_calibration,
    plot_calibration,
    plot_lift,
    score_ranking,
)
from crmlib.churn.survival import (
    compare_survival,
    estimate_survival,
    follow_answers_to_silence,
    follow_members_to_silence,
    follow_to_truth,
    measure_retention_by_tenure,
    plot_retention_by_tenure,
    plot_survival,
)
from crmlib.churn.threshold import (
    count_profit_by_threshold,
    explore_threshold,
    find_threshold,
)

__all__ = [
    "CAUSE_OF_REASON",
    "FEATURES",
    "add_leak",
    "add_outcome",
    "compare_churn_definitions",
    "compare_reasons",
    "compare_survival",
    "count_profit_by_threshold",
    "cross_reasons",
    "describe_behaviour",
    "estimate_survival",
    "explore_mixture",
    "explore_silence_limit",
    "explore_threshold",
    "find_threshold",
    "fit_churn_model",
    "flag_key_customers",
    "follow_answers_to_silence",
    "follow_members_to_silence",
    "follow_to_truth",
    "mark_churned",
    "measure_calibration",
    "measure_frailty_by_tenure",
    "measure_retention_by_tenure",
    "plot_calibration",
    "plot_churn_definitions",
    "plot_frailty_by_tenure",
    "plot_lift",
    "plot_reasons",
    "plot_retention_by_tenure",
    "plot_survival",
    "score_ranking",
    "tag_causes",
]
