"""The review of the course as it stands."""

import pytest

from crmlib.classroom.review.content import (
    load_bank,
)
from crmlib.classroom.review.review import open_review


@pytest.fixture
def review(tmp_path, monkeypatch, bank):
    """Return the review of the course as it stands, with the bank read once; the reader is a new one."""
    monkeypatch.setenv("CRM_PROGRESS", str(tmp_path / "progress"))
    opened = open_review()
    vars(opened)["_bank"] = bank
    return opened


@pytest.fixture(scope="module")
def bank():
    """Return the exam items of the written chapters."""
    return load_bank()
