"""The exam review as a notebook sees it: a chapter that draws on the questions of all the others."""

import random
from collections.abc import Callable, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from crmlib.classroom.answers.questions import Question
from crmlib.classroom.answers.slips import Feedback
from crmlib.classroom.answers.workbook import Workbook
from crmlib.classroom.chapter import Chapter
from crmlib.classroom.course.coverage import name_of
from crmlib.classroom.display import Page, show
from crmlib.classroom.exam.items import ExamItem
from crmlib.classroom.exam.papers import HEADINGS
from crmlib.classroom.exam.templates import instantiate
from crmlib.classroom.formats.chapters import REVIEW, load_info
from crmlib.classroom.formats.registry import load_syllabus
from crmlib.classroom.formats.schema import Text
from crmlib.classroom.formats.units import parse_number
from crmlib.classroom.kernel import prepare_kernel
from crmlib.classroom.pages import render_decisions, render_mistakes
from crmlib.classroom.review import live as review_live
from crmlib.classroom.review import pages
from crmlib.classroom.review.content import (
    KindGuide,
    ListGroup,
    find_item,
    load_bank,
    load_formulas,
    load_guides,
    load_lists,
)
from crmlib.classroom.review.draw import ANY, Wish, choose_items, draw_question
from crmlib.classroom.review.phone import give_records, take_records
from crmlib.classroom.review.records import Desk
from crmlib.classroom.review.week import Week
from crmlib.classroom.review.words import LANGUAGES, check_language
from crmlib.ground.spelling import list_valid

WORKED_SEED = 1
PRACTICE = "p"


def open_review() -> "Review":
    """Open the exam review, which draws on the exam questions of every chapter that is written."""
    prepare_kernel()
    return Review()


class Review(Chapter):
    """The open exam review. Each method shows one of its parts below the cell."""

    def __init__(self) -> None:
        super().__init__(REVIEW)
        self._parts: list[tuple[str, Callable[[], None]]] = []

    @property
    def spoken(self) -> str:
        """The language of the review, as chosen last: "en", "zh" or "both"."""
        kept = self._progress.read("settings").get("language", {}).get("name")
        return kept if kept in LANGUAGES else "both"

    def speak(self, language: str | None = None) -> None:
        """Show the switch of the language (live); with "en", "zh" or "both" set it. All cells follow."""
        if language is not None:
            self._switch(check_language(language))
        page = Page("Run this cell to choose: English, 中文, or both.")
        show(page, lambda: review_live.choose_language(self.spoken, self._switch))

    def _switch(self, language: str) -> None:
        self._progress.update("settings", "language", lambda _: {"name": language})
        self._renew("marks", "exam", "")

    def _renew(self, *follows: str) -> None:
        """Show anew the parts that follow these changes."""
        for one, renew in self._parts:
            if one in follows:
                renew()

    def _show(
        self, render: Callable[[str], str], make: Callable[[Desk], Any] | None = None, follows: str = ""
    ) -> None:
        """Show a page in the language that is set; it follows the switch, and the marks or the exam."""
        show(Page(render(self.spoken)), lambda: self._follow(render, make, follows))

    def _follow(self, render: Callable[[str], str], make: Callable[[Desk], Any] | None, follows: str) -> Any:
        import ipywidgets as widgets

        frame = widgets.VBox()

        def renew() -> None:
            desk = self._desk
            if make is None:
                frame.children = [review_live.page_block(render(desk.language))]
            else:
                frame.children = [make(desk)]

        self._parts.append((follows, renew))
        renew()
        return frame

    @property
    def _desk(self) -> Desk:
        return Desk(self._progress, self.spoken, date.today(), self._tell)

    def _tell(self, change: str) -> None:
        """Show anew what follows a change: of the marks what tells them, of the exam also the day."""
        self._renew(*(["marks"] if change == "marks" else ["marks", "exam"]))

    @cached_property
    def _week(self) -> Week:
        return Week(self._bank, self._lists, shuffle_cards, self._render_sheet)

    @cached_property
    def _workbook(self) -> Workbook:
        """The answers of the review need no firm: every number stands in the question."""
        return Workbook(self._exercise, None)

    @cached_property
    def _bank(self) -> dict[str, tuple[ExamItem, ...]]:
        return load_bank()

    @cached_property
    def _guides(self) -> dict[str, KindGuide]:
        return load_guides()

    @cached_property
    def _lists(self) -> dict[str, ListGroup]:
        return load_lists()

    @property
    def items(self) -> tuple[ExamItem, ...]:
        """All exam items of the bank, in reading order."""
        return tuple(item for items in self._bank.values() for item in items)

    def bank(self) -> None:
        """Show how many questions, marks and minutes the bank has of each kind; what it does not cover."""
        unasked = pages.render_unasked(self._bank)
        self._show(lambda language: f"{pages.render_bank(self._bank, language)}\n\n{unasked}")

    def diagnostic(self) -> None:
        """Show the diagnostic test (live only): 15 minutes, every section of the syllabus once or twice."""
        self._show(self._week.describe_diagnosis, self._week.make_diagnosis)

    def plan(self, *, minutes: int = 60) -> None:
        """Show a plan for the days that are left; live, the day of the exam and the minutes are asked."""
        self._show(lambda language: self._week.render_example(minutes, language), self._week.make_plan)

    def day(self) -> None:
        """Show today's part of the plan (live only): lists, worked to fresh, due cards, a mock."""
        self._show(self._week.describe_day, self._week.make_day, follows="exam")

    def mock(self, *, minutes: int = 60, seed: int | None = None) -> None:
        """Show a mock (live only) that stops when its time is over; what is not judged you mark by points."""
        self._week.check_mock(minutes)
        self._show(
            lambda language: self._week.describe_mock(minutes, language),
            lambda desk: self._week.make_mock(desk, minutes=minutes, seed=seed),
        )

    def coverage(self) -> None:
        """Show each topic of the syllabus at a glance (live): full marks, some, few, not asked yet."""
        self._show(self._week.describe_coverage, self._week.make_coverage, follows="marks")

    def next_steps(self) -> None:
        """Show what to revise next (live only): open parts of the day, what comes back, what lost marks."""
        self._show(self._week.describe_run, self._week.make_next, follows="marks")

    def marking(self, kind: str) -> None:
        """Show what earns and what loses marks in a kind of question."""
        guide = self._guide(kind)
        self._show(lambda language: pages.render_guide(guide, language))

    def worked(self, kind: str) -> None:
        """Show a question of a kind with a student's answer and the marks that each line earns."""
        guide = self._guide(kind)
        item = find_item(self._bank, guide.item)
        self._show(lambda language: pages.render_worked(guide, item, seed=WORKED_SEED, language=language))

    def decision_sheet(self) -> None:
        """Show what to ask and look at before acting."""
        self._show(self._render_sheet)

    def _render_sheet(self, language: str) -> str:
        return render_decisions(load_info(self.stem), language)

    def formulas(self) -> None:
        """Show the formulas of the course, each with the last step of an example."""
        formulas = list(load_formulas().values())
        self._show(lambda language: pages.render_formulas(formulas, self._bank, language))

    def mistakes(self) -> None:
        """Show the common mistakes of an evening of revising."""
        self._show(lambda language: render_mistakes(load_info(self.stem), language))

    def _guide(self, kind: str) -> KindGuide:
        if kind not in self._guides:
            raise ValueError(f"There is no kind {kind!r} of question. {list_valid(kind, list(HEADINGS))}")
        return self._guides[kind]

    def ask(self, key: str) -> None:
        """Show one question of the review; live, with a field that checks the answer."""
        question = self._exercise.find(key)
        self._show(
            lambda language: pages.render_question_text(question, language),
            lambda desk: review_live.ask(question, self._judge, desk),
        )

    def practise(self, chapter: str) -> None:
        """Show the practice questions on a chapter, such as "04"; live, one by one with a check."""
        questions = self.list_practice(chapter)
        self._show(
            lambda language: pages.render_practice(questions, language),
            lambda desk: review_live.walk(questions, self._judge, desk),
        )

    def list_practice(self, chapter: str) -> list[Question]:
        """Return the practice questions whose first topic belongs to a chapter; raise if there are none."""
        chapters: dict[str, list[Question]] = {}
        for question in self._exercise.questions:
            if question.id.startswith(PRACTICE):
                name = name_of(load_syllabus()[question.topics[0]].chapter)
                chapters.setdefault(name, []).append(question)
        if chapter not in chapters:
            raise ValueError(f"There is no practice for {chapter!r}. {list_valid(chapter, sorted(chapters))}")
        return chapters[chapter]

    def _judge(self, question: Question, typed: str) -> Feedback:
        """Say what a typed answer deserves; a share is typed in per cent."""
        answer: str | float = typed
        if question.kind in ("number", "share"):
            try:
                answer = parse_number(typed, unit="%" if question.kind == "share" else question.unit)
            except ValueError as error:
                return Feedback("wrong_type", str(error))
        return self._workbook.judge(question, answer)

    def fresh(self, kind: str = ANY) -> None:
        """Show a fresh question of a kind, or of any; live, draw as many as you like and mark them."""
        known = kind == ANY or (kind not in self._guides and choose_items(self._bank, Wish(kind)))
        guides = self._guides.values() if known else [self._guide(kind)]
        without = [key for guide in guides for key in (guide.item, *guide.faded)]
        first = draw_question(choose_items(self._bank, Wish(kind), without=without), draw=1)
        self._show(
            lambda language: pages.render_fresh(first, language),
            lambda desk: review_live.fresh(self._bank, Wish(kind), desk, without=without),
        )

    def calculation(self, key: str, *, seed: int, blanks: int = 0) -> None:
        """Show a calculation with the numbers of a seed: worked, or its last `blanks` steps left out.

        Live, a field checks the result of one with blanks and recognises the usual wrong ways.
        """
        item = find_item(self._bank, key)
        if item.result is None:
            raise ValueError(f"Item {key} is of kind {item.kind}. Name a calculation.")
        if not 0 <= blanks <= len(item.scheme):
            raise ValueError(f"blanks is {blanks}; item {key} has {len(item.scheme)} steps.")
        ready = instantiate(item, seed=seed)

        def render(language: str) -> str:
            return pages.render_calculation(ready, blanks=blanks, language=language)

        def make(desk: Desk) -> Any:
            return review_live.calculation(render(desk.language), item, seed, desk)

        self._show(render, make if blanks else None)

    def side_by_side(self, group: str) -> None:
        """Show lists that get mixed up side by side, and what tells them apart."""
        chosen = self._group(group)
        self._show(lambda language: pages.render_lists(chosen, language))

    def sorting(self, group: str) -> None:
        """Show entries to sort into their lists; live, one by one with a button for each list."""
        chosen = self._group(group)
        cards = shuffle_cards(chosen)
        self._show(
            lambda language: pages.render_sorting(chosen, cards, language),
            lambda desk: review_live.sorting(chosen, cards, desk),
        )

    def _group(self, key: str) -> ListGroup:
        if key not in self._lists:
            raise ValueError(f"There is no group of lists {key!r}. {list_valid(key, list(self._lists))}")
        return self._lists[key]

    def take(self, path: str) -> None:
        """Take the record that was exported on a phone into the progress; the later day counts."""
        count = take_records(Path(path), self._progress)
        print(f"Taken: {count} cards and questions." if count else "Nothing on the phone is newer.")
        self._tell("exam")

    def give(self, path: str) -> None:
        """Write the progress as a file that the page on a phone imports (Keep)."""
        print(f"Written: {give_records(Path(path), self._progress)} cards and questions.")

    def progress(self) -> None:
        """Show what the reader has solved and marked in the review (live only)."""
        page = Page("Run this cell to see what you have solved and marked in the review.")
        show(page, lambda: review_live.page_block(self.describe_progress()))

    def describe_progress(self) -> str:
        """Return what the reader has solved and marked in the review."""
        answers, questions = self._progress.read("answers"), self._exercise.questions
        waiting = [one.id for one in questions if not answers.get(one.id, {}).get("passed")]
        sorted_lists = [key for key in self._lists if answers.get(f"sort {key}", {}).get("passed")]
        solved = f"{len(questions) - len(waiting)} of {len(questions)}"
        return "\n".join(
            [
                f"- questions solved: {solved}" + (f"; next: {', '.join(waiting[:5])}" if waiting else ""),
                f"- groups of lists sorted without a mistake: {len(sorted_lists)} of {len(self._lists)}",
                f"- {review_live.describe_marks(self._progress)}",
            ]
        )


def shuffle_cards(group: ListGroup) -> Sequence[tuple[Text, tuple[int, ...]]]:
    """Return the entries of a group of lists in an order that mixes the lists, the same for everybody."""
    cards = group.cards()
    random.Random(f"sort:{group.id}").shuffle(cards)
    return cards
