"""The commands of the classroom: papers, cards, the check of content, the ledger of claims, the syllabus."""

import os
from pathlib import Path
from typing import Annotated, Literal

import typer

from crmlib.classroom.anki import write_deck
from crmlib.classroom.cards import write_cards
from crmlib.classroom.claims.ledger import write_claims_report
from crmlib.classroom.course.audit import find_computed_problems, find_problems, find_untaught
from crmlib.classroom.course.coverage import find_holes
from crmlib.classroom.course.schemas import write_schemas
from crmlib.classroom.course.syllabus_page import write_syllabus_page
from crmlib.classroom.exam.bank import load_open
from crmlib.classroom.exam.papers import render_paper, select_items
from crmlib.classroom.formats.chapters import chapter_stems
from crmlib.classroom.formats.glossary import load_glossary
from crmlib.classroom.formats.registry import CHAPTERS
from crmlib.ground.files import COURSE
from crmlib.ground.spelling import list_valid, match_stems

Stems = Annotated[list[str] | None, typer.Argument(help="Chapters, such as 04; all if none is named.")]


def exam(
    chapters: Stems = None,
    seed: Annotated[int, typer.Option(help="Another seed gives other items and numbers.")] = 1,
    minutes: Annotated[int, typer.Option(help="Length of the paper.", min=1)] = 60,
    language: Annotated[Literal["en", "zh", "both"], typer.Option(help="Language of the paper.")] = "en",
    folder: Annotated[Path, typer.Option(help="Where to write.")] = Path("build/exams"),
) -> None:
    """Write an exam paper and its marking scheme; existing files are never overwritten."""
    stems = find_stems(chapters, having="exam")
    items = [item for stem in stems for item in load_open(stem)]
    chosen = select_items(items, minutes=minutes, seed=seed)
    _make_folder(folder)
    name = f"exam-{'-'.join(stem.split('_')[0] for stem in stems)}-{language}-{seed}"
    paper, scheme = _free_paths(folder, name, ("", "-marking"), ".md")
    for path, with_answers in ((paper, False), (scheme, True)):
        text = render_paper(chosen, seed=seed, language=language, with_answers=with_answers)
        with open(path, "x", encoding="utf-8", newline="\n") as file:
            file.write(text)
        typer.echo(f"wrote {path}")
    used = sum(item.minutes for item in chosen)
    typer.echo(
        f"{len(chosen)} items, {used} of {minutes} minutes, {sum(item.marks for item in chosen):g} marks"
    )


def cards(
    chapters: Stems = None,
    folder: Annotated[Path, typer.Option(help="Where to write.")] = Path("build/cards"),
    anki: Annotated[bool, typer.Option("--anki", help="Write a deck for Anki in place of CSV.")] = False,
) -> None:
    """Write the course terms as flash cards, CSV or a deck for Anki; existing files are never overwritten."""
    stems = find_stems(chapters)
    _make_folder(folder)
    name, ending = f"cards-{'-'.join(stem.split('_')[0] for stem in stems)}", ".apkg" if anki else ".csv"
    (path,) = _free_paths(folder, name, ("",), ending)
    terms = {stem: load_glossary(stem) for stem in stems}
    count = write_deck(path, terms) if anki else write_cards(path, terms)
    typer.echo(f"wrote {path}: {count} cards")


def content(
    chapters: Stems = None,
    solve: Annotated[bool, typer.Option("--solve", help="Also compute every answer on the firm.")] = False,
    seed: Annotated[int | None, typer.Option(help="Compute on the variant of this seed.")] = None,
    schema: Annotated[
        Path | None, typer.Option(help="Write JSON Schemas for editors into this folder, and check nothing.")
    ] = None,
) -> None:
    """Check the content files of chapters and list every problem."""
    if schema is not None:
        for path in write_schemas(schema):
            typer.echo(f"wrote {path}")
        return
    problems: list[str] = []
    for stem in find_stems(chapters):
        found = find_problems(stem)
        if solve and not found:
            from crmlib.datasets.loaders import load_firm

            found = find_computed_problems(stem, load_firm(seed=seed))
        problems += found
        if not found:
            untaught = find_untaught(stem)
            missing = (
                f"; not yet named anywhere: {', '.join(topic.id for topic in untaught)}" if untaught else ""
            )
            typer.echo(f"{stem}: no problem found{missing}")
    for problem in problems:
        typer.echo(problem)
    if problems:
        raise typer.Exit(1)


def claims(
    notebooks: Annotated[Path, typer.Option(help="Folder of executed notebooks.")] = COURSE / "notebooks",
    path: Annotated[Path, typer.Option(help="The report to write.")] = COURSE / "docs" / "claims.md",
) -> None:
    """Write the ledger of claims from the executed notebooks."""
    _check_notebooks(notebooks, option="--notebooks")
    rows = write_claims_report(path, notebooks=notebooks)
    judged = sum(row.verdict is not None for row in rows)
    typer.echo(f"wrote {path}: {len(rows)} claims, {judged} judged")


def syllabus(
    root: Annotated[Path, typer.Option(help="The course folder.")] = COURSE,
    path: Annotated[Path, typer.Option(help="The page to write.")] = COURSE / "docs" / "syllabus.md",
) -> None:
    """Write where each topic of the syllabus is taught, practised and examined; list what is missing."""
    _check_notebooks(root / "notebooks", option="--root")
    rows = write_syllabus_page(path, root=root)
    holes = find_holes(rows)
    for hole in holes:
        typer.echo(hole)
    typer.echo(f"wrote {path}: {len(rows)} topics, {len(holes)} of written chapters are incomplete")


def find_stems(names: list[str] | None, *, having: str | None = None) -> list[str]:
    """Return the chapters that were meant by stems or their beginnings; all with content if none is named.

    `having` names a content file that they must have.
    """
    stems = chapter_stems(having=having)
    if not names:
        return list(stems)
    found = []
    for name in names:
        matching = match_stems(name, stems)
        if not matching and name in CHAPTERS and name not in chapter_stems():
            raise ValueError(
                f"Chapter {name!r} has no content yet. Make the folder crmlib/classroom/content/{name}/; "
                "docs/content_formats.md shows the files that go into it."
            )
        if len(matching) != 1:
            raise ValueError(f"There is no chapter {name!r} with content. {list_valid(name, stems)}")
        found.append(matching[0])
    return found


def _check_notebooks(folder: Path, *, option: str) -> None:
    """Raise if a folder holds no notebook: a report on nothing would say that nothing was taught."""
    if not any(folder.glob("*.ipynb")):
        raise ValueError(f"There is no notebook in {folder}. Name the right folder with {option}.")


def _make_folder(folder: Path) -> None:
    """Make a folder to write into; raise if it cannot be one."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        writable = os.access(folder, os.W_OK)
    except OSError:
        writable = False
    if not writable:
        raise ValueError(f"{folder} is no folder that can be written to. Name another one with --folder.")


def _free_paths(folder: Path, name: str, endings: tuple[str, ...], suffix: str) -> list[Path]:
    """Return paths that do not exist yet; from the second time on, the name carries a number."""
    number = 1
    while True:
        base = name if number == 1 else f"{name}-{number}"
        paths = [folder / f"{base}{ending}{suffix}" for ending in endings]
        if not any(path.exists() for path in paths):
            return paths
        number += 1
