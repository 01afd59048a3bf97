"""Small tables for the tests of chapter 1, made by hand and by the functions of the package itself."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from crmlib.estimates.logistic import to_share
from crmlib.relationship_marketing.bonds import (
    BONDS,
    HELD,
    compare_losses,
    estimate_bond_effects,
    find_true_bond_effects,
)
from crmlib.relationship_marketing.files import measure_completeness
from crmlib.relationship_marketing.mining import search_patterns
from crmlib.relationship_marketing.offers import estimate_offer_effects, summarise_offers
from crmlib.relationship_marketing.policies import cross_value_policies, value_policies
from crmlib.relationship_marketing.protection import learn_true_curves
from crmlib.relationship_marketing.rewards import count_rewards
from crmlib.relationship_marketing.share_of_customer import decompose_market_share, find_room, follow_shares
from crmlib.relationship_marketing.targeting import find_true_response, measure_response_by_score

DAY, END = "2025-09-07", "2026-01-01"
ARMS, STRATA = ("control", "coupon"), ("low value", "high value")


def make_results(people: int = 40, seed: int = 1) -> pd.DataFrame:
    """An offer trial in two groups: a coupon brings 4 yuan in high value, and costs 0.80 in low value."""
    generator = np.random.default_rng(seed)
    ids = np.arange(people)
    arm, stratum = np.array(ARMS)[ids % 2], np.array(STRATA)[ids // 2 % 2]
    goods = np.where(stratum == "high value", 100.0, 10.0) + generator.normal(0, 2, people).round(2)
    contact = np.where(arm == "coupon", 0.8, 0.0)
    margin = (0.3 * goods + np.where((arm == "coupon") & (stratum == "high value"), 4.8, 0.0)).round(4)
    return pd.DataFrame(
        {
            "campaign_id": 5,
            "customer_id": ids + 100001,
            "stratum": stratum,
            "arm": arm,
            "bought": generator.random(people) < 0.5,
            "goods_cny": goods,
            "discount_cny": 0.0,
            "points_cny": 0.0,
            "contact_cny": contact,
            "margin_cny": margin,
            "profit_cny": margin - contact,
        }
    )


def make_history(people: int = 120, seed: int = 2) -> pd.DataFrame:
    """Customers whose likelihood to buy rises with their purchases of the year, and with nothing else."""
    generator = np.random.default_rng(seed)
    purchases = generator.integers(0, 20, people)
    return pd.DataFrame(
        {
            "customer_id": np.arange(people) + 100001,
            "silence_days": generator.integers(0, 400, people),
            "purchases_year": purchases,
            "purchases_quarter": purchases // 3,
            "spend_year_cny": (purchases * 50 + generator.random(people) * 40).round(2),
            "tenure_days": generator.integers(400, 900, people),
            "bought": generator.random(people) < to_share((purchases - 10) / 4),
        }
    )


def make_bids(offers: int = 120, accounts: int = 40, seed: int = 3) -> pd.DataFrame:
    """Offers of rivals to accounts in turn; bonds and losses by chance."""
    generator = np.random.default_rng(seed)
    account = np.arange(offers) % accounts
    held = generator.random((accounts, 3)) < 0.5
    return pd.DataFrame(
        {
            "bid_id": np.arange(offers) + 1,
            "customer_id": account + 501,
            "price_cut_share": generator.uniform(0.01, 0.2, offers).round(3),
            "lost": generator.random(offers) < 0.35,
            "tonnes": 50.0,
            "segment": np.array(["small", "middle", "key"])[account % 3],
            "buying_style": np.array(["loyal", "competitive", "tender"])[account // 3 % 3],
            **{bond: held[account, place] for place, bond in enumerate(BONDS)},
        }
    )


def make_true_bids(bids: pd.DataFrame) -> pd.DataFrame:
    """The true chance of a loss: the first bond takes 0.5 off the log odds, the second 1, the third 1.5."""
    style = bids["buying_style"].map({"loyal": -0.5, "competitive": 0.0, "tender": 0.5})
    odds = (-1 + 20 * (bids["price_cut_share"] - 0.08) + style).to_numpy()
    truth = {"bid_id": bids["bid_id"], "loss_without_bonds": to_share(odds)}
    for place, bond in enumerate(BONDS, start=1):
        truth[f"loss_without_{bond}"] = to_share(odds)
        truth[f"loss_with_{bond}"] = to_share(odds - 0.5 * place)
    return pd.DataFrame(truth)


def make_accounts(bids: pd.DataFrame) -> pd.DataFrame:
    """The accounts that the offers went to, from 5 people on."""
    accounts = bids.drop_duplicates("customer_id").rename(columns=dict(zip(BONDS, HELD, strict=True)))
    accounts = accounts[["customer_id", "segment", "buying_style", *HELD]].reset_index(drop=True)
    accounts["segment"] = pd.Categorical(accounts["segment"], ["small", "middle", "key"], ordered=True)
    accounts["buying_style"] = accounts["buying_style"].astype("category")
    return accounts.assign(employees=np.arange(len(accounts)) * 10 + 5)


def make_competitor_bids(bids: pd.DataFrame) -> pd.DataFrame:
    """The offers as the firm's own table holds them."""
    words = np.where(bids["lost"], "lost", "kept")
    outcome = pd.Categorical(words, ["kept", "part_lost", "lost"], ordered=True)
    return bids[["bid_id", "customer_id", "price_cut_share", "tonnes"]].assign(outcome=outcome)


def make_receipts(ids: pd.Series) -> pd.DataFrame:
    """Two receipts without a card; each customer buys in 2023 and after the offer, the last one once more."""
    n = len(ids)
    late = pd.Timestamp(DAY) + pd.to_timedelta(np.arange(n) % 40, unit="D")
    days = [pd.Timestamp("2025-05-05")] * 2 + [pd.Timestamp("2023-03-03")] * n + list(late)
    return pd.DataFrame(
        {
            "customer_id": pd.array([None, None, *ids, *ids, ids.iloc[-1]], dtype="Int64"),
            "purchased_at": [*days, pd.Timestamp("2025-12-31")],
            "amount_cny": 40.0,
            "discount_cny": 0.0,
            "margin_cny": 12.0,
        }
    )


def make_contacts(results: pd.DataFrame) -> pd.DataFrame:
    """Who got a letter of the offer trial, as the firm's own table holds it."""
    day = pd.Series(pd.Timestamp(DAY), index=results.index)
    return results[["campaign_id", "customer_id", "stratum"]].assign(
        arm=pd.Categorical(results["arm"]),
        cost_cny=results["contact_cny"],
        contacted_on=day.where(results["arm"] != "control"),
    )


def make_outcomes(results: pd.DataFrame) -> pd.DataFrame:
    """The truth: every third member buys anyway, all buy with the coupon."""
    parts = [
        results[["campaign_id", "customer_id"]].assign(
            arm=arm, bought=(results["customer_id"] % 3 == 0) | (arm == "coupon"), amount_cny=50.0
        )
        for arm in ARMS
    ]
    return pd.concat(parts, ignore_index=True).astype({"arm": "category"})


def make_frames() -> dict[str, Any]:
    """One small table for every name that the calls below use."""
    results, history, bids = make_results(), make_history(), make_bids()
    truth, accounts, ids = make_true_bids(bids), make_accounts(bids), results["customer_id"]
    contacts, outcomes = make_contacts(results), make_outcomes(results)
    quarters = pd.to_datetime(["2025-01-01", "2025-01-01", "2025-04-01", "2025-04-01"])
    wallets = pd.DataFrame(
        {
            "customer_id": [501, 502] * 2,
            "quarter": quarters,
            "needed_tonnes": [100.0, 10.0, 80.0, 20.0],
            "bought_tonnes": [25.0, 8.0, 40.0, 10.0],
        }
    )
    panel = pd.DataFrame(
        {
            "panel_id": [1, 1, 2, 3],
            "chain": pd.Categorical(["osmanthus", "rival_a", "rival_a", "osmanthus"]),
            "amount_cny": [30.0, 60.0, 30.0, 20.0],
        }
    )
    orders = pd.DataFrame(
        {
            "customer_id": np.repeat(accounts["customer_id"].to_numpy(), 3),
            "purchased_at": pd.Timestamp("2025-01-15") + pd.to_timedelta(np.arange(120) * 2, unit="D"),
            "tonnes": 5.0,
            "amount_cny": 40_000.0,
            "margin_cny": 2_500.0,
        }
    )
    campaigns = pd.DataFrame(
        {
            "campaign_id": [5],
            "kind": pd.Categorical(["offer_trial"]),
            "randomised": [True],
            "started_on": [pd.Timestamp(DAY)],
            "outcome_days": [60],
        }
    )
    members = pd.DataFrame(
        {
            "joined_on": pd.to_datetime(["2023-05-01", "2025-01-01"]),
            "activated_on": pd.to_datetime(["2023-05-02", None]),
        }
    )
    people = history[["customer_id", "bought"]].assign(month=history["customer_id"] % 4, sex="f")
    firms = pd.DataFrame(
        {"firm": ["mill", "chain"], "employees": [250, 90], "regions": [1, 3], "is_global": False}
    )
    scores = pd.DataFrame({"customer_id": ids, "likelihood": np.linspace(0.01, 0.99, len(ids))})
    offers = summarise_offers(results)
    return {
        "contacts": contacts,
        "receipts": make_receipts(ids),
        "campaigns": campaigns,
        "truth.outcomes": outcomes,
        "results": results,
        "offers": offers,
        "effects": estimate_offer_effects(results),
        "crossed": cross_value_policies(results, splits=3),
        "policies": value_policies(offers),
        "members": members,
        "firms": firms,
        "completeness": measure_completeness(members, "members", fields=["joined_on", "activated_on"]),
        "records": members["joined_on"].rename("written_on"),
        "history": history,
        "customers": people,
        "patterns": search_patterns(people, traits=["month", "sex"], least=5),
        "scores": scores,
        "response": measure_response_by_score(results, scores, groups=2),
        "true response": find_true_response(outcomes, results, scores, groups=2),
        "wallets": wallets,
        "followed": follow_shares(wallets),
        "room": find_room(wallets[:2]),
        "later room": find_room(wallets[2:]),
        "panel": panel,
        "decomposed": decompose_market_share(panel, draws=5),
        "orders": orders,
        "rewards": count_rewards(orders, as_of=END, every=2),
        "accounts": accounts,
        "competitor_bids": make_competitor_bids(bids),
        "bids": bids,
        "truth.bids": truth,
        "plain": compare_losses(bids, draws=5),
        "adjusted": estimate_bond_effects(bids, draws=5),
        "true effects": find_true_bond_effects(bids, truth),
        "curves": learn_true_curves(bids, truth),
    }
