"""Every chapter as a lecture: each slide fits, is read from the last row, and its sliders are live."""

import threading

import pytest

from crmlib.classroom.formats.chapters import chapter_stems
from crmlib.classroom.formats.lecture import load_lecture
from crmlib.publishing.lecture.build import run_lecture, write_slides
from crmlib.publishing.lecture.command import find_chapter
from crmlib.publishing.lecture.serve import LectureServer
from crmlib.publishing.lecture.session import Session
from tests.deck_walk import SIZES, find_faults, walk_deck

pytestmark = pytest.mark.browser

LECTURES = [
    stem for stem in chapter_stems(having="lecture") if any(section.slides for section in load_lecture(stem))
]
LIVE = "04_satisfaction_and_loyalty"


@pytest.fixture(scope="module")
def window(started_browser):
    """One window for all lectures; what its page logs as an error fails the test that sees it."""
    context = started_browser.new_context(viewport={"width": 1280, "height": 720})
    page = context.new_page()
    yield page
    context.close()


@pytest.mark.parametrize("stem", LECTURES)
def test_every_slide_fits_and_is_read_from_the_last_row(window, tmp_path, stem):
    (deck,) = write_slides(find_chapter(stem), tmp_path, stored=True, say=print)
    faults = [
        fault for width, height in SIZES for fault in walk_deck(window, deck, width=width, height=height)
    ]
    assert faults == []


@pytest.fixture(scope="module")
def lecture():
    """A lecture that is being shown, with all cells run."""
    pair = find_chapter(LIVE)
    with Session(pair.notebook.parent) as session:
        page, figures = run_lecture(session, pair, say=print)
        assert figures, "no slide has sliders"
        with LectureServer(page, session, figures) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield server
            server.shutdown()


def test_a_slider_moves_the_figure_and_not_the_slide_and_the_presenter_follows(window, lecture):
    window.set_viewport_size({"width": 1280, "height": 720})
    window.goto(lecture.address)
    for number in window.evaluate("slides.flatMap((one, at) => one.querySelector('.live') ? [at] : [])"):
        window.evaluate(f"go({number + 1})")
        assert find_faults(window) == []
    with window.context.expect_page() as opened:
        window.keyboard.press("p")
    presenter = opened.value
    presenter.wait_for_function(f"typeof now === 'number' && now === {number}")
    picture = "img => img.src"
    shown = window.locator(".slide.shown img[data-picture]")
    followed = presenter.locator("#present-now img[data-picture]")
    before = shown.evaluate(picture)
    window.locator(".slide.shown input[type=range]").first.press("ArrowRight")
    window.wait_for_function("src => document.querySelector('.slide.shown img').src !== src", arg=before)
    assert window.evaluate("now") == number, "the key turned the slide instead of moving the slider"
    presenter.wait_for_function("document.querySelector('#present-now img')?.src.startsWith('blob:')")
    assert followed.count() == 1
    presenter.keyboard.press("Home")
    window.wait_for_function("now === 0")
    assert "of 90" in presenter.inner_text("#clock")
    presenter.close()
