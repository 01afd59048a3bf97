"""A file is written as a whole or not at all, the same bytes on every system."""

import pytest

from crmlib.ground.files import COURSE, write_file


@pytest.fixture
def path(tmp_path):
    """A file that holds one word."""
    path = tmp_path / "a.md"
    write_file(path, "old")
    return path


def refuse(*_):
    raise OSError("disk full")


def test_the_course_is_the_folder_that_holds_the_library():
    assert (COURSE / "crmlib" / "ground" / "files.py").is_file()


def test_a_missing_folder_is_made(tmp_path):
    path = tmp_path / "a" / "b" / "c.md"
    write_file(path, "text")
    assert path.read_text(encoding="utf-8") == "text"


def test_text_is_stored_in_utf8_with_the_line_ends_that_it_has(path):
    write_file(path, "积分 40 %\nnext\n")
    assert path.read_bytes() == "积分 40 %\nnext\n".encode()


def test_a_file_keeps_its_permissions(path):
    path.chmod(0o600)
    before = path.stat().st_mode
    write_file(path, "new")
    assert (path.stat().st_mode, path.read_text(encoding="utf-8")) == (before, "new")


@pytest.mark.parametrize("step", ["os.fsync", "os.chmod", "os.replace"])
def test_a_write_that_fails_leaves_the_old_file_and_no_draft(path, monkeypatch, step):
    monkeypatch.setattr(step, refuse)
    with pytest.raises(OSError, match="disk full"):
        write_file(path, "new")
    monkeypatch.undo()
    assert [found.name for found in path.parent.iterdir()] == ["a.md"]
    assert path.read_text(encoding="utf-8") == "old"


def test_a_text_that_cannot_be_stored_leaves_the_old_file_and_no_draft(path):
    with pytest.raises(UnicodeEncodeError):
        write_file(path, "half a letter: \ud800")
    assert [found.name for found in path.parent.iterdir()] == ["a.md"]
    assert path.read_text(encoding="utf-8") == "old"


def test_a_new_file_can_be_read_by_others(tmp_path):
    path = tmp_path / "a.md"
    write_file(path, "text")
    assert path.stat().st_mode & 0o444 == 0o444
