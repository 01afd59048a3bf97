"""How the simulated firm looks: one function a statistic that real retail data are known for.

Every function takes a view of the simulated firm and returns one number. Shares are between 0 and 1, money
in yuan.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.simulation.realism.view import YEAR, View


def nbd_shape(firm: View) -> float:
    """Shape r of the negative binomial distribution of repeat receipts a member (maximum likelihood).

    Of the cohort that joined in the first nine months, as in the panels that the target comes from: members
    who joined late have few receipts for a reason that has nothing to do with their purchase rate.
    """
    from scipy.optimize import minimize
    from scipy.stats import nbinom

    members = firm.tables["members"]
    cohort = members[members["joined_on"] < members["joined_on"].min() + pd.DateOffset(months=9)][
        "customer_id"
    ]
    counts = firm.member_receipts["customer_id"].value_counts().reindex(cohort).to_numpy(dtype=float) - 1

    def loss(logs: np.ndarray) -> float:
        shape, mean = np.exp(logs)
        return -float(nbinom.logpmf(counts, shape, shape / (shape + mean)).sum())

    fit = minimize(loss, np.log([0.7, max(counts.mean(), 0.1)]), method="Nelder-Mead")
    return float(np.exp(fit.x[0]))


def one_receipt_share(firm: View) -> float:
    """Members with exactly one receipt."""
    return float((firm.member_receipts["customer_id"].value_counts() == 1).mean())


def top_fifth_share(firm: View) -> float:
    """Share of the last year's member revenue that comes from the best 20 % of its buyers."""
    receipts = firm.in_last_year(firm.member_receipts)
    spent = np.sort(receipts.groupby("customer_id")["amount_cny"].sum().to_numpy())[::-1]
    return float(spent[: max(1, round(0.2 * len(spent)))].sum() / spent.sum())


def receipt_log_sd(firm: View) -> float:
    """Standard deviation of the log of the receipt value."""
    amount = firm.tables["receipts"]["amount_cny"]
    return float(np.log(amount[amount > 0]).std())


def receipt_mean_to_median(firm: View) -> float:
    """Mean receipt value over median receipt value."""
    amount = firm.tables["receipts"]["amount_cny"]
    return float(amount.mean() / amount.median())


def member_basket_log_sd(firm: View) -> float:
    """Standard deviation of the log of a member's mean receipt, members with three receipts or more."""
    groups = firm.member_receipts.groupby("customer_id")["amount_cny"].agg(["mean", "size"])
    return float(np.log(groups.loc[groups["size"] >= 3, "mean"]).std())


def weekday_peak_to_trough(firm: View) -> float:
    """Receipts on the busiest over receipts on the quietest weekday."""
    counts = firm.tables["receipts"]["purchased_at"].dt.day_of_week.value_counts()
    return float(counts.max() / counts.min())


def unit_price_log_sd(firm: View) -> float:
    """Standard deviation of the log unit price on receipt lines."""
    return float(np.log(firm.tables["receipt_lines"]["unit_price_cny"]).std())


def ends_in_nine_share(firm: View) -> float:
    """Receipt lines whose unit price ends in nine: 19.9 or 39."""
    fen = np.rint(firm.tables["receipt_lines"]["unit_price_cny"].to_numpy() * 100).astype(int)
    return float(((fen % 100 == 90) | (fen % 1_000 == 900)).mean())


def promoted_sales_share(firm: View) -> float:
    """Sales value of products on promotion."""
    lines = firm.tables["receipt_lines"]
    value = lines["quantity"] * lines["unit_price_cny"]
    return float(value[lines["on_promotion"]].sum() / value.sum())


def _promotion_depths(firm: View) -> np.ndarray:
    """Price cut of each line sold on promotion."""
    lines = firm.tables["receipt_lines"]
    lines = lines[lines["on_promotion"]]
    listed = firm.tables["products"].set_index("product_id")["list_price_cny"].reindex(lines["product_id"])
    return np.asarray(1 - lines["unit_price_cny"].to_numpy() / listed.to_numpy())


def promotion_depth_median(firm: View) -> float:
    """Median price cut of lines on promotion."""
    return float(np.median(_promotion_depths(firm)))


def promotion_depth_high(firm: View) -> float:
    """90th percentile of the price cut of lines on promotion."""
    return float(np.quantile(_promotion_depths(firm), 0.9))


def own_brand_sales_share(firm: View) -> float:
    """Sales value of the own brand."""
    lines = firm.tables["receipt_lines"]
    own = firm.tables["products"].set_index("product_id")["own_brand"].reindex(lines["product_id"]).to_numpy()
    value = (lines["quantity"] * lines["unit_price_cny"]).to_numpy()
    return float(value[own.astype(bool)].sum() / value.sum())


def coupon_redemption(firm: View) -> float:
    """Members with a coupon in the offer trial who use it."""
    contacts = firm.tables["contacts"]
    return float(contacts.loc[contacts["arm"] == "coupon", "redeemed"].mean())


def lines_per_receipt(firm: View) -> float:
    """Different products on a receipt."""
    return len(firm.tables["receipt_lines"]) / len(firm.tables["receipts"])


def member_sales_share(firm: View) -> float:
    """Sales with a card in the last year."""
    receipts = firm.in_last_year(firm.tables["receipts"])
    return float(
        receipts.loc[receipts["customer_id"].notna(), "amount_cny"].sum() / receipts["amount_cny"].sum()
    )


def active_share(firm: View) -> float:
    """Members of more than a year who bought in the last year."""
    start = firm.last_day - YEAR + pd.Timedelta(days=1)
    members = firm.tables["members"]
    old = members.loc[members["joined_on"] < start, "customer_id"]
    return float(old.isin(firm.in_last_year(firm.member_receipts)["customer_id"]).mean())


def card_gap_raw(firm: View) -> float:
    """Panel, last four quarters: spending at Osmanthus with a card over spending without."""
    panel = firm.tables["panel"]
    ours = panel[
        (panel["chain"] == "osmanthus")
        & (panel["quarter"] >= panel["quarter"].max() - pd.DateOffset(months=9))
    ]
    means = ours.groupby("has_card")["amount_cny"].mean()
    return float(means.loc[True] / means.loc[False])


def card_gap_true(firm: View) -> float:
    """Truth of the panel: spending of card holders with the card over their spending without it."""
    shoppers = firm.truth["shoppers"]
    holders = shoppers[shoppers["has_card"]]
    return float(holders["yearly_with_card_cny"].sum() / holders["yearly_without_card_cny"].sum())


def breakage(firm: View) -> float:
    """Points that expired, of those whose time to expire has come."""
    points = firm.tables["points"]
    year = points["booked_on"].dt.year
    due = points[(points["points"] > 0) & (year <= year.max() - 1)]["points"].sum()
    return float(-points.loc[points["kind"] == "expiry", "points"].sum() / due)


def response_rate(firm: View) -> float:
    """Survey invitations that are answered."""
    return float(firm.tables["surveys"]["answered_on"].notna().mean())


def top_two_share(firm: View) -> float:
    """Answers with a satisfaction of 4 or 5."""
    return float((firm.tables["surveys"]["satisfaction"].dropna() >= 4).mean())


def _complaint_share(firm: View, severity: str) -> float:
    """Problems of this severity, of members, that are reported."""
    problems = firm.truth["problems"]
    mine = problems[problems["customer_id"].notna() & (problems["severity"] == severity)]
    return float(mine["complaint_id"].notna().mean())


def minor_complaint_share(firm: View) -> float:
    """Minor problems that members report."""
    return _complaint_share(firm, "minor")


def severe_complaint_share(firm: View) -> float:
    """Severe problems that members report."""
    return _complaint_share(firm, "severe")


def cause_share(firm: View, cause: str) -> float:
    """Leavers (other than at once) with this true cause."""
    causes = firm.truth["members"]["leaving_cause"].dropna()
    return float((causes[causes != "at_once"] == cause).mean())


def double_jeopardy(firm: View) -> float:
    """Panel: how much of the difference in size (log) between chains is frequency rather than buyers.

    0: small chains have fewer buyers only; 1: their buyers come less often only. Double jeopardy is small
    and above 0.
    """
    panel = firm.tables["panel"]
    bought = panel[panel["purchases"] > 0]
    year = bought[bought["quarter"] >= bought["quarter"].max() - pd.DateOffset(months=9)]
    chains = year.groupby("chain", observed=True).agg(
        buyers=("panel_id", "nunique"), purchases=("purchases", "sum")
    )
    frequency = np.log(chains["purchases"] / chains["buyers"])
    size = np.log(chains["purchases"])
    return float(np.polyfit(size, frequency, 1)[0])
