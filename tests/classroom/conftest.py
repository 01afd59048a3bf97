"""The documented examples as the only content, and a notebook without a kernel that keeps what it shows."""

import pytest

from crmlib.classroom.display import Page
from tests.classroom.calls import write_examples


@pytest.fixture
def shown(monkeypatch):
    """Return the list of all pages that are shown from now on as in a notebook, each with its live view."""
    pages = []
    monkeypatch.setattr("crmlib.classroom.display.in_notebook", lambda: True)
    monkeypatch.setattr(Page, "bundle", lambda page, widget=None: pages.append((page, widget)) or {})
    return pages


@pytest.fixture
def content(tmp_path, monkeypatch):
    """Return the folder of chapter 04 with the documented examples."""
    monkeypatch.setenv("CRM_CONTENT", str(tmp_path / "content"))
    return write_examples(tmp_path / "content")
