"""The small exercise on ten customers, shared by the tests of this folder."""

import pytest

from crmlib.classroom.answers.questions import load_exercise
from crmlib.classroom.answers.workbook import Workbook
from tests.classroom.calls import SMALL_CHECKS, STEM, ten_customers, write_examples


@pytest.fixture(scope="module")
def workbook(tmp_path_factory) -> Workbook:
    """Return the small exercise on ten customers."""
    root = tmp_path_factory.mktemp("content")
    (write_examples(root) / "checks.yaml").write_text(SMALL_CHECKS, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CRM_CONTENT", str(root))
        return Workbook(load_exercise(STEM), ten_customers())
