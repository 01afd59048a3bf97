"""Word of mouth: what one dissatisfied customer can cost (H-04).

The course says that one dissatisfied customer costs 1,200 to 2,500 % of a customer, read as 12 to 25
customers. No firm has data on who told what to whom, so the figure can only be simulated. This module
writes every assumption down and shows which of them carry the result.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields
from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.style import COLOURS, new_axes
from crmlib.tables.options import read_instance, read_number, read_numbers, read_seed
from crmlib.tables.results import describe_result, take_result

if TYPE_CHECKING:
    from matplotlib.axes import Axes

CLAIMED_LOSS = (12.0, 25.0)  # N-50: customers lost through one dissatisfied customer
STORIES = describe_result("stories", {"lost": "integer 0.."})


def _assumption(default: float, unit: str, meaning: str, source: str = "assumed") -> float:
    """A field with its unit, meaning and source, so that a table of the assumptions can be printed."""
    value: float = field(default=default, metadata={"unit": unit, "meaning": meaning, "source": source})
    return value


@dataclass(frozen=True)
class WordOfMouth:
    """Everything that must be believed before one dissatisfied customer costs a number of others (H-04).

    Shares lie between 0 and 1, counts are 0 or more; anything else raises ValueError. None of the numbers is
    measured: `describe` lists each with its source.

    Ten people told, half of them customers, all of whom believe it, one in five of whom leaves; nobody
    tells it on: 1 + 10 · 0.5 · 0.2.

    >>> WordOfMouth(share_customers=0.5, share_believing=1, share_passing_on=0).expected_lost
    2.0
    """

    share_leaving: float = _assumption(1.0, "share", "the dissatisfied customer leaves too")
    listeners: float = _assumption(
        10.0,
        "people",
        "told by the dissatisfied customer",
        "often quoted; the original study was not checked",
    )
    share_customers: float = _assumption(0.3, "share", "of listeners who buy from us or were about to")
    share_believing: float = _assumption(0.5, "share", "of these who believe the story")
    share_lost: float = _assumption(0.2, "share", "of these who therefore stop or never start buying")
    share_passing_on: float = _assumption(0.1, "share", "of listeners who tell the story on")
    listeners_next: float = _assumption(3.0, "people", "told by each of them")
    rounds: float = _assumption(3, "rounds", "of telling before the story is forgotten")

    def __post_init__(self) -> None:
        for one in fields(self):
            value = getattr(self, one.name)
            if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
                raise ValueError(f"WordOfMouth: {one.name} is {value!r}, expected a number.")
            if value < 0 or (one.name.startswith("share_") and value > 1):
                limits = "a share from 0 to 1" if one.name.startswith("share_") else "0 or more"
                raise ValueError(f"WordOfMouth: {one.name} is {value:g}, expected {limits}.")
        if self.rounds != int(self.rounds):
            raise ValueError(f"WordOfMouth: rounds is {self.rounds:g}, expected a whole number.")

    @property
    def reproduction(self) -> float:
        """New listeners per listener; at 1 or more the story grows instead of dying out."""
        return round(self.share_passing_on * self.listeners_next, 12)

    @property
    def loss_per_listener(self) -> float:
        """Customers lost per person who hears the story."""
        return self.share_customers * self.share_believing * self.share_lost

    @property
    def expected_lost(self) -> float:
        """Customers that one dissatisfied customer costs on average: the expectation of a branching process.

        share_leaving + listeners · loss · (1 + ρ + … + ρ^(rounds−1)), with loss = share_customers ·
        share_believing · share_lost and ρ = share_passing_on · listeners_next.
        """
        told = self.listeners * sum(self.reproduction**number for number in range(int(self.rounds)))
        return round(self.share_leaving + told * self.loss_per_listener, 12)

    def describe(self) -> pd.DataFrame:
        """Which assumptions stand behind a number of lost customers, and where each comes from.

        Columns: assumption, value, unit, meaning, source.

        >>> WordOfMouth().describe()[["assumption", "value", "unit"]].head(2)
              assumption  value    unit
        0  share_leaving    1.0   share
        1      listeners   10.0  people
        """
        values = {one.name: float(getattr(self, one.name)) for one in fields(self)}
        return pd.DataFrame(
            [{"assumption": one.name, "value": values[one.name], **one.metadata} for one in fields(self)]
        )


def simulate_word_of_mouth(
    assumptions: WordOfMouth = WordOfMouth(),
    *,
    stories: int = 10_000,
    seed: int | np.random.Generator,
) -> pd.DataFrame:
    """How much the damage differs from one dissatisfied customer to the next, by chance (H-04).

    Each story starts with a Poisson number of listeners; each listener passes it on, and is lost,
    independently. Columns: story, told (people who heard it), lost (customers, the dissatisfied one
    included). The mean of lost is near `assumptions.expected_lost`. Raises ValueError if stories is below 1.

    >>> simulate_word_of_mouth(WordOfMouth(listeners=0), stories=2, seed=1)
       story  told  lost
    0      1     0     1
    1      2     0     1
    """
    read_instance(assumptions, "assumptions", WordOfMouth)
    read_number(stories, "simulate_word_of_mouth: stories", "at least 1", limits="1..", whole=True)
    generator = read_seed(seed)
    lost = generator.binomial(1, assumptions.share_leaving, size=stories)
    heard = np.zeros(stories, dtype=np.int64)
    tellers, audience = np.ones(stories, dtype=np.int64), assumptions.listeners
    for _ in range(int(assumptions.rounds)):
        told = generator.poisson(tellers * audience)
        heard += told
        lost += generator.binomial(told, assumptions.loss_per_listener)
        tellers, audience = generator.binomial(told, assumptions.share_passing_on), assumptions.listeners_next
    return pd.DataFrame({"story": np.arange(1, stories + 1), "told": heard, "lost": lost})


def list_word_of_mouth_combinations(
    *,
    listeners: tuple[float, ...] = (5, 10, 20),
    share_customers: tuple[float, ...] = (0.1, 0.3, 1.0),
    share_believing: tuple[float, ...] = (0.3, 0.6, 1.0),
    share_lost: tuple[float, ...] = (0.1, 0.3, 1.0),
    reproduction: tuple[float, ...] = (0.0, 0.3, 0.9),
) -> pd.DataFrame:
    """Which combinations of assumptions would make the figure of 12 to 25 customers true (H-04, N-50).

    Every combination of the given values, with three rounds of telling and three people told by each who
    passes the story on. Columns: the five assumptions, expected_lost, within (from 12 to 25), sorted by
    expected_lost. Raises ValueError for values that `WordOfMouth` refuses.

    >>> table = list_word_of_mouth_combinations(
    ...     listeners=(10,), share_customers=(0.3, 1), share_believing=(1,), share_lost=(0.2, 1),
    ...     reproduction=(0.0, 0.3))
    >>> table.tail(3)[["share_customers", "share_lost", "reproduction", "expected_lost", "within"]]
       share_customers  share_lost  reproduction  expected_lost  within
    5              0.3         1.0           0.3           5.17   False
    6              1.0         1.0           0.0          11.00   False
    7              1.0         1.0           0.3          14.90    True
    """
    given = {
        "listeners": listeners,
        "share_customers": share_customers,
        "share_believing": share_believing,
        "share_lost": share_lost,
        "reproduction": reproduction,
    }
    names = list(given)
    numbers = [read_numbers(values, name, "one number or more") for name, values in given.items()]
    table = pd.DataFrame(list(product(*numbers)), columns=names)
    table["expected_lost"] = [
        WordOfMouth(1.0, told, customers, believing, lost, again / 3, 3.0, 3).expected_lost
        for told, customers, believing, lost, again in table.to_numpy()
    ]
    table["within"] = table["expected_lost"].between(*CLAIMED_LOSS)
    return table.sort_values(["expected_lost", *names], ignore_index=True)


def plot_word_of_mouth(stories: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """How the simulated damage compares with the claimed 12 to 25 customers (H-04).

    stories: as returned by `simulate_word_of_mouth`. Bars: share of stories by customers lost; line: their
    mean; shaded band: the claim. Raises TableError for another table.
    """
    stories = take_result(stories, STORIES)
    ax = new_axes(ax)
    shares = stories["lost"].value_counts(normalize=True).sort_index()
    low, high = CLAIMED_LOSS
    ax.axvspan(low, high, color=COLOURS["claim"], alpha=0.25, label=f"claimed: {low:.0f} to {high:.0f}")
    ax.bar(shares.index, shares * 100, color=COLOURS["estimate"], width=0.8, label="simulated stories")
    mean = float(stories["lost"].mean())
    ax.axvline(mean, color="black", linewidth=1.5, label=f"their mean: {mean:.1f}")
    ax.set(xlabel="customers lost through one dissatisfied customer", ylabel="share of stories (%)")
    ax.set_title(
        f"On average {mean:.1f} customers are lost; claimed are {low:.0f} to {high:.0f}", fontsize=10
    )
    ax.set_xlim(-0.6, max(high, float(shares.index.max())) + 1)
    ax.legend(frameon=False)
    return ax
