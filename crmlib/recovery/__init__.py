"""Chapter 5, recovery.

complaints         Complaints: how they should be handled, how long each step takes, and who never complains (G-16 to G-24).
speed              Recovery: what fast handling of a complaint changes, and whether a failure well repaired binds (G-16,
paradox            The recovery paradox: does a failure that is repaired well bind more than no failure at all? (G-16)
triage             Triage: whom of the lost to try to win back, and what with, by value and by cause (I-06, I-07).
win_back           Winning back: what an offer brings among customers who seemed lost, counted and incremental (I-07, I-10).
"""

from crmlib.recovery.complaints import (
    assign_status,
    find_answerable_wishes,
    list_steps,
    list_taboos,
    measure_reporting,
    measure_step_times,
    plot_reporting,
)
from crmlib.recovery.paradox import compare_paradox, join_visits_with_problems, plot_paradox
from crmlib.recovery.speed import (
    estimate_speed_on_satisfaction,
    estimate_speed_on_staying,
    explore_detectable_effect,
    find_detectable_effect,
    measure_speed_trial,
    plot_speed_trial,
)
from crmlib.recovery.triage import (
    assign_triage,
    compare_rules,
    describe_lost,
    list_triage_actions,
    plot_rules,
    price_arms,
)
from crmlib.recovery.win_back import (
    compare_offers,
    count_truly_lost,
    explore_win_back,
    follow_second_lives,
    measure_second_margin,
    measure_win_back,
    plot_win_back,
)

__all__ = [
    "assign_status",
    "assign_triage",
    "compare_offers",
    "compare_paradox",
    "compare_rules",
    "count_truly_lost",
    "describe_lost",
    "estimate_speed_on_satisfaction",
    "estimate_speed_on_staying",
    "explore_detectable_effect",
    "explore_win_back",
    "find_answerable_wishes",
    "find_detectable_effect",
    "follow_second_lives",
    "join_visits_with_problems",
    "list_steps",
    "list_taboos",
    "list_triage_actions",
    "measure_reporting",
    "measure_second_margin",
    "measure_speed_trial",
    "measure_step_times",
    "measure_win_back",
    "plot_paradox",
    "plot_reporting",
    "plot_rules",
    "plot_speed_trial",
    "plot_win_back",
    "price_arms",
]
