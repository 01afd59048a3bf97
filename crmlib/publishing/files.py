"""How a chapter lies on disk: as MyST Markdown and as notebook, written alike on every system."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from crmlib.ground.files import write_file
from crmlib.publishing.course import Notebook, PublishingError

# jupytext compares the headers of both sides, so both must carry this; it keeps its version out of the text.
JUPYTEXT = {"notebook_metadata_filter": "-jupytext.text_representation.jupytext_version"}
KERNELSPEC = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE_INFO = {
    "codemirror_mode": {"name": "ipython", "version": 3},
    "file_extension": ".py",
    "mimetype": "text/x-python",
    "name": "python",
    "pygments_lexer": "ipython3",
}
FORMAT = "md:myst"


def read_file(path: Path) -> str:
    """Return the text of a file in UTF-8 with plain line ends, whatever system wrote it."""
    return path.read_text(encoding="utf-8")


def read_notebook(path: Path) -> Notebook:
    """Return the notebook in the file. Raises PublishingError if it is no readable notebook of format 4."""
    from nbformat import ValidationError, v4, validate

    text = read_file(path)
    try:
        content = json.loads(text)
        if not isinstance(content, dict) or content.get("nbformat") != 4 or "cells" not in content:
            raise ValueError("it is not in format 4")
        notebook = v4.reads(text)
        notebook["nbformat_minor"] = 5
        for number, cell in enumerate(notebook.cells, start=1):
            cell.setdefault("id", f"cell-{number}")
        validate(notebook)
    except (ValueError, ValidationError, AttributeError, TypeError) as error:
        reason = getattr(error, "message", str(error)).splitlines()[0]
        raise PublishingError(
            f"{path.name} is not a readable notebook ({reason}). Restore it from version control, or delete "
            "it and run 'make notebooks' to make it again from its text."
        ) from None
    return notebook


def format_notebook(notebook: Notebook) -> str:
    """Return the notebook as the text of its file, in JupyterLab's own layout."""
    import nbformat

    return str(nbformat.writes(notebook)).rstrip("\n") + "\n"


def parse_text(text: str, *, name: str) -> Notebook:
    """Return the cells of a MyST Markdown text as a notebook without outputs.

    Raises PublishingError if the header or the options of a cell cannot be read.
    """
    import jupytext
    from jupytext.myst import MystMetadataParsingError

    try:
        notebook = jupytext.reads(text, fmt=FORMAT)
    except (MystMetadataParsingError, AssertionError) as error:
        raise PublishingError(
            f"{name}: {error}. Correct the lines between the two '---' or after ':'."
        ) from None
    return notebook


def format_text(notebook: Notebook) -> str:
    """Return the notebook's cells as MyST Markdown, exactly as JupyterLab would save it.

    Applied twice it changes nothing more, so that saving an unedited chapter leaves its text as it is.
    """
    once = _write_myst(notebook.cells)
    return _write_myst(parse_text(once, name="text").cells)


def _write_myst(cells: list[Notebook]) -> str:
    import jupytext
    import nbformat

    metadata = {"jupytext": dict(JUPYTEXT), "kernelspec": KERNELSPEC, "language_info": LANGUAGE_INFO}
    notebook = nbformat.v4.new_notebook(cells=[cell.copy() for cell in cells], metadata=metadata)
    text = jupytext.writes(notebook, fmt=FORMAT)
    return str(text).rstrip("\n") + "\n"


def find_lines(text: str) -> list[int]:
    """Return the line of the text, counted from 1, on which the source of each cell begins."""
    from jupytext.myst import myst_to_notebook

    notebook = myst_to_notebook(text, add_source_map=True)
    lines = text.splitlines()
    starts = notebook.metadata["source_map"]
    return [
        _first_line(lines, start, cell.cell_type) + 1
        for start, cell in zip(starts, notebook.cells, strict=True)
    ]


def _first_line(lines: list[str], line: int, kind: str) -> int:
    """Return the index of a cell's first line of source; options and blank lines before it are skipped."""
    if kind == "code" and lines[line].startswith("---"):
        line = lines.index("---", line + 1) + 1
    while line < len(lines) - 1 and (
        not lines[line].strip() or (kind == "code" and lines[line].startswith(":"))
    ):
        line += 1
    return line


def hash_words(notebook: Notebook) -> str:
    """Return a short hash of what an author writes: the cells' sources, kinds, tags and slide marks."""
    return hash_text(format_text(notebook))


def hash_text(text: str) -> str:
    """Return the first 16 hexadecimal digits of the text's SHA-256."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:16]


def keep_backup(path: Path, *, folder: Path) -> None:
    """Copy a file into a folder, under a name that holds its content's hash: no copy replaces another one."""
    text = read_file(path)
    write_file(folder / f"{path.stem}.{hash_text(text)[:8]}{path.suffix}", text)
