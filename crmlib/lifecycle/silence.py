"""How long must a customer be silent before she is more likely gone than alive? (F-06 c, I-04)

"The last purchase warns who may be lost", says the course. It does, but the same silence means different
things: two months are alarming in somebody who came every week and normal in somebody who comes twice a
year.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from crmlib.charts.interactive import Slider, explore
from crmlib.charts.intervals import reach
from crmlib.charts.style import COLOURS, format_percent, new_axes
from crmlib.customers.truth import STATED
from crmlib.estimates.estimate import estimate_share
from crmlib.lifecycle.stages import take_stages
from crmlib.tables.options import read_number, read_numbers
from crmlib.tables.results import describe_result, take_result, take_values
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

DAYS_PER_MONTH = 365.25 / 12
RATE_LIMITS = (0.0, 0.1, 0.3, 0.8, np.inf)  # purchases a month
RATE_NAMES = ("below 0.1", "0.1 to 0.3", "0.3 to 0.8", "0.8 or more")
SILENCE_LIMITS = (-1, 30, 60, 91, 182, 273, 365, 100_000)
SILENCE_NAMES = ("0–30", "31–60", "61–91", "92–182", "183–273", "274–365", "over 365")
SILENT = describe_result(
    "silent",
    {"silence_days": "integer 0..", "purchases_per_month": "number >0", "gone": "boolean"},
)
GONE_SHARES = describe_result(
    "shares",
    {
        "purchases_per_month": f"one of {'|'.join(RATE_NAMES)}",
        "silence_days": f"one of {'|'.join(SILENCE_NAMES)}",
        "gone_share": "number 0..1",
        "low": "number 0..1",
        "high": "number 0..1",
        "n": "integer 1..",
    },
)


def expect_still_customer(
    silence_days: ArrayLike, *, purchases_per_month: ArrayLike, leaving_share_per_month: float
) -> NDArray[np.float64]:
    """How likely a customer who has been silent for some days still is one, if we knew her habits (I-04).

    While a customer, she buys at random moments at a constant rate λ (purchases a month); in every month
    the share μ of customers leaves. After a silence of s months

        P(still a customer) = 1 / (1 + μ / (λ + μ) · (exp((λ + μ) s) − 1))

    (Schmittlein, Morrison and Colombo 1987, with λ and μ known). silence_days, purchases_per_month:
    numbers or arrays, 0 or more and above 0. Raises ValueError otherwise.

    >>> expect_still_customer([0, 60, 120], purchases_per_month=2, leaving_share_per_month=0.02).round(2)
    array([1.  , 0.66, 0.03])
    """
    silence = _read(silence_days, "silence_days")
    rate = _read(purchases_per_month, "purchases_per_month")
    _require(silence >= 0, "silence_days", silence, "days, 0 or more")
    _require_habits(rate, leaving_share_per_month)
    total = rate + leaving_share_per_month
    grown = np.expm1(np.minimum(total * silence / DAYS_PER_MONTH, 700.0))
    return 1 / (1 + leaving_share_per_month / total * grown)


def find_even_odds(*, purchases_per_month: float, leaving_share_per_month: float) -> float:
    """After how many days of silence a customer is as likely gone as not, if we knew her habits (I-04).

    Solving P(still a customer) = 1/2 of `expect_still_customer` gives s = ln(2 + λ / μ) / (λ + μ) months:
    frequent buyers become suspicious soon, rare ones hardly ever. Raises ValueError for numbers that are
    not above 0.

    >>> round(find_even_odds(purchases_per_month=2, leaving_share_per_month=0.02))  # ln 102 / 2.02 months
    70
    >>> round(find_even_odds(purchases_per_month=0.1, leaving_share_per_month=0.02))  # ln 7 / 0.12 months
    494
    """
    rate = read_number(purchases_per_month, "purchases_per_month", "purchases a month, above 0", limits=">0")
    _require_habits(np.asarray(rate), leaving_share_per_month)
    months = np.log(2 + rate / leaving_share_per_month) / (rate + leaving_share_per_month)
    return float(months * DAYS_PER_MONTH)


def _require_habits(rate: NDArray[np.float64], leaving: float) -> None:
    _require(rate > 0, "purchases_per_month", rate, "purchases a month, above 0")
    words = "a share between 0 and 1"
    if read_number(leaving, "leaving_share_per_month", words, limits=">0") >= 1:
        raise ValueError(f"leaving_share_per_month: expected {words}, found {leaving}.")


def _read(values: ArrayLike, name: str) -> NDArray[np.float64]:
    if np.iterable(values):
        return read_numbers(values, name, "numbers")
    return read_numbers([values], name, "numbers")[0]


def _require(holds: NDArray[np.bool_], name: str, values: NDArray[np.float64], expected: str) -> None:
    wrong = ~(holds & np.isfinite(values))
    if wrong.any():
        found = ", ".join(map(str, np.atleast_1d(values)[np.atleast_1d(wrong)][:5]))
        raise ValueError(f"{name}: expected {expected}, found {found}. Correct or leave out these customers.")


def join_silence_with_truth(
    stages: pd.DataFrame, states: pd.Series, truth_members: pd.DataFrame
) -> pd.DataFrame:
    """How long each returning customer has been silent, how often she truly buys, and whether she has gone.

    stages: as from `assign_stages`; one-time buyers are left out, because many of them left at once.
    states: as from `find_true_state`. truth_members: customer_id, visits_per_month.
    Columns: silence_days, purchases_per_month (true), gone. Raises ValueError if nobody came back or a
    customer is unknown to the truth.
    """
    counted = take_stages(stages, ["purchases", "recency_days"])
    again = counted[counted["purchases"] > 1]
    truth = take_columns(
        truth_members, "truth.members", ["customer_id", "visits_per_month"], unique=["customer_id"]
    )
    rate = truth.set_index("customer_id")["visits_per_month"].reindex(again.index)
    state = take_values(states, STATED).reindex(again.index)
    unknown = int((rate.isna() | state.isna()).sum())
    if again.empty or unknown:
        raise ValueError(
            f"join_silence_with_truth: {len(again)} customers came back, {unknown} of them "
            "are unknown to the truth. Take receipts and truth from the same variant of the firm."
        )
    return pd.DataFrame(
        {
            "silence_days": again["recency_days"],
            "purchases_per_month": rate,
            "gone": (state == "gone").to_numpy(),
        }
    )


def measure_gone_by_silence(silent: pd.DataFrame) -> pd.DataFrame:
    """What share of the silent has gone, by length of silence and true buying rate: alive is not recent.

    silent: as from `join_silence_with_truth`. One row a band of buying rate and silence with at least one
    customer: purchases_per_month (band), silence_days (band), gone_share, low, high (Wilson), n. Raises
    TableError for missing columns, no rows, or numbers that cannot be.
    """
    silent = take_result(silent, SILENT)
    rate = pd.cut(silent["purchases_per_month"], RATE_LIMITS, labels=RATE_NAMES, right=False)
    days = pd.cut(silent["silence_days"], SILENCE_LIMITS, labels=SILENCE_NAMES)
    counts = silent.groupby([rate, days], observed=True)["gone"].agg(["sum", "size"]).reset_index()
    found = [estimate_share(int(k), int(n)) for k, n in zip(counts["sum"], counts["size"], strict=True)]
    return pd.DataFrame(
        {
            "purchases_per_month": counts["purchases_per_month"],
            "silence_days": counts["silence_days"],
            "gone_share": [one.value for one in found],
            "low": [one.low for one in found],
            "high": [one.high for one in found],
            "n": counts["size"],
        }
    )


def plot_gone_by_silence(shares: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """How the same silence means different things: share gone against silence, one line a buying rate.

    shares: the table of `measure_gone_by_silence`; bars are 95 % intervals.
    """
    shares = take_result(shares, GONE_SHARES)
    ax = new_axes(ax)
    styles = zip(
        RATE_NAMES,
        (COLOURS["low"], COLOURS["medium"], COLOURS["high"], COLOURS["treated"]),
        "osD^",
        strict=True,
    )
    for shift, (name, colour, marker) in enumerate(styles):
        rows = shares[(shares["purchases_per_month"] == name) & (shares["n"] >= 10)]
        places = rows["silence_days"].cat.codes + (shift - 1.5) * 0.08
        errors = reach(rows["gone_share"], rows["low"], rows["high"])
        ax.errorbar(places, rows["gone_share"], errors, color=colour, marker=marker, label=name, capsize=2)
    ax.axhline(0.5, color="black", linewidth=0.8, linestyle=":")
    ax.set_xticks(range(len(SILENCE_NAMES)), SILENCE_NAMES)
    format_percent(ax.yaxis)
    ax.set(xlabel="days since the last purchase", ylabel="share truly gone", ylim=(-0.02, 1.02))
    ax.legend(frameon=False, title="true purchases a month", fontsize="small")
    return ax


def explore_silence(silent: pd.DataFrame, *, leaving_share_per_month: float) -> None:
    """Drag the buying rate and see how long a silence must last before she is more likely gone than not.

    silent: as from `join_silence_with_truth`. leaving_share_per_month: where the slider for leaving
    starts. The line is the formula of `expect_still_customer`; the dots are members whose true rate lies
    within a third of the slider's.
    """
    points = take_result(silent, SILENT).to_numpy(dtype=float)
    expect_still_customer(0, purchases_per_month=1, leaving_share_per_month=leaving_share_per_month)
    days = np.linspace(0, 540, 200)

    def draw(ax: Axes, purchases_per_month: float, leaving_percent: float) -> None:
        habits = {
            "purchases_per_month": purchases_per_month,
            "leaving_share_per_month": leaving_percent / 100,
        }
        ax.plot(
            days,
            expect_still_customer(days, **habits),
            color=COLOURS["estimate"],
            linewidth=2,
            label="formula",
        )
        near = np.abs(np.log(points[:, 1] / purchases_per_month)) < np.log(4 / 3)
        _draw_dots(ax, points[near])
        limit = find_even_odds(**habits)
        ax.axhline(0.5, color="black", linewidth=0.8, linestyle=":")
        if limit <= days[-1]:
            ax.axvline(limit, color=COLOURS["claim"], linewidth=2)
        format_percent(ax.yaxis)
        ax.set(xlabel="days since the last purchase", ylabel="still a customer")
        ax.set_title(f"even odds after {limit:,.0f} days of silence", fontsize=10)
        ax.set(xlim=(0, 540), ylim=(0, 1.03))
        ax.legend(frameon=False, loc="upper right")

    start = min(8.0, max(0.5, round(leaving_share_per_month * 200) / 2))
    explore(
        draw,
        controls={
            "purchases_per_month": Slider("purchases a month", 0.1, 3.0, 0.5, 0.1),
            "leaving_percent": Slider("leaving a month (%)", 0.5, 8.0, start, 0.5),
        },
        alt="A falling curve of the chance to be still a customer against the days since the last purchase, "
        "with the true shares as dots around it and a line where the chance is one half.",
    )


def _draw_dots(ax: Axes, points: NDArray[np.float64]) -> None:
    """True shares of customers in steps of 45 days of silence, larger dots for more customers."""
    step = 45
    place = (points[:, 0] // step).astype(int)
    for number in range(540 // step):
        gone = points[place == number, 2]
        if len(gone) >= 8:
            size = 3 + np.sqrt(len(gone)) / 3
            ax.plot((number + 0.5) * step, 1 - gone.mean(), "o", color=COLOURS["truth"], markersize=size)
    ax.plot([], [], "o", color=COLOURS["truth"], label="truth (members)")
