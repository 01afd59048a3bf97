"""The reader's own copy of chapters and exercises, in the git-ignored folder `work/` or that of CRM_HOME.

`crm lab` opens the copy, so the course's files stay as they came and an update never meets an edit. A page
that nobody has edited follows the course; an edited one stays until its reader asks for the new one.
Solutions are not copied.
"""

import hashlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crmlib.classroom.display import CLICKED_ANSWER
from crmlib.classroom.progress import list_progress, progress_folder
from crmlib.ground.files import own_folder, write_file
from crmlib.ground.spelling import list_valid

WORK, PAGES, EXERCISES = "work", "notebooks", "exercises"
# Which file of the course each copy was made from; a plain file, since JupyterLab hides those with a dot.
RECORD = ".copied.json"
# Stops the search for the pairs of text and notebook, which belong to the course's own files.
UNPAIRED = ".jupytext.toml"


@dataclass(frozen=True)
class Origin:
    """What a copy was made from: the course's file, and what its cells said."""

    file: str
    cells: str


def prepare_work(root: Path) -> list[str]:
    """Copy what is new or has changed in the course below `root`; return the edited pages that were kept.

    Those have a newer page in the course; `reset_page` brings it.
    """
    work, record = own_folder(root) / WORK, _read_record(root)
    kept: list[str] = []
    for page in find_pages(root):
        mine, origin = work / page, record.get(page)
        if mine.exists() and origin is not None and origin.file == _hash_file(root / page):
            continue
        if mine.exists() and (origin is None or is_edited(mine, origin)):
            kept.append(page)
            continue
        record[page] = _copy(root, page)
    for path in sorted((root / "docs").glob("*.md")):
        (work / "docs").mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, work / "docs" / path.name)
    write_file(work / UNPAIRED, "")
    _write_record(root, record)
    return kept


def find_pages(root: Path) -> list[str]:
    """Return the chapters and the blank exercises of the course, as paths below `root`."""
    return [
        f"{folder}/{path.name}"
        for folder in (PAGES, EXERCISES)
        for path in sorted((root / folder).glob("*.ipynb"))
        if ".new" not in path.name
    ]


def is_edited(path: Path, origin: Origin) -> bool:
    """Say whether a copy holds work of its reader's: other cells than it came with, or an answer clicked."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        return _hash_cells(notebook) != origin.cells or any(_find_answers(notebook))
    except (ValueError, KeyError, TypeError, AttributeError):
        return True


def _find_answers(notebook: dict[str, Any]) -> Iterator[str]:
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            if CLICKED_ANSWER in output.get("data", {}):
                yield CLICKED_ANSWER


def reset_page(root: Path, page: str) -> Path:
    """Put the course's page in the place of the reader's copy; return where that one is kept, beside it.

    Answers that were clicked in an exercise are forgotten, tries are not. Raises ValueError for a page that
    the course does not have, and for an exercise that an instructor has handed out.
    """
    pages = find_pages(root)
    if page not in pages:
        raise ValueError(f"There is no page {page!r}. {list_valid(page, pages)}")
    mine = own_folder(root) / WORK / page
    kept = mine
    if mine.exists():
        _refuse_handed_out(mine)
        kept = _find_free_name(mine)
        mine.rename(kept)
    _write_record(root, {**_read_record(root), page: _copy(root, page)})
    if page.startswith(EXERCISES):
        _forget_answers(mine.stem)
    return kept


def _refuse_handed_out(path: Path) -> None:
    try:
        handed_out = "crm_course" in json.loads(path.read_text(encoding="utf-8"))["metadata"]
    except (ValueError, KeyError, TypeError):
        return
    if handed_out:
        raise ValueError(
            f"{path.name} was handed out to you, with your own firm in it. Copy the file that you were given "
            "into its place again."
        )


def _forget_answers(stem: str) -> None:
    """Forget the answers that were clicked in an exercise, on whichever firm."""
    for progress in list_progress(stem, progress_folder()):
        for key, entry in progress.read("answers").items():
            if "given" in entry:
                progress.update("answers", key, _without_answer)


def _without_answer(entry: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in entry.items() if name != "given"}


def _copy(root: Path, page: str) -> Origin:
    target = own_folder(root) / WORK / page
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(root / page, target)
    notebook = json.loads((root / page).read_text(encoding="utf-8"))
    return Origin(_hash_file(root / page), _hash_cells(notebook))


def _find_free_name(path: Path) -> Path:
    """Return `….mine.ipynb`, `….mine2.ipynb` and so on: the first that is free."""
    number = 1
    while (free := path.with_name(f"{path.stem}.mine{number if number > 1 else ''}{path.suffix}")).exists():
        number += 1
    return free


def _hash_file(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:16]


def _hash_cells(notebook: dict[str, Any]) -> str:
    cells = [(cell["cell_type"], "".join(cell["source"])) for cell in notebook["cells"]]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()[:16]


def _read_record(root: Path) -> dict[str, Origin]:
    """Return what each copy was made from; a record that cannot be read says nothing."""
    try:
        data = json.loads((own_folder(root) / WORK / RECORD).read_text(encoding="utf-8"))
        return {page: Origin(**origin) for page, origin in data.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}


def _write_record(root: Path, record: dict[str, Origin]) -> None:
    data = {page: vars(origin) for page, origin in sorted(record.items())}
    write_file(own_folder(root) / WORK / RECORD, json.dumps(data, indent=1) + "\n")
