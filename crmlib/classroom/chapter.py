"""The chapter as a notebook sees it: one object that opens the chapter and shows its repeating parts."""

import math
from collections.abc import Callable, Mapping
from datetime import date
from functools import cached_property, partial
from typing import Any, Literal

from crmlib.classroom import live
from crmlib.classroom.answers.checks import UNANSWERED, to_number
from crmlib.classroom.answers.fields import show_fields, tell
from crmlib.classroom.answers.ladder import find_wait, render_hint, render_solution
from crmlib.classroom.answers.questions import Exercise, Question, load_exercise
from crmlib.classroom.answers.slips import Feedback
from crmlib.classroom.answers.workbook import Workbook
from crmlib.classroom.cards import due_cards, make_cards
from crmlib.classroom.claims.claims import Claim, judge_claim, load_claims, render_claim
from crmlib.classroom.claims.ledger import CLAIM_DATA, claim_data
from crmlib.classroom.display import Page, show, to_html
from crmlib.classroom.exam.bank import load_open
from crmlib.classroom.formats.chapters import files_of, load_info
from crmlib.classroom.formats.glossary import load_glossary, render_glossary
from crmlib.classroom.formats.reading import count_minutes, measure_chapter
from crmlib.classroom.formats.recall import load_recall, render_recall
from crmlib.classroom.formats.registry import check_stem
from crmlib.classroom.formats.units import format_range
from crmlib.classroom.kernel import prepare_kernel
from crmlib.classroom.lessons import (
    clickable_questions,
    find_lesson_items,
    render_lesson,
    render_questions,
    render_stop,
)
from crmlib.classroom.pages import (
    name_source,
    render_comparison,
    render_decisions,
    render_disagreements,
    render_exam_preview,
    render_mistakes,
    render_opening,
    render_progress,
    render_time,
)
from crmlib.classroom.progress import Progress, progress_folder
from crmlib.classroom.weak_spots import render_weak_spots
from crmlib.estimates.estimate import Estimate
from crmlib.ground.spelling import list_valid
from crmlib.ground.units import check_unit


def open_chapter(
    stem: str, *, seed: int | None = None, firm: Any = None, language: Literal["en", "zh"] = "en"
) -> "Chapter":
    """Open a chapter by its stem, such as "04_satisfaction_and_loyalty".

    `seed` opens the reader's own variant of the firm for the exercises; `firm` an object with the tables.
    `language` is that of feedback and hints ("en", "zh"; English where there is no Chinese). Raises
    ValueError for an unknown chapter and names the nearest one.
    """
    check_stem(stem)
    prepare_kernel()
    if files_of(stem):
        load_info(stem)
    return Chapter(stem, seed=seed, firm=firm, language=language)


class Chapter:
    """One open chapter. Each method shows one of its repeating parts below the cell."""

    def __init__(self, stem: str, *, seed: int | None = None, firm: Any = None, language: str = "en") -> None:
        if language not in ("en", "zh"):
            raise ValueError(f"language is {language!r}. {list_valid(language, ['en', 'zh'])}")
        self.stem, self.language = stem, language
        self.seed = seed
        self._firm = firm
        self._progress = Progress(stem, progress_folder(), seed=seed)
        self._units: dict[str, str] = {}
        self._refresh: dict[str, Callable[[], None]] = {}

    @property
    def firm(self) -> Any:
        """The firm that exercises are computed on; its tables load when they are first used."""
        if self._firm is None:
            from crmlib.datasets.loaders import load_firm

            self._firm = load_firm(seed=self.seed)
        return self._firm

    @cached_property
    def _workbook(self) -> Workbook:
        return Workbook(self._exercise, self.firm)

    @cached_property
    def _exercise(self) -> Exercise:
        return load_exercise(self.stem)

    @cached_property
    def _claims(self) -> dict[str, Claim]:
        return load_claims(self.stem)

    def opening(self) -> None:
        """Show the opening question, goals, skills needed and time; of the first page only the time."""
        if not files_of(self.stem):
            show(Page(render_time(measure_chapter(self.stem))))
            return
        show(Page(render_opening(load_info(self.stem), reading=count_minutes(self.stem))))

    def lesson(self, number: int) -> None:
        """Show a lesson's question, what you can do after it, and how long it takes."""
        show(Page(render_lesson(self.stem, number)))

    def check_yourself(self, number: int) -> None:
        """Show the three questions at the end of a lesson; live, they are clicked and answer at once."""
        items = find_lesson_items(self.stem, number)
        page = Page(f"{render_questions(items)}\n\n{render_stop(self.stem, number)}")
        show(page, lambda: clickable_questions(self.stem, number, self._progress))

    def recall(self) -> None:
        """Show five questions from earlier chapters, answers folded away."""
        questions = load_recall(self.stem)
        show(Page(render_recall(questions)), lambda: live.recall_cards(self._progress, questions))

    def predict(
        self, key: str, question: str, *, unit: str = "", low: float | None = None, high: float | None = None
    ) -> None:
        """Ask for a number before the result is shown; live, the reader types it and presses Record.

        With unit "%" the reader types per cent, while `low` and `high` are shares, 0 and 1 unless given.
        """
        check_unit(unit)
        bounds = (0.0, 1.0) if unit == "%" else (-math.inf, math.inf)
        low, high = (bounds[0] if low is None else low), (bounds[1] if high is None else high)
        self._units[key] = unit
        answer_in = f" (in {unit})" if unit else ""
        page = Page(
            f"**Your prediction.** {question}\n\nWrite your number down{answer_in} before you read on."
        )
        field = partial(live.prediction_field, self._progress, key, question, unit=unit, low=low, high=high)
        show(page, lambda: field(on_record=lambda: self._renew(key)))

    def compare_prediction(
        self, key: str, value: float | Estimate, *, whose: str = "the firm", digits: int | None = None
    ) -> None:
        """Show the number; live, beside what the reader recorded under `key`, now or later.

        `whose` says where it comes from: "the firm" (its data), "the panel", "the truth", "the rules", "the
        report" or "the computation" (of an example). An `Estimate` is shown with its interval. Shares go with
        the unit "%"; a bare number of "percentage points" is in points.
        """
        if key not in self._units:
            known = list_valid(key, list(self._units)) if self._units else "None yet."
            raise ValueError(
                f"There is no prediction {key!r}. {known} Run the cell with chapter.predict first."
            )
        unit, number = self._units[key], to_number(value)
        if isinstance(number, Feedback):
            raise TypeError(
                f"Prediction {key!r}: expected one finite number to compare with. {number.message}"
            )
        if unit == "%" and abs(number) > 1.5:
            raise ValueError(
                f"Prediction {key!r}: {number:g} looks like per cent. Pass a share: {number / 100:g}."
            )
        low, high = (value.low, value.high) if isinstance(value, Estimate) else (None, None)
        if isinstance(value, Estimate) and unit == value.unit == "percentage points":
            number, low, high = (100 * one for one in (number, value.low, value.high))
        found = format_range(number, low, high, unit, digits=digits)
        says = f"{name_source(whose)} {found}"
        text = f"**{says[:1].upper()}{says[1:]}.** How far off was your number?"

        def make_block() -> Any:
            block = live.text_block()

            def renew() -> None:
                recorded = self._progress.read("predictions").get(key)
                said = render_comparison(recorded["value"], number, unit, says) if recorded else text
                block.value = to_html(said)

            self._refresh[key] = renew
            renew()
            return block

        show(Page(text), make_block)

    def _renew(self, key: str) -> None:
        """Write a prediction into the comparison that is already on the page, if there is one."""
        if key in self._refresh:
            self._refresh[key]()

    def disagreements(self, *ids: str) -> None:
        """Show points at which the sources contradict each other, such as "X-25", as a table."""
        show(Page(render_disagreements(ids)))

    def claim(
        self,
        key: str,
        *,
        measured: float | Estimate,
        low: float | None = None,
        high: float | None = None,
        variants: Mapping[str, float] | None = None,
    ) -> None:
        """Hold a claim of the course against what was measured, and show the verdict."""
        claims = self._claims
        if key not in claims:
            raise ValueError(f"Chapter {self.stem} has no claim {key!r}. {list_valid(key, list(claims))}")
        verdict = judge_claim(claims[key], measured=measured, low=low, high=high, variants=variants)
        data = {CLAIM_DATA: claim_data(self.stem, claims[key], verdict)}
        show(Page(render_claim(claims[key], verdict), data))

    def answer(self, key: str, answer: Any = None) -> None:
        """Show the fields of an exercise question; an answer given here is filled in and checked.

        Live, the reader clicks or types and presses Check. The answer is recorded, and handed in with the
        notebook. Raises ValueError for a question whose answer is computed.
        """
        given = self._progress.read("answers").get(key, {}).get("given")
        show_fields(self._exercise.find(key), self._judge_try, answer=answer, given=given)

    def check(self, key: str, answer: Any = None) -> None:
        """Check the answer to an exercise question; say what is right, or which mistake it looks like."""
        question = self._exercise.find(key)
        show(Page(tell(question, self._judge_try(question, answer, False))))

    def _judge_try(self, question: Question, answer: Any, clicked: bool) -> Feedback:
        """Return what an answer deserves, and record the try; keep an answer that was clicked."""
        is_blank = answer is None or answer is Ellipsis
        feedback = UNANSWERED if is_blank else self._workbook.judge(question, answer)
        if feedback.kind != "unanswered":
            given = answer if clicked else None
            self._progress.note_answer(question.id, passed=feedback.passed, given=given)
        return feedback.translate(self.language)

    def hint(self, key: str) -> None:
        """Show a second, more concrete step towards the answer to an exercise question."""
        show(Page(render_hint(self._exercise.find(key), self.language)))

    def solution(self, key: str) -> None:
        """Show the worked way to an answer after two tries (live only, so that no hand-in holds it)."""
        question = self._exercise.find(key)

        def make_block() -> Any:
            said = find_wait(key, self._progress.read("answers").get(key, {}))
            if not said:
                self._progress.update("answers", key, lambda entry: {**entry, "shown": True})
                said = render_solution(self._exercise, question)
            return live.text_block(to_html(said))

        show(Page(f"Run this cell to see the worked way of {key}, after two tries."), make_block)

    def glossary(self) -> None:
        """Show the terms of the chapter in both languages."""
        show(Page(render_glossary(load_glossary(self.stem))))

    def drill(self, *, cards: int = 20) -> None:
        """Practise the terms as cards (live only): due cards first, then new ones."""
        terms = load_glossary(self.stem)
        page = Page(f"{len(terms)} terms to practise as cards, in both directions. Run this cell to begin.")

        def make_drill() -> Any:
            today = date.today()
            due = due_cards(make_cards(terms), self._progress.read("cards"), today=today, limit=cards)
            return live.drill(self._progress, due, today=today)

        show(page, make_drill)

    def decision_sheet(self) -> None:
        """Show what to ask and look at before acting."""
        show(Page(render_decisions(load_info(self.stem))))

    def mistakes(self) -> None:
        """Show the common mistakes of the chapter."""
        show(Page(render_mistakes(load_info(self.stem))))

    def exam_items(self) -> None:
        """Show how the chapter is examined: kinds of questions, minutes, marks, and one example."""
        show(Page(render_exam_preview(self.stem, load_open(self.stem))))

    def progress(self) -> None:
        """Show what the reader has done, which topics and terms are weak, what to do next (live only)."""
        page = Page("Run this cell to see what you have recorded and solved in this chapter.")

        def describe() -> str:
            weak = render_weak_spots(self.stem, self._progress, today=date.today())
            return f"{render_progress(self.stem, self._progress)}\n\n{weak}"

        show(page, lambda: live.text_block(to_html(describe())))
