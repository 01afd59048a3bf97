"""The course seen in a browser: the first start, every notebook run from its menu, sliders, live slides."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest

from crmlib.grading.exchange.notebook import Unreadable, code_cells, read_notebook
from crmlib.publishing.folding import predictions_answered
from tests.browser import (
    ERRORS,
    Watch,
    find_figures,
    move_slider,
    open_notebook,
    read_answers,
    read_prompts,
    record_prediction,
    run_all,
    show_answers,
    show_slide_of,
    take_picture,
    wait_for_end,
    wait_for_idle,
    watch_prompts,
)
from tests.interactive import INTERACTIVE, NOTEBOOKS

ROOT = Path(__file__).resolve().parents[1]

pytestmark = pytest.mark.browser


def find_answered(name: str) -> list[str]:
    """Return the keys of the predictions that cells of a notebook answer, one for each cell, in order."""
    cells = nbformat.read(ROOT / "notebooks" / name, as_version=4).cells
    return [" ".join(keys) for cell in cells if (keys := predictions_answered(cell))]


HIDDEN = "[data-crm-answers]:not(.crm-shown)"
ALL_DRAWN = "count => document.querySelectorAll('[data-crm-answers]').length === count"
ANSWERED = [name for name in NOTEBOOKS if find_answered(name)]


def test_first_start_shows_the_first_notebook_and_asks_nothing(lab, page):
    page.goto(lab.first_page)
    page.wait_for_selector(".jp-NotebookPanel .jp-MarkdownCell")
    wait_for_idle(page)
    page.wait_for_timeout(1500)
    tab = page.locator("#jp-main-dock-panel .lm-TabBar-tab.lm-mod-current .lm-TabBar-tabLabel")
    assert tab.all_inner_texts() == ["00_start_here.ipynb"]
    assert page.locator(".jp-Dialog").count() == 0
    assert page.locator(".Toastify__toast").count() == 0
    take_picture(page, "first_start")


def test_chapters_ask_for_predictions():
    assert ANSWERED


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_notebook_runs_in_jupyterlab_and_answers_no_prediction_before_the_reader_does(lab, page, name):
    open_notebook(page, lab, f"notebooks/{name}")
    keys = find_answered(name)
    page.wait_for_function(ALL_DRAWN, arg=len(keys))
    assert read_answers(page) == [], "the stored outputs tell the answers"
    run_all(page)
    assert all("*" not in prompt for prompt in read_prompts(page))
    assert page.locator(ERRORS).all_inner_texts() == []
    if keys:
        assert read_answers(page) == [], "running the cells told the answers"
        take_picture(page, f"{Path(name).stem}_hidden")
        record_prediction(page, keys[0], "10")
        assert set(read_answers(page)) == {keys[0]}
        shown = show_next_answer(page)
        assert shown in read_answers(page) and set(read_answers(page)) <= {keys[0], shown}
        page.keyboard.press("Control+Shift+Alt+A")
        page.wait_for_function("hidden => !document.querySelector(hidden)", arg=HIDDEN)
    figures = find_figures(page, expected=name in INTERACTIVE)
    assert figures or name not in INTERACTIVE, "no slider stands beside a picture"
    for number, figure in enumerate(figures, start=1):
        move_slider(page, figure)
        take_picture(page, f"{Path(name).stem}_figure_{number}")
    take_picture(page, Path(name).stem)


def show_next_answer(page):
    """Press the first *Show me* that can be seen, and return whose prediction it answers."""
    bar = page.locator(".crm-answer-bar:visible").first
    bar.scroll_into_view_if_needed()
    key = bar.evaluate("bar => bar.closest('[data-crm-answers]').dataset.crmAnswers")
    bar.get_by_role("button").click()
    return key


def test_answers_are_clicked_and_typed_and_saved_with_the_notebook(lab, page):
    exercise = "exercises/01_relationship_marketing.ipynb"
    open_notebook(page, lab, exercise)
    run_all(page)

    def cell(key):
        return page.locator(".jp-CodeCell", has_text=re.compile(rf'chapter\.answer\("{key}"\)'))

    def find_note(key):
        return cell(key).locator(".widget-html", has_text=re.compile("[✔✘]")).inner_text()

    choice = cell("w1")
    choice.scroll_into_view_if_needed()
    choice.locator("input[type=radio]").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert "Right" in find_note("w1")
    words = cell("w3")
    words.scroll_into_view_if_needed()
    for field, word in zip(words.locator("input[type=text]").all(), ["customers", "竞争者"], strict=False):
        field.fill(word)
    words.get_by_role("button", name="Check").click()
    assert "Counts: customers, 竞争者." in find_note("w3")
    lines = cell("w11")
    lines.scroll_into_view_if_needed()
    lines.locator("button[title='Move line 3 up']").focus()
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.title === 'Move line 2 up'")
    page.keyboard.press("Enter")
    page.wait_for_function("() => document.activeElement.title === 'Move line 1 down'")
    take_picture(page, "an answer in its order")
    lines.get_by_role("button", name="Check").click()
    assert "Right" in find_note("w11")
    pairs = cell("w13")
    pairs.scroll_into_view_if_needed()
    for menu, letter in zip(pairs.locator("select").all(), "bba", strict=True):
        menu.select_option(index=1 + "abc".index(letter))
    pairs.get_by_role("button", name="Check").click()
    assert "Right: 1, 3. Not yet: 2." in find_note("w13")
    take_picture(page, "answers that are clicked")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+S")
    expected = {
        "chapter.answer(\"w1\", 'b')",
        "chapter.answer(\"w3\", ['customers', '竞争者'])",
        "chapter.answer(\"w11\", ['c', 'a', 'b'])",
        "chapter.answer(\"w13\", ['b', 'b', 'a'])",
    }
    ends = time.monotonic() + 20
    while not expected <= read_saved(lab.course / "work" / exercise):
        assert time.monotonic() < ends, "the answers are not in the file"
        time.sleep(0.2)


def read_saved(path):
    """Return the code of a notebook with the answers that were clicked; nothing while it is being written."""
    try:
        return set(code_cells(read_notebook(path.read_bytes())))
    except Unreadable:
        return set()


def test_a_page_is_reset_by_its_button_and_found_again_where_it_was_left(lab, page):
    chapter = "notebooks/02_relationship_types.ipynb"
    mine = lab.course / "work" / chapter
    open_notebook(page, lab, chapter)
    before = mine.read_text(encoding="utf-8")
    page.locator(".jp-Notebook-cell").nth(5).click()
    page.keyboard.press("Escape")
    page.keyboard.press("m")
    page.keyboard.press("Enter")
    page.keyboard.type("my own words ")
    page.get_by_text("Reset this page").click()
    page.get_by_role("button", name="Reset", exact=True).click()
    page.wait_for_function("() => !document.querySelector('.jp-Notebook').innerText.includes('my own words')")
    kept = mine.with_name("02_relationship_types.mine.ipynb")
    assert "my own words" in kept.read_text(encoding="utf-8")
    assert mine.read_text(encoding="utf-8") == before == (lab.course / chapter).read_text(encoding="utf-8")
    assert not (lab.course / "work" / "sources").exists()
    left = page.locator(".jp-Notebook-cell").nth(8)
    left.click()
    place = left.get_attribute("data-windowed-list-index")
    open_notebook(page, lab, chapter)
    page.wait_for_selector(f".jp-Notebook .jp-mod-active[data-windowed-list-index='{place}']")


# How far below the upper edge of the page in front a heading stands, in pixels; null until it is drawn.
BELOW = """name => {
    const panel = document.querySelector(".jp-NotebookPanel:not(.lm-mod-hidden)");
    const named = one => one.dataset.jupyterId === name || one.id === name;
    const heading = [...panel.querySelectorAll("h2, h3")].find(named);
    const top = one => one.getBoundingClientRect().top;
    return heading?.offsetHeight ? top(heading) - top(panel.querySelector(".jp-WindowedPanel-outer")) : null;
}"""


def test_a_link_to_a_section_opens_the_page_there(lab, page):
    open_notebook(page, lab, "notebooks/03_lifecycle.ipynb")
    link = page.locator(".jp-MarkdownOutput a[href*='02_relationship_types.ipynb'][href*='Which-state']")
    link.first.click()
    there = f"() => Math.abs(({BELOW})('Which-state-is-a-customer-in?') ?? 9999) < 60"
    page.wait_for_function(there)
    tab = page.locator("#jp-main-dock-panel .lm-TabBar-tab.lm-mod-current .lm-TabBar-tabLabel")
    assert tab.all_inner_texts() == ["02_relationship_types.ipynb"]
    page.wait_for_timeout(2000)  # what is drawn later moves nothing away
    assert abs(page.evaluate(BELOW, "Which-state-is-a-customer-in?")) < 60
    tables = "() => Array.from(document.querySelectorAll('.jp-Notebook table'), one => getComputedStyle(one))"
    assert {style["marginLeft"] for style in page.evaluate(tables)} == {"0px"}, "tables begin at the left"


def test_jupyterlab_leaves_the_readers_own_settings_alone(lab):
    own = {path.name for path in lab.home.iterdir()} & {".jupyter", ".ipython", ".local", ".npm"}
    assert own == set()
    assert (lab.course / ".jupyter").is_dir()


def test_watch_reports_a_request_to_another_host():
    watch = Watch(asked=["http://127.0.0.1:8888/lab", "data:text/plain,x", "https://example.org/news.xml"])
    assert watch.find_foreign() == ["https://example.org/news.xml"]


def test_without_a_browser_the_tests_are_skipped_loudly_and_fail_where_one_is_required(pytester_run):
    lines, code = pytester_run(CRM_REQUIRE_BROWSER="", CI="")
    assert code == 0
    assert "NOT SEEN IN A BROWSER" in lines
    lines, code = pytester_run(CRM_REQUIRE_BROWSER="1", CI="")
    assert code == 1
    assert "A browser is required here" in lines


@pytest.fixture
def pytester_run(tmp_path):
    """Run one test that wants Chromium, with the course's own fixtures, where there is none."""
    folder = tmp_path / "tests"
    folder.mkdir()
    for name in ("__init__.py", "browser.py", "conftest.py", "chromium.py"):
        shutil.copy(ROOT / "tests" / name, folder)
    (folder / "test_one.py").write_text("def test_page(chromium):\n    pass\n", encoding="utf-8")

    def run(**settings: str) -> tuple[str, int]:
        words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests"]
        environment = os.environ | settings
        environment |= {"CRM_CHROMIUM": "no-such-browser", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
        done = subprocess.run(
            words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        return done.stdout, done.returncode

    return run


def test_a_chapter_itself_is_shown_as_slides_with_running_code_and_live_sliders(lab, page):
    name = "06_finding_customers.ipynb"
    page.goto(lab.address("rise", f"notebooks/{name}"))
    page.wait_for_selector(".reveal .slides section")
    lab.wait_for_kernel(f"notebooks/{name}")
    watch_prompts(page)
    first = page.url.partition("#")[2].removeprefix("/")
    page.keyboard.press("Control+Shift+Enter")
    wait_for_end(page)
    assert page.url.partition("#")[2].removeprefix("/") in (first, "slide-0-0"), "running turned the slide"
    assert page.locator(ERRORS).all_inner_texts() == []
    show_answers(page)
    figure = find_figures(page)[0]
    show_slide_of(page, figure)
    slide = page.url
    move_slider(page, figure)
    assert page.url == slide, "the key turned the slide instead of moving the slider"
