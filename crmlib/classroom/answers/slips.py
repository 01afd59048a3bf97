"""What a number betrays that is not right: a listed mistake, a slip of sign or units, rounding on the way.

Exercises and the exam review both ask here, so that the same number is answered alike in both. Columns of a
table are judged like single numbers: a slip counts if it explains every value.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

import numpy as np

Kind = Literal["right", "unanswered", "wrong_type", "mistake", "slip", "near", "wrong"]
Numbers = float | np.ndarray

# Factors that betray a slip of units → how large they are in words, and what to look at.
FACTORS = {
    100.0: ("a hundred times", "Per cent, or a share?"),
    1000.0: ("a thousand times", "Which unit does the column have?"),
    12.0: ("twelve times", "Months and years?"),
    10.0: ("ten times", "Points and yuan?"),
}
FACTORS_ZH = {
    100.0: ("100倍", "是百分数还是比例？"),
    1000.0: ("1000倍", "该列的单位是什么？"),
    12.0: ("12倍", "是月还是年？"),
    10.0: ("10倍", "是积分还是元？"),
}
# A slip is recognised in a number that was rounded to about three digits.
ROUNDED = 1e-3


@dataclass(frozen=True)
class Feedback:
    """What the reader is told about an answer; `name` is that of the recognised mistake, `zh` the Chinese."""

    kind: Kind
    message: str
    name: str | None = None
    zh: str = field(default="", compare=False)

    @property
    def passed(self) -> bool:
        """Say whether the answer was right."""
        return self.kind == "right"

    def translate(self, language: str) -> "Feedback":
        """Return the feedback with its message in "en" or "zh"; in English where there is no Chinese."""
        return replace(self, message=self.zh) if language == "zh" and self.zh else self


RIGHT = Feedback("right", "Right.", zh="正确。")
ROUNDING = Feedback(
    "near",
    "Very close: this is the right number, rounded too much. Keep more decimals.",
    zh="非常接近：数字是对的，但保留的小数太少。请多保留几位小数。",
)
NEAR = Feedback(
    "near",
    "Close, but not the right number rounded. Which day, group or limit counts differently in your way? If "
    "none does, keep all decimals until the end.",
    zh="接近，但并不是正确数字的近似值。您的做法里，哪一天、哪一组或哪个界限算得不同？如果没有，请到最后再取近似值。",
)
# Decimals to which a reader may have rounded; below zero, tens and hundreds.
DECIMALS = range(-3, 7)


class KnownMistake(NamedTuple):
    """A mistake that the course expects: its name, the number that it leads to, the hint that it deserves."""

    name: str
    value: float
    hint: str
    hint_zh: str = ""


def judge_number(
    value: float,
    expected: float,
    *,
    tolerance: float,
    mistakes: Sequence[KnownMistake] = (),
    is_share: bool = False,
    nudge: str,
    nudge_zh: str = "",
) -> Feedback:
    """Say what a number deserves whose right value is `expected`; `nudge` is for one that betrays nothing.

    What fits more exactly goes first: listed mistakes, then slips, then rounding.
    """
    if is_close(value, expected, tolerance) or (is_share and is_two_decimals_of(value, expected)):
        return RIGHT
    for one in mistakes:
        if is_close(value, one.value, tolerance):
            return Feedback("mistake", f"This looks like *{one.name}*. {one.hint}", one.name, one.hint_zh)
    found = find_slip(value, expected, tolerance=tolerance, is_share=is_share)
    if found is not None:
        return found
    for one in mistakes:
        factor = find_factor(value, one.value, tolerance=tolerance) if is_share else None
        if factor in (100, 0.01):
            words = f"This is {_describe_factor(factor, is_share)} And it looks like *{one.name}*. {one.hint}"
            zh = f"{_describe_factor_zh(factor, is_share)}{one.hint_zh}" if one.hint_zh else ""
            return Feedback("mistake", words, one.name, zh)
    near = find_nearness(value, expected, tolerance)
    if near is not None:
        return near
    if is_share and not 0 <= value <= 1:
        return Feedback(
            "slip",
            "A share lies between 0 and 1. What do you divide by?",
            zh="比例在0和1之间。您除以的是什么？",
        )
    return Feedback("wrong", f"Not yet. {nudge}", zh=f"还不对。{nudge_zh}")


def is_close(value: Numbers, expected: Numbers, tolerance: float) -> bool:
    """Say whether numbers agree up to the tolerance; the last bits of a computer's numbers do not count."""
    return bool(np.all(np.abs(value - expected) <= tolerance + 1e-12 * np.abs(expected)))


def is_two_decimals_of(value: float, expected: float) -> bool:
    """Say whether a share is the right one, written with two decimals; 0 and 1 say too little.

    >>> [is_two_decimals_of(value, 0.666) for value in (0.67, 0.66, 0.668)]
    [True, False, False]
    """
    rounded = round(expected, 2)
    return 0 < abs(rounded) < 1 and abs(value - rounded) < 1e-9


def find_nearness(value: Numbers, expected: Numbers, tolerance: float) -> Feedback | None:
    """Say whether rounding at the end explains numbers that are off by little; None if they are not near."""
    slack = np.maximum(10 * tolerance, 0.005 * np.abs(expected))
    if not np.all(np.abs(value - expected) <= slack):
        return None
    rounded = (np.round(expected, places) for places in DECIMALS)
    return ROUNDING if any(is_close(value, one, 1e-9) for one in rounded) else NEAR


def find_slip(
    value: Numbers, expected: Numbers, *, tolerance: float, is_share: bool = False
) -> Feedback | None:
    """Recognise what happens to any number: wrong sign, complement of a share, factor of a unit."""
    if _explains(-1 * expected, value, tolerance):
        return Feedback(
            "slip",
            "The size is right. Check the sign: what is subtracted from what?",
            "sign",
            "大小正确。请检查符号：谁减去谁？",
        )
    if is_share and _explains(1 - expected, value, tolerance):
        return Feedback(
            "slip", "This is the share of all the others.", "complement", "这是其余所有人的比例。"
        )
    factor = find_factor(value, expected, tolerance=tolerance)
    if factor is None:
        return None
    words = f"The digits are right, but this is {_describe_factor(factor, is_share)}"
    zh = f"数字是对的，但{_describe_factor_zh(factor, is_share)}"
    return Feedback("slip", words, f"factor {factor:g}", zh)


def find_factor(value: Numbers, expected: Numbers, *, tolerance: float) -> float | None:
    """Return the factor of a unit that leads from the right number to this one; None if there is none.

    >>> find_factor(48.0, 4.0, tolerance=0.5), find_factor(0.041, 4.1, tolerance=0.05)
    (12.0, 0.01)
    """
    if np.all(np.abs(expected) <= tolerance):
        return None
    factors = [*FACTORS, *(1 / factor for factor in FACTORS)]
    fitting = [factor for factor in factors if _explains(factor * expected, value, factor * tolerance)]
    return min(fitting, key=lambda factor: np.max(np.abs(value / factor - expected)), default=None)


def _explains(slipped: Numbers, value: Numbers, tolerance: float) -> bool:
    return bool(np.all(np.abs(value - slipped) <= np.maximum(tolerance, ROUNDED * np.abs(slipped))))


def _describe_factor(factor: float, is_share: bool) -> str:
    size, question = FACTORS[factor] if factor > 1 else FACTORS[round(1 / factor)]
    if is_share and size in ("a thousand times", "ten times"):
        question = "Where does the decimal point belong?"
    return f"{size} too {'large' if factor > 1 else 'small'}. {question}"


def _describe_factor_zh(factor: float, is_share: bool) -> str:
    base = factor if factor > 1 else float(round(1 / factor))
    size, question = FACTORS_ZH[base]
    if is_share and base in (1000.0, 10.0):
        question = "小数点应在哪里？"
    return f"{'大' if factor > 1 else '小'}了{size}。{question}"
