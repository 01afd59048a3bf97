"""A folder that holds a small firm."""

from __future__ import annotations

from pathlib import Path

import pytest

from crmlib.simulation.writing.export import write_firm
from tests.simulation.writing.small_firm import make_firm


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that holds the small firm, described and with checksums."""
    write_firm(make_firm(), tmp_path / "firm")
    return tmp_path / "firm"
