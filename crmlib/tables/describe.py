"""What the columns of each table mean, as a table to read, in English or Chinese."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from crmlib.ground.spelling import suggest
from crmlib.ground.units import COLUMN_UNITS
from crmlib.tables.dictionary import FIRM_TABLES, TABLES, TRUTH_TABLES, Column
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
    return _list_tables(FIRM_TABLES, language)


def describe_truth(*, language: str = "en") -> pd.DataFrame:
    """Which tables of the truth are there? What the columns of one mean: `describe_table("truth.members")`.

    language, columns and errors: as in `describe_tables`.

    >>> describe_truth().loc["truth.problems", "row"]
    'a problem at a purchase, reported or not'
    """
    return _list_tables(TRUTH_TABLES, language)


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


def _list_tables(names: Sequence[str], language: str) -> pd.DataFrame:
    _require_language(language)
    rows = [
        {
            "table": table.name,
            "firm": table.firm if language == "en" else FIRMS_ZH[table.firm],
            "title": getattr(table, f"title_{language}"),
            "row": getattr(table, f"row_{language}"),
            "columns": len(table.columns),
        }
        for table in map(get_table, names)
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
