"""What the columns of each table mean, as a table to read, in English or Chinese."""

from __future__ import annotations

import pandas as pd

from crmlib.datasets.storage import check_truth_name
from crmlib.ground.spelling import suggest
from crmlib.ground.units import COLUMN_UNITS
from crmlib.tables.dictionary import TABLES, Column
from crmlib.tables.errors import get_table

TYPES_ZH = {
    "integer": "整数",
    "number": "数值",
    "boolean": "是/否",
    "category": "类别",
    "ordered": "有序类别",
    "string": "文本",
    "date": "日期",
    "datetime": "日期时间",
}
HEADERS_ZH = {
    "column": "列名",
    "label": "名称",
    "meaning": "含义",
    "unit": "单位",
    "type": "类型",
    "values": "取值",
    "may_be_missing": "可缺失",
}
FIRMS_ZH = {"Osmanthus": "桂子", "Northport": "北港"}
OVERVIEW_ZH = {"table": "表名", "firm": "企业", "title": "名称", "row": "一行是", "columns": "列数"}


def describe_table(name: str, *, language: str = "en") -> pd.DataFrame:
    """What do the columns of a table mean?

    Args:
        name: a name in TABLES, such as "receipts" or "truth.members".
        language: "en" for English, "zh" for Chinese.

    Returns:
        One row a column, indexed by its name: label, meaning, unit, type, values (levels or range),
        may_be_missing. In Chinese the headers are Chinese as well.

    Raises:
        ValueError: another language, or no such table.

    >>> describe_table("stores").loc["tills"].to_dict()["meaning"]
    'Number of tills in the store'
    >>> describe_table("stores", language="zh").loc["tills", "单位"]
    '台'
    """
    _require_language(language)
    rows = [_describe_column(column, language) for column in get_table(name).columns.values()]
    return _translate(pd.DataFrame(rows), HEADERS_ZH, language)


def describe_tables(*, language: str = "en") -> pd.DataFrame:
    """Which tables are there, whose are they, and what is a row? The truth is left out.

    Args:
        language: "en" for English, "zh" for Chinese.

    Returns:
        One row a table, indexed by its name: firm, title, row, columns (how many).

    Raises:
        ValueError: another language.

    >>> describe_tables().loc["surveys", "row"]
    'an invitation to a survey, answered or not'
    """
    return _list_tables(False, language)


def describe_truth(name: str | None = None, *, language: str = "en") -> pd.DataFrame:
    """What does the truth hold? Without a name the tables, with a name the columns of one.

    Args:
        name: None, or the name of a table of the truth, such as "members".
        language: "en" for English, "zh" for Chinese.

    Raises:
        ValueError: another language, or no such table.

    >>> describe_truth("members").loc["frailty", "label"]
    'Frailty'
    """
    if name is None:
        return _list_tables(True, language)
    return describe_table(check_truth_name(name), language=language)


def find_columns(word: str, *, language: str = "en") -> pd.DataFrame:
    """Which columns have to do with a word, and in which tables are they? The truth is searched as well.

    Args:
        word: in English or Chinese; looked for in the names, labels and meanings of all columns, whatever its
            capitals.
        language: "en" or "zh": the language of the answer.

    Returns:
        One row a column, indexed by its table: column, label, meaning, unit.

    Raises:
        ValueError: no column has to do with the word, or another language.

    >>> find_columns("rivals")["column"].to_dict()
    {'stores': 'rivals'}
    >>> find_columns("出生年份", language="zh")["列名"].to_dict()
    {'members': 'birth_year'}
    """
    _require_language(language)
    wanted = word.strip().casefold() if isinstance(word, str) else ""
    columns = [(table.name, column) for table in TABLES.values() for column in table.columns.values()]
    rows = [
        {"table": name, **_describe_column(column, language)}
        for name, column in columns
        if wanted and any(wanted in text.casefold() for text in _texts_of(column))
    ]
    if not rows:
        known = {text for _, column in columns for text in (column.name, column.label_en, column.label_zh)}
        raise ValueError(f"No column has to do with {word!r}.{suggest(wanted, known)} Try a shorter word.")
    found = pd.DataFrame(rows)[["table", "column", "label", "meaning", "unit"]]
    return _translate(found, {**OVERVIEW_ZH, **HEADERS_ZH}, language)


def _texts_of(column: Column) -> tuple[str, ...]:
    return (column.name, column.label_en, column.label_zh, column.meaning_en, column.meaning_zh)


def _list_tables(of_truth: bool, language: str) -> pd.DataFrame:
    """List the tables of the firms, or those of the truth."""
    _require_language(language)
    rows = [
        {
            "table": table.name.removeprefix("truth."),
            "firm": table.firm if language == "en" else FIRMS_ZH[table.firm],
            "title": getattr(table, f"title_{language}"),
            "row": getattr(table, f"row_{language}"),
            "columns": len(table.columns),
        }
        for table in TABLES.values()
        if table.name.startswith("truth.") == of_truth
    ]
    return _translate(pd.DataFrame(rows), OVERVIEW_ZH, language)


def _describe_column(column: Column, language: str) -> dict[str, str]:
    """Describe one column in one language."""
    kind = "number" if column.type == "number32" else column.type
    missing = {"en": ("no", "yes"), "zh": ("否", "是")}[language][int(column.nullable)]
    return {
        "column": column.name,
        "label": getattr(column, f"label_{language}"),
        "meaning": getattr(column, f"meaning_{language}"),
        "unit": column.unit if language == "en" else COLUMN_UNITS.get(column.unit, column.unit),
        "type": kind if language == "en" else TYPES_ZH[kind],
        "values": column.range.replace("..", " … ").strip() or ", ".join(column.levels),
        "may_be_missing": missing,
    }


def _translate(frame: pd.DataFrame, headers: dict[str, str], language: str) -> pd.DataFrame:
    """Index a description by its first column; give it Chinese headers if it is in Chinese."""
    if language == "zh":
        frame = frame.rename(columns=headers)
    return frame.set_index(frame.columns[0])


def _require_language(language: str) -> None:
    """Refuse a language that the descriptions do not have."""
    if language not in ("en", "zh"):
        raise ValueError(f'language: expected "en" (English) or "zh" (Chinese), found {language!r}.')


def describe_stores(*, language: str = "en") -> pd.DataFrame:
    """What do the columns of stores mean? One row a column, as in `describe_table`.

    >>> describe_stores().loc["city", "label"]
    'City'
    """
    return describe_table("stores", language=language)


def describe_products(*, language: str = "en") -> pd.DataFrame:
    """What do the columns of products mean? One row a column, as in `describe_table`.

    >>> describe_products().loc["category", "label"]
    'Category'
    """
    return describe_table("products", language=language)


def describe_members(*, language: str = "en") -> pd.DataFrame:
    """What do the columns of members mean? One row a column, as in `describe_table`.

    >>> describe_members().loc["joined_on", "label"]
    'Joined on'
    """
    return describe_table("members", language=language)


def describe_receipts(*, language: str = "en") -> pd.DataFrame:
    """What do the columns of receipts mean? One row a column, as in `describe_table`.

    >>> describe_receipts().loc["customer_id", "label"]
    'Customer'
    """
    return describe_table("receipts", language=language)


def describe_receipt_lines(*, language: str = "en") -> pd.DataFrame:
    """What do the columns of receipt_lines mean? One row a column, as in `describe_table`.

    >>> describe_receipt_lines().loc["product_id", "label"]
    'Product'
    """
    return describe_table("receipt_lines", language=language)


def describe_returns(*, language: str = "en") -> pd.DataFrame:
    """What do the columns of returns mean? One row a column, as in `describe_table`.

    >>> describe_returns().loc["receipt_id", "label"]
    'Receipt'
    """
    return describe_table("returns", language=language)


def describe_points(*, language: str = "en") -> pd.DataFrame:
    """What do the columns of points mean? One row a column, as in `describe_table`.

    >>> describe_points().loc["customer_id", "label"]
    'Customer'
    """
    return describe_table("points", language=language)


def describe_surveys(*, language: str = "en") -> pd.DataFrame:
    """What do the columns of surveys mean? One row a column, as in `describe_table`.

    >>> describe_surveys().loc["customer_id", "label"]
    'Customer'
    """
    return describe_table("surveys", language=language)


def describe_complaints(*, language: str = "en") -> pd.DataFrame:
    """What do the columns of complaints mean? One row a column, as in `describe_table`.

    >>> describe_complaints().loc["customer_id", "label"]
    'Customer'
    """
    return describe_table("complaints", language=language)


def describe_campaigns(*, language: str = "en") -> pd.DataFrame:
    """What do the columns of campaigns mean? One row a column, as in `describe_table`.

    >>> describe_campaigns().loc["name_en", "label"]
    'English name'
    """
    return describe_table("campaigns", language=language)


def describe_contacts(*, language: str = "en") -> pd.DataFrame:
    """What do the columns of contacts mean? One row a column, as in `describe_table`.

    >>> describe_contacts().loc["customer_id", "label"]
    'Customer'
    """
    return describe_table("contacts", language=language)


def describe_store_trials(*, language: str = "en") -> pd.DataFrame:
    """What do the columns of store_trials mean? One row a column, as in `describe_table`.

    >>> describe_store_trials().loc["store_id", "label"]
    'Store'
    """
    return describe_table("store_trials", language=language)


def describe_marketing_costs(*, language: str = "en") -> pd.DataFrame:
    """What do the columns of marketing_costs mean? One row a column, as in `describe_table`.

    >>> describe_marketing_costs().loc["purpose", "label"]
    'Purpose'
    """
    return describe_table("marketing_costs", language=language)


def describe_exits(*, language: str = "en") -> pd.DataFrame:
    """What do the columns of exits mean? One row a column, as in `describe_table`.

    >>> describe_exits().loc["asked_on", "label"]
    'Asked on'
    """
    return describe_table("exits", language=language)


def describe_queues(*, language: str = "en") -> pd.DataFrame:
    """What do the columns of queues mean? One row a column, as in `describe_table`.

    >>> describe_queues().loc["observed_at", "label"]
    'Observed at'
    """
    return describe_table("queues", language=language)


def describe_panel(*, language: str = "en") -> pd.DataFrame:
    """What do the columns of panel mean? One row a column, as in `describe_table`.

    >>> describe_panel().loc["quarter", "label"]
    'Quarter'
    """
    return describe_table("panel", language=language)


def describe_accounts(*, language: str = "en") -> pd.DataFrame:
    """What do the columns of accounts mean? One row a column, as in `describe_table`.

    >>> describe_accounts().loc["segment", "label"]
    'Segment'
    """
    return describe_table("accounts", language=language)


def describe_orders(*, language: str = "en") -> pd.DataFrame:
    """What do the columns of orders mean? One row a column, as in `describe_table`.

    >>> describe_orders().loc["customer_id", "label"]
    'Account'
    """
    return describe_table("orders", language=language)


def describe_visits(*, language: str = "en") -> pd.DataFrame:
    """What do the columns of visits mean? One row a column, as in `describe_table`.

    >>> describe_visits().loc["customer_id", "label"]
    'Account'
    """
    return describe_table("visits", language=language)


def describe_contracts(*, language: str = "en") -> pd.DataFrame:
    """What do the columns of contracts mean? One row a column, as in `describe_table`.

    >>> describe_contracts().loc["customer_id", "label"]
    'Account'
    """
    return describe_table("contracts", language=language)


def describe_leads(*, language: str = "en") -> pd.DataFrame:
    """What do the columns of leads mean? One row a column, as in `describe_table`.

    >>> describe_leads().loc["created_on", "label"]
    'Created on'
    """
    return describe_table("leads", language=language)


def describe_competitor_bids(*, language: str = "en") -> pd.DataFrame:
    """What do the columns of competitor_bids mean? One row a column, as in `describe_table`.

    >>> describe_competitor_bids().loc["customer_id", "label"]
    'Account'
    """
    return describe_table("competitor_bids", language=language)


def describe_market_prices(*, language: str = "en") -> pd.DataFrame:
    """What do the columns of market_prices mean? One row a column, as in `describe_table`.

    >>> describe_market_prices().loc["product", "label"]
    'Product'
    """
    return describe_table("market_prices", language=language)


def describe_wallets(*, language: str = "en") -> pd.DataFrame:
    """What do the columns of wallets mean? One row a column, as in `describe_table`.

    >>> describe_wallets().loc["quarter", "label"]
    'Quarter'
    """
    return describe_table("wallets", language=language)
