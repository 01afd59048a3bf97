"""The plan: which sections, lists and kinds of work each of the days that are left brings."""

import math
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from crmlib.classroom.exam.blueprint import read_blueprint
from crmlib.classroom.exam.items import ExamItem
from crmlib.classroom.formats.schema import Text
from crmlib.classroom.review.records import Bank, Records, mix_items, order_items
from crmlib.classroom.review.words import name_sections, put, say

# Shares of a day. The last one before the exam brings nothing new.
SHARES = {"lists": 0.2, "steps": 0.35, "cards": 0.15, "mock": 0.3}
LAST = {"lists": 0.3, "cards": 0.25, "lost": 0.3, "sheet": 0.15}
LEAST, MOST_DAYS = 20, 21
MINUTES_A_LIST, MOST_SECTIONS = 4, 4
DIAGNOSIS = 15
# Until an exam day is chosen: a week, an hour a day. The day itself brings the least.
DAYS, MINUTES = 7, 60
EXAM_DAY = {"cards": 0.6, "sheet": 0.4}
# Kinds that are marked at once, for the diagnostic test.
QUICK = ("choice", "fill_in")


@dataclass(frozen=True)
class Day:
    """One day of the plan: sections of the syllabus, groups of lists, and minutes for each part."""

    on: date
    sections: tuple[str, ...]
    groups: tuple[str, ...]
    parts: dict[str, int]


def plan_days(
    needs: Mapping[str, float],
    groups: Sequence[str],
    *,
    today: date,
    exam_on: date,
    minutes: int,
    begun: bool = False,
) -> list[Day]:
    """Return a day for each day before the exam; the section that may still bring most comes first.

    needs: section → marks that it may still bring. All sections and groups are dealt out, as long as a day
    has room; with more days than sections, those of most need come again. The last day brings no new section,
    unless it is the first one, too; `begun` says that there were others. At most 21 days are planned.
    Raises ValueError below 20 minutes a day, or if the exam is over.
    """
    if minutes < LEAST:
        raise ValueError(f"minutes is {minutes}. Below {LEAST} minutes a day, read the lists and sleep.")
    left = min((exam_on - today).days, MOST_DAYS)
    if left < 0:
        raise ValueError(f"exam_on is {exam_on}, which is over. Choose the day of your exam.")
    order = sorted((one for one in needs if needs[one] > 0), key=lambda one: -needs[one])
    room = max(1, round(minutes * SHARES["lists"] / MINUTES_A_LIST))
    days = []
    for place in range(left):
        last = place == left - 1 and (left > 1 or begun)
        parts = LAST if last else SHARES
        chosen = [] if last else _deal(order, place, max(1, left - 1))[:MOST_SECTIONS]
        days.append(
            Day(
                today + timedelta(days=place),
                tuple(sorted(chosen)),
                tuple(_deal(groups, place, left)[:room]),
                share_minutes(minutes, parts),
            )
        )
    return days


def _deal(cards: Sequence[str], place: int, days: int) -> list[str]:
    """Return what one of several days gets: every card once, or round and round if the days are more."""
    if not cards:
        return []
    return list(cards[place::days]) or [cards[place % len(cards)]]


def share_minutes(minutes: int, shares: Mapping[str, float]) -> dict[str, int]:
    """Return whole minutes for each part that add up.

    >>> share_minutes(90, SHARES)
    {'lists': 18, 'steps': 31, 'cards': 14, 'mock': 27}
    """
    parts = {name: round(minutes * share) for name, share in shares.items()}
    first = next(iter(parts))
    return {**parts, first: parts[first] + minutes - sum(parts.values())}


def render_plan(days: Sequence[Day], titles: Mapping[str, Text], language: str, *, dated: bool) -> str:
    """Return the plan, a row a day and below it the minutes; without dates the days are counted."""
    head = [say(key, language) for key in ("day", "topics", "lists")]
    lines = [f"| {' | '.join(head)} |", "|---|---|---|"]
    for number, day in enumerate(days, 1):
        name = day.on.isoformat() if dated else say("day n", language, number)
        lists = "; ".join(put(titles[key], language) for key in day.groups)
        lines.append(f"| {name} | {name_sections(day.sections, language)} | {lists} |")
    ends = (
        {"each day": days[0], "last day": days[-1]}
        if days[-1].parts != days[0].parts
        else {"each day": days[0]}
    )
    for key, day in ends.items():
        parts = "; ".join(f"{say(part, language)} {length}′" for part, length in day.parts.items())
        lines += ["", f"**{say(key, language)}:** {parts}."]
    return "\n".join(lines)


def draw_diagnosis(bank: Bank, *, seed: int, minutes: int = DIAGNOSIS) -> list[ExamItem]:
    """Return short items that fill the minutes, each section in turn, the shortest first, no topic twice."""
    pools: dict[str, list[ExamItem]] = {}
    for item in (item for items in bank.values() for item in items if item.kind in QUICK):
        pools.setdefault(item.topics[0][0], []).append(item)
    chance = random.Random(f"diagnosis:{seed}")
    for letter in sorted(pools):
        mixed = chance.sample(pools[letter], len(pools[letter]))
        pools[letter] = sorted(mixed, key=lambda item: item.minutes)
    return _fill_minutes([pools[letter] for letter in sorted(pools)], minutes)


def _fill_minutes(pools: Sequence[list[ExamItem]], minutes: int) -> list[ExamItem]:
    chosen: list[ExamItem] = []
    topics: set[str] = set()
    left, moved = minutes, True
    while moved:
        moved = False
        for pool in pools:
            found = _find_fitting(pool, left, topics)
            if found is not None:
                chosen.append(found)
                topics.update(found.topics)
                left, moved = left - found.minutes, True
    return chosen


def read_weights() -> dict[str, float]:
    """Return the marks of each kind in the exam's blueprint; kinds that it leaves out are missing."""
    return {kind: share.marks for kind, share in read_blueprint().kinds.items() if share.marks > 0}


def _find_fitting(pool: Sequence[ExamItem], minutes: int, topics: set[str]) -> ExamItem | None:
    """Return the first item that fits the minutes and asks no topic twice."""
    return next((one for one in pool if one.minutes <= minutes and not topics & set(one.topics)), None)


def draw_mock(
    bank: Bank, records: Records, *, minutes: int, today: date, seed: int, sections: Sequence[str] = ()
) -> list[ExamItem]:
    """Return items that fill the minutes: kinds by the marks of the exam's blueprint, no topic twice.

    Within a kind, items that are due and new ones in an order drawn from the seed take turns; `sections`, if
    any, bounds them. Kinds that the blueprint does not name are left out.
    """
    chance = random.Random(f"mock:{seed}")
    weights = read_weights()
    pools: dict[str, list[ExamItem]] = {}
    for item in (item for items in bank.values() for item in items if item.kind in weights):
        if not sections or {topic[0] for topic in item.topics} & set(sections):
            pools.setdefault(item.kind, []).append(item)
    for kind in sorted(pools):
        pools[kind] = mix_items(chance.sample(pools[kind], len(pools[kind])), records, today=today)
    used = dict.fromkeys(pools, 0.0)
    chosen: list[ExamItem] = []
    topics: set[str] = set()
    left = minutes
    while pools:
        kind = min(pools, key=lambda one: (used[one] / weights[one], -weights[one], one))
        found = _find_fitting(pools[kind], left, topics)
        if found is None:
            del pools[kind]
            continue
        chosen.append(found)
        topics.update(found.topics)
        used[kind] += found.marks
        left -= found.minutes
    order = list(weights)
    return sorted(chosen, key=lambda item: order.index(item.kind))


def draw_steps(
    bank: Bank, records: Records, *, sections: Sequence[str], today: date, minutes: int
) -> list[tuple[str, ExamItem]]:
    """Return what to work through: of a kind one item worked, one faded, then fresh ones; (stage, item).

    Kind follows on kind, those of most marks in the blueprint first, until the minutes are full.
    """
    weights = read_weights()
    pools: dict[str, list[ExamItem]] = {}
    for item in (item for items in bank.values() for item in items):
        if {topic[0] for topic in item.topics} & set(sections):
            pools.setdefault(item.kind, []).append(item)
    enough = [kind for kind in pools if len(pools[kind]) > 2 or kind == "calculation"]
    kinds = sorted(enough, key=lambda kind: (-weights.get(kind, 0.0), kind))
    # each day begins with another kind, so that a week meets all of them
    turn = today.toordinal() % max(1, len(kinds))
    steps: list[tuple[str, ExamItem]] = []
    left = float(minutes)
    for kind in [*kinds[turn:], *kinds[:turn]]:
        chance = random.Random(f"steps:{kind}:{today}")
        items = order_items(chance.sample(pools[kind], len(pools[kind])), records, today=today)
        fresh = items[:2]
        shown = [one for one in reversed(items) if one not in fresh] or items[:1]
        stages = [("worked", shown[0]), ("faded", shown[min(1, len(shown) - 1)])]
        stages += [("fresh", one) for one in fresh]
        cost = sum(one.minutes * (1.0 if stage == "fresh" else 0.5) for stage, one in stages)
        if steps and cost > left:
            continue
        steps += stages
        left = math.floor(left - cost)
        if left <= 0:
            break
    return steps
