"""A release of Pyodide that does not fit, or is no release, is refused in plain words."""

import json
import tarfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from crmlib.publishing.course import PublishingError
from crmlib.publishing.live.lock import check_fit
from crmlib.publishing.live.pyodide import (
    LOCK,
    copy_needed,
    find_unfit,
    list_needed,
    open_pyodide,
    read_lock,
)
from crmlib.publishing.live.wheels import list_required
from tests.publishing.live.made import make_release, pack_release

# What npm's `pyodide` says of the packages that the course needs; `tests.publishing.live.excerpt` wrote it.
EXCERPT = json.loads((Path(__file__).parent / "excerpt.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def release(tmp_path_factory):
    return make_release(tmp_path_factory.mktemp("release") / "pyodide")


def test_bounds_of_the_core_hold_for_the_pyodide_that_npm_carries():
    assert EXCERPT["info"]["python"].startswith("3.14.")
    assert find_unfit(EXCERPT["packages"], list_required("crmlib")) == []
    assert {"numpy", "pandas", "pyarrow", "pydantic-core", "scipy"} < set(EXCERPT["packages"])


def test_compiled_packages_of_the_core_are_all_in_the_pyodide_that_npm_carries():
    names = {one.name for one in list_required("crmlib")}
    assert names - set(EXCERPT["packages"]) == {"fsrs", "ipywidgets", "mistune"}


@pytest.fixture(params=[False, True], ids=["", "before 3.11.4"])
def old_python(request, monkeypatch):
    """Python as it is, and one whose tarfile cannot filter."""
    if request.param:
        monkeypatch.delattr(tarfile, "data_filter", raising=False)


@pytest.mark.usefixtures("old_python")
def test_release_is_read_from_an_archive_and_from_a_folder(release, tmp_path):
    archive = pack_release(release, tmp_path / "pyodide-1.tar.bz2")
    assert (open_pyodide(archive, tmp_path / "draft") / LOCK).is_file()
    assert open_pyodide(release, tmp_path) == open_pyodide(release.parent, tmp_path) == release


@pytest.mark.usefixtures("old_python")
@pytest.mark.parametrize(("name", "kind"), [("../out.txt", tarfile.REGTYPE), ("link", tarfile.SYMTYPE)])
def test_archive_that_would_write_elsewhere_is_refused(tmp_path, name, kind):
    path, member = tmp_path / "pyodide.tar", tarfile.TarInfo(name)
    member.type, member.linkname = kind, "/etc/hosts"
    with tarfile.open(path, "w") as packed:
        packed.addfile(member)
    with pytest.raises(PublishingError, match=r"pyodide\.tar cannot be unpacked"):
        open_pyodide(path, tmp_path / "draft")
    assert not (tmp_path / "out.txt").exists()


def test_what_is_no_release_is_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("mine", encoding="utf-8")
    for path, words in [
        (tmp_path, r"holds no pyodide-lock\.json beside a pyodide\.mjs: it is no Pyodide\. Give the whole"),
        (tmp_path / "notes.txt", r"notes\.txt cannot be unpacked"),
        (tmp_path / "gone.bz2", r"gone\.bz2 is not there\. Give the whole release"),
    ]:
        with pytest.raises(PublishingError, match=words):
            open_pyodide(path, tmp_path / "draft")


def test_package_outside_the_bounds_is_named_with_version_and_bound(tmp_path):
    lock = read_lock(make_release(tmp_path / "old", numpy="1.26.4", matplotlib="3.8.4"))
    core = [Requirement("matplotlib>=3.9,<4"), Requirement("numpy>=2.0,<3"), Requirement("fsrs>=6")]
    with pytest.raises(PublishingError) as refused:
        check_fit(lock, core)
    assert str(refused.value).splitlines() == [
        "This Pyodide (Python 3.14.2) does not fit the course:",
        "matplotlib is 3.8.4; the course needs matplotlib<4,>=3.9",
        "numpy is 1.26.4; the course needs numpy<3,>=2.0",
        "Take another release of Pyodide.",
    ]


def test_needed_packages_bring_what_they_depend_on_and_nothing_else():
    packages = {"a": {"depends": ["b_c"]}, "b-c": {"depends": ["a"]}, "d": {"depends": []}}
    assert list_needed(packages, ["A", "not-there"]) == ["a", "b-c"]


def test_small_package_of_npm_is_told_from_a_whole_release(release, tmp_path):
    packages = read_lock(release)["packages"]
    lacking = {"numpy": {**packages["numpy"], "file_name": "numpy-9.whl"}}
    with pytest.raises(PublishingError, match=r"lacks files that it names: numpy-9\.whl\. Give the whole"):
        copy_needed(release, lacking, ["numpy"], tmp_path / "site")


def test_damaged_file_is_refused(release, tmp_path):
    packages = read_lock(release)["packages"]
    damaged = {"numpy": {**packages["numpy"], "sha256": "0" * 64}}
    with pytest.raises(PublishingError, match=r"numpy-.* of this Pyodide is damaged"):
        copy_needed(release, damaged, ["numpy"], tmp_path / "site")
    copy_needed(release, packages, ["numpy"], tmp_path / "good")
    assert (tmp_path / "good" / packages["numpy"]["file_name"]).is_file()
    assert (tmp_path / "good" / "pyodide.mjs").read_text(encoding="utf-8") == "pyodide.mjs"
