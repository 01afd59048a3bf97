"""A day of the plan in the notebook: its parts one at a time, each with its minutes and a box to tick."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from crmlib.classroom.cards import Card, due_cards, make_cards
from crmlib.classroom.display import to_html
from crmlib.classroom.exam.items import ExamItem
from crmlib.classroom.exam.templates import ExamQuestion, instantiate
from crmlib.classroom.formats.chapters import chapter_stems
from crmlib.classroom.formats.glossary import load_glossary
from crmlib.classroom.live import drill, text_block
from crmlib.classroom.progress import Progress
from crmlib.classroom.review.content import ListGroup
from crmlib.classroom.review.live import ask_fresh, page_block, sorting
from crmlib.classroom.review.pages import render_calculation, render_faded, render_lists, render_open
from crmlib.classroom.review.plan import LAST, SHARES, Day, draw_mock, draw_steps
from crmlib.classroom.review.records import Bank, Desk, lost_marks, order_items
from crmlib.classroom.review.sitting import Sitting
from crmlib.classroom.review.words import name_sections, say
from crmlib.classroom.schedule import find_due

if TYPE_CHECKING:
    import ipywidgets

CARDS_A_MINUTE = 3


@dataclass
class DayPage:
    """The live page of one day; `make_part` builds each part when it is opened."""

    day: Day
    desk: Desk
    bank: Bank
    groups: Mapping[str, ListGroup]
    mix: Callable[[ListGroup], Sequence[Any]]
    sheet: str

    def make(self) -> "ipywidgets.Widget":
        """Return the page: a button for each part, the part, a box to tick when it is done."""
        import ipywidgets as widgets

        frame, done = widgets.VBox(), widgets.Checkbox(description=self._say("done"), indent=False)
        parts = widgets.ToggleButtons(options=self._name_parts(), style={"button_width": "auto"})

        def open_part(part: str) -> None:
            frame.children = [self.make_part(part)]
            done.unobserve_all("value")
            done.value = part in self.read_done()
            done.observe(lambda change: self._note_done(part, change["new"]), names="value")

        parts.observe(lambda change: open_part(change["new"]), names="value")
        open_part(parts.value)
        head = f"**{self.day.on.isoformat()}** {name_sections(self.day.sections, self.desk.language)}"
        return widgets.VBox([text_block(to_html(head)), parts, frame, done])

    def _say(self, key: str, *values: object) -> str:
        return say(key, self.desk.language, *values)

    def _name_parts(self) -> list[tuple[str, str]]:
        return [
            (f"{number} {self._say(part)} · {minutes}′", part)
            for number, (part, minutes) in enumerate(self.day.parts.items(), 1)
        ]

    def read_done(self) -> list[str]:
        """Return the parts of this day that are ticked as done."""
        return list(self.desk.progress.read("days").get(self.day.on.isoformat(), {}).get("done", []))

    def _note_done(self, part: str, done: bool) -> None:
        def note(entry: dict[str, Any]) -> dict[str, Any]:
            kept = [one for one in entry.get("done", []) if one != part]
            return {**entry, "done": [*kept, part] if done else kept}

        self.desk.progress.update("days", self.day.on.isoformat(), note)

    def make_part(self, part: str) -> Any:
        """Return one part of the day, live."""
        makers = {
            "lists": self._make_lists,
            "steps": self._make_steps,
            "cards": self._make_cards,
            "mock": self._make_mock,
            "lost": self._make_lost,
            "sheet": lambda: page_block(self.sheet),
        }
        return makers[part]()

    def _make_lists(self) -> Any:
        import ipywidgets as widgets

        rows: list[Any] = []
        for key in self.day.groups:
            group = self.groups[key]
            rows.append(page_block(render_lists(group, self.desk.language)))
            rows.append(sorting(group, self.mix(group), self.desk))
        return widgets.VBox(rows)

    def _make_steps(self) -> Any:
        """Return what comes back today, at most for a third of the minutes, then new work on the sections."""
        records, on = self.desk.progress.read("items"), self.day.on
        minutes = self.day.parts["steps"]
        back = find_returning(self.bank, self.desk, minutes=minutes // 3)
        left = minutes - sum(item.minutes for item in back)
        new = draw_steps(self.bank, records, sections=self.day.sections, today=on, minutes=left)
        return walk_steps([*(("returns", item) for item in back), *new], self.desk)

    def _make_cards(self) -> Any:
        limit = self.day.parts["cards"] * CARDS_A_MINUTE
        deck = find_due_cards(self.desk, limit=limit)
        if not deck:
            return text_block(self._say("no cards"))
        homes = {id(card): progress for card, progress in deck}
        return drill(
            lambda card: homes[id(card)],
            [card for card, _ in deck],
            today=self.desk.today,
            language=self.desk.language,
        )

    def _make_mock(self) -> Any:
        items = draw_mock(
            self.bank,
            self.desk.progress.read("items"),
            minutes=self.day.parts["mock"],
            today=self.desk.today,
            seed=self.day.on.toordinal(),
            sections=self.day.sections,
        )
        return make_sitting(items, self.desk, minutes=self.day.parts["mock"]).frame

    def _make_lost(self) -> Any:
        items = find_lost(self.bank, self.desk)
        if not items:
            return text_block(self._say("none lost"))
        return walk_steps([("fresh", item) for item in items], self.desk)


def find_lost(bank: Bank, desk: Desk) -> list[ExamItem]:
    """Return the items that lost marks when they were last asked, those due first."""
    records = desk.progress.read("items")
    lost = [
        item
        for items in bank.values()
        for item in items
        if item.id in records and lost_marks(records[item.id])
    ]
    return order_items(lost, records, today=desk.today)


def find_returning(bank: Bank, desk: Desk, *, minutes: int) -> list[ExamItem]:
    """Return the items that are due today, the longest overdue first, as many as fit the minutes."""
    records = desk.progress.read("items")
    known = [item for items in bank.values() for item in items if item.id in records]
    chosen: list[ExamItem] = []
    for item in order_items(known, records, today=desk.today):
        due = find_due(records[item.id], today=desk.today) <= desk.today
        if due and sum(one.minutes for one in chosen) + item.minutes <= minutes:
            chosen.append(item)
    return chosen


def find_due_cards(desk: Desk, *, limit: int) -> list[tuple[Card, Progress]]:
    """Return the cards to ask today from all chapters, each with the records of its chapter."""
    everything: list[tuple[Card, Progress, dict[str, Any]]] = []
    for stem in chapter_stems(having="glossary"):
        progress = Progress(stem, desk.progress.folder)
        records = progress.read("cards")
        everything += [
            (card, progress, records)
            for card in due_cards(make_cards(load_glossary(stem)), records, today=desk.today, limit=limit)
        ]
    known = [(card, progress) for card, progress, records in everything if card.key in records]
    new = [(card, progress) for card, progress, records in everything if card.key not in records]
    by_chapter: dict[str, list[tuple[Card, Progress]]] = {}
    for card, progress in new:
        by_chapter.setdefault(progress.stem, []).append((card, progress))
    mixed = [
        chapter[place]
        for place in range(max(map(len, by_chapter.values()), default=0))
        for chapter in by_chapter.values()
        if place < len(chapter)
    ]
    return [*known, *mixed][:limit]


def make_sitting(items: Sequence[ExamItem], desk: Desk, *, minutes: int, seed: int | None = None) -> Sitting:
    """Return a paper of these items with numbers drawn from the seed, or from the moment."""
    start = int(datetime.now().timestamp()) % 100_000 if seed is None else seed
    seeds = [start + place for place in range(len(items))]
    ready = [instantiate(item, seed=one) for item, one in zip(items, seeds, strict=True)]
    return Sitting(ready, desk, minutes=minutes, seeds=seeds)


def walk_steps(steps: Sequence[tuple[str, ExamItem]], desk: Desk) -> "ipywidgets.Widget":
    """Return questions one by one: shown worked, half written, or fresh with a field for the marks."""
    import ipywidgets as widgets

    place, frame, count = [0], widgets.VBox(), text_block()
    names = [say(key, desk.language) for key in ("previous", "next")]
    back, forward = (widgets.Button(description=name, layout={"width": "auto"}) for name in names)

    def turn(step: int) -> None:
        place[0] += step
        stage, item = steps[place[0]]
        seed = desk.today.toordinal() + place[0]
        title = text_block(to_html(f"#### {say(stage, desk.language)}"))
        frame.children = [title, *show_step(stage, instantiate(item, seed=seed), desk, seed=seed)]
        back.disabled, forward.disabled = place[0] == 0, place[0] == len(steps) - 1
        count.value = f"{place[0] + 1} / {len(steps)}"

    back.on_click(lambda _: turn(-1))
    forward.on_click(lambda _: turn(1))
    if steps:
        turn(0)
    return widgets.VBox([frame, widgets.HBox([back, forward, count])])


def show_step(stage: str, ready: ExamQuestion, desk: Desk, *, seed: int) -> list[Any]:
    """Return a question at one stage, as widgets."""
    if stage in ("fresh", "returns"):
        return ask_fresh(ready, desk, seed=seed)
    faded = stage == "faded"
    if ready.value is not None:
        blanks = max(1, len(ready.scheme) // 2) if faded else 0
        text = render_calculation(ready, blanks=blanks, language=desk.language)
    else:
        text = render_faded(ready, desk.language) if faded else render_open(ready, desk.language)
    return [text_block(to_html(text))]


def freeze_day(desk: Desk, days: Sequence[Day], today: date) -> Day:
    """Return today's part of the plan as it was first shown, so that work done today does not change it."""
    day = days[0]
    kept = desk.progress.read("days").get(today.isoformat(), {})
    if "sections" in kept:
        order = [*SHARES, *LAST]
        parts = {part: int(kept["parts"][part]) for part in sorted(kept["parts"], key=order.index)}
        return Day(today, tuple(kept["sections"]), tuple(kept["groups"]), parts)
    desk.progress.update(
        "days",
        today.isoformat(),
        lambda entry: {
            **entry,
            "sections": list(day.sections),
            "groups": list(day.groups),
            "parts": dict(day.parts),
        },
    )
    return day
