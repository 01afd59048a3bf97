"""The classroom hands out what notebooks call, and loads no more than that."""

import subprocess
import sys

import pytest

from crmlib import classroom


@pytest.mark.parametrize("name", classroom.__all__)
def test_every_name_that_notebooks_call_is_there(name):
    assert getattr(classroom, name).__name__ == name


def test_a_name_that_does_not_exist_is_an_error():
    with pytest.raises(ImportError, match="cannot import name 'open_chaptre'"):
        from crmlib.classroom import open_chaptre  # noqa: F401


def test_opening_a_chapter_does_not_load_the_review():
    code = "import sys; from crmlib.classroom import open_chapter; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stdout.split()
    assert "crmlib.classroom.chapter" in loaded
    assert not [name for name in loaded if "review" in name or name == "pydantic"]
