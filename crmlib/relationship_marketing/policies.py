"""Transaction view against relationship view, in yuan: one offer for all, or an offer by grade (A-11, X-23).

Whoever picks the best of several offers on the same customers on whom it is valued praises the choice for
luck. Here half of the members choose and the other half pay.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlib.charts.interactive import Slider, explore
from crmlib.charts.intervals import label_rows
from crmlib.charts.style import COLOURS, new_axes
from crmlib.estimates.estimate import Estimate, quantile
from crmlib.relationship_marketing.offers import CONTROL, OFFERS, compute_profit, order_strata, take_results
from crmlib.tables.errors import TableError
from crmlib.tables.options import read_number
from crmlib.tables.results import describe_result, take_result
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NOBODY, BEST, GRADED = "nobody", "best single offer", "graded"
CROSSED = describe_result(
    "crossed",
    {"policy": "string", **dict.fromkeys(("gain_same_cny", "gain_other_cny", "low", "high"), "number")},
)
Half = tuple[NDArray[np.float64], NDArray[np.float64]]
Choices = tuple[NDArray[np.int64], NDArray[np.int64]]
Crossing = tuple[int, Half, Half, Choices, NDArray[np.float64]]
POLICIES = describe_result("policies", {"policy": "string", "gain_cny": "number"})


def _take_offers(offers: pd.DataFrame) -> pd.DataFrame:
    rows = take_columns(offers, OFFERS, list(OFFERS.columns), unique=["stratum", "arm"])
    counts = rows.groupby("stratum")["arm"].nunique()
    if not (rows["arm"] == CONTROL).any() or (counts < rows["arm"].nunique()).any():
        raise TableError(
            "offers.arm: expected every arm, the control arm among them, in every stratum. Repair: take the "
            "whole table of summarise_offers or find_true_offers."
        )
    return rows


def choose_offers(offers: pd.DataFrame) -> dict[str, str]:
    """Which offer leaves the largest profit in each group; "control" means: send nothing (A-11).

    offers: the table of `summarise_offers` or `find_true_offers`. Returns group → offer. Raises TableError
    for wrong columns.
    """
    rows = _take_offers(offers)
    best = rows.loc[rows.groupby("stratum", sort=False)["profit_cny"].idxmax()]
    return dict(zip(best["stratum"].astype(str), best["arm"].astype(str), strict=True))


def value_policies(offers: pd.DataFrame) -> pd.DataFrame:
    """What an average member is worth if all get one offer, and if each group gets its own (A-11).

    offers: the table of `summarise_offers` or `find_true_offers`; groups are weighted by their members.
    Columns: policy (nobody, "reminder for all" …, graded), profit_cny per member, gain_cny against nobody.
    Graded takes the best offer of each group from this very table, so it cannot lose: on measured numbers
    that flatters it, see `cross_value_policies`. Raises TableError for wrong columns.

    >>> offers = pd.DataFrame({"stratum": ["low", "low", "high", "high"], "n": 10, "goods_cny": 0.0,
    ...     "arm": ["control", "coupon"] * 2, "discount_cny": 0.0, "points_cny": 0.0, "contact_cny": 0.0,
    ...     "margin_share": 0.3, "profit_cny": [2.0, 1.0, 50.0, 53.0]})
    >>> value_policies(offers)
               policy  profit_cny  gain_cny
    0          nobody        26.0       0.0
    1  coupon for all        27.0       1.0
    2          graded        27.5       1.5
    """
    rows = _take_offers(offers)
    profit = rows.pivot_table(index="stratum", columns="arm", values="profit_cny", sort=False)
    size = rows.groupby("stratum", sort=False)["n"].sum().reindex(profit.index)
    weights = (size / size.sum()).to_numpy()
    arms = [CONTROL, *(arm for arm in profit.columns if arm != CONTROL)]
    values = {(NOBODY if arm == CONTROL else name_policy(arm)): float(weights @ profit[arm]) for arm in arms}
    values[GRADED] = float(weights @ profit.max(axis=1))
    table = pd.DataFrame({"policy": list(values), "profit_cny": list(values.values())})
    return table.assign(gain_cny=table["profit_cny"] - values[NOBODY])


def name_policy(arm: str) -> str:
    """Name of the policy that gives everybody this offer.

    >>> name_policy("double_points")
    'double points for all'
    """
    return f"{arm.replace('_', ' ')} for all"


def price_offers(offers: pd.DataFrame, *, margin_share: float, contact_cny: float) -> pd.DataFrame:
    """The same purchases at another margin and another cost of a contact: profit_cny is computed anew.

    offers: as for `value_policies`. margin_share: of the goods value, 0 to 1. contact_cny: of one contact,
    for every arm that contacts at all. Returns the table with new margin_share, contact_cny, profit_cny.
    Raises ValueError for a share outside 0 to 1 or a negative cost.
    """
    read_number(margin_share, "margin_share", "a share between 0 and 1, such as 0.3", limits="0..1")
    read_number(contact_cny, "contact_cny", "a cost of 0 yuan or more", limits=">=0")
    rows = _take_offers(offers).copy()
    rows["margin_share"] = margin_share
    rows["contact_cny"] = np.where(rows["arm"] == CONTROL, 0.0, contact_cny)
    return rows.assign(profit_cny=compute_profit(rows))


def cross_value_policies(
    results: pd.DataFrame, *, splits: int = 200, seed: int | np.random.Generator = 1
) -> pd.DataFrame:
    """Does grading pay on members who had no part in the choice? (A-11)

    Chance halves the members of every stratum and arm. One half chooses: the best single offer, and the best
    offer of each group. The choice is valued on the same half and on the other one; then the halves change
    places; all is repeated over many splits. results: the table of `join_offer_results`. Columns: policy
    ("best single offer", "graded"), gain_same_cny, gain_other_cny (per member, against nobody, mean over the
    splits), low, high (95 %, for gain_other_cny), wins_share (splits in which this policy beat the other on
    members who did not choose; the rest are ties). Raises TableError for wrong columns, ValueError for fewer
    than 2 splits or fewer than 8 members in an arm of a group.
    """
    same, other, spread = (np.zeros((splits, 2)) for _ in range(3))
    for number, chooser, payer, choices, weights in _cross(results, splits, seed):
        for place, choice in enumerate(choices):
            here, _ = _value(chooser, choice, weights)
            there, variance = _value(payer, choice, weights)
            same[number, place] += here / 2
            other[number, place] += there / 2
            spread[number, place] += variance / 4
    half = quantile(0.95) * np.sqrt(spread.mean(axis=0))
    value, more = other.mean(axis=0), (other[:, 1] - other[:, 0]).round(9)
    return pd.DataFrame(
        {
            "policy": [BEST, GRADED],
            "gain_same_cny": same.mean(axis=0),
            "gain_other_cny": value,
            "low": value - half,
            "high": value + half,
            "wins_share": [float((better > 0).mean()) for better in (-more, more)],
        }
    )


def estimate_grading_gain(
    results: pd.DataFrame, *, splits: int = 200, seed: int | np.random.Generator = 1
) -> Estimate:
    """How much more grading brings than the best single offer, on members who did not choose (A-11).

    The halves of `cross_value_policies`; yuan per member, mean over the splits, with a 95 % interval. Where
    both choose the same offer for a group, the group adds neither gain nor noise. Errors as there.
    """
    rows = take_results(results)
    gain, variance = 0.0, 0.0
    for _, _, payer, (single, graded), weights in _cross(rows, splits, seed):
        more, noise = _value(payer, graded, weights, instead_of=single)
        gain, variance = gain + more / (2 * splits), variance + noise / (4 * splits)
    half = quantile(0.95) * float(np.sqrt(variance))
    return Estimate(gain, gain - half, gain + half, n=len(rows), unit="yuan")


def _cross(results: pd.DataFrame, splits: int, seed: int | np.random.Generator) -> Iterator[Crossing]:
    """Number of the split, the half that chooses, the half that pays, the choices, weights of the groups."""
    read_number(splits, "splits", "a whole number of at least 2", limits="2..", whole=True)
    rows = take_results(results)
    strata, cells, weights = order_strata(rows), _cells_of(rows), _weights_of(rows)
    generator = np.random.default_rng(seed)
    for number in range(splits):
        halves = _halve(cells, strata, generator)
        for chooser, payer in ((0, 1), (1, 0)):
            yield number, halves[chooser], halves[payer], _choose(halves[chooser][0], weights), weights


def _cells_of(rows: pd.DataFrame) -> dict[tuple[str, str], NDArray[np.float64]]:
    """(stratum, arm) → profits of its members; the control arm comes first."""
    groups = rows.sort_values("customer_id").groupby(["stratum", "arm"])["profit_cny"]
    cells = {(str(s), str(a)): part.to_numpy(dtype=float) for (s, a), part in groups}
    if min(map(len, cells.values())) < 8:
        raise ValueError("results: fewer than 8 members in an arm of a group; they cannot be halved.")
    return cells


def _weights_of(rows: pd.DataFrame) -> NDArray[np.float64]:
    size = rows.groupby("stratum").size().reindex(order_strata(rows))
    return np.asarray(size / size.sum(), dtype=float)


def _halve(
    cells: dict[tuple[str, str], NDArray[np.float64]], strata: list[str], generator: np.random.Generator
) -> tuple[Half, Half]:
    """Two halves, each as (strata × arms) means and variances of the means; control is the first arm."""
    arms = [CONTROL, *sorted({arm for _, arm in cells} - {CONTROL})]
    found = np.zeros((2, 2, len(strata), len(arms)))
    for i, stratum in enumerate(strata):
        for j, arm in enumerate(arms):
            mixed = generator.permutation(cells[stratum, arm])
            for half, part in enumerate(np.array_split(mixed, 2)):
                found[half, :, i, j] = part.mean(), part.var(ddof=1) / len(part)
    return (found[0, 0], found[0, 1]), (found[1, 0], found[1, 1])


def _choose(means: NDArray[np.float64], weights: NDArray[np.float64]) -> Choices:
    """Arm of each stratum: the best single one for all, then the best of each."""
    single = int((weights @ means).argmax())
    return np.full(len(means), single), means.argmax(axis=1).astype(np.int64)


def _value(
    half: Half,
    choice: NDArray[np.int64],
    weights: NDArray[np.float64],
    *,
    instead_of: NDArray[np.int64] | None = None,
) -> tuple[float, float]:
    """Gain of a choice per member against another one (by default against nobody), and its variance."""
    means, variances = half
    rows = np.arange(len(choice))
    base = np.zeros_like(choice) if instead_of is None else instead_of
    gain = weights @ (means[rows, choice] - means[rows, base])
    noise = weights**2 @ np.where(choice == base, 0.0, variances[rows, choice] + variances[rows, base])
    return float(gain), float(noise)


def plot_policies(
    crossed: pd.DataFrame, true_policies: pd.DataFrame | None = None, *, ax: Axes | None = None
) -> Axes:
    """What the two views promise on the members who chose, keep on others, and would truly bring.

    crossed: the table of `cross_value_policies`. true_policies: `value_policies` of the true offers.
    """
    take_result(crossed, CROSSED)
    ax = new_axes(ax, height=2.8)
    places = np.arange(len(crossed))
    ax.axvline(0, color="black", linewidth=1, linestyle=":")
    ax.plot(
        crossed["gain_same_cny"], places, "s", color=COLOURS["claim"], markersize=9, label="on the choosers"
    )
    ax.hlines(places, crossed["low"], crossed["high"], color=COLOURS["estimate"], linewidth=3)
    ax.plot(
        crossed["gain_other_cny"], places, "o", color=COLOURS["estimate"], markersize=8, label="on others"
    )
    if true_policies is not None:
        gains = take_result(true_policies, POLICIES).set_index("policy")["gain_cny"]
        truth = [gains.drop([NOBODY, GRADED]).max(), gains[GRADED]]
        ax.plot(truth, places, "D", color=COLOURS["truth"], markersize=6, label="truth, choice known")
    label_rows(ax, list(crossed["policy"]))
    ax.set(xlabel="gain against sending nothing (yuan per member)", ylabel="policy")
    ax.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=3)
    return ax


def draw_grading(ax: Axes, *, offers: pd.DataFrame, margin_share: float, contact_cny: float) -> None:
    """Bars of what every policy gains per 1,000 members at this margin and this cost of a contact."""
    priced = price_offers(offers, margin_share=margin_share, contact_cny=contact_cny)
    policies, choice = value_policies(priced), choose_offers(priced)
    gains = policies["gain_cny"].to_numpy() * 1000
    colours = [COLOURS["estimate"] if name == GRADED else COLOURS["control"] for name in policies["policy"]]
    bars = ax.barh(policies["policy"], gains, color=colours, edgecolor="black", linewidth=0.6)
    bars[-1].set_hatch("//")
    ax.bar_label(bars, labels=[f"{gain:,.0f}" for gain in gains], padding=4)
    ax.axvline(0, color="black", linewidth=1)
    ax.invert_yaxis()
    ax.margins(x=0.2)
    words = ", ".join(
        f"{group.replace(' value', '')} {'nothing' if arm == CONTROL else arm.replace('_', ' ')}"
        for group, arm in choice.items()
    )
    more = gains[-1] - gains[:-1].max()
    ax.set_title(f"graded: {words};\n{more:,.0f} yuan more than the best single policy", fontsize=9)
    ax.set(xlabel="gain against sending nothing (yuan per 1,000 members)", ylabel="policy")


def explore_grading(offers: pd.DataFrame) -> None:
    """Drag the margin and the cost of a contact: when does an offer by grade beat one offer for all? (A-11)

    offers: the table of `find_true_offers` (or of `summarise_offers`; then luck is part of the picture).
    Raises TableError for wrong columns.
    """
    rows = _take_offers(offers)
    start = float(round(np.average(rows["margin_share"], weights=rows["n"] * rows["goods_cny"]), 2))
    contacted = rows.loc[rows["arm"] != CONTROL, "contact_cny"]
    cost = float(round(contacted.mean(), 1))

    def draw(ax: Axes, *, contact_cny: float, margin_percent: int) -> None:
        draw_grading(ax, offers=rows, margin_share=margin_percent / 100, contact_cny=contact_cny)

    explore(
        draw,
        controls={
            "contact_cny": Slider("cost of a contact (yuan)", 0.0, 8.0, min(8.0, max(0.0, cost)), 0.1),
            "margin_percent": Slider("margin (% of goods)", 5, 60, round(min(60, max(5, 100 * start))), 1),
        },
        alt="Bars of the gain of each policy against sending nothing. At a cheap contact the graded bar is "
        "hardly longer than the best single offer; at a dear one every offer for all loses, but not grading.",
    )
