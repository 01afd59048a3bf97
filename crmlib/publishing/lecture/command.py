"""The commands below ``crm lecture``: show a chapter to a class, plan one lecture, plan a term."""

from __future__ import annotations

import os
import sys
import webbrowser
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from typer.core import TyperGroup

from crmlib.classroom.answers.questions import load_exercise
from crmlib.classroom.formats.chapters import chapter_stems, load_info
from crmlib.classroom.formats.lecture import load_lecture
from crmlib.ground.files import COURSE, write_file
from crmlib.ground.printing import has_display
from crmlib.publishing.course import Course, Pair, PublishingError
from crmlib.publishing.lecture.build import run_lecture
from crmlib.publishing.lecture.plan import plan_lecture, render_plan
from crmlib.publishing.lecture.serve import LectureServer
from crmlib.publishing.lecture.session import Session
from crmlib.publishing.lecture.term import plan_term, render_calendar, render_term

CALENDAR = Path("build/term.ics")
FORMATS = ["%Y-%m-%dT%H:%M", "%Y-%m-%d"]


class _ShowByDefault(TyperGroup):
    """``crm lecture 7`` shows the chapter; the other commands are called by their names."""

    def parse_args(self, ctx: object, args: list[str]) -> list[str]:
        """Take a first word that is no command as a chapter."""
        if args and args[0] not in {*self.commands, "--help"}:
            args = ["show", *args]
        return super().parse_args(ctx, args)  # type: ignore[arg-type]


app = typer.Typer(
    cls=_ShowByDefault, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)


@app.command()
def show(
    stem: Annotated[str, typer.Argument(help="The chapter, such as 07.")],
    port: Annotated[int, typer.Option(help="Port of the page; 0 takes a free one.", min=0, max=65535)] = 0,
    browser: Annotated[
        bool | None, typer.Option(help="Open a browser; left out, one is opened where there is a display.")
    ] = None,
) -> None:
    """Show a chapter to a class: slides with live sliders, all cells run. Ctrl-C ends it."""
    pair = find_chapter(stem)
    with Session(pair.notebook.parent) as session:
        page, figures = run_lecture(session, pair, say=typer.echo)
        with LectureServer(page, session, figures, port=port) as server:
            typer.echo(f"The lecture is at {server.address}")
            typer.echo(
                "→ and ← move, P opens the presenter's window, N notes, C code, D dark, F fills the screen."
            )
            if has_display(os.environ, sys.platform) if browser is None else browser:
                webbrowser.open(server.address)
            try:
                server.serve_forever()
            except KeyboardInterrupt:
                typer.echo("The lecture has ended.")


@app.command()
def plan(
    stem: Annotated[str, typer.Argument(help="The chapter, such as 07; for a term, none.")] = "",
    minutes: Annotated[int, typer.Option(help="Minutes that there are.", min=10, max=600)] = 90,
    term: Annotated[
        int | None, typer.Option(help="Weeks over which all chapters are spread.", min=1, max=52)
    ] = None,
    start: Annotated[
        datetime | None,
        typer.Option(help="First lecture, as 2027-03-01T14:00: also writes a calendar.", formats=FORMATS),
    ] = None,
    calendar: Annotated[Path, typer.Option(help="Where the calendar is written.")] = CALENDAR,
) -> None:
    """Plan one lecture (what fits, where to ask, what to leave out), or with --term a whole term."""
    if (term is None) == (not stem):
        raise PublishingError("Name a chapter, as in 'crm lecture plan 07', or weeks, as in '--term 12'.")
    if term is None:
        typer.echo(_plan_chapter(find_chapter(stem).stem, minutes))
        return
    lectures = [
        (stem, info.title.en, float(info.minutes.lecture))
        for stem, info in ((stem, load_info(stem)) for stem in chapter_stems(having="lecture"))
    ]
    weeks = plan_term(lectures, weeks=term)
    typer.echo(render_term(weeks, minutes=minutes, start=start.date() if start else None))
    if start is not None:
        if calendar.exists():
            raise PublishingError(f"{calendar} is there already. Name another file with --calendar.")
        write_file(calendar, render_calendar(weeks, start=start, minutes=minutes, name="crm"))
        typer.echo(f"wrote {calendar}")


def _plan_chapter(stem: str, minutes: float) -> str:
    """Return the plan of one chapter as a table."""
    info, questions = load_info(stem), load_exercise(stem).questions
    each = info.minutes.exercise / len(questions)
    fitted = plan_lecture(load_lecture(stem), minutes=minutes, exercise_minutes=each)
    return render_plan(fitted, title=info.title.show("both"))


def find_chapter(stem: str) -> Pair:
    """Return the chapter with a number or stem; raise PublishingError for an exercise."""
    pairs = [pair for pair in Course(COURSE).find_pairs([stem]) if pair.student is None]
    if not pairs:
        raise PublishingError(f"{stem!r} is an exercise; a lecture is made from a chapter.")
    return pairs[0]
