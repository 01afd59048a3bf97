"""Numbers as the course writes them: 24 %, 1,600 yuan, 5.3 times.

In code and in YAML a percentage is a share (0.24 with unit "%"); readers see and type per cent (24 %).
"""

import math
import re
import unicodedata

from crmlib.ground.units import NUMBER_UNITS, guess_digits


def format_value(value: float, unit: str = "", *, digits: int | None = None, language: str = "en") -> str:
    """Return a number with its unit, in English ("en") or Chinese ("zh"); an infinite limit is "no limit".

    >>> format_value(0.238, "%"), format_value(1600, "yuan"), format_value(5.31, "times")
    ('24 %', '1,600 yuan', '5.3 times')
    >>> format_value(1600, "yuan", language="zh"), format_value(-0.004, "%")
    ('1,600元', '−0.40 %')
    """
    if math.isinf(value):
        return "no limit" if language == "en" else "无上限"
    shown = value * 100 if unit == "%" else value
    places = guess_digits(shown) if digits is None else digits
    text = f"{shown:,.{places}f}".replace("-", "−")
    if text.strip("−0.,") == "":
        text = text.lstrip("−")
    return f"{text}{NUMBER_UNITS.get(unit, unit)}" if language == "zh" else f"{text} {unit}".strip()


def format_range(
    value: float | None, low: float | None, high: float | None, unit: str, *, digits: int | None = None
) -> str:
    """Return a value with its interval; without a value, the range alone.

    >>> format_range(0.24, 0.22, 0.26, "%"), format_range(None, 0.65, 0.85, "%")
    ('24 % (22 to 26)', '65 to 85 %')
    """
    scale = 100 if unit == "%" else 1
    if value is None:
        shared = max(_places(low, scale), _places(high, scale)) if digits is None else digits
        left = "" if low is None else format_value(low * scale, digits=shared)
        return f"{left} to {'' if high is None else format_value(high * scale, digits=shared)} {unit}".strip()
    if low is None or high is None:
        return format_value(value, unit, digits=digits)
    places = guess_digits(value * scale) if digits is None else digits
    inner = f"{format_value(low * scale, digits=places)} to {format_value(high * scale, digits=places)}"
    return f"{format_value(value, unit, digits=places)} ({inner})"


def _places(value: float | None, scale: int) -> int:
    return 0 if value is None or math.isinf(value) else guess_digits(value * scale)


def parse_number(text: str, *, unit: str = "", low: float = -math.inf, high: float = math.inf) -> float:
    """Return the number that a reader typed, as the course keeps it (40 with unit "%" is the share 0.4).

    The unit may stand behind it in either language, the characters may be of full width. Raises ValueError
    with a kind sentence if it is no number or outside `low` to `high`.

    >>> parse_number("40 %", unit="%"), parse_number("１，６００元", unit="yuan")
    (0.4, 1600.0)
    """
    plain = narrow(text).replace("−", "-").replace(" ", "")
    for word in (unit, NUMBER_UNITS.get(unit, ""), "%"):
        plain = plain.removesuffix(word.replace(" ", ""))
    if re.fullmatch(r"-?\d{1,3}(,\d{3})+(\.\d*)?", plain):
        plain = plain.replace(",", "")
    try:
        typed = float(plain.replace(",", "."))
    except ValueError:
        raise ValueError(f"{text!r} is not a number. Type digits, such as 40.") from None
    if not math.isfinite(typed):
        raise ValueError(f"{text!r} is not a finite number. Type digits, such as 40.")
    value = typed / 100 if unit == "%" else typed
    if not low <= value <= high:
        raise ValueError(f"Type a number from {format_value(low, unit)} to {format_value(high, unit)}.")
    return value


def ask_for_share(text: str, unit: str) -> str:
    """Return a question where a reader may have typed a share into a field for per cent; otherwise nothing.

    >>> ask_for_share("0.4", "%")
    'If you meant 40 %, type 40.'
    >>> [ask_for_share(typed, "%") for typed in ("0.4 %", "0", "1")], ask_for_share("0.4", "yuan")
    (['', '', ''], '')
    """
    typed = parse_number(text) if unit == "%" and "%" not in narrow(text) else 0.0
    return f"If you meant {format_value(typed, '%')}, type {100 * typed:g}." if 0 < typed < 1 else ""


def narrow(text: str) -> str:
    """Return a typed text in ordinary characters: those of full width become those of half.

    >>> narrow(" ７．７％，Ａ ")
    '7.7%,A'
    """
    return unicodedata.normalize("NFKC", text).strip()
