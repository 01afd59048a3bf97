"""What each row of an export says: customer, time, amount, and what else is there; part by part."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlib.imports.account import Account
from crmlib.imports.amounts import parse_amounts
from crmlib.imports.cards import Numbers, clean_ids
from crmlib.imports.choices import Choices
from crmlib.imports.moments import Found, find_order, parse_moments
from crmlib.tables.errors import TableError, list_values

NOT_BOUGHT = re.compile(
    r"关闭|取消|作废|未付款|待付款|未支付|待支付|等待买家付款|已退款|退款成功|全额退款|"
    r"^refunded|cancel|void|unpaid|pending|failed|expired|closed"
)
TOTAL = re.compile(
    r"\s*(?:合\s*计|总\s*计|小\s*计|grand total|sub-?total|total|sum)(?:\b|[:：]|$)", re.IGNORECASE
)
NUMBERS = ("quantity", "unit_price_cny", "discount_cny", "freight_cny")


@dataclass
class RowReader:
    """Reads parts of an export into narrow tables of numbers; remembers what must agree between parts.

    read_again: gives all parts from the first one on, for what only the whole export tells.
    """

    file: str
    columns: Mapping[str, tuple[str, ...]]
    choices: Choices
    account: Account
    read_again: Callable[[], Iterator[pd.DataFrame]]
    customers: Numbers = field(default_factory=Numbers)
    stores: Numbers = field(default_factory=Numbers)
    products: Numbers = field(default_factory=Numbers)
    order: str | None = None
    currencies: set[str] = field(default_factory=set)
    kinds_of_dates: set[str] = field(default_factory=set)
    has_clock: bool = False

    def read(self, part: pd.DataFrame) -> pd.DataFrame:
        """A part as a table: customer, store, product (codes, −1 missing), time, amount, receipt and numbers.

        part: text, with the number of the row in the file as index.
        """
        self.account.add("rows", len(part))
        used = [header for names in self.columns.values() for header in names]
        part = self._leave_out_rows(part, used)
        found = self._parse_times(part)
        amounts, wrong = self._parse_amounts(part)
        keep = self._judge(part, found, wrong, "purchased_at") & self._judge(part, None, wrong, "amount_cny")
        undated = found.times.isna().to_numpy() & keep
        self.account.add(
            "undated", int(undated.sum()), f"row {part.index[undated][0]}" if undated.any() else ""
        )
        keep &= ~undated
        rows = self._read_ids(part)
        rows["time"] = found.times.to_numpy(dtype="datetime64[us]").view(np.int64)
        rows["amount"] = amounts
        rows["print"] = pd.util.hash_pandas_object(part[used], index=False)  # tells rows that are alike
        for name in NUMBERS:
            if name in self.columns:
                rows[name] = self._parse_numbers(part, name, keep)
        if "amount_cny" not in self.columns:
            rows["amount"] = rows["quantity"] * rows["unit_price_cny"]
        if "joined_on" in self.columns:
            rows["joined"] = self._parse_joined(part)
        rows = rows[keep]
        self.has_clock |= bool((rows["time"] % 86_400_000_000 != 0).any())
        return rows

    def _leave_out_rows(self, part: pd.DataFrame, used: list[str]) -> pd.DataFrame:
        """Without empty rows, lines of totals, and orders that were cancelled or never paid."""
        blank = part[used].isna().all(axis=1)
        self.account.add("blank", int(blank.sum()))
        part = part[~blank]
        dates = part[self.columns["purchased_at"][0]]
        undated = dates.isna() | dates.astype("string").str.match(TOTAL).fillna(False).astype(bool)
        if undated.any():
            first = part[undated].bfill(axis=1).iloc[:, 0].astype("string")
            totals = first.str.match(TOTAL).fillna(False).astype(bool).reindex(part.index, fill_value=False)
            self.account.add("totals", int(totals.sum()))
            part = part[~totals]
        if "status" not in self.columns:
            return part
        status = part[self.columns["status"][0]].astype("string").str.strip()
        gone = status.str.casefold().str.contains(NOT_BOUGHT).fillna(False).astype(bool)
        self.account.add_words("cancelled", Counter(status[gone].tolist()))
        return part[~gone]

    def _parse_times(self, part: pd.DataFrame) -> Found:
        """The times of purchase; the order of day and month is settled when the first part needs it."""
        headers = self.columns["purchased_at"]
        words = part[headers[0]].astype("string")
        if len(headers) == 2:
            clock = part[headers[1]].astype("string").str.strip()
            day = words.str.strip().str.replace(r"[T ]\d{1,2}:\d{2}.*$", "", regex=True)
            words = (day + " " + clock).fillna(day)
        order = self.choices.date_order or self.order
        found = parse_moments(words, order=order, zone=self.choices.zone)
        if found.ambiguous.any():
            self.order = self._settle_order(words, found)
            found = parse_moments(words, order=self.order, zone=self.choices.zone)
        if found.universal.any():
            self._refuse(
                words[found.universal],
                headers[0],
                "times of one's own clock",
                "say where the shop is in columns.yaml, such as zone: Asia/Shanghai; the Z at their end "
                "means UTC.",
            )
        written = words.notna().to_numpy() & ~found.wrong
        for kind, rows in (("last", found.year_last & written), ("first", ~found.year_last & written)):
            if rows.any():
                self.kinds_of_dates.add(kind)
        if len(self.kinds_of_dates) == 2:
            rare = found.year_last if found.year_last.sum() <= written.sum() / 2 else ~found.year_last
            self._refuse(
                words[rare & written],
                headers[0],
                "dates in one format",
                "the other rows are written in another format; export the dates alike, year first.",
            )
        return found

    def _settle_order(self, words: pd.Series[Any], found: Found) -> str:
        """Day or month first, where the year stands last: told by a number above 12, or by the reader.

        All parts are looked through: the first ones may hold no such number, and the last ones another order.
        """
        header = self.columns["purchased_at"][0]
        orders = {find_order(part[header]) for part in self.read_again()} - {None}
        order = orders.pop() if len(orders) == 1 else "both" if orders else None
        if order in ("day", "month"):
            return order
        expected = "dates in one format" if order else "dates whose day and month can be told apart"
        repair = (
            "some rows have the day first, others the month; export the dates alike, year first."
            if order
            else "say which comes first in columns.yaml: date_order: day, or month. Nothing is guessed."
        )
        raise self._make_error(words[found.ambiguous], header, expected, repair)

    def _parse_amounts(self, part: pd.DataFrame) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """The amounts, and which are unreadable; two currencies are refused."""
        if "amount_cny" not in self.columns:
            return np.full(len(part), np.nan), np.zeros(len(part), dtype=bool)
        header = self.columns["amount_cny"][0]
        amounts, wrong, named = parse_amounts(part[header], comma=self.choices.decimal == "comma")
        self.currencies |= named
        if len(self.currencies) > 1:
            names = ", ".join(sorted(self.currencies))
            raise TableError(
                f"{self.file}: the amounts in column {header!r} are in several currencies: {names}. "
                "Repair: export them in one currency."
            )
        return amounts, wrong

    def _parse_numbers(self, part: pd.DataFrame, name: str, keep: NDArray[np.bool_]) -> NDArray[np.float64]:
        """Quantities, prices, discounts: numbers as amounts are written."""
        header = self.columns[name][0]
        values, wrong, _ = parse_amounts(part[header], comma=self.choices.decimal == "comma")
        wrong &= keep
        if wrong.any() and self.choices.unreadable != "leave out":
            self._refuse(
                part[header][wrong], header, "numbers", "correct these cells in a copy of the export."
            )
        return values

    def _parse_joined(self, part: pd.DataFrame) -> NDArray[np.int64]:
        """The days of joining, in microseconds; missing where they are unreadable or not written."""
        words = part[self.columns["joined_on"][0]]
        order = self.choices.date_order or self.order
        found = parse_moments(words, order=order, zone=self.choices.zone)
        return found.times.to_numpy(dtype="datetime64[D]").astype("datetime64[us]").view(np.int64)

    def _read_ids(self, part: pd.DataFrame) -> pd.DataFrame:
        """Codes of customer, store and product; the number of the receipt stays text."""
        rows = pd.DataFrame(index=part.index)
        header = self.columns["customer_id"][0]
        ids = clean_ids(part[header], header, self.file)
        nobody = part.loc[ids.isna(), header].fillna("blank 空白").astype(str)
        written = Counter(nobody.str.strip().tolist())
        self.account.words.setdefault("anonymous", Counter()).update(written)
        rows["customer"] = self.customers.encode(ids)
        for name, numbers in (("store_id", self.stores), ("product_id", self.products)):
            if name in self.columns:
                words = part[self.columns[name][0]].astype("string").str.strip()
                rows[name.removesuffix("_id")] = numbers.encode(words.where(words != ""))
        if "receipt_id" in self.columns:
            words = part[self.columns["receipt_id"][0]].astype("string").str.strip()
            rows["receipt"] = words.where(words != "")
        return rows

    def _judge(
        self, part: pd.DataFrame, found: Found | None, wrong: NDArray[np.bool_], name: str
    ) -> NDArray[np.bool_]:
        """Which rows stay: unreadable ones are refused, or counted and left out if the reader chose so."""
        if name not in self.columns:
            return np.ones(len(part), dtype=bool)
        bad = found.wrong if found is not None else wrong
        header = self.columns[name][0]
        if not bad.any():
            return ~bad
        if self.choices.unreadable == "leave out":
            self.account.add("unreadable", int(bad.sum()), f"row {part.index[bad][0]}")
            return ~bad
        expected, repair = EXPECTED[name]
        raise self._make_error(part[header][bad], header, expected, repair)

    def _refuse(self, words: pd.Series[Any], header: str, expected: str, repair: str) -> None:
        raise self._make_error(words, header, expected, repair)

    def _make_error(self, words: pd.Series[Any], header: str, expected: str, repair: str) -> TableError:
        """The error for some cells of a column: how many, in which rows of the file, what, and the repair."""
        rows = ", ".join(map(str, words.index[:5]))
        return TableError(
            f"{self.file}: column {header!r}: {len(words):,} "
            f"{'row is' if len(words) == 1 else 'rows are'} wrong.\n"
            f"  First rows: {rows}\n"
            f"  Expected: {expected}\n"
            f"  Found: {list_values(words.astype(object))}\n"
            f"  Repair: {repair}"
        )


EXPECTED = {
    "purchased_at": (
        "dates such as 2025-02-03, 2025/2/3 09:36 or 2025年2月3日, from 1900 to 2099",
        "correct these cells in a copy of the export; if they count days as Excel does, add date_order: "
        "excel to columns.yaml; to go on without these rows, add unreadable: leave out.",
    ),
    "amount_cny": (
        "amounts such as 1234.5, ¥1,234.50, -¥35, RMB 35, 1.25万",
        "if a comma separates decimals, add decimal: comma to columns.yaml; otherwise correct these cells "
        "in a copy; to go on without these rows, add unreadable: leave out.",
    ),
}
