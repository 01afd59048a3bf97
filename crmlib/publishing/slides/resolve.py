"""From what ``lecture.yaml`` says about a slide to what the slide shows."""

from __future__ import annotations

import ast
import html
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from crmlib.classroom.claims.claims import Claim, Verdict, describe_claimed, load_claims
from crmlib.classroom.claims.ledger import read_verdicts
from crmlib.classroom.exam.bank import load_open
from crmlib.classroom.exam.items import ExamItem
from crmlib.classroom.exam.papers import show_right
from crmlib.classroom.formats.chapters import chapter_stems, files_of, load_info
from crmlib.classroom.formats.glossary import load_glossary
from crmlib.classroom.formats.lecture import MOST_TERMS, Section, Slide, load_lecture
from crmlib.classroom.formats.recall import load_recall
from crmlib.classroom.formats.schema import Text
from crmlib.classroom.formats.units import format_range
from crmlib.ground.spelling import list_valid
from crmlib.publishing.course import Notebook, PublishingError
from crmlib.publishing.slides.find import find_call, find_picture, find_table_cell
from crmlib.publishing.slides.headlines import Known, fill_numbers, list_known
from crmlib.publishing.slides.markup import render_code, render_markdown, render_picture
from crmlib.publishing.slides.notes import find_section, list_prose, render_notes
from crmlib.publishing.slides.tables import cut_table, find_table, render_table

T = TypeVar("T")
# Kinds of exam items whose answer fits on a slide.
ASKED_ALOUD = ("fill_in", "choice", "true_false", "list", "short_answer", "distinguish")


@dataclass
class Shown:
    """One slide as it is shown: HTML of headline, body and of what waits for a key; code, notes, minutes.

    cell: the position of the cell in the chapter; None if the slide shows none. alt: the alternative text of
    its picture; settings: at which a live figure is shown. pieces: what a slide that is
    cut from a page shows, each with whether it waits for a key.
    """

    kind: str
    headline: str
    body: str = ""
    waiting: str = ""
    cell: int | None = None
    code: str = ""
    notes: list[str] = field(default_factory=list)
    minutes: float = 0.0
    skip: int | None = None
    alt: str = ""
    settings: tuple[dict[str, float | str], ...] = ()
    pieces: list[tuple[str, bool]] = field(default_factory=list)


@dataclass(frozen=True)
class Lecture:
    """A chapter's executed notebook beside its content files: all that slides are made from."""

    stem: str
    notebook: Notebook
    sections: tuple[Section, ...]

    @cached_property
    def known(self) -> Known:
        """What may stand in the braces of a headline."""
        return list_known(self.notebook, self.stem)

    @cached_property
    def claims(self) -> dict[str, tuple[Claim, Verdict]]:
        """The claims that the chapter judges, with their verdicts."""
        verdicts = read_verdicts(self.notebook.cells)
        return {
            claim.id: (claim, verdicts[self.stem, claim.id])
            for claim in load_claims(self.stem).values()
            if (self.stem, claim.id) in verdicts
        }


def open_lecture(stem: str, notebook: Notebook) -> Lecture:
    """Return the lecture of a chapter."""
    return Lecture(stem, notebook, load_lecture(stem))


def resolve_lecture(lecture: Lecture) -> list[Shown]:
    """Return the slides of a lecture in order, the title first.

    Raises PublishingError that names every slide with a problem, one a line.
    """
    info = load_info(lecture.stem)
    title = Shown("title", _both(info.title), f'<p class="question">{html.escape(info.question)}</p>')
    shown, problems = [title], []
    for section in lecture.sections:
        slides: list[Shown] = []
        for number, slide in enumerate(section.slides, 1):
            try:
                slides.append(resolve_slide(slide, lecture))
            except PublishingError as error:
                problems.append(f"section {section.anchor!r}, slide {number}: {error}")
        _add_notes(slides, section, lecture)
        shown += slides
    problems += _find_unanswered(lecture)
    if problems:
        raise PublishingError("\n".join(f"{lecture.stem}/lecture.yaml, {problem}" for problem in problems))
    return shown


def resolve_slide(slide: Slide, lecture: Lecture) -> Shown:
    """Return what a slide shows; PublishingError if it names what the chapter does not have."""
    shown = MAKERS[slide.kind](slide, lecture)
    if slide.headline:
        shown.headline = _inline(fill_numbers(slide.headline, lecture.known))
    if slide.note:
        shown.notes.append(render_markdown(slide.note))
    if shown.cell is not None and lecture.notebook.cells[shown.cell].cell_type == "code":
        shown.code = render_code(lecture.notebook.cells[shown.cell].source)
    shown.skip = slide.skip
    return shown


def _show_picture(slide: Slide, lecture: Lecture) -> Shown:
    place = find_picture(lecture.notebook, slide.picture or "")
    picture, alt = render_picture(lecture.notebook.cells[place])
    return Shown("picture", "", picture, cell=place, alt=alt, settings=slide.settings)


def _show_table(slide: Slide, lecture: Lecture) -> Shown:
    place = find_table_cell(lecture.notebook, slide.table or "")
    table = find_table(lecture.notebook.cells[place])
    assert table is not None
    body = render_table(cut_table(table, rows=slide.rows, columns=slide.columns))
    return Shown("table", "", body, cell=place)


def _show_prediction(slide: Slide, lecture: Lecture) -> Shown:
    place, call = find_call(lecture.notebook, "predict", slide.predict or "")
    if len(call.args) < 2:
        raise PublishingError(f"chapter.predict({slide.predict!r}, …) asks nothing.")
    unit = next((ast.literal_eval(part.value) for part in call.keywords if part.arg == "unit"), "")
    body = '<p class="hint">Commit to a number first' + (
        f", in {html.escape(unit)}.</p>" if unit else ".</p>"
    )
    answer = _inline(fill_numbers(slide.answer, lecture.known)) if slide.answer else ""
    asked = _inline(ast.literal_eval(call.args[1]))
    return Shown("predict", asked, body, f'<p class="answer">{answer}</p>' if answer else "", cell=place)


def _show_question(slide: Slide, lecture: Lecture) -> Shown:
    name = slide.question or ""
    recall = {entry.id: entry for entry in _load("recall", load_recall, lecture.stem)}
    own = [lecture.stem] if "exam" in files_of(lecture.stem) else chapter_stems(having="exam")
    items = {item.id: item for stem in own for item in load_open(stem) if item.kind in ASKED_ALOUD}
    if name in recall:
        entry = recall[name]
        answer = f'<p class="answer">{_inline(entry.answer)}</p>'
        return Shown("question", _inline(entry.question.en), _chinese(entry.question), answer)
    if name in items:
        return _show_item(items[name])
    raise PublishingError(f"no question {name!r} to be asked aloud. {list_valid(name, [*recall, *items])}")


def _load(name: str, load: Callable[[str], Iterable[T]], stem: str) -> Iterable[T]:
    """Return the entries of a content file; none for a chapter that has no such file, as the review."""
    return load(stem) if name in files_of(stem) else ()


def _show_item(item: ExamItem) -> Shown:
    choices = "".join(f"<li>{_both(choice)}</li>" for choice in (item.choices or {}).values())
    body = _chinese(item.question) + (f'<ol type="A" class="choices">{choices}</ol>' if choices else "")
    assert item.answer is not None
    answer = _both(show_right(item, item.answer, capital=True))
    return Shown("question", _inline(item.question.en), body, f'<p class="answer">{answer}</p>')


def _ask(slide: Slide, lecture: Lecture) -> Shown:
    answer = _inline(fill_numbers(slide.answer or "", lecture.known))
    return Shown(
        "ask", _inline(fill_numbers(slide.ask or "", lecture.known)), "", f'<p class="answer">{answer}</p>'
    )


def _show_claim(slide: Slide, lecture: Lecture) -> Shown:
    name = slide.claim or ""
    if name not in lecture.claims:
        raise PublishingError(f"the chapter judges no claim {name!r}. {list_valid(name, lecture.claims)}")
    claim, verdict = lecture.claims[name]
    measured = format_range(verdict.measured, verdict.low, verdict.high, claim.unit, digits=claim.digits)
    body = (
        f'<p class="statement">{html.escape(claim.statement.en, quote=False)}</p>{_chinese(claim.statement)}'
    )
    body += f'<p class="claimed"><span>claimed</span> {describe_claimed(claim)}</p>'
    waiting = (
        f'<p class="measured"><span>measured</span> {measured}</p>'
        f'<p class="verdict {verdict.outcome}"><span>verdict</span> {verdict.outcome}</p>'
        f'<p class="reason">{html.escape(verdict.reason, quote=False)}</p>'
    )
    place, _ = find_call(lecture.notebook, "claim", name)
    return Shown("claim", "", body, waiting, cell=place)


def _show_terms(slide: Slide, lecture: Lecture) -> Shown:
    glossary = {term.term_en: term for term in load_glossary(lecture.stem)}
    parts = []
    for name in slide.terms:
        if name not in glossary:
            raise PublishingError(f"the glossary has no term {name!r}. {list_valid(name, glossary)}")
        term = glossary[name]
        parts.append(
            f"<dt>{html.escape(term.term_en)} <span lang='zh'>{term.term_zh}</span></dt>"
            f"<dd>{html.escape(term.definition.en, quote=False)}<br>"
            f"<span lang='zh'>{html.escape(term.definition.zh, quote=False)}</span></dd>"
        )
    return Shown(
        "terms", "", f'<dl class="{"few" if len(parts) < MOST_TERMS else "many"}">{"".join(parts)}</dl>'
    )


MAKERS: dict[str, Callable[[Slide, Lecture], Shown]] = {
    "picture": _show_picture,
    "table": _show_table,
    "predict": _show_prediction,
    "question": _show_question,
    "ask": _ask,
    "claim": _show_claim,
    "terms": _show_terms,
}


def _add_notes(slides: list[Shown], section: Section, lecture: Lecture) -> None:
    """Give the slides of a section their minutes and notes: what is said, then the prose."""
    for slide in slides:
        slide.minutes = section.minutes / len(slides)
    start, end = find_section(lecture.notebook.cells, section.anchor)
    if not slides:
        return
    slides[0].notes.insert(0, render_notes(section))
    for slide, prose in zip(
        slides, list_prose(lecture.notebook.cells, start, end, [slide.cell for slide in slides]), strict=True
    ):
        slide.notes += [render_markdown(words) for words in prose]


def _find_unanswered(lecture: Lecture) -> list[str]:
    """Say which predictions get neither an answer nor a later slide that shows one."""
    from crmlib.publishing.folding import predictions_answered

    problems: list[str] = []
    slides = [(section.anchor, slide) for section in lecture.sections for slide in section.slides]
    for number, (anchor, slide) in enumerate(slides):
        if not slide.predict or slide.answer:
            continue
        answered: list[str] = []
        for _, later in slides[number + 1 :]:
            if later.kind in ("picture", "table", "claim"):
                place = resolve_slide(later, lecture).cell or 0
                answered += predictions_answered(lecture.notebook.cells[place])
        if slide.predict not in answered:
            problems.append(
                f"section {anchor!r}: nothing answers prediction {slide.predict!r}. Give it an answer:, "
                "or show a cell that answers it later."
            )
    return problems


def _inline(words: str) -> str:
    """Return a line of Markdown as HTML without a paragraph around it; "3-2-1" stays on one line."""
    whole = re.sub(r"(?<=\d)-(?=\d)", "\N{NON-BREAKING HYPHEN}", words)
    return render_markdown(whole).removeprefix("<p>").removesuffix("</p>")


def _chinese(text: Text) -> str:
    return f'<p lang="zh">{html.escape(text.zh, quote=False)}</p>'


def _both(text: Text) -> str:
    return f'{_inline(text.en)} <span lang="zh">{html.escape(text.zh, quote=False)}</span>'
