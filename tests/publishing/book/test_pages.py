"""The book holds every chapter and exercise of the course, and no solution."""

import nbformat
import pytest

from crmlib import CHAPTERS
from crmlib.publishing.book import pages
from crmlib.publishing.book.pages import Plan, lay_out, plan_book
from crmlib.publishing.course import Course, PublishingError


def test_book_holds_every_chapter_exercise_and_list_and_no_solution(root):
    plan = plan_book(Course(root))
    assert {f"notebooks/{stem}.ipynb" for stem in CHAPTERS} < set(plan.pages)
    assert {f"exercises/{path.name}" for path in (root / "exercises").glob("*.ipynb")} < set(plan.pages)
    assert {"index.md", "glossary.md", "glossary_zh.md", "dictionary.md"} < set(plan.pages)
    assert {"docs/syllabus.md", "docs/claims.md", "docs/instructors.md"} < set(plan.pages)
    assert {"docs/teaching/README.md", "docs/teaching/03_lifecycle.md"} < set(plan.parts["For instructors"])
    assert [page for page in plan.pages if "solutions" in page] == []
    assert plan.parts["Cases and review"][-1] == "notebooks/exam_review.ipynb"


def test_chapter_without_a_notebook_is_named(tmp_path):
    with pytest.raises(
        PublishingError, match=r"notebooks/03_lifecycle\.ipynb does not exist. Run 'make notebooks'"
    ):
        plan_book(Course(tmp_path), only=["03_lifecycle"])


def test_pages_are_laid_out_with_links_of_the_book(tmp_path, monkeypatch):
    course = tmp_path / "course"
    (course / "notebooks").mkdir(parents=True)
    text = "# A\n\n[b](../docs/b.md), [code](../crmlib/x.py), 3<!-- given -->"
    nbformat.write(
        nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text)]),
        course / "notebooks" / "a.ipynb",
    )
    (course / "docs").mkdir()
    (course / "docs" / "b.md").write_text(
        "# B\n\n[a](../notebooks/a.ipynb#A)<!-- generated -->\n", encoding="utf-8"
    )
    monkeypatch.setattr(pages, "LISTS", {})
    plan = Plan(Course(course), {"Look things up": ["notebooks/a.ipynb", "docs/b.md"]})
    lay_out(plan, tmp_path / "out")
    cell = nbformat.read(tmp_path / "out" / "notebooks" / "a.ipynb", 4).cells[0]
    assert cell.source == "# A\n\n[b](../docs/b.md), code, 3"
    assert (tmp_path / "out" / "docs" / "b.md").read_text("utf-8") == "# B\n\n[a](../notebooks/a.ipynb#A)\n"
    assert "- [](notebooks/a.ipynb)" in (tmp_path / "out" / "index.md").read_text("utf-8")
