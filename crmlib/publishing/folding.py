"""What a reader sees folded: plumbing behind a figure, and what answers a prediction before it is made.

Authors write a tag; the build derives from it the metadata that JupyterLab, VS Code and others understand, so
that a notebook is folded without the course's own settings, too. Outputs stay stored: tests and the slides
need them.

| tag | JupyterLab | slides |
|---|---|---|
| `hide-input` | the code waits behind a click | no code |
| `answers-<key>` | output, or prose, is hidden until prediction `<key>` is recorded | waits for a key |
"""

from __future__ import annotations

from crmlib.publishing.course import Notebook

HIDE_INPUT = "hide-input"
ANSWERS = "answers-"


def predictions_answered(cell: Notebook) -> list[str]:
    """Return the keys of the predictions that a cell answers.

    >>> import nbformat
    >>> predictions_answered(nbformat.v4.new_code_cell("x", metadata={"tags": ["answers-left", "predict"]}))
    ['left']
    """
    tags = cell.metadata.get("tags", [])
    return [tag.removeprefix(ANSWERS) for tag in tags if tag.startswith(ANSWERS)]


def hides_input(cell: Notebook) -> bool:
    """Tell whether the code of a cell waits behind a click."""
    return cell.cell_type == "code" and HIDE_INPUT in cell.metadata.get("tags", [])


def fold_cell(cell: Notebook) -> None:
    """Give a cell the metadata that follows from its tags, and take away any other folding."""
    answers = bool(predictions_answered(cell))
    folds = dict(cell.metadata.get("jupyter", {}))
    wanted = {
        "source_hidden": hides_input(cell) or (answers and cell.cell_type == "markdown"),
        "outputs_hidden": answers and cell.cell_type == "code",
    }
    for name, is_wanted in wanted.items():
        folds.pop(name, None)
        if is_wanted:
            folds[name] = True
    cell.metadata.pop("jupyter", None)
    if folds:
        cell.metadata["jupyter"] = dict(sorted(folds.items()))
    for name in sorted(cell.metadata):  # in the order in which notebooks are written
        cell.metadata[name] = cell.metadata.pop(name)
