"""A chapter becomes slides in one file: what is shown, what waits for a key, what only the speaker sees."""

import re

import pytest

from crmlib.ground.files import write_file
from crmlib.ground.printing import print_page
from crmlib.publishing.clean import clean_notebook
from crmlib.publishing.course import PublishingError
from crmlib.publishing.files import format_notebook
from crmlib.publishing.lecture.build import write_slides
from crmlib.publishing.slides.deck import make_slides, render_deck
from tests.publishing.small_course import make_notebook, picture, write_course

POINT = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="


def deck_notebook():
    """A notebook with every slide type, a picture, a table, a formula and notes."""
    notebook = make_notebook(
        "# Title\n\nOpening, 24 %<!-- = share -->.",
        "First point.",
        "Second point, with $p_1 = \\frac{1}{2}$.",
        "Only for readers.",
        "Tell a story here.",
        ("1 + 1", [picture(alt="A point.", text="A point.", data=POINT)]),
        "## Next\n\n| a | b |\n|---|---|\n| 1 | 2 |",
        ("secret = 1", []),
    )
    kinds = ["slide", "fragment", "fragment", "skip", "notes", "", "subslide", ""]
    for cell, kind in zip(notebook.cells, kinds, strict=True):
        if kind:
            cell.metadata["slideshow"] = {"slide_type": kind}
    notebook.cells[-1].metadata["tags"] = ["hide-input"]
    return clean_notebook(notebook)


def test_the_file_asks_nothing_of_the_network():
    page = render_deck(make_slides(deck_notebook(), "01_small"), title="A & B")
    assert "<title>A &amp; B</title>" in page
    assert re.findall(r"(?:src|href)=\"(?!data:|#)[^\"]*\"|@import|url\(", page) == []
    assert 'alt="A point."' in page


def write_deck(folder):
    """Write the slides of the notebook above and return their path."""
    course = write_course(folder)
    (pair,) = course.find_pairs()
    write_file(pair.notebook, format_notebook(deck_notebook()))
    return write_slides(pair, folder / "slides", say=print)[0]


def test_a_chapter_without_notebook_is_refused(tmp_path):
    (pair,) = write_course(tmp_path).find_pairs()
    with pytest.raises(
        PublishingError, match=r"notebooks/01_small\.ipynb does not exist\. Run 'make notebooks'"
    ):
        write_slides(pair, tmp_path, say=print)
    write_file(pair.notebook, format_notebook(make_notebook()))
    with pytest.raises(PublishingError, match="has no cell that slides would show"):
        write_slides(pair, tmp_path, say=print)


@pytest.mark.browser
def test_slides_move_by_key_show_notes_and_reach_no_host(tmp_path, chromium):
    from playwright.sync_api import sync_playwright

    from tests.browser import CHROMIUM

    asked, errors = [], []
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM)
        page = started.new_page(viewport={"width": 1000, "height": 700})
        page.on("request", lambda request: asked.append(request.url))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(write_deck(tmp_path).as_uri())
        second = page.locator(".slide.shown .fragment").nth(1)
        seen = [(page.inner_text("#place"), second.is_visible())]
        for _ in range(3):
            page.keyboard.press("ArrowRight")
            seen.append(
                (page.inner_text("#place"), page.locator(".slide.shown .fragment.waiting").count() == 0)
            )
        assert not page.locator("#notes").is_visible()
        page.keyboard.press("Home")
        page.keyboard.press("n")
        assert "Tell a story" in page.inner_text("#notes")
        started.close()
    assert seen == [("1 / 2", False), ("1 / 2", False), ("1 / 2", True), ("2 / 2", True)]
    assert errors == []
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []


@pytest.mark.browser
def test_slides_print_one_to_a_page(tmp_path, chromium):
    pdf = print_page(write_deck(tmp_path), browser=chromium)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf.read_bytes())) == 2
