"""Money by stage: what customers bring and cost in each stage, and who brings friends (E-04).

Two traps lie in this count. A stage must be assigned *before* the money is counted, or a good quarter
makes the stage that it is then used to explain. And stages are not spread evenly over the years: in the
first year of a card nobody is mature yet, so whatever happened in that year is booked to the young
stages.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.intervals import reach
from crmlib.charts.style import COLOURS, format_money, new_axes
from crmlib.customers.ledger import COURSE_RULES
from crmlib.estimates.estimate import Estimate, estimate_mean, estimate_ratio
from crmlib.lifecycle.stages import STAGES
from crmlib.lifecycle.transitions import LABELS
from crmlib.tables.options import read_date, read_flag, refuse_short
from crmlib.tables.results import describe_result, take_result
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ROWS = ("incubation, joining quarter", "incubation, later", *STAGES[1:])

PARTS = ("margin_cny", "fee_cny", "acquisition_cny", "care_cny", "points_cny", "net_cny")
MONEY = describe_result("money", {"stage": "string", **dict.fromkeys([*PARTS, "low", "high"], "number")})


def measure_money_by_stage(
    labels: pd.DataFrame, receipts: pd.DataFrame, members: pd.DataFrame, marketing_costs: pd.DataFrame
) -> pd.DataFrame:
    """What a customer brings and costs in a quarter, by the stage in which she entered it (E-04).

    labels: as from `label_quarters`. receipts: customer_id, purchased_at, margin_cny,
    points_redeemed. members: customer_id, joined_on, fee_cny. marketing_costs: month, purpose, cost_cny.

    Income: margin of the receipts, and the fee in the joining quarter. Cost: points used (0.05 yuan
    each); the acquisition cost of the quarter, shared by those who joined in it; every other marketing
    cost of the quarter, shared by all customers with a label. Rents and wages are in none of these.

    Returns one row a stage (incubation split into the joining quarter and later): customer_quarters,
    margin_cny, fee_cny, acquisition_cny, care_cny, points_cny, net_cny (means per customer and quarter),
    low, high (95 % interval of net_cny, by customer). Raises TableError for wrong columns or a receipt
    twice, ValueError if a labelled customer is no member or no stage has two customers. With millions of rows
    it takes more than in proportion (docs/growth.md).
    """
    rows = _join_money(labels, receipts, members, marketing_costs)
    table = []
    for name in ROWS:
        inside = rows[rows["row"] == name]
        if inside["customer_id"].nunique() < 2:
            continue
        groups = inside.groupby("customer_id")["net_cny"]
        net = estimate_ratio(groups.sum(), groups.size(), unit="yuan")
        means = {part: float(inside[part].mean()) for part in PARTS}
        table.append(
            {"stage": name, "customer_quarters": len(inside), **means, "low": net.low, "high": net.high}
        )
    if not table:
        raise ValueError(
            "measure_money_by_stage: no stage holds two customers. Label more quarters or customers."
        )
    return pd.DataFrame(table)


def _join_money(
    labels: pd.DataFrame, receipts: pd.DataFrame, members: pd.DataFrame, marketing_costs: pd.DataFrame
) -> pd.DataFrame:
    """One row a label with its income and cost."""
    keys = ["customer_id", "quarter"]
    rows = take_columns(labels, LABELS, [*keys, "stage"], unique=keys)
    joined = take_columns(members, "members", ["customer_id", "joined_on", "fee_cny"], unique=["customer_id"])
    strangers = rows.loc[~rows["customer_id"].isin(joined["customer_id"]), "customer_id"].unique()
    if len(strangers):
        raise ValueError(
            f"labels: {len(strangers)} customers are not in members (first: "
            f"{', '.join(map(str, strangers[:5]))}). Take all tables from one firm and seed."
        )
    joined["quarter"] = _quarter(joined["joined_on"])
    rows = rows.merge(joined[[*keys, "fee_cny"]], on=keys, how="left")
    is_new = rows["fee_cny"].notna()
    later = np.where(rows["stage"] == "incubation", ROWS[1], rows["stage"].astype(str))
    rows["row"] = np.where(is_new, ROWS[0], later)
    names = ["customer_id", "purchased_at", "margin_cny", "points_redeemed"]
    bought = take_columns(receipts, "receipts", names, once="receipt_id").dropna()
    bought["quarter"] = _quarter(bought["purchased_at"])
    sums = bought.groupby(keys)[["margin_cny", "points_redeemed"]].sum().reset_index()
    rows = rows.merge(sums.astype({"customer_id": "int64"}), on=keys, how="left").fillna({"fee_cny": 0.0})
    rows["margin_cny"] = rows["margin_cny"].fillna(0.0)
    rows["points_cny"] = rows["points_redeemed"].fillna(0).astype(float) * COURSE_RULES.point_value_cny
    costs = take_columns(marketing_costs, "marketing_costs", ["month", "purpose", "cost_cny"])
    wins = costs["purpose"] == "acquisition"
    quarter = _quarter(costs["month"])
    rows["acquisition_cny"] = np.where(is_new, _share(costs[wins], quarter[wins], rows[is_new], rows), 0.0)
    rows["care_cny"] = _share(costs[~wins], quarter[~wins], rows, rows)
    rows["net_cny"] = (
        rows["margin_cny"] + rows["fee_cny"] - rows["acquisition_cny"] - rows["care_cny"] - rows["points_cny"]
    )
    return rows


def _quarter(days: pd.Series) -> pd.Series:
    return days.dt.to_period("Q").dt.start_time.astype("datetime64[us]")


def _share(costs: pd.DataFrame, quarter: pd.Series, among: pd.DataFrame, rows: pd.DataFrame) -> np.ndarray:
    """The costs of each row's quarter, divided by the customers among whom they are shared."""
    each = costs["cost_cny"].groupby(quarter).sum() / among.groupby("quarter").size()
    return rows["quarter"].map(each).fillna(0.0).to_numpy()


def count_referrals_by_stage(labels: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """How many new members a hundred customers of each stage bring in a quarter, year by year (E-04).

    labels: as from `label_quarters`. members: customer_id, joined_on, referred_by. A referral
    counts for the stage in which the one who recommended entered the quarter. One row a year and stage,
    and the year "all": year (text), stage, customer_quarters, referrals, per_hundred, low, high (95 %
    interval, by customer). Compare stages within a year: in the year "all" the young stages have most of
    their quarters in the rush of the first year. Raises TableError for wrong columns, ValueError if
    nobody was referred.
    """
    keys = ["customer_id", "quarter"]
    rows = take_columns(labels, LABELS, [*keys, "stage"], unique=keys)
    names = ["customer_id", "joined_on", "referred_by"]
    told = take_columns(members, "members", names, unique=names[:1]).dropna(subset=["referred_by"])
    if told.empty:
        raise ValueError("members.referred_by: nobody was referred, so there is nothing to count.")
    brought = told.groupby([told["referred_by"].astype("int64"), _quarter(told["joined_on"])]).size()
    counts = brought.rename("referrals").rename_axis(keys).reset_index()
    rows = rows.merge(counts, on=keys, how="left").fillna({"referrals": 0})
    rows["year"] = rows["quarter"].dt.year.astype(str)
    both = pd.concat([rows, rows.assign(year="all")])
    table = [
        {"year": year, "stage": stage, **_rate_referrals(inside)}
        for (year, stage), inside in both.groupby(["year", "stage"], observed=True)
        if inside["customer_id"].nunique() > 1
    ]
    return pd.DataFrame(table)


def _rate_referrals(rows: pd.DataFrame) -> dict[str, float]:
    groups = rows.groupby("customer_id")["referrals"]
    each = estimate_ratio(100.0 * groups.sum(), groups.size(), unit="customers")
    return {
        "customer_quarters": len(rows),
        "referrals": int(rows["referrals"].sum()),
        "per_hundred": each.value,
        "low": each.low,
        "high": each.high,
    }


def estimate_first_year_margin(
    receipts: pd.DataFrame, members: pd.DataFrame, *, until: str | pd.Timestamp, referred: bool
) -> Estimate:
    """What a member brings in the first 365 days, for those who were referred or for the others (E-04).

    receipts: customer_id, purchased_at, margin_cny. members: customer_id, joined_on, referred_by. until:
    last day of the receipts; members whose first year was not over by then are left out. Raises
    TableError for wrong columns, a receipt twice or receipts that end before until, ValueError if fewer than
    two members are left.
    """
    end, referred = read_date(until, "until"), read_flag(referred, "referred")
    known = take_columns(
        members, "members", ["customer_id", "joined_on", "referred_by"], unique=["customer_id"]
    )
    whole = known["joined_on"] + pd.Timedelta(days=365) <= end + pd.Timedelta(days=1)
    chosen = known[whole & (known["referred_by"].notna() == referred)]
    if len(chosen) < 2:
        raise ValueError(
            f"members: {len(chosen)} of {len(known)} count here and had their first year by {end.date()}, "
            "expected at least 2. Choose a later day or take more members."
        )
    names = ["customer_id", "purchased_at", "margin_cny"]
    bought = take_columns(receipts, "receipts", names, once="receipt_id").dropna()
    refuse_short(bought["purchased_at"], end)
    rows = bought.astype({"customer_id": "int64"}).merge(chosen, on="customer_id")
    first_year = rows["purchased_at"] < rows["joined_on"] + pd.Timedelta(days=365)
    sums = rows[first_year].groupby("customer_id")["margin_cny"].sum()
    return estimate_mean(sums.reindex(chosen["customer_id"], fill_value=0.0), unit="yuan")


def plot_money_by_stage(money: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """What customers of each stage bring and cost in a quarter: income right, cost left, the dot is net.

    money: as from `measure_money_by_stage`; the bar at the dot is its 95 % interval.
    """
    money = take_result(money, MONEY)
    ax = new_axes(ax, height=3.4)
    places = np.arange(len(money))
    ax.barh(places, money["margin_cny"], color=COLOURS["gain"], label="margin")
    ax.barh(places, money["fee_cny"], left=money["margin_cny"], color=COLOURS["low"], label="fee")
    start = np.zeros(len(money))
    costs = {"acquisition": COLOURS["loss"], "care": COLOURS["no_card"], "points": COLOURS["truth"]}
    for label, colour in costs.items():
        amounts = money[f"{label}_cny"].to_numpy()
        ax.barh(places, -amounts, left=start, color=colour, label=label)
        start = start - amounts
    errors = reach(money["net_cny"], money["low"], money["high"])
    ax.errorbar(money["net_cny"], places, xerr=errors, fmt="D", color="white", ecolor="white", capsize=3,
                markeredgecolor="black", label="net")  # fmt: skip
    ax.axvline(0, color="black", linewidth=0.8)
    ax.set_yticks(places, list(money["stage"]))
    ax.invert_yaxis()
    format_money(ax.xaxis)
    ax.set(xlabel="yuan per customer and quarter", ylabel="stage at the start of the quarter")
    ax.set_xlim(right=1.4 * float((money["margin_cny"] + money["fee_cny"]).max()))
    ax.legend(frameon=False, fontsize="small", loc="lower right")
    return ax
