"""When the card's fee pays for its owner (F-17, K-07, K-08, X-12).

The course's report claims that the fee of 20 yuan pays off from 1,600 yuan a year. The points rules say
otherwise. This module computes the break-even from a list of benefits, so that one can ask the opposite
question too: which benefits would make 1,600 true?
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from crmlib.charts.interactive import Slider, explore
from crmlib.charts.style import COLOURS, new_axes, percent
from crmlib.customers.ledger import COURSE_RULES, PointsRules, count_points
from crmlib.tables.options import read_number, read_numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FEE_CNY = 20.0  # N-26
CLAIMED_SPEND_CNY = 1600.0  # N-27


@dataclass(frozen=True)
class Benefit:
    """One advantage of the card for its owner: so much per yuan spent, or so much per year, or both.

    share: yuan gained per yuan of spend (0.005 is half a per cent). per_year_cny: yuan gained in a year
    whatever the spend. Neither may be negative (ValueError). source: syllabus id, or "assumed".

    >>> Benefit("5 % off", share=0.05).gain(400)
    20.0
    """

    name: str
    share: float = 0.0
    per_year_cny: float = 0.0
    source: str = "assumed"

    def __post_init__(self) -> None:
        for name in ("share", "per_year_cny"):
            value = getattr(self, name)
            if not math.isfinite(value) or value < 0:
                raise ValueError(f"Benefit {self.name!r}: {name} is {value}, expected 0 or more.")

    def gain(self, spend_cny: float) -> float:
        """Yuan gained in a year with that spend."""
        return self.share * spend_cny + self.per_year_cny


BASIC_POINTS = Benefit("points", share=COURSE_RULES.net_rebate, source="F-17")
COURSE_BENEFITS = (
    BASIC_POINTS,
    Benefit("opening bonus", per_year_cny=2.0, source="F-17: 40 points, in the first year only"),
    Benefit(
        "double points in the birth month", share=0.005 / 12, source="F-17; spend spread evenly over the year"
    ),
    Benefit(
        "double points in one product group",
        share=0.005 / 4,
        source="F-17; a quarter of spend in it: assumed",
    ),
    Benefit(
        "20 % off on member days", share=0.2 * 0.05, source="K-07; a twentieth of spend on such days: assumed"
    ),
    Benefit("partner discounts", per_year_cny=6.0, source="K-07; worth 6 yuan a year: assumed"),
)


def _read_fee(fee_cny: float) -> None:
    read_number(fee_cny, "fee_cny", "0 or more yuan", limits=">=0")


def fee_break_even(
    *,
    fee_cny: float = FEE_CNY,
    rules: PointsRules = COURSE_RULES,
    with_opening: bool = False,
    basket_cny: float | None = None,
) -> float:
    """What a member must spend before the points are worth the fee (F-17, N-26, X-12).

    spend = (fee · points_per_yuan − opening points) · yuan_per_point: 20 · 20 · 10 = 4,000 yuan, or 3,600
    with the opening bonus. basket_cny: if every receipt has this goods value, what is rounded away on each
    receipt has to be spent as well. Raises ValueError for a negative fee or a basket that earns no point.

    >>> fee_break_even(), fee_break_even(with_opening=True)
    (4000.0, 3600.0)
    >>> fee_break_even(basket_cny=58)        # 5 points a receipt: 80 receipts
    4640.0
    """
    _read_fee(fee_cny)
    opening = rules.opening_points if with_opening else 0
    needed = math.ceil(round(fee_cny * rules.points_per_yuan, 9)) - opening
    if needed <= 0:
        return 0.0
    if basket_cny is None:
        return float(needed * rules.yuan_per_point)
    each = int(count_points([basket_cny], rules=rules)[0])
    if each == 0:
        raise ValueError(
            f"basket_cny is {basket_cny}: such a receipt earns no point, so the fee never pays off."
        )
    return float(math.ceil(needed / each) * basket_cny)


def break_even_spend(benefits: Sequence[Benefit], *, fee_cny: float = FEE_CNY) -> float:
    """The yearly spend at which any list of benefits is worth the fee, without rounding (K-08, X-12).

    spend = (fee − Σ per_year_cny) / Σ share; 0 if the fixed benefits alone cover the fee; infinite if they
    do not and nothing grows with spend. Raises ValueError for an empty list or a negative fee.

    >>> break_even_spend([BASIC_POINTS])
    4000.0
    >>> break_even_spend([BASIC_POINTS, Benefit("voucher", per_year_cny=12)])
    1600.0
    """
    _read_fee(fee_cny)
    if not benefits:
        raise ValueError("break_even_spend: expected at least one benefit.")
    missing = fee_cny - sum(benefit.per_year_cny for benefit in benefits)
    share = sum(benefit.share for benefit in benefits)
    if missing <= 0:
        return 0.0
    return round(missing / share, 6) if share > 0 else math.inf


def list_break_even_benefits(
    target_cny: float = CLAIMED_SPEND_CNY, *, fee_cny: float = FEE_CNY, rules: PointsRules = COURSE_RULES
) -> pd.DataFrame:
    """Which single extra benefit, on top of the basic points, would make the claim of 1,600 yuan true (X-12).

    target_cny: spend at which the fee shall pay off. Columns: benefit, needed (how large it must be), unit,
    gain_cny (of all benefits at that spend, equal to the fee). Raises ValueError if basic points alone pay
    off at target_cny or earlier, or if target_cny is not above 0.

    >>> list_break_even_benefits()[["benefit", "needed", "unit"]]
                                   benefit   needed            unit
    0       total rebate instead of points   0.0125  share of spend
    1           more points for every yuan   2.5000           times
    2     a further discount on everything   0.0075  share of spend
    3       5 % off on a part of the spend   0.1500  share of spend
    4      20 % off on a part of the spend   0.0375  share of spend
    5  a voucher, gift or partner discount  12.0000     yuan a year
    6                          a lower fee   8.0000            yuan
    """
    _read_fee(fee_cny)
    read_number(target_cny, "target_cny", "more than 0 yuan", limits=">0")
    basic = rules.net_rebate * target_cny
    gap = fee_cny - basic
    if gap <= 0:
        raise ValueError(
            f"Basic points on {target_cny:g} yuan already give {basic:g}; the fee is {fee_cny:g}."
        )
    rows = [
        ("total rebate instead of points", fee_cny / target_cny, "share of spend", fee_cny),
        ("more points for every yuan", fee_cny / basic, "times", fee_cny),
        ("a further discount on everything", gap / target_cny, "share of spend", basic + gap),
        ("5 % off on a part of the spend", gap / target_cny / 0.05, "share of spend", basic + gap),
        ("20 % off on a part of the spend", gap / target_cny / 0.2, "share of spend", basic + gap),
        ("a voucher, gift or partner discount", gap, "yuan a year", basic + gap),
        ("a lower fee", basic, "yuan", basic),
    ]
    table = pd.DataFrame(rows, columns=["benefit", "needed", "unit", "gain_cny"])
    return table.round({"needed": 6})


def list_bundles(
    benefits: Sequence[Benefit] = COURSE_BENEFITS,
    *,
    fee_cny: float = FEE_CNY,
    target_cny: float = CLAIMED_SPEND_CNY,
) -> pd.DataFrame:
    """Every combination of benefits with its break-even: which bundles reach the claim (X-12).

    The first benefit is in every bundle. Columns: bundle (names), benefits (number), share, per_year_cny,
    break_even_cny, within (at most target_cny); sorted by break_even_cny. Raises ValueError for an empty
    list.

    >>> list_bundles(COURSE_BENEFITS[:2])[["bundle", "break_even_cny", "within"]]
                       bundle  break_even_cny  within
    0  points + opening bonus          3600.0   False
    1                  points          4000.0   False
    """
    if not benefits:
        raise ValueError("list_bundles: expected at least one benefit.")
    first, rest = benefits[0], benefits[1:]
    chosen = [(first, *more) for size in range(len(rest) + 1) for more in combinations(rest, size)]
    table = pd.DataFrame(
        {
            "bundle": [" + ".join(benefit.name for benefit in bundle) for bundle in chosen],
            "benefits": [len(bundle) for bundle in chosen],
            "share": [sum(benefit.share for benefit in bundle) for bundle in chosen],
            "per_year_cny": [sum(benefit.per_year_cny for benefit in bundle) for bundle in chosen],
            "break_even_cny": [break_even_spend(bundle, fee_cny=fee_cny) for bundle in chosen],
        }
    )
    table["within"] = table["break_even_cny"] <= target_cny
    return table.sort_values(["break_even_cny", "benefits", "bundle"], ignore_index=True)


def search_break_even(
    benefits: Sequence[Benefit],
    *,
    basket_cny: float,
    fee_cny: float = FEE_CNY,
    rules: PointsRules = COURSE_RULES,
    up_to_cny: float = 20_000.0,
) -> float:
    """The break-even found by going through the receipts one by one, with rounding on each (F-17, X-12).

    The basic points (a benefit named "points") are counted per receipt of basket_cny, rounded down; all
    other benefits as in `break_even_spend`. Returns the spend after the first receipt at which the gain
    reaches the fee, infinite if that does not happen by up_to_cny. Raises ValueError for a basket or limit
    that is not above 0.

    >>> search_break_even([BASIC_POINTS], basket_cny=10), search_break_even([BASIC_POINTS], basket_cny=58)
    (4000.0, 4640.0)
    """
    _read_fee(fee_cny)
    for name, value in (("basket_cny", basket_cny), ("up_to_cny", up_to_cny)):
        read_number(value, name, "more than 0 yuan", limits=">0")
    others = [benefit for benefit in benefits if benefit.name != BASIC_POINTS.name]
    each = int(count_points([basket_cny], rules=rules)[0]) if len(others) < len(benefits) else 0
    number = np.arange(math.ceil(up_to_cny / basket_cny) + 1)
    fixed, share = sum(one.per_year_cny for one in others), sum(one.share for one in others)
    gain = number * each / rules.points_per_yuan + fixed + share * number * basket_cny
    enough = np.flatnonzero(gain >= fee_cny - 1e-9)
    return float(round(number[enough[0]] * basket_cny, 6)) if len(enough) else math.inf


def plot_fee_break_even(
    benefits: Sequence[Benefit] = (BASIC_POINTS,),
    *,
    fee_cny: float = FEE_CNY,
    yearly_spend: ArrayLike | None = None,
    ax: Axes | None = None,
) -> Axes:
    """What the card gives back over a year's spend, and how many members earn the fee back (K-08).

    Line: gain; dashed: fee; dotted: claimed 1,600 yuan. yearly_spend: spend of each member in yuan
    (`measure_yearly_spend`); drawn as bars, the share beyond the break-even is written in the title.
    """
    ax = new_axes(ax)
    break_even = break_even_spend(benefits, fee_cny=fee_cny)
    title = "never pays off" if math.isinf(break_even) else f"pays off from {break_even:,.0f} yuan a year"
    if yearly_spend is not None:
        amounts = read_numbers(yearly_spend, "yearly_spend", "yuan, 0 or more", limits=">=0")
        heights, edges = np.histogram(amounts, bins=50, range=(0, 5000))
        ax.stairs(12 * heights / max(1, heights.max()), edges, fill=True, color="0.85")
        ax.text(30, 12.5, "members, by what they spend", color="0.35", fontsize=8)
        title += f": {percent(float(np.mean(amounts >= break_even)), 1)} of members"
    gains = [sum(one.gain(spend) for one in benefits) for spend in (0.0, 5000.0)]
    ax.plot([0, 5000], gains, color=COLOURS["member"], linewidth=2)
    ax.axhline(fee_cny, color="0.3", linestyle="--", linewidth=1.2)
    ax.text(30, fee_cny + 0.6, f"fee: {fee_cny:.0f} yuan", fontsize=8)
    ax.axvline(CLAIMED_SPEND_CNY, color=COLOURS["claim"], linestyle=":", linewidth=2)
    ax.text(CLAIMED_SPEND_CNY + 30, 42.5, f"claimed: {CLAIMED_SPEND_CNY:,.0f} yuan", fontsize=8)
    if break_even <= 5000:
        ax.plot(break_even, sum(one.gain(break_even) for one in benefits), "o", color="black", markersize=8)
    ax.set_title(title, fontsize=10)
    ax.set(xlabel="spend in a year (yuan)", ylabel="the card gives back (yuan a year)")
    ax.set(xlim=(0, 5000), ylim=(0, 45))
    ax.set_xticks(range(0, 5001, 1000), [f"{spend:,}" for spend in range(0, 5001, 1000)])
    ax.set_yticks(range(0, 41, 10))
    return ax


def explore_fee_break_even(yearly_spend: ArrayLike) -> None:
    """Drag the benefits until the fee pays off at 1,600 yuan; see how many members spend that much (X-12).

    yearly_spend: spend of each member in yuan (`measure_yearly_spend`).
    """
    amounts = read_numbers(yearly_spend, "yearly_spend", "yuan, 0 or more", limits=">=0")

    def draw(ax: Axes, *, fee: int, multiple: float, discount: float, voucher: int) -> None:
        benefits = (
            Benefit("points", share=BASIC_POINTS.share * multiple),
            Benefit("discount", share=discount / 100),
            Benefit("voucher", per_year_cny=voucher),
        )
        plot_fee_break_even(benefits, fee_cny=fee, yearly_spend=amounts, ax=ax)

    explore(
        draw,
        controls={
            "fee": Slider("fee (yuan)", 0, 40, 20, 1),
            "multiple": Slider("points, times", 1.0, 4.0, 1.0, 0.5),
            "discount": Slider("further discount (%)", 0.0, 3.0, 0.0, 0.25),
            "voucher": Slider("voucher or gift (yuan a year)", 0, 20, 0, 1),
        },
        alt="A rising line of what the card gives back over a year's spend crosses the fee of 20 yuan at "
        "4,000 yuan, far to the right of the claimed 1,600 yuan and of nearly all members, drawn as bars.",
    )
