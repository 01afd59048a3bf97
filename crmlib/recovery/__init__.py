"""Chapter 5, recovery (客户挽回): complaints and how they are handled, and winning back who seems lost.

complaints   Who never complains, how should complaints be handled, how long does it take (G-16 to G-22)?
speed        What does fast handling change, and which effects could the trial have seen (G-16, H-09)?
paradox      Does a failure that is repaired well bind more than no failure at all (G-16)?
win_back     Who came back because of us, for how long, and at what cost (I-07, I-10)?
triage       Whom of the lost to try to win back, and what with, and what is such a rule worth (I-06, I-07)?
"""

from crmlib.recovery.complaints import (
    list_complaint_steps,
    list_taboos,
    measure_reporting,
    measure_step_times,
    plot_reporting,
)
from crmlib.recovery.speed import (
    estimate_speed_on_staying,
    explore_detectable_effect,
    find_detectable_effect,
    measure_speed_trial,
    plot_speed_trial,
)
from crmlib.recovery.paradox import compare_paradox, join_visits_with_problems, plot_paradox
from crmlib.recovery.win_back import (
    compare_offers,
    count_truly_lost,
    explore_win_back,
    follow_second_lives,
    measure_second_margin,
    measure_win_back,
    plot_win_back,
)
from crmlib.recovery.triage import (
    assign_triage,
    compare_win_back_rules,
    list_triage_actions,
    plot_win_back_rules,
    price_arms,
)

__all__ = [
    # complaints
    "measure_reporting",
    "plot_reporting",
    "list_complaint_steps",
    "measure_step_times",
    "list_taboos",
    # speed
    "measure_speed_trial",
    "plot_speed_trial",
    "estimate_speed_on_staying",
    "find_detectable_effect",
    "explore_detectable_effect",
    # paradox
    "join_visits_with_problems",
    "compare_paradox",
    "plot_paradox",
    # win_back
    "measure_win_back",
    "plot_win_back",
    "compare_offers",
    "count_truly_lost",
    "follow_second_lives",
    "measure_second_margin",
    "explore_win_back",
    # triage
    "list_triage_actions",
    "assign_triage",
    "price_arms",
    "compare_win_back_rules",
    "plot_win_back_rules",
]
