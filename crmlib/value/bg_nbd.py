"""BG/NBD: how many purchases are still to come, and is the customer still there (F-03)?

The model tells a story in five sentences. While she is a customer, she buys at random with her own rate.
After each purchase she leaves for ever with her own probability. The rates differ from customer to customer
as a gamma distribution, the probabilities as a beta distribution, and the two have nothing to do with each
other. Four numbers describe all customers: r and alpha the rates, a and b the leaving (Fader, Hardie and Lee
2005, "Counting your customers the easy way"). The course's sources do not have it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from crmlib.charts.interactive import Slider, explore
from crmlib.charts.style import COLOURS, format_percent, new_axes
from crmlib.customers.summary import take_summary
from crmlib.tables.errors import TableError
from crmlib.tables.options import read_instance, read_number
from crmlib.value.fitting import Climb, Numbers, OnStep, climb, dot, find_limits, require_converged

if TYPE_CHECKING:
    from matplotlib.axes import Axes

COLUMNS = ["repeat_purchases", "lifetime_days", "age_days"]
NAMES = ("r", "alpha", "a", "b")
START = (1.0, 1.0, 1.0, 2.0)


class _Rows(NamedTuple):
    """Different customers only: repeat purchases x, time of the last one t, time watched T, and how many."""

    x: Numbers
    t: Numbers
    T: Numbers
    many: Numbers
    kinds: Numbers  # the different x
    kind: np.ndarray  # of each row, its place in kinds
    per_kind: Numbers  # customers of each x


@dataclass(frozen=True)
class BgNbd:
    """A fitted BG/NBD model: four numbers that describe how a firm's customers buy and leave.

    r, alpha: the rates of buying, a gamma distribution with mean r / alpha purchases per unit of time. a, b:
    the probability to leave after a purchase, a beta distribution with mean a / (a + b). unit_days: how many
    days the unit of time has (7: weeks); only alpha depends on it. low, high: limits of r, alpha, a and b.
    converged: False if the numbers may not be used; said tells why.
    """

    r: float
    alpha: float
    a: float
    b: float
    unit_days: float
    log_likelihood: float
    converged: bool
    customers: int
    low: tuple[float, ...]
    high: tuple[float, ...]
    said: str

    def predict_purchases(self, summary: pd.DataFrame, *, days: float) -> pd.Series:
        """How many purchases each customer is expected to make in the next days; index customer_id.

        summary: as for `fit_bg_nbd`. The expectation counts that she may have left and may yet leave. A
        million customers take about a second. Errors as `fit_bg_nbd`; ValueError for days not above 0 or a
        model that did not converge.
        """
        read_number(days, "predict_purchases: days", "more than 0", limits=">0")
        require_converged(self.converged, self.said)
        rows, place, index = _take(summary, self.unit_days)
        alive = _alive(self, rows.x, rows.t, rows.T)
        z = days / self.unit_days / (self.alpha + rows.T + days / self.unit_days)
        return pd.Series((alive * _expect(self, rows.x, z))[place], index=index, name="expected_purchases")

    def predict_alive(self, summary: pd.DataFrame) -> pd.Series:
        """How likely each customer is still a customer; 1 for who bought only once, by construction.

        The model lets customers leave only after a *repeat* purchase, so of one-time buyers it knows
        nothing about leaving. Errors as `fit_bg_nbd`.
        """
        require_converged(self.converged, self.said)
        rows, place, index = _take(summary, self.unit_days)
        return pd.Series(_alive(self, rows.x, rows.t, rows.T)[place], index=index, name="alive")

    def predict_new(self, *, days: float) -> float:
        """How many purchases a new customer makes on average in her first days, the first one not counted."""
        read_number(days, "predict_new: days", "more than 0", limits=">0")
        require_converged(self.converged, self.said)
        z = np.array([days / self.unit_days / (self.alpha + days / self.unit_days)])
        return float(_expect(self, np.zeros(1), z)[0])

    def list_parameters(self) -> pd.DataFrame:
        """The four numbers with their limits (95 %) and what they say, one a row."""
        unit = "week" if self.unit_days == 7 else f"{self.unit_days:g} days"
        says = (
            "small: rates of buying differ much",
            f"mean rate {self.r / self.alpha:.3f} purchases a {unit}",
            "small: chances to leave differ much",
            f"mean chance to leave {self.a / (self.a + self.b):.3f} a purchase",
        )
        values = (self.r, self.alpha, self.a, self.b)
        columns = {"value": values, "low": self.low, "high": self.high, "says": says}
        return pd.DataFrame(columns, index=pd.Index(NAMES, name="parameter"))


def fit_bg_nbd(summary: pd.DataFrame, *, unit_days: float = 7, on_step: OnStep | None = None) -> BgNbd:
    """The four numbers under which the customers' purchases would be most likely (maximum likelihood).

    summary: one row a customer, as from `summarise_purchases`: repeat_purchases, lifetime_days (first to last
    purchase; models of buying call it recency), age_days (first purchase to the end). unit_days: the unit of
    time of alpha, 7 for weeks. on_step: called with step and log likelihood, to watch a long fit.

    With x repeat purchases, the last at time t of T: L = Γ(r+x) αʳ / Γ(r) · B(a, b+x) / B(a, b) ·
    [(α+T)^−(r+x) + (x > 0) · a / (b+x−1) · (α+t)^−(r+x)] (Fader, Hardie and Lee 2005, equation 6). Equal
    customers are computed once; 100,000 take well under a second, memory grows with their number.

    Raises TableError for wrong columns, a last purchase after the end, or repeat purchases without time
    between; ValueError if nobody bought again. A fit that did not converge comes back with converged False.

    >>> summary = pd.DataFrame({"repeat_purchases": [0, 0, 1, 2, 3, 8],
    ...                         "lifetime_days": [0, 0, 30, 60, 250, 300],
    ...                         "age_days": [300, 200, 280, 310, 290, 305]}, index=range(6))
    >>> fit_bg_nbd(summary).predict_alive(summary).round(1).tolist()[:3]
    [1.0, 1.0, 0.3]
    """
    read_number(unit_days, "fit_bg_nbd: unit_days", "more than 0 days, 7 for weeks", limits=">0")
    rows, place, _ = _take(summary, unit_days)
    if not (rows.x > 0).any():
        raise ValueError(
            "summary: nobody bought again, so the purchases tell nothing about rates and leaving. Take more "
            "customers or a longer time."
        )
    measure = _make_likelihood(rows)
    scale = float(np.average(rows.T, weights=rows.many))
    start = (START[0], START[1] * scale, *START[2:])
    top = climb(measure, start, customers=len(place), on_step=on_step)
    low, high = find_limits(top)
    r, alpha, a, b = top.parameters
    found = (top.log_likelihood, top.converged, len(place), low, high, top.said)
    return BgNbd(r, alpha, a, b, unit_days, *found)


def _take(summary: pd.DataFrame, unit_days: float) -> tuple[_Rows, np.ndarray, pd.Index]:
    """The customers checked and put together: different rows, the row of each customer, their numbers."""
    taken = take_summary(summary, COLUMNS)
    x, t, age = (taken[name].to_numpy(dtype=np.int64) for name in COLUMNS)
    _refuse(taken.index, t > age, "lifetime_days above age_days: a purchase after the end", "one as_of")
    odd = (x > 0) != (t > 0)
    _refuse(taken.index, odd, "repeat_purchases and lifetime_days do not fit", "summarise_purchases anew")
    sizes = (int(t.max()) + 1, int(age.max()) + 1)
    keys = (x * sizes[0] + t) * sizes[1] + age
    keys, place, many = np.unique(keys, return_inverse=True, return_counts=True)
    rest, last = np.divmod(keys, sizes[1])
    times, seen = np.divmod(rest, sizes[0])
    kinds, kind = np.unique(times, return_inverse=True)
    rows = _Rows(
        x=times.astype(np.float64),
        t=seen / unit_days,
        T=last / unit_days,
        many=many.astype(np.float64),
        kinds=kinds.astype(np.float64),
        kind=kind,
        per_kind=np.bincount(kind, weights=many).astype(np.float64),
    )
    return rows, place, taken.index


def _refuse(ids: pd.Index, wrong: np.ndarray, found: str, repair: str) -> None:
    if wrong.any():
        first = ", ".join(str(one) for one in ids[wrong][:5])
        raise TableError(
            f"summary: {int(wrong.sum())} of {len(ids)} rows are wrong (customer_id {first}): {found}. "
            f"Repair: {repair}."
        )


def _make_likelihood(rows: _Rows) -> Climb:
    """The log likelihood of all customers and its slope, as a function of the four parameters."""
    from scipy.special import digamma, gammaln

    x, t, T, count = rows.x, rows.t, rows.T, rows.many
    again = x > 0
    kinds, per_kind = rows.kinds, rows.per_kind
    total = float(count.sum())

    def measure(parameters: Numbers) -> tuple[float, Numbers]:
        r, alpha, a, b = parameters
        late, early = np.log(alpha + T), np.log(alpha + t)
        # how much likelier "left after the last purchase" is than "still here", as the log of odds
        odds = np.log(a) - np.log(np.where(again, b + x - 1, 1.0)) + (r + x) * (late - early)
        both = np.where(again, np.logaddexp(0.0, odds), 0.0)
        away = np.where(again, count * np.exp(odds - both), 0.0)
        weight = count - away
        place = both - (r + x) * late
        per_x = gammaln(r + kinds) + gammaln(b + kinds) - gammaln(a + b + kinds)
        fixed = r * np.log(alpha) - gammaln(r) + gammaln(a + b) - gammaln(b)
        height = total * fixed + dot(per_kind, per_x) + dot(count, place)
        mean_log = dot(weight, late) + dot(away, early)
        in_r = dot(per_kind, digamma(r + kinds)) + total * (np.log(alpha) - digamma(r)) - mean_log
        lived = dot(weight / (alpha + T) + away / (alpha + t), r + x)
        in_alpha = total * r / alpha - lived
        sums = total * digamma(a + b) - dot(per_kind, digamma(a + b + kinds))
        in_a = sums + away.sum() / a
        in_b = sums + dot(per_kind, digamma(b + kinds)) - total * digamma(b)
        in_b -= (away / np.where(again, b + x - 1, 1.0)).sum()
        return float(height), np.array([in_r, in_alpha, in_a, in_b])

    return measure


def _alive(model: BgNbd, x: Numbers, t: Numbers, T: Numbers) -> Numbers:
    """1 / (1 + a / (b+x−1) · ((α+T) / (α+t))^(r+x)) for x > 0, else 1 (Fader, Hardie and Lee 2008)."""
    x, t, T = np.asarray(x, dtype=float), np.asarray(t, dtype=float), np.asarray(T, dtype=float)
    again = x > 0
    grown = (model.r + x) * np.log((model.alpha + T) / (model.alpha + t))
    odds = np.log(model.a) - np.log(np.where(again, model.b + x - 1, 1.0)) + grown
    return np.where(again, 1 / (1 + np.exp(np.clip(odds, -700, 700))), 1.0)


def _expect(model: BgNbd, x: Numbers, z: Numbers) -> Numbers:
    """Purchases to come of who is still a customer: (a+b+x−1)/(a−1) · [1 − (1−z)^(a−1) · ₂F₁(…; z)].

    Equation 10 of Fader, Hardie and Lee (2005) with ₂F₁(r+x, b+x; a+b+x−1; z) turned by Euler's
    transformation into ₂F₁(a+b−1−r, a−1; a+b+x−1; z), which does not overflow for heavy buyers.
    """
    from scipy.special import hyp2f1

    a = model.a if abs(model.a - 1) > 1e-6 else 1 + 1e-6  # at a = 1 it is 0 / 0
    c = a + model.b + x - 1
    return c / (a - 1) * (1 - (1 - z) ** (a - 1) * hyp2f1(a + model.b - 1 - model.r, a - 1, c, z))


def plot_alive(
    model: BgNbd, *, purchases: tuple[int, ...] = (2, 5, 15), watched_days: int = 365, ax: Axes | None = None
) -> Axes:
    """Alive is not recent: how likely she is still there after a silence, by how often she came.

    purchases: how many, the first one included (at least 1; one to four of them), all within the
    watched_days before the silence began. The longer the silence, the more certain it is that a *frequent*
    buyer has gone; of who came rarely, a silence tells little.
    """
    read_instance(model, "model", BgNbd)
    read_number(watched_days, "plot_alive: watched_days", "at least 1 day", limits="1..", whole=True)
    lines = (("high", "-"), ("medium", "--"), ("low", ":"), ("claim", "-."))
    if not 1 <= len(purchases) <= len(lines):
        raise ValueError(f"plot_alive: {len(purchases)} numbers of purchases, expected 1 to {len(lines)}.")
    silence = np.arange(0, 366, 5)
    ax = new_axes(ax)
    ends = []
    for count, (colour, line) in zip(sorted(purchases, reverse=True), lines, strict=False):
        read_number(count, "plot_alive: purchases", "at least 1", limits="1..", whole=True)
        seen = np.full(len(silence), watched_days if count > 1 else 0) / model.unit_days
        ages = (watched_days + silence) / model.unit_days
        alive = _alive(model, np.full(len(silence), count - 1), seen, ages)
        ends.append(f"{100 * alive[36]:.0f} %")
        name = f"{count} purchase{'s' if count > 1 else ''}"
        ax.plot(silence, alive, line, color=COLOURS[colour], linewidth=2, label=name)
    ax.set_title(f"After 180 days of silence: {', '.join(ends)} still there")
    format_percent(ax.yaxis)
    ax.set(xlabel="silence since the last purchase (days)", ylabel="probability to be still a customer")
    ax.set(xlim=(0, 365), ylim=(0, 1.04))
    ax.legend(frameon=False, loc="lower left", title=f"in the {watched_days} days before")
    return ax


def explore_alive(model: BgNbd) -> None:
    """Drag purchases and time: how likely is she still there, and how many purchases are to come?

    The two sliders are the purchases of a customer and the days from her first to her last one.
    """
    read_instance(model, "model", BgNbd)

    def draw(ax: Axes, purchases: int, lifetime_days: int) -> None:
        plot_alive(model, purchases=(purchases,), watched_days=lifetime_days, ax=ax)

    alt = (
        "Probability to be still a customer against the silence since the last purchase, for one customer: "
        "it begins below 100 per cent and falls, the faster, the more purchases she has made."
    )
    controls = {
        "purchases": Slider("purchases", 1, 40, 6, 1),
        "lifetime_days": Slider("days from first to last", 30, 720, 360, 30),
    }
    explore(draw, controls=controls, alt=alt)
