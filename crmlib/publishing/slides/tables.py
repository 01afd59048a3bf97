"""Tables as a slide shows them: read from what a cell stores, cut to few rows and columns."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape, unescape
from html.parser import HTMLParser
from itertools import zip_longest
from unicodedata import east_asian_width

from crmlib.classroom.claims.ledger import CLAIM_DATA
from crmlib.classroom.formats.lecture import MOST_ROWS
from crmlib.ground.spelling import list_valid
from crmlib.publishing.course import Notebook, PublishingError
from crmlib.publishing.numbers.ties import COMMENT

ITEM = re.compile(r"^(?:[-*]|\d+[.)]) +(.+(?:\n +.+)*)", re.MULTILINE)
LARGE = 1000  # from which on a number is read without decimals
FEW_ROWS = 4  # up to which the type is larger
WIDEST, GAP = 68, 3  # signs that fit side by side in the larger type, and those between two columns
DATE = re.compile(r"\d{4}-\d{2}(?:-\d{2})?")
MISSING = ("NaN", "NaT", "None", "&lt;NA&gt;")  # as pandas writes what there is none of
NO_VALUE = "–"
NUMBER = re.compile(rf"[−+-]?[\d.,]+(?: ?%)?|{NO_VALUE}|inf|")


@dataclass(frozen=True)
class Table:
    """Rows of cells as HTML; labels counts the columns on the left that name a row and always stay."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    labels: int = 0


def find_table(cell: Notebook) -> Table | None:
    """Return the table that a cell stores or is; None if there is none.

    A table of pandas, a table or list in Markdown, and printed lines of the form "name: value" are tables.
    """
    if cell.cell_type == "markdown":
        return read_markdown_table(cell.source) or _read_list(cell.source)
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        if CLAIM_DATA in data:
            continue
        if "<table" in str(data.get("text/html", "")):
            return read_html_table(str(data["text/html"]))
        found = read_markdown_table(str(data.get("text/markdown", ""))) or _read_lines(output)
        if found is not None:
            return found
    return None


def read_markdown_table(source: str) -> Table | None:
    """Return the first table of a Markdown text.

    >>> read_markdown_table("| a | b |\\n|---|---|\\n| 1 | *2* |").rows
    (('1', '<em>2</em>'),)
    """
    lines = [line.strip() for line in COMMENT.sub("", source).splitlines()]
    marks = [number for number, line in enumerate(lines) if re.fullmatch(r"\|(?:\s*:?-+:?\s*\|)+", line)]
    if not marks or marks[0] == 0:
        return None
    body = []
    for line in lines[marks[0] + 1 :]:
        if not line.startswith("|"):
            break
        body.append(_split(line))
    return Table(_split(lines[marks[0] - 1]), tuple(body))


def _split(line: str) -> tuple[str, ...]:
    cells = re.split(r"(?<!\\)\|", line.strip().strip("|"))
    return tuple(_render_inline(cell.strip().replace("\\|", "|")) for cell in cells)


def _render_inline(words: str) -> str:
    """Return a line of Markdown as HTML without the paragraph around it."""
    from crmlib.publishing.slides.markup import render_markdown

    return render_markdown(words).removeprefix("<p>").removesuffix("</p>")


def _read_list(source: str) -> Table | None:
    items = [" ".join(item.split()) for item in ITEM.findall(COMMENT.sub("", source))]
    return Table((), tuple((_render_inline(item),) for item in items)) if len(items) > 1 else None


def _read_lines(output: Notebook) -> Table | None:
    lines = [line for line in str(output.get("text", "")).splitlines() if line.strip()]
    pairs = [re.split(r":\s+", line, maxsplit=1) for line in lines]
    if not pairs or any(len(pair) != 2 for pair in pairs):
        return None
    return Table((), tuple((escape(name, quote=False), escape(value, quote=False)) for name, value in pairs))


class _Reader(HTMLParser):
    """Collects the rows of the first table; a cell over several rows or columns leaves the others empty."""

    def __init__(self) -> None:
        super().__init__()
        self.head: list[list[str]] = []
        self.body: list[list[str]] = []
        self.labels = 0
        self._rows = self.head
        self._cell: str | None = None
        self._span = (1, 1)
        self._waiting: dict[tuple[int, int], str] = {}
        self._ended = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Open a row or a cell."""
        if tag == "tbody":
            self._rows, self._waiting = self.body, {}
        elif tag == "tr":
            self._rows.append([])
        elif tag in ("th", "td"):
            known = dict(attrs)
            self._cell = ""
            self._span = (int(known.get("rowspan") or 1), int(known.get("colspan") or 1))

    def handle_endtag(self, tag: str) -> None:
        """Close a cell or the table."""
        self._ended |= tag == "table"
        if tag not in ("th", "td") or self._ended or self._cell is None:
            return
        row, line = len(self._rows) - 1, self._rows[-1]
        while (row, len(line)) in self._waiting:
            line.append(self._waiting.pop((row, len(line))))
        down, across = self._span
        for step in range(across):
            for below in range(1, down):
                self._waiting[row + below, len(line)] = ""
            line.append(escape(self._cell.strip(), quote=False) if not step else "")
        if tag == "th" and self._rows is self.body:
            self.labels = max(self.labels, len(line))
        self._cell = None

    def handle_data(self, data: str) -> None:
        """Take the words of a cell."""
        if self._cell is not None and not self._ended:
            self._cell += data


def read_html_table(source: str) -> Table:
    """Return the first table of HTML as pandas writes it; the name of the index stands above its column.

    >>> read_html_table("<table><tr><th></th><th>n</th></tr><tbody><tr><th>a</th><td>1</td></tr></tbody>")
    Table(header=('', 'n'), rows=(('a', '1'),), labels=1)
    """
    reader = _Reader()
    reader.feed(source)
    width = max((len(row) for row in [*reader.head, *reader.body]), default=0)
    levels = [[*row, *[""] * (width - len(row))] for row in reader.head]
    labels = reader.labels
    header = [" ".join(filter(None, parts)) for parts in zip(*levels, strict=True)]
    header[:labels] = [
        next(filter(None, parts[::-1]), "") for parts in list(zip(*levels, strict=True))[:labels]
    ]
    if labels == 1 and header[0] == "" and _counts([row[0] for row in reader.body]):  # rows without a name
        return Table(tuple(header[1:]), tuple(tuple(row[1:]) for row in reader.body))
    return Table(tuple(header), tuple(tuple(row) for row in reader.body), labels)


def _counts(labels: list[str]) -> bool:
    """Tell whether labels are row numbers, which say nothing."""
    return bool(labels) and all(label.isdigit() for label in labels)


def cut_table(
    table: Table,
    *,
    rows: int | Sequence[str] | Mapping[str, str] | None,
    columns: Sequence[str] | Mapping[str, str],
) -> Table:
    """Return the wanted rows (the first ones, or those with a label) and columns; labels always stay.

    Rows and columns that are given as old and new name are shown under the new one. Raises PublishingError
    for an unknown row or column, and for a table that stays too long.
    """
    plain = [_plain(" ".join(row[: max(1, table.labels)])) for row in table.rows]
    kept = [list(row) for row in table.rows]
    if isinstance(rows, int):
        kept = kept[:rows]
    elif rows is not None:
        kept = [kept[_find(wanted, plain, "row")] for wanted in rows]
        if isinstance(rows, Mapping):
            kept = [[name, *row[1:]] for name, row in zip(rows.values(), kept, strict=True)]
    if len(kept) > MOST_ROWS:
        raise PublishingError(
            f"the table has {len(kept)} rows, a slide takes {MOST_ROWS}. Choose with rows: 6, or rows: "
            f"[{', '.join(plain[:2])}, …]. Rows: {'; '.join(plain)}."
        )
    names = [_plain(name) for name in table.header]
    places = [_find(wanted, names, "column") for wanted in columns]
    header = list(table.header)
    if isinstance(columns, Mapping):
        for place, name in zip(places, columns.values(), strict=True):
            header[place] = escape(name, quote=False)
    left = [place for place in range(table.labels) if place not in places]
    wide = [*left, *places] if places else range(len(kept[0]) if kept else 0)
    shown = tuple(header[place] for place in wide) if header else ()
    chosen = tuple(tuple(row[place] for place in wide) for row in kept)
    unnamed = places and 0 not in places and not table.labels and len(chosen) > 1
    if unnamed and all(_is_number(cell) for row in chosen for cell in row):
        raise PublishingError(
            f"no shown column names the rows. Add one that does; the columns are: {', '.join(names)}."
        )
    return replace(table, header=shown, rows=chosen)


def _is_number(cell: str) -> bool:
    return cell in MISSING or NUMBER.fullmatch(_plain(cell)) is not None


def _find(wanted: str, known: list[str], what: str) -> int:
    if known.count(wanted) == 1:
        return known.index(wanted)
    if wanted in known:
        raise PublishingError(f"{known.count(wanted)} {what}s of the table are named {wanted!r}.")
    raise PublishingError(f"the table has no {what} {wanted!r}. {list_valid(wanted, known)}")


def _plain(cell: str) -> str:
    """Return the words of a cell without tags.

    >>> _plain("<em>a</em> &lt; b")
    'a < b'
    """
    return unescape(re.sub(r"<[^>]+>", "", cell)).strip()


def _write_numbers(column: Sequence[str]) -> list[str]:
    """Return numbers as a slide writes them: large ones whole, with commas, and a true minus.

    Numbers with decimals are large from a thousand on, whole ones from ten thousand on.

    >>> _write_numbers(["1000.0", "-28.5"]), _write_numbers(["999.9"]), _write_numbers(["1387", "–"])
    (['1,000', '−28'], ['999.9'], ['1387', '–'])
    """
    values = [float(cell) for cell in column if re.fullmatch(r"-?\d+(?:\.\d+)?", cell)]
    largest = max(map(abs, values), default=0)
    is_large = largest >= LARGE if any("." in cell for cell in column) else largest >= 10 * LARGE
    if is_large and len(values) == len([cell for cell in column if cell not in ("", NO_VALUE)]):
        column = [cell if cell in ("", NO_VALUE) else f"{float(cell):,.0f}" for cell in column]
    return [cell.replace("-", "−") for cell in column]


def _mark(column: Sequence[str], is_number: bool) -> str:
    """Return the class of a column's cells: numbers stand on the right, dates are not broken."""
    if is_number:
        return ' class="number"'
    return ' class="date"' if all(DATE.fullmatch(cell) for cell in column) else ""


def _measure_width(table: Table) -> int:
    """Return how many signs lie side by side if no cell is broken; a Chinese character takes two.

    >>> _measure_width(Table(("days ago", "说"), (("300", "A"), ("8", "B"))))
    12
    """
    lines = [[_plain(cell) for cell in row] for row in table.rows]
    lines += [[max(_plain(name).split(), key=len, default="") for name in table.header]]
    columns = zip_longest(*lines, fillvalue="")
    return sum(max(map(_count_signs, column)) + GAP for column in columns)


def _count_signs(words: str) -> int:
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in words)


def render_table(table: Table) -> str:
    """Return a table as HTML; numbers stand on the right, names of columns have no underscores.

    What is missing is shown as "–".
    """
    columns = [
        [NO_VALUE if cell in MISSING else cell for cell in column] for column in zip(*table.rows, strict=True)
    ]
    numeric = [
        place >= max(1, table.labels) and all(NUMBER.fullmatch(_plain(cell)) for cell in column)
        for place, column in enumerate(columns)
    ]
    marks = [_mark(column, right) for right, column in zip(numeric, columns, strict=True)]
    names = table.header or ("",) * len(columns)
    written = [
        _write_numbers(column) if right and not name.endswith("id") else column
        for right, name, column in zip(numeric, names, columns, strict=True)
    ]
    is_small = len(table.rows) <= FEW_ROWS and _measure_width(table) <= WIDEST
    size = "few" if is_small else "many"
    lines = [f'<table class="{size}">']
    if any(table.header):
        heads = zip(marks, table.header, strict=True)
        cells = "".join(f'<th scope="col"{mark}>{name.replace("_", " ")}</th>' for mark, name in heads)
        lines.append(f"<thead><tr>{cells}</tr></thead>")
    for row in zip(*written, strict=True):
        cells = "".join(f"<td{mark}>{cell}</td>" for mark, cell in zip(marks, row, strict=True))
        lines.append(f"<tr>{cells}</tr>")
    return "\n".join([*lines, "</table>"])
