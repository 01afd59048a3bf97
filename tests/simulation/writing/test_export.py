"""A firm on disk: the same bytes for the same firm, all or nothing, and in parts if it is large."""

import json

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.ground.checksums import CHECKSUMS, read_checksums
from crmlib.simulation.parameters import Simulated
from crmlib.simulation.world.worlds import World
from crmlib.simulation.writing import export
from crmlib.simulation.writing.copies import write_copies
from crmlib.simulation.writing.export import write_firm, write_firm_in_chunks, write_table
from crmlib.simulation.writing.files import ForeignFileError, check_folder, stage
from crmlib.tables.check import conform
from tests.simulation.writing.small_firm import NAMES, make_firm, read_bytes


def test_the_same_firm_gives_the_same_bytes(folder, tmp_path):
    write_firm(make_firm(), tmp_path / "again")
    assert read_bytes(folder) == read_bytes(tmp_path / "again")


def test_the_files_are_the_tables_the_truth_the_parameters_their_descriptions_and_checksums(folder):
    expected = {f"{name}.parquet" for name in NAMES} | {f"cards/{name}.md" for name in NAMES}
    expected |= {"truth/members.parquet", "cards/truth_members.md", "truth/parameters.json"}
    expected |= {"README.md", "datapackage.json", CHECKSUMS}
    assert set(read_bytes(folder)) == expected


@pytest.mark.parametrize("name", NAMES)
def test_what_is_read_is_what_was_written(folder, name):
    read = conform(pd.read_parquet(folder / f"{name}.parquet"), name)
    pd.testing.assert_frame_equal(read, make_firm().tables[name])


def test_no_pandas_release_gets_into_a_file(folder):
    metadata = pq.read_schema(folder / "members.parquet").metadata
    assert b"pandas" not in (metadata or {})
    assert pd.__version__.encode() not in (folder / "members.parquet").read_bytes()


def test_files_are_compressed_by_zstd(folder):
    group = pq.read_metadata(folder / "receipts.parquet").row_group(0)
    assert {group.column(number).compression for number in range(group.num_columns)} == {"ZSTD"}


def test_parameters_are_listed_with_unit_and_meaning(folder):
    rows = json.loads((folder / "truth" / "parameters.json").read_text(encoding="utf-8"))
    assert rows == [{"name": "seed", "value": 0, "unit": "1", "meaning": "start", "source": "design choice"}]


@given(rows=st.integers(0, 50), seed=st.integers(0, 1000))
def test_bytes_depend_on_the_content_only(tmp_path_factory, rows, seed):
    place = tmp_path_factory.mktemp("bytes")
    rng = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {"a": rng.integers(0, 9, rows), "b": rng.normal(size=rows), "c": pd.Series([None] * rows)}
    )
    write_table(frame, place / "one.parquet")
    write_table(frame.copy(), place / "two.parquet")
    assert (place / "one.parquet").read_bytes() == (place / "two.parquet").read_bytes()


def test_progress_runs_from_nothing_to_all(tmp_path):
    shares = []
    write_firm(make_firm(), tmp_path, progress=lambda share, words: shares.append(share))
    assert shares == sorted(shares)
    assert (shares[0], shares[-1]) == (0.0, 1.0)


# --- nothing is lost ----------------------------------------------------------------------------------------


def test_our_own_files_are_replaced_without_asking(folder):
    write_firm(make_firm(seed=7), folder)
    written = pd.read_parquet(folder / "receipts.parquet")["amount_cny"][0]
    assert written == make_firm(seed=7).tables["receipts"]["amount_cny"][0]
    assert check_folder(folder) == []


def test_a_changed_file_stops_the_rebuild_and_nothing_is_written(folder):
    (folder / "products.parquet").write_bytes(b"mine")
    before = read_bytes(folder)
    with pytest.raises(ForeignFileError) as caught:
        write_firm(make_firm(seed=7), folder)
    message = str(caught.value)
    for words in (str(folder), "products.parquet", "Nothing was written", "--overwrite"):
        assert words in message
    assert "members.parquet" not in message
    assert read_bytes(folder) == before


def test_a_file_that_stood_there_before_us_is_not_overwritten(tmp_path):
    (tmp_path / "members.parquet").write_bytes(b"the reader's own")
    with pytest.raises(ForeignFileError, match=r"members\.parquet"):
        write_firm(make_firm(), tmp_path)
    assert read_bytes(tmp_path) == {"members.parquet": b"the reader's own"}


def test_overwrite_replaces_a_changed_file(folder):
    (folder / "products.parquet").write_bytes(b"mine")
    write_firm(make_firm(), folder, overwrite=True)
    assert check_folder(folder) == []


def test_an_identical_file_without_checksums_is_accepted(folder):
    (folder / CHECKSUMS).unlink()
    write_firm(make_firm(), folder)
    assert check_folder(folder) == []


def test_files_of_the_reader_with_other_names_are_left_alone(folder):
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    write_firm(make_firm(seed=1), folder)
    assert (folder / "notes.txt").read_text(encoding="utf-8") == "mine"


def test_tables_that_are_not_made_any_more_are_removed_but_only_ours(folder):
    small = make_firm()
    tables = {name: table for name, table in small.tables.items() if name == "members"}
    (folder / "products.parquet").write_bytes(b"mine")
    write_firm(Simulated(tables, {}), folder)
    ours = {"members.parquet", "truth/parameters.json", "README.md", "datapackage.json", "cards/members.md"}
    assert set(read_bytes(folder)) == ours | {CHECKSUMS, "products.parquet"}
    assert set(read_checksums(folder)) == ours


@pytest.mark.parametrize("when", ["first table", "last table", "parameters"])
def test_interrupted_writing_leaves_the_old_files_intact(folder, monkeypatch, when):
    before = read_bytes(folder)
    original, written = export.write_table, []

    def fail(frame, path):
        written.append(path.name)
        if when == "first table" or (when == "last table" and path.parent.name == "truth"):
            raise KeyboardInterrupt
        original(frame, path)

    def fail_parameters(*_):
        raise OSError("No space left on device")

    monkeypatch.setattr(export, "write_table", fail)
    if when == "parameters":
        monkeypatch.setattr(export, "write_parameters", fail_parameters)
    with pytest.raises((KeyboardInterrupt, OSError)):
        write_firm(make_firm(seed=7), folder)
    assert read_bytes(folder) == before
    assert not list(folder.glob(".unfinished-*"))


def test_an_interruption_while_files_are_moved_is_repaired_by_the_next_run(folder, monkeypatch):
    path_type, moves = type(folder), []
    original = path_type.replace

    def stop_at_the_fourth(self, target):
        moves.append(target)
        if len(moves) == 4:
            raise KeyboardInterrupt
        return original(self, target)

    monkeypatch.setattr(path_type, "replace", stop_at_the_fourth)
    with pytest.raises(KeyboardInterrupt):
        write_firm(make_firm(seed=7), folder)
    monkeypatch.undo()
    assert any("was interrupted" in sentence for sentence in check_folder(folder))
    write_firm(make_firm(seed=7), folder)
    assert check_folder(folder) == []
    assert all(len(hashes) == 1 for hashes in read_checksums(folder).values())


# --- in parts -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    """A firm of 500 members written 200 at a time."""
    place = tmp_path_factory.mktemp("parts")
    write_firm_in_chunks(World(members=500, months=6), place, chunk_members=200)
    return place


def test_a_firm_in_parts_holds_every_member_once_and_every_receipt_once(parts):
    assert sorted(path.name for path in (parts / "receipts").iterdir()) == [
        f"part-{number:05d}.parquet" for number in range(3)
    ]
    members, receipts = pd.read_parquet(parts / "members"), pd.read_parquet(parts / "receipts")
    assert members["customer_id"].tolist() == list(range(100_001, 100_501))
    assert receipts["receipt_id"].is_unique
    lines = pd.read_parquet(parts / "receipt_lines")
    assert set(lines["receipt_id"]) == set(receipts["receipt_id"])
    assert check_folder(parts) == []


def test_receipts_of_a_part_are_in_order_of_time(parts):
    for path in (parts / "receipts").iterdir():
        assert pd.read_parquet(path).sort_values("receipt_id")["purchased_at"].is_monotonic_increasing


@pytest.mark.parametrize("name", ["stores", "products", "accounts", "orders"])
def test_what_all_share_is_in_the_first_part_only(parts, name):
    assert [path.name for path in (parts / name).iterdir()] == ["part-00000.parquet"]


def test_a_part_is_the_same_whatever_comes_after_it(parts, tmp_path):
    write_firm_in_chunks(World(members=200, months=6), tmp_path, chunk_members=200)
    first = (parts / "receipts" / "part-00000.parquet").read_bytes()
    assert first == (tmp_path / "receipts" / "part-00000.parquet").read_bytes()


def test_parts_can_be_copied_to_csv(parts, tmp_path):
    place = write_copies(parts, to=tmp_path / "csv")
    table = pd.read_csv(place / "members.csv", encoding="utf-8-sig")
    assert table["customer_id"].tolist() == list(range(100_001, 100_501))


def test_parts_refuse_foreign_files_before_the_work_begins(tmp_path, monkeypatch):
    (tmp_path / "receipts").mkdir()
    (tmp_path / "receipts" / "part-00007.parquet").write_bytes(b"mine")
    monkeypatch.setattr(export, "simulate_wholesale", lambda world: pytest.fail("work has begun"))
    with pytest.raises(ForeignFileError, match=r"receipts/part-00007\.parquet"):
        write_firm_in_chunks(World(members=10), tmp_path)


def test_one_file_a_table_replaces_parts_and_no_empty_folder_stays(tmp_path):
    with stage(tmp_path) as staging:
        write_table(make_firm().tables["receipts"], staging / "receipts" / "part-00000.parquet")
    write_firm(make_firm(), tmp_path)
    assert not (tmp_path / "receipts").exists()
    assert (tmp_path / "receipts.parquet").exists()
