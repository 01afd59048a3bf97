"""What a check of a notebook finds, and the cells that it looks at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from crmlib.publishing.course import Notebook
from crmlib.publishing.files import read_file

Check = Callable[[Notebook], list["Problem"]]


@dataclass(frozen=True)
class Problem:
    """Something to repair: the cell, counted from 1 (0: the notebook as a whole), and what to do."""

    cell: int
    message: str

    def __str__(self) -> str:
        return f"cell {self.cell}: {self.message}" if self.cell else self.message


def code_cells(notebook: Notebook) -> list[tuple[int, Notebook]]:
    """Return number and cell of each code cell; cells are counted from 1."""
    return [(number, cell) for number, cell in enumerate(notebook.cells, 1) if cell.cell_type == "code"]


def prose_cells(notebook: Notebook) -> list[tuple[int, Notebook]]:
    """Return number and cell of each Markdown cell; cells are counted from 1."""
    return [(number, cell) for number, cell in enumerate(notebook.cells, 1) if cell.cell_type == "markdown"]


def read_for_inspection(path: Path) -> Notebook:
    """Return a notebook as it stands in its file; a missing id stays missing."""
    from nbformat import v4

    return v4.reads(read_file(path))
