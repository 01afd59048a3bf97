"""The commands notebooks and slides say what they did, and end with the right code."""

import pytest
import typer
from typer.testing import CliRunner

from crmlib.publishing import command
from crmlib.publishing.course import PublishingError
from tests.publishing.small_course import chapter_of, edit


@pytest.fixture
def run(course, monkeypatch):
    """Run a command in a copy of the small course, and return its exit code and what it printed."""
    monkeypatch.setattr(command, "COURSE", course.root)

    def call(what, *words):
        app = typer.Typer()
        app.command()(what)
        done = CliRunner().invoke(app, list(words), catch_exceptions=False)
        return done.exit_code, done.output

    return call


def test_a_check_executes_nothing_and_fails_for_a_problem_or_an_edit(run, course):
    code, printed = run(command.notebooks, "--check")
    assert (code, "All notebooks are up to date." in printed) == (1, True)
    assert "looks like an open number" in printed
    pair = chapter_of(course)
    edit(pair.text, "Between ? and", "Up to")
    before = pair.notebook.read_bytes()
    code, printed = run(command.notebooks, "--check", "01_small")
    assert (code, "notebooks/01_small.ipynb: the text was edited" in printed) == (1, True)
    assert pair.notebook.read_bytes() == before


def test_what_changed_is_executed_and_advice_is_given_if_asked_for(run, course):
    edit(chapter_of(course).text, "Between ? and", "Up to")
    code, printed = run(command.notebooks, "--advice")
    assert (code, "executed in" in printed) == (0, True)
    assert "advice: notebooks/01_small.ipynb: cell" in printed
    code, printed = run(command.notebooks, "--check")
    assert code == 0, printed


def test_a_chapter_that_fails_ends_with_an_error(run, course):
    edit(chapter_of(course).text, "share_left\n```", "1 / 0\n```")
    code, printed = run(command.notebooks)
    assert (code, "1 of 2 could not be built; their old notebooks are unchanged" in printed) == (1, True)


def test_slides_are_made_of_a_chapter_and_not_of_an_exercise(run, course, tmp_path):
    code, printed = run(command.slides, "01_small", "--folder", str(tmp_path / "slides"))
    assert (code, "01_small.slides.html\nkeys: → and ← move" in printed) == (0, True)
    chapter_of(course).text.unlink()
    chapter_of(course).notebook.unlink()
    with pytest.raises(PublishingError, match="'01_small' is an exercise; slides are made from chapters"):
        run(command.slides, "01_small")
