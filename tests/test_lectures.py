"""Each chapter with sliders as live slides: running code, live sliders, and a slide that stays."""

from pathlib import Path

import pytest

from tests.browser import (
    ERRORS,
    SECONDS_TO_START,
    find_figures,
    move_slider,
    show_answers,
    show_slide_of,
    take_picture,
    wait_for_end,
    watch_prompts,
)
from tests.interactive import INTERACTIVE

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", INTERACTIVE)
def test_chapter_is_a_lecture_with_running_code_and_live_sliders(lab, page, name):
    page.goto(lab.address("rise", f"notebooks/{name}"))
    page.wait_for_selector(".reveal .slides section", timeout=SECONDS_TO_START * 1000)
    lab.wait_for_kernel(f"notebooks/{name}")
    watch_prompts(page)
    first = page.url.partition("#")[2].removeprefix("/")
    page.keyboard.press("Control+Shift+Enter")
    wait_for_end(page)
    assert page.url.partition("#")[2].removeprefix("/") in (first, "slide-0-0"), "running turned the slide"
    assert page.locator(ERRORS).all_inner_texts() == []
    assert page.locator(".reveal .slides section[id^=slide-]").count() > 5, (
        "the chapter is not cut into slides"
    )
    show_answers(page)
    figures = find_figures(page)
    assert figures, "no slider is on the slides"
    show_slide_of(page, figures[0])
    slide = page.url
    move_slider(page, figures[0])
    assert page.url == slide, "the key turned the slide instead of moving the slider"
    take_picture(page, f"{Path(name).stem}_slides")
