"""Chapter 4, satisfaction (客户满意): what customers say, what they do, and what the firm can do about it.

scores          What does a score say, read as top-two share or as recommendation score (H-01, H-06)?
response        Who answers a survey, and what does that do to the score (H-01)?
answers         What did customers do in the year after their answer, and how many rivals are near (H-03)?
base_rate       Do the satisfied leave, or were leavers satisfied; who buys the same again (H-03, X-14)?
curve           Who comes back at which score, among rivals or without; do they do what they say (H-03)?
model           Is it satisfaction that keeps them, other things equal (H-03)?
word_of_mouth   What can one dissatisfied customer cost, and what would have to be true (H-04)?
service         How often is a queue too long, and does solving a problem in time satisfy (G-08, X-19, H-09)?
"""

from crmlib.satisfaction.scores import plot_score_distribution, score_recommendation, score_top_two
from crmlib.satisfaction.response import (
    compare_respondents_with_all,
    describe_response,
    plot_respondents_against_truth,
)
from crmlib.satisfaction.answers import (
    add_competition,
    compare_leaving_with_truth,
    follow_answers,
    join_scores_with_retention,
)
from crmlib.satisfaction.base_rate import (
    conditional_shares,
    explore_base_rate,
    measure_rebuying,
    plot_conditional_shares,
)
from crmlib.satisfaction.curve import (
    compare_intention_with_behaviour,
    plot_intention_against_behaviour,
    plot_repurchase_by_score,
)
from crmlib.satisfaction.model import explore_repurchase_curve, fit_repurchase
from crmlib.satisfaction.word_of_mouth import (
    WordOfMouth,
    list_word_of_mouth_combinations,
    plot_word_of_mouth,
    simulate_word_of_mouth,
)
from crmlib.satisfaction.service import (
    count_queue_breaches,
    measure_solved_in_time,
    plot_waiting_against_satisfaction,
    relate_waiting_to_satisfaction,
)

__all__ = [
    # scores
    "score_top_two",
    "score_recommendation",
    "plot_score_distribution",
    # response
    "describe_response",
    "compare_respondents_with_all",
    "plot_respondents_against_truth",
    # answers
    "join_scores_with_retention",
    "follow_answers",
    "add_competition",
    "compare_leaving_with_truth",
    # base_rate
    "conditional_shares",
    "plot_conditional_shares",
    "explore_base_rate",
    "measure_rebuying",
    # curve
    "plot_repurchase_by_score",
    "compare_intention_with_behaviour",
    "plot_intention_against_behaviour",
    # model
    "fit_repurchase",
    "explore_repurchase_curve",
    # word_of_mouth
    "WordOfMouth",
    "simulate_word_of_mouth",
    "plot_word_of_mouth",
    "list_word_of_mouth_combinations",
    # service
    "count_queue_breaches",
    "relate_waiting_to_satisfaction",
    "plot_waiting_against_satisfaction",
    "measure_solved_in_time",
]
