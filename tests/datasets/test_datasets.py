"""Every table loads in its described types, says what it means, and is made anew where a file is missing."""

import inspect
import shutil

import pandas as pd
import pytest

from crmlib.datasets import loaders as datasets
from crmlib.datasets import storage
from crmlib.datasets.loaders import Firm, load_firm, load_receipts, load_stores, load_table, load_truth
from crmlib.ground.units import COLUMN_UNITS
from crmlib.simulation.parameters import Parameter, Simulated
from crmlib.simulation.writing.export import write_firm
from crmlib.tables import check_truth
from crmlib.tables import describe as descriptions
from crmlib.tables.describe import describe_receipts, describe_stores, describe_tables, describe_truth
from crmlib.tables.dictionary import DATASETS, TABLES
from crmlib.tables.errors import TableError
from crmlib.tables.examples import example_rows
from crmlib.tables.firm import CHECKS, check_firm

NAMES = list(CHECKS)
TRUTH = [name.removeprefix("truth.") for name in TABLES if name.startswith("truth.")]
needs_data = pytest.mark.skipif(
    not (DATASETS / "receipts.parquet").exists(),
    reason="THE FIRM'S TABLES ARE MISSING: run `crm data`, then these tests again",
)


def make_small_firm(seed):
    """Five rows of every table; the amount of the first receipt tells the seed."""
    tables = {name: example_rows(name, rows=5) for name in NAMES if name not in SHORT}
    tables |= {name: example_rows(name, rows=2) for name in SHORT}
    tables["receipts"].loc[0, "amount_cny"] = float(seed)
    truth = {name: example_rows(f"truth.{name}", rows=2) for name in TRUTH}
    return Simulated(tables, truth, (Parameter("seed", seed, "1", "start", "design choice"),))


SHORT = ("marketing_costs", "market_prices")  # their keys have fewer than five levels


@pytest.fixture(scope="module")
def small_firm(tmp_path_factory):
    """A folder with a small firm and the dictionary, to be copied."""
    folder = tmp_path_factory.mktemp("small") / "datasets"
    write_firm(make_small_firm(2026), folder)
    for name in ("dictionary.csv", "tables.csv"):
        (folder / name).write_bytes((DATASETS / name).read_bytes())
    return folder


@pytest.fixture
def course(small_firm, tmp_path, monkeypatch):
    """A course folder with a small committed firm; simulating a firm is quick. Returns it, and seeds made."""
    folder = tmp_path / "course" / "datasets"
    shutil.copytree(small_firm, folder)
    monkeypatch.setattr(storage, "DATASETS", folder)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "cache"))
    made = []

    def simulate(world, *, progress):
        made.append(world.seed)
        progress(0.5, "visits")
        return make_small_firm(world.seed)

    monkeypatch.setattr("crmlib.simulation.simulate", simulate)
    storage._describe_simulator.cache_clear()
    yield folder, made
    storage._describe_simulator.cache_clear()


# --- every table has its functions ---------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_every_table_has_a_load_and_a_describe_function(name):
    load, describe = getattr(datasets, f"load_{name}"), getattr(datasets, f"describe_{name}")
    assert list(inspect.signature(load).parameters) == ["seed"]
    assert inspect.signature(load).parameters["seed"].kind is inspect.Parameter.KEYWORD_ONLY
    assert list(inspect.signature(describe).parameters) == ["language"]
    assert f"load_{name}" in datasets.__all__
    assert f"describe_{name}" in datasets.__all__
    assert TABLES[name].row_en in load.__doc__


@pytest.mark.parametrize("name", NAMES)
def test_load_functions_read_the_table_of_their_name(course, name):
    loaded = getattr(datasets, f"load_{name}")()
    assert loaded.dtypes.to_dict() == {c.name: c.dtype for c in TABLES[name].columns.values()}


def test_firm_names_all_its_tables_for_completion_and_types():
    assert set(NAMES) <= set(dir(Firm()))
    assert list(Firm.__annotations__) == NAMES


# --- the committed firm --------------------------------------------------------------------------------


@needs_data
def test_committed_firm_keeps_every_law_between_its_tables():
    check_firm(load_firm().tables())


@needs_data
@pytest.mark.parametrize("name", TRUTH)
def test_committed_truth_keeps_to_its_description(name):
    check_truth(load_truth(name), name)


@needs_data
def test_parameters_of_the_world_are_open_with_unit_and_meaning():
    parameters = load_truth("parameters")
    assert {"name", "value", "unit", "meaning", "source"} <= set(parameters.columns)
    assert (parameters["meaning"].str.len() > 0).all()


@needs_data
def test_committed_files_stay_small():
    size = sum(path.stat().st_size for path in DATASETS.rglob("*") if "variants" not in path.parts)
    assert size < 15_000_000


# --- reading -------------------------------------------------------------------------------------------


def test_changing_a_loaded_table_does_not_reach_the_next_reader(course):
    stores = load_stores()
    stores["tills"] = 99
    assert load_stores()["tills"].max() == 1


def test_firm_reads_a_table_once(course):
    firm = load_firm()
    assert firm.stores is firm.stores
    assert repr(firm) == "Firm()"
    assert repr(load_firm(seed=7)) == "Firm(seed=7)"


def test_misspelt_table_of_the_firm_suggests_the_nearest():
    with pytest.raises(AttributeError, match=r"no table 'recepts'\. Did you mean 'receipts'\? Known: stores"):
        load_firm().recepts  # noqa: B018


def test_unknown_table_lists_the_valid_names_and_the_nearest():
    with pytest.raises(
        ValueError, match=r"no table 'recepts'\. Did you mean 'receipts'\? Known: stores, products"
    ):
        load_table("recepts")


def test_truth_is_not_opened_by_its_long_name_in_load_table():
    with pytest.raises(ValueError, match=r"There is no table 'truth\.members'"):
        load_table("truth.members")


def test_unknown_truth_lists_the_valid_names_and_the_nearest():
    with pytest.raises(
        ValueError, match=r"no truth about 'member'\. Did you mean 'members'\? Known: members, surveys"
    ):
        load_truth("member")


def test_truth_opens_by_its_name(course):
    pd.testing.assert_frame_equal(load_truth("members"), example_rows("truth.members"))
    assert load_truth("parameters")["value"].tolist() == [2026]


# --- missing and damaged files -------------------------------------------------------------------------


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
    with pytest.raises(TableError, match=r"(?s)stores\.parquet is damaged.*delete the file.*`crm data`"):
        load_stores()


def test_half_a_file_is_damaged(course):
    folder, _ = course
    path = folder / "receipts.parquet"
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(TableError, match=r"receipts\.parquet is damaged"):
        load_receipts()


def test_file_with_another_column_does_not_fit_its_description(course):
    folder, _ = course
    pd.DataFrame({"store_id": [1]}).to_parquet(folder / "stores.parquet")
    with pytest.raises(
        TableError, match=r"(?s)stores\.parquet is damaged or does not fit.*missing columns: city"
    ):
        load_stores()


def test_damaged_parameters_say_how_to_get_them_back(course):
    folder, _ = course
    (folder / "truth" / "parameters.json").write_text("[{", encoding="utf-8")
    with pytest.raises(TableError, match=r"truth/parameters\.json is damaged.*`crm data`"):
        load_truth("parameters")


# --- a firm of one's own -------------------------------------------------------------------------------


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
    monkeypatch.setattr(storage.sys, "platform", "linux")
    load_stores(seed=7)
    assert (tmp_path / "cache" / "crmlib" / "variants" / "7" / "stores.parquet").exists()
    load_stores(seed=7)
    assert made == [7]


def test_no_folder_to_write_to_is_said_plainly(course, monkeypatch, tmp_path):
    folder, _ = course
    for blocked in (folder / "variants", tmp_path / "cache"):
        blocked.write_text("a file where a folder is needed", encoding="utf-8")
    monkeypatch.setattr(storage.sys, "platform", "linux")
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


# --- descriptions --------------------------------------------------------------------------------------


def test_description_has_a_row_for_each_column_in_english():
    described = describe_receipts()
    assert described.index.tolist() == list(TABLES["receipts"].columns)
    assert described.columns.tolist() == ["label", "meaning", "unit", "type", "values", "may_be_missing"]
    assert described.loc["customer_id", "may_be_missing"] == "yes"
    assert described.loc["channel", "values"] == "store, online"


def test_description_in_chinese_has_no_english_but_names_and_levels():
    described = describe_receipts(language="zh")
    assert described.columns.tolist() == ["名称", "含义", "单位", "类型", "取值", "可缺失"]
    assert described.loc["amount_cny"].tolist()[:1] == ["商品金额"]
    assert described.loc["amount_cny", "单位"] == "元"


def test_every_unit_type_and_firm_has_a_chinese_word():
    for table in TABLES.values():
        assert table.firm in descriptions.FIRMS_ZH
        for column in table.columns.values():
            assert column.unit in COLUMN_UNITS, (table.name, column.name)
            assert column.type == "number32" or column.type in descriptions.TYPES_ZH
    units = {column.unit for table in TABLES.values() for column in table.columns.values()}
    assert set(COLUMN_UNITS) == units | {""}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_overview_lists_the_tables_without_the_truth(language):
    assert describe_tables(language=language).index.tolist() == NAMES
    assert describe_truth(language=language).index.tolist() == TRUTH


def test_truth_is_described_by_table():
    assert describe_truth("members").index.tolist() == list(TABLES["truth.members"].columns)
    with pytest.raises(ValueError, match="Did you mean 'members'"):
        describe_truth("membres")


def test_unknown_language_is_refused():
    with pytest.raises(
        ValueError, match=r'language: expected "en" \(English\) or "zh" \(Chinese\), found \'de\''
    ):
        describe_stores(language="de")
