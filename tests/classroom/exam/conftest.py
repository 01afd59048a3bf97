"""The documented exam items, shared by the tests of this folder."""

import pytest

from crmlib.classroom.exam.items import ExamItem, load_exam
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
