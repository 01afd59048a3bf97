"""When the card's fee pays for its owner (F-17, K-07, K-08, X-12).

The course's report claims that the fee of 20 yuan pays off from 1,600 yuan a year. The fee is paid once. This
module computes from the rules what must be spent in all, and asks the opposite question too: which further
benefit, or how many years, would make 1,600 true?
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from crmlib.charts.interactive import Slider, explore
from crmlib.charts.style import COLOURS
from crmlib.customers.ledger import COURSE_RULES, PointsRules, count_points
from crmlib.tables.options import read_flag, read_instance, read_number, read_numbers

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FEE_CNY = 20.0  # N-26
CLAIMED_SPEND_CNY = 1600.0  # N-27


def fee_break_even(
    *,
    fee_cny: float = FEE_CNY,
    rules: PointsRules = COURSE_RULES,
    with_opening: bool = False,
    basket_cny: float | None = None,
) -> float:
    """What a member must spend in all before the points are worth the fee, paid once (F-17, N-26, X-12).

    spend = (fee · points_per_yuan − opening points) · yuan_per_point: 20 · 20 · 10 = 4,000 yuan, or 3,600
    with the opening bonus. basket_cny: if every receipt has this goods value, what is rounded away on each
    receipt has to be spent as well. Raises ValueError for a negative fee or a basket that earns no point.

    >>> fee_break_even(), fee_break_even(with_opening=True)
    (4000.0, 3600.0)
    >>> fee_break_even(basket_cny=58)        # 5 points a receipt: 80 receipts
    4640.0
    """
    read_number(fee_cny, "fee_cny", "0 or more yuan", limits=">=0")
    read_instance(rules, "rules", PointsRules)
    opening = rules.opening_points if read_flag(with_opening, "with_opening") else 0
    needed = math.ceil(round(fee_cny * rules.points_per_yuan, 9)) - opening
    if needed <= 0:
        return 0.0
    if basket_cny is None:
        return float(needed * rules.yuan_per_point)
    read_number(basket_cny, "basket_cny", "more than 0 yuan", limits=">0")
    each = int(count_points([basket_cny], rules=rules)[0])
    if each == 0:
        raise ValueError(
            f"basket_cny is {basket_cny}: such a receipt earns no point, so the fee never pays off."
        )
    return float(math.ceil(needed / each) * basket_cny)


def list_break_even_benefits(
    target_cny: float = CLAIMED_SPEND_CNY, *, fee_cny: float = FEE_CNY
) -> pd.DataFrame:
    """Which single assumption, beside the basic points of one year, would make 1,600 yuan a year true (X-12).

    target_cny: yearly spend at which the fee, paid once, shall pay off. Columns: benefit, needed (how large
    it must be), unit, gain_cny (of all benefits at that spend, equal to the fee). Raises ValueError if basic
    points alone pay off at target_cny or earlier, or if target_cny is not above 0.

    >>> list_break_even_benefits()[["benefit", "needed", "unit"]]
                                   benefit   needed            unit
    0       total rebate instead of points   0.0125  share of spend
    1           more points for every yuan   2.5000           times
    2     a further discount on everything   0.0075  share of spend
    3       5 % off on a part of the spend   0.1500  share of spend
    4      20 % off on a part of the spend   0.0375  share of spend
    5  a voucher, gift or partner discount  12.0000     yuan a year
    6                          a lower fee   8.0000            yuan
    7               more years as a member   2.5000           years
    """
    read_number(fee_cny, "fee_cny", "0 or more yuan", limits=">=0")
    read_number(target_cny, "target_cny", "more than 0 yuan, one fen or more", limits="0.01..")
    basic = COURSE_RULES.net_rebate * target_cny
    gap = fee_cny - basic
    if gap <= 0:
        raise ValueError(
            f"target_cny: basic points on {target_cny:g} yuan already give {basic:g}; fee_cny is {fee_cny:g}."
        )
    rows = [
        ("total rebate instead of points", fee_cny / target_cny, "share of spend", fee_cny),
        ("more points for every yuan", fee_cny / basic, "times", fee_cny),
        ("a further discount on everything", gap / target_cny, "share of spend", basic + gap),
        ("5 % off on a part of the spend", gap / target_cny / 0.05, "share of spend", basic + gap),
        ("20 % off on a part of the spend", gap / target_cny / 0.2, "share of spend", basic + gap),
        ("a voucher, gift or partner discount", gap, "yuan a year", basic + gap),
        ("a lower fee", basic, "yuan", basic),
        ("more years as a member", fee_cny / basic, "years", fee_cny),
    ]
    table = pd.DataFrame(rows, columns=["benefit", "needed", "unit", "gain_cny"])
    return table.round({"needed": 6})


def explore_fee_break_even(yearly_spend: ArrayLike) -> None:
    """Drag benefits and years until the fee pays off at 1,600 yuan; see how many members spend it (X-12).

    yearly_spend: spend of each member in yuan (`measure_yearly_spend`). Raises ValueError for amounts that
    are missing, infinite or negative.
    """
    amounts = read_numbers(yearly_spend, "yearly_spend", "yuan, 0 or more", limits=">=0")

    def draw(ax: Axes, *, fee: int, multiple: float, discount: float, voucher: int, years: float) -> None:
        share = COURSE_RULES.net_rebate * multiple + discount / 100
        _draw_fee(ax, amounts, fee_cny=fee, share=share, voucher_cny=voucher, years=years)

    explore(
        draw,
        controls={
            "fee": Slider("fee (yuan)", 0, 40, 20, 1),
            "multiple": Slider("points, times", 1.0, 4.0, 1.0, 0.5),
            "discount": Slider("further discount (%)", 0.0, 3.0, 0.0, 0.25),
            "voucher": Slider("voucher or gift (yuan a year)", 0, 20, 0, 1),
            "years": Slider("years as a member", 1.0, 5.0, 1.0, 0.5),
        },
        alt="A rising line of what the card gives back in one year, over the spend of that year, crosses the "
        "fee of 20 yuan at 4,000 yuan, far to the right of the claimed 1,600 yuan and of nearly all members, "
        "drawn as bars.",
    )


def _draw_fee(
    ax: Axes,
    amounts: NDArray[np.float64],
    *,
    fee_cny: float,
    share: float,
    voucher_cny: float,
    years: float,
) -> None:
    """What the card gives back in some years over the spend of one, and how many members spend it (K-08).

    Line: gain = years · (voucher + share · spend); dashed: fee, paid once; dotted: claimed 1,600 yuan; bars:
    what members spend, on a scale of their own. The title gives the yearly spend at which the gain reaches
    the fee, and the share of members beyond.
    """
    break_even = round(max(0.0, fee_cny / years - voucher_cny) / share, 6)
    heights, edges = np.histogram(amounts, bins=50, range=(0, 5000))
    ax.stairs(12 * heights / max(1, heights.max()), edges, fill=True, color="0.85")
    ax.text(30, 12.5, "members (own scale)", color="0.35", fontsize=8)
    gain = [years * voucher_cny, years * (voucher_cny + share * 5000)]
    ax.plot([0, 5000], gain, color=COLOURS["member"], linewidth=2)
    ax.axhline(fee_cny, color="0.3", linestyle="--", linewidth=1.2)
    ax.text(30, fee_cny + 0.6, f"fee: {fee_cny:.0f} yuan", fontsize=8)
    ax.axvline(CLAIMED_SPEND_CNY, color=COLOURS["claim"], linestyle=":", linewidth=2)
    ax.text(CLAIMED_SPEND_CNY + 30, 42.5, f"claimed: {CLAIMED_SPEND_CNY:,.0f} yuan", fontsize=8)
    if break_even <= 5000:
        back = years * (voucher_cny + share * break_even)
        ax.plot(break_even, back, "o", color="black", markersize=8)
    beyond = 100 * float(np.mean(amounts >= break_even))
    title = f"The fee is back at {break_even:,.0f} yuan a year: {beyond:.1f} % of members spend that"
    ax.set_title(title, fontsize=10)
    ax.set(xlabel="spend in a year (yuan)", ylabel="the card gives back in all (yuan)")
    ax.set(xlim=(0, 5000), ylim=(0, 45))
    ax.set_xticks(range(0, 5001, 1000), [f"{spend:,}" for spend in range(0, 5001, 1000)])
    ax.set_yticks(range(0, 41, 10))
