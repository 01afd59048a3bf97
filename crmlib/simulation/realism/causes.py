"""The causal diagram of Osmanthus: what works on what, which way, by which number, where in the code."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pandas as pd

from crmlib.ground.files import write_file
from crmlib.simulation.parameters import list_parameters
from crmlib.simulation.world.worlds import World


class Arrow(NamedTuple):
    """One arrow: a change of the cause changes the effect.

    number: its name in ``World().retail``. where: module and function in crmlib.simulation.retail.
    """

    cause: str
    effect: str
    sign: str
    number: str
    where: str


ARROWS = (
    Arrow("distance", "visits", "−", "shoppers.visits_by_distance", "people.draw_shoppers"),
    Arrow("season", "visits", "±", "visits.month_factors", "calendar.DayCalendar.season"),
    Arrow(
        "satisfaction × competition", "visits", "+", "visits.by_satisfaction", "visits.satisfaction_on_visits"
    ),
    Arrow("promotion × price sensitivity", "visits", "+", "visits.by_promotion", "visits.expected_visits"),
    Arrow("points close to a reward", "visits", "+", "visits.near_reward", "visits.expected_visits"),
    Arrow("card", "visits", "+", "joining.lift", "visits.monthly_rate"),
    Arrow("age", "product category", "±", "shoppers.age_means", "baskets.fill_baskets"),
    Arrow("promotion × price sensitivity", "product", "+", "baskets.promotion_lift", "baskets.fill_baskets"),
    Arrow("habit", "product", "+", "baskets.habit_share", "baskets.fill_baskets"),
    Arrow("usual basket", "lines and prices", "+", "baskets.price_by_basket", "baskets.fill_baskets"),
    Arrow("store's service", "satisfaction", "+", "shoppers.satisfaction_by_store", "people.draw_shoppers"),
    Arrow("store's queues", "satisfaction", "−", "shoppers.satisfaction_by_waiting", "people.draw_shoppers"),
    Arrow(
        "relationship quality",
        "satisfaction",
        "+",
        "shoppers.satisfaction_with_quality",
        "people.draw_shoppers",
    ),
    Arrow("visits", "problems", "+", "service.problem_share", "service.find_problems"),
    Arrow("store's service", "problems", "−", "service.by_store", "service.find_problems"),
    Arrow("problems", "satisfaction", "−", "service.drop", "problems.meet_problems"),
    Arrow("time", "satisfaction after a problem", "+", "service.memory", "service.faded"),
    Arrow("severity", "complaints", "+", "service.complaint_shares", "service.decide_to_complain"),
    Arrow(
        "relationship quality",
        "complaints",
        "+",
        "service.complaint_by_quality",
        "service.decide_to_complain",
    ),
    Arrow("speed of handling", "satisfaction", "+", "service.repaired_fast", "service.repaired_share"),
    Arrow("handling", "relationship quality", "±", "service.quality_gain", "problems.meet_problems"),
    Arrow("faulty product", "returns", "+", "service.return_after_problem", "problems.meet_problems"),
    Arrow("satisfaction × competition", "leaving", "−", "leaving.slope", "leaving.monthly_hazards"),
    Arrow("competition", "leaving for a rival", "+", "leaving.rival", "leaving.monthly_hazards"),
    Arrow(
        "price sensitivity",
        "leaving for price",
        "+",
        "leaving.price_by_sensitivity",
        "leaving.monthly_hazards",
    ),
    Arrow("distance", "leaving for access", "+", "leaving.access_by_distance", "leaving.monthly_hazards"),
    Arrow("relationship quality", "leaving", "−", "leaving.by_quality", "leaving.monthly_hazards"),
    Arrow("frailty", "leaving", "+", "shoppers.frailty_sd", "leaving.monthly_hazards"),
    Arrow("purchase rate", "card", "+", "joining.by_rate", "people.joining_order"),
    Arrow("relationship quality", "card", "+", "joining.by_quality", "people.joining_order"),
    Arrow("advertising in the store", "card", "+", "campaigns.acquisition_lift", "people.choose_members"),
    Arrow(
        "satisfied, close, frequent customers",
        "referrals",
        "+",
        "joining.channel_shares",
        "members.choose_referrers",
    ),
    Arrow("referral", "leaving", "−", "joining.referred_effect", "leaving.monthly_hazards"),
    Arrow("goods value", "points", "+", "points.yuan_per_point", "points.book_ledger"),
    Arrow("end of the next year", "points", "−", "points.expiry_years", "points.book_ledger"),
    Arrow("satisfaction", "survey scores", "+", "surveys.thresholds", "surveys.score_feelings"),
    Arrow(
        "closeness, strong feelings, recent visit",
        "survey answered",
        "+",
        "surveys.answer_by_quality",
        "surveys.decide_to_answer",
    ),
    Arrow("having left", "survey answered", "−", "surveys.answer_if_gone", "surveys.decide_to_answer"),
    Arrow("spending", "legacy mailing", "+", "campaigns.legacy_share", "campaigns.start_campaign"),
    Arrow("legacy mailing", "visits", "+", "campaigns.legacy_pull", "campaigns.start_campaign"),
    Arrow("offer × middle risk", "visits", "+", "campaigns.offer_pulls", "campaigns.start_campaign"),
    Arrow(
        "any contact with the disturbed",
        "visits",
        "−",
        "campaigns.disturbed_share",
        "campaigns.start_campaign",
    ),
    Arrow("win-back offer", "second lifetime", "+", "campaigns.win_back_pulls", "campaigns.start_campaign"),
    Arrow(
        "leaving out of dissatisfaction",
        "second lifetime",
        "−",
        "campaigns.win_back_service",
        "campaigns.start_campaign",
    ),
    Arrow("price offer", "end of the second lifetime", "+", "campaigns.win_back_hazard", "buying.buy"),
)


def list_causes() -> pd.DataFrame:
    """The arrows of the model as a table: the fields of `Arrow`, and value and meaning of the number.

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


def write_causal_diagram(path: Path) -> None:
    """Write the causal diagram of Osmanthus as a page: picture, then one row an arrow."""
    columns = ["cause", "effect", "sign", "number", "value", "meaning", "where"]
    rows = list_causes()[columns].itertuples(index=False)
    table = [
        "| cause | effect | sign | number of the world | value | meaning | in the code |",
        "|---" * 7 + "|",
    ]
    table += [f"| {' | '.join(str(cell).replace('|', '/') for cell in row)} |" for row in rows]
    text = [
        "# What causes what at Osmanthus",
        "Generated by `python -m crmlib.simulation.realism.report`; do not edit. + more of the cause brings\n"
        "more of the effect, − less; × the effect of one depends on the other. Code is named as seen from\n"
        "`crmlib.simulation.retail`. The numbers of the wholesaler Northport stand in\n"
        "`crmlib.simulation.world.wholesale`.",
        f"```mermaid\n{draw_causes()}\n```",
        "\n".join(table) + "\n",
    ]
    write_file(path, "\n\n".join(text))
