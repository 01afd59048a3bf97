"""A chapter exists twice, as text and as notebook. This keeps both in step and loses no edit on either side.

JupyterLab does the same while you edit there (see `jupytext.toml`); this is for edits in another editor.
Which side was edited is read from the notebook: the build records in it a hash of the cells that it saw.
"""

from __future__ import annotations

from enum import Enum

from crmlib.ground.files import write_file
from crmlib.publishing.course import Notebook, Pair, PublishingError
from crmlib.publishing.files import format_text, hash_words, keep_backup, parse_text, read_file, read_notebook


class Side(Enum):
    """Which side of a pair holds the newest words."""

    SAME = "both sides agree"
    TEXT = "the text was edited"
    NOTEBOOK = "the notebook was edited"
    BOTH = "both were edited"


def read_cells(pair: Pair) -> Notebook:
    """Return the cells of the pair's text, without outputs. Raises PublishingError if it cannot be read."""
    return parse_text(read_file(pair.text), name=pair.name(pair.text))


def compare_sides(pair: Pair) -> Side:
    """Say which side of a pair was edited since the last build.

    A missing side counts as not edited. Without a recorded build, two sides that differ count as both edited.
    """
    if not pair.notebook.exists():
        return Side.TEXT
    if not pair.text.exists():
        return Side.NOTEBOOK
    notebook = read_notebook(pair.notebook)
    of_text = hash_words(read_cells(pair))
    of_notebook = hash_words(notebook)
    if of_text == of_notebook:
        return Side.SAME
    recorded = notebook.metadata.get("crm", {}).get("text")
    if of_notebook == recorded:
        return Side.TEXT
    return Side.NOTEBOOK if of_text == recorded else Side.BOTH


def take_edits(pair: Pair, *, prefer: Side | None = None) -> tuple[Notebook, Side]:
    """Return the newest cells of a pair, and the side that they come from.

    If the notebook was edited, the text is rewritten from it; what the losing side held is kept in
    `backups`. prefer: the side to take when both were edited (TEXT or NOTEBOOK).
    Raises PublishingError if both were edited and no side is preferred; nothing is changed then.
    """
    side = compare_sides(pair)
    if side is Side.BOTH:
        side = _settle(pair, prefer)
        keep_backup(pair.notebook if side is Side.TEXT else pair.text, folder=pair.backups)
    if side is Side.NOTEBOOK:
        if pair.text.exists():
            keep_backup(pair.text, folder=pair.backups)
        write_file(pair.text, format_text(read_notebook(pair.notebook)))
    return read_cells(pair), side


def _settle(pair: Pair, prefer: Side | None) -> Side:
    if prefer in (Side.TEXT, Side.NOTEBOOK):
        return prefer
    raise PublishingError(
        f"{pair.name(pair.text)} and {pair.name(pair.notebook)} were both edited since the last build and "
        "differ. Nothing was changed. Decide which one counts: 'crm notebooks --take text' or 'crm notebooks "
        f"--take notebook', followed by {pair.stem}; the other one is kept in the folder backups."
    )
