"""What the course covers as it stands, and a course of one chapter."""

from pathlib import Path

import pytest

from crmlib.classroom.course.coverage import Coverage, read_coverage
from tests.classroom.calls import STEM, write_examples
from tests.classroom.course.calls import write_notebook

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def rows() -> list[Coverage]:
    """Return the coverage of the course as it stands."""
    return read_coverage(ROOT)


@pytest.fixture
def course(tmp_path, monkeypatch):
    """Return a course of one chapter: the documented examples, a notebook and an exercise."""
    monkeypatch.setenv("CRM_CONTENT", str(tmp_path / "content"))
    write_examples(tmp_path / "content")
    write_notebook(
        tmp_path / "notebooks" / f"{STEM}.ipynb",
        [
            ("markdown", "# 4 Satisfaction\n\nOn H-01 and G-01 to G-03."),
            ("code", "chapter.recall()"),
            ("markdown", "## Who answers?\n\nH-01 again (H-01).\n\n### By hand\n\nG-02"),
            ("markdown", "## Three words (满意)\n\n### By hand\n\nH-02 <!-- H-05 -->, and F-05 of another"),
            ("markdown", "## What you can do now\n\nH-04, H-02, H-02"),
        ],
    )
    write_notebook(
        tmp_path / "exercises" / f"{STEM}.ipynb",
        [("markdown", "# Exercise"), ("markdown", "## One"), ("code", 'chapter.check("q1", share)')],
    )
    return tmp_path
