"""The bank that a paper draws from: the items of the course, and an instructor's own from a private folder.

What the review and practice may show is `load_open`; reserved items and those of a private folder are for
papers, which take them first.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from crmlib.classroom.exam.items import ExamItem, load_exam
from crmlib.classroom.exam.templates import find_item_problems
from crmlib.classroom.formats.chapters import chapter_stems
from crmlib.classroom.formats.registry import load_syllabus
from crmlib.classroom.formats.schema import ContentError, build_all, read_yaml, short


def load_open(stem: str) -> tuple[ExamItem, ...]:
    """Return the exam items of a chapter that are not held back for papers."""
    return tuple(item for item in load_exam(stem) if not item.reserved)


def load_papers(stems: Sequence[str], *, folder: Path | None = None) -> dict[str, tuple[ExamItem, ...]]:
    """Return chapter → items, those held back included; the items of a private folder join their chapters."""
    bank = {stem: load_exam(stem) for stem in stems}
    for item in load_own(folder) if folder is not None else ():
        home = load_syllabus()[item.topics[0]].chapter
        if home in bank:
            bank[home] += (item,)
    return bank


def load_own(folder: Path) -> tuple[ExamItem, ...]:
    """Return the items of every YAML file of a folder, in the format of exam.yaml, all of them reserved.

    Raises ValueError for a folder without items, ContentError for an item with a mistake, or with an id that
    the course or another file uses.
    """
    paths = sorted(folder.glob("*.yaml")) if folder.is_dir() else []
    if not paths:
        raise ValueError(f"--items {folder}: there is no file *.yaml. Name the folder that holds your items.")
    taken = {item.id: stem for stem in chapter_stems(having="exam") for item in load_exam(stem)}
    found: list[ExamItem] = []
    for path in paths:
        for item in _read_file(path):
            if item.id in taken:
                raise ContentError(
                    f"{short(path)}, item {item.id!r}: {taken[item.id]} has this id too. Begin yours "
                    "otherwise, with your initials for example."
                )
            taken[item.id] = short(path)
            found.append(replace(item, reserved=True))
    return tuple(found)


def _read_file(path: Path) -> tuple[ExamItem, ...]:
    data = read_yaml(path)
    entries = data.get("items") if isinstance(data, dict) else None
    items = build_all(ExamItem, entries, path=path, key="items", label="item")
    problems = [f"{short(path)}, {problem}" for item in items for problem in find_item_problems(item)]
    if problems:
        raise ContentError("\n".join(problems))
    return items
