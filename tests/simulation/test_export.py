"""A firm on disk: the same bytes for the same firm, nothing of the reader is lost, copies open in Excel."""

import datetime
import hashlib
import json
from dataclasses import replace

import numpy as np
import openpyxl
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.simulation.command import (
    choose_folder,
    choose_world,
    data,
    holds_world,
    name_variant,
    rebuild,
    show_progress,
)
from crmlib.simulation.parameters import Parameter, Simulated, list_parameters
from crmlib.simulation.world.worlds import World
from crmlib.simulation.writing import copies, export
from crmlib.simulation.writing.copies import write_copies
from crmlib.simulation.writing.export import write_firm, write_firm_in_chunks, write_table
from crmlib.simulation.writing.files import (
    CHECKSUMS,
    ForeignFileError,
    check_folder,
    measure_file,
    read_checksums,
    refuse_foreign,
    stage,
    write_checksums,
)
from crmlib.tables.check import conform
from crmlib.tables.dictionary import DATASETS, TABLES
from crmlib.tables.examples import example_rows
from crmlib.tables.repairs import read_table_csv

NAMES = ("members", "products", "receipts", "complaints")


def make_firm(*, seed=0):
    """A firm of a few rows, in the described types; the seed changes one amount."""
    tables = {name: conform(example_rows(name, rows=5), name) for name in NAMES}
    tables["receipts"].loc[0, "amount_cny"] += seed
    tables["products"] = conform(tables["products"].assign(name_zh="桂子面膜，旅行装"), "products")
    truth = {"members": conform(example_rows("truth.members", rows=3), "truth.members")}
    return Simulated(tables, truth, (Parameter("seed", seed, "1", "start", "design choice"),))


def read_bytes(folder):
    """Name → bytes of all files below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }


@pytest.fixture
def folder(tmp_path):
    """A folder that holds the small firm."""
    write_firm(make_firm(), tmp_path / "firm")
    return tmp_path / "firm"


# --- same bytes ---------------------------------------------------------------------------------------------


def test_the_same_firm_gives_the_same_bytes(folder, tmp_path):
    write_firm(make_firm(), tmp_path / "again")
    assert read_bytes(folder) == read_bytes(tmp_path / "again")


def test_the_files_are_the_tables_the_truth_the_parameters_their_descriptions_and_checksums(folder):
    expected = {f"{name}.parquet" for name in NAMES} | {f"cards/{name}.md" for name in NAMES}
    expected |= {"truth/members.parquet", "cards/truth_members.md", "truth/parameters.json"}
    expected |= {"README.md", "datapackage.json", CHECKSUMS}
    assert set(read_bytes(folder)) == expected


def test_what_is_read_is_what_was_written(folder):
    for name, table in make_firm().tables.items():
        pd.testing.assert_frame_equal(conform(pd.read_parquet(folder / f"{name}.parquet"), name), table)


def test_no_pandas_release_gets_into_a_file(folder):
    metadata = pq.read_schema(folder / "members.parquet").metadata
    assert b"pandas" not in (metadata or {})
    assert pd.__version__.encode() not in (folder / "members.parquet").read_bytes()


def test_files_are_compressed_by_zstd(folder):
    group = pq.read_metadata(folder / "receipts.parquet").row_group(0)
    assert {group.column(number).compression for number in range(group.num_columns)} == {"ZSTD"}


def test_checksums_are_sha256_with_forward_slashes_as_sha256sum_reads_them(folder):
    lines = (folder / CHECKSUMS).read_bytes().decode("utf-8").splitlines()
    assert lines == sorted(lines, key=lambda line: line[66:])
    names = {line[66:]: line[:64] for line in lines}
    assert "truth/members.parquet" in names
    assert names["members.parquet"] == hashlib.sha256((folder / "members.parquet").read_bytes()).hexdigest()
    assert b"\r" not in (folder / CHECKSUMS).read_bytes()


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


# --- nothing is lost ----------------------------------------------------------------------------------------


def test_our_own_files_are_replaced_without_asking(folder):
    write_firm(make_firm(seed=7), folder)
    assert (
        pd.read_parquet(folder / "receipts.parquet")["amount_cny"][0]
        == make_firm(seed=7).tables["receipts"]["amount_cny"][0]
    )
    assert check_folder(folder) == []


def test_a_changed_file_stops_the_rebuild_and_nothing_is_written(folder):
    (folder / "products.parquet").write_bytes(b"mine")
    before = read_bytes(folder)
    with pytest.raises(ForeignFileError) as caught:
        write_firm(make_firm(seed=7), folder)
    message = str(caught.value)
    assert "products.parquet" in message
    assert "Nothing was written" in message
    assert "--overwrite" in message
    assert str(folder) in message
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


def test_many_foreign_files_are_counted_not_listed(tmp_path):
    for name in "abcdefgh":
        (tmp_path / name).write_bytes(b"x")
    with pytest.raises(ForeignFileError, match=r"a, b, c, d, e and 3 more"):
        refuse_foreign(tmp_path, "abcdefgh")


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


# --- checking -----------------------------------------------------------------------------------------------


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


@pytest.mark.parametrize(
    "line", ["nonsense", f"{'a' * 64}  ../outside.txt", f"{'a' * 64}  /etc/hosts", "a  b"]
)
def test_a_damaged_list_of_checksums_is_refused_with_its_line(folder, line):
    with (folder / CHECKSUMS).open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
    with pytest.raises(ValueError, match=r"line \d+ is damaged.*Delete the file"):
        read_checksums(folder)


def test_checksums_with_windows_line_ends_are_read(folder):
    text = (folder / CHECKSUMS).read_bytes()
    (folder / CHECKSUMS).write_bytes(text.replace(b"\n", b"\r\n"))
    assert check_folder(folder) == []


@given(names=st.lists(st.text("abcäö桂 ", min_size=1).filter(lambda name: name == name.strip()), unique=True))
def test_checksums_survive_writing_and_reading(tmp_path_factory, names):
    place = tmp_path_factory.mktemp("sums")
    sums = {f"{name}.parquet": {hashlib.sha256(name.encode()).hexdigest()} for name in names}
    write_checksums(place, sums)
    assert read_checksums(place) == sums


def test_stage_leaves_no_trace_of_a_failure(tmp_path):
    with pytest.raises(RuntimeError), stage(tmp_path) as staging:
        (staging / "half.txt").write_text("half", encoding="utf-8")
        raise RuntimeError
    assert read_bytes(tmp_path) == {}


# --- copies -------------------------------------------------------------------------------------------------


def test_a_csv_copy_opens_in_excel_with_chinese_intact(folder):
    place = write_copies(folder, kind="csv", language="zh")
    raw = (place / "products.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    header, first = raw.decode("utf-8-sig").splitlines()[:2]
    assert header.startswith("商品编号,品类,英文名称,中文名称")
    assert "桂子面膜，旅行装" in first


def test_csv_xlsx_and_parquet_hold_the_same(folder):
    csv, xlsx = write_copies(folder, kind="csv"), write_copies(folder, kind="xlsx")
    for name, table in make_firm().tables.items():
        from_csv = pd.read_csv(csv / f"{name}.csv", encoding="utf-8-sig", keep_default_na=False, dtype=str)
        sheet = openpyxl.load_workbook(xlsx / f"{name}.xlsx", read_only=True)[name]
        rows = list(sheet.iter_rows(values_only=True, max_col=len(table.columns)))
        assert list(from_csv.columns) == list(rows[0]) == list(table.columns)
        assert len(from_csv) == len(rows) - 1 == len(table)
        for position, column in enumerate(table.columns):
            written = [as_text(value, name, column) for value in table[column]]
            assert from_csv[column].tolist() == written
            assert [as_text(row[position], name, column) for row in rows[1:]] == written


def as_text(value, table, column):
    """A value as the CSV copy writes it."""
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return ""
    described = TABLES[table].columns[column]
    if described.type == "date":
        return value.strftime("%Y-%m-%d")
    if described.type == "datetime":
        return value.strftime("%Y-%m-%d %H:%M")
    return str(float(value)) if described.type == "number" else str(value)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_csv_copy_can_be_read_back_by_the_course(folder, language):
    place = write_copies(folder, kind="csv", language=language)
    table = read_table_csv(place / "receipts.csv", "receipts")
    pd.testing.assert_frame_equal(table, make_firm().tables["receipts"])


def test_dates_are_dates_for_excel_and_the_header_stays_in_sight(folder):
    place = write_copies(folder, kind="xlsx", language="zh")
    sheet = openpyxl.load_workbook(place / "members.xlsx")["members"]
    joined = sheet.cell(row=2, column=list(TABLES["members"].columns).index("joined_on") + 1)
    assert isinstance(joined.value, datetime.datetime)
    assert joined.number_format == "yyyy-mm-dd"
    assert sheet.freeze_panes == "A2"
    assert sheet["A1"].value == "客户编号"


def test_a_changed_copy_is_not_overwritten(folder):
    place = write_copies(folder, kind="csv")
    (place / "members.csv").write_text("my own analysis", encoding="utf-8")
    with pytest.raises(ForeignFileError, match=r"members\.csv"):
        write_copies(folder, kind="csv", language="zh")
    assert (place / "members.csv").read_text(encoding="utf-8") == "my own analysis"
    write_copies(folder, kind="csv", overwrite=True)
    assert check_folder(place) == []


def test_a_table_too_long_for_a_sheet_is_refused_before_anything_is_written(folder, monkeypatch):
    monkeypatch.setattr(copies, "SHEET_ROWS", 5)
    with pytest.raises(ValueError, match=r"holds 5 rows.*members \(5 rows\).*--copies csv"):
        write_copies(folder, kind="xlsx")
    assert not (folder / "copies" / "xlsx").exists()


def test_copies_of_an_empty_folder_say_what_is_missing(tmp_path):
    with pytest.raises(FileNotFoundError, match="holds no table of a firm"):
        write_copies(tmp_path)


@pytest.mark.parametrize("wrong", [{"kind": "xls"}, {"language": "de"}])
def test_unknown_kind_or_language_is_refused(folder, wrong):
    with pytest.raises(ValueError, match="kind is csv or xlsx, language en or zh"):
        write_copies(folder, **wrong)


def test_the_truth_is_not_copied(folder):
    assert not [name for name in read_bytes(write_copies(folder)) if "truth" in name]


def test_progress_runs_from_nothing_to_all(folder, tmp_path):
    for work in (lambda report: write_firm(make_firm(), tmp_path / "p", progress=report),
                 lambda report: write_copies(folder, progress=report)):  # fmt: skip
        shares = []
        work(lambda share, words, shares=shares: shares.append(share))
        assert shares == sorted(shares)
        assert (shares[0], shares[-1]) == (0.0, 1.0)


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


def test_what_all_share_is_in_the_first_part_only(parts):
    for name in ("stores", "products", "accounts", "orders"):
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


# --- the command --------------------------------------------------------------------------------------------


def test_the_default_firm_belongs_into_datasets_and_any_other_beside_it():
    assert choose_folder(World(), "default", None) == DATASETS
    assert choose_folder(World(seed=7), "default", None) == DATASETS / "variants" / "seed-7"
    changed = World.named("competitive")
    assert choose_folder(changed, "competitive", None) == DATASETS / "variants" / "competitive"
    assert name_variant(replace(changed, members=50), "competitive") == "competitive-members-50"


def test_another_firm_does_not_take_the_place_of_the_committed_one_silently():
    with pytest.raises(ValueError, match=r"course's own firm.*Leave out --folder, or add --overwrite"):
        choose_folder(World(seed=7), "default", DATASETS)
    assert choose_folder(World(seed=7), "default", DATASETS, overwrite=True) == DATASETS


def test_wrong_options_are_refused_with_what_is_expected():
    with pytest.raises(ValueError, match="--seed is -1, expected a whole number from 0"):
        choose_world("default", seed=-1, members=None)
    with pytest.raises(ValueError, match="Did you mean 'monopoly'"):
        choose_world("monopole", seed=None, members=None)
    with pytest.raises(ValueError, match="at least 1"):
        choose_world("default", seed=None, members=0)


def test_a_firm_too_large_for_memory_asks_for_parts(tmp_path):
    with pytest.raises(ValueError, match=r"1,000,000 members at once.*--chunked"):
        rebuild(World(members=1_000_000), tmp_path)
    assert not list(tmp_path.iterdir())


@pytest.fixture
def quick(monkeypatch):
    """The command with a firm of a few rows in place of the simulated one."""

    def simulate_quickly(world, *, progress):
        progress(1.0, "simulated")
        return replace(make_firm(), parameters=tuple(list_parameters(world)))

    monkeypatch.setattr("crmlib.simulation.command.simulate", simulate_quickly)


def test_holding_a_world_means_every_number_and_every_file(tmp_path, quick):
    world = World()
    assert not holds_world(tmp_path, world)
    rebuild(world, tmp_path)
    assert holds_world(tmp_path, world)
    assert not holds_world(tmp_path, replace(world, seed=1))
    (tmp_path / "members.parquet").write_bytes(b"")
    assert not holds_world(tmp_path, world)


def test_copies_of_a_firm_that_is_there_need_no_rebuild(tmp_path, monkeypatch, capsys, quick):
    data(folder=tmp_path)
    monkeypatch.setattr("crmlib.simulation.command.rebuild", lambda *_, **__: pytest.fail("rebuilt"))
    data(folder=tmp_path, copies="csv", language="zh")
    assert (tmp_path / "copies" / "csv" / "members.csv").exists()
    assert f"The copies are in {tmp_path / 'copies' / 'csv'}." in capsys.readouterr().out


def test_check_ends_with_code_1_and_names_the_changed_file(folder, capsys):
    data(folder=folder, check=True)
    assert "as they were generated" in capsys.readouterr().out
    (folder / "members.parquet").write_bytes(b"")
    with pytest.raises(SystemExit) as caught:
        data(folder=folder, check=True)
    assert caught.value.code == 1
    assert "members.parquet was changed" in capsys.readouterr().out


def test_progress_without_a_terminal_is_a_line_for_each_tenth(capsys):
    with show_progress() as progress:
        for step in range(101):
            progress(step / 100, "working")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 11
    assert lines[0] == "  0 % working"
    assert lines[-1] == "100 % working"


def test_measure_file_is_sha256(tmp_path):
    (tmp_path / "a").write_bytes(b"abc")
    assert measure_file(tmp_path / "a") == hashlib.sha256(b"abc").hexdigest()


def test_a_long_table_is_copied_in_slices_without_losing_a_row(folder, monkeypatch):
    whole = (write_copies(folder) / "members.csv").read_bytes()
    monkeypatch.setattr(copies, "ROWS_AT_ONCE", 2)
    shares = []
    place = write_copies(folder, progress=lambda share, words: shares.append(share))
    assert (place / "members.csv").read_bytes() == whole
    assert len(shares) == 1 + sum(-(-len(table) // 2) for table in make_firm().tables.values())


def test_an_empty_table_is_copied_with_its_header(tmp_path):
    empty = {"members": make_firm().tables["members"].head(0)}
    write_firm(Simulated(empty, {}), tmp_path)
    header = ",".join(TABLES["members"].columns)
    assert (write_copies(tmp_path) / "members.csv").read_text(encoding="utf-8-sig") == f"{header}\n"
