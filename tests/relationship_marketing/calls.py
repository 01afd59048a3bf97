"""Small tables for the tests of chapter 1, and the calls of every function with the columns that it needs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from crmlib.relationship_marketing import (
    bonds,
    idic,
    share_of_customer,
)
from crmlib.relationship_marketing import (
    files as customer_files,
)
from crmlib.relationship_marketing import (
    likelihood as purchase_likelihood,
)
from crmlib.relationship_marketing import (
    offers as relationship_marketing,
)
from crmlib.relationship_marketing import (
    patterns as pattern_search,
)
from crmlib.relationship_marketing import (
    policies as offer_policies,
)
from crmlib.relationship_marketing import (
    protection as bond_protection,
)
from crmlib.relationship_marketing import (
    rewards as frequency_rewards,
)
from crmlib.relationship_marketing import (
    systems as crm_systems,
)
from crmlib.relationship_marketing import (
    targeting as precision_marketing,
)

DAY, END = "2025-09-07", "2026-01-01"
ARMS = ("control", "coupon")
STRATA = ("low value", "high value")


def make_results(people: int = 80, seed: int = 1) -> pd.DataFrame:
    """Results of an offer trial: chance halves each of two groups; the coupon brings 4 yuan to high value."""
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
    """Customers whose likelihood to buy rises with their purchases of the year."""
    generator = np.random.default_rng(seed)
    purchases = generator.integers(0, 20, people)
    chance = 1 / (1 + np.exp(-(purchases - 10) / 4))
    return pd.DataFrame(
        {
            "customer_id": np.arange(people) + 100001,
            "silence_days": generator.integers(0, 400, people),
            "purchases_year": purchases,
            "purchases_quarter": purchases // 3,
            "spend_year_cny": (purchases * 50 + generator.random(people) * 40).round(2),
            "tenure_days": generator.integers(400, 900, people),
            "bought": generator.random(people) < chance,
        }
    )


def make_bids(offers: int = 120, seed: int = 3) -> pd.DataFrame:
    """Offers of rivals to forty accounts, with bonds and losses by chance."""
    generator = np.random.default_rng(seed)
    account = np.arange(offers) % 40
    table = {
        "bid_id": np.arange(offers) + 1,
        "customer_id": account + 501,
        "price_cut_share": generator.uniform(0.01, 0.2, offers).round(3),
        "lost": generator.random(offers) < 0.35,
        "segment": np.array(["small", "middle", "key"])[account % 3],
        "buying_style": np.array(["loyal", "competitive", "tender"])[account // 3 % 3],
    }
    held = generator.random((40, 3)) < 0.5
    return pd.DataFrame({**table, **{bond: held[account, place] for place, bond in enumerate(bonds.BONDS)}})


def make_frames() -> dict[str, pd.DataFrame]:
    """One small table for every name that the calls below use."""
    results, history, bids = make_results(), make_history(), make_bids()
    accounts = bids.drop_duplicates("customer_id").rename(
        columns=lambda name: f"{name}_bond" if name in bonds.BONDS else name
    )
    accounts = accounts[["customer_id", "segment", "buying_style", *bonds.HELD]].reset_index(drop=True)
    accounts["segment"] = pd.Categorical(accounts["segment"], ["small", "middle", "key"], ordered=True)
    accounts["buying_style"] = accounts["buying_style"].astype("category")
    accounts["employees"] = np.arange(len(accounts)) * 10 + 5
    rivals = bids[["bid_id", "customer_id", "price_cut_share"]].assign(tonnes=50.0)
    rivals["outcome"] = pd.Categorical(
        np.where(bids["lost"], "lost", "kept"), ["kept", "part_lost", "lost"], ordered=True
    )
    odds = -1 + 20 * (bids["price_cut_share"] - 0.08)
    truth = {"bid_id": bids["bid_id"], "loss_without_bonds": bonds.to_share(odds.to_numpy())}
    for place, bond in enumerate(bonds.BONDS):
        truth[f"loss_without_{bond}"] = bonds.to_share(odds.to_numpy())
        truth[f"loss_with_{bond}"] = bonds.to_share(odds.to_numpy() - 0.5 * (place + 1))
    ids = results["customer_id"]
    bought_at = pd.to_datetime("2025-09-07") + pd.to_timedelta(np.arange(80) % 40, unit="D")
    receipts = pd.DataFrame(
        {
            "customer_id": pd.array([None, None, *ids, *ids], dtype="Int64"),
            "purchased_at": [pd.Timestamp("2025-05-05")] * 2
            + [pd.Timestamp("2023-03-03")] * 80
            + list(bought_at),
            "amount_cny": 40.0,
            "discount_cny": 0.0,
            "margin_cny": 12.0,
        }
    )
    receipts = pd.concat(
        [receipts, receipts.tail(1).assign(purchased_at=pd.Timestamp("2025-12-31"))], ignore_index=True
    )
    contacts = results[["campaign_id", "customer_id", "stratum"]].assign(
        arm=pd.Categorical(results["arm"]),
        cost_cny=results["contact_cny"],
        contacted_on=pd.Series(pd.Timestamp("2025-09-07"), index=results.index).where(
            results["arm"] != "control"
        ),
    )
    outcomes = pd.concat(
        [
            results[["campaign_id", "customer_id"]].assign(
                arm=arm, bought=(results["customer_id"] % 3 == 0) | (arm == "coupon"), amount_cny=50.0
            )
            for arm in ARMS
        ],
        ignore_index=True,
    ).astype({"arm": "category"})
    offers = relationship_marketing.summarise_offers(results)
    quarters = [pd.Timestamp("2025-01-01"), pd.Timestamp("2025-04-01")]
    wallets = pd.DataFrame(
        {
            "customer_id": [501, 502] * 2,
            "quarter": np.repeat(quarters, 2),
            "needed_tonnes": [100.0, 10.0, 80.0, 20.0],
            "bought_tonnes": [25.0, 8.0, 40.0, 10.0],
        }
    )
    shares = share_of_customer.share_of_wallet(wallets)
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
            "purchased_at": pd.to_datetime("2025-01-15") + pd.to_timedelta(np.arange(120) * 2, unit="D"),
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
            "started_on": [pd.Timestamp("2025-09-07")],
            "outcome_days": [60],
        }
    )
    members = pd.DataFrame(
        {
            "customer_id": [1, 2],
            "joined_on": pd.to_datetime(["2023-05-01", "2025-01-01"]),
            "activated_on": pd.to_datetime(["2023-05-02", None]),
        }
    )
    traits = history[["customer_id", "bought"]].assign(month=history["customer_id"] % 4, sex="f")
    firms = pd.DataFrame(
        {"firm": ["mill", "chain"], "employees": [250, 90], "regions": [1, 3], "is_global": False}
    )
    return {
        "results": results, "history": history, "bids": bids, "accounts": accounts, "competitor_bids": rivals,
        "truth.bids": pd.DataFrame(truth), "receipts": receipts, "contacts": contacts,
        "truth.outcomes": outcomes,
        "offers": offers, "wallets": wallets, "shares": shares, "panel": panel, "orders": orders,
        "campaigns": campaigns, "members": members, "customers": traits, "firms": firms,
        "scores": pd.DataFrame({"customer_id": ids, "likelihood": np.linspace(0.01, 0.99, 80)}),
        "effects": relationship_marketing.estimate_offer_effects(results),
        "curves": bond_protection.learn_true_curves(bids, pd.DataFrame(truth)),
        "rewards": frequency_rewards.count_rewards(orders, as_of=END, every=2),
        "completeness": customer_files.measure_completeness(
            members, "members", fields=["joined_on", "activated_on"]
        ),
    }  # fmt: skip


RESULT_COLUMNS = list(relationship_marketing.RESULTS.columns)
OFFER_COLUMNS = list(relationship_marketing.OFFERS.columns)
BID_COLUMNS = list(bonds.BIDS.columns)
TRUE_BIDS = [
    "bid_id",
    "loss_without_bonds",
    *(f"loss_{word}_{bond}" for bond in bonds.BONDS for word in ("with", "without")),
]
RECEIPT = ["customer_id", "purchased_at"]
OUTCOMES = ["campaign_id", "customer_id", "arm", "bought"]
SCORES = ["customer_id", "likelihood"]

CALLS: dict[str, Any] = {
    "join_offer_results": (
        lambda f: relationship_marketing.join_offer_results(f["contacts"], f["receipts"], f["campaigns"]),
        {
            "contacts": ["campaign_id", "customer_id", "arm", "stratum", "cost_cny"],
            "receipts": [*RECEIPT, "amount_cny", "discount_cny", "margin_cny"],
            "campaigns": ["campaign_id", "kind", "randomised", "started_on", "outcome_days"],
        },
    ),
    "summarise_offers": (
        lambda f: relationship_marketing.summarise_offers(f["results"]),
        {"results": RESULT_COLUMNS},
    ),
    "estimate_offer_effects": (
        lambda f: relationship_marketing.estimate_offer_effects(f["results"]),
        {"results": RESULT_COLUMNS},
    ),
    "find_true_offers": (
        lambda f: relationship_marketing.find_true_offers(f["truth.outcomes"], f["results"]),
        {"truth.outcomes": [*OUTCOMES, "amount_cny"]},
    ),
    "members_needed": (
        lambda f: relationship_marketing.members_needed(f["results"], effect_cny=1.0),
        {"results": RESULT_COLUMNS},
    ),
    "plot_offer_effects": (
        lambda f: relationship_marketing.plot_offer_effects(f["effects"]),
        {"effects": list(relationship_marketing.EFFECTS.columns)},
    ),
    "choose_offers": (lambda f: offer_policies.choose_offers(f["offers"]), {"offers": OFFER_COLUMNS}),
    "value_policies": (lambda f: offer_policies.value_policies(f["offers"]), {"offers": OFFER_COLUMNS}),
    "price_offers": (
        lambda f: offer_policies.price_offers(f["offers"], margin_share=0.3, contact_cny=1.0),
        {"offers": OFFER_COLUMNS},
    ),
    "explore_grading": (lambda f: offer_policies.explore_grading(f["offers"]), {"offers": OFFER_COLUMNS}),
    "cross_value_policies": (
        lambda f: offer_policies.cross_value_policies(f["results"], splits=3, seed=1),
        {"results": RESULT_COLUMNS},
    ),
    "estimate_grading_gain": (
        lambda f: offer_policies.estimate_grading_gain(f["results"], splits=3, seed=1),
        {"results": RESULT_COLUMNS},
    ),
    "compare_uplift": (
        lambda f: precision_marketing.compare_uplift(f["results"], f["scores"]),
        {"results": RESULT_COLUMNS, "scores": SCORES},
    ),
    "describe_history": (
        lambda f: purchase_likelihood.describe_history(f["receipts"], as_of=DAY),
        {"receipts": [*RECEIPT, "amount_cny"]},
    ),
    "add_purchase": (
        lambda f: purchase_likelihood.add_purchase(f["history"], f["receipts"], as_of=DAY),
        {"history": ["customer_id"], "receipts": RECEIPT},
    ),
    "fit_purchase_model": (
        lambda f: purchase_likelihood.fit_purchase_model(f["history"]).table,
        {"history": [*purchase_likelihood.FEATURES, "bought"]},
    ),
    "measure_response_by_score": (
        lambda f: precision_marketing.measure_response_by_score(f["results"], f["scores"], groups=2),
        {"results": RESULT_COLUMNS, "scores": SCORES},
    ),
    "find_true_response": (
        lambda f: precision_marketing.find_true_response(
            f["truth.outcomes"], f["results"], f["scores"], groups=2
        ),
        {"truth.outcomes": OUTCOMES, "scores": SCORES},
    ),
    "compare_targeting": (
        lambda f: precision_marketing.compare_targeting(f["truth.outcomes"], f["results"], f["scores"]),
        {"truth.outcomes": OUTCOMES, "scores": SCORES},
    ),
    "follow_waves": (
        lambda f: precision_marketing.follow_waves(f["results"], waves=2),
        {"results": RESULT_COLUMNS},
    ),
    "search_patterns": (
        lambda f: pattern_search.search_patterns(f["customers"], traits=["month", "sex"], least=5),
        {"customers": ["customer_id", "bought"]},
    ),
    "share_of_wallet": (
        lambda f: share_of_customer.share_of_wallet(f["wallets"]),
        {"wallets": share_of_customer.WALLET},
    ),
    "follow_shares": (
        lambda f: share_of_customer.follow_shares(f["shares"]),
        {"shares": list(share_of_customer.SHARES.columns)},
    ),
    "find_room": (
        lambda f: share_of_customer.find_room(f["shares"]),
        {"shares": list(share_of_customer.SHARES.columns)},
    ),
    "decompose_market_share": (
        lambda f: share_of_customer.decompose_market_share(f["panel"], draws=5),
        {"panel": ["panel_id", "chain", "amount_cny"]},
    ),
    "spend_per_customer": (
        lambda f: share_of_customer.spend_per_customer(f["receipts"], as_of=END, years=1),
        {"receipts": [*RECEIPT, "amount_cny"]},
    ),
    "assign_bond_level": (
        lambda f: bonds.assign_bond_level(f["accounts"]),
        {"accounts": ["customer_id", *bonds.HELD]},
    ),
    "join_bonds": (
        lambda f: bonds.join_bonds(f["competitor_bids"], f["accounts"]),
        {
            "competitor_bids": ["bid_id", "customer_id", "price_cut_share", "outcome"],
            "accounts": ["customer_id", "segment", "buying_style", *bonds.HELD],
        },
    ),
    "compare_losses": (lambda f: bonds.compare_losses(f["bids"], draws=5), {"bids": BID_COLUMNS}),
    "estimate_bond_effects": (
        lambda f: bonds.estimate_bond_effects(f["bids"], draws=5),
        {"bids": BID_COLUMNS},
    ),
    "find_true_bond_effects": (
        lambda f: bonds.find_true_bond_effects(f["bids"], f["truth.bids"]),
        {"bids": BID_COLUMNS, "truth.bids": TRUE_BIDS},
    ),
    "compare_by_cut": (
        lambda f: bond_protection.compare_by_cut(f["bids"], f["truth.bids"]),
        {"bids": BID_COLUMNS, "truth.bids": TRUE_BIDS},
    ),
    "learn_true_curves": (
        lambda f: bond_protection.learn_true_curves(f["bids"], f["truth.bids"]),
        {"truth.bids": TRUE_BIDS},
    ),
    "predict_loss": (
        lambda f: bond_protection.predict_loss(f["curves"], buying_style="loyal"),
        {"curves": list(bond_protection.CURVES.columns)},
    ),
    "explore_price_cut": (
        lambda f: bond_protection.explore_price_cut(f["curves"]),
        {"curves": list(bond_protection.CURVES.columns)},
    ),
    "weigh_financial_bond": (
        lambda f: bond_protection.weigh_financial_bond(
            f["orders"],
            f["accounts"],
            f["bids"].assign(tonnes=f["competitor_bids"]["tonnes"]),
            f["truth.bids"],
            rebate_share=0.01,
            years=1,
        ),
        {
            "orders": ["customer_id", "tonnes", "amount_cny", "margin_cny"],
            "accounts": ["customer_id", "financial_bond"],
            "truth.bids": TRUE_BIDS,
        },
    ),
    "count_rewards": (
        lambda f: frequency_rewards.count_rewards(f["orders"], as_of=END),
        {"orders": [*RECEIPT, "tonnes"]},
    ),
    "compare_reward_rules": (
        lambda f: frequency_rewards.compare_reward_rules(f["rewards"], rebate_share=0.01, price_cny=8000),
        {"rewards": list(frequency_rewards.REWARDS.columns)},
    ),
    "assign_system_classes": (
        lambda f: crm_systems.assign_system_classes(f["firms"]),
        {"firms": list(crm_systems.FIRMS.columns)},
    ),
    "count_accounts_by_class": (
        lambda f: crm_systems.count_accounts_by_class(f["accounts"]),
        {"accounts": ["customer_id", "employees"]},
    ),
    "find_size_border": (
        lambda f: crm_systems.find_size_border(f["accounts"], draws=20),
        {"accounts": ["customer_id", "employees", "segment"]},
    ),
    "measure_completeness": (
        lambda f: customer_files.measure_completeness(f["members"], "members", fields=["joined_on"]),
        {"members": ["joined_on"]},
    ),
    "measure_age": (
        lambda f: customer_files.measure_age(f["members"], "members", column="joined_on", as_of=END),
        {"members": ["joined_on"]},
    ),
    "judge_files": (
        lambda f: customer_files.judge_files(f["completeness"], pd.Series([1.0, 3.0])),
        {"completeness": ["field", "completeness"]},
    ),
    "identify": (lambda f: idic.identify(f["receipts"], as_of=END).answer, {"receipts": RECEIPT}),
    "differentiate": (
        lambda f: idic.differentiate(f["receipts"], as_of=END).answer,
        {"receipts": [*RECEIPT, "margin_cny"]},
    ),
    "interact": (
        lambda f: idic.interact(f["contacts"], f["receipts"], as_of=END).answer,
        {"contacts": ["customer_id", "contacted_on"], "receipts": RECEIPT},
    ),
    "customise": (
        lambda f: idic.customise(f["contacts"], f["campaigns"], as_of=END).answer,
        {
            "contacts": ["campaign_id", "customer_id", "contacted_on"],
            "campaigns": ["campaign_id", "randomised"],
        },
    ),
}
DESCRIBED = {
    "results": relationship_marketing.RESULTS,
    "effects": relationship_marketing.EFFECTS,
    "offers": relationship_marketing.OFFERS,
    "history": purchase_likelihood.HISTORY,
    "scores": precision_marketing.SCORES,
    "customers": pattern_search.OUTCOMES,
    "shares": share_of_customer.SHARES,
    "bids": bonds.BIDS,
    "curves": bond_protection.CURVES,
    "rewards": frequency_rewards.REWARDS,
    "firms": crm_systems.FIRMS,
    "completeness": customer_files.FILES,
}
