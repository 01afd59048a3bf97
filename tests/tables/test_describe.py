"""The descriptions that students read, in English and Chinese."""

import pytest

from crmlib.ground.units import COLUMN_UNITS
from crmlib.tables.describe import (
    FIRMS_ZH,
    TYPES_ZH,
    describe_table,
    describe_tables,
    describe_truth,
    find_columns,
)
from crmlib.tables.dictionary import FIRM_TABLES, TABLES, TRUTH_TABLES


def test_description_has_a_row_for_each_column_in_english():
    described = describe_table("receipts")
    assert described.index.tolist() == list(TABLES["receipts"].columns)
    assert described.columns.tolist() == ["label", "meaning", "unit", "type", "values", "may_be_missing"]
    assert described.loc["customer_id", "may_be_missing"] == "yes"
    assert described.loc["channel", "values"] == "store, online"


def test_description_in_chinese_has_no_english_but_names_and_levels():
    described = describe_table("receipts", language="zh")
    assert described.columns.tolist() == ["名称", "含义", "单位", "类型", "取值", "可缺失"]
    assert described.loc["amount_cny"].tolist()[:1] == ["商品金额"]
    assert described.loc["amount_cny", "单位"] == "元"


def test_every_unit_type_and_firm_has_a_chinese_word():
    for table in TABLES.values():
        assert table.firm in FIRMS_ZH
        for column in table.columns.values():
            assert column.unit in COLUMN_UNITS, (table.name, column.name)
            assert column.type == "number32" or column.type in TYPES_ZH
    units = {column.unit for table in TABLES.values() for column in table.columns.values()}
    assert set(COLUMN_UNITS) == units | {""}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_overview_lists_the_tables_without_the_truth(language):
    assert describe_tables(language=language).index.tolist() == list(FIRM_TABLES)
    assert describe_truth(language=language).index.tolist() == list(TRUTH_TABLES)


def test_truth_is_described_by_table():
    described = describe_table("truth.members")
    assert described.index.tolist() == list(TABLES["truth.members"].columns)
    with pytest.raises(ValueError, match=r"Did you mean 'truth\.members'"):
        describe_table("truth.membres")


def test_unknown_language_is_refused():
    with pytest.raises(
        ValueError, match=r'language: expected "en" \(English\) or "zh" \(Chinese\), found \'de\''
    ):
        describe_table("stores", language="de")


def test_a_word_is_found_in_names_and_meanings_of_both_languages():
    assert find_columns("frailty").loc["truth.members", "column"] == "frailty"
    assert set(find_columns("积分").index) >= {"points", "receipts"}
    assert find_columns("FEE", language="zh").loc["members", "列名"] == "fee_cny"


def test_a_word_that_no_column_has_to_do_with_gets_the_nearest():
    with pytest.raises(ValueError, match="Did you mean 'satisfaction'"):
        find_columns("satisfactoin")


@pytest.mark.parametrize("word", ["", "  ", None, 7])
def test_what_is_no_word_is_refused(word):
    with pytest.raises(ValueError, match="No column has to do with"):
        find_columns(word)


def test_columns_are_looked_up_in_two_languages_only():
    with pytest.raises(ValueError, match="language"):
        find_columns("fee", language="de")


def test_a_description_says_all_of_a_column_in_both_languages():
    stores = [describe_table("surveys", language=one).loc["recommend"].tolist() for one in ("en", "zh")]
    assert stores[0][2:] == ["score", "integer", "0 … 10", "yes"]
    assert stores[1][2:] == ["分", "整数", "0 … 10", "是"]
    exits = [describe_table("exits", language=one).loc["asked_on"].tolist() for one in ("en", "zh")]
    assert exits[0] == ["Asked on", "Day of the interview", "", "date", "", "no"]
    assert exits[1] == ["访谈日期", "访谈日期", "", "日期", "", "否"]


def test_an_overview_says_whose_a_table_is_and_what_a_row():
    english, chinese = describe_tables(), describe_tables(language="zh")
    assert (english.index.name, *english.columns) == ("table", "firm", "title", "row", "columns")
    row = ["Osmanthus", "Exit interviews", "an interview with a member who had stopped buying", 3]
    assert english.loc["exits"].tolist() == row
    assert (chinese.index.name, *chinese.columns) == ("表名", "企业", "名称", "一行是", "列数")
    assert chinese.loc["exits"].tolist() == ["桂子", "流失访谈", "对一位停止购买会员的访谈", 3]


def test_a_column_that_is_found_comes_with_its_table_meaning_and_unit():
    english, chinese = find_columns(" Rivals "), find_columns("rivals", language="zh")
    assert (english.index.name, *english.columns) == ("table", "column", "label", "meaning", "unit")
    words = ["rivals", "Rivals nearby", "Rival health-and-beauty stores within walking distance", "stores"]
    assert english.loc["stores"].tolist() == words
    assert (chinese.index.name, *chinese.columns) == ("表名", "列名", "名称", "含义", "单位")
    assert chinese.loc["stores"].tolist() == ["rivals", "附近竞争店数", "步行可达范围内的竞争门店数", "家"]


def test_numbers_of_half_the_digits_are_numbers_to_the_reader():
    kinds = [describe_table("truth.satisfaction", language=one).iloc[:, 3] for one in ("en", "zh")]
    assert [kind["latent_satisfaction"] for kind in kinds] == ["number", "数值"]
