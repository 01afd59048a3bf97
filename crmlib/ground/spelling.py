"""Did you mean: the name that is most like a misspelt one."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterable


def suggest(word: str, options: Iterable[str]) -> str:
    """Return " Did you mean 'x'?" for the option that is most like the word, or nothing if none is.

    Capitals do not count.

    >>> suggest("recipts", ["receipts", "returns"]), suggest("h-3", ["H-03", "H-16"])
    (" Did you mean 'receipts'?", " Did you mean 'H-03'?")
    """
    spelt = {option.casefold(): option for option in sorted(options)}
    close = difflib.get_close_matches(str(word).strip().casefold(), spelt, n=1)
    return f" Did you mean {spelt[close[0]]!r}?" if close else ""


def list_valid(word: str, options: Collection[str]) -> str:
    """Return the nearest option, if there is one, and then all of them, for the end of a message.

    >>> list_valid("statment", ["id", "statement"])
    "Did you mean 'statement'? Valid: id, statement."
    """
    near = suggest(word, options).strip()
    return f"{near}{' ' if near else ''}Valid: {', '.join(options)}."


def match_stems(word: str, stems: Iterable[str]) -> list[str]:
    """Return the stem that a word names, whole or by its number; nothing if there is none.

    >>> stems = ["03_lifecycle", "exam_review"]
    >>> match_stems("3", stems), match_stems("exam_review", stems), match_stems("life", stems)
    (['03_lifecycle'], ['exam_review'], [])
    """
    number = f"{word.zfill(2)}_" if re.fullmatch("[0-9]{1,2}", word) else ""
    return [stem for stem in stems if stem == word or (number and stem.startswith(number))]
