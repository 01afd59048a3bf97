"""Lets nbval compare the numbers in sentences as well, as a plugin: ``pytest --nbval -p`` and this module.

While nbval runs a notebook's code cells in a fresh kernel, each Markdown cell with computed numbers becomes a
test of its own at its place between them. It asks that kernel for the numbers, so nothing runs twice.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import groupby
from typing import Any

import pytest

from crmlib.publishing.execute import ENVIRONMENT, SECONDS_PER_NUMBER, compare_numbers, list_expressions
from crmlib.publishing.numbers.ties import Tie, find_ties
from crmlib.publishing.numbers.values import make_request


class WrongNumber(AssertionError):
    """A sentence shows a number that the notebook does not compute."""


class NumbersInProse(pytest.Item):
    """The computed numbers of one Markdown cell, as one test."""

    def __init__(self, *, ties: list[Tie], **where: Any) -> None:
        super().__init__(**where)
        self.ties = ties

    def runtest(self) -> None:
        """Compare every number with what the notebook's kernel computes at this place."""
        kernel = self.parent.kernel  # type: ignore[union-attr]
        requested = kernel.kc.execute(**make_request(list_expressions(self.ties)))
        while True:
            reply = kernel.get_message("shell", timeout=SECONDS_PER_NUMBER)
            if reply["parent_header"].get("msg_id") == requested:
                break
        wrong = compare_numbers(reply, self.ties)
        if wrong:
            raise WrongNumber("\n".join(wrong))

    def repr_failure(self, excinfo: Any, style: Any = None) -> str:
        """Show the sentences alone: a traceback through the test would tell an author nothing."""
        return f"{self.path.name}, {self.name}\n{excinfo.value}"


def pytest_configure(config: pytest.Config) -> None:
    """Keep kernels that tests start away from the reader's saved answers."""
    os.environ.update(ENVIRONMENT)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of numbers between the tests of the code cells, in the order of the notebook."""
    items[:] = [
        item
        for parent, cells in groupby(items, key=lambda item: item.parent)
        for item in (_interleave(parent, list(cells)) if hasattr(parent, "nb") else cells)
    ]


def _interleave(notebook: Any, tests: list[pytest.Item]) -> Iterator[pytest.Item]:
    waiting = iter(tests)
    for number, cell in enumerate(notebook.nb.cells, start=1):
        if cell.cell_type == "code":
            yield from [test for test in [next(waiting, None)] if test is not None]
        elif cell.cell_type == "markdown":
            ties = [tie for tie in find_ties(cell.source) if tie.kind == "computed"]
            if ties:
                yield NumbersInProse.from_parent(notebook, name=f"Numbers of cell {number}", ties=ties)
    yield from waiting
