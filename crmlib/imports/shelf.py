"""Rows that are too many for the memory: kept on disk part by part, and taken down by days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import pandas as pd

LOT = 300_000  # rows that are taken down at one time, or those of one day if it has more


class Part(NamedTuple):
    """A file of rows, and the days between which they lie."""

    path: Path
    first: int
    last: int


@dataclass
class Shelf:
    """Tables on disk in the order in which they were added; each has a column day, a whole number.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     shelf = Shelf(Path(folder))
    ...     shelf.add(pd.DataFrame({"day": [5, 3], "amount": [1.0, 2.0]}))
    ...     shelf.add(pd.DataFrame({"day": [3], "amount": [4.0]}))
    ...     [lot["amount"].tolist() for lot in shelf.take_lots(2)]
    [[2.0, 4.0], [1.0]]
    """

    folder: Path
    parts: list[Part] = field(default_factory=list)
    days: Counter[int] = field(default_factory=Counter)

    def add(self, rows: pd.DataFrame) -> None:
        """Put rows on the shelf; a table without rows leaves no trace."""
        if rows.empty:
            return
        self.folder.mkdir(exist_ok=True)
        path = self.folder / f"{len(self.parts):06d}.parquet"
        rows.to_parquet(path, index=False)
        self.parts.append(Part(path, int(rows["day"].min()), int(rows["day"].max())))
        self.days.update(rows["day"].tolist())

    def __iter__(self) -> Iterator[pd.DataFrame]:
        """The tables one by one, as they were added."""
        for part in self.parts:
            yield pd.read_parquet(part.path)

    def take_lots(self, rows: int) -> Iterator[pd.DataFrame]:
        """Whole days with so many rows at most, or one day with more; days rise, rows keep their order."""
        for first, last in self._cut_days(rows):
            inside = [("day", ">=", first), ("day", "<=", last)]
            found = [
                pd.read_parquet(part.path, filters=inside)
                for part in self.parts
                if part.first <= last and part.last >= first
            ]
            yield pd.concat(found, ignore_index=True)

    def _cut_days(self, rows: int) -> list[tuple[int, int]]:
        """First and last day of each lot."""
        lots: list[tuple[int, int]] = []
        held = 0
        for day in sorted(self.days):
            if lots and held + self.days[day] <= rows:
                lots[-1] = (lots[-1][0], day)
                held += self.days[day]
            else:
                lots.append((day, day))
                held = self.days[day]
        return lots
