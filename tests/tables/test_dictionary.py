"""The descriptions are complete, in both languages, and agree with one another."""

import csv
import re

from crmlib.tables.dictionary import DATASETS, FIRM_TABLES, TABLES, TRUTH_TABLES


def test_dictionary_describes_every_column_in_both_languages():
    for table in TABLES.values():
        for column in table.columns.values():
            assert column.label_en and column.label_zh and column.meaning_en and column.meaning_zh
            assert re.search("[\u4e00-\u9fff]", column.label_zh), (table.name, column.name)
            assert re.search("[\u4e00-\u9fff]", column.meaning_zh), (table.name, column.name)


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
