"""A folder a student: the exercise with the student's own seed in it, a manifest, and the data if wanted."""

import hashlib
import json
import re
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crmlib.grading.exchange.coursework import Coursework, read_json, write_json
from crmlib.grading.exchange.students import Student
from crmlib.ground.files import COURSE, write_file

EXERCISES = COURSE / "exercises"
FORMAT = 1
CALL = re.compile(r"open_chapter\((['\"])(?P<stem>[^'\"]+)\1(?:, *seed *= *\d+)?\)")
CLOSING = (
    "## Hand in · 提交作业\n\nSave the notebook (*Ctrl S*), run the cell and press the button. It "
    "writes one file "
    "beside this notebook and sends nothing: upload the file where your instructor asks for it.\n\n"
    "先保存笔记本（*Ctrl S*），运行下面的单元格并按下按钮。它只在本笔记本旁边生成一个文件，"
    "不会发送任何内容：请把该文件上传到教师指定的位置。"
)
BUTTON = 'from crmlib.grading import hand_in_button\n\nhand_in_button("{name}")'


@dataclass(frozen=True)
class HandedOut:
    """A file that was written, or `kept`: it was there, differs, and was left alone."""

    path: Path
    kept: bool = False


def hand_out(
    coursework: Coursework,
    students: Iterable[Student],
    stems: Iterable[str],
    *,
    with_data: bool = False,
    report: Callable[[], None] = lambda: None,
) -> list[HandedOut]:
    """Write a folder for each student; `report` is called once a student.

    A file that is already there is never replaced: if it differs from what would be written it is left alone
    and returned with `kept`.
    """
    editions = {stem: read_edition(stem) for stem in stems}
    found = []
    for student in students:
        folder = coursework.place("handed_out", student.number)
        for stem, edition in editions.items():
            text = json.dumps(personal_edition(edition, stem, student), ensure_ascii=False, indent=1) + "\n"
            found.append(_write_new(folder / f"{stem}.ipynb", text))
        write_json(folder / "manifest.json", _manifest(student, folder))
        if with_data:
            _copy_firm(student.seed, folder)
        report()
    return found


def read_edition(stem: str) -> dict[str, Any]:
    """Return the students' edition of an exercise; raise ValueError if there is none."""
    path = EXERCISES / f"{stem}.ipynb"
    if not path.exists():
        known = ", ".join(sorted(one.stem for one in EXERCISES.glob("*.ipynb")))
        raise ValueError(f"There is no exercise {stem!r}. Exercises: {known}.")
    edition: dict[str, Any] = read_json(path)
    return edition


def personal_edition(edition: dict[str, Any], stem: str, student: Student) -> dict[str, Any]:
    """Return an exercise as one student gets it: opened on the own firm, with a button to hand in."""
    notebook = json.loads(json.dumps(edition))
    call = f'open_chapter("{stem}", seed={student.seed})'
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell["source"] = CALL.sub(call, source_of(cell))
    notebook["cells"] += [
        _cell("markdown", CLOSING),
        _cell("code", BUTTON.format(name=f"{stem}.ipynb")),
    ]
    notebook["metadata"].pop("crm", None)
    notebook["metadata"]["crm_course"] = describe(stem, student)
    return notebook


def describe(stem: str, student: Student) -> dict[str, Any]:
    """Return what a notebook says of itself: for whom, which exercise, on which firm."""
    return {"format": FORMAT, "exercise": stem, "student": student.number, "seed": student.seed}


def source_of(cell: dict[str, Any]) -> str:
    """Return a cell's text, which notebooks keep as one text or as a list of lines."""
    source = cell.get("source", "")
    return source if isinstance(source, str) else "".join(source)


def _cell(kind: str, source: str) -> dict[str, Any]:
    name = hashlib.sha256(source.encode()).hexdigest()[:8]
    cell = {"cell_type": kind, "id": f"hand-in-{name}", "metadata": {}, "source": source}
    return {**cell, "execution_count": None, "outputs": []} if kind == "code" else cell


def _manifest(student: Student, folder: Path) -> dict[str, Any]:
    stems = sorted(path.stem for path in folder.glob("*.ipynb"))
    return {"format": FORMAT, "student": student.number, "seed": student.seed, "exercises": stems}


def _write_new(path: Path, text: str) -> HandedOut:
    if path.exists():
        return HandedOut(path, kept=path.read_text(encoding="utf-8") != text)
    write_file(path, text)
    return HandedOut(path)


def _copy_firm(seed: int, folder: Path) -> None:
    """Copy the tables of a firm, without its truth, so that they lie where the course looks for them."""
    from crmlib.datasets.storage import find_firm

    target = folder / "datasets" / "variants" / str(seed)
    if not target.exists():
        shutil.copytree(find_firm(seed), target, ignore=shutil.ignore_patterns("truth", "variants"))
