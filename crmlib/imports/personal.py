"""Which columns tell who somebody is, and how such a number is replaced by one that tells nothing.

The replacement is a keyed hash (HMAC with SHA-256): the same number gives the same word on this machine, so
that a later export fits an earlier one; without the key nobody can try all phone numbers until one fits.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from crmlib.imports.meanings import plain

HEADERS = re.compile(
    r"姓名|名字|收货人|收件人|联系人|手机|电话|邮箱|地址|身份证|微信|昵称|买家会员名|生日|"
    r"^name$|firstname|lastname|fullname|customername|buyername|phone|mobile|e?mail|address|street|birthday|passport"
)
PHONE = re.compile(r"(?:\+?86)?1[3-9]\d{9}|\+\d{9,14}")
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
IDENTITY = re.compile(r"\d{17}[\dXx]")
HASHED = 16  # hexadecimal digits of a replacement
SHARE = 0.5  # of the values that look like a phone number, from which on the column is taken for one


def is_personal(header: str, values: Iterable[Any] = ()) -> bool:
    """Whether a column tells who somebody is: by its header, or because half of its values look so.

    >>> is_personal("收货人姓名"), is_personal("card no"), is_personal("卡号", ["13800000000", "13900000000"])
    (True, False, True)
    """
    if HEADERS.search(plain(header)):
        return True
    words = [str(value).strip().replace(" ", "").replace("-", "") for value in values if not pd.isna(value)]
    marked = sum(any(kind.fullmatch(word) for kind in (PHONE, MAIL, IDENTITY)) for word in words)
    return bool(words) and marked >= SHARE * len(words)


def find_key(folder: Path | None = None) -> bytes:
    """The key of this machine; it is made on first use, and never leaves it.

    folder: where it is kept; None for the user's own folder.
    """
    if folder is None:
        from platformdirs import user_data_path

        folder = user_data_path("crmlib", appauthor=False)
    path = folder / "import.key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
    return bytes.fromhex(path.read_text(encoding="ascii"))


def hide_numbers(words: Iterable[str], key: bytes) -> list[str]:
    """The words replaced by keyed hashes, one by one; equal words stay equal.

    >>> hidden = hide_numbers(["13800000000", "13800000000", "13900000000"], b"key")
    >>> hidden[0] == hidden[1] != hidden[2]
    True
    """
    return [hmac.new(key, word.encode("utf-8"), hashlib.sha256).hexdigest()[:HASHED] for word in words]
