"""Fixtures that several test files share, and the warning that no browser was there."""

import os
from pathlib import Path

import pytest

from tests.browser import CHROMIUM, SECONDS_TO_WAIT, Lab, Watch, copy_course
from tests.chromium import NO_BROWSER, find_chromium


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the course."""
    return Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def firm():
    """The committed firm: ``firm.members``, ``firm.receipts`` and so on, each read once, if asked for.

    Tests share it, so none may change a table.
    """
    from crmlib.datasets.loaders import load_firm

    return load_firm()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium or Chrome.

    Without one the test is skipped, and the run's summary says so; where a browser is required (CI, or
    CRM_REQUIRE_BROWSER) it fails.
    """
    found = find_chromium()
    if found is None and (os.environ.get("CRM_REQUIRE_BROWSER") or os.environ.get("CI")):
        pytest.fail(f"A browser is required here, but {NO_BROWSER}.")
    if found is None:
        pytest.skip(NO_BROWSER)
    return found


@pytest.fixture(scope="module")
def lab(tmp_path_factory, chromium):
    """JupyterLab on a copy of the course, started as a reader starts it."""
    course = copy_course(Path(__file__).resolve().parents[1], tmp_path_factory.mktemp("the course"))
    with Lab(course=course, home=tmp_path_factory.mktemp("home")) as lab:
        yield lab


@pytest.fixture(scope="module")
def started_browser(chromium):
    """One Chromium for all tests here."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM)
        yield browser
        browser.close()


@pytest.fixture
def watch():
    """What the page asked for; no test here may reach another host."""
    watch = Watch()
    yield watch
    assert watch.asked, "the page asked for nothing at all"
    assert watch.find_foreign() == []


@pytest.fixture
def page(started_browser, lab, watch):
    """An empty page of a browser without history; kernels that it starts are stopped in the end."""
    context = started_browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(SECONDS_TO_WAIT * 1000)
    page = context.new_page()
    watch.follow(page)
    yield page
    context.close()
    lab.stop_kernels()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly that the course was not looked at in a browser."""
    reports = terminalreporter.stats.get("skipped", [])
    skipped = sum(NO_BROWSER in str(report.longrepr) for report in reports)
    if skipped:
        terminalreporter.write_sep("!", "NOT SEEN IN A BROWSER", red=True, bold=True)
        terminalreporter.write_line(
            f"{skipped} browser tests were skipped: {NO_BROWSER}. "
            "The first start, the sliders and the slides are unchecked.",
            red=True,
        )
