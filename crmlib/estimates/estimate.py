"""Estimates with the interval that belongs to them.

A share of 75 % among 20 answers and a share of 75 % among 2,000 answers are different findings. Every
measurement in this library therefore returns an `Estimate`: the value, the interval that would cover the
true value in 95 of 100 repetitions, and the number of customers behind it.
"""

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from crmlib.ground.units import NUMBER_UNITS
from crmlib.tables.amounts import LARGEST
from crmlib.tables.errors import show
from crmlib.tables.options import read_number, read_numbers, read_seed, read_text

# Shares and their differences are kept between 0 and 1 and shown times 100. (Where a chapter or a claim hands
# over a bare number, only "%" is kept so: its differences are in percentage points already.)
SHARES = ("%", "percentage points")
CONFIDENCE = 0.95  # of every interval; an estimate does not say which one it has, so all have the same


@dataclass(frozen=True)
class Estimate:
    """What was measured about the customers, how far it can be trusted, and on how many it rests.

    value, low, high: the estimate and the limits of its interval; shares and share differences are kept
    between 0 and 1 and shown in per cent. A limit may be infinite: "no limit" (a cost per won customer has
    no upper limit if nobody may have been won). n: customers (or clusters of observations). unit: one
    of `NUMBER_UNITS`.

    Raises ValueError if a number is missing, the limits are in the wrong order, n is below 1 or the unit is
    unknown.

    >>> Estimate(0.24, 0.22, 0.26, n=1204)
    24 % (22 to 26, n = 1,204)
    >>> f"{Estimate(0.24, 0.22, 0.26, n=1204):.1f}"
    '24.0 % (22.0 to 26.0, n = 1,204)'
    >>> Estimate(63.2, 41.0, float("inf"), n=40, unit="yuan")
    63 yuan (41 to no limit, n = 40)
    """

    value: float
    low: float
    high: float
    n: int
    unit: str = "%"

    def __post_init__(self) -> None:
        known = [unit for unit in NUMBER_UNITS if unit]
        if not isinstance(self.unit, str) or self.unit not in known:
            raise ValueError(f"Estimate: unknown unit {show(self.unit)}. Known units: {', '.join(known)}.")
        numbers = {"value": self.value, "low": self.low, "high": self.high}
        missing = [name for name, number in numbers.items() if not _is_number(number)]
        if missing:
            raise ValueError(
                f"Estimate: {', '.join(missing)} is not a number. Say that nothing was measured instead."
            )
        if self.low > self.high:
            raise ValueError(
                f"Estimate: the lower limit {self.low} is above the upper {self.high}. Swap them."
            )
        read_number(self.n, "Estimate: n", "at least 1 customer", limits="1..", whole=True)

    def __repr__(self) -> str:
        return self.text()

    def __str__(self) -> str:
        return self.text()

    def __format__(self, spec: str) -> str:
        if not spec:
            return self.text()
        if not (spec.startswith(".") and spec.endswith("f") and spec[1:-1].isdigit()):
            raise ValueError(f"Estimate: format {spec!r} is unknown. Write the decimals, for example '.1f'.")
        return self.text(digits=int(spec[1:-1]))

    def text(self, *, digits: int | None = None) -> str:
        """The estimate as the reader meets it in a sentence, with as many decimals as its interval supports.

        >>> Estimate(0.0049, 0.0047, 0.0051, n=52_000).text()
        '0.49 % (0.47 to 0.51, n = 52,000)'
        """
        factor = self._factor()
        decimals = self._decimals() if digits is None else digits
        value, low, high = (_number(x * factor, decimals) for x in (self.value, self.low, self.high))
        shown = value if math.isinf(self.value) else f"{value} {self.unit}"
        return f"{shown} ({low} to {high}, n = {self.n:,})"

    def covers(self, value: float) -> bool:
        """Whether a claimed or true value lies inside the interval.

        >>> Estimate(0.24, 0.22, 0.26, n=1204).covers(0.65)
        False
        """
        return self.low <= value <= self.high

    def _factor(self) -> int:
        return 100 if self.unit in SHARES else 1

    def _decimals(self) -> int:
        """Decimals at which the half width of the interval becomes visible; 0 for anything wider than 1."""
        half = self._factor() * (self.high - self.low) / 2
        least = 1 if self.unit == "times" or half == 0 else 0
        if not math.isfinite(half) or half >= 1 or half == 0:
            return least
        return max(least, min(4, math.ceil(-math.log10(half))))


def _is_number(number: Any) -> bool:
    usual = isinstance(number, int | float | np.integer | np.floating) and not isinstance(number, bool)
    return usual and not (isinstance(number, int) and abs(number) > LARGEST) and not math.isnan(number)


def _number(value: float, decimals: int) -> str:
    if math.isinf(value):
        return "no limit"
    return f"{round(value, decimals) + 0.0:,.{decimals}f}"


def estimate_share(count: int, n: int) -> Estimate:
    """How common something is among customers, with an interval that stays between 0 and 1 (Wilson).

    count of n customers, independent of one another. With p = count / n and z the normal quantile the
    interval is (p + z²/2n ± z √(p(1−p)/n + z²/4n²)) / (1 + z²/n) (Wilson 1927). Raises ValueError if one of
    the two is no whole number, n is below 1 or count lies outside 0 to n.

    >>> estimate_share(8, 10)     # eight of ten customers are satisfied
    80 % (49 to 94, n = 10)
    >>> estimate_share(0, 10)     # none of ten left: that does not prove that none ever will
    0 % (0 to 28, n = 10)
    """
    return _estimate_share(count, n, "estimate_share")


def _estimate_share(count: int, n: int, where: str, which: str = "") -> Estimate:
    words = "a whole number of at least 1 customer, because there is no share of nobody"
    n = int(read_number(n, f"{where}: {which}n", words, limits="1..", whole=True))
    words = f"a whole number from 0 to {which}n = {n}"
    count = int(read_number(count, f"{where}: {which}count", words, limits=f"0..{n}", whole=True))
    return _wilson(count / n, n)


def _wilson(share: float, n: int) -> Estimate:
    z = quantile(CONFIDENCE)
    centre = share + z**2 / (2 * n)
    half = z * math.sqrt(share * (1 - share) / n + z**2 / (4 * n**2))
    low, high = (centre - half) / (1 + z**2 / n), (centre + half) / (1 + z**2 / n)
    return Estimate(share, max(0.0, min(low, share)), min(1.0, max(high, share)), n=n)


def estimate_difference(count: int, n: int, other_count: int, other_n: int) -> Estimate:
    """How much more common something is in one group of customers than in another, such as the control group.

    The interval joins the two Wilson intervals (Newcombe 1998, method 10): with shares p, q and limits l, u,
    low = p − q − √((p − lₚ)² + (u_q − q)²), high = p − q + √((uₚ − p)² + (q − l_q)²).
    Raises ValueError like `estimate_share`.

    >>> estimate_difference(30, 100, 20, 100)     # 30 % of the treated bought, 20 % of the control group
    10 percentage points (-2 to 22, n = 200)
    """
    one = _estimate_share(count, n, "estimate_difference")
    other = _estimate_share(other_count, other_n, "estimate_difference", "other_")
    difference = one.value - other.value
    low = difference - math.hypot(one.value - one.low, other.high - other.value)
    high = difference + math.hypot(one.high - one.value, other.value - other.low)
    return Estimate(difference, low, high, n=one.n + other.n, unit="percentage points")


def estimate_mean(values: ArrayLike, *, unit: str) -> Estimate:
    """The average over customers with Student's interval, mean ± t · s / √n.

    values: one finite number per customer, at least two. The spread s is estimated from the same customers,
    so with few of them the interval is wider than the normal one: t is the quantile for n − 1 degrees of
    freedom (2.26 for ten customers, 1.96 for thousands; Student 1908). Of values that are all alike the
    interval has no width: true of what the firm sets itself, such as a fee; of customers it only says that
    these did not differ. Raises ValueError for values that are missing, infinite or beyond 10¹⁵.

    >>> estimate_mean([2, 4, 4, 6], unit="purchases")
    4 purchases (1 to 7, n = 4)
    """
    numbers = _read_two(values, "estimate_mean")
    n, mean = len(numbers), float(numbers.mean())
    spread = float(numbers.std(ddof=1)) / math.sqrt(n)
    half = quantile(CONFIDENCE, freedom=n - 1) * spread
    return Estimate(mean, mean - half, mean + half, n=n, unit=unit)


def estimate_ratio(numerator: ArrayLike, denominator: ArrayLike, *, unit: str) -> Estimate:
    """A ratio of two totals when the rows of one customer (or store, or day) belong together.

    numerator, denominator: one total per customer, same order. R = Σy / Σx; its variance by linearisation
    is Σ(y − R x)² · n / (n − 1) / (Σx)² (the delta method), so that a customer with many rows counts as one
    customer; the interval is Student's, as that of `estimate_mean`. Where all numerators are 0 nothing is
    spread; the limit of a share is then Wilson's, each customer counted as one answer. Raises ValueError for
    fewer than two customers or a total of the denominator that is not positive.

    >>> estimate_ratio([1, 0, 3], [10, 10, 10], unit="%")     # late deliveries of deliveries, three stores
    13 % (0 to 51, n = 3)
    """
    top = _read_two(numerator, "estimate_ratio", "numerator")
    bottom = _read_two(denominator, "estimate_ratio", "denominator")
    if len(top) != len(bottom):
        raise ValueError(
            f"estimate_ratio: {len(top)} numerators but {len(bottom)} denominators, expected one of each."
        )
    if bottom.sum() <= 0:
        raise ValueError(f"estimate_ratio: the denominators sum to {bottom.sum():g}, expected more than 0.")
    ratio = float(top.sum() / bottom.sum())
    n = len(top)
    spread = math.sqrt(float(((top - ratio * bottom) ** 2).sum()) * n / (n - 1)) / float(bottom.sum())
    if read_text(unit, "unit") == "%" and not top.any():
        return _wilson(0.0, n)
    half = quantile(CONFIDENCE, freedom=n - 1) * spread
    low = max(0.0, ratio - half) if top.min() >= 0 else ratio - half
    return Estimate(ratio, low, ratio + half, n=n, unit=unit)


def draw_weights(units: int, *, draws: int = 1000, seed: int | np.random.Generator) -> NDArray[np.float64]:
    """What other customers we might have met: how often each is drawn in each bootstrap sample.

    Returns an array of shape (draws, units) whose rows sum to units. The bootstrap asks what the result
    would have been with other customers from the same population. Drawing whole customers keeps the rows of
    one customer together (cluster bootstrap; Efron and Tibshirani 1993).

    >>> draw_weights(4, draws=3, seed=1).sum(axis=1)
    array([4., 4., 4.])
    """
    for name, number in (("units", units), ("draws", draws)):
        read_number(number, f"draw_weights: {name}", "at least 2", limits="2..", whole=True)
    generator = read_seed(seed, "draw_weights: seed")
    return generator.multinomial(units, np.full(units, 1 / units), size=draws).astype(float)


def estimate_from_draws(value: float, draws: ArrayLike, *, n: int, unit: str) -> Estimate:
    """An estimate whose interval holds the middle 95 % of its bootstrap repetitions (percentile interval).

    draws: one repetition each, at least two; infinite repetitions are allowed ("no limit"), missing ones are
    not (ValueError).

    >>> estimate_from_draws(100.0, range(201), n=20, unit="yuan")
    100 yuan (5 to 195, n = 20)
    """
    try:
        repeated = np.asarray(draws, dtype=float) if np.ndim(draws) == 1 else np.array([])
    except (ValueError, TypeError):
        repeated = np.array([])
    if repeated.size < 2 or np.isnan(repeated).any():
        raise ValueError("estimate_from_draws: expected at least 2 repetitions, each a number, none missing.")
    repeated = np.sort(repeated)
    # whole positions instead of interpolation: between a number and infinity there is nothing to interpolate
    first = math.floor((1 - CONFIDENCE) / 2 * (len(repeated) - 1) + 1e-9)
    return Estimate(value, float(repeated[first]), float(repeated[-1 - first]), n=n, unit=unit)


def quantile(confidence: float, *, freedom: float = math.inf) -> float:
    """The quantile z of a two-sided interval: 1.96 for 95 %; with few customers Student's t, which is larger.

    freedom: degrees of freedom of a spread that was estimated itself: one less than the customers.

    >>> round(quantile(0.95), 2), round(quantile(0.95, freedom=3), 2)
    (1.96, 3.18)
    """
    share = "a share above 0 and below 1, for example 0.95"
    tail = (1 - read_number(confidence, "confidence", share, limits="0..1")) / 2
    if not 0 < tail < 0.5:
        raise ValueError(f"confidence is {confidence}, expected {share}.")
    if math.isinf(freedom):
        return -NormalDist().inv_cdf(tail)
    from scipy.special import stdtrit

    return -float(stdtrit(freedom, tail))


def _read_two(values: ArrayLike, where: str, name: str = "values") -> NDArray[np.float64]:
    numbers = read_numbers(values, f"{where}: {name}", "a finite number for each of 2 customers or more")
    if len(numbers) < 2:
        raise ValueError(f"{where}: expected at least 2 customers, found {len(numbers)}.")
    return numbers
