"""Card numbers of any kind become whole numbers, by a table that is kept; nothing is merged."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlib.tables.amounts import LARGEST_ID
from crmlib.tables.errors import TableError, list_values

NOBODY = frozenset(
    [
        "-",
        "--",
        "—",
        "/",
        "无",
        "空",
        "散客",
        "非会员",
        "匿名",
        "游客",
        "普通顾客",
        "零售客户",
        "null",
        "none",
        "nan",
        "na",
        "n/a",
        "#n/a",
        "guest",
        "anonymous",
        "walk-in",
        "walkin",
        "nil",
    ]
)
ROUNDED = re.compile(r"[0-9](?:[.,][0-9]+)?e\+?[0-9]+")
FIRST_NUMBER = 100_001  # of customers whose cards are no whole numbers


def clean_ids(words: pd.Series[Any], header: str, file: str) -> pd.Series[Any]:
    """Ids without blanks around them; words such as 散客 and rows of zeros are missing.

    Numbers that a spreadsheet has rounded (6.22848E+18) are refused: of two cards they make one.

    >>> clean_ids(pd.Series([" VIP00060 ", "散客", "0000", "7"]), "卡号", "export.csv").tolist()
    ['VIP00060', nan, nan, '7']
    """
    codes, unique = pd.factorize(words)
    text = [str(word).strip().removeprefix("'") for word in unique]
    folded = [unicodedata.normalize("NFKC", word).casefold() for word in text]
    rounded = [bool(ROUNDED.fullmatch(word)) for word in folded]
    if any(rounded):
        rows = words.index[np.append(np.array(rounded, dtype=bool), False)[codes]]
        shown = list_values(pd.Series(text)[np.array(rounded)])
        raise TableError(
            f"{file}: in column {header!r} the last digits of {len(rows):,} long numbers are lost (first "
            f"row {rows[0]}: "
            f"{shown}). Repair: export the column as text; in a spreadsheet the digits cannot be brought "
            f"back."
        )
    kept = [
        None if not word or fold in NOBODY or not fold.strip("0") else word
        for word, fold in zip(text, folded, strict=True)
    ]
    values = np.array([*kept, None], dtype=object)
    return pd.Series(values[codes], index=words.index, dtype=object).where(
        lambda cells: cells.notna(), np.nan
    )


@dataclass
class Numbers:
    """Words met so far and the code of each, from 0, in the order of their first rows."""

    codes: dict[str, int] = field(default_factory=dict)

    def encode(self, words: pd.Series[Any]) -> NDArray[np.int64]:
        """The code of each word; −1 where it is missing."""
        local, unique = pd.factorize(words)
        known = np.array(
            [self.codes.setdefault(str(word), len(self.codes)) for word in unique], dtype=np.int64
        )
        return np.append(known, -1)[local]

    def list_words(self) -> list[str]:
        """The words in the order of their codes."""
        return list(self.codes)


def number_words(words: list[str], *, first: int = 1) -> NDArray[np.int64]:
    """A whole number for each different word, whatever order they come in.

    Words that are whole numbers without leading zeros stay what they are. Otherwise they are numbered from
    `first` on in the order of the sorted words.

    >>> number_words(["7", "4000000000000000001"]).tolist()
    [7, 4000000000000000001]
    >>> number_words(["VIP00060", "007"], first=100_001).tolist()
    [100002, 100001]
    """
    whole = all(re.fullmatch("[1-9][0-9]{0,18}", word) and int(word) <= LARGEST_ID for word in words)
    if whole:
        return np.array([int(word) for word in words], dtype=np.int64)
    order = {word: place for place, word in enumerate(sorted(words), start=first)}
    return np.array([order[word] for word in words], dtype=np.int64)


def count_look_alikes(words: list[str]) -> int:
    """How many words differ from another one only in capitals, width, blanks or leading zeros: kept apart.

    >>> count_look_alikes(["VIP060", "vip060", "VIP61", "0061", "61"])
    4
    """
    folded = pd.Series(
        ["".join(unicodedata.normalize("NFKC", word).casefold().split()).lstrip("0") for word in words],
        dtype=object,
    )
    return int(folded.duplicated(keep=False).sum())
