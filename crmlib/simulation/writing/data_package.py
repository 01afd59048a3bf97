"""What is in a firm's folder: `README.md` and a card for each table to read, `datapackage.json` for programs.

All are generated from the dictionary and from the files themselves: rows, gaps and ranges come from the
summary that every Parquet file holds, so that no table has to be read.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crmlib.ground.checksums import measure_file
from crmlib.ground.files import write_file
from crmlib.tables.dictionary import TABLES, Column, Table

DESCRIPTOR = "datapackage.json"
OVERVIEW = "README.md"
LICENCE = {"name": "CC-BY-4.0", "title": "Creative Commons Attribution 4.0 International"}
ORIGIN_EN = "Simulated by crmlib.simulation; every name, person and purchase is invented."
ORIGIN_ZH = "由 crmlib.simulation 模拟生成；所有名称、人物和交易均为虚构。"
FIRMS = {
    "Osmanthus": ("Osmanthus (桂子), a fictional health-and-beauty chain", "虚构的健康美容连锁店桂子"),
    "Northport": ("Northport (北港), a fictional fuel wholesaler", "虚构的油品批发商北港"),
}
FIELD_TYPES = {
    "integer": "integer",
    "number": "number",
    "number32": "number",
    "boolean": "boolean",
    "category": "string",
    "ordered": "string",
    "string": "string",
    "date": "date",
    "datetime": "datetime",
}


@dataclass(frozen=True)
class Found:
    """What the files hold of one column: empty values, lowest and highest value (None if there is none)."""

    missing: int
    low: Any
    high: Any


@dataclass(frozen=True)
class Content:
    """What the files of one table hold: their paths, the number of rows and, by column, what was found."""

    paths: tuple[Path, ...]
    rows: int
    columns: dict[str, Found]


def write_data_package(folder: Path) -> None:
    """Describe the tables in a folder: `datapackage.json`, `README.md` and `cards/<table>.md`.

    folder: a firm as written by `write_firm` or `write_firm_in_chunks`; tables that are not there are left
    out. Raises FileNotFoundError if the folder holds no table at all.
    """
    contents = {name: content for name in TABLES if (content := read_content(folder, name)) is not None}
    if not contents:
        raise FileNotFoundError(f"There is no table in {folder}. Repair: run `crm data` first.")
    seed = _name_seed(folder)
    write_file(
        folder / DESCRIPTOR,
        json.dumps(_describe_package(folder, contents, seed), ensure_ascii=False, indent=1) + "\n",
    )
    write_file(folder / OVERVIEW, _describe_folder(contents, seed))
    for name, content in contents.items():
        write_file(folder / "cards" / f"{name.replace('.', '_')}.md", _describe_card(TABLES[name], content))


def read_content(folder: Path, name: str) -> Content | None:
    """What the files of a table hold, from the summary at their end; None if there are none.

    folder: the firm's folder. name: a name in TABLES.
    """
    import pyarrow.parquet as pq

    stem = folder / name.replace(".", "/")
    paths = [stem.with_suffix(".parquet")] if stem.with_suffix(".parquet").exists() else []
    paths = paths or sorted(stem.glob("part-*.parquet"))
    if not paths:
        return None
    summaries = [pq.ParquetFile(path).metadata for path in paths]
    chunks: dict[str, list[Any]] = {column: [] for column in TABLES[name].columns}
    for summary in summaries:
        for number in range(summary.num_row_groups):
            group = summary.row_group(number)
            for place in range(group.num_columns):
                chunks[group.column(place).path_in_schema].append(group.column(place).statistics)
    columns = {column: _join_statistics(statistics) for column, statistics in chunks.items()}
    return Content(tuple(paths), sum(summary.num_rows for summary in summaries), columns)


def _join_statistics(statistics: Iterable[Any]) -> Found:
    """Join what the row groups of a file say about one column; a group without rows says nothing."""
    parts = [part for part in statistics if part is not None]
    ranges = [part for part in parts if part.has_min_max]
    return Found(
        missing=sum(part.null_count for part in parts),
        low=min((part.min for part in ranges), default=None),
        high=max((part.max for part in ranges), default=None),
    )


def _describe_package(folder: Path, contents: dict[str, Content], seed: str) -> dict[str, Any]:
    """The description for programs, in the form of a Data Package (frictionless), without any address.

    folder: the firm's folder; paths are given as seen from it. contents: table → what its files hold.
    """
    return {
        "profile": "tabular-data-package",
        "name": "osmanthus-and-northport",
        "title": "Osmanthus (桂子) and Northport (北港): two simulated firms",
        "description": f"{ORIGIN_EN} {ORIGIN_ZH}",
        "licenses": [LICENCE],
        "sources": [{"title": f"crmlib.simulation, {seed}"}],
        "resources": [_describe_resource(folder, name, content) for name, content in contents.items()],
    }


def _describe_resource(folder: Path, name: str, content: Content) -> dict[str, Any]:
    """One table for programs: where it is, how large, and its schema."""
    table = TABLES[name]
    paths = [path.relative_to(folder).as_posix() for path in content.paths]
    one_file = len(paths) == 1
    return {
        "profile": "tabular-data-resource",
        "name": name.replace(".", "-").replace("_", "-"),
        "path": paths[0] if one_file else paths,
        "format": "parquet",
        "mediatype": "application/vnd.apache.parquet",
        "title": table.title_en,
        "title_zh": table.title_zh,
        "description": f"One row is {table.row_en}.",
        "description_zh": f"一行是{table.row_zh}。",
        "rows": content.rows,
        **({"hash": f"sha256:{measure_file(content.paths[0])}"} if one_file else {}),
        "bytes": sum(path.stat().st_size for path in content.paths),
        "schema": {
            "fields": [_describe_field(column) for column in table.columns.values()],
            "primaryKey": list(table.primary_key),
            "foreignKeys": [
                {
                    "fields": column,
                    "reference": {
                        "resource": "" if other == name else other.replace(".", "-").replace("_", "-"),
                        "fields": target,
                    },
                }
                for column, (other, target) in table.foreign_keys.items()
            ],
        },
    }


def _describe_field(column: Column) -> dict[str, Any]:
    """One column for programs: type, unit, labels, and what its values must keep to."""
    constraints: dict[str, Any] = {} if column.nullable else {"required": True}
    if column.levels:
        constraints["enum"] = list(column.levels)
    if column.range.startswith(">="):
        constraints["minimum"] = int(column.range[2:])
    elif column.range.startswith(">"):
        constraints["exclusiveMinimum"] = int(column.range[1:])
    elif column.range:
        low, high = column.range.split("..")
        constraints |= {"minimum": int(low)} | ({"maximum": int(high)} if high else {})
    field = {
        "name": column.name,
        "type": FIELD_TYPES[column.type],
        "title": column.label_en,
        "title_zh": column.label_zh,
        "description": column.meaning_en,
        "description_zh": column.meaning_zh,
        "unit": column.unit,
        "ordered": column.type == "ordered",
        "constraints": constraints,
    }
    return {key: value for key, value in field.items() if value not in ("", False, {})}


def _describe_folder(contents: dict[str, Content], seed: str) -> str:
    """The overview for people, in Markdown: origin, licence, units, and a line for each table."""
    truth = {name: content for name, content in contents.items() if name.startswith("truth.")}
    seen = {name: content for name, content in contents.items() if name not in truth}
    parts = [
        "# The tables of two simulated firms\n",
        f"{', and '.join(english for english, _ in FIRMS.values())}. {ORIGIN_EN} {seed.capitalize()}.\n",
        f"{'与'.join(chinese for _, chinese in FIRMS.values())}。{ORIGIN_ZH}{seed}。\n",
        f"Licence: {LICENCE['title']} (CC BY 4.0). 许可：知识共享署名4.0国际（CC BY 4.0）。\n",
        "Money is in yuan (元), dates and times are local and without a time zone, shares run from 0 to 1. "
        "Every column is described in English and Chinese in the cards, which are generated, like this page, "
        "from the dictionary of the course and from the files.\n",
    ]
    for firm in FIRMS:
        parts.append(f"## {firm}\n")
        parts.append(_list_contents({n: c for n, c in seen.items() if TABLES[n].firm == firm}))
    if truth:
        parts.append("## The truth\n")
        parts.append(
            "No real firm can see these tables. They hold what the simulation knows: traits, problems never "
            "reported, outcomes under other campaign arms. In the course they are opened by `load_truth()` "
            "only. 企业看不到这些数据；课程中只通过 `load_truth()` 打开。\n"
        )
        parts.append(_list_contents(truth))
    return "\n".join(parts)


def _list_contents(contents: dict[str, Content]) -> str:
    """A Markdown table of tables: name, what a row is, rows, columns."""
    lines = ["| table | one row is | 一行是 | rows | columns |", "|---|---|---|---:|---:|"]
    for name, content in contents.items():
        table = TABLES[name]
        card = f"[{name}](cards/{name.replace('.', '_')}.md)"
        lines.append(
            f"| {card} | {table.row_en} | {table.row_zh} | {content.rows:,} | {len(table.columns)} |"
        )
    return "\n".join(lines) + "\n"


def _describe_card(table: Table, content: Content) -> str:
    """The card of a table for people, in Markdown, in English and Chinese."""
    key = ", ".join(table.primary_key)
    links = "; ".join(f"{column} → {'.'.join(target)}" for column, target in table.foreign_keys.items())
    lines = [
        f"# {table.title_en} ({table.title_zh})\n",
        f"One row is {table.row_en}. 一行是{table.row_zh}。\n",
        f"- Firm: {FIRMS[table.firm][0]}",
        f"- Rows: {content.rows:,}; columns: {len(table.columns)}",
        f"- Key: {key}",
        *([f"- Refers to: {links}"] if links else []),
        f"- Origin: {ORIGIN_EN} {ORIGIN_ZH}",
        f"- Licence: {LICENCE['title']} (CC BY 4.0)\n",
        "| column | label | unit | values | in the data | empty | meaning |",
        "|---|---|---|---|---|---:|---|",
        *(
            _describe_row(column, content.columns[column.name], content.rows)
            for column in table.columns.values()
        ),
    ]
    return "\n".join(lines) + "\n"


def _describe_row(column: Column, found: Found, rows: int) -> str:
    """The line of a card about one column."""
    values = ", ".join(column.levels) or column.range.replace("..", " … ").strip() or column.type
    values += " (ordered)" if column.type == "ordered" else ""
    seen = ""
    if found.low is not None and column.type in ("integer", "number", "number32", "date", "datetime"):
        seen = f"{_show(found.low, column)} … {_show(found.high, column)}"
    empty = f"{found.missing / rows:.1%}".replace("%", " %") if column.nullable and rows else "–"
    label = f"{column.label_en} ({column.label_zh})"
    meaning = f"{column.meaning_en}. {column.meaning_zh}。"
    return f"| `{column.name}` | {label} | {column.unit} | {values} | {seen} | {empty} | {meaning} |"


def _show(value: Any, column: Column) -> str:
    """Write a lowest or highest value: dates without a time, numbers with few digits."""
    if column.type == "date":
        return str(value)[:10]
    if column.type == "datetime":
        return str(value)[:16]
    if column.type == "integer":
        return str(value)
    if value == 0:
        return "0"
    return f"{value:.3g}" if abs(value) < 1 else f"{value:,.2f}"


def _name_seed(folder: Path) -> str:
    """Name the seed that made the firm, from its parameters: "seed 2026"."""
    rows = json.loads((folder / "truth" / "parameters.json").read_text(encoding="utf-8"))
    return next((f"seed {row['value']}" for row in rows if row["name"] == "seed"), "seed unknown")
