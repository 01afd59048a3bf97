"""Units of numbers and columns in both languages, and how many decimals a number needs."""

from __future__ import annotations

# unit → its Chinese word behind a number, and as the unit of a column; None where it does not occur. Content
# writes "yuan a month", the dictionary "per"; a number counts customers, a column counts heads (人).
UNITS: dict[str, tuple[str | None, str | None]] = {
    "": ("", ""),
    "%": ("%", None),
    "percentage points": ("个百分点", None),
    "points": ("分", "积分"),  # a number of points is a score, a column of points is on the member card
    "score": (None, "分"),
    "latent score": (None, "潜在分"),
    "share": (None, "比例"),
    "yuan": ("元", "元"),
    "yuan a month": ("元/月", None),
    "yuan a year": ("元/年", None),
    "yuan per year": (None, "元/年"),
    "yuan per tonne": (None, "元/吨"),
    "log yuan": (None, "对数元"),
    "log odds": (None, "对数几率"),
    "standard deviations": (None, "标准差"),
    "times": ("倍", None),
    "customers": ("位客户", "人"),
    "people": ("人", None),
    "persons": (None, "人"),
    "purchases": ("次", "次"),
    "visits": ("次", None),
    "visits per month": (None, "次/月"),
    "pieces": (None, "件"),
    "stores": (None, "家"),
    "tills": (None, "台"),
    "tonnes": ("吨", "吨"),
    "tonnes per month": (None, "吨/月"),
    "km": (None, "公里"),
    "minutes": ("分钟", "分钟"),
    "hours": ("小时", "小时"),
    "days": ("天", "天"),
    "months": ("个月", None),
    "month": (None, "月"),
    "years": ("年", None),
    "year": (None, "年"),
    "stage": (None, "阶段"),
}
NUMBER_UNITS = {unit: chinese for unit, (chinese, _) in UNITS.items() if chinese is not None}
COLUMN_UNITS = {unit: chinese for unit, (_, chinese) in UNITS.items() if chinese is not None}


def check_unit(unit: str, *, key: str = "unit") -> None:
    """Refuse a unit that does not stand behind numbers.

    >>> check_unit("percent")
    Traceback (most recent call last):
    ...
    ValueError: key 'unit': unknown unit 'percent'. Valid: '', '%', 'percentage points', ...
    """
    if unit not in NUMBER_UNITS:
        known = ", ".join(repr(name) for name in NUMBER_UNITS)
        raise ValueError(f"key {key!r}: unknown unit {unit!r}. Valid: {known}. Add a new one to UNITS.")


def guess_digits(shown: float) -> int:
    """How many decimals a number needs for about two or three significant digits; none if it is whole.

    From 0.995 on one decimal is enough: two would show 1.00.

    >>> [guess_digits(x) for x in (1600, 24.4, 24, 5.31, 0.31)]
    [0, 0, 0, 1, 2]
    """
    if abs(shown - round(shown)) < 1e-9 or abs(shown) >= 20:
        return 0
    return 1 if abs(shown) >= 0.995 else 2
