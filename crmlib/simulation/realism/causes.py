"""The causal diagram of Osmanthus: what works on what, in which direction, by which number and where in the
code.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from crmlib.simulation.parameters import list_parameters
from crmlib.simulation.world.worlds import World


class Arrow(NamedTuple):
    """One arrow: a change of the cause changes the effect. number: in the world; where: module and
    function.
    """

    cause: str
    effect: str
    sign: str
    number: str
    where: str


ARROWS = (
    Arrow("distance", "visits", "−", "shoppers.visits_by_distance", "retail_people.draw_shoppers"),
    Arrow("season", "visits", "±", "visits.month_factors", "retail_calendar.Calendar.season"),
    Arrow(
        "satisfaction × competition",
        "visits",
        "+",
        "visits.by_satisfaction",
        "retail_visits.satisfaction_on_visits",
    ),
    Arrow(
        "promotion × price sensitivity", "visits", "+", "visits.by_promotion", "retail_visits.expected_visits"
    ),
    Arrow("points close to a reward", "visits", "+", "visits.near_reward", "retail_visits.expected_visits"),
    Arrow("card", "visits", "+", "joining.lift", "retail_visits.monthly_rate"),
    Arrow("age", "product category", "±", "shoppers.age_means", "retail_baskets.fill_baskets"),
    Arrow(
        "promotion × price sensitivity",
        "product",
        "+",
        "baskets.promotion_lift",
        "retail_baskets.fill_baskets",
    ),
    Arrow("habit", "product", "+", "baskets.habit_share", "retail_baskets.fill_baskets"),
    Arrow("usual basket", "lines and prices", "+", "baskets.price_by_basket", "retail_baskets.fill_baskets"),
    Arrow(
        "store's service",
        "satisfaction",
        "+",
        "shoppers.satisfaction_by_store",
        "retail_people.draw_shoppers",
    ),
    Arrow(
        "store's queues",
        "satisfaction",
        "−",
        "shoppers.satisfaction_by_waiting",
        "retail_people.draw_shoppers",
    ),
    Arrow(
        "relationship quality",
        "satisfaction",
        "+",
        "shoppers.satisfaction_with_quality",
        "retail_people.draw_shoppers",
    ),
    Arrow("visits", "problems", "+", "service.problem_share", "retail_service.find_problems"),
    Arrow("store's service", "problems", "−", "service.by_store", "retail_service.find_problems"),
    Arrow("problems", "satisfaction", "−", "service.drop", "retail_problems.meet_problems"),
    Arrow("time", "satisfaction after a problem", "+", "service.memory", "retail_service.faded"),
    Arrow("severity", "complaints", "+", "service.complaint_shares", "retail_service.decide_to_complain"),
    Arrow(
        "relationship quality",
        "complaints",
        "+",
        "service.complaint_by_quality",
        "retail_service.decide_to_complain",
    ),
    Arrow("speed of handling", "satisfaction", "+", "service.repaired_fast", "retail_service.repaired_share"),
    Arrow("handling", "relationship quality", "±", "service.quality_gain", "retail_problems.meet_problems"),
    Arrow("faulty product", "returns", "+", "service.return_after_problem", "retail_problems.meet_problems"),
    Arrow("satisfaction × competition", "leaving", "−", "leaving.slope", "retail_leaving.monthly_hazards"),
    Arrow("competition", "leaving for a rival", "+", "leaving.rival", "retail_leaving.monthly_hazards"),
    Arrow(
        "price sensitivity",
        "leaving for price",
        "+",
        "leaving.price_by_sensitivity",
        "retail_leaving.monthly_hazards",
    ),
    Arrow(
        "distance", "leaving for access", "+", "leaving.access_by_distance", "retail_leaving.monthly_hazards"
    ),
    Arrow("relationship quality", "leaving", "−", "leaving.by_quality", "retail_leaving.monthly_hazards"),
    Arrow("frailty", "leaving", "+", "shoppers.frailty_sd", "retail_leaving.monthly_hazards"),
    Arrow("purchase rate", "card", "+", "joining.by_rate", "retail_people.joining_order"),
    Arrow("relationship quality", "card", "+", "joining.by_quality", "retail_people.joining_order"),
    Arrow(
        "advertising in the store", "card", "+", "campaigns.acquisition_lift", "retail_people.choose_members"
    ),
    Arrow(
        "satisfied, close, frequent customers",
        "referrals",
        "+",
        "joining.channel_shares",
        "retail_members.choose_referrers",
    ),
    Arrow("referral", "leaving", "−", "joining.referred_effect", "retail_leaving.monthly_hazards"),
    Arrow("goods value", "points", "+", "points.yuan_per_point", "retail_points.book_ledger"),
    Arrow("end of the next year", "points", "−", "points.expiry_years", "retail_points.book_ledger"),
    Arrow("satisfaction", "survey scores", "+", "surveys.thresholds", "retail_surveys.score_feelings"),
    Arrow(
        "closeness, strong feelings, recent visit",
        "survey answered",
        "+",
        "surveys.answer_by_quality",
        "retail_surveys.decide_to_answer",
    ),
    Arrow("having left", "survey answered", "−", "surveys.answer_if_gone", "retail_surveys.decide_to_answer"),
    Arrow("spending", "legacy mailing", "+", "campaigns.legacy_share", "retail_campaigns.start_campaign"),
    Arrow("legacy mailing", "visits", "+", "campaigns.legacy_pull", "retail_campaigns.start_campaign"),
    Arrow("offer × middle risk", "visits", "+", "campaigns.offer_pulls", "retail_campaigns.start_campaign"),
    Arrow(
        "any contact with the disturbed",
        "visits",
        "−",
        "campaigns.disturbed_share",
        "retail_campaigns.start_campaign",
    ),
    Arrow(
        "win-back offer",
        "second lifetime",
        "+",
        "campaigns.win_back_pulls",
        "retail_campaigns.start_campaign",
    ),
    Arrow(
        "leaving out of dissatisfaction",
        "second lifetime",
        "−",
        "campaigns.win_back_service",
        "retail_campaigns.start_campaign",
    ),
    Arrow("price offer", "end of the second lifetime", "+", "campaigns.win_back_hazard", "retail_buying.buy"),
)


def list_causes() -> pd.DataFrame:
    """The arrows of the model as a table: cause, effect, sign, number (its name in the world), value,
    meaning, where.

    >>> list_causes().loc[0, ["cause", "effect", "sign"]].tolist()
    ['distance', 'visits', '−']
    """
    numbers = {parameter.name: parameter for parameter in list_parameters(World())}
    table = pd.DataFrame(ARROWS)
    named = [numbers[f"retail.{name}"] for name in table["number"]]
    table["value"] = [str(parameter.value) for parameter in named]
    table["meaning"] = [f"{parameter.meaning} ({parameter.unit})" for parameter in named]
    return table


def draw_causes() -> str:
    """The diagram as Mermaid text, which many viewers of Markdown draw."""
    names = list(dict.fromkeys(name for arrow in ARROWS for name in (arrow.cause, arrow.effect)))
    lines = ["flowchart LR"]
    lines += [f'    n{number}["{name}"]' for number, name in enumerate(names)]
    lines += [f'    n{names.index(a.cause)} -- "{a.sign}" --> n{names.index(a.effect)}' for a in ARROWS]
    return "\n".join(lines)


def write_causal_diagram(path: Path | str) -> None:
    """Write the causal diagram of Osmanthus as a page: picture, then one row an arrow."""
    columns = ["cause", "effect", "sign", "number", "value", "meaning", "where"]
    rows = list_causes()[columns].itertuples(index=False)
    table = [
        "| cause | effect | sign | number of the world | value | meaning | in the code |",
        "|---" * 7 + "|",
    ]
    table += [f"| {' | '.join(map(str, row))} |" for row in rows]
    text = [
        "# What causes what at Osmanthus",
        "Generated by `python -m crmlib.simulation.realism.report`; do not edit. + more of the cause brings more of\n"
        "the effect, − less; × the effect of one depends on the other. The numbers of the wholesaler\n"
        "Northport stand in `crmlib/simulation/world_wholesale.py`.",
        f"```mermaid\n{draw_causes()}\n```",
        "\n".join(table) + "\n",
    ]
    Path(path).write_text("\n\n".join(text), encoding="utf-8", newline="\n")
