"""The tables of both firms, to find one's way: all at a glance, and any one of them column by column."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import pandas as pd

from crmlib.classroom import live
from crmlib.classroom.display import Page, show, to_html
from crmlib.ground.units import COLUMN_UNITS
from crmlib.tables.describe import FIRMS_ZH, find_columns
from crmlib.tables.dictionary import DATASETS, TABLES, Column, Table
from crmlib.tables.errors import get_table

if TYPE_CHECKING:
    import ipywidgets

FIRMS = tuple(FIRMS_ZH)
MOST_FOUND = 12


def show_tables(firm: str, *, truth: bool = False) -> None:
    """Show all tables of a firm: what a row is, how many rows there are, and from when to when.

    firm: "Osmanthus" or "Northport". truth: those that no real firm can see.
    """
    show(Page(render_tables(firm, truth=truth)))


def explore_tables(start: str = "members") -> None:
    """Choose a table and read what its columns mean, in both languages; or look for a word in all of them.

    start: the table that is shown first, and stored.
    """
    show(Page(render_table(start)), lambda: make_chooser(start))


def render_tables(firm: str, *, truth: bool = False) -> str:
    """Return the tables of a firm as Markdown, one line a table."""
    if firm not in FIRMS:
        raise ValueError(f"firm is {firm!r}, expected one of: {', '.join(FIRMS)}.")
    lines = ["| table | 名称 | one row is | rows | from | to |", "|---|---|---|--:|---|---|"]
    for table in TABLES.values():
        if table.firm == firm and table.name.startswith("truth.") == truth:
            rows, first, last = measure_table(table.name)
            lines.append(
                f"| `{table.name}` | {table.title_zh} | {table.row_en} | {rows:,} | {first} | {last} |"
            )
    return "\n".join(lines)


@cache
def measure_table(name: str) -> tuple[int, str, str]:
    """How many rows a table of the committed firm has, and the months of its first and last date ("–": none).

    The first column of dates counts: the day of the purchase, not that of the dispatch.

    >>> measure_table("products")[1:]
    ('–', '–')
    """
    import pyarrow.parquet as parquet

    path = DATASETS / f"{name.replace('.', '/')}.parquet"
    rows = int(parquet.read_metadata(path).num_rows)
    dates = [
        column.name for column in get_table(name).columns.values() if column.type in ("date", "datetime")
    ]
    if not dates:
        return rows, "–", "–"
    days = pd.read_parquet(path, columns=dates[:1])[dates[0]].dropna()
    return rows, f"{days.min():%Y-%m}", f"{days.max():%Y-%m}"


def render_table(name: str) -> str:
    """Return one table as Markdown: what a row is, then each column with meaning, unit and an example."""
    table, example = get_table(name), _read_example(name)
    rows, first, last = measure_table(name)
    period = "" if first == "–" else f", {first} to {last}"
    lines = [
        f"**`{name}`** {table.title_zh}: one row is {table.row_en} ({table.row_zh}); {rows:,} rows{period}.",
        "",
        "| column | name | meaning | 含义 | unit | example |",
        "|---|---|---|---|---|---|",
        *(_render_column(column, example[column.name]) for column in table.columns.values()),
    ]
    return "\n".join(lines)


def _render_column(column: Column, example: str) -> str:
    unit = f"{column.unit} {COLUMN_UNITS.get(column.unit, '')}".strip()
    cells = (f"`{column.name}`", f"{column.label_en} {column.label_zh}", column.meaning_en, column.meaning_zh,
             unit, example)  # fmt: skip
    return f"| {' | '.join(cell.replace('|', ', ') for cell in cells)} |"


@cache
def _read_example(name: str) -> dict[str, str]:
    """A value of each column: that of the first row that has one; empty if none has."""
    frame = pd.read_parquet(DATASETS / f"{name.replace('.', '/')}.parquet")
    examples = {}
    for column in get_table(name).columns.values():
        known = frame[column.name].dropna()
        value = known.iloc[0] if len(known) else ""
        if isinstance(value, pd.Timestamp):
            value = f"{value:%Y-%m-%d}" if column.type == "date" else f"{value:%Y-%m-%d %H:%M}"
        elif column.type == "integer" and value != "":
            value = int(value)
        examples[column.name] = f"{value:.4g}" if isinstance(value, float) and abs(value) < 1 else str(value)
    return examples


def render_search(word: str) -> str:
    """Return the columns that have to do with a word, as Markdown; or what to try instead.

    A word in Chinese is answered with Chinese meanings.

    >>> render_search("tills").splitlines()[2]
    '| `stores` | `tills` | Tills 收银台数 | Number of tills in the store |'
    """
    try:
        places = find_columns(word)["column"]
    except ValueError as error:
        return str(error)
    is_english = word.isascii()
    rows = []
    for table, name in places.items():
        column = get_table(str(table)).columns[name]
        meaning = (column.meaning_en if is_english else column.meaning_zh).replace("|", ", ")
        rows.append(f"| `{table}` | `{name}` | {column.label_en} {column.label_zh} | {meaning} |")
    lines = ["| table | column | name | meaning |", "|---|---|---|---|", *rows[:MOST_FOUND]]
    more = len(rows) - MOST_FOUND
    return "\n".join([*lines, "", f"{more} more: write a longer word."] if more > 0 else lines)


def make_chooser(start: str) -> ipywidgets.Widget:
    """Return a menu of all tables, a field to search in, and the page of what was chosen or found."""
    import ipywidgets as widgets

    menu = widgets.Dropdown(
        options=[(_name_in_menu(table), table.name) for table in TABLES.values()],
        value=start,
        description="table",
        layout={"width": "26em"},
    )
    word = widgets.Text(placeholder="satisfaction, 积分, …", description="or a word", continuous_update=False)
    page = live.text_block(to_html(render_table(start)))

    def choose(change: dict[str, Any]) -> None:
        page.value = to_html(render_table(change["new"]))

    def search(change: dict[str, Any]) -> None:
        wanted = change["new"].strip()
        page.value = to_html(render_search(wanted) if wanted else render_table(menu.value))

    menu.observe(choose, names="value")
    word.observe(search, names="value")
    return widgets.VBox([widgets.HBox([menu, word]), page])


def _name_in_menu(table: Table) -> str:
    return f"{table.firm}: {table.name} {table.title_zh}"
