"""The week before the exam as the notebook shows it: diagnosis, plan, day, mock, coverage, next steps."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from crmlib.classroom.display import to_html
from crmlib.classroom.live import text_block
from crmlib.classroom.review.content import ListGroup
from crmlib.classroom.review.day import CARDS_A_MINUTE, DayPage, find_due_cards, freeze_day, make_sitting
from crmlib.classroom.review.live import page_block, to_page
from crmlib.classroom.review.plan import (
    DAYS,
    DIAGNOSIS,
    EXAM_DAY,
    LAST,
    LEAST,
    MINUTES,
    MINUTES_A_LIST,
    MOST_DAYS,
    MOST_SECTIONS,
    QUICK,
    SHARES,
    Day,
    draw_diagnosis,
    draw_mock,
    plan_days,
    read_weights,
    render_plan,
    share_minutes,
)
from crmlib.classroom.review.records import (
    Bank,
    Desk,
    find_standing,
    find_weak,
    render_coverage,
    weigh_sections,
    where_taught,
)
from crmlib.classroom.review.sitting import WIDE
from crmlib.classroom.review.words import SECTIONS, WORDS, name_sections, say
from crmlib.classroom.schedule import find_due


@dataclass
class Week:
    """What the review shows of the week; `sheet` renders the decision sheet, `mix` shuffles lists."""

    bank: Bank
    groups: Mapping[str, ListGroup]
    mix: Callable[[ListGroup], Sequence[Any]]
    sheet: Callable[[str], str]

    def describe_diagnosis(self, language: str) -> str:
        """Return what the diagnostic test is, for a reader without a kernel."""
        items = draw_diagnosis(self.bank, seed=1)
        marks = sum(item.marks for item in items)
        return f"{say('sitting', language, len(items), f'{marks:g}', DIAGNOSIS)} {say('run', language)}"

    def make_diagnosis(self, desk: Desk) -> Any:
        """Return the diagnostic test, live; each time another one."""
        taken = len(desk.progress.read("items"))
        items = draw_diagnosis(self.bank, seed=taken + 1)
        return make_sitting(items, desk, minutes=DIAGNOSIS).frame

    def render_example(self, minutes: int, language: str) -> str:
        """Return the plan of a reader who begins a week before the exam."""
        today = date(2026, 1, 1)
        needs = weigh_sections(self.bank, {})
        exam_on = today + timedelta(days=DAYS)
        days = plan_days(needs, list(self.groups), today=today, exam_on=exam_on, minutes=minutes)
        return render_plan(days, self._titles(), language, dated=False)

    def _titles(self) -> dict[str, Any]:
        return {key: group.title for key, group in self.groups.items()}

    def make_plan(self, desk: Desk) -> Any:
        """Return the plan, live, with fields for the day of the exam and the minutes a day."""
        import ipywidgets as widgets

        exam_on, minutes = read_exam(desk)
        day = widgets.DatePicker(value=exam_on, description=say("exam on", desk.language), style=WIDE)
        slider = widgets.IntSlider(
            value=minutes, min=LEAST, max=180, step=10, description=say("a day", desk.language), style=WIDE
        )
        table = page_block("")

        def renew(_: Any = None) -> None:
            table.value = to_page(self._describe_plan(desk, day.value, slider.value))

        def change(_: Any) -> None:
            keep_exam(desk, day.value, slider.value)
            desk.tell("exam")
            renew()

        day.observe(change, names="value")
        slider.observe(change, names="value")
        renew()
        return widgets.VBox([widgets.HBox([day, slider], layout={"flex_flow": "row wrap"}), table])

    def _describe_plan(self, desk: Desk, exam_on: date | None, minutes: int) -> str:
        if exam_on is None:
            example = self.render_example(minutes, desk.language)
            return f"{say('no date', desk.language)}\n\n{example}"
        if exam_on < desk.today:
            return say("past", desk.language)
        days = self._plan(desk, exam_on, minutes)
        if not days:
            return say("today", desk.language)
        return render_plan(days, self._titles(), desk.language, dated=True)

    def _plan(self, desk: Desk, exam_on: date, minutes: int) -> list[Day]:
        """Return the days that are left: first what no day has brought yet, of it what may bring most."""
        today = desk.today.isoformat()
        before = {on: kept for on, kept in desk.progress.read("days").items() if on < today}
        worked = [kept for kept in before.values() if kept.get("done")]
        seen = {name for kept in worked for part in ("sections", "groups") for name in kept.get(part, [])}
        needs = weigh_sections(self.bank, desk.progress.read("items"))
        unseen = {letter: need for letter, need in needs.items() if letter not in seen and need > 0}
        answers = desk.progress.read("answers")
        groups = sorted(
            self.groups,
            key=lambda key: (bool(answers.get(f"sort {key}", {}).get("passed")), key in seen),
        )
        return plan_days(
            unseen or needs,
            groups,
            today=desk.today,
            exam_on=exam_on,
            minutes=minutes,
            begun=bool(before),
        )

    def find_day(self, desk: Desk) -> Day:
        """Return today's part of the plan; on the day of the exam, cards and the decision sheet."""
        exam_on, minutes = read_exam(desk)
        if exam_on is None or exam_on < desk.today:
            exam_on = desk.today + timedelta(days=DAYS)
        if exam_on == desk.today:
            return Day(desk.today, (), (), share_minutes(LEAST, EXAM_DAY))
        return freeze_day(desk, self._plan(desk, exam_on, minutes), desk.today)

    def describe_day(self, language: str) -> str:
        """Return what the page of a day is, for a reader without a kernel."""
        parts = ", ".join(say(part, language) for part in ("lists", "steps", "cards", "mock"))
        return f"{parts}. {say('run', language)}"

    def make_day(self, desk: Desk) -> Any:
        """Return the page of today, live."""
        import ipywidgets as widgets

        page = DayPage(self.find_day(desk), desk, self.bank, self.groups, self.mix, self.sheet(desk.language))
        chosen = read_exam(desk)[0]
        note = "" if chosen and chosen >= desk.today else say("plan first", desk.language)
        if chosen == desk.today:
            note = say("today", desk.language)
        return widgets.VBox([text_block(note), page.make()])

    def check_mock(self, minutes: int) -> None:
        """Raise if a mock is too short for a question."""
        if minutes < 5:
            raise ValueError(f"minutes is {minutes}. A mock takes at least 5 minutes.")

    def describe_mock(self, minutes: int, language: str) -> str:
        """Return what a mock holds, for a reader without a kernel."""
        items = draw_mock(self.bank, {}, minutes=minutes, today=date(2026, 1, 1), seed=1)
        marks = sum(item.marks for item in items)
        return f"{say('sitting', language, len(items), f'{marks:g}', minutes)} {say('run', language)}"

    def make_mock(self, desk: Desk, *, minutes: int, seed: int | None) -> Any:
        """Return a mock of the whole course, live; without a seed each time another one."""
        records = desk.progress.read("items")
        draw = len(records) + desk.today.toordinal() if seed is None else seed
        items = draw_mock(self.bank, records, minutes=minutes, today=desk.today, seed=draw)
        return make_sitting(items, desk, minutes=minutes, seed=seed).frame

    def describe_coverage(self, language: str) -> str:
        """Return how many topics a section has, for a reader without a kernel."""
        return render_coverage(self.bank, {}, language)

    def make_coverage(self, desk: Desk) -> Any:
        """Return the topics at a glance as the reader's marks stand."""
        return page_block(render_coverage(self.bank, desk.progress.read("items"), desk.language))

    def describe_run(self, language: str) -> str:
        """Return that the cell is to be run, for a reader without a kernel."""
        return say("run", language)

    def make_next(self, desk: Desk) -> Any:
        """Return what to revise next, live."""
        return text_block(to_html(self.describe_next(desk)))

    def describe_next(self, desk: Desk) -> str:
        """Return the open parts of the day, what comes back today, what lost marks and where it is taught."""
        language, records = desk.language, desk.progress.read("items")
        day = self.find_day(desk)
        done = desk.progress.read("days").get(day.on.isoformat(), {}).get("done", [])
        left = [say(part, language) for part in day.parts if part not in done]
        back = sum(find_due(record, today=desk.today) <= desk.today for record in records.values())
        known = [
            card for card, progress in find_due_cards(desk, limit=200) if card.key in progress.read("cards")
        ]
        lost = find_weak(find_standing(self.bank, records))
        asked = {topic[0] for topic in find_standing(self.bank, records)}
        unasked = [letter for letter in weigh_sections(self.bank, {}) if letter not in asked]
        lines = [
            f"{say('parts open', language)}: {', '.join(left)}" if left else "",
            say("items due", language, back) if back else "",
            say("cards due", language, len(known)) if known else "",
            f"{say('reread', language)}: {where_taught(lost[:5])}" if lost else "",
            f"{say('unasked', language)}: {name_sections(unasked, language)}" if unasked else "",
        ]
        steps = [f"- {line}" for line in lines if line] or [f"- {say('nothing open', language)}"]
        return "\n".join([f"**{say('do next', language)}**", "", *steps])


def read_exam(desk: Desk) -> tuple[date | None, int]:
    """Return the day of the exam and the minutes a day, as chosen in the plan; None if no day is."""
    kept = desk.progress.read("settings").get("exam", {})
    try:
        exam_on = date.fromisoformat(str(kept.get("on")))
    except ValueError:
        exam_on = None
    minutes = kept.get("minutes", MINUTES)
    return exam_on, minutes if isinstance(minutes, int) and LEAST <= minutes <= 600 else MINUTES


def describe_rules() -> dict[str, Any]:
    """Return the rules of the plan as plain values, for a page that plans without Python.

    Keys: shares, last and exam_day (part → share of a day's minutes), least, minutes, days, most_days,
    minutes_a_list, most_sections, cards_a_minute, diagnosis (minutes), quick (kinds), weights (kind → marks),
    epoch (what Python counts for the first day of 1970), sections and names (texts in both languages).
    """
    parts = {*SHARES, *LAST, "worked", "faded", "fresh", "returns"}
    return {
        "shares": SHARES,
        "last": LAST,
        "exam_day": EXAM_DAY,
        "least": LEAST,
        "minutes": MINUTES,
        "days": DAYS,
        "most_days": MOST_DAYS,
        "minutes_a_list": MINUTES_A_LIST,
        "most_sections": MOST_SECTIONS,
        "cards_a_minute": CARDS_A_MINUTE,
        "diagnosis": DIAGNOSIS,
        "quick": list(QUICK),
        "weights": read_weights(),
        "epoch": date(1970, 1, 1).toordinal(),
        "sections": {letter: {"en": name.en, "zh": name.zh} for letter, name in SECTIONS.items()},
        "names": {part: {"en": WORDS[part].en, "zh": WORDS[part].zh} for part in sorted(parts)},
    }


def keep_exam(desk: Desk, exam_on: date | None, minutes: int) -> None:
    """Keep the day of the exam and the minutes a day; today's part of the plan is made anew."""
    moment = int(1000 * datetime.now(UTC).timestamp())
    chosen = {"on": exam_on.isoformat() if exam_on else "", "minutes": minutes, "at": moment}
    desk.progress.update("settings", "exam", lambda _: chosen)
    today = desk.today.isoformat()
    desk.progress.update("days", today, lambda entry: {"done": entry.get("done", [])})
