"""Chapter 9, improving relationships (提升客户关系): measures that are planned, tried and judged.

Lesson 1, did it work?

confounded     What does a letter to the best customers seem to bring, and what does it bring?
rescue         Who rises again by herself, so that every rescue looks like a success?
experiment     How many customers does a trial need, who is treated, what did it bring (PDCA, J-10)?
interrupted    What did a change on one date do, with the oil price moving at the same time?

Lesson 2, for whom?

uplift         Whom to treat first: at risk, likely to buy, or moved by the measure?
groups         Which of four groups is an account in, and does our time follow (J-02)?

Lesson 3, what the database knows

next_product   Do baskets name the next product better than a plain rule (J-14)?
replenishment  When is the bottle empty (J-16)?
ages           What is bought at which age (J-16, N-38)?
"""

from crmlib.improving.confounded import join_letter, list_comparisons, plot_comparisons
from crmlib.improving.rescue import count_quarters, explore_rescue, follow_fallen
from crmlib.improving.experiment import (
    assign_arms,
    check_plans,
    customers_per_arm,
    explore_sample_size,
    join_trial,
    measure_arms,
)
from crmlib.improving.interrupted import compare_designs, explore_date, plot_months, sum_months
from crmlib.improving.uplift import compare_policies, explore_policies, follow_policies, score_members
from crmlib.improving.groups import assign_groups, measure_effort
from crmlib.improving.next_product import measure_hits, try_recommenders
from crmlib.improving.replenishment import follow_guesses, guess_empty_dates, join_buying, plot_guesses
from crmlib.improving.ages import measure_mix_by_age, plot_mix_by_age

__all__ = [
    # confounded
    "join_letter",
    "list_comparisons",
    "plot_comparisons",
    # rescue
    "count_quarters",
    "follow_fallen",
    "explore_rescue",
    # experiment
    "customers_per_arm",
    "explore_sample_size",
    "assign_arms",
    "join_trial",
    "measure_arms",
    "check_plans",
    # interrupted
    "sum_months",
    "plot_months",
    "compare_designs",
    "explore_date",
    # uplift
    "score_members",
    "follow_policies",
    "compare_policies",
    "explore_policies",
    # groups
    "assign_groups",
    "measure_effort",
    # next_product
    "try_recommenders",
    "measure_hits",
    # replenishment
    "join_buying",
    "guess_empty_dates",
    "follow_guesses",
    "plot_guesses",
    # ages
    "measure_mix_by_age",
    "plot_mix_by_age",
]
