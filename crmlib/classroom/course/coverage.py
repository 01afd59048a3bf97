"""Where each topic of the syllabus is taught, practised and examined, read from notebooks and content.

A topic is *taught* where the prose of its chapter names it, closing pages left out. It is *practised* where
an exercise question, a recall question or a practice question of the exam review lists it and a notebook
shows that question. It is *examined* if an exam item lists it; a topic on a kind of question, if there are
items of that kind.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from crmlib.classroom.answers.questions import load_exercise
from crmlib.classroom.exam.items import load_exam
from crmlib.classroom.formats.chapters import REVIEW, chapter_stems
from crmlib.classroom.formats.headings import COMMENT, HEADING, jupyterlab_anchor, list_topics, plain_heading
from crmlib.classroom.formats.recall import load_recall
from crmlib.classroom.formats.registry import Topic, load_syllabus
from crmlib.classroom.formats.schema import ContentError

# Sections that repeat what the chapter has taught, or ask for what earlier chapters have taught.
CLOSING = {
    "Five questions before you start",
    "Common mistakes",
    "Decision sheet",
    "What you can do now",
    "Glossary",
    "Where to go next",
}
# Topic on a kind of question → the kinds of exam items that examine it. L-08 is about lists, of any kind.
KINDS = {
    "L-01": ("fill_in",),
    "L-02": ("short_answer", "definition"),
    "L-03": ("list",),
    "L-04": ("distinguish",),
    "L-05": ("choice", "multiple", "true_false"),
    "L-06": ("question", "short_answer", "calculation"),
    "L-07": ("case", "essay"),
    "L-08": ("list", "distinguish"),
}


@dataclass(frozen=True)
class Place:
    """A place in the course: what to call it, and its address below the course folder."""

    label: str
    target: str


@dataclass(frozen=True)
class Coverage:
    """One topic: where it is taught, where it is practised, and the ids of the exam items on it."""

    topic: Topic
    taught: Place | None
    practised: tuple[Place, ...]
    examined: tuple[str, ...]
    is_due: bool

    @property
    def holes(self) -> tuple[str, ...]:
        """What a topic of a written chapter still lacks; a topic of a later chapter lacks nothing yet."""
        parts = {"taught": self.taught, "practised": self.practised, "examined": self.examined}
        return tuple(name for name, found in parts.items() if not found) if self.is_due else ()


@dataclass(frozen=True)
class Section:
    """The part of a notebook under one heading: its prose, and the words of its code and outputs."""

    heading: str
    prose: str
    shown: str


def read_coverage(root: Path) -> list[Coverage]:
    """Return every topic of the syllabus with the places that the course folder `root` has for it."""
    taught, practised, examined = find_taught(root), find_practised(root), find_examined()
    written = chapter_stems()
    return [
        Coverage(
            topic,
            taught.get(topic.id),
            tuple(practised.get(topic.id, ())),
            tuple(examined.get(topic.id, ())),
            is_due=topic.chapter in written,
        )
        for topic in load_syllabus().values()
    ]


def find_holes(rows: Sequence[Coverage]) -> list[str]:
    """Return one line for each topic of a written chapter that is not taught, practised and examined."""
    return [
        f"{row.topic.id} {row.topic.term_en} ({row.topic.chapter}): not {', not '.join(row.holes)}"
        for row in rows
        if row.holes
    ]


def find_taught(root: Path) -> dict[str, Place]:
    """Return where each topic is taught: the section of its own chapter that names it most often."""
    found = {}
    for stem in chapter_stems():
        counts: Counter[tuple[str, str]] = Counter()
        for section in read_sections(root / "notebooks" / f"{stem}.ipynb"):
            if section.heading not in CLOSING:
                counts.update((topic, section.heading) for topic in list_topics(section.prose))
        for (topic, heading), _ in reversed(counts.most_common()):
            if topic in load_syllabus() and load_syllabus()[topic].chapter == stem:
                found[topic] = _place_of(f"notebooks/{stem}.ipynb", heading, f"{name_of(stem)}, {heading}")
    return found


def find_practised(root: Path) -> dict[str, list[Place]]:
    """Return the questions on each topic that a notebook shows: exercises, recall, exam review."""
    found: dict[str, list[Place]] = {}
    for stem in chapter_stems():
        for topics, place in [*_list_recall(stem, root), *_list_questions(stem, root)]:
            for topic in topics:
                found.setdefault(topic, []).append(place)
    return found


def _list_questions(stem: str, root: Path) -> Iterator[tuple[tuple[str, ...], Place]]:
    name = f"notebooks/{stem}.ipynb" if stem == REVIEW else f"exercises/{stem}.ipynb"
    word = "review" if stem == REVIEW else f"exercise {name_of(stem)}"
    sections = read_sections(root / name)
    try:
        questions = load_exercise(stem).questions
    except ContentError:
        return
    for question in questions:
        shown = re.compile(rf"\b{re.escape(question.id)}\b")
        heading = next((section.heading for section in sections if shown.search(section.shown)), None)
        if heading is not None:
            yield question.topics, _place_of(name, heading, f"{word} {question.id}")


def _list_recall(stem: str, root: Path) -> Iterator[tuple[tuple[str, ...], Place]]:
    name = f"notebooks/{stem}.ipynb"
    heading = next((one.heading for one in read_sections(root / name) if "chapter.recall" in one.shown), None)
    if heading is None:
        return
    try:
        questions = load_recall(stem)
    except ContentError:
        return
    for question in questions:
        if question.topic is not None:
            yield (question.topic,), _place_of(name, heading, f"recall {name_of(stem)} {question.id}")


def find_examined() -> dict[str, list[str]]:
    """Return the ids of the exam items on each topic; topics on kinds of questions get a count."""
    found: dict[str, list[str]] = {}
    kinds: Counter[str] = Counter()
    for stem in chapter_stems(having="exam"):
        try:
            items = load_exam(stem)
        except ContentError:
            continue
        for item in items:
            kinds[item.kind] += 1
            for topic in item.topics:
                found.setdefault(topic, []).append(item.id)
    for topic, names in KINDS.items():
        found.setdefault(topic, []).extend(
            f"{kinds[name]} of kind {name.replace('_', ' ')}" for name in names if kinds[name]
        )
    return found


def name_of(stem: str) -> str:
    """Return how a chapter is called in short.

    >>> name_of("03_lifecycle"), name_of("exam_review")
    ('03', 'exam review')
    """
    number = stem.split("_")[0]
    return number if number.isdigit() else stem.replace("_", " ")


def _place_of(name: str, heading: str, label: str) -> Place:
    """Return the place of a heading in a file."""
    anchor = jupyterlab_anchor(heading).replace("(", "%28").replace(")", "%29")
    return Place(label, f"{name}#{anchor}" if anchor else name)


def read_sections(path: Path) -> tuple[Section, ...]:
    """Return the sections of a notebook by heading; none if the notebook does not exist."""
    return _read_sections(path, path.stat().st_mtime_ns) if path.exists() else ()


@cache
def _read_sections(path: Path, modified: int) -> tuple[Section, ...]:
    headings, prose, shown = [(0, "")], [[""]], [[""]]
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] != "markdown":
            shown[-1] += [source, *_texts_of(cell.get("outputs", []))]
            continue
        start, plain = 0, COMMENT.sub("", source)
        for match in HEADING.finditer(plain):
            prose[-1].append(plain[start : match.start()])
            headings.append((len(match[1]), plain_heading(match[2])))
            prose.append([match[2]])
            shown.append([""])
            start = match.end()
        prose[-1].append(plain[start:])
    names = [_name_section(headings, position) for position in range(len(headings))]
    return tuple(
        Section(name, "\n".join(words), "\n".join(cells))
        for name, words, cells in zip(names, prose, shown, strict=True)
    )


def _name_section(headings: Sequence[tuple[int, str]], position: int) -> str:
    """Return the heading to link to: the section's own, or the one above it if its words stand twice."""
    level, heading = headings[position]
    if [words for _, words in headings].count(heading) == 1:
        return heading
    above = (place for place in range(position - 1, -1, -1) if headings[place][0] < level)
    return _name_section(headings, next(above)) if position else heading


def _texts_of(outputs: Sequence[Mapping[str, dict[str, object]]]) -> Iterator[str]:
    """Yield the Markdown of a cell's outputs."""
    for output in outputs:
        text = output.get("data", {}).get("text/markdown", "")
        yield "".join(text) if isinstance(text, list) else str(text)
