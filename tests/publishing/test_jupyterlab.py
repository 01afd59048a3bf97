"""An edit in JupyterLab shows in the text, one in the text shows in JupyterLab, and no save loses either."""

import os
import shutil
import time

import pytest

from crmlib.publishing.build import build_pair, explain_stale
from crmlib.publishing.files import read_file, read_notebook
from tests.browser import CHROMIUM, Lab, open_notebook
from tests.publishing.small_course import CHAPTER, chapter_of, edit, write_course

pytestmark = pytest.mark.browser

NOTEBOOK = "notebooks/01_small.ipynb"
SECONDS = 20


@pytest.fixture
def pair(tmp_path, root):
    """A chapter that was built, in a folder with the course's own settings for JupyterLab."""
    course = write_course(tmp_path / "course", chapter=CHAPTER)
    for name in ("crmlib", "tools"):
        shutil.copytree(root / name, course.root / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(root / "jupytext.toml", course.root)
    pair = chapter_of(course)
    build_pair(pair, say=lambda line: None)
    return pair


@pytest.fixture
def page(chromium):
    """An empty page."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM)
        yield browser.new_page(viewport={"width": 1280, "height": 900})
        browser.close()


def save(page, path):
    """Save the open notebook and wait until its file was written."""
    before = path.stat().st_mtime_ns
    page.click('[data-command="docmanager:save"], .jp-ToolbarButtonComponent[title^="Save"]')
    ends = time.monotonic() + SECONDS
    while path.stat().st_mtime_ns == before and time.monotonic() < ends:
        time.sleep(0.1)
    assert path.stat().st_mtime_ns != before, "JupyterLab did not save"
    time.sleep(1)  # the text is written right after the notebook


def test_edits_in_jupyterlab_and_in_the_text_reach_each_other(pair, page, tmp_path):
    built = read_file(pair.text)
    # As after a clone: the notebook's file is newer than the text's, although both say the same.
    an_hour_ago = time.time() - 3600
    os.utime(pair.text, (an_hour_ago, an_hour_ago))
    home = tmp_path / "home"
    home.mkdir()
    with Lab(course=pair.root, home=home, notebook=NOTEBOOK, edit=True) as lab:
        open_notebook(page, lab, NOTEBOOK)

        save(page, pair.notebook)
        assert read_file(pair.text) == built, "saving an unedited chapter changed its text"

        page.locator(".jp-CodeCell .cm-content").first.click()
        page.keyboard.press("Control+Home")
        page.keyboard.type("# typed in the browser\n")
        save(page, pair.notebook)
        edited = built.replace("share_left = {", "# typed in the browser\nshare_left = {", 1)
        assert read_file(pair.text) == edited
        assert "# typed in the browser" in read_notebook(pair.notebook).cells[1].source
        assert explain_stale(pair) == "the text was edited"

        edit(pair.text, "Ten customers", "Twelve customers")
        open_notebook(page, lab, NOTEBOOK)
        page.wait_for_selector(".jp-RenderedMarkdown:has-text('Twelve customers')")
        save(page, pair.notebook)
        assert read_file(pair.text) == edited.replace("Ten customers", "Twelve customers")
        assert "Twelve customers" in read_notebook(pair.notebook).cells[0].source

    build_pair(pair, say=lambda line: None)
    assert explain_stale(pair) is None
    assert read_file(pair.text) == edited.replace("Ten customers", "Twelve customers")
