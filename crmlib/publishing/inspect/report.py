"""Puts all checks of a notebook together, for authors while they write and for the tests."""

from __future__ import annotations

from pathlib import Path

from crmlib.publishing.course import Pair
from crmlib.publishing.inspect.agreement import check_agreement
from crmlib.publishing.inspect.code import check_hidden_state, check_imports, check_length, check_plain_python
from crmlib.publishing.inspect.load import (
    MINUTES_A_LESSON,
    MINUTES_OF_A_CASE,
    check_length_of_chapter,
    check_lessons,
    check_predictions,
    check_visible_code,
)
from crmlib.publishing.inspect.notebook import (
    check_errors,
    check_ids,
    check_live_figures,
    check_not_executed,
    check_order,
    check_pictures,
    check_size,
    check_slides,
    check_traces,
)
from crmlib.publishing.inspect.problem import Check, read_for_inspection
from crmlib.publishing.inspect.prose import (
    advise_length,
    check_balance,
    check_links,
    check_numbers,
    check_terms,
    check_topics,
)

STORED_CHECKS: tuple[Check, ...] = (
    check_order,
    check_errors,
    check_length,
    check_plain_python,
    check_imports,
    check_pictures,
    check_live_figures,
    check_traces,
    check_size,
    check_hidden_state,
    check_ids,
)


def list_checks(pair: Pair, path: Path) -> dict[str, Check]:
    """Return the checks that one notebook of a pair must pass, by name.

    A students' edition must be blank where the other notebooks must be executed, and its numbers are those of
    the solution. Only a chapter has topics to name.
    """
    from crmlib.classroom.formats.registry import CHAPTERS, load_numbers, topics_of

    checks: dict[str, Check] = {
        **{check.__name__: check for check in STORED_CHECKS},
        "check_balance": check_balance,
        "check_links": lambda notebook: check_links(notebook, path=path, root=pair.root),
        "check_numbers": lambda notebook: check_numbers(notebook, figures=load_numbers()),
    }
    if path == pair.student:
        del checks[check_order.__name__]
        checks[check_not_executed.__name__] = check_not_executed
    if pair.student is None:
        checks[check_slides.__name__] = check_slides
    if pair.student is None and pair.stem in CHAPTERS:
        topics = [topic.id for topic in topics_of(pair.stem)]
        checks["check_topics"] = lambda notebook: check_topics(notebook, topics=topics)
        checks.update(_list_lesson_checks(pair.stem))
    return checks


def _list_lesson_checks(stem: str) -> dict[str, Check]:
    """Return the checks of a chapter that falls into lessons; none for other chapters."""
    from crmlib.classroom.formats.chapters import content_file, load_info
    from crmlib.classroom.formats.glossary import load_glossary
    from crmlib.classroom.formats.reading import measure_chapter
    from crmlib.classroom.formats.schema import ContentError

    try:
        content_file(stem, "chapter")
    except ContentError:  # the first page has no content of its own
        return {}
    lessons = load_info(stem).lessons
    if not lessons:
        return {}
    sitting = MINUTES_OF_A_CASE if stem.startswith("case_") else MINUTES_A_LESSON
    return {
        "check_terms": lambda notebook: check_terms(
            notebook, terms=[term.term_zh for term in load_glossary(stem)]
        ),
        "check_predictions": check_predictions,
        "check_visible_code": check_visible_code,
        "check_lessons": lambda notebook: check_lessons(notebook, lessons=lessons),
        "check_length_of_chapter": lambda notebook: check_length_of_chapter(
            notebook, loads=measure_chapter(stem), sitting=sitting
        ),
    }


def inspect_pair(pair: Pair) -> list[str]:
    """Return one line for each problem in the notebooks of a pair; none if all is well."""
    lines = [str(problem) for problem in check_agreement(pair)]
    for path in (pair.notebook, pair.student):
        if path is not None and path.exists():
            notebook = read_for_inspection(path)
            found = [problem for check in list_checks(pair, path).values() for problem in check(notebook)]
            lines += [f"{pair.name(path)}: {problem}" for problem in sorted(found, key=lambda one: one.cell)]
    return lines


def advise_pair(pair: Pair) -> list[str]:
    """Return advice on the length of prose cells: what reads best, not what a test demands."""
    if not pair.notebook.exists():
        return []
    return [f"{pair.name(pair.notebook)}: {one}" for one in advise_length(read_for_inspection(pair.notebook))]
