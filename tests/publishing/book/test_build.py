"""A book replaces a book and nothing else, and what is missing or wrong is said in plain words."""

import json
import shutil

import pytest

from crmlib.publishing.book import build
from crmlib.publishing.book.build import MARK, build_book, check_folder, check_tools
from crmlib.publishing.book.pages import Plan
from crmlib.publishing.course import Course, PublishingError
from crmlib.publishing.live.site import Live

PLAN = Plan(Course(), {})


@pytest.fixture
def quick(monkeypatch):
    """A build whose pages come from nowhere."""

    def write(sources, site):
        (site / "sub").mkdir(parents=True)
        (site / "index.html").write_text("<a href='sub/a.txt'>a</a>", encoding="utf-8")
        (site / "sub" / "a.txt").write_text("a", encoding="utf-8")
        (site / "objects.inv").touch()

    monkeypatch.setattr(build, "lay_out", lambda plan, folder, live: None)
    monkeypatch.setattr(build, "_run_sphinx", write)
    monkeypatch.setattr(build, "_index", lambda *words: None)


def test_missing_tools_are_named_with_the_command_that_installs_them(monkeypatch):
    monkeypatch.setattr(build.importlib.util, "find_spec", lambda name: None if name == "pagefind" else name)
    with pytest.raises(
        PublishingError, match=r"built with pagefind, not installed here\. 'make book' installs"
    ):
        check_tools()


def test_folder_that_is_no_book_is_left_alone(tmp_path, quick):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(PublishingError, match=r"is there already and is no book\. Give another --out"):
        build_book(PLAN, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]


def test_file_of_ones_own_in_a_book_keeps_it_from_being_replaced(tmp_path, quick):
    built = build_book(PLAN, tmp_path / "book")
    (built.folder / "sub" / "notes.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(PublishingError, match=r"holds 1 file that is not of the book: sub/notes\.txt"):
        build_book(PLAN, tmp_path / "book")
    assert (built.folder / "sub" / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_book_replaces_a_book_and_leaves_nothing_beside_it(tmp_path, quick):
    build_book(PLAN, tmp_path / "book")
    (tmp_path / "book" / "sub" / "a.txt").unlink()
    built = build_book(PLAN, tmp_path / "book")
    assert [path.name for path in tmp_path.iterdir()] == ["book"]
    assert json.loads((built.folder / MARK).read_text("utf-8"))["files"] == ["index.html", "sub/a.txt"]
    assert built.size == sum(path.stat().st_size for path in built.folder.rglob("*") if path.is_file())


def test_empty_folder_is_taken(tmp_path):
    check_folder(tmp_path)
    check_folder(tmp_path / "new")


def test_book_with_a_dead_link_is_not_put_in_place(tmp_path, quick, monkeypatch):
    monkeypatch.setattr(build, "LEFTOVERS", ("sub/a.txt",))
    with pytest.raises(PublishingError, match=r"1 fault.*\nindex\.html has a dead link: sub/a\.txt"):
        build_book(PLAN, tmp_path / "book")
    assert list(tmp_path.iterdir()) == []


def test_warning_of_sphinx_stops_the_build_and_is_shown(tmp_path, monkeypatch):
    def write(plan, folder, live):
        folder.mkdir(parents=True)
        (folder / "index.md").write_text("# A\n\n[b](gone.md)\n", encoding="utf-8")

    monkeypatch.setattr(build, "lay_out", write)
    with pytest.raises(PublishingError, match=r"Sphinx could not build the book:[\s\S]*gone\.md"):
        build_book(PLAN, tmp_path / "book")
    assert not (tmp_path / "book").exists()
    shutil.rmtree(tmp_path)


def test_lab_of_the_notebooks_lies_in_the_book_and_is_a_part_of_it(tmp_path, quick, monkeypatch):
    def make(course, pages, pyodide, draft, say):
        (draft / "live" / "lab").mkdir(parents=True)
        (draft / "live" / "lab" / "index.html").write_text(pyodide.name, encoding="utf-8")
        return Live(draft / "live", 5)

    monkeypatch.setattr(build, "build_live", make)
    built = build_book(PLAN, tmp_path / "book", pyodide=tmp_path / "pyodide.tar.bz2")
    assert (built.folder / "live" / "lab" / "index.html").read_text("utf-8") == "pyodide.tar.bz2"
    assert "live/lab/index.html" in json.loads((built.folder / MARK).read_text("utf-8"))["files"]
    build_book(PLAN, tmp_path / "book")
    assert not (built.folder / "live").exists()
