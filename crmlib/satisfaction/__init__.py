"""Chapter 4, satisfaction.

scores             Satisfaction: what customers say, who says it, and what it is worth (H-01, H-02, H-06, G-01 to G-15).
response           Who answers a survey, and what that does to the score (H-01).
answers            Repurchase: what customers did in the year after they told us how satisfied they were (H-03, H-05).
base_rate          The base rate: why most leavers were satisfied although few of the satisfied leave (H-03, X-14).
curve              The repurchase curve: who comes back at which score, where customers can choose or not (H-03).
model              Holding other things equal: what one more point of satisfaction does where customers can choose (H-03).
word_of_mouth      Word of mouth: what one dissatisfied customer can cost (H-04).
service            Service that can be counted: queues, channels, and problems solved in time (G-02, G-08, H-09, K-15, X-19).
"""

from crmlib.satisfaction.answers import (
    add_competition,
    compare_leaving_with_truth,
    follow_answers,
    join_scores_with_retention,
)
from crmlib.satisfaction.base_rate import (
    conditional_shares,
    explore_base_rate,
    limit_leaving_if_satisfied,
    need_leaving,
    plot_conditional_shares,
    ten_customers,
)
from crmlib.satisfaction.curve import (
    compare_intention_with_behaviour,
    measure_rebuying,
    plot_intention_against_behaviour,
    plot_repurchase_by_score,
)
from crmlib.satisfaction.model import explore_repurchase_curve, fit_repurchase
from crmlib.satisfaction.response import (
    compare_respondents_with_all,
    describe_response,
    plot_respondents_against_truth,
)
from crmlib.satisfaction.scores import (
    plot_score_distribution,
    score_recommendation,
    score_top_two,
)
from crmlib.satisfaction.service import (
    count_queue_breaches,
    measure_channels,
    measure_recovery,
    plot_waiting_against_satisfaction,
    relate_waiting_to_satisfaction,
)
from crmlib.satisfaction.word_of_mouth import (
    WordOfMouth,
    describe_word_of_mouth,
    list_word_of_mouth_combinations,
    plot_word_of_mouth,
    simulate_word_of_mouth,
)

__all__ = [
    "WordOfMouth",
    "add_competition",
    "compare_intention_with_behaviour",
    "compare_leaving_with_truth",
    "compare_respondents_with_all",
    "conditional_shares",
    "count_queue_breaches",
    "describe_response",
    "describe_word_of_mouth",
    "explore_base_rate",
    "explore_repurchase_curve",
    "fit_repurchase",
    "follow_answers",
    "join_scores_with_retention",
    "limit_leaving_if_satisfied",
    "list_word_of_mouth_combinations",
    "measure_channels",
    "measure_rebuying",
    "measure_recovery",
    "need_leaving",
    "plot_conditional_shares",
    "plot_intention_against_behaviour",
    "plot_repurchase_by_score",
    "plot_respondents_against_truth",
    "plot_score_distribution",
    "plot_waiting_against_satisfaction",
    "plot_word_of_mouth",
    "relate_waiting_to_satisfaction",
    "score_recommendation",
    "score_top_two",
    "simulate_word_of_mouth",
    "ten_customers",
]
