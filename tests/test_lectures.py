"""Every chapter as a lecture: each slide fits, is read from the last row, and its sliders are live."""

import re
import threading

import pytest

from crmlib.charts.pictures import STORED_DPI
from crmlib.classroom.formats.chapters import chapter_stems
from crmlib.classroom.formats.lecture import load_lecture
from crmlib.publishing.lecture.build import run_lecture, write_slides
from crmlib.publishing.lecture.command import find_chapter
from crmlib.publishing.lecture.figures import draw_frames, is_live, put_frames
from crmlib.publishing.lecture.serve import LectureServer
from crmlib.publishing.lecture.session import LIVE_DPI, Session
from crmlib.publishing.slides.deck import make_slides, read_chapter, write_deck
from tests.deck_walk import SIZES, find_faults, walk_deck

pytestmark = pytest.mark.browser

LECTURES = [
    stem for stem in chapter_stems(having="lecture") if any(section.slides for section in load_lecture(stem))
]
LIVE = "04_satisfaction_and_loyalty"
# What lies on top in the middle of the shown slide, as the place of its frame.
ON_TOP = """() => {
  const box = document.querySelector('.slide.shown .frames').getBoundingClientRect();
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return [...document.querySelectorAll('.slide.shown .frame')].indexOf(top.closest('.frame'));
}"""


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


def list_live(stem):
    """The slides of a lecture, and those of them with sliders."""
    notebook = read_chapter(find_chapter(stem))
    slides = make_slides(notebook, stem)
    return slides, [slide for slide in slides if is_live(slide, notebook)]


@pytest.mark.parametrize("stem", LECTURES)
def test_live_figures_are_read_from_the_last_row_above_the_words_of_their_settings(window, tmp_path, stem):
    """The stored pictures have the size of those that a run draws, so nothing needs to run here."""
    slides, live = list_live(stem)
    for slide in live:
        picture = re.search(r"base64,([^\"]+)", slide.body)[1]
        captions = [" · ".join(f"{name}: {value}" for name, value in one.items()) for one in slide.settings]
        assert put_frames([slide], {slide.cell: [(words, picture) for words in ["", *captions]]}) == []
        slide.body = slide.body.replace(f'data-dpi="{LIVE_DPI}"', f'data-dpi="{STORED_DPI}"')
    (deck,) = write_deck([slides[0], *live], stem, tmp_path, title=stem)
    assert [
        fault for width, height in SIZES for fault in walk_deck(window, deck, width=width, height=height)
    ] == []


@pytest.fixture(scope="module")
def lecture():
    """A lecture that is being shown, with all cells run."""
    pair = find_chapter(LIVE)
    with Session(pair.notebook.parent) as session:
        page, figures = run_lecture(session, pair, say=print)
        assert figures, "no slide has sliders"
        with LectureServer(page, session, figures) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            yield server, figures
            server.shutdown()


def test_each_key_shows_the_next_setting_of_a_live_figure_and_print_shows_them_side_by_side(
    window, lecture, tmp_path
):
    server, figures = lecture
    slides, live = list_live(LIVE)
    frames = {
        slide.cell: draw_frames(server.session, figure, slide.settings)
        for slide, figure in zip(live, figures, strict=True)
    }
    assert put_frames(slides, frames) == []
    (deck,) = write_deck(slides, LIVE, tmp_path, title=LIVE)
    for width, height in SIZES:
        assert walk_deck(window, deck, width=width, height=height) == []
    for slide in live:
        count = len(frames[slide.cell])
        assert count > 1 and len({picture for _, picture in frames[slide.cell]}) == count
        for step in range(count):
            window.evaluate(f"go({slides.index(slide) + 1}, {step})")
            assert window.evaluate(ON_TOP) == step
            assert find_faults(window) == []
    window.emulate_media(media="print")
    boxes = window.locator(".frames").first.evaluate(
        "all => [...all.querySelectorAll('img')].map(one => one.getBoundingClientRect().toJSON())"
    )
    window.emulate_media(media="screen")
    assert all(box["width"] > 300 and box["bottom"] <= 720 * len(slides) for box in boxes)
    assert boxes[0]["right"] <= boxes[1]["left"], "the first two settings stand side by side"


def test_a_slider_moves_the_figure_and_not_the_slide_and_the_presenter_follows(window, lecture):
    lecture = lecture[0]
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
