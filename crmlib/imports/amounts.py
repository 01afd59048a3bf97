"""Amounts as tills and shops write them: ¥1,250.50, -¥35, RMB 35, 1.25万, (35.00), full-width digits."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

PLAIN = r"[-+]?[0-9]+(?:\.[0-9]+)?"
CURRENCIES = {
    "cny": "CNY",
    "rmb": "CNY",
    "¥": "CNY",
    "元": "CNY",
    "圆": "CNY",
    "yuan": "CNY",
    "人民币": "CNY",
    "us$": "USD",
    "usd": "USD",
    "hk$": "HKD",
    "hkd": "HKD",
    "$": "USD",
    "€": "EUR",
    "eur": "EUR",
    "£": "GBP",
    "gbp": "GBP",
}
SIGN = "|".join(re.escape(sign) for sign in sorted(CURRENCIES, key=len, reverse=True))
MANY = {"": 1, "千": 1_000, "万": 10_000, "亿": 100_000_000}
MONEY = re.compile(
    rf"(?P<open>\()?(?P<minus>[-+])?(?P<before>{SIGN})?(?P<minus2>[-+])?"
    r"(?P<digits>[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?|\.[0-9]+)"
    rf"(?P<many>[千万亿])?(?P<after>{SIGN})?(?P<minus3>-)?(?P<close>\))?"
)
MINUS = str.maketrans({"−": "-", "–": "-", "—": "-", "﹣": "-"})


def read_amount(word: str, *, comma: bool = False) -> tuple[float, str] | None:
    """One amount and its currency ("" if none is written); None if it is no amount.

    comma: True if a comma separates decimals and a point thousands.

    >>> read_amount("-¥35"), read_amount("1.25万"), read_amount("（１２．５）"), read_amount("RMB 1,250.50")
    ((-35.0, 'CNY'), (12500.0, ''), (-12.5, ''), (1250.5, 'CNY'))
    >>> read_amount("12,5"), read_amount("12,5", comma=True)
    (None, (12.5, ''))
    """
    text = unicodedata.normalize("NFKC", word).casefold().translate(MINUS)
    if re.search(r"\d\s+\d", text) and not comma:  # two numbers, or thousands separated by blanks
        return None
    text = "".join(text.split()).lstrip("'")
    if comma:
        text = text.translate(str.maketrans(",.", ".,"))
    match = MONEY.fullmatch(text)
    if match is None or bool(match["open"]) != bool(match["close"]):
        return None
    signs = [match["minus"] == "-", match["minus2"] == "-", bool(match["minus3"]), bool(match["open"])]
    named = {CURRENCIES[sign] for sign in (match["before"], match["after"]) if sign}
    if sum(signs) > 1 or len(named) > 1:
        return None
    value = round(float(match["digits"].replace(",", "")) * MANY[match["many"] or ""], 6)
    return (-value if any(signs) else value), next(iter(named), "")


def parse_amounts(
    words: pd.Series[Any], *, comma: bool = False
) -> tuple[NDArray[np.float64], NDArray[np.bool_], set[str]]:
    """The amounts of a column of text, which rows are unreadable, and the currencies that are named.

    Missing words stay missing. Plain numbers are read at once, all other spellings one by one, each once.

    >>> parse_amounts(pd.Series(["35", "¥1,250", None, "?"]))[0].tolist()
    [35.0, 1250.0, nan, nan]
    """
    text = words.astype("string").str.strip()
    values = np.full(len(text), np.nan)
    usual = text.str.fullmatch(PLAIN).fillna(False).to_numpy(dtype=bool)
    if comma:  # a point could separate thousands
        usual &= ~text.str.contains(".", regex=False).fillna(False).to_numpy(dtype=bool)
    values[usual] = text[usual].to_numpy(dtype=object).astype(float)
    rest = np.flatnonzero(~usual & text.notna().to_numpy() & (text.fillna("") != "").to_numpy())
    codes, unique = pd.factorize(text.iloc[rest])
    read = [read_amount(str(word), comma=comma) for word in unique]
    if len(rest):
        values[rest] = np.array([np.nan if one is None else one[0] for one in read])[codes]
    wrong = np.zeros(len(text), dtype=bool)
    wrong[rest] = np.array([one is None for one in read], dtype=bool)[codes] if len(rest) else False
    return values, wrong, {one[1] for one in read if one is not None and one[1]}
