"""Every table loads in its described types, and says what it means."""

import inspect

import pandas as pd
import pytest

from crmlib import datasets
from crmlib.datasets.loaders import Firm, load_firm, load_stores, load_table, load_truth
from crmlib.tables.check import check_table
from crmlib.tables.dictionary import DATASETS, FIRM_TABLES, TABLES, TRUTH_TABLES
from crmlib.tables.examples import example_rows

needs_data = pytest.mark.skipif(
    not (DATASETS / "receipts.parquet").exists(),
    reason="THE FIRM'S TABLES ARE MISSING: run `crm data`, then these tests again",
)


def test_the_package_names_the_loader_of_every_table_in_the_order_of_the_dictionary():
    loaders = datasets.__all__[4:]  # after load_firm, Firm, load_truth and load_table
    assert loaders == [f"load_{name}" for name in FIRM_TABLES], (
        "Add the table's lines in crmlib/datasets/loaders.py and crmlib/datasets/__init__.py."
    )


def test_firm_names_all_its_tables_for_completion_and_types():
    assert list(Firm.__annotations__) == list(FIRM_TABLES)
    assert set(FIRM_TABLES) <= set(dir(Firm()))


@pytest.mark.parametrize("name", FIRM_TABLES)
def test_loader_says_what_a_row_and_each_column_is(name):
    load = getattr(datasets, f"load_{name}")
    assert load.__name__ == f"load_{name}"
    assert str(inspect.signature(load)) == "(*, seed: 'int | None' = None) -> 'pd.DataFrame'"
    assert f"one row is {TABLES[name].row_en}." in load.__doc__
    for column in TABLES[name].columns.values():
        assert f"    {column.name}" in load.__doc__ and column.meaning_en in load.__doc__


@pytest.mark.parametrize("name", FIRM_TABLES)
def test_load_functions_read_the_table_of_their_name(course, name):
    loaded = getattr(datasets, f"load_{name}")()
    assert loaded.dtypes.to_dict() == {c.name: c.dtype for c in TABLES[name].columns.values()}


@needs_data
@pytest.mark.parametrize("name", TRUTH_TABLES)
def test_committed_truth_keeps_to_its_description(name):
    check_table(load_truth(name), name)


@needs_data
def test_parameters_of_the_world_are_open_with_unit_and_meaning():
    parameters = load_truth("parameters")
    assert {"name", "value", "unit", "meaning", "source"} <= set(parameters.columns)
    assert (parameters["meaning"].str.len() > 0).all()


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
