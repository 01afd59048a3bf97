"""Chapter 3, the customer lifecycle.

stages             The customer lifecycle: which stage a customer is in, by a rule that reads nothing but receipts.
stages_and_truth   The stage rule against the truth: whom it calls lost, and who really has gone (E-02, I-04).
silence            How long must a customer be silent before she is more likely gone than alive? (F-06 c, I-04)
next_purchase      When will the customer come again? Recency and frequency together, as the course reads them (F-06 a).
transitions        Customers on their way through the stages: who enters a quarter in which stage, and who moves where
money              Money by stage: what customers bring and cost in each stage, and who brings friends (E-04).
fading             Do customers fade before they leave? What the decline stage looks like where the leaving day is known
ending             When is a relationship over? Two definitions of the course, counted on the same members (E-01, E-05,
tenure             Is a long-lived customer worth more, or are the worth-while ones those who last? Tenure and
"""

from crmlib.lifecycle.ending import count_endings, list_open_matters
from crmlib.lifecycle.fading import measure_before_leaving, plot_before_leaving
from crmlib.lifecycle.money import (
    count_referrals_by_stage,
    estimate_first_year_margin,
    measure_money_by_stage,
    plot_money_by_stage,
)
from crmlib.lifecycle.next_purchase import (
    compare_due_with_actual,
    expect_next_purchase,
    find_next_purchase,
    plot_due_against_actual,
)
from crmlib.lifecycle.silence import (
    explore_silence,
    find_even_odds,
    join_silence_with_truth,
    measure_gone_by_silence,
    plot_gone_by_silence,
)
from crmlib.lifecycle.stages import (
    StageRule,
    assign_stages,
    compare_models,
    label_stages,
    plan_actions,
)
from crmlib.lifecycle.stages_and_truth import (
    compare_rules,
    compare_with_truth,
    explore_stage_rule,
    measure_one_time_buyers,
    plot_stages_against_truth,
    score_rule,
)
from crmlib.lifecycle.tenure import (
    compare_tenure,
    follow_members,
    measure_by_tenure,
    measure_cost_to_serve,
    measure_snapshot,
    plot_tenure,
)
from crmlib.lifecycle.transitions import (
    count_transitions,
    label_quarters,
    plot_transitions,
    share_transitions,
)

__all__ = [
    "StageRule",
    "assign_stages",
    "compare_due_with_actual",
    "compare_models",
    "compare_rules",
    "compare_tenure",
    "compare_with_truth",
    "count_endings",
    "count_referrals_by_stage",
    "count_transitions",
    "estimate_first_year_margin",
    "expect_next_purchase",
    "explore_silence",
    "explore_stage_rule",
    "find_even_odds",
    "find_next_purchase",
    "follow_members",
    "join_silence_with_truth",
    "label_quarters",
    "label_stages",
    "list_open_matters",
    "measure_before_leaving",
    "measure_by_tenure",
    "measure_cost_to_serve",
    "measure_gone_by_silence",
    "measure_money_by_stage",
    "measure_one_time_buyers",
    "measure_snapshot",
    "plan_actions",
    "plot_before_leaving",
    "plot_due_against_actual",
    "plot_gone_by_silence",
    "plot_money_by_stage",
    "plot_stages_against_truth",
    "plot_tenure",
    "plot_transitions",
    "score_rule",
    "share_transitions",
]
