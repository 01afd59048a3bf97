"""The rescue that was none: customers chosen at their lowest point rise by themselves (J-10, check).

Whoever bought much by chance last quarter and little by chance this one is chosen for a rescue. Next quarter
chance is the usual one again, and the customer is "rescued", with or without us. Comparing before and after,
which the cycle seems to invite, counts this return as success.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from crmlib.charts.interactive import Slider, explore
from crmlib.charts.style import COLOURS
from crmlib.customers.windows import count_purchases
from crmlib.estimates.estimate import estimate_mean
from crmlib.tables.options import read_date, read_number, refuse_short
from crmlib.tables.results import describe_result
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FALLEN, ALL = "fallen", "everybody"
PERIODS = ("first", "second", "third")
COUNTED = describe_result("quarters", {"customer_id": "key", **dict.fromkeys(PERIODS, "integer 0..")})
_COLUMNS = [f"{name}{end}" for name in (*PERIODS, "return") for end in ("", "_low", "_high")]


def count_quarters(receipts: pd.DataFrame, *, as_of: str | pd.Timestamp, days: int = 91) -> pd.DataFrame:
    """How often each member bought in the three periods before as_of, if she had begun before them.

    receipts: customer_id, purchased_at; as_of: the day after the third period. days: length of a period.
    Columns: customer_id, first, second, third. Raises TableError for wrong columns or receipts that end
    before as_of, ValueError if nobody had begun.

    >>> days = pd.to_datetime(["2024-01-05", "2025-01-05", "2025-01-09", "2025-03-01"])
    >>> receipts = pd.DataFrame({"customer_id": [7, 7, 7, 7], "purchased_at": days})
    >>> count_quarters(receipts, as_of="2025-03-05", days=21).values.tolist()
    [[7, 2, 0, 1]]
    """
    end = read_date(as_of, "as_of")
    read_number(days, "days", "a whole number of at least 1 day", limits="1..", whole=True)
    bought = take_columns(receipts, "receipts", ["customer_id", "purchased_at"]).dropna()
    refuse_short(bought["purchased_at"], end)
    start = end - pd.Timedelta(days=3 * days)
    begun = bought.groupby("customer_id")["purchased_at"].min()
    people = pd.Series(begun.index[begun < start].astype("int64"))
    if people.empty:
        raise ValueError(f"receipts: nobody had begun before {start.date()}. Choose a later as_of.")
    found = {"customer_id": people}
    for number, name in enumerate(PERIODS):
        window = [
            pd.Series(start + pd.Timedelta(days=days * n), index=people.index) for n in (number, number + 1)
        ]
        found[name] = pd.Series(count_purchases(bought, people, *window))
    return pd.DataFrame(found)


def follow_fallen(quarters: pd.DataFrame, *, least: int = 4, fall_share: float = 0.5) -> pd.DataFrame:
    """What becomes of customers who were chosen because they fell, if nobody does anything (J-10, check).

    Fallen: at least `least` purchases in the first period, and in the second at most (1 − fall_share) of
    them. quarters: the table of `count_quarters`. Columns: group (fallen, everybody), customers, and the
    mean purchases of each period with its interval: first, first_low, first_high, …; and return, return_low,
    return_high: the mean of third − second, which before and after would call the success. Raises TableError
    for wrong columns, ValueError for other options or fewer than two fallen customers.

    >>> quarters = pd.DataFrame({"customer_id": [1, 2, 3], "first": [6, 4, 1], "second": [1, 2, 1],
    ...                          "third": [4, 2, 2]})
    >>> follow_fallen(quarters)[["group", "customers", "first", "second", "third"]].round(1)
           group  customers  first  second  third
    0     fallen          2    5.0     1.5    3.0
    1  everybody          3    3.7     1.3    2.7
    """
    rows = take_columns(quarters, COUNTED, list(COUNTED.columns), unique=["customer_id"])
    fallen = _choose(rows, least, fall_share)
    if fallen.sum() < 2:
        raise ValueError(
            f"quarters: {int(fallen.sum())} customers fell by {100 * fall_share:g} % from {least} purchases "
            "or more, expected at least 2. Lower least or fall_share."
        )
    table = []
    for name, part in ((FALLEN, rows[fallen]), (ALL, rows)):
        counts = [part[period] for period in PERIODS]
        means = [estimate_mean(one, unit="purchases") for one in (*counts, counts[2] - counts[1])]
        table.append((name, len(part), *(x for one in means for x in (one.value, one.low, one.high))))
    return pd.DataFrame(table, columns=["group", "customers", *_COLUMNS])


def _choose(rows: pd.DataFrame, least: int, fall_share: float) -> pd.Series:
    read_number(least, "least", "a whole number of at least 1 purchase", limits="1..", whole=True)
    read_number(fall_share, "fall_share", "a share from 0.05 to 1", limits="0.05..1")
    return (rows["first"] >= least) & (rows["second"] <= (1 - fall_share) * rows["first"] + 1e-9)


def explore_rescue(quarters: pd.DataFrame) -> None:
    """Choose how far somebody must fall, and give the rescue a true effect: what does each comparison say?

    quarters: the table of `count_quarters`. Half of the fallen are "rescued": their third period is
    multiplied by 1 + the true effect; the other half stays as it was.
    """
    rows = take_columns(quarters, COUNTED, list(COUNTED.columns), unique=["customer_id"])

    usual = [float(rows[name].mean()) for name in PERIODS]

    def draw(ax: Axes, *, fall_percent: int, effect_percent: int) -> None:
        chosen = rows[_choose(rows, 4, fall_percent / 100)]
        alone = [float(chosen[name].mean()) if len(chosen) else 0.0 for name in PERIODS]
        rescued = [*alone[:2], alone[2] * (1 + effect_percent / 100)]
        ax.plot(rescued, "-o", color=COLOURS["treated"], linewidth=2, label="fallen and rescued")
        ax.plot(alone, "--s", color=COLOURS["member"], label="fallen and left alone")
        ax.plot(usual, ":", color=COLOURS["truth"], label="everybody")
        ax.set_xticks(range(3), ["quarter before", "quarter of the fall", "quarter after"])
        ax.set(xlim=(-0.3, 2.3), xlabel="when", ylabel="purchases per member")
        ax.set_ylim(0, 1.15 * max(*rescued, *usual))
        before_after, against = rescued[2] - rescued[1], rescued[2] - alone[2]
        ax.set_title(
            f"Fallen: {len(chosen):,}; before and after: {before_after:+.2f}, against those left alone: "
            f"{against:+.2f}",
            fontsize=9,
        )
        ax.legend(frameon=False, fontsize=8, loc="upper right")

    explore(
        draw,
        controls={
            "fall_percent": Slider("fell by at least (%)", 25, 100, 50, 5),
            "effect_percent": Slider("true effect of the rescue (%)", -20, 60, 0, 5),
        },
        alt="Purchases per member in three quarters: the fallen drop steeply and rise again by a good part, "
        "whether rescued or left alone; everybody together stays level.",
    )
