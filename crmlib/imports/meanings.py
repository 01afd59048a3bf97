"""Which column of an export holds what: proposed from its header, never guessed from its values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from crmlib.ground.spelling import suggest
from crmlib.tables.dictionary import TABLES
from crmlib.tables.errors import TableError
from crmlib.tables.headers import BYTE_ORDER_MARKS

WORDS = Path(__file__).with_name("meanings.yaml")
LABELLED = {"receipts": "receipts", "receipt_lines": "receipt_lines", "members": "members"}
BRACKETS = re.compile(r"[(\[【].*?[)\]】]")
GAPS = re.compile(r"[\s_\-./:：#]+")


@dataclass(frozen=True)
class Columns:
    """Meaning → header of the export, and the headers that stand for nothing known."""

    found: Mapping[str, tuple[str, ...]]
    unknown: tuple[str, ...]


def plain(header: object) -> str:
    """A header without capitals, blanks, marks and units, so that spellings of one word agree.

    >>> plain("实付金额（元）"), plain("Order_No."), plain("\\ufeffOrder  no")
    ('实付金额', 'orderno', 'orderno')
    """
    words = str(header)
    for mark in BYTE_ORDER_MARKS:
        words = words.removeprefix(mark)
    words = unicodedata.normalize("NFKC", words).casefold()
    return GAPS.sub("", BRACKETS.sub("", words) or words)


@cache
def list_words() -> dict[str, tuple[frozenset[str], ...]]:
    """Meaning → its words, the best first: name and labels of the dictionary, then `meanings.yaml`.

    >>> "会员卡号" in list_words()["customer_id"][0]
    True
    """
    read: dict[str, list[list[str]]] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    labels: dict[str, set[str]] = {name: {name} for name in read}
    for table in LABELLED:
        for column in TABLES[table].columns.values():
            labels.get(column.name, set()).update({column.label_en, column.label_zh})
    labels["amount_cny"] -= {
        TABLES["receipts"].columns["amount_cny"].label_en
    }  # "Goods value" is a rank below
    return {
        name: tuple(
            frozenset(plain(word) for word in (labels[name] | set(line) if place == 0 else line))
            for place, line in enumerate(lines)
        )
        for name, lines in read.items()
    }


def propose_columns(headers: Sequence[str]) -> Columns:
    """Which header means what, by its words; TableError where two columns have one meaning.

    A column called "time" that stands beside one called "date" is its time of day, not another date.

    >>> propose_columns(["会员卡号", "下单时间", "实付金额", "备注"]).found["amount_cny"]
    ('实付金额',)
    """
    plained = {header: plain(header) for header in headers}
    found: dict[str, tuple[str, ...]] = {}
    for name, lines in list_words().items():
        for line in lines:
            fitting = [header for header, word in plained.items() if word in line]
            if fitting:
                found[name] = _take_one(name, fitting, headers)
                break
    if "purchased_at" in found and plained[found["purchased_at"][0]] in (
        "date",
        "日期",
        "销售日期",
        "交易日期",
    ):
        clock = [
            header for header, word in plained.items() if word in ("time", "时间", "销售时间", "交易时间")
        ]
        if len(clock) == 1 and clock[0] not in found["purchased_at"]:
            found["purchased_at"] = (*found["purchased_at"], clock[0])
    used = {header for names in found.values() for header in names}
    return Columns(found, tuple(header for header in headers if header not in used))


def _take_one(name: str, fitting: Sequence[str], headers: Sequence[str]) -> tuple[str, ...]:
    """The one header that fits, or the error that asks which of several is meant."""
    if len(fitting) == 1:
        return (fitting[0],)
    if name == "purchased_at" and (pair := _find_day_and_clock(fitting)):
        return pair
    places = ", ".join(f"{header!r} (column {list(headers).index(header) + 1})" for header in fitting)
    raise TableError(
        f"Two columns for one meaning: {places} can each be {name}. "
        f"Repair: say which in a file columns.yaml with the two lines 'columns:' and '  {name}: "
        f"{fitting[0]}', and add --columns columns.yaml."
    )


def _find_day_and_clock(fitting: Sequence[str]) -> tuple[str, ...]:
    """Two headers such as 交易日期 and 交易时间 are one moment; nothing if these two are something else."""
    ends = (("日期", "时间"), ("date", "time"))
    words = {plain(header): header for header in fitting}
    for day, clock in ends:
        days = [word for word in words if word.endswith(day)]
        if len(words) == 2 and len(days) == 1 and days[0].removesuffix(day) + clock in words:
            return (words[days[0]], words[days[0].removesuffix(day) + clock])
    return ()


def require_columns(found: Mapping[str, tuple[str, ...]], headers: Sequence[str]) -> None:
    """Refuse an export without customer, date or amount; the message lists its headers.

    >>> require_columns({"customer_id": ("卡号",), "purchased_at": ("日期",)}, ["卡号", "日期", "款"])
    Traceback (most recent call last):
    ...
    crmlib.tables.errors.TableError: No column for amount_cny. Headers of the export: 卡号, 日期, 款. ...
    """
    missing = [name for name in ("customer_id", "purchased_at", "amount_cny") if name not in found]
    if missing == ["amount_cny"] and {"quantity", "unit_price_cny"} <= set(found):
        return
    if missing:
        raise TableError(
            f"No column for {', '.join(missing)}. Headers of the export: {', '.join(headers)}. Repair: if "
            f"one of them is meant, say so in a file columns.yaml with the lines 'columns:' and "
            f"'  {missing[0]}: <header>', and add --columns columns.yaml; otherwise export the table with it."
        )


def read_columns(stated: Mapping[str, object], headers: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The columns as the reader states them: meaning → header, or two headers for date and time of day.

    Raises TableError for an unknown meaning, a header that is not there, or one that is used twice.

    >>> read_columns({"amount_cny": "款"}, ["卡号", "款"])
    {'amount_cny': ('款',)}
    """
    known = list_words()
    plained = {plain(header): header for header in headers}
    found: dict[str, tuple[str, ...]] = {}
    for name, value in stated.items():
        if name not in known:
            raise TableError(
                f"columns: there is no meaning {name!r}.{suggest(str(name), known)} Meanings: "
                f"{', '.join(known)}."
            )
        if value is None:
            continue
        wanted = [str(one) for one in value] if isinstance(value, list) else [str(value)]
        if not 1 <= len(wanted) <= (2 if name == "purchased_at" else 1):
            raise TableError(f"columns: {name} is {value!r}, expected one header.")
        for header in wanted:
            if plain(header) not in plained:
                raise TableError(
                    f"columns: {name} is {header!r}, which is no header of the export."
                    f"{suggest(header, headers)} Headers: {', '.join(headers)}."
                )
        found[name] = tuple(plained[plain(header)] for header in wanted)
    used = [header for names in found.values() for header in names]
    twice = sorted({header for header in used if used.count(header) > 1})
    if twice:
        raise TableError(f"columns: {', '.join(twice)} stands for two meanings. Name each header once.")
    return found
