"""What a stored notebook may contain: words, code, outputs, and nothing that differs from run to run.

Widget state, times, versions and the ids that a browser gave are left out, so that building a chapter twice
gives the same bytes and a difference in version control is a difference in content.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
import struct
from typing import Any

from crmlib.publishing.course import Notebook
from crmlib.publishing.files import JUPYTEXT, KERNELSPEC, LANGUAGE_INFO
from crmlib.publishing.folding import fold_cell
from crmlib.publishing.numbers.ties import blank_numbers

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
# Chunks of a PNG file that hold text or a time: the program's version, the day of the run.
PNG_REMARKS = {b"tEXt", b"iTXt", b"zTXt", b"tIME"}
PNG_START = b"\x89PNG\r\n\x1a\n"


def clean_notebook(notebook: Notebook) -> Notebook:
    """Return a notebook with the same cells and outputs and nothing else that differs from run to run.

    Widget views are dropped (their static picture stays), pictures lose their remarks, cells are folded as
    their tags say and get ids that follow from their content, and the metadata is what every chapter has. The
    argument is not changed.
    """
    import nbformat

    cells = [_clean_cell(cell) for cell in notebook.cells]
    for cell, cell_id in zip(cells, make_ids(cells), strict=True):
        cell["id"] = cell_id
    metadata = {"jupytext": dict(JUPYTEXT), "kernelspec": KERNELSPEC, "language_info": LANGUAGE_INFO}
    if "crm" in notebook.metadata:
        metadata["crm"] = notebook.metadata["crm"]
    return nbformat.from_dict({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def _clean_cell(cell: Notebook) -> Notebook:
    import nbformat

    kept = nbformat.from_dict(json.loads(json.dumps(cell)))
    kept.metadata.pop("execution", None)
    fold_cell(kept)
    if kept.cell_type == "code":
        outputs = [_clean_output(output) for output in kept.outputs]
        kept["outputs"] = [output for output in outputs if output is not None]
    return kept


def _clean_output(output: Notebook) -> Notebook | None:
    """Return the output as it is stored; None if nothing of it is left."""
    if "data" not in output:
        return output
    output.data.pop(WIDGET_VIEW, None)
    if not output.data:
        return None
    if "image/png" in output.data:
        picture = base64.b64decode(output.data["image/png"])
        output.data["image/png"] = base64.b64encode(strip_png(picture)).decode("ascii")
    return output


def strip_png(picture: bytes) -> bytes:
    """Return a PNG file without its remarks; the picture itself is the same, byte by byte.

    A file that is not a PNG is returned as it is.

    >>> strip_png(b"no picture")
    b'no picture'
    """
    if not picture.startswith(PNG_START):
        return picture
    kept, position = [PNG_START], len(PNG_START)
    while position + 8 <= len(picture):
        length, kind = struct.unpack(">I4s", picture[position : position + 8])
        end = position + 12 + length
        if kind not in PNG_REMARKS:
            kept.append(picture[position:end])
        position = end
    return b"".join(kept)


def make_ids(cells: list[Any]) -> list[str]:
    """Return one id for each cell, made from its kind and source alone; repeated cells are counted.

    Editing, moving or inserting a cell leaves the ids of all others as they are, and so does a number in a
    sentence that the build fills in anew. Ids have 12 to 16 characters, as nbformat 4.5 allows.

    >>> cells = [{"cell_type": "code", "source": text} for text in ("x = 1", "x = 2", "x = 1")]
    >>> first, other, again = make_ids(cells)
    >>> first != other, again == first + "-2"
    (True, True)
    """
    seen: dict[str, int] = {}
    ids = []
    for cell in cells:
        source = blank_numbers(cell["source"]) if cell["cell_type"] == "markdown" else cell["source"]
        core = hashlib.sha256(f"{cell['cell_type']}\n{source}".encode()).hexdigest()[:12]
        seen[core] = seen.get(core, 0) + 1
        ids.append(core if seen[core] == 1 else f"{core}-{seen[core]}")
    return ids


def hash_outputs(notebook: Notebook) -> str:
    """Return a short hash of what the stored notebook shows: ids, execution counts and outputs of all cells.

    Running a chapter in JupyterLab changes it, and `crm notebooks` then executes the chapter afresh.
    """
    shown = [
        [cell.get("id"), cell.get("execution_count"), cell.get("outputs", []), cell.get("attachments", {})]
        for cell in notebook.cells
    ]
    return hashlib.sha256(json.dumps(shown, sort_keys=True).encode("utf-8")).hexdigest()[:16]


def find_paths(text: str) -> list[str]:
    """Return the absolute paths of a file system that a text shows; web addresses are none.

    >>> find_paths("saved in /home/ana/x.csv and C:\\\\data\\\\x.csv, see https://example.org/a and /month")
    ['/home/ana/x.csv', 'C:\\\\data\\\\x.csv']
    """
    roots = r"(?:home|root|Users|tmp|var|opt|usr|mnt|work|private|etc|srv|builds?)"
    pattern = rf"(?<![\w/.:])/{roots}/[^\s'\"<>)]+|\b[A-Za-z]:\\[^\s'\"<>)]+"
    return [found.rstrip(".,;:") for found in re.findall(pattern, text)]
