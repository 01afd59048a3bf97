"""What the reader says about an export: which column is which, and what the file alone does not tell."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml

from crmlib.ground.spelling import suggest
from crmlib.tables.errors import TableError, show

# what each option may be; None where the file decides
VALUES: dict[str, tuple[str, ...]] = {
    "amount_per": ("line", "receipt"),
    "date_order": ("year", "day", "month", "excel"),
    "decimal": ("point", "comma"),
    "ids": ("keep", "hash"),
    "unreadable": ("refuse", "leave out"),
}
MEANT = {
    "columns": "meaning: header",
    "sheet": "sheet of an Excel file, or table of a database",
    "encoding": "of a text file, such as cp1252 or big5",
    "separator": "between two columns of a text file",
    "zone": "time zone in which times that end in Z are shown, such as Asia/Shanghai",
    "amount_per": "line: each row has its own amount; receipt: each row repeats the sum of the receipt",
    "date_order": "which comes first where the year does not: day or month; excel: days since 1899-12-30",
    "decimal": "comma: 1.234,50 is read as 1234.5",
    "ids": "hash: card numbers are replaced, with a key that stays on this machine",
    "unreadable": "leave out: rows with an unreadable date or amount are counted and left out",
}


@dataclass(frozen=True)
class Choices:
    """The content of a file columns.yaml; what is left out is proposed or found in the export.

    >>> Choices(decimal="komma")
    Traceback (most recent call last):
    ...
    crmlib.tables.errors.TableError: decimal is 'komma', expected one of point, comma. Did you mean 'comma'?
    """

    columns: Mapping[str, Any] = field(default_factory=dict)
    sheet: str | None = None
    encoding: str | None = None
    separator: str | None = None
    zone: str | None = None
    amount_per: str | None = None
    date_order: str | None = None
    decimal: str | None = None
    ids: str | None = None
    unreadable: str | None = None

    def __post_init__(self) -> None:
        for name, allowed in VALUES.items():
            value = getattr(self, name)
            if value is not None and value not in allowed:
                near = suggest(str(value), allowed)
                raise TableError(f"{name} is {show(value)}, expected one of {', '.join(allowed)}.{near}")
        if not isinstance(self.columns, Mapping):
            raise TableError(
                f"columns is {show(self.columns)}, expected lines such as 'amount_cny: 实付金额'."
            )
        if self.zone is not None:
            _require_zone(self.zone)
        if self.separator is not None and len(self.separator) != 1:
            raise TableError(f"separator is {show(self.separator)}, expected one character, such as ';'.")


def _require_zone(zone: object) -> None:
    from zoneinfo import ZoneInfo

    try:
        ZoneInfo(str(zone))
    except Exception as error:  # whatever is wrong with the name
        raise TableError(f"zone is {show(zone)}, expected a name such as Asia/Shanghai.") from error


def read_choices(path: Path | None) -> Choices:
    """Read a file columns.yaml; without a file nothing is stated. TableError if it is unreadable."""
    if path is None:
        return Choices()
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8-sig"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise TableError(f"{path.name}: no readable YAML ({' '.join(str(error).split())[:160]}).") from error
    if not isinstance(content, dict):
        raise TableError(f"{path.name}: expected lines such as 'columns:', found {show(content)}.")
    known = [one.name for one in fields(Choices)]
    for name in content:
        if name not in known:
            raise TableError(
                f"{path.name}: unknown line {name!r}.{suggest(str(name), known)} Known: {', '.join(known)}."
            )
    words: dict[str, Any] = {
        name: value if name == "columns" else str(value)
        for name, value in content.items()
        if value is not None
    }
    return Choices(**words)


def write_choices(columns: Mapping[str, tuple[str, ...]], choices: Choices, spare: tuple[str, ...]) -> str:
    """The text of a file columns.yaml that says what was taken for what, with the options explained.

    >>> print(write_choices({"amount_cny": ("金额",)}, Choices(), ("备注",)).splitlines()[2])
      amount_cny: 金额
    """
    stated = {name: list(names) if len(names) > 1 else names[0] for name, names in columns.items()}
    lines = ["# Which column of the export holds what; leave out what is not there."]
    lines += ["columns:"]
    for name, value in stated.items():
        lines.append(f"  {name}: {_quote(value)}")
    lines += [f"  # not used: {', '.join(spare)}"] if spare else []
    for name, meaning in MEANT.items():
        if name != "columns":
            value = getattr(choices, name)
            lines.append(
                f"{'# ' if value is None else ''}{name}: {_quote(value) if value else ''}  # {meaning}"
            )
    return "\n".join(lines) + "\n"


def _quote(value: object) -> str:
    """A value as YAML writes it in one line."""
    return (
        yaml.safe_dump(value, allow_unicode=True, default_flow_style=True, width=10_000)
        .split("\n...")[0]
        .strip()
    )
