"""The list of checksums: what is ours, what was changed, and that nothing of others is replaced."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.ground.checksums import CHECKSUMS, measure_file, read_checksums
from crmlib.simulation.writing.files import (
    ForeignFileError,
    check_folder,
    refuse_foreign,
    stage,
    write_checksums,
)
from tests.simulation.writing.small_firm import read_bytes


def test_checksums_are_sha256_with_forward_slashes_as_sha256sum_reads_them(folder):
    lines = (folder / CHECKSUMS).read_bytes().decode("utf-8").splitlines()
    assert lines == sorted(lines, key=lambda line: line[66:])
    names = {line[66:]: line[:64] for line in lines}
    assert "truth/members.parquet" in names
    assert names["members.parquet"] == hashlib.sha256((folder / "members.parquet").read_bytes()).hexdigest()
    assert b"\r" not in (folder / CHECKSUMS).read_bytes()


def test_measure_file_is_sha256(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    assert measure_file(tmp_path / "a") == hashlib.sha256(b"abc").hexdigest()


@given(names=st.lists(st.text("abcäö桂 ", min_size=1).filter(lambda name: name == name.strip()), unique=True))
def test_checksums_survive_writing_and_reading(tmp_path_factory, names):
    place = tmp_path_factory.mktemp("sums")
    sums = {f"{name}.parquet": {hashlib.sha256(name.encode()).hexdigest()} for name in names}
    write_checksums(place, sums)
    assert read_checksums(place) == sums


def test_checksums_with_windows_line_ends_are_read(folder):
    text = (folder / CHECKSUMS).read_bytes()
    (folder / CHECKSUMS).write_bytes(text.replace(b"\n", b"\r\n"))
    assert check_folder(folder) == []


@pytest.mark.parametrize(
    "line", ["nonsense", f"{'a' * 64}  ../outside.txt", f"{'a' * 64}  /etc/hosts", "a  b"]
)
def test_a_damaged_list_of_checksums_is_refused_with_its_line(folder, line):
    with (folder / CHECKSUMS).open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    with pytest.raises(ValueError, match=r"line \d+ is damaged.*Delete the file"):
        read_checksums(folder)


def test_check_names_missing_and_changed_files(folder):
    (folder / "members.parquet").unlink()
    (folder / "receipts.parquet").write_bytes(b"")
    assert check_folder(folder) == [
        "members.parquet is missing.",
        "receipts.parquet was changed since it was generated.",
    ]


def test_check_of_a_folder_without_checksums_says_so(tmp_path):
    with pytest.raises(ValueError, match=r"holds no checksums\.txt"):
        check_folder(tmp_path)


def test_many_foreign_files_are_counted_not_listed(tmp_path):
    for name in "abcdefgh":
        (tmp_path / name).write_bytes(b"x")
    with pytest.raises(ForeignFileError, match=r"a, b, c, d, e and 3 more"):
        refuse_foreign(tmp_path, "abcdefgh")


def test_stage_leaves_no_trace_of_a_failure(tmp_path):
    with pytest.raises(RuntimeError), stage(tmp_path) as staging:
        (staging / "half.txt").write_text("half", encoding="utf-8")
        raise RuntimeError
    assert read_bytes(tmp_path) == {}
