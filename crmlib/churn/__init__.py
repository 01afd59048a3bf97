"""Chapter 5, churn (客户流失): who has left, how long customers stay, why they go, and who is about to leave.

definitions   Who has left, when nobody cancels, and how often is each definition right (I-01)?
survival      How long do customers stay, when most of them have not left yet (I-01, I-04)?
kaplan_meier  How do counts of those watched and those leaving become a curve with limits (I-01)?
frailty       Why does retention rise with tenure although no customer becomes more loyal (I-01)?
causes        What do leavers say in the interview, and what was it truly (I-02)?
model         Who is about to leave, by a rule of two thresholds or by a model (I-03, I-04)?
ranking       How well does a score put those who leave before those who stay (I-04)?
threshold     From which probability of leaving on does a contact pay (I-04, I-05)?
"""

from crmlib.churn.definitions import (
    compare_churn_definitions,
    explore_silence_limit,
    mark_churned,
    plot_churn_definitions,
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
from crmlib.churn.frailty import explore_mixture, measure_frailty_by_tenure, plot_frailty_by_tenure
from crmlib.churn.causes import (
    compare_reasons,
    cross_reasons,
    estimate_honest_share,
    plot_reasons,
    tag_causes,
)
from crmlib.churn.model import (
    add_leak,
    add_outcome,
    describe_behaviour,
    fit_churn_model,
    flag_key_customers,
)
from crmlib.churn.ranking import score_ranking
from crmlib.churn.threshold import count_profit_by_threshold, explore_threshold, find_threshold

__all__ = [
    # definitions
    "mark_churned",
    "compare_churn_definitions",
    "plot_churn_definitions",
    "explore_silence_limit",
    # survival
    "follow_members_to_silence",
    "follow_to_truth",
    "follow_answers_to_silence",
    "estimate_survival",
    "plot_survival",
    "compare_survival",
    "measure_retention_by_tenure",
    "plot_retention_by_tenure",
    # frailty
    "explore_mixture",
    "measure_frailty_by_tenure",
    "plot_frailty_by_tenure",
    # causes
    "tag_causes",
    "compare_reasons",
    "plot_reasons",
    "estimate_honest_share",
    "cross_reasons",
    # model
    "describe_behaviour",
    "add_outcome",
    "flag_key_customers",
    "fit_churn_model",
    "add_leak",
    # ranking
    "score_ranking",
    # threshold
    "find_threshold",
    "count_profit_by_threshold",
    "explore_threshold",
]
