"""The exam review as a notebook sees it: a chapter that draws on the questions of all the others."""

import random
from collections.abc import Sequence
from functools import cached_property, partial

from crmlib.classroom.answers.questions import Question
from crmlib.classroom.answers.slips import Feedback
from crmlib.classroom.answers.workbook import Workbook
from crmlib.classroom.chapter import Chapter
from crmlib.classroom.course.coverage import name_of
from crmlib.classroom.display import Page, show, to_html
from crmlib.classroom.exam.items import ExamItem
from crmlib.classroom.exam.papers import HEADINGS
from crmlib.classroom.exam.templates import instantiate
from crmlib.classroom.formats.chapters import REVIEW
from crmlib.classroom.formats.registry import load_syllabus
from crmlib.classroom.formats.schema import Text
from crmlib.classroom.formats.units import parse_number
from crmlib.classroom.kernel import prepare_kernel
from crmlib.classroom.live import text_block
from crmlib.classroom.review import live as review_live
from crmlib.classroom.review.content import (
    KindGuide,
    ListGroup,
    find_item,
    load_bank,
    load_guides,
    load_lists,
)
from crmlib.classroom.review.draw import ANY, Wish, choose_items, draw_question
from crmlib.classroom.review.pages import (
    render_bank,
    render_calculation,
    render_fresh,
    render_guide,
    render_lists,
    render_plan,
    render_practice,
    render_question_text,
    render_sorting,
    render_unasked,
    render_worked,
)
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
        show(Page(f"{render_bank(self._bank)}\n\n{render_unasked(self._bank)}"))

    def plan(self, *, minutes: int) -> None:
        """Show how to divide an evening; live, with a slider for its minutes."""
        renew = partial(render_plan, self._bank)
        show(Page(renew(minutes)), lambda: review_live.plan(renew, start=minutes))

    def marking(self, kind: str) -> None:
        """Show what earns and what loses marks in a kind of question."""
        show(Page(render_guide(self._guide(kind))))

    def worked(self, kind: str) -> None:
        """Show a question of a kind with a student's answer and the marks that each line earns."""
        guide = self._guide(kind)
        show(Page(render_worked(guide, find_item(self._bank, guide.item), seed=WORKED_SEED)))

    def _guide(self, kind: str) -> KindGuide:
        if kind not in self._guides:
            raise ValueError(f"There is no kind {kind!r} of question. {list_valid(kind, list(HEADINGS))}")
        return self._guides[kind]

    def ask(self, key: str) -> None:
        """Show one question of the review; live, with a field that checks the answer."""
        question = self._exercise.find(key)
        ask = partial(review_live.ask, question, self._judge, self._progress)
        show(Page(render_question_text(question)), ask)

    def practise(self, chapter: str) -> None:
        """Show the practice questions on a chapter, such as "04"; live, one by one with a check."""
        questions = self.list_practice(chapter)
        walk = partial(review_live.walk, questions, self._judge, self._progress)
        show(Page(render_practice(questions)), walk)

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
        guides = self._guides.values() if kind == ANY else [self._guide(kind)]
        without = [key for guide in guides for key in (guide.item, *guide.faded)]
        first = draw_question(choose_items(self._bank, Wish(kind), without=without), draw=1)
        fresh = partial(review_live.fresh, self._bank, Wish(kind), self._progress, without=without)
        show(Page(render_fresh(first)), fresh)

    def calculation(self, key: str, *, seed: int, blanks: int = 0) -> None:
        """Show a calculation with the numbers of a seed: worked, or its last `blanks` steps left out.

        Live, a field checks the result of one with blanks and recognises the usual wrong ways.
        """
        item = find_item(self._bank, key)
        if item.result is None:
            raise ValueError(f"Item {key} is of kind {item.kind}. Name a calculation.")
        if not 0 <= blanks <= len(item.scheme):
            raise ValueError(f"blanks is {blanks}; item {key} has {len(item.scheme)} steps.")
        text = render_calculation(instantiate(item, seed=seed), blanks=blanks)
        field = partial(review_live.calculation, text, item, seed, self._progress)
        show(Page(text), field if blanks else None)

    def side_by_side(self, group: str) -> None:
        """Show lists that get mixed up side by side, and what tells them apart."""
        show(Page(render_lists(self._group(group))))

    def sorting(self, group: str) -> None:
        """Show entries to sort into their lists; live, one by one with a button for each list."""
        chosen = self._group(group)
        cards = shuffle_cards(chosen)
        sorting = partial(review_live.sorting, chosen, cards, self._progress)
        show(Page(render_sorting(chosen, cards)), sorting)

    def _group(self, key: str) -> ListGroup:
        if key not in self._lists:
            raise ValueError(f"There is no group of lists {key!r}. {list_valid(key, list(self._lists))}")
        return self._lists[key]

    def progress(self) -> None:
        """Show what the reader has solved and marked in the review (live only)."""
        page = Page("Run this cell to see what you have solved and marked in the review.")
        show(page, lambda: text_block(to_html(self.describe_progress())))

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
