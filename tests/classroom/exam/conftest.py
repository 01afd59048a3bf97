"""The documented exam items, shared by the tests of this folder."""

import pytest

from crmlib.classroom.exam.blueprint import read_blueprint
from crmlib.classroom.exam.clues import find_clashes
from crmlib.classroom.exam.draw import Drawn, draw_paper
from crmlib.classroom.exam.items import ExamItem, load_exam
from crmlib.classroom.formats.chapters import chapter_stems
from tests.classroom.calls import STEM, write_examples


@pytest.fixture(scope="module")
def items(tmp_path_factory) -> tuple[ExamItem, ...]:
    """Return the documented exam items: a fill-in and a calculation."""
    root = tmp_path_factory.mktemp("content")
    write_examples(root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRM_CONTENT", str(root))
        return load_exam(STEM)


@pytest.fixture(scope="module")
def calculation(items) -> ExamItem:
    """Return the documented calculation."""
    return items[1]


@pytest.fixture(scope="session")
def bank() -> dict[str, tuple[ExamItem, ...]]:
    """Return the whole bank, those items included that are held back."""
    return {stem: load_exam(stem) for stem in chapter_stems(having="exam")}


@pytest.fixture(scope="session")
def papers(bank) -> dict[int, Drawn]:
    """Return the papers of fifty seeds by the default blueprint."""
    clashes = find_clashes([item for items in bank.values() for item in items])
    blueprint = read_blueprint()
    return {seed: draw_paper(bank, blueprint, seed=seed, clashes=clashes) for seed in range(1, 51)}
