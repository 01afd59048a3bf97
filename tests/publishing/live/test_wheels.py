"""What is installed becomes wheels that Python can import, with the course's tables beside the library."""

import subprocess
import sys
import zipfile

import pytest

from crmlib.publishing.course import PublishingError
from crmlib.publishing.live.wheels import list_missing, list_modules, pack_course, pack_installed

LOAD = "import sys; sys.path.insert(0, sys.argv[1])\n"


def run(code, folder):
    """Run code in a Python that finds no crmlib but the one in a folder."""
    words = [sys.executable, "-I", "-c", LOAD + code, str(folder)]
    return subprocess.run(words, capture_output=True, encoding="utf-8", check=False)


def test_installed_package_becomes_a_wheel_that_can_be_imported(tmp_path):
    wheel = pack_installed("fsrs", tmp_path)
    assert list_modules(wheel) == ["fsrs"]
    done = run("import fsrs; print(fsrs.__file__)", wheel)
    assert done.stdout.strip().startswith(str(wheel)), done.stderr
    assert pack_installed("fsrs", tmp_path / "again").read_bytes() == wheel.read_bytes()


def test_compiled_package_is_refused_by_name(tmp_path):
    with pytest.raises(
        PublishingError, match=r"^numpy is not in this Pyodide, .* compiled for this computer"
    ):
        pack_installed("numpy", tmp_path)


def test_missing_packages_bring_what_they_require_except_what_the_lab_has():
    missing = list_missing(["ipywidgets", "numpy"], ["numpy", "ipython", "traitlets"])
    assert missing == {"comm": [], "ipywidgets": ["comm", "ipython", "traitlets"]}


def test_course_in_a_wheel_reads_its_own_tables_and_chapters(root, tmp_path):
    wheel = pack_course(root, tmp_path)
    with zipfile.ZipFile(wheel) as packed:
        names = packed.namelist()
        packed.extractall(tmp_path / "site")
    assert not [name for name in names if "solutions" in name or name.startswith("tests")]
    code = """
from crmlib.classroom.formats.reading import count_minutes
from crmlib.datasets import load_receipts
from crmlib.ground.files import COURSE
print(COURSE, len(load_receipts()), count_minutes("03_lifecycle"))
"""
    done = run(code, tmp_path / "site")
    assert done.returncode == 0, done.stderr
    folder, receipts, minutes = done.stdout.split()
    assert (folder, int(receipts) > 1000, int(minutes) > 30) == (str(tmp_path / "site"), True, True)
