"""What works on what in the simulated firm: one function a causal statement, measured with the truth open."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.simulation.realism.view import YEAR, View


def annual_retention(firm: View, year: int) -> float:
    """Members who stay through this year of membership, of those who began it and had not left at once.

    exp(−365 × leavers / days at risk), so that members with an incomplete year count for the part seen.
    """
    lives = firm.first_lifetimes
    first, last = 365 * (year - 1), 365 * year
    at_risk = (lives["days"].clip(first, last) - first).sum()
    ends = (lives["left"] & (lives["days"] > first) & (lives["days"] <= last)).sum()
    return float(np.exp(-365 * ends / at_risk))


def at_once_share(firm: View) -> float:
    """Members who leave after the first purchase."""
    return float((firm.truth["members"]["leaving_cause"] == "at_once").mean())


def score_share(firm: View, score: int) -> float:
    """Invited customers who would rate this score."""
    return float((firm.invited["satisfaction"] == score).mean())


def survival_at_score(firm: View, score: int, level: str | None = None) -> float:
    """Customers who stay a year, of those who would rate this score (at this level of competition)."""
    table = firm.invited
    if level is not None:
        table = table[table["competition"] == level]
    return float(table.loc[table["satisfaction"] == score, "stays"].mean())


def gain_at_competition(firm: View, level: str) -> float:
    """Gain in 12-month survival from score 1 to score 5, in points of 100, at this level of competition."""
    return 100 * (survival_at_score(firm, 5, level) - survival_at_score(firm, 1, level))


def satisfied_leavers(firm: View) -> float:
    """Would rate 4 or 5, among the invited customers who leave within a year."""
    return float(firm.invited.loc[~firm.invited["stays"], "satisfied"].mean())


def _last_over_mean_step(means: pd.Series) -> float:
    """Step from score 4 to 5 over the mean step from 1 to 5. means: indexed by score."""
    first, fourth, fifth = means.reindex([1, 4, 5]).to_numpy()
    return float((fifth - fourth) / ((fifth - first) / 4))


def returns_of_behaviour(firm: View) -> float:
    """Last step of next year's purchases by score against the mean step, where there are rivals.

    Above 1: increasing returns.
    """
    rivals = (firm.invited["competition"] != "low").to_numpy()
    scores = firm.invited["satisfaction"].to_numpy()[rivals]
    return _last_over_mean_step(pd.Series(firm.purchases_after[rivals]).groupby(scores).mean())


def returns_of_intention(firm: View) -> float:
    """Last step of stated intention by score against the mean step; below 1: decreasing returns."""
    return _last_over_mean_step(firm.invited.groupby("satisfaction")["intention"].mean())


def complainers_stay(firm: View) -> float:
    """By how many points of 100 more complainers stay a year than members at a visit without a problem.

    Visits of members but the first; a complainer is a member at a visit with a problem that is reported.
    """
    visits = firm.member_receipts[["receipt_id", "customer_id", "purchased_at"]]
    visits = visits[visits.duplicated("customer_id") & (visits["purchased_at"] + YEAR <= firm.last_day)]
    left_on = (
        firm.truth["members"].set_index("customer_id")["left_on"].reindex(visits["customer_id"]).to_numpy()
    )
    stays = pd.isna(left_on) | (left_on > (visits["purchased_at"] + YEAR).to_numpy())
    problems = firm.truth["problems"]
    problem = visits["receipt_id"].isin(problems["receipt_id"]).to_numpy()
    reported = problems.loc[problems["complaint_id"].notna(), "receipt_id"]
    complained = visits["receipt_id"].isin(reported).to_numpy()
    return float(100 * (stays[complained].mean() - stays[~problem].mean()))


def left_of_a_problem(firm: View) -> float:
    """Latent satisfaction that a mean problem still costs when handled fast; below zero: no paradox."""
    numbers = {parameter.name: parameter.value for parameter in firm.parameters}
    return float(-numbers["retail.service.drop"] * (1 - numbers["retail.service.repaired_fast"]))


def offer_effect(firm: View) -> float:
    """True effect of the coupon: points of 100 by which more members buy than without contact."""
    shares = firm.outcomes("offer_trial").groupby("arm", observed=True)["bought"].mean()
    return float(100 * (shares["coupon"] - shares["control"]))


def uplift_at_middle_risk(firm: View) -> float:
    """Uplift of the middle third by risk over the uplift of the third with the highest risk.

    Risk as a firm sees it: days since the last purchase before the offer trial.
    """
    outcomes = firm.outcomes("offer_trial").assign(bought=lambda table: table["bought"].astype(float))
    table = outcomes.pivot(index="customer_id", columns="arm", values="bought")
    campaigns = firm.tables["campaigns"]
    start = campaigns.loc[campaigns["kind"] == "offer_trial", "started_on"].iloc[0]
    earlier = firm.member_receipts[firm.member_receipts["purchased_at"] < start]
    silent: pd.Series = (start - earlier.groupby("customer_id")["purchased_at"].max()).dt.days
    third = pd.qcut(silent.reindex(table.index), 3, labels=False)
    gain = table["coupon"].to_numpy() - table["control"].to_numpy()
    middle, highest = (gain[third.to_numpy() == number].mean() for number in (1, 2))
    return float(middle / max(highest, 1e-3))


def win_back_untreated(firm: View) -> float:
    """Lost members who buy within the window of the win-back trial if nobody contacts them (truth, all)."""
    return float(firm.outcomes("win_back_trial").groupby("arm", observed=True)["bought"].mean()["control"])


def win_back_treated(firm: View) -> float:
    """Lost members who buy with an offer: mean of price, upgrade and both (truth, all under each)."""
    shares = firm.outcomes("win_back_trial").groupby("arm", observed=True)["bought"].mean()
    return float(shares[["price", "upgrade", "both"]].mean())


def visit_elasticity(firm: View) -> float:
    """Mean over the accounts of the true change in tonnes, in per cent, with one per cent more visits."""
    return float(firm.truth["accounts"]["visit_elasticity"].mean())
