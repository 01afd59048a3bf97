"""Chapter 6, finding customers (客户开发).

Part one, whom to see?

man            Who can pay, may decide and has a need, and which rule gives the course's verdicts? (D-03,
D-05) leads          What became of the leads, and what did the wrong ones cost? (D-03, D-05, C-19)
conversion     What share do we win, when some leads are still open? (D-16)

Part two, the way to a contract

pipeline       Where do leads stop, and where does one more yuan help? (D-15, D-16)
need_survey    How is a prospect's money bound, and how fast does it turn? (D-19)
key_account    Can the account pay, and is it worth developing? (D-22, D-27)

Part three, what to know and what to say

files_quality  What do we hold on whom, and how old is it? (D-30, D-31)
survey_share   What does "35 %" say if nobody tells of how many? (D-35)
"""

from crmlib.prospects.man import (
    assign_man_codes,
    choose_actions,
    explore_man_rule,
    list_phone_prospects,
    search_rules,
)
from crmlib.prospects.leads import follow_leads, forecast_leads, measure_lost_time, value_codes
from crmlib.prospects.conversion import compare_readings, estimate_conversion, plot_conversion
from crmlib.prospects.pipeline import compare_improvements, explore_pipeline, measure_stages, plot_stages
from crmlib.prospects.need_survey import measure_need_ratios
from crmlib.prospects.key_account import (
    explore_account,
    find_break_even,
    forecast_account,
    measure_five_ratios,
)
from crmlib.prospects.files_quality import measure_coverage, measure_file_age
from crmlib.prospects.survey_share import explore_survey_share, judge_survey_share, plot_survey_share

__all__ = [
    # man
    "list_phone_prospects",
    "assign_man_codes",
    "choose_actions",
    "search_rules",
    "explore_man_rule",
    # leads
    "follow_leads",
    "forecast_leads",
    "value_codes",
    "measure_lost_time",
    # conversion
    "compare_readings",
    "estimate_conversion",
    "plot_conversion",
    # pipeline
    "measure_stages",
    "plot_stages",
    "compare_improvements",
    "explore_pipeline",
    # need_survey
    "measure_need_ratios",
    # key_account
    "measure_five_ratios",
    "forecast_account",
    "find_break_even",
    "explore_account",
    # files_quality
    "measure_coverage",
    "measure_file_age",
    # survey_share
    "judge_survey_share",
    "plot_survey_share",
    "explore_survey_share",
]
