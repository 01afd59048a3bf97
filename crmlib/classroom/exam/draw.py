"""Drawing a paper from the bank: marks of each part, minutes, no topic twice, chapters by weight."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from crmlib.classroom.exam.blueprint import Blueprint
from crmlib.classroom.exam.clues import find_clashes
from crmlib.classroom.exam.items import ExamItem

TRIES, STEPS = 60, 4_000
PREFERRED = 2.0  # marks of a chapter by which a reserved item comes before another one


@dataclass(frozen=True)
class Drawn:
    """The items of a paper, part by part, and what they add up to."""

    parts: dict[str, tuple[ExamItem, ...]]

    @property
    def items(self) -> tuple[ExamItem, ...]:
        """All items in the order of the paper."""
        return tuple(item for part in self.parts.values() for item in part)

    @property
    def marks(self) -> float:
        """Marks of the whole paper."""
        return sum(item.marks for item in self.items)

    @property
    def minutes(self) -> int:
        """Minutes that the items take by their own estimate."""
        return sum(item.minutes for item in self.items)


def draw_paper(
    bank: Mapping[str, Sequence[ExamItem]],
    blueprint: Blueprint,
    *,
    seed: int,
    clashes: Mapping[str, frozenset[str]] | None = None,
) -> Drawn:
    """Draw items so that each part has its marks, all fit the minutes, and no topic is asked twice.

    No item stands beside one whose answer its text holds; what is reserved for papers is taken first.

    bank: chapter → items; clashes: what `find_clashes` says of them, found anew if left out.
    The same bank, blueprint and seed give the same paper. Part by part, from the scarcest kind to the
    commonest, items are tried in an order drawn from the seed, chapters that are behind their weight first.
    Where no choice gives the marks exactly, everything is drawn anew, up to 60 times; after a paper that was
    too long, quick items come first.
    Raises ValueError that names the part which cannot be filled, and what to change.
    """
    homes = {item.id: stem for stem, items in bank.items() for item in items}
    pools = {
        kind: [item for items in bank.values() for item in items if item.kind == kind]
        for kind in blueprint.asked
    }
    for kind, share in blueprint.asked.items():
        held = sum(item.marks for item in pools[kind])
        if held < share.marks:
            raise ValueError(
                f"blueprint, kind {kind!r}: asks for {share.marks:g} marks, the bank of these chapters holds "
                f"{held:g}. Lower it, or name more chapters."
            )
    if clashes is None:
        clashes = find_clashes([item for pool in pools.values() for item in pool])
    failed: Counter[str] = Counter()
    shortest = tired = 0
    for number in range(TRIES):
        chance = random.Random(f"paper:{seed}:{number}")
        found = _try(pools, homes, clashes, blueprint, chance, hurry=tired)
        if isinstance(found, str):
            failed[found] += 1
            continue
        drawn = Drawn(found)
        if drawn.minutes <= blueprint.minutes:
            return drawn
        shortest, tired = min(shortest or drawn.minutes, drawn.minutes), tired + 1
    if shortest:
        raise ValueError(
            f"{blueprint.marks:g} marks take at least some {shortest} minutes, expected at most "
            f"{blueprint.minutes}. Give more minutes or fewer marks."
        )
    kind = failed.most_common(1)[0][0]
    raise ValueError(
        f"blueprint, kind {kind!r}: no items on different topics have exactly "
        f"{blueprint.kinds[kind].marks:g} marks. Change its marks, or set topics_once to false."
    )


def _try(
    pools: dict[str, list[ExamItem]],
    homes: dict[str, str],
    clashes: Mapping[str, frozenset[str]],
    blueprint: Blueprint,
    chance: random.Random,
    *,
    hurry: int,
) -> dict[str, tuple[ExamItem, ...]] | str:
    """One attempt: the parts, or the kind that could not be filled; hurry: how many papers were too long."""
    used: set[str] = set()
    load: dict[str, float] = defaultdict(float)
    parts: dict[str, tuple[ExamItem, ...]] = {}
    for kind in sorted(blueprint.asked, key=lambda one: (len(pools[one]), one)):
        luck = {item.id: chance.random() for item in pools[kind]}
        weights = {stem: blueprint.chapters.get(stem, 1.0) for stem in homes.values()}
        # what a chapter has on the paper so far, against its weight, and luck in equal parts
        ranked = [
            (load[stem] / weights[stem] + 8 * luck[item.id] + _cost(item, hurry), item.id, item)
            for item in pools[kind]
            if weights[stem := homes[item.id]] > 0
        ]
        order = [item for _, _, item in sorted(ranked, key=lambda row: row[:2])]
        blocks = {
            item.id: clashes[item.id] | set(item.topics if blueprint.topics_once else ()) for item in order
        }
        chosen = _fill(order, blueprint.kinds[kind].marks, used, blocks)
        if chosen is None:
            return kind
        parts[kind] = tuple(sorted(chosen, key=lambda item: (item.difficulty, luck[item.id])))
        for item in chosen:
            used.update(blocks[item.id])
            load[homes[item.id]] += item.marks
    return {kind: parts[kind] for kind in blueprint.asked}


def _cost(item: ExamItem, hurry: int) -> float:
    """What moves an item back in the order: minutes that its marks take, where papers were too long."""
    return hurry * item.minutes / item.marks - PREFERRED * item.reserved


def _fill(
    order: list[ExamItem], marks: float, used: set[str], blocks: dict[str, frozenset[str]]
) -> list[ExamItem] | None:
    """Items, the earlier in the order the rather, whose marks add up exactly; None if none were found.

    used: topics and ids that are barred; blocks: what an item bars once it is chosen.
    """
    steps = 0

    def go(start: int, left: float, taken: set[str]) -> list[ExamItem] | None:
        nonlocal steps
        if abs(left) < 1e-9:
            return []
        for place in range(start, len(order)):
            steps += 1
            if steps > STEPS:
                return None
            item = order[place]
            if item.marks > left + 1e-9 or item.id in taken or taken & set(item.topics):
                continue
            rest = go(place + 1, left - item.marks, taken | blocks[item.id])
            if rest is not None:
                return [item, *rest]
        return None

    return go(0, marks, set(used))
