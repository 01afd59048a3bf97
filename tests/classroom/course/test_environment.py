"""The first page tells a reader in plain words what is missing on this computer and how to repair it."""

from crmlib.classroom.course.environment import (
    check_folder,
    check_packages,
    check_python,
    check_tables,
    list_requirements,
    render_findings,
)


def test_all_that_the_course_requires_is_installed_here():
    assert len(list_requirements()) > 10
    assert check_packages(list_requirements()) == []


def test_an_old_python_is_named():
    (finding,) = check_python((3, 9))
    assert finding.startswith("This is Python 3.9; the course needs 3.11 or newer.")
    assert check_python((3, 12)) == []


def test_a_missing_and_an_old_package_are_named_with_the_repair():
    missing, old = check_packages(["no-such-package>=1", "pandas>=99", 'nothing>=1; extra == "test"'])
    assert missing.startswith(
        "The package no-such-package is not installed. Close JupyterLab and run `make lab`"
    )
    assert "expected pandas>=99" in old


def test_packages_of_the_lab_are_asked_for_on_a_computer_and_not_in_a_web_page(monkeypatch):
    lines = ["pandas>=2", 'no-such-package>=1; extra == "lab"']
    assert "no-such-package is not installed" in check_packages(lines)[0]
    monkeypatch.setattr("sys.platform", "emscripten")
    assert check_packages(lines) == []


def test_a_library_that_is_not_installed_is_named():
    assert "The course's library is not installed" in check_packages([])[0]


def test_missing_tables_are_named(tmp_path):
    (tmp_path / "truth").mkdir()
    (tmp_path / "truth" / "members.parquet").touch()
    assert check_tables(tmp_path, ["truth.members"]) == []
    (finding,) = check_tables(tmp_path, ["a", "b", "c", "d", "e", "f", "truth.members"])
    assert "a, b, c, d, e and 1 more. Run `make data`" in finding


def test_a_folder_that_cannot_be_written_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("os.access", lambda path, mode: False)
    assert "Your answers cannot be kept" in check_folder(tmp_path / "progress")[0]


def test_a_file_where_the_folder_should_be_is_named(tmp_path):
    (tmp_path / "progress").touch()
    assert "Your answers cannot be kept" in check_folder(tmp_path / "progress")[0]
    assert check_folder(tmp_path / "new" / "progress") == []
    assert check_folder(None) == []


def test_findings_are_listed():
    assert render_findings(["One.", "Two."]) == "✘ Something is missing:\n\n- One.\n- Two."
