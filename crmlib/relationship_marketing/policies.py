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
from crmlib.relationship_marketing.offers import OFFERS, compute_profit, order_strata, take_results
from crmlib.tables.errors import TableError
from crmlib.tables.options import read_number, read_seed
from crmlib.tables.results import describe_result, take_result
from crmlib.tables.take import take_columns
from crmlib.trials.campaigns import CONTROL

if TYPE_CHECKING:
    from matplotlib.axes import Axes

NOBODY, BEST, GRADED = "nobody", "best single offer", "graded"
CROSSED = describe_result(
    "crossed",
    {"policy": "string", **dict.fromkeys(("gain_same_cny", "gain_other_cny", "low", "high"), "number")},
)
POLICIES = describe_result("policies", {"policy": "string", "gain_cny": "number"})

# A half of the members: mean profit, and the variance of that mean, by (stratum, arm); control comes first.
Half = tuple[NDArray[np.float64], NDArray[np.float64]]
# The arm of each stratum: under the best single offer, and under the best offer of each.
Choices = tuple[NDArray[np.int64], NDArray[np.int64]]


def _take_offers(offers: pd.DataFrame) -> pd.DataFrame:
    rows = take_columns(offers, OFFERS, list(OFFERS.columns), unique=["stratum", "arm"])
    counts = rows.groupby("stratum")["arm"].nunique()
    arms = set(rows["arm"])
    if CONTROL not in arms or len(arms) < 2 or (counts < len(arms)).any():
        raise TableError(
            "offers.arm: expected the control arm and every offer in every stratum. Repair: take the whole "
            "table of summarise_offers or find_true_offers."
        )
    return rows


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
    values = {NOBODY: float(weights @ profit[CONTROL])}
    for arm in profit.columns.drop(CONTROL):
        values[f"{arm.replace('_', ' ')} for all"] = float(weights @ profit[arm])
    values[GRADED] = float(weights @ profit.max(axis=1))
    table = pd.DataFrame({"policy": list(values), "profit_cny": list(values.values())})
    return table.assign(gain_cny=table["profit_cny"] - values[NOBODY])


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
    weights, crossings = _cross(results, splits, seed)
    same, other, spread = (np.zeros((splits, 2)) for _ in range(3))
    for number, chooser, payer, choices in crossings:
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
    weights, crossings = _cross(results, splits, seed)
    gain, variance = 0.0, 0.0
    for _, _, payer, (single, graded) in crossings:
        more, noise = _value(payer, graded, weights, instead_of=single)
        gain, variance = gain + more / (2 * splits), variance + noise / (4 * splits)
    half = quantile(0.95) * float(np.sqrt(variance))
    return Estimate(gain, gain - half, gain + half, n=len(results), unit="yuan")


def _cross(
    results: pd.DataFrame, splits: int, seed: int | np.random.Generator
) -> tuple[NDArray[np.float64], Iterator[tuple[int, Half, Half, Choices]]]:
    """Weights of the groups; and number of the split, half that chooses, half that pays, what was chosen."""
    read_number(splits, "splits", "a whole number of at least 2", limits="2..", whole=True)
    rows = take_results(results)
    strata, cells = order_strata(rows), _cells_of(rows)
    weights = np.asarray(rows.groupby("stratum").size().reindex(strata) / len(rows), dtype=np.float64)
    generator = read_seed(seed)

    def walk() -> Iterator[tuple[int, Half, Half, Choices]]:
        for number in range(splits):
            halves = _halve(cells, strata, generator)
            for chooser, payer in (halves, halves[::-1]):
                yield number, chooser, payer, _choose(chooser[0], weights)

    return weights, walk()


def _cells_of(rows: pd.DataFrame) -> dict[tuple[str, str], NDArray[np.float64]]:
    """(stratum, arm) → profits of its members."""
    groups = rows.sort_values("customer_id").groupby(["stratum", "arm"])["profit_cny"]
    cells = {(str(s), str(a)): part.to_numpy(dtype=float) for (s, a), part in groups}
    if min(map(len, cells.values())) < 8:
        raise ValueError("results: fewer than 8 members in an arm of a group; they cannot be halved.")
    return cells


def _halve(
    cells: dict[tuple[str, str], NDArray[np.float64]], strata: list[str], generator: np.random.Generator
) -> tuple[Half, Half]:
    arms = [CONTROL, *sorted({arm for _, arm in cells} - {CONTROL})]
    found = np.zeros((2, 2, len(strata), len(arms)))
    for i, stratum in enumerate(strata):
        for j, arm in enumerate(arms):
            mixed = generator.permutation(cells[stratum, arm])
            for half, part in enumerate(np.array_split(mixed, 2)):
                found[half, :, i, j] = part.mean(), part.var(ddof=1) / len(part)
    return (found[0, 0], found[0, 1]), (found[1, 0], found[1, 1])


def _choose(means: NDArray[np.float64], weights: NDArray[np.float64]) -> Choices:
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
    rows = take_result(crossed, CROSSED)
    ax = new_axes(ax, height=3.0)
    places = np.arange(len(rows))
    ax.axvline(0, color="black", linewidth=1, linestyle=":")
    ax.plot(rows["gain_same_cny"], places, "s", color=COLOURS["claim"], markersize=9, label="on the choosers")
    ax.hlines(places, rows["low"], rows["high"], color=COLOURS["estimate"], linewidth=3)
    ax.plot(rows["gain_other_cny"], places, "o", color=COLOURS["estimate"], markersize=8, label="on others")
    if true_policies is not None:
        truth = rows["policy"].map(_pick_gains(true_policies))
        ax.plot(truth, places, "D", color=COLOURS["truth"], markersize=6, label="truth, choice known")
    label_rows(ax, list(rows["policy"]))
    ax.set(xlabel="gain against sending nothing (yuan per member)", ylabel="policy")
    last = rows.iloc[-1]
    gains = f"{last['gain_same_cny']:.1f} yuan on the choosers, {last['gain_other_cny']:.1f} on others"
    ax.set_title(f"{last['policy']}: {gains}".replace("-", "−"), fontsize=10, pad=26)
    ax.legend(frameon=False, loc="lower center", bbox_to_anchor=(0.4, 1.0), ncols=3)
    return ax


def _pick_gains(policies: pd.DataFrame) -> dict[str, float]:
    """The true gain of the best single offer, and of the best offer of each group."""
    gains = take_result(policies, POLICIES).set_index("policy")["gain_cny"]
    single = gains.drop([NOBODY, GRADED], errors="ignore")
    if single.empty or GRADED not in gains:
        raise TableError(
            f"policies.policy: expected offers for all and {GRADED!r}. Repair: take the whole table of "
            "value_policies."
        )
    return {BEST: float(single.max()), GRADED: float(gains[GRADED])}


def explore_grading(offers: pd.DataFrame) -> None:
    """Drag the margin and the cost of a contact: when does an offer by grade beat one offer for all? (A-11)

    offers: the table of `find_true_offers` (or of `summarise_offers`; then luck is part of the picture).
    Raises TableError for wrong columns.
    """
    rows = _take_offers(offers)
    goods = rows["n"] * rows["goods_cny"] + 1e-9  # so that there is a mean even where nobody bought
    margin = float(round(np.average(rows["margin_share"], weights=goods), 2))
    cost = float(round(rows.loc[rows["arm"] != CONTROL, "contact_cny"].mean(), 1))

    def draw(ax: Axes, *, contact_cny: float, margin_percent: int) -> None:
        _draw_grading(ax, _price_offers(rows, margin_share=margin_percent / 100, contact_cny=contact_cny))

    explore(
        draw,
        controls={
            "contact_cny": Slider("cost of a contact (yuan)", 0.0, 8.0, min(8.0, max(0.0, cost)), 0.1),
            "margin_percent": Slider("margin (% of goods)", 5, 60, round(min(60, max(5, 100 * margin))), 1),
        },
        alt="Bars of the gain of each policy against sending nothing. At a cheap contact the graded bar is "
        "hardly longer than the best single offer; at a dear one every offer for all loses, but not grading.",
    )


def _price_offers(offers: pd.DataFrame, *, margin_share: float, contact_cny: float) -> pd.DataFrame:
    """The same purchases at another margin and another cost of a contact."""
    contact = np.where(offers["arm"] == CONTROL, 0.0, contact_cny)
    priced = offers.assign(margin_share=margin_share, contact_cny=contact)
    return priced.assign(profit_cny=compute_profit(priced))


def _draw_grading(ax: Axes, offers: pd.DataFrame) -> None:
    """Bars of what every policy gains per 1,000 members; the title says what each group gets."""
    policies = value_policies(offers)
    gains = policies["gain_cny"].to_numpy() * 1000
    colours = [COLOURS["estimate"] if name == GRADED else COLOURS["control"] for name in policies["policy"]]
    bars = ax.barh(policies["policy"], gains, color=colours, edgecolor="black", linewidth=0.6)
    bars[-1].set_hatch("//")
    ax.bar_label(bars, labels=[f"{gain:,.0f}" for gain in gains], padding=4)
    ax.axvline(0, color="black", linewidth=1)
    ax.invert_yaxis()
    ax.margins(x=0.2)
    best = offers.loc[offers.groupby("stratum", sort=False)["profit_cny"].idxmax()]
    arms = best["arm"].replace(CONTROL, "nothing").str.replace("_", " ")
    words = ", ".join(best["stratum"].str.replace(" value", "") + " " + arms)
    more = gains[-1] - gains[:-1].max()
    ax.set_title(f"graded: {words};\n{more:,.0f} yuan more than the best single policy", fontsize=9)
    ax.set(xlabel="gain against sending nothing (yuan per 1,000 members)", ylabel="policy")
