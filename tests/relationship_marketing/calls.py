"""Small tables for the tests of chapter 1, and a call of every function that takes tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from crmlib.relationship_marketing import bonds as bonds_module
from crmlib.relationship_marketing import policies as policies_module
from crmlib.relationship_marketing import protection as protection_module
from crmlib.relationship_marketing import targeting as targeting_module
from crmlib.relationship_marketing.bonds import (
    BIDS,
    BONDS,
    HELD,
    assign_bond_level,
    compare_losses,
    estimate_bond_effects,
    find_true_bond_effects,
    join_bonds,
    join_truth,
    plot_bond_effects,
    take_bids,
)
from crmlib.relationship_marketing.files import (
    COMPLETENESS,
    FIRMS,
    RECORDS,
    assign_system_classes,
    judge_files,
    measure_completeness,
)
from crmlib.relationship_marketing.idic import measure_idic
from crmlib.relationship_marketing.mining import (
    FEATURES,
    HISTORY,
    OUTCOMES,
    PATTERNS,
    describe_history,
    fit_purchase_model,
    plot_patterns,
    search_patterns,
)
from crmlib.relationship_marketing.offers import (
    EFFECTS,
    MONEY,
    OFFERS,
    RESULTS,
    compute_profit,
    estimate_offer_effects,
    find_true_offers,
    join_offer_results,
    members_needed,
    order_strata,
    plot_offer_effects,
    summarise_offers,
    take_results,
)
from crmlib.relationship_marketing.policies import (
    CROSSED,
    POLICIES,
    cross_value_policies,
    estimate_grading_gain,
    explore_grading,
    plot_policies,
    value_policies,
)
from crmlib.relationship_marketing.protection import (
    CURVES,
    explore_price_cut,
    learn_true_curves,
    plot_loss_by_cut,
    weigh_financial_bond,
)
from crmlib.relationship_marketing.rewards import REWARDS, compare_reward_rules, count_rewards
from crmlib.relationship_marketing.share_of_customer import (
    DECOMPOSED,
    FOLLOWED,
    ROOM,
    decompose_market_share,
    estimate_share_change,
    find_room,
    follow_shares,
    plot_market_shares,
    plot_shares,
)
from crmlib.relationship_marketing.targeting import (
    RESPONSE,
    SCORES,
    compare_targeting,
    compare_uplift,
    explore_targeting,
    find_true_response,
    measure_response_by_score,
    plot_response_by_score,
)
from crmlib.tables.dictionary import Table
from tests.relationship_marketing.frames import DAY, END, make_frames

Frames = Mapping[str, Any]
FRAMES: dict[str, Any] = make_frames()
DESCRIBED: dict[str, Table] = {
    "results": RESULTS,
    "offers": OFFERS,
    "effects": EFFECTS,
    "crossed": CROSSED,
    "policies": POLICIES,
    "firms": FIRMS,
    "completeness": COMPLETENESS,
    "records": RECORDS,
    "history": HISTORY,
    "customers": OUTCOMES,
    "patterns": PATTERNS,
    "scores": SCORES,
    "response": RESPONSE,
    "true response": RESPONSE,
    "followed": FOLLOWED,
    "decomposed": DECOMPOSED,
    "room": ROOM,
    "later room": ROOM,
    "rewards": REWARDS,
    "bids": BIDS,
    "plain": bonds_module.EFFECTS,
    "adjusted": bonds_module.EFFECTS,
    "true effects": bonds_module.EFFECTS,
    "curves": CURVES,
}
RESULT, OFFER, BID = list(RESULTS.columns), list(OFFERS.columns), list(BIDS.columns)
TRUE_BID = [
    "bid_id",
    "loss_without_bonds",
    *(f"loss_{word}_{b}" for b in BONDS for word in ("with", "without")),
]
OUTCOME = ["campaign_id", "customer_id", "arm", "bought"]
SCORE = ["customer_id", "likelihood"]
WALLET = ["customer_id", "quarter", "needed_tonnes", "bought_tonnes"]
RECEIPT = ["customer_id", "purchased_at", "amount_cny"]
EFFECT = ["bond", "effect", "low", "high"]
FIELDS = ["joined_on", "activated_on"]

CALLS: dict[str, tuple[Callable[[Frames], Any], dict[str, list[str]]]] = {
    "join_offer_results": (
        lambda t: join_offer_results(t["contacts"], t["receipts"], t["campaigns"]),
        {
            "contacts": ["campaign_id", "customer_id", "arm", "stratum", "cost_cny"],
            "receipts": [*RECEIPT, "discount_cny", "margin_cny"],
            "campaigns": ["campaign_id", "kind", "randomised", "started_on", "outcome_days"],
        },
    ),
    "take_results": (lambda t: take_results(t["results"]), {"results": RESULT}),
    "order_strata": (lambda t: order_strata(t["results"]), {"results": ["stratum", "arm", "goods_cny"]}),
    "summarise_offers": (lambda t: summarise_offers(t["results"]), {"results": RESULT}),
    "estimate_offer_effects": (lambda t: estimate_offer_effects(t["results"]), {"results": RESULT}),
    "find_true_offers": (
        lambda t: find_true_offers(t["truth.outcomes"], t["results"]),
        {"truth.outcomes": [*OUTCOME, "amount_cny"], "results": RESULT},
    ),
    "compute_profit": (lambda t: compute_profit(t["offers"]), {"offers": ["margin_share", *MONEY[:4]]}),
    "members_needed": (lambda t: members_needed(t["results"], effect_cny=1.0), {"results": RESULT}),
    "plot_offer_effects": (
        lambda t: plot_offer_effects(t["effects"], t["offers"]).get_ylabel(),
        {"effects": list(EFFECTS.columns), "offers": ["stratum", "arm", "profit_cny"]},
    ),
    "value_policies": (lambda t: value_policies(t["offers"]), {"offers": OFFER}),
    "explore_grading": (lambda t: explore_grading(t["offers"]), {"offers": OFFER}),
    "cross_value_policies": (lambda t: cross_value_policies(t["results"], splits=3), {"results": RESULT}),
    "estimate_grading_gain": (lambda t: estimate_grading_gain(t["results"], splits=3), {"results": RESULT}),
    "plot_policies": (
        lambda t: plot_policies(t["crossed"], t["policies"]).get_ylabel(),
        {"crossed": list(CROSSED.columns), "policies": list(POLICIES.columns)},
    ),
    "assign_system_classes": (lambda t: assign_system_classes(t["firms"]), {"firms": list(FIRMS.columns)}),
    "measure_completeness": (
        lambda t: measure_completeness(t["members"], "members", fields=FIELDS),
        {"members": FIELDS},
    ),
    "judge_files": (
        lambda t: judge_files(t["completeness"], t["records"], as_of=END),
        {"completeness": ["field", "completeness"], "records": ["written_on"]},
    ),
    "measure_idic": (
        lambda t: measure_idic(t["receipts"], t["contacts"], t["campaigns"], as_of=END),
        {
            "receipts": ["customer_id", "purchased_at", "margin_cny"],
            "contacts": ["campaign_id", "customer_id", "contacted_on"],
            "campaigns": ["campaign_id", "randomised"],
        },
    ),
    "describe_history": (lambda t: describe_history(t["receipts"], as_of=DAY), {"receipts": RECEIPT}),
    "fit_purchase_model": (
        lambda t: fit_purchase_model(t["history"]).table,
        {"history": [*FEATURES, "bought"]},
    ),
    "search_patterns": (
        lambda t: search_patterns(t["customers"], traits=["month", "sex"], least=5),
        {"customers": ["customer_id", "bought"]},
    ),
    "plot_patterns": (
        lambda t: plot_patterns(t["patterns"], base_share=0.3).get_ylabel(),
        {"patterns": list(PATTERNS.columns)},
    ),
    "compare_targeting": (
        lambda t: compare_targeting(t["truth.outcomes"], t["results"], t["scores"]),
        {"truth.outcomes": OUTCOME, "results": RESULT, "scores": SCORE},
    ),
    "measure_response_by_score": (
        lambda t: measure_response_by_score(t["results"], t["scores"], groups=2),
        {"results": RESULT, "scores": SCORE},
    ),
    "find_true_response": (
        lambda t: find_true_response(t["truth.outcomes"], t["results"], t["scores"], groups=2),
        {"truth.outcomes": OUTCOME, "results": RESULT, "scores": SCORE},
    ),
    "plot_response_by_score": (
        lambda t: plot_response_by_score(t["response"], t["true response"]).get_ylabel(),
        {"response": list(RESPONSE.columns), "true response": ["forecast", "uplift"]},
    ),
    "compare_uplift": (
        lambda t: compare_uplift(t["results"], t["scores"]),
        {"results": RESULT, "scores": SCORE},
    ),
    "explore_targeting": (
        lambda t: explore_targeting(t["truth.outcomes"], t["results"], t["scores"]),
        {"truth.outcomes": OUTCOME, "results": RESULT, "scores": SCORE},
    ),
    "follow_shares": (lambda t: follow_shares(t["wallets"]), {"wallets": WALLET}),
    "plot_shares": (lambda t: plot_shares(t["followed"]).get_ylabel(), {"followed": list(FOLLOWED.columns)}),
    "find_room": (lambda t: find_room(t["wallets"]), {"wallets": WALLET}),
    "estimate_share_change": (
        lambda t: estimate_share_change(t["room"], t["later room"]),
        {"room": list(ROOM.columns), "later room": list(ROOM.columns)},
    ),
    "decompose_market_share": (
        lambda t: decompose_market_share(t["panel"], draws=5),
        {"panel": ["panel_id", "chain", "amount_cny"]},
    ),
    "plot_market_shares": (
        lambda t: plot_market_shares(t["decomposed"]).get_ylabel(),
        {"decomposed": list(DECOMPOSED.columns)},
    ),
    "count_rewards": (
        lambda t: count_rewards(t["orders"], as_of=END),
        {"orders": ["customer_id", "purchased_at", "tonnes"]},
    ),
    "compare_reward_rules": (
        lambda t: compare_reward_rules(t["rewards"]),
        {"rewards": list(REWARDS.columns)},
    ),
    "assign_bond_level": (lambda t: assign_bond_level(t["accounts"]), {"accounts": ["customer_id", *HELD]}),
    "join_bonds": (
        lambda t: join_bonds(t["competitor_bids"], t["accounts"]),
        {
            "competitor_bids": ["bid_id", "customer_id", "price_cut_share", "tonnes", "outcome"],
            "accounts": ["customer_id", "segment", "buying_style", *HELD],
        },
    ),
    "take_bids": (lambda t: take_bids(t["bids"]), {"bids": BID}),
    "join_truth": (lambda t: join_truth(t["bids"], t["truth.bids"]), {"truth.bids": TRUE_BID}),
    "compare_losses": (lambda t: compare_losses(t["bids"], draws=5), {"bids": BID}),
    "estimate_bond_effects": (lambda t: estimate_bond_effects(t["bids"], draws=5), {"bids": BID}),
    "find_true_bond_effects": (
        lambda t: find_true_bond_effects(t["bids"], t["truth.bids"]),
        {"bids": BID, "truth.bids": TRUE_BID},
    ),
    "plot_bond_effects": (
        lambda t: plot_bond_effects(t["plain"], t["adjusted"], t["true effects"]).get_ylabel(),
        {"plain": EFFECT, "adjusted": EFFECT, "true effects": EFFECT[:2]},
    ),
    "learn_true_curves": (
        lambda t: learn_true_curves(t["bids"], t["truth.bids"]),
        {"bids": BID, "truth.bids": TRUE_BID},
    ),
    "plot_loss_by_cut": (
        lambda t: plot_loss_by_cut(t["curves"]).get_ylabel(),
        {"curves": list(CURVES.columns)},
    ),
    "explore_price_cut": (lambda t: explore_price_cut(t["curves"]), {"curves": list(CURVES.columns)}),
    "weigh_financial_bond": (
        lambda t: weigh_financial_bond(
            t["orders"], t["accounts"], t["bids"], t["truth.bids"], rebate_share=0.01, years=1
        ),
        {
            "orders": ["customer_id", "tonnes", "amount_cny", "margin_cny"],
            "accounts": ["customer_id", "financial_bond"],
            "bids": BID,
            "truth.bids": TRUE_BID,
        },
    ),
}
DOUBLES: list[tuple[str, str, str]] = [
    ("join_offer_results", "contacts", "campaign_id and customer_id"),
    ("summarise_offers", "results", "customer_id"),
    ("find_true_offers", "truth.outcomes", "campaign_id and customer_id and arm"),
    ("plot_offer_effects", "offers", "stratum and arm"),
    ("value_policies", "offers", "stratum and arm"),
    ("assign_system_classes", "firms", "firm"),
    ("measure_idic", "campaigns", "campaign_id"),
    ("search_patterns", "customers", "customer_id"),
    ("measure_response_by_score", "scores", "customer_id"),
    ("find_true_response", "truth.outcomes", "campaign_id and customer_id and arm"),
    ("follow_shares", "wallets", "customer_id and quarter"),
    ("find_room", "wallets", "customer_id and quarter"),
    ("estimate_share_change", "room", "customer_id"),
    ("estimate_share_change", "later room", "customer_id"),
    ("compare_reward_rules", "rewards", "customer_id"),
    ("assign_bond_level", "accounts", "customer_id"),
    ("join_bonds", "competitor_bids", "bid_id"),
    ("join_bonds", "accounts", "customer_id"),
    ("compare_losses", "bids", "bid_id"),
    ("find_true_bond_effects", "truth.bids", "bid_id"),
    ("plot_bond_effects", "plain", "bond"),
    ("plot_bond_effects", "adjusted", "bond"),
    ("plot_bond_effects", "true effects", "bond"),
    ("plot_loss_by_cut", "curves", "price_cut_share"),
    ("weigh_financial_bond", "accounts", "customer_id"),
]
IN_ORDER: dict[str, str] = {}

PLOTS: dict[str, Callable[[Any], Any]] = {
    "plot_offer_effects": lambda ax: plot_offer_effects(FRAMES["effects"], FRAMES["offers"], ax=ax),
    "plot_policies": lambda ax: plot_policies(FRAMES["crossed"], FRAMES["policies"], ax=ax),
    "plot_patterns": lambda ax: plot_patterns(FRAMES["patterns"], base_share=0.3, ax=ax),
    "plot_response_by_score": lambda ax: plot_response_by_score(
        FRAMES["response"], FRAMES["true response"], ax=ax
    ),
    "plot_shares": lambda ax: plot_shares(FRAMES["followed"], ax=ax),
    "plot_market_shares": lambda ax: plot_market_shares(FRAMES["decomposed"], ax=ax),
    "plot_bond_effects": lambda ax: plot_bond_effects(
        FRAMES["plain"], FRAMES["adjusted"], FRAMES["true effects"], ax=ax
    ),
    "plot_loss_by_cut": lambda ax: plot_loss_by_cut(FRAMES["curves"], ax=ax),
}
LIVE: dict[str, tuple[ModuleType, Callable[[], Any]]] = {
    "explore_grading": (policies_module, lambda: explore_grading(FRAMES["offers"])),
    "explore_targeting": (
        targeting_module,
        lambda: explore_targeting(FRAMES["truth.outcomes"], FRAMES["results"], FRAMES["scores"]),
    ),
    "explore_price_cut": (protection_module, lambda: explore_price_cut(FRAMES["curves"])),
}

NAN, INFINITE = float("nan"), float("inf")
WHOLE = [0, -1, 2.5, NAN, "two", True, None]
ABOVE_0 = [0, -1, NAN, INFINITE, "much"]
SHARE = [-0.1, 1.1, NAN, "half"]
ARMS = ["cuopon", "control", None]
T, WRONG_ARM = FRAMES, "expected an offer of results: coupon."
FILES = T["completeness"], T["records"]
IDIC = T["receipts"], T["contacts"], T["campaigns"]
TRIAL = T["results"], T["scores"]
REBATE = T["orders"], T["accounts"], T["bids"], T["truth.bids"]
# Function and option; odd values; a call with one of them; what the message says, if not "<option> is …".
_ODD: list[tuple[Any, ...]] = [
    ("members_needed.effect_cny", ABOVE_0, lambda v: members_needed(TRIAL[0], effect_cny=v)),
    ("cross_value_policies.splits", [1, *WHOLE], lambda v: cross_value_policies(TRIAL[0], splits=v)),
    ("estimate_grading_gain.splits", [1, *WHOLE], lambda v: estimate_grading_gain(TRIAL[0], splits=v)),
    ("assign_system_classes.border", WHOLE, lambda v: assign_system_classes(T["firms"], border=v)),
    ("judge_files.least", SHARE, lambda v: judge_files(*FILES, as_of=END, least=v)),
    ("judge_files.oldest_years", [-1, NAN, "two"], lambda v: judge_files(*FILES, as_of=END, oldest_years=v)),
    ("measure_idic.top_share", [0, *SHARE], lambda v: measure_idic(*IDIC, as_of=END, top_share=v)),
    ("describe_history.within_days", WHOLE, lambda v: describe_history(IDIC[0], as_of=DAY, within_days=v)),
    ("search_patterns.least", WHOLE, lambda v: search_patterns(T["customers"], traits=["month"], least=v)),
    ("search_patterns.traits", ["month", [], ()], lambda v: search_patterns(T["customers"], traits=v)),
    ("plot_patterns.base_share", SHARE, lambda v: plot_patterns(T["patterns"], base_share=v)),
    ("plot_patterns.top", WHOLE, lambda v: plot_patterns(T["patterns"], base_share=0.3, top=v)),
    ("compare_targeting.written_share", [0, *SHARE],
     lambda v: compare_targeting(T["truth.outcomes"], *TRIAL, written_share=v)),
    ("measure_response_by_score.groups", [41, *WHOLE], lambda v: measure_response_by_score(*TRIAL, groups=v)),
    ("measure_response_by_score.arm", ARMS, lambda v: measure_response_by_score(*TRIAL, arm=v), WRONG_ARM),
    ("compare_uplift.top_share", [0, 1, *SHARE], lambda v: compare_uplift(*TRIAL, top_share=v)),
    ("find_room.last_quarters", WHOLE, lambda v: find_room(T["wallets"], last_quarters=v)),
    ("decompose_market_share.draws", [0, 1],
     lambda v: decompose_market_share(T["panel"], draws=v)),
    ("count_rewards.every", WHOLE, lambda v: count_rewards(T["orders"], as_of=END, every=v)),
    ("compare_losses.draws", [0, 1], lambda v: compare_losses(T["bids"], draws=v)),
    ("plot_loss_by_cut.buying_style", ["friendly", "", None],
     lambda v: plot_loss_by_cut(T["curves"], buying_style=v)),
    ("weigh_financial_bond.rebate_share", [0, *SHARE],
     lambda v: weigh_financial_bond(*REBATE, rebate_share=v, years=1)),
    ("weigh_financial_bond.years", ABOVE_0,
     lambda v: weigh_financial_bond(*REBATE, rebate_share=0.01, years=v)),
]  # fmt: skip
_DAYS: dict[str, Callable[[Any], Any]] = {
    "judge_files": lambda v: judge_files(*FILES, as_of=v),
    "measure_idic": lambda v: measure_idic(*IDIC, as_of=v),
    "describe_history": lambda v: describe_history(IDIC[0], as_of=v),
    "count_rewards": lambda v: count_rewards(T["orders"], as_of=v),
}
OPTIONS: list[tuple[str, Callable[[Any], Any], list[Any], str]] = [
    (name, call, values, words[0] if words else f"{name.split('.')[1]} is ")
    for name, values, call, *words in _ODD
]
OPTIONS += [
    (f"{name}.as_of", call, ["7/9/2025", "", None, 20250907], "as_of: expected a date written year-month-day")
    for name, call in _DAYS.items()
]
# what each option expects, in full
_EXPECTED: dict[str, list[str]] = {
    "a finite amount above 0 yuan, one fen or more": ["members_needed.effect_cny"],
    "a whole number of at least 1": [
        "assign_system_classes.border",
        "describe_history.within_days",
        "search_patterns.least",
        "plot_patterns.top",
        "find_room.last_quarters",
        "count_rewards.every",
    ],
    "a whole number of at least 2": [
        "cross_value_policies.splits",
        "decompose_market_share.draws",
    ],
    "a share between 0 and 1": ["judge_files.least", "plot_patterns.base_share"],
    "a number of years, 0 or more": ["judge_files.oldest_years"],
    "a share from 0.001 to 1, such as 0.2": ["measure_idic.top_share"],
    "a share from 0.001 to 1": ["compare_targeting.written_share"],
    "a share from 0.01 to 0.99": ["compare_uplift.top_share"],
    "a share from 0.0001 to 1": ["weigh_financial_bond.rebate_share"],
    "a number above 0": ["weigh_financial_bond.years"],
    "1 to the 40 members": ["measure_response_by_score.groups"],
    "one of loyal, competitive, tender": ["plot_loss_by_cut.buying_style"],
}
OPTIONS += [
    (name, call, values[:1], f"{name.split('.')[1]} is {values[0]!r}, expected {words}.")
    for words, names in _EXPECTED.items()
    for name, values, call, *_ in _ODD
    if name in names
]
