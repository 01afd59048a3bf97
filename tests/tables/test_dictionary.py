"""The descriptions are complete, in both languages, and agree with one another."""

import csv
import re
from pathlib import Path

import pytest

from crmlib.tables.dictionary import (
    DATASETS,
    FIRM_TABLES,
    TABLES,
    TRUTH_TABLES,
    Column,
    Table,
    read_dictionary,
)


def test_dictionary_describes_every_column_in_both_languages():
    for table in TABLES.values():
        for column in table.columns.values():
            assert column.label_en and column.label_zh and column.meaning_en and column.meaning_zh
            assert re.search("[\u4e00-\u9fff]", column.label_zh), (table.name, column.name)
            assert re.search("[\u4e00-\u9fff]", column.meaning_zh), (table.name, column.name)


def test_a_missing_description_is_named_with_the_way_to_get_it_back(tmp_path):
    with pytest.raises(
        FileNotFoundError, match=r"tables.csv, is not in .*git checkout -- datasets/tables.csv"
    ):
        read_dictionary(tmp_path)


def test_labels_of_a_table_are_different_so_that_headers_can_be_translated_back():
    for table in TABLES.values():
        for language in ("label_en", "label_zh"):
            labels = [getattr(column, language) for column in table.columns.values()]
            assert len(labels) == len(set(labels)), (table.name, language)


def test_a_label_is_never_the_name_of_another_column_of_its_table():
    for table in TABLES.values():
        for column in table.columns.values():
            assert column.label_en not in set(table.columns) - {column.name}


def test_every_table_has_a_primary_key_and_references_lead_to_described_columns():
    for table in TABLES.values():
        assert table.primary_key, table.name
        for column, (other, target) in table.foreign_keys.items():
            assert target in TABLES[other].columns, (table.name, column)
            assert TABLES[other].columns[target].type == table.columns[column].type


def test_categories_have_levels_and_other_columns_have_none():
    for table in TABLES.values():
        for column in table.columns.values():
            assert bool(column.levels) == (column.type in ("category", "ordered")), (table.name, column.name)


def test_units_stand_in_the_names_of_money_columns():
    for table in TABLES.values():
        for column in table.columns.values():
            assert (column.unit == "yuan") == (column.name.endswith("_cny") and "per" not in column.unit)


def test_dictionary_is_a_plain_table_without_empty_cells_in_its_names():
    with (DATASETS / "dictionary.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len({(row["table"], row["column"]) for row in rows}) == len(rows)
    assert {row["nullable"] for row in rows} == {"yes", "no"}


def test_the_tables_of_the_firm_and_of_the_truth_are_all_tables():
    assert {*FIRM_TABLES, *TRUTH_TABLES} == set(TABLES)
    assert {name.removeprefix("truth.") for name in TRUTH_TABLES} & set(FIRM_TABLES)  # same word, two tables


BASKETS = "table,firm,title_en,title_zh,row_en,row_zh\nbaskets,Osmanthus,Baskets,购物篮,a basket,一个购物篮\n"
COLUMNS = """table,column,type,unit,key,nullable,levels,range,label_en,label_zh,meaning_en,meaning_zh
baskets,store_id,integer,,primary|stores.store_id,no,,1..,Store,门店,"Where, in words",在哪里
baskets,size,ordered,pieces,,yes,small|large,,Size,大小,How much is in it,装了多少
"""


def write(folder: Path, tables: str) -> Path:
    """Write a small description of tables; return its folder."""
    (folder / "tables.csv").write_text(tables, encoding="utf-8")
    (folder / "dictionary.csv").write_text(COLUMNS, encoding="utf-8")
    return folder


def test_a_description_is_read_word_by_word(tmp_path):
    key = ("primary", "stores.store_id")
    store = Column(
        "store_id", "integer", "", key, False, (), "1..", "Store", "门店", "Where, in words", "在哪里"
    )
    levels = ("small", "large")
    size = Column(
        "size", "ordered", "pieces", (), True, levels, "", "Size", "大小", "How much is in it", "装了多少"
    )
    columns = {"store_id": store, "size": size}
    baskets = Table("baskets", columns, "Osmanthus", "Baskets", "购物篮", "a basket", "一个购物篮")
    found = read_dictionary(write(tmp_path, BASKETS))
    assert found == {"baskets": baskets} and list(found["baskets"].columns) == ["store_id", "size"]
    assert found["baskets"].foreign_keys == {"store_id": ("stores", "store_id")}


def test_two_files_that_describe_different_tables_are_refused(tmp_path):
    others = BASKETS.replace("baskets,", "trolleys,") + "bags,Osmanthus,Bags,袋,a bag,一个袋\n"
    message = r"do not describe the same tables: bags, baskets, trolleys\. Describe each table in both"
    with pytest.raises(ValueError, match=message):
        read_dictionary(write(tmp_path, others))
