"""Fixtures that several test files share, and the warning that no browser was there."""

import os
from pathlib import Path

import pytest

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
