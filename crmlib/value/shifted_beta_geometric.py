"""Shifted beta geometric: how many customers will still be there, where leaving is seen (F-03)?

A contract is renewed or it is not. The model has two sentences: each customer does not renew with her own
probability, the same at every renewal; and these probabilities differ as a beta distribution (Fader and
Hardie 2007, "How to project customer retention"). Those who leave easily go first, so retention rises from
period to period although no customer changes. The course's sources do not have it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from crmlib.charts.style import COLOURS, format_percent, new_axes
from crmlib.tables.options import read_number, read_numbers
from crmlib.value.fitting import Climb, Numbers, climb, require_converged

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ENDLESS = 5_000  # periods after which nothing is left that a discount of 1 % would not have eaten


@dataclass(frozen=True)
class ShiftedBetaGeometric:
    """A fitted shifted beta geometric model: two numbers that describe how customers leave.

    alpha, beta: the probability not to renew, a beta distribution with mean alpha / (alpha + beta).
    converged: False if the numbers may not be used; said tells why.
    """

    alpha: float
    beta: float
    log_likelihood: float
    converged: bool
    customers: float
    said: str

    def predict_survival(self, *, periods: int) -> Numbers:
        """The share still there after 0, 1, … periods: S(t) = B(alpha, beta + t) / B(alpha, beta)."""
        from scipy.special import betaln

        read_number(
            periods, "predict_survival: periods", "a whole number from 0 on", limits="0..100000", whole=True
        )
        require_converged(self.converged, self.said)
        time = np.arange(periods + 1)
        return np.exp(betaln(self.alpha, self.beta + time) - betaln(self.alpha, self.beta))

    def predict_retention(self, *, periods: int) -> Numbers:
        """Of those there at the start of period 1, 2, …, the share that stays.

        r(t) = (beta + t − 1) / (alpha + beta + t − 1).
        """
        read_number(
            periods, "predict_retention: periods", "a whole number from 1 on", limits="1..100000", whole=True
        )
        require_converged(self.converged, self.said)
        time = np.arange(1, periods + 1)
        return (self.beta + time - 1) / (self.alpha + self.beta + time - 1)

    def predict_multiple(self, *, discount_share: float) -> float:
        """What a yuan of margin at every renewal is worth today, the first one counted: Σ S(t) / (1 + d)^t.

        discount_share: a period, from 0.01 on; the sum runs over 5,000 periods.
        """
        read_number(
            discount_share, "predict_multiple: discount_share", "a share from 0.01 on", limits="0.01..10"
        )
        survival = self.predict_survival(periods=ENDLESS)
        return float(survival @ (1 + discount_share) ** -np.arange(ENDLESS + 1.0))


def fit_shifted_beta_geometric(survivors: ArrayLike) -> ShiftedBetaGeometric:
    """The two numbers under which the losses would be most likely (maximum likelihood).

    survivors: how many customers are still there after 0, 1, 2 … periods, at least two periods; they never
    rise. Counts or per cent will do; the numbers found are the same.

    P(leave in period 1) = α / (α + β), P(t) = P(t − 1) · (β + t − 2) / (α + β + t − 1); who is still there
    at the end counts with S(t) (Fader and Hardie 2007). Raises ValueError for fewer than three numbers, a
    rise, or if nobody left.

    >>> model = fit_shifted_beta_geometric([1000, 869, 743, 653, 593, 551, 517, 491])
    >>> round(model.alpha, 3), round(model.beta, 3)
    (0.668, 3.806)
    """
    there = read_numbers(
        survivors, "survivors", "how many are still there after 0, 1, 2 … periods", limits="0.."
    )
    rises = np.flatnonzero(np.diff(there) > 0)
    if len(there) < 3 or there[0] <= 0:
        raise ValueError(
            f"survivors: found {len(there)} numbers, the first one {there[0]:g}. Expected customers at "
            "the start and after at least two periods."
        )
    if len(rises):
        raise ValueError(
            f"survivors: rises after period {rises[0]} from {there[rises[0]]:g} to {there[rises[0] + 1]:g}. "
            "Expected one group of customers, whom nobody joins."
        )
    if there[-1] == there[0]:
        raise ValueError("survivors: nobody left, so there is nothing to learn about leaving.")
    top = climb(_make_likelihood(there), (1.0, 1.0), customers=float(there[0]))
    alpha, beta = top.parameters
    found = (top.log_likelihood, top.converged, float(there[0]), top.said)
    return ShiftedBetaGeometric(alpha, beta, *found)


def _make_likelihood(there: Numbers) -> Climb:
    """The log likelihood of the losses and its slope, as a function of alpha and beta."""
    from scipy.special import betaln, digamma

    lost, left = -np.diff(there), there[-1]
    time = np.arange(1.0, len(there))

    def measure(parameters: Numbers) -> tuple[float, Numbers]:
        alpha, beta = parameters
        last = time[-1]
        per_loss = betaln(alpha + 1, beta + time - 1)
        height = lost @ per_loss + left * betaln(alpha, beta + last) - there[0] * betaln(alpha, beta)
        sums = digamma(alpha + beta + time)
        whole = digamma(alpha + beta)
        in_alpha = lost @ (digamma(alpha + 1) - sums)
        in_alpha += left * (digamma(alpha) - digamma(alpha + beta + last)) - there[0] * (
            digamma(alpha) - whole
        )
        in_beta = lost @ (digamma(beta + time - 1) - sums)
        in_beta += left * (digamma(beta + last) - digamma(alpha + beta + last))
        in_beta -= there[0] * (digamma(beta) - whole)
        return float(height), np.array([in_alpha, in_beta])

    return measure


def plot_survivors(survivors: ArrayLike, *, learn_from: int, ax: Axes | None = None) -> Axes:
    """Who is still there: counted, and told in advance by two models from the first periods alone.

    survivors: as for `fit_shifted_beta_geometric`. learn_from: how many periods the models may see (at least
    2, fewer than there are). The dashed line lets everybody stay with the same probability, the mean of those
    periods; the solid line is the shifted beta geometric model. Raises ValueError if it does not converge.
    """
    there = read_numbers(
        survivors, "survivors", "how many are still there after 0, 1, 2 … periods", limits="0.."
    )
    words = f"a whole number from 2 to {len(there) - 2}"
    seen = int(
        read_number(
            learn_from, "plot_survivors: learn_from", words, limits=f"2..{len(there) - 2}", whole=True
        )
    )
    model = fit_shifted_beta_geometric(there[: seen + 1])
    if not model.converged:
        raise ValueError(f"learn_from: {seen} periods tell nothing. {model.said} Take more periods.")
    time = np.arange(len(there))
    same = (there[seen] / there[0]) ** (time / seen)
    ax = new_axes(ax)
    ax.axvspan(0, seen, color="0.93", label="seen by the models")
    ax.plot(time, there / there[0], "o", color=COLOURS["truth"], label="counted")
    ax.plot(
        time,
        model.predict_survival(periods=len(there) - 1),
        color=COLOURS["estimate"],
        label="customers differ",
    )
    ax.plot(time, same, "--", color=COLOURS["claim"], label="all alike")
    ends = (there[-1] / there[0], model.predict_survival(periods=len(there) - 1)[-1], same[-1])
    counted, differ, alike = (f"{100 * end:.0f} %" for end in ends)
    ax.set_title(f"At the end {counted} are counted; told were {differ} and {alike}")
    format_percent(ax.yaxis)
    ax.set(xlabel="periods since the start", ylabel="still there", ylim=(0, 1.04))
    ax.legend(frameon=False)
    return ax
