"""Chapter 3, the customer lifecycle (客户生命周期).

next_purchase      When will a customer come again, and does she come when she is due (F-06)?
stages             What do three models call her, and in which stage is she by a rule (E-02 to E-06)?
ending             When is a relationship over, by two wordings of the course (E-01, X-06)?
stages_and_truth   Whom does the rule call lost, who has gone, and how good can a rule be (E-02)?
silence            After how long a silence is she more likely gone than not (F-06)?
fading             Do customers buy less before they leave (E-03)?
transitions        Who enters a quarter in which stage, and who moves where (E-02)?
money              What do customers of each stage bring and cost, and who brings friends (E-04)?
tenure             Do customers who stay longer pay more, or do those who pay more stay?
cost_to_serve      Do customers who stay longer cost less to serve?
"""

from crmlib.lifecycle.next_purchase import (
    compare_due_with_actual,
    expect_next_purchase,
    plot_due_against_actual,
)
from crmlib.lifecycle.stages import StageRule, assign_stages, compare_models
from crmlib.lifecycle.ending import count_endings
from crmlib.lifecycle.stages_and_truth import (
    compare_stage_rules,
    compare_with_truth,
    explore_stage_rule,
    plot_stages_against_truth,
    score_rule,
)
from crmlib.lifecycle.silence import (
    explore_silence,
    find_even_odds,
    join_silence_with_truth,
    measure_gone_by_silence,
    plot_gone_by_silence,
)
from crmlib.lifecycle.fading import measure_before_leaving, plot_before_leaving
from crmlib.lifecycle.transitions import count_transitions, label_quarters, plot_transitions
from crmlib.lifecycle.money import (
    count_referrals_by_stage,
    estimate_first_year_margin,
    measure_money_by_stage,
    plot_money_by_stage,
)
from crmlib.lifecycle.tenure import (
    compare_tenure,
    follow_members,
    measure_by_tenure,
    measure_snapshot,
    plot_tenure,
)
from crmlib.lifecycle.cost_to_serve import measure_cost_to_serve

__all__ = [
    "expect_next_purchase",
    "compare_due_with_actual",
    "plot_due_against_actual",
    "assign_stages",
    "compare_models",
    "StageRule",
    "count_endings",
    "compare_with_truth",
    "score_rule",
    "plot_stages_against_truth",
    "explore_stage_rule",
    "compare_stage_rules",
    "find_even_odds",
    "join_silence_with_truth",
    "measure_gone_by_silence",
    "plot_gone_by_silence",
    "explore_silence",
    "measure_before_leaving",
    "plot_before_leaving",
    "label_quarters",
    "count_transitions",
    "plot_transitions",
    "measure_money_by_stage",
    "plot_money_by_stage",
    "count_referrals_by_stage",
    "estimate_first_year_margin",
    "measure_snapshot",
    "follow_members",
    "measure_by_tenure",
    "plot_tenure",
    "compare_tenure",
    "measure_cost_to_serve",
]
