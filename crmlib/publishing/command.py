"""The commands of publishing: ``crm notebooks``, ``crm slides`` and ``crm reset``."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from crmlib.ground.files import COURSE
from crmlib.ground.printing import print_page
from crmlib.ground.spelling import match_stems
from crmlib.publishing.build import build_course, explain_stale
from crmlib.publishing.course import Course, PublishingError
from crmlib.publishing.inspect.report import advise_pair, inspect_pair
from crmlib.publishing.lecture.build import write_slides
from crmlib.publishing.pairing import Side
from crmlib.publishing.working_copy import EXERCISES, PAGES, find_pages, reset_page


class Take(StrEnum):
    """The side that counts where text and notebook were both edited."""

    text = "text"
    notebook = "notebook"


def notebooks(
    stems: Annotated[list[str] | None, typer.Argument(help="Chapters, such as 04; left out: all.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Execute also what is up to date.")] = False,
    check: Annotated[bool, typer.Option("--check", help="Only say what is out of date or wrong.")] = False,
    advice: Annotated[bool, typer.Option("--advice", help="Also name prose cells to split or join.")] = False,
    take: Annotated[Take | None, typer.Option(help="Side that counts where both were edited.")] = None,
) -> None:
    """Execute the chapters and exercises that changed and store them clean, with their numbers filled in."""
    course = Course(COURSE)
    if check:
        stale = _report_stale(course, stems or [])
        raise typer.Exit(int(_report_problems(course, stems or [], advice=advice) or stale))
    prefer = {None: None, Take.text: Side.TEXT, Take.notebook: Side.NOTEBOOK}[take]
    outcomes = build_course(course, wanted=stems or [], everything=everything, prefer=prefer, say=typer.echo)
    failed = [outcome for outcome in outcomes if outcome.failure is not None]
    if failed:
        typer.echo(f"{len(failed)} of {len(outcomes)} could not be built; their old notebooks are unchanged.")
    _report_problems(course, stems or [], advice=advice)
    if failed:
        raise typer.Exit(1)


def reset(
    chapter: Annotated[str, typer.Argument(help="The chapter, such as 03.")],
    exercise: Annotated[
        bool, typer.Option("--exercise", help="The exercise of the chapter instead of the chapter.")
    ] = False,
) -> None:
    """Put the course's page in the place of your copy in the folder work; yours is kept beside it."""
    folder = EXERCISES if exercise else PAGES
    stems = [Path(page).stem for page in find_pages(COURSE) if page.startswith(f"{folder}/")]
    found = match_stems(chapter, stems) or [chapter]
    page = f"{folder}/{found[0]}.ipynb"
    kept = reset_page(COURSE, page)
    typer.echo(
        f"{page} is as in the course." + (f" Yours is kept: {kept.name}" if kept.stem != found[0] else "")
    )


def _report_problems(course: Course, stems: list[str], *, advice: bool = False) -> bool:
    """Print one line for each problem that the tests would find; say whether there is any."""
    pairs = course.find_pairs(stems)
    problems = [line for pair in pairs for line in inspect_pair(pair)]
    hints = [line for pair in pairs for line in advise_pair(pair)] if advice else []
    for line in [*problems, *(f"advice: {hint}" for hint in hints)]:
        typer.echo(line)
    return bool(problems)


def _report_stale(course: Course, stems: list[str]) -> bool:
    """Print one line for each notebook that is not up to date; say whether there is any."""
    stale = {pair: explain_stale(pair) for pair in course.find_pairs(stems)}
    for pair, reason in stale.items():
        if reason is not None:
            typer.echo(f"{pair.name(pair.notebook)}: {reason}")
    if not any(stale.values()):
        typer.echo("All notebooks are up to date.")
        return False
    typer.echo("Run 'make notebooks' to bring them up to date.")
    return True


def slides(
    stem: Annotated[str, typer.Argument(help="The chapter, such as 04 or 04_satisfaction_and_loyalty.")],
    folder: Annotated[Path, typer.Option(help="Where to write.")] = COURSE / "build" / "slides",
    pdf: Annotated[
        bool, typer.Option("--pdf", help="Print to PDF as well (needs Chromium or Chrome).")
    ] = False,
    handout: Annotated[bool, typer.Option("--handout", help="Write slides and notes to be printed.")] = False,
    stored: Annotated[
        bool, typer.Option("--stored", help="Show a live figure once, as it is stored; runs nothing.")
    ] = False,
) -> None:
    """Write a chapter as slides in one file that needs neither a kernel nor the network."""
    pairs = [pair for pair in Course(COURSE).find_pairs([stem]) if pair.student is None]
    if not pairs:
        raise PublishingError(f"{stem!r} is an exercise; slides are made from chapters.")
    paths = write_slides(pairs[0], folder, stored=stored, handout=handout, say=typer.echo)
    for path in paths:
        typer.echo(f"wrote {path}")
    typer.echo("keys: → and ← move, P presenter's window, N notes, C code, D dark, F fills the screen")
    for path in paths if pdf else []:
        typer.echo(f"wrote {print_page(path)}")
