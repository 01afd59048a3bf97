"""The review of the course as it stands."""

import pytest

from crmlib.classroom.review.content import (
    load_bank,
)
from crmlib.classroom.review.review import open_review


@pytest.fixture
def review(tmp_path, monkeypatch):
    """Return the review of the course as it stands; the reader is a new one."""
    monkeypatch.setenv("CRM_PROGRESS", str(tmp_path / "progress"))
    return open_review()


@pytest.fixture(scope="module")
def bank():
    """Return the exam items of the written chapters."""
    return load_bank()
