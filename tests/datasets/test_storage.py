"""A missing or damaged file says how to get it back; a firm of one's own is made once and kept."""

import random
import shutil
import subprocess
import sys

import pandas as pd
import platformdirs
import pytest
from platformdirs import macos, unix, windows

from crmlib.datasets import storage
from crmlib.datasets.loaders import load_receipts, load_stores, load_truth
from crmlib.ground.files import COURSE
from crmlib.tables.errors import TableError

PARTS = ("ground", "tables", "simulation")  # of the library: a firm is made with them and nothing else
FOLDERS = sorted(
    {
        path.parent.relative_to(COURSE / "crmlib").as_posix()
        for part in PARTS
        for path in (COURSE / "crmlib" / part).rglob("*.py")
    }
)


def test_missing_file_says_how_to_make_it(course):
    folder, _ = course
    (folder / "stores.parquet").unlink()
    with pytest.raises(
        FileNotFoundError, match=r"datasets/stores\.parquet is missing\. Repair: .*`crm data`"
    ):
        load_stores()


def test_damaged_file_says_how_to_get_it_back(course):
    folder, _ = course
    (folder / "stores.parquet").write_bytes(b"PAR1 this is not a table PAR1")
    with pytest.raises(TableError, match=r"(?s)stores\.parquet is damaged.*Delete the file.*`crm data`"):
        load_stores()


def test_half_a_file_is_damaged(course):
    folder, _ = course
    path = folder / "receipts.parquet"
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(TableError, match=r"receipts\.parquet is damaged"):
        load_receipts()


def test_file_with_another_column_does_not_fit_its_description(course):
    folder, _ = course
    (folder / "checksums.txt").unlink()
    pd.DataFrame({"store_id": [1]}).to_parquet(folder / "stores.parquet")
    with pytest.raises(
        TableError, match=r"(?s)stores\.parquet is damaged or does not fit.*missing columns: city"
    ):
        load_stores()


@pytest.mark.parametrize("place", [5, 0.1, 0.3, 0.5, 0.7, 0.9, -9])
def test_a_single_flipped_bit_is_found(course, place):
    folder, _ = course
    path = folder / "receipts.parquet"
    content = bytearray(path.read_bytes())
    content[int(place * len(content)) if 0 < place < 1 else place] ^= 4
    path.write_bytes(content)
    with pytest.raises(
        TableError, match=r"receipts\.parquet is damaged.*it is not the file that was generated"
    ):
        load_receipts()


def test_a_flipped_digit_in_the_parameters_is_found(course):
    folder, _ = course
    path = folder / "truth" / "parameters.json"
    path.write_text(path.read_text(encoding="utf-8").replace("2026", "2027"), encoding="utf-8")
    with pytest.raises(TableError, match=r"parameters\.json is damaged.*not the file that was generated"):
        load_truth("parameters")


@pytest.mark.parametrize("seed", range(25))
def test_every_kind_of_broken_file_is_explained_where_no_checksum_is_known(course, seed):
    folder, _ = course
    (folder / "checksums.txt").unlink()
    path, generator = folder / "receipts.parquet", random.Random(seed)
    content = bytearray(path.read_bytes())
    for place in generator.sample(range(len(content)), 40):
        content[place] = generator.randrange(256)
    path.write_bytes(content[: generator.choice([None, -1, len(content) // 2, 3])])
    try:
        load_receipts()
    except TableError as error:
        assert "receipts.parquet is damaged or does not fit" in str(error) and "Repair: " in str(error)


@pytest.mark.parametrize("content", ["", "not a list", "0" * 64 + "  ../receipts.parquet"])
def test_a_damaged_list_of_checksums_is_explained_or_asks_nothing(course, content):
    folder, _ = course
    (folder / "checksums.txt").write_text(content, encoding="utf-8")
    if content:
        with pytest.raises(TableError, match=r"checksums\.txt: line 1 is damaged"):
            load_stores()
    else:
        assert len(load_stores()) == 5


def test_damaged_parameters_say_how_to_get_them_back(course):
    folder, _ = course
    (folder / "truth" / "parameters.json").write_text("[{", encoding="utf-8")
    with pytest.raises(TableError, match=r"truth/parameters\.json is damaged.*`crm data`"):
        load_truth("parameters")


def test_own_firm_is_simulated_once_and_kept(course, capsys):
    folder, made = course
    assert load_receipts(seed=7)["amount_cny"].iloc[0] == 7.0
    printed = capsys.readouterr().out
    assert "Your own firm (seed 7) is being simulated." in printed
    assert "50% visits" in printed
    assert "It is kept in datasets/variants/7." in printed
    assert load_truth("parameters", seed=7)["value"].tolist() == [7]
    assert made == [7]
    assert capsys.readouterr().out == ""
    assert [path.name for path in (folder / "variants").iterdir()] == ["7"]


def test_seed_of_the_course_is_the_committed_firm(course):
    _, made = course
    assert load_receipts(seed=2026)["amount_cny"].iloc[0] == 2026.0
    assert made == []


def test_own_firm_is_made_again_when_the_simulator_has_changed(course, monkeypatch):
    folder, made = course
    load_stores(seed=7)
    (folder / "dictionary.csv").write_bytes((folder / "dictionary.csv").read_bytes() + b"\n")
    storage._describe_simulator.cache_clear()
    load_stores(seed=7)
    assert made == [7, 7]


@pytest.fixture
def library(course, monkeypatch):
    """A course with a copy of the code that firms are made with: the folder crmlib in it."""
    folder = course[0].parent / "crmlib"
    for part in PARTS:
        source = COURSE / "crmlib" / part
        shutil.copytree(source, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(storage, "COURSE", folder.parent)
    return folder


def has_changed():
    """Whether firms would be made anew since this was last asked."""
    before = storage._describe_simulator()
    storage._describe_simulator.cache_clear()
    return storage._describe_simulator() != before


def test_own_firm_is_made_again_when_code_deep_in_the_simulation_has_changed(course, library):
    _, made = course
    load_stores(seed=7)
    path = library / "simulation" / "retail" / "leaving.py"
    path.write_bytes(path.read_bytes() + b"# changed\n")
    storage._describe_simulator.cache_clear()
    load_stores(seed=7)
    assert made == [7, 7]


@pytest.mark.parametrize("name", FOLDERS)
def test_a_change_of_any_file_behind_a_firm_makes_it_stale(library, name):
    overlooked = []
    assert not has_changed()
    for path in sorted((library / name).glob("*.py")):
        path.write_bytes(path.read_bytes() + b"# changed\n")
        if not has_changed():
            overlooked.append(path.name)
    assert overlooked == []


@pytest.mark.parametrize("name", FOLDERS)
def test_a_file_that_is_added_renamed_or_removed_makes_a_firm_stale(library, name):
    assert not has_changed()
    path = library / name / "zz.py"
    path.write_bytes(b"")
    added = has_changed()
    path = path.rename(path.with_name("zzz.py"))  # neither the content nor the order of the files changes
    renamed = has_changed()
    path.unlink()
    assert (added, renamed, has_changed()) == (True, True, True)


def test_every_module_that_a_firm_is_made_with_stands_behind_it():
    code = (
        "import sys, crmlib.simulation.command, crmlib.simulation.retail.simulate\n"
        "print(*(name for name in sys.modules if name.startswith('crmlib.')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=COURSE
    )
    assert {name.split(".")[1] for name in done.stdout.split()} == set(PARTS)


def test_a_change_of_code_that_has_no_part_in_a_firm_leaves_it_as_it_is(library):
    assert not has_changed()
    (library / "charts").mkdir()
    (library / "charts" / "style.py").write_bytes(b"")
    assert not has_changed()


def test_own_firm_survives_a_checkout_with_other_line_ends(course):
    folder, made = course
    load_stores(seed=7)
    text = (folder / "dictionary.csv").read_bytes()
    (folder / "dictionary.csv").write_bytes(text.replace(b"\n", b"\r\n"))
    storage._describe_simulator.cache_clear()
    load_stores(seed=7)
    assert made == [7]


def test_interrupted_simulation_leaves_nothing_behind(course, monkeypatch):
    folder, _ = course

    def interrupt(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("crmlib.simulation.writing.export.write_firm", interrupt)
        with pytest.raises(KeyboardInterrupt):
            load_stores(seed=7)
    assert list((folder / "variants").iterdir()) == []
    assert len(load_stores(seed=7)) == 5


def test_damaged_own_firm_says_to_delete_its_folder(course):
    folder, _ = course
    load_stores(seed=7)
    (folder / "variants" / "7" / "stores.parquet").write_bytes(b"nothing")
    with pytest.raises(
        TableError, match=r"delete the folder datasets/variants/7; the firm is then simulated again"
    ):
        load_stores(seed=7)


def test_own_firm_goes_to_the_cache_where_the_course_cannot_be_written_to(course, monkeypatch, tmp_path):
    folder, made = course
    (folder / "variants").write_text("a file where a folder is needed", encoding="utf-8")
    load_stores(seed=7)
    assert (tmp_path / "cache" / "crmlib" / "variants" / "7" / "stores.parquet").exists()
    load_stores(seed=7)
    assert made == [7]


def test_no_folder_to_write_to_is_said_plainly(course, monkeypatch, tmp_path):
    folder, _ = course
    for blocked in (folder / "variants", tmp_path / "cache"):
        blocked.write_text("a file where a folder is needed", encoding="utf-8")
    with pytest.raises(
        OSError, match=r"A firm of your own needs a folder: neither .*variants and .* can be written"
    ):
        load_stores(seed=7)


@pytest.mark.parametrize("seed", [True, "7", 7.0])
def test_seed_that_is_no_whole_number_is_refused(seed):
    with pytest.raises(TypeError, match="seed: expected a whole number such as 7, found"):
        load_stores(seed=seed)


def test_negative_seed_is_refused():
    with pytest.raises(ValueError, match="seed: expected 0 or more, found -1"):
        load_stores(seed=-1)


@pytest.mark.parametrize(
    ("system", "cache", "folder"),
    [
        (unix.Unix, "", "/home/li/.cache/crmlib/variants"),
        (unix.Unix, "/scratch", "/scratch/crmlib/variants"),
        (macos.MacOS, "", "/home/li/Library/Caches/crmlib/variants"),
        (windows.Windows, "", "C:/Users/li/AppData/Local/crmlib/variants"),
    ],
)
def test_firms_in_the_cache_are_looked_for_where_they_have_always_been(system, cache, folder, monkeypatch):
    monkeypatch.setattr(platformdirs, "PlatformDirs", system)
    monkeypatch.setattr(windows, "get_win_folder", lambda _: "C:/Users/li/AppData/Local")
    monkeypatch.setenv("XDG_CACHE_HOME", cache)
    for home in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(home, "/home/li")
    assert storage._list_variant_folders()[1].as_posix() == folder
