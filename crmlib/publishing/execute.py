"""Runs a notebook from top to bottom in a fresh kernel and fills in the numbers of its sentences."""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from crmlib.publishing.course import Notebook, PublishingError
from crmlib.publishing.numbers.ties import Tie, agrees, find_ties, render_value, replace_numbers
from crmlib.publishing.numbers.values import make_request, read_reply

SECONDS_PER_CELL = 120
# A share beyond this is most likely per cent already, multiplied by 100 twice.
LARGEST_SHARE = 10
SECONDS_PER_NUMBER = 60
# A reader's saved answers must neither show in a stored notebook nor be written by building one.
ENVIRONMENT = {"CRM_PROGRESS": "off", "MPLBACKEND": "module://matplotlib_inline.backend_inline"}
KERNEL_ARGUMENTS = ["--HistoryManager.hist_file=:memory:", "--IPKernelApp.log_level=CRITICAL"]


@dataclass(frozen=True)
class Place:
    """Where cells come from, for messages: the notebook, its text, and each cell's first line in the text."""

    notebook: str
    text: str
    lines: tuple[int, ...]


class ExecutionFailed(PublishingError):
    """A cell, or a number in a sentence, could not be computed; the message says which and why."""


def execute_notebook(notebook: Notebook, *, folder: Path, place: Place) -> Notebook:
    """Run a copy of the notebook in ``folder`` and return it with outputs and filled-in numbers.

    Cells run in order in one fresh kernel, numbered from 1. Raises ExecutionFailed naming notebook, section,
    line and error; the argument is not changed.
    """
    import nbformat
    from nbclient import NotebookClient

    copy = nbformat.from_dict(notebook)
    client = NotebookClient(
        copy,
        timeout=SECONDS_PER_CELL,
        kernel_name="python3",
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        extra_arguments=list(KERNEL_ARGUMENTS),
    )
    with tempfile.TemporaryDirectory(prefix="crm-", ignore_cleanup_errors=True) as own_settings:
        environment = make_environment(Path(own_settings))
        # In a thread of its own: the caller may be running an event loop already.
        with ThreadPoolExecutor(max_workers=1) as pool:
            pool.submit(lambda: asyncio.run(_run_cells(client, copy, folder, place, environment))).result()
    return copy


def make_environment(own_settings: Path) -> dict[str, str]:
    """Return environment variables for a kernel that takes no setting from the author's home folder."""
    found = find_spec("matplotlib")
    styles = {"MATPLOTLIBRC": str(Path(found.origin).parent / "mpl-data")} if found and found.origin else {}
    return {**os.environ, **ENVIRONMENT, **styles, "IPYTHONDIR": str(own_settings)}


async def _run_cells(
    client: Any, notebook: Notebook, folder: Path, place: Place, environment: dict[str, str]
) -> None:
    from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

    async with client.async_setup_kernel(cwd=str(folder), env=environment):
        for index, cell in enumerate(notebook.cells):
            try:
                if cell.cell_type == "code":
                    await client.async_execute_cell(cell, index)
                elif cell.cell_type == "markdown":
                    cell["source"] = await _fill_numbers(client.kc, cell.source)
            except CellExecutionError as error:
                raise ExecutionFailed(describe_failure(notebook, index, place, error)) from None
            except CellTimeoutError:
                raise ExecutionFailed(
                    f"{_find_place(notebook, index, place)}: still running after {SECONDS_PER_CELL} seconds. "
                    "Make the cell do less, or move the work into crmlib and make it faster there."
                ) from None
            except DeadKernelError:
                raise ExecutionFailed(
                    f"{_find_place(notebook, index, place)}: the kernel died, usually from lack of memory."
                ) from None
            except PublishingError as error:
                raise ExecutionFailed(f"{_find_place(notebook, index, place)}: {error}") from None


async def _fill_numbers(kernel: Any, source: str) -> str:
    """Return a Markdown cell's source with its computed numbers as the kernel has them at this moment."""
    ties = [tie for tie in find_ties(source) if tie.kind == "computed"]
    if not ties:
        return source
    requested = kernel.execute(**make_request(list_expressions(ties)))
    while True:
        reply = await kernel.get_shell_msg(timeout=SECONDS_PER_NUMBER)
        if reply["parent_header"].get("msg_id") == requested:
            break
    texts = {}
    for number, tie in enumerate(ties):
        for shown, value in zip(tie.numbers, _read_values(reply, number, tie), strict=True):
            texts[shown] = render_value(value, shown, style=tie.style, in_percent=tie.in_percent)
    return replace_numbers(source, texts)


def list_expressions(ties: list[Tie]) -> dict[str, str]:
    """Return the expressions of several ties, named by the number of the tie and of the expression.

    >>> list_expressions(find_ties("24 %<!-- = share --> (22 to 26)<!-- = low, high -->"))
    {'0.0': 'share', '1.0': 'low', '1.1': 'high'}
    """
    return {
        f"{number}.{part}": expression
        for number, tie in enumerate(ties)
        for part, expression in enumerate(tie.sources)
    }


def _read_values(reply: Any, number: int, tie: Tie) -> list[float]:
    """Return the values of the expressions of one tie from the kernel's reply.

    Raises PublishingError naming the line and the expression that could not be computed, or that gives per
    cent already: before a per cent sign a value of 1 is written as 100.
    """
    values = []
    for part, expression in enumerate(tie.sources):
        try:
            values.append(read_reply(reply["content"], f"{number}.{part}"))
        except ValueError as error:
            raise PublishingError(
                f"line {tie.line}: the number tied to {expression!r} cannot be computed here ({error}). "
                "Use names that the cells above define; the expression must give one number."
            ) from None
        if tie.in_percent and abs(values[-1]) > LARGEST_SHARE:
            raise PublishingError(
                f"line {tie.line}: {expression!r} gives {values[-1]:g}, which would be written as "
                f"{100 * values[-1]:,.0f} %. Before a per cent sign write the share alone, without 100 *."
            )
    return values


def compare_numbers(reply: Any, ties: list[Tie]) -> list[str]:
    """Return one sentence for each number that is not what the kernel computes, at the shown precision."""
    sentences = []
    for number, tie in enumerate(ties):
        for shown, value, expression in zip(
            tie.numbers, _read_values(reply, number, tie), tie.sources, strict=True
        ):
            if not agrees(value, shown, style=tie.style, in_percent=tie.in_percent):
                right = render_value(value, shown, style=tie.style, in_percent=tie.in_percent)
                sentences.append(
                    f"line {tie.line}: the sentence says {shown.text}, but {expression} gives {right}. Run "
                    "'make notebooks' to fill it in, then reread the sentence."
                )
    return sentences


def _find_place(notebook: Notebook, index: int, place: Place, *, line: int | None = None) -> str:
    """Say where a cell stands: notebook, number of the cell, section, line in the text."""
    heading = _find_heading(notebook, index)
    section = f" in section {heading!r}" if heading else ""
    first = place.lines[index] if index < len(place.lines) else None
    source = "" if first is None else f" ({place.text}, line {first + (line or 1) - 1})"
    return f"{place.notebook}: cell {index + 1}{section}{source}"


def _find_heading(notebook: Notebook, index: int) -> str:
    """Return the last heading at or before a cell; nothing if there is none."""
    for cell in reversed(notebook.cells[: index + 1]):
        if cell.cell_type == "markdown":
            headings = re.findall(r"^#{1,6} +(.+?)\s*$", cell.source, re.MULTILINE)
            if headings:
                return str(headings[-1])
    return ""


def describe_failure(notebook: Notebook, index: int, place: Place, error: Any) -> str:
    """Say which line of which cell stopped with which error."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", error.traceback)
    found = re.search(r"Cell In\[\d+\], line (\d+)|File <ipython-input[^>]*>:(\d+)", plain)
    line = int(found[1] or found[2]) if found else None
    source = notebook.cells[index].source.splitlines()
    shown = f" At {source[line - 1].strip()!r}." if line and line <= len(source) else ""
    where = _find_place(notebook, index, place, line=line)
    reason = f"{error.ename}: {error.evalue.rstrip('.')}."
    return f"{where}: {reason}{shown} The stored notebook is unchanged."
