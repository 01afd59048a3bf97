"""What works on what in the simulated firm: one function a causal statement, measured with the truth open."""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.simulation.parameters import Simulated

YEAR = np.timedelta64(365, "D")


def lifetimes(firm: Simulated) -> pd.DataFrame:
    """First lifetimes in days, without those who left at once: days, left (bool), competition."""
    members = firm.tables["members"].merge(firm.truth["members"], on="customer_id")
    members = members[members["leaving_cause"].astype("string").fillna("") != "at_once"]
    end = firm.tables["receipts"]["purchased_at"].max().normalize()
    until = members["left_on"].fillna(end)
    return members.assign(days=(until - members["joined_on"]).dt.days, left=members["left_on"].notna())


def annual_retention(firm: Simulated, year: int) -> float:
    """Members who stay through this year of membership, of those who began it (hazard by days at risk)."""
    lives = lifetimes(firm)
    first, last = 365 * (year - 1), 365 * year
    at_risk = (lives["days"].clip(first, last) - first).sum()
    ends = (lives["left"] & (lives["days"] > first) & (lives["days"] <= last)).sum()
    return float(np.exp(-365 * ends / at_risk))


def retention_first(firm: Simulated) -> float:
    """Retention in the first year of membership."""
    return annual_retention(firm, 1)


def retention_second(firm: Simulated) -> float:
    """Retention in the second year."""
    return annual_retention(firm, 2)


def retention_third(firm: Simulated) -> float:
    """Retention in the third year."""
    return annual_retention(firm, 3)


def at_once_share(firm: Simulated) -> float:
    """Members who leave after the first purchase."""
    return float((firm.truth["members"]["leaving_cause"] == "at_once").mean())


def complainers_stay(firm: Simulated) -> float:
    """Points of 100 by which visits with a reported problem are followed by a stay of a year more often
    than visits without a problem (members, not the first visit).
    """
    receipts, problems = firm.tables["receipts"], firm.truth["problems"]
    end = receipts["purchased_at"].max().normalize()
    visits = receipts.loc[receipts["customer_id"].notna() & (receipts["purchased_at"] + YEAR <= end)]
    visits = visits[["receipt_id", "customer_id", "purchased_at"]].astype({"customer_id": "int64"})
    visits = visits[visits.duplicated("customer_id")]  # in order of time: all but the first
    left_on = (
        firm.truth["members"].set_index("customer_id")["left_on"].reindex(visits["customer_id"]).to_numpy()
    )
    stays = pd.isna(left_on) | (left_on > (visits["purchased_at"] + YEAR).to_numpy())
    reported = (
        visits["receipt_id"].isin(problems.loc[problems["complaint_id"].notna(), "receipt_id"]).to_numpy()
    )
    problem = visits["receipt_id"].isin(problems["receipt_id"]).to_numpy()
    return float(100 * (stays[reported].mean() - stays[~problem].mean()))


def left_of_a_problem(firm: Simulated) -> float:
    """Latent satisfaction that a mean problem still costs when it is handled fast: below zero, there is no
    paradox.
    """
    numbers = {parameter.name: parameter.value for parameter in firm.parameters}
    return float(-numbers["retail.service.drop"] * (1 - numbers["retail.service.repaired_fast"]))


def visit_elasticity(firm: Simulated) -> float:
    """Mean over the accounts of the true change in tonnes, in per cent, with one per cent more visits."""
    return float(firm.truth["accounts"]["visit_elasticity"].mean())


def answers(firm: Simulated, *, everyone: bool = False) -> pd.DataFrame:
    """Surveys of customers with a full year ahead: score, stays (truth: still a customer 365 days later),
    traits.

    everyone: what all invited customers would have answered, else only those who answered.
    """
    surveys = firm.tables["surveys"][["survey_id", "customer_id", "invited_on", "answered_on"]]
    table = surveys.merge(firm.truth["surveys"], on="survey_id")
    table = table.merge(
        firm.truth["members"][["customer_id", "left_on", "competition", "leaving_cause"]], on="customer_id"
    )
    end = firm.tables["receipts"]["purchased_at"].max().normalize()
    table = table[
        (table["invited_on"] + YEAR <= end)
        & (table["left_on"].isna() | (table["left_on"] > table["invited_on"]))
    ]
    if not everyone:
        table = table[table["answered_on"].notna()]
    stays = table["left_on"].isna() | (table["left_on"] > table["invited_on"] + YEAR)
    return table.assign(stays=stays, satisfied=table["satisfaction"] >= 4)


def score_share(firm: Simulated, score: int) -> float:
    """Invited customers who would rate this score."""
    return float((answers(firm, everyone=True)["satisfaction"] == score).mean())


def survival_at_score(firm: Simulated, score: int, competition: str | None = None) -> float:
    """Customers who stay a year, of those who (would) rate this score; with this competition only, if
    given.
    """
    table = answers(firm, everyone=True)
    if competition is not None:
        table = table[table["competition"] == competition]
    return float(table.loc[table["satisfaction"] == score, "stays"].mean())


def satisfied_leavers(firm: Simulated) -> float:
    """Would rate 4 or 5, among the invited customers who left within a year."""
    table = answers(firm, everyone=True)
    return float(table.loc[~table["stays"], "satisfied"].mean())


def leaving_satisfied(firm: Simulated) -> float:
    """Customers who leave within a year, of the invited who would rate 4 or 5."""
    table = answers(firm, everyone=True)
    return float(1 - table.loc[table["satisfied"], "stays"].mean())


def gain_at_competition(firm: Simulated, level: str) -> float:
    """Gain in 12-month survival from score 1 to score 5, in points of 100, at this level of competition."""
    return 100 * (survival_at_score(firm, 5, level) - survival_at_score(firm, 1, level))


def purchases_after(firm: Simulated, table: pd.DataFrame) -> np.ndarray:
    """Receipts of each invited customer in the year after the invitation."""
    receipts = firm.tables["receipts"]
    mine = receipts[receipts["customer_id"].notna()]
    start, scale = mine["purchased_at"].min().normalize(), 1 << 16

    def keys(customer: pd.Series, at: pd.Series) -> np.ndarray:
        return customer.to_numpy(dtype=np.int64) * scale + (at - start).dt.days.to_numpy()

    sorted_keys = np.sort(keys(mine["customer_id"], mine["purchased_at"]))
    first = keys(table["customer_id"], table["invited_on"])
    return np.searchsorted(sorted_keys, first + 365) - np.searchsorted(sorted_keys, first)


def returns_of_behaviour(firm: Simulated) -> float:
    """Last step (score 4 to 5) of next year's purchases against the mean step, where there are rivals.

    Above 1: increasing returns.
    """
    table = answers(firm, everyone=True)
    table = table[table["competition"] != "low"]
    means = pd.Series(purchases_after(firm, table)).groupby(table["satisfaction"].to_numpy()).mean()
    return float((means[5] - means[4]) / ((means[5] - means[1]) / 4))


def returns_of_intention(firm: Simulated) -> float:
    """Last step (4 to 5) of stated intention against the mean step: below 1 is decreasing."""
    truth = firm.truth["surveys"]
    means = truth.groupby("satisfaction")["intention"].mean()
    return float((means[5] - means[4]) / ((means[5] - means[1]) / 4))


def campaign_effect(firm: Simulated, arm: str, kind: str) -> float:
    """Points of 100 by which the share of buyers in the arm exceeds control, over all members (truth)."""
    campaigns = firm.tables["campaigns"]
    number = campaigns.loc[campaigns["kind"] == kind, "campaign_id"].iloc[0]
    outcomes = firm.truth["outcomes"]
    shares = outcomes[outcomes["campaign_id"] == number].groupby("arm", observed=True)["bought"].mean()
    return float(100 * (shares[arm] - shares["control"]))


def offer_effect(firm: Simulated) -> float:
    """True effect of the coupon on buying."""
    return campaign_effect(firm, "coupon", "offer_trial")


def win_back_shares(firm: Simulated) -> pd.Series:
    """Lost members who buy within the window of the win-back trial, by arm: all under each arm (truth)."""
    campaign = firm.tables["campaigns"].set_index("kind").loc["win_back_trial"]
    outcomes = firm.truth["outcomes"]
    mine = outcomes[outcomes["campaign_id"] == campaign["campaign_id"]]
    return mine.groupby("arm", observed=True)["bought"].mean()


def win_back_untreated(firm: Simulated) -> float:
    """Lost members who buy again without any contact."""
    return float(win_back_shares(firm)["control"])


def win_back_treated(firm: Simulated) -> float:
    """Lost members who buy again with an offer (mean of price, upgrade and both)."""
    return float(win_back_shares(firm)[["price", "upgrade", "both"]].mean())


def uplift_at_middle_risk(firm: Simulated) -> float:
    """Uplift of the middle third by risk over the uplift of the third with the highest risk (members in the
    trial).

    Risk: predicted from the days since the last purchase before the trial.
    """
    campaign = firm.tables["campaigns"].set_index("kind").loc["offer_trial"]
    outcomes = firm.truth["outcomes"]
    outcomes = outcomes[outcomes["campaign_id"] == campaign["campaign_id"]]
    table = outcomes.pivot(index="customer_id", columns="arm", values="bought").astype(float)
    receipts = firm.tables["receipts"]
    earlier = receipts[receipts["customer_id"].notna() & (receipts["purchased_at"] < campaign["started_on"])]
    silent = (campaign["started_on"] - earlier.groupby("customer_id")["purchased_at"].max()).dt.days
    gain = (
        (table["coupon"] - table["control"])
        .groupby(pd.qcut(silent.reindex(table.index), 3, labels=False))
        .mean()
    )
    return float(gain.iloc[1] / max(gain.iloc[2], 1e-9))
