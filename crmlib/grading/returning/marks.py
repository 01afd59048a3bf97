"""Marks as the platforms read them: CSV for Moodle and for Canvas, and a workbook with every question.

One mark a right answer, and the points that people gave to the open one. Students who handed in nothing are
in the lists with an empty mark, so that the platform leaves theirs as it is.
"""

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from crmlib.grading.exchange.collect import COUNTS, harmless, read_register
from crmlib.grading.exchange.coursework import Coursework
from crmlib.grading.exchange.students import Student
from crmlib.grading.marking.grade import Result, read_results
from crmlib.grading.marking.people import GRID, mean_points
from crmlib.ground.files import write_file


@dataclass(frozen=True)
class Line:
    """One student with the result, if there is one."""

    student: Student
    result: Result | None
    late: bool = False
    points: float | None = None

    @property
    def marks(self) -> str:
        """The marks as text; empty if nothing was graded."""
        return "" if self.result is None else f"{self.result.marks + (self.points or 0):g}"

    @property
    def remarks(self) -> str:
        """What people should look at."""
        words = ["late"] if self.late else []
        return "; ".join([*words, *(self.result.remarks if self.result else ())])


def write_marks(coursework: Coursework, stem: str) -> list[Path]:
    """Write the three lists of an exercise; return where they are.

    Raises ValueError if nothing was graded yet.
    """
    lines = list_marks(coursework, stem)
    folder = coursework.place("marks")
    paths = [folder / f"{stem}-{name}" for name in ("moodle.csv", "canvas.csv", "all.xlsx")]
    write_file(paths[0], to_moodle(lines, stem))
    write_file(paths[1], to_canvas(lines, stem))
    _write_workbook(lines, paths[2])
    return paths


def list_marks(coursework: Coursework, stem: str) -> list[Line]:
    """Return a line for each student of the class, in the order of the class list."""
    results = {one.number: one for one in read_results(coursework, stem)}
    if not results:
        raise ValueError(f"Nothing of {stem} is graded yet. Run `crm course grade` first.")
    late = {one.number for one in read_register(coursework, stem) if one.state == COUNTS and one.late}
    points = mean_points(coursework, stem)
    return [
        Line(one, results.get(one.number), one.number in late, points.get(one.number))
        for one in coursework.read_class().values()
    ]


def to_moodle(lines: list[Line], stem: str) -> str:
    """Return the list that Moodle's import of grades maps by itself, by number and mail."""
    rows = [["ID number", "Email address", "Full name", stem, f"{stem} feedback"]]
    for line in lines:
        one = line.student
        rows.append([one.number, one.email, one.name, line.marks, line.remarks])
    return _to_csv(rows)


def to_canvas(lines: list[Line], stem: str) -> str:
    """Return the list for Canvas's gradebook; its second line says how many points there are."""
    points = max(len(line.result.verdicts) for line in lines if line.result is not None)
    if any(line.points is not None for line in lines):
        points += len(GRID)
    rows = [["Student", "ID", "SIS User ID", "SIS Login ID", "Section", stem]]
    rows.append(["    Points Possible", "", "", "", "", str(points)])
    for line in lines:
        one = line.student
        rows.append([one.name, one.platform_id, one.number, "", "", line.marks])
    return _to_csv(rows)


def _to_csv(rows: list[list[str]]) -> str:
    file = io.StringIO()
    csv.writer(file, lineterminator="\n").writerows([[harmless(cell) for cell in row] for row in rows])
    return "\ufeff" + file.getvalue()


def _write_workbook(lines: list[Line], path: Path) -> None:
    """Write one sheet with the kind of feedback on each question."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    keys = next(list(line.result.verdicts) for line in lines if line.result is not None)
    sheet.append(["number", "name", "marks", "of", "late", *keys, "reasons", "remarks"])
    for line in lines:
        result, one = line.result, line.student
        kinds = [result.verdicts[key].kind if result else "" for key in keys]
        marks = [result.marks, len(result.verdicts)] if result else [None, None]
        late = "late" if line.late else ""
        texts = [harmless(text) for text in (one.number, one.name)]
        sheet.append([*texts, *marks, late, *kinds, line.points, harmless(_printable(line.remarks))])
    sheet.freeze_panes = "C2"
    path.parent.mkdir(parents=True, exist_ok=True)
    book.save(path)


def _printable(text: str) -> str:
    """Return a text without signs that a workbook refuses."""
    return "".join(sign if sign.isprintable() else " " for sign in text)
