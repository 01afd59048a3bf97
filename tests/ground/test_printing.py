"""Pages are printed by a browser that is there already, or the reader is told how."""

import pytest

from crmlib.ground.printing import has_display, print_page


def test_printing_without_a_browser_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr("shutil.which", lambda name: None)
    with pytest.raises(
        ValueError, match=r"to print a\.html\. Open the file in any browser and print from there"
    ):
        print_page(tmp_path / "a.html")


def test_a_browser_that_prints_nothing_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"^true could not print a\.html: no reason given"):
        print_page(tmp_path / "a.html", browser="true")


def test_browser_is_opened_only_where_there_is_a_display():
    assert has_display({}, "win32")
    assert has_display({"WAYLAND_DISPLAY": "wayland-0"}, "linux")
    assert not has_display({"DISPLAY": ""}, "linux")
