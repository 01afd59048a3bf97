"""A chapter as a lecture: its sections with their minutes and notes, and what each slide shows."""

import copy
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from crmlib.classroom.formats.chapters import load_entries, load_info
from crmlib.classroom.formats.headings import lecture_anchor, list_headings
from crmlib.classroom.formats.schema import ContentError
from crmlib.ground.spelling import list_valid

# What a slide can show; each slide shows one of them.
SHOWS = ("picture", "table", "predict", "question", "ask", "claim", "terms")
# Those that ask something: what they ask is their headline.
QUESTIONS = ("predict", "question", "ask")
LONGEST_HEADLINE = 96  # signs that surely fit into two lines
MOST_ROWS = 6
MOST_TERMS = 3
TIE = re.compile(r"\{([^{}]+)\}")
# A slide takes between two and a quarter and three minutes: 30 to 40 slides in 90 minutes.
QUICKEST, SLOWEST = 2.25, 3.0


@dataclass(frozen=True)
class Slide:
    """One slide: a headline that is a sentence, and one thing to look at, named as the chapter names it.

    picture, table: words that stand in one cell of the chapter only. rows, columns: those of the table that
    are shown; as keys and values, under other names. settings: of the sliders of a live figure.
    predict: the key of a prediction. question: the id of a recall question or an exam item.
    ask: a question in words, with its answer. claim: the id of a claim. terms: English terms of the glossary.
    skip: 1 is left out first, then 2, then 3.
    """

    headline: str | None = None
    picture: str | None = None
    table: str | None = None
    rows: int | tuple[str, ...] | dict[str, str] | None = None
    columns: tuple[str, ...] | dict[str, str] = ()
    settings: tuple[dict[str, float | str], ...] = ()
    predict: str | None = None
    question: str | None = None
    ask: str | None = None
    answer: str | None = None
    claim: str | None = None
    terms: tuple[str, ...] = ()
    note: str | None = None
    skip: Literal[1, 2, 3] | None = None

    def __post_init__(self) -> None:
        shown = [name for name in SHOWS if getattr(self, name)]
        if len(shown) != 1:
            found = " and ".join(shown) or "none of them"
            raise ValueError(f"a slide shows one of {', '.join(SHOWS)}; found {found}. Make it one a slide.")
        self._check_words(shown[0])
        self._check_parts()

    @property
    def kind(self) -> str:
        """Return what the slide shows: picture, table, predict, question, ask, claim or terms."""
        return next(name for name in SHOWS if getattr(self, name))

    def _check_words(self, kind: str) -> None:
        """Refuse a headline that is missing, no sentence or too long, and one above a question."""
        if kind in QUESTIONS and self.headline:
            raise ValueError(f"key 'headline': the question is the headline. Delete {self.headline!r}.")
        words = self.headline or self.ask
        if words is None and kind not in QUESTIONS:
            raise ValueError("key 'headline': the headline is missing. Say in a sentence what is seen.")
        if words is not None:
            check_sentence(words, key="headline" if self.headline else "ask")

    def _check_parts(self) -> None:
        """Refuse parts that belong to another kind of slide."""
        if self.ask and not self.answer:
            raise ValueError("key 'answer': a question needs an answer for the next key. Write it.")
        if self.answer and not (self.ask or self.predict):
            raise ValueError("key 'answer': only ask and predict have an answer in words. Delete it.")
        if (self.rows is not None or self.columns) and not self.table:
            raise ValueError("keys 'rows' and 'columns' belong to a table. Delete them.")
        if self.settings and not self.picture:
            raise ValueError("key 'settings' belongs to a picture with sliders. Delete it.")
        count = self.rows if isinstance(self.rows, int | None) else len(self.rows)
        if count is not None and not 1 <= count <= MOST_ROWS:
            raise ValueError(f"key 'rows': a slide takes 1 to {MOST_ROWS} rows, found {count}. Choose fewer.")
        if len(self.terms) > MOST_TERMS:
            raise ValueError(
                f"key 'terms': a slide takes {MOST_TERMS} terms, found {len(self.terms)}. Make two slides."
            )


def check_sentence(words: str, *, key: str) -> None:
    """Refuse words that are no sentence, or one that is longer than two lines of a slide.

    What stands in braces is a number that is filled in; it counts as four signs.
    """
    shown = TIE.sub("0000", words).strip()
    if len(shown.split()) < 3 or not re.search(r"[.?!][\"'”’)]?$", shown) or shown[0].islower():
        raise ValueError(
            f"key {key!r}: {words!r} is no sentence. Say what is seen: a capital letter, a verb, a full stop."
        )
    if len(shown) > LONGEST_HEADLINE:
        raise ValueError(
            f"key {key!r}: {len(shown)} signs are more than {LONGEST_HEADLINE}, two lines. Shorten {words!r}."
        )


@dataclass(frozen=True)
class Section:
    """A section of the lecture; `anchor` is its heading in lower case with hyphens.

    exercise: the question of the chapter's exercise that is done in class.
    """

    anchor: str
    minutes: float
    notes: str
    ask: str | None = None
    skip: str | None = None
    exercise: str | None = None
    slides: tuple[Slide, ...] = ()

    def __post_init__(self) -> None:
        if self.minutes <= 0:
            raise ValueError(f"key 'minutes': expected minutes above 0, found {self.minutes:g}.")
        if self.anchor != lecture_anchor(self.anchor):
            raise ValueError(
                f"key 'anchor': {self.anchor!r} is not an anchor. Write {lecture_anchor(self.anchor)!r}."
            )


def load_lecture(stem: str) -> tuple[Section, ...]:
    """Return the lecture notes of a chapter; raise if their minutes do not add up to the plan."""
    sections = load_entries(Section, stem, "lecture", key="sections", label="section", by="anchor")
    total, planned = sum(section.minutes for section in sections), load_info(stem).minutes.lecture
    if abs(total - planned) > 1e-9:
        raise ContentError(
            f"{stem}/lecture.yaml: the sections take {total:g} minutes, chapter.yaml plans {planned}. "
            "Change the minutes of a section or the plan."
        )
    _check_count(sections, planned, stem)
    return sections


def _check_count(sections: Sequence[Section], minutes: float, stem: str) -> None:
    """Refuse a lecture with too few or too many slides for its minutes; one without any is still to come."""
    count = sum(len(section.slides) for section in sections)
    least, most = math.ceil(minutes / SLOWEST), math.floor(minutes / QUICKEST)
    if count and not least <= count <= most:
        repair = "Leave some out" if count > most else "Show more of the chapter"
        raise ContentError(
            f"{stem}/lecture.yaml: {count} slides for {minutes:g} minutes; expected {least} to {most}. "
            f"{repair}."
        )


def insert_notes(notebook: Any, sections: Sequence[Section]) -> Any:
    """Return a copy of a notebook with a cell of speaker notes behind the heading of every lectured section.

    The cells have the slide type "notes", which only the speaker sees. Raises ContentError if an anchor fits
    no heading or several.
    """
    import nbformat

    result = copy.deepcopy(notebook)
    notes = {find_heading(notebook.cells, section.anchor): section for section in sections}
    cells = []
    for position, cell in enumerate(notebook.cells):
        cells.append(copy.deepcopy(cell))
        if position in notes:
            metadata = {"slideshow": {"slide_type": "notes"}}
            note = nbformat.v4.new_markdown_cell(render_notes(notes[position]), metadata=metadata)
            note["id"] = f"notes-{position}"
            cells.append(note)
    result["cells"] = cells
    return result


def render_notes(section: Section) -> str:
    """Return the notes of a section as Markdown: minutes, notes, the question to ask, what to skip."""
    lines = [f"**{section.minutes:g} minutes.** {section.notes.strip()}"]
    if section.ask:
        lines.append(f"**Ask:** {section.ask}")
    if section.skip:
        lines.append(f"**Short of time:** skip {section.skip}")
    return "\n\n".join(lines)


def find_heading(cells: Sequence[Any], anchor: str) -> int:
    """Return the position of the cell whose heading has this anchor."""
    places = {
        position: [lecture_anchor(heading) for heading in list_headings(cell.source)]
        for position, cell in enumerate(cells)
        if cell.cell_type == "markdown"
    }
    found = [position for position, anchors in places.items() if anchor in anchors]
    if len(found) == 1:
        return found[0]
    if found:
        raise ContentError(
            f"lecture.yaml, section {anchor!r}: {len(found)} headings of the notebook have this anchor. "
            "Name the section above them, or give the headings different words."
        )
    known = [known for anchors in places.values() for known in anchors]
    raise ContentError(
        f"lecture.yaml, section {anchor!r}: the notebook has no such heading. {list_valid(anchor, known)}"
    )
