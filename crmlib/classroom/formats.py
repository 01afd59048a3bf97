"""Numbers as the course writes them: 24 %, 1,600 yuan, 5.3 times.

In code and in YAML a percentage is a share (0.24 with unit "%"); a reader always sees and types per cent (24 %).
"""


def format_value(value: float, unit: str = "", *, digits: int | None = None) -> str:
    """Return a number with its unit.

    >>> format_value(0.238, "%"), format_value(1600, "yuan"), format_value(5.31, "times"), format_value(-0.004, "%")
    ('24 %', '1,600 yuan', '5.3 times', '−0.4 %')
    """
    shown = value * 100 if unit == "%" else value
    places = guess_digits(shown) if digits is None else digits
    text = f"{shown:,.{places}f}".replace("-", "−")
    if text.strip("−0.,") == "":
        text = text.lstrip("−")
    return f"{text} {unit}".strip()


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
    return 0 if value is None else guess_digits(value * scale)


def guess_digits(shown: float) -> int:
    """Return how many decimals a number needs for about two or three significant digits; none if it is whole.

    >>> [guess_digits(x) for x in (1600, 24.4, 24, 5.31, 0.31)]
    [0, 0, 0, 1, 2]
    """
    if abs(shown - round(shown)) < 1e-9 or abs(shown) >= 20:
        return 0
    return 1 if abs(shown) >= 0.995 or abs(shown) < 1e-12 else 2
