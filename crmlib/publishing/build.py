"""Brings notebooks up to date with their texts: executes what changed, two at a time, and stores it clean."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from crmlib.ground.files import write_file
from crmlib.publishing.clean import clean_notebook, hash_outputs
from crmlib.publishing.course import Course, Notebook, Pair, PublishingError
from crmlib.publishing.dependencies import hash_dependencies
from crmlib.publishing.editions import Written, make_student_edition, write_student_edition
from crmlib.publishing.execute import Place, execute_notebook
from crmlib.publishing.files import (
    find_lines,
    format_notebook,
    format_text,
    hash_text,
    hash_words,
    read_file,
    read_notebook,
)
from crmlib.publishing.pairing import Side, compare_sides, read_cells, take_edits

AT_ONCE = 2
Say = Callable[[str], None]


@dataclass(frozen=True)
class Outcome:
    """What became of one pair: whether it was executed, and why it could not be (None: it is up to date)."""

    pair: Pair
    executed: bool = False
    failure: str | None = None


def explain_stale(pair: Pair) -> str | None:
    """Say why a pair's notebook must be executed; None if it is up to date."""
    if not pair.notebook.exists():
        return "there is no notebook yet"
    side = compare_sides(pair)
    if side is not Side.SAME:
        return side.value
    notebook = read_notebook(pair.notebook)
    recorded = notebook.metadata.get("crm", {})
    if recorded.get("text") != hash_words(notebook):
        return "the text was edited" if recorded else "it was never built"
    if read_file(pair.text) != format_text(notebook):
        return "the text is not in the layout that JupyterLab saves"
    if recorded.get("outputs") != hash_outputs(notebook):
        return "cells were run since the last build"
    found = hash_dependencies(pair, notebook)
    if recorded.get("library") != found["library"]:
        return "the library changed"
    if recorded.get("data") != found["data"]:
        return "the data changed"
    return (
        None
        if read_file(pair.notebook) == format_notebook(clean_notebook(notebook))
        else "it is not stored clean"
    )


def build_course(
    course: Course,
    *,
    wanted: Iterable[str] = (),
    everything: bool = False,
    prefer: Side | None = None,
    say: Say = print,
) -> list[Outcome]:
    """Execute every notebook that is not up to date, or all of them, and return what became of each.

    wanted: stems to restrict the work to. prefer: the side to take where both were edited. say: receives one
    line for each notebook. A failure leaves the old notebook as it was and does not stop the others.
    """
    pairs = course.find_pairs(wanted)

    def work(pair: Pair) -> Outcome:
        return _bring_up_to_date(pair, everything=everything, prefer=prefer, say=say)

    with ThreadPoolExecutor(max_workers=AT_ONCE) as pool:
        outcomes = list(pool.map(work, pairs))
    if not any(outcome.executed or outcome.failure for outcome in outcomes):
        say(f"{len(pairs)} notebooks are up to date." if len(pairs) != 1 else "The notebook is up to date.")
    return outcomes


def _bring_up_to_date(pair: Pair, *, everything: bool, prefer: Side | None, say: Say) -> Outcome:
    try:
        reason = "asked for" if everything else explain_stale(pair)
        if reason is not None:
            build_pair(pair, reason=reason, prefer=prefer, say=say)
        elif pair.student is not None:
            _renew_edition(pair, say)
    except PublishingError as error:
        say(f"FAILED  {error}")
        return Outcome(pair, failure=str(error))
    return Outcome(pair, executed=reason is not None)


def build_pair(
    pair: Pair, *, reason: str = "asked for", prefer: Side | None = None, say: Say = print
) -> None:
    """Execute one pair's notebook and store text, notebook and students' edition.

    Raises PublishingError if it cannot be done; text and notebook are then what they were.
    """
    started = time.monotonic()
    words, _ = take_edits(pair, prefer=prefer)
    text_before = read_file(pair.text)
    place = Place(pair.name(pair.notebook), pair.name(pair.text), tuple(find_lines(text_before)))
    pair.notebook.parent.mkdir(parents=True, exist_ok=True)
    executed = execute_notebook(words, folder=pair.notebook.parent, place=place)
    store_pair(pair, executed, text_before=text_before)
    say(f"{pair.name(pair.notebook)}: {reason}; executed in {time.monotonic() - started:.1f} s")
    if pair.student is not None:
        _renew_edition(pair, say)


def store_pair(pair: Pair, executed: Notebook, *, text_before: str) -> None:
    """Write an executed notebook and its text, numbers filled in, with hashes of what they rest on.

    Raises PublishingError, and writes nothing, if the text was edited while the notebook ran.
    """
    notebook = clean_notebook(executed)
    text = format_text(notebook)
    notebook.metadata["crm"] = {
        "text": hash_text(text),
        "outputs": hash_outputs(notebook),
        **hash_dependencies(pair, notebook),
    }
    if read_file(pair.text) != text_before:
        raise PublishingError(
            f"{pair.name(pair.text)} was edited while its notebook ran. Nothing was written; run it again."
        )
    if text != text_before:
        write_file(pair.text, text)
    write_file(pair.notebook, format_notebook(notebook))


def _renew_edition(pair: Pair, say: Say) -> None:
    """Bring the students' edition of an exercise in line with its solution."""
    assert pair.student is not None
    solution = read_cells(pair)
    try:
        student = make_student_edition(solution)
    except PublishingError as error:
        raise PublishingError(f"{pair.name(pair.text)}: {error}") from None
    if not pair.student.exists() or _differs(student, pair.student):
        place = Place(pair.name(pair.student), pair.name(pair.text), ())
        execute_notebook(student, folder=pair.student.parent, place=place)
    _report_edition(pair, write_student_edition(student, pair.student), say)


def _differs(student: Notebook, path: Path) -> bool:
    return bool(
        read_notebook(path).metadata.get("crm", {}).get("generated") != student.metadata["crm"]["generated"]
    )


def _report_edition(pair: Pair, written: Written, say: Say) -> None:
    """Say where a students' edition went, if anything was written."""
    if written.kept is not None and written.changed:
        say(
            f"{pair.name(written.kept)} holds somebody's work and was left alone; the new edition is "
            f"{pair.name(written.path)}."
        )
    elif written.changed:
        say(f"{pair.name(written.path)}: students' edition written")
