"""The commands below ``crm exam``: a paper by a blueprint, and a plain sheet that fills some minutes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal

import typer
from typer.core import TyperGroup

from crmlib.classroom.command import exam as write_sheet
from crmlib.classroom.course.bank_page import write_bank_page
from crmlib.classroom.exam.after.analysis import analyse_marks
from crmlib.classroom.exam.after.marks import describe_paper, read_papers
from crmlib.classroom.exam.after.page import render_analysis
from crmlib.classroom.exam.bank import load_papers
from crmlib.classroom.exam.blueprint import read_blueprint
from crmlib.classroom.exam.draw import draw_paper
from crmlib.classroom.exam.exports.gift import render_gift
from crmlib.classroom.exam.exports.moodle import render_moodle
from crmlib.classroom.exam.exports.qti import render_qti
from crmlib.classroom.exam.exports.ready import COPIES
from crmlib.classroom.exam.items import ExamItem
from crmlib.classroom.exam.layout import lay_out, render_page
from crmlib.classroom.exam.word import render_word
from crmlib.classroom.formats.chapters import chapter_stems
from crmlib.classroom.formats.schema import Text
from crmlib.ground.files import COURSE, write_file
from crmlib.ground.printing import print_page
from crmlib.ground.spelling import list_valid, match_stems

Chapters = Annotated[str, typer.Option(help="Chapters, as 1-9 or 3,5; all without it.")]
Language = Annotated[Literal["zh", "en", "both"], typer.Option(help="Language of the questions.")]
Copies = Annotated[int, typer.Option(help="Of each calculation, with other numbers.", min=1)]
Seed = Annotated[int, typer.Option(help="Another seed gives other numbers.")]
Own = Annotated[Path | None, typer.Option(help="A private folder of your own items (YAML).")]


class _SheetByDefault(TyperGroup):
    """``crm exam 04`` stays what it was: what names no command goes to the plain sheet."""

    def parse_args(self, ctx: object, args: list[str]) -> list[str]:
        if not args or args[0] not in {*self.commands, "--help"}:
            args = ["sheet", *args]
        return super().parse_args(ctx, args)  # type: ignore[arg-type]


app = typer.Typer(cls=_SheetByDefault, add_completion=False, pretty_exceptions_enable=False)
app.command("sheet")(write_sheet)


@app.command()
def paper(
    chapters: Annotated[
        str, typer.Option(help="Chapters, as 1-9 or 3,5,case_fuel_wholesaler; all without it.")
    ] = "",
    seed: Annotated[int, typer.Option(help="Another seed gives another paper.")] = 1,
    minutes: Annotated[int | None, typer.Option(help="Length; the blueprint's without it.", min=1)] = None,
    marks: Annotated[int | None, typer.Option(help="Full marks; the blueprint's without it.", min=1)] = None,
    lang: Annotated[Literal["zh", "en", "both"], typer.Option(help="Language of paper and scheme.")] = "zh",
    versions: Annotated[int, typer.Option(help="How many: A, B, C …", min=1, max=6)] = 1,
    blueprint: Annotated[Path | None, typer.Option(help="A blueprint of your own (YAML).")] = None,
    items: Annotated[Path | None, typer.Option(help="A private folder of your own items (YAML).")] = None,
    title: Annotated[str | None, typer.Option(help="Title of the paper.")] = None,
    large: Annotated[bool, typer.Option("--large", help="Large print.")] = False,
    extra_minutes: Annotated[int, typer.Option(help="Extra time, printed on the paper.", min=0)] = 0,
    folder: Annotated[Path, typer.Option(help="Where to write; a new folder.")] = Path("build/papers"),
    pdf: Annotated[bool, typer.Option("--pdf", help="Also print PDF, with Chromium or Chrome.")] = False,
    word: Annotated[bool, typer.Option("--word", help="Also write Word documents (python-docx).")] = False,
) -> None:
    """Write a paper by a blueprint, its marking scheme and answer sheet, as pages ready for print."""
    plan = read_blueprint(blueprint).scale(marks=marks, minutes=minutes)
    drawn = draw_paper(load_papers(find_chapters(chapters), folder=items), plan, seed=seed)
    time = plan.minutes + extra_minutes
    heading = Text(en=title, zh=title) if title else None
    files: dict[Path, str | bytes] = {}
    for place in range(versions):
        code = f"{chr(ord('A') + place)}{seed}"
        parts = lay_out(drawn, seed=seed, version=code[0])
        kept, text = folder / f"paper-{code}.json", describe_paper(parts, code=code)
        if kept.exists() and kept.read_text(encoding="utf-8") != text:
            raise ValueError(f"{kept} is there already, of another paper. Give another --folder.")
        files[kept] = text
        for kind in ("paper", "scheme", "sheet"):
            name = f"paper-{code}-{lang}{'-large' if large else ''}-{kind}"
            files[folder / f"{name}.html"] = render_page(
                parts, kind=kind, language=lang, minutes=time, code=code, large=large, title=heading
            )
            if word:
                files[folder / f"{name}.docx"] = render_word(
                    parts, kind=kind, language=lang, minutes=time, code=code, large=large, title=heading
                )
    _write_new(files)
    if pdf:
        for path in (path for path in files if path.suffix == ".html"):
            typer.echo(f"wrote {print_page(path)}")
    typer.echo(
        f"{len(drawn.items)} items, {drawn.marks:g} marks, some {drawn.minutes} of {plan.minutes} minutes"
    )


def _write_new(files: dict[Path, str | bytes]) -> None:
    """Write files that are not there yet; only the description of the very same paper may be."""
    there = [path for path in files if path.exists() and path.suffix != ".json"]
    if there:
        raise ValueError(f"{there[0]} is there already. Give another --folder or another --seed.")
    for path, content in files.items():
        _write_one(path, content)
        typer.echo(f"wrote {path}")


def _write_one(path: Path, content: str | bytes) -> None:
    """Write a file into a folder, made if it is missing; what the system refuses is said in one line."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            write_file(path, content)
    except OSError as error:
        raise ValueError(
            f"{path} cannot be written ({error.strerror}). Name another place with --folder or --out."
        ) from error


@app.command()
def analyse(
    marks: Annotated[Path, typer.Argument(help="CSV: a column student, one for each question number.")],
    paper: Annotated[
        list[Path], typer.Option(help="The file paper-….json beside the paper; once for each version.")
    ],
    out: Annotated[Path, typer.Option(help="The page to write; a new one.")] = Path(
        "build/after-the-exam.html"
    ),
) -> None:
    """Say how difficult each question was, whether it told good students from weak, and who chose what.

    With several versions the marks have a column paper: A7, B7 …
    """
    for path in (marks, *paper):
        if not path.exists():
            raise ValueError(f"There is no file {path}.")
    if out.exists():
        raise ValueError(f"{out} is there already. Give another --out.")
    found = analyse_marks(marks, read_papers(*paper))
    _write_one(out, render_analysis(found))
    for note in found.notes:
        typer.echo(note)
    typer.echo(f"wrote {out}: alpha {found.alpha:.2f} ({found.alpha_low:.2f} to {found.alpha_high:.2f})")


@app.command()
def moodle(
    chapters: Chapters = "",
    lang: Language = "zh",
    copies: Copies = COPIES,
    seed: Seed = 1,
    items: Own = None,
    out: Annotated[Path, typer.Option(help="The file to write; a new one.")] = Path("build/crm-moodle.xml"),
) -> None:
    """Write the exam items as a question bank that Moodle imports (Moodle XML)."""
    bank = _read_bank(chapters, items, out)
    _write_bank(out, render_moodle(bank, language=lang, copies=copies, seed=seed).encode(), bank, copies)


@app.command()
def gift(
    chapters: Chapters = "",
    lang: Language = "zh",
    copies: Copies = COPIES,
    seed: Seed = 1,
    items: Own = None,
    out: Annotated[Path, typer.Option(help="The file to write; a new one.")] = Path("build/crm-gift.txt"),
) -> None:
    """Write the exam items as GIFT, plain text that Moodle and other systems import."""
    bank = _read_bank(chapters, items, out)
    _write_bank(out, render_gift(bank, language=lang, copies=copies, seed=seed).encode(), bank, copies)


@app.command()
def qti(
    chapters: Chapters = "",
    lang: Language = "zh",
    copies: Copies = COPIES,
    seed: Seed = 1,
    items: Own = None,
    out: Annotated[Path, typer.Option(help="The file to write; a new one.")] = Path("build/crm-qti.zip"),
) -> None:
    """Write the exam items as a QTI 1.2 package (zip) that Canvas imports."""
    bank = _read_bank(chapters, items, out)
    _write_bank(out, render_qti(bank, language=lang, copies=copies, seed=seed), bank, copies)


@app.command()
def bank(
    path: Annotated[Path, typer.Option(help="The page to write.")] = COURSE / "docs" / "bank.md",
) -> None:
    """Write the page that counts the items of the bank by topic, kind and language."""
    holes = write_bank_page(path)
    typer.echo(f"wrote {path}: {len(holes)} holes")


def _read_bank(chapters: str, folder: Path | None, out: Path) -> list[ExamItem]:
    if out.exists():
        raise ValueError(f"{out} is there already. Give another --out.")
    return [item for part in load_papers(find_chapters(chapters), folder=folder).values() for item in part]


def _write_bank(out: Path, packed: bytes, bank: list[ExamItem], copies: int) -> None:
    _write_one(out, packed)
    typer.echo(f"wrote {out}: {len(bank)} items, calculations {copies} times")


def find_chapters(wish: str) -> list[str]:
    """Return the chapters with exam items that a wish such as 1-9 or 3,5 names; all for an empty one.

    Raises ValueError for a chapter that is not there or a range that runs backwards.

    >>> find_chapters("3-4")
    ['03_lifecycle', '04_satisfaction_and_loyalty']
    """
    known = list(chapter_stems(having="exam"))
    if not wish.strip():
        return known
    found: list[str] = []
    for part in wish.split(","):
        numbers = re.fullmatch(r"\s*(\d+)\s*-\s*(\d+)\s*", part)
        names = (
            [str(one) for one in range(int(numbers[1]), int(numbers[2]) + 1)] if numbers else [part.strip()]
        )
        if not names:
            raise ValueError(f"--chapters {wish}: {part.strip()} runs backwards.")
        for name in names:
            stems = match_stems(name, known)
            if not stems:
                raise ValueError(
                    f"--chapters {wish}: no chapter {name!r} has exam items. {list_valid(name, known)}"
                )
            found += stems
    return list(dict.fromkeys(found))
