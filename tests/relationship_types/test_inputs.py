"""Every function of chapter 02 that takes a table: what it says to bad input; and it changes no table."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from crmlib.relationship_types import (
    buying,
    dimensions,
    expected_value,
    lost_offers,
    movers,
)
from crmlib.relationship_types import (
    change as customer_change,
)
from crmlib.relationship_types import (
    fit as type_fit,
)
from crmlib.relationship_types import (
    matrix as relationship_types,
)
from crmlib.relationship_types import (
    scales as customer_scales,
)
from crmlib.relationship_types import (
    states as customer_states,
)
from crmlib.relationship_types import (
    trust as trust_matrix,
)
from crmlib.tables.errors import TableError
from tests.contracts.spoiling import make_tests
from tests.relationship_types.calls import LAST, make_frames

mpl.use("agg")

FRAMES = make_frames()
DESCRIBED = {
    "bought": dimensions.BOUGHT, "counts": customer_states.COUNTED, "states": customer_states.STATED,
    "gone": customer_states.GONE, "compared": customer_states.COMPARED, "depth": dimensions.DEPTH,
    "lengths": dimensions.LENGTHS, "first_on": dimensions.FIRST_DAYS, "change": customer_change.CHANGE,
    "changes": customer_change.CHANGES, "movers": movers.MOVERS, "groups": lost_offers.GROUPS,
    "segments": relationship_types.SEGMENTS, "given segments": relationship_types.GIVEN_SEGMENTS,
    "fit": type_fit.FIT, "true fit": type_fit.FIT, "wallet_shares": type_fit.WALLET_SHARES,
    "placed": trust_matrix.PLACED, "measured": trust_matrix.MEASURED,
    "prospects": expected_value.PROSPECTS, "scores": expected_value.SCORES,
    "followed": expected_value.FOLLOWED,
}  # fmt: skip
BOUGHT_WHEN = ["customer_id", "purchased_at"]
PURCHASES = [*BOUGHT_WHEN, "amount_cny"]
MONEY = [*BOUGHT_WHEN, "margin_cny"]
JULY = "2025-07-01"
FOLLOWED = ["value_cny", "probability", "expected_cny", "margin_next_cny"]

# name → (the call, table → columns that the function needs)
CALLS = {
    "compare_buying": (
        lambda t: buying.compare_buying({"shop": t["receipts"]}, as_of=LAST), {"receipts": PURCHASES}),
    "measure_one_time_shoppers": (
        lambda t: buying.measure_one_time_shoppers(t["panel"]),
        {"panel": ["panel_id", "quarter", "chain", "has_card", "purchases"]}),
    "measure_continuity": (
        lambda t: buying.measure_continuity(t["receipts"], as_of=LAST), {"receipts": BOUGHT_WHEN}),
    "assign_states": (
        lambda t: customer_states.assign_states(t["receipts"], as_of=LAST), {"receipts": PURCHASES}),
    "label_states": (
        lambda t: customer_states.label_states(t["counts"]), {"counts": ["purchases", "recency_days"]}),
    "assign_lead_states": (
        lambda t: customer_states.assign_lead_states(t["leads"]),
        {"leads": ["lead_id", "need", "stage", "outcome"]}),
    "count_states": (lambda t: customer_states.count_states(t["states"]), {"states": ["state"]}),
    "find_gone_members": (
        lambda t: customer_states.find_gone_members(t["truth.members"], as_of=LAST),
        {"truth.members": ["customer_id", "left_on", "second_started_on", "second_left_on"]}),
    "find_gone_accounts": (
        lambda t: customer_states.find_gone_accounts(t["truth.accounts"], as_of=LAST),
        {"truth.accounts": ["customer_id", "left_on"]}),
    "compare_states_with_truth": (
        lambda t: customer_states.compare_states_with_truth(t["states"], t["gone"]),
        {"states": ["state"], "gone": ["gone"]}),
    "plot_states_against_truth": (
        lambda t: customer_states.plot_states_against_truth(t["compared"]),
        {"compared": ["state", "customers", "truly_gone"]}),
    "assign_value_classes": (
        lambda t: customer_scales.assign_value_classes(t["receipts"], as_of=LAST), {"receipts": MONEY}),
    "assign_loyalty_classes": (
        lambda t: customer_scales.assign_loyalty_classes(t["receipts"], as_of=LAST),
        {"receipts": PURCHASES}),
    "measure_lost_offers": (
        lambda t: lost_offers.measure_lost_offers(t["groups"], t["competitor_bids"]),
        {"groups": ["group"], "competitor_bids": ["bid_id", "customer_id", "outcome"]}),
    "compare_lost_offers": (
        lambda t: lost_offers.compare_lost_offers(
            t["groups"], t["competitor_bids"], one="loyal", other="tender"),
        {"groups": ["group"], "competitor_bids": ["bid_id", "customer_id", "outcome"]}),
    "join_categories": (
        lambda t: dimensions.join_categories(t["receipts"], t["receipt_lines"], t["products"]),
        {"receipts": ["receipt_id", *BOUGHT_WHEN], "products": ["product_id", "category"],
         "receipt_lines": ["receipt_id", "product_id", "quantity", "unit_price_cny"]}),
    "measure_length": (
        lambda t: dimensions.measure_length(t["orders"], as_of=LAST, first_on=t["first_on"]),
        {"first_on": ["first_on"]}),
    "measure_length of members": (
        lambda t: dimensions.measure_length(t["receipts"], as_of=LAST), {"receipts": BOUGHT_WHEN}),
    "measure_depth": (
        lambda t: dimensions.measure_depth(t["bought"], as_of=LAST, referrals=t["members"]),
        {"bought": list(dimensions.BOUGHT.columns), "members": ["customer_id", "joined_on", "referred_by"]}),
    "summarise_depth": (
        lambda t: dimensions.summarise_depth(t["depth"]),
        {"depth": ["repeat_cny", "cross_selling_cny", "incremental_cny"]}),
    "plot_length": (
        lambda t: dimensions.plot_length({"shop": t["lengths"]}), {"lengths": ["length_days"]}),
    "decompose_change": (
        lambda t: customer_change.decompose_change(t["receipts"], first="2024-01-01", last=LAST),
        {"receipts": BOUGHT_WHEN}),
    "list_changes": (
        lambda t: customer_change.list_changes(t["receipts"], as_of=LAST), {"receipts": MONEY}),
    "decompose_margin": (
        lambda t: customer_change.decompose_margin(t["changes"]), {"changes": ["part", "change_cny"]}),
    "estimate_upgrade": (
        lambda t: customer_change.estimate_upgrade(t["changes"]), {"changes": ["part", "change_cny"]}),
    "plot_change": (
        lambda t: customer_change.plot_change(t["change"]), {"change": list(customer_change.CHANGE.columns)}),
    "follow_movers": (lambda t: movers.follow_movers(t["receipts"], as_of=LAST), {"receipts": MONEY}),
    "plot_movers": (lambda t: movers.plot_movers(t["movers"]), {"movers": list(movers.MOVERS.columns)}),
    "summarise_segments": (
        lambda t: relationship_types.summarise_segments(t["orders"], t["given segments"], as_of=LAST),
        {"given segments": ["segment"]}),
    "choose_types": (
        lambda t: relationship_types.choose_types(t["segments"]),
        {"segments": ["segment", "customers", "margin_each_cny"]}),
    "find_fit": (
        lambda t: type_fit.find_fit(t["accounts"], t["orders"]),
        {"accounts": ["customer_id", "segment", "relationship_type"],
         "orders": ["customer_id", "amount_cny", "margin_cny"]}),
    "find_true_fit": (
        lambda t: type_fit.find_true_fit(t["accounts"], t["truth.accounts"]),
        {"accounts": ["customer_id", "segment", "relationship_type"],
         "truth.accounts": ["customer_id", "fitting_type"]}),
    "measure_wallet_share": (
        lambda t: type_fit.measure_wallet_share(t["wallets"]),
        {"wallets": ["customer_id", "quarter", "needed_tonnes", "bought_tonnes"]}),
    "compare_fit": (
        lambda t: type_fit.compare_fit(t["fit"], t["wallet_shares"], within=["segment"]),
        {"fit": ["customer_id", "fits", "segment"], "wallet_shares": ["customer_id", "wallet_share"]}),
    "measure_dilution": (
        lambda t: type_fit.measure_dilution(t["fit"], t["true fit"]),
        {"fit": ["customer_id", "fits"], "true fit": ["customer_id", "fits"]}),
    "place_accounts": (
        lambda t: trust_matrix.place_accounts(t["accounts"]),
        {"accounts": ["customer_id", "financial_bond", "social_bond", "structural_bond"]}),
    "measure_positions": (
        lambda t: trust_matrix.measure_positions(t["placed"], t["competitor_bids"]),
        {"placed": ["customer_id", "position"], "competitor_bids": ["bid_id", "customer_id", "outcome"]}),
    "measure_true_attachment": (
        lambda t: trust_matrix.measure_true_attachment(t["placed"], t["truth.accounts"]),
        {"placed": ["customer_id", "position"], "truth.accounts": ["customer_id", "relationship_quality"]}),
    "plot_positions": (
        lambda t: trust_matrix.plot_positions(t["measured"]),
        {"measured": list(trust_matrix.MEASURED.columns)}),
    "rank_prospects": (
        lambda t: expected_value.rank_prospects(t["prospects"]),
        {"prospects": ["prospect", "value_cny", "probability"]}),
    "value_leads": (
        lambda t: expected_value.value_leads(t["leads"], t["orders"], as_of=LAST),
        {"leads": ["lead_id", "source", "outcome", "customer_id"], "orders": MONEY}),
    "score_members": (
        lambda t: expected_value.score_members(t["receipts"], as_of=JULY), {"receipts": MONEY}),
    "follow_scores": (
        lambda t: expected_value.follow_scores(t["scores"], t["receipts"], as_of=JULY),
        {"receipts": MONEY, "scores": ["value_cny", "probability", "expected_cny"]}),
    "compare_rankings": (
        lambda t: expected_value.compare_rankings(t["followed"], draws=20), {"followed": FOLLOWED}),
    "estimate_gain": (
        lambda t: expected_value.estimate_gain(t["followed"], over="value alone", draws=20),
        {"followed": FOLLOWED}),
    "plot_rankings": (lambda t: expected_value.plot_rankings(t["followed"]), {"followed": FOLLOWED}),
}  # fmt: skip
DOUBLES = [
    ("compare_buying", "receipts", "receipt_id"),
    ("assign_value_classes", "receipts", "receipt_id"),
    ("list_changes", "receipts", "receipt_id"),
    ("follow_movers", "receipts", "receipt_id"),
    ("score_members", "receipts", "receipt_id"),
    ("join_categories", "receipts", "receipt_id"),
    ("join_categories", "products", "product_id"),
    ("assign_lead_states", "leads", "lead_id"),
    ("find_gone_accounts", "truth.accounts", "customer_id"),
    ("measure_lost_offers", "competitor_bids", "bid_id"),
    ("decompose_margin", "changes", "customer_id"),
    ("summarise_depth", "depth", "customer_id"),
    ("find_fit", "accounts", "customer_id"),
    ("find_fit", "orders", "order_id"),
    ("measure_wallet_share", "wallets", "customer_id and quarter"),
    ("measure_one_time_shoppers", "panel", "panel_id and quarter and chain"),
    ("compare_fit", "wallet_shares", "customer_id"),
    ("measure_positions", "placed", "customer_id"),
    ("value_leads", "leads", "lead_id"),
    ("value_leads", "orders", "order_id"),
    ("compare_rankings", "followed", "customer_id"),
]


(
    test_a_spoilt_table_is_refused_by_name,
    test_a_repeated_row_is_refused,
    test_the_input_is_left_as_it_was_and_one_row_is_answered,
) = make_tests(CALLS, FRAMES, DESCRIBED, DOUBLES)


@pytest.mark.parametrize(
    "day", ["31/12/2024", 20241231, None, pd.NaT, pd.Timestamp("2024-12-31", tz="Asia/Shanghai")]
)
def test_a_day_that_is_not_year_month_day_is_not_guessed(day):
    receipts, orders = FRAMES["receipts"], FRAMES["orders"]
    for call in (
        lambda: buying.compare_buying({"shop": receipts}, as_of=day),
        lambda: buying.measure_continuity(receipts, as_of=day),
        lambda: customer_states.assign_states(receipts, as_of=day),
        lambda: customer_states.find_gone_accounts(FRAMES["truth.accounts"], as_of=day),
        lambda: customer_scales.assign_value_classes(receipts, as_of=day),
        lambda: dimensions.measure_length(receipts, as_of=day),
        lambda: dimensions.measure_depth(FRAMES["bought"], as_of=day),
        lambda: customer_change.decompose_change(receipts, first=day, last=LAST),
        lambda: customer_change.list_changes(receipts, as_of=day),
        lambda: movers.follow_movers(receipts, as_of=day),
        lambda: relationship_types.summarise_segments(orders, FRAMES["given segments"], as_of=day),
        lambda: expected_value.value_leads(FRAMES["leads"], orders, as_of=day),
        lambda: expected_value.score_members(receipts, as_of=day),
        lambda: expected_value.follow_scores(FRAMES["scores"], receipts, as_of=day),
    ):
        with pytest.raises(ValueError, match="expected a date written year-month-day"):
            call()


@pytest.mark.parametrize("value", [-1, np.nan, np.inf, "ten", None])
def test_an_option_that_is_no_sensible_number_is_refused(value):
    receipts, followed = FRAMES["receipts"], FRAMES["followed"]
    for call in (
        lambda: buying.measure_continuity(receipts, as_of=LAST, days=value),
        lambda: customer_states.assign_states(receipts, as_of=LAST, loyal_from=value),
        lambda: customer_states.assign_states(receipts, as_of=LAST, lost_after_days=value),
        lambda: customer_states.assign_lead_states(FRAMES["leads"], target_from_stage=value),
        lambda: customer_scales.assign_value_classes(receipts, as_of=LAST, vip_share=value),
        lambda: customer_scales.assign_value_classes(receipts, as_of=LAST, days=value),
        lambda: customer_scales.assign_loyalty_classes(receipts, as_of=LAST, new_days=value),
        lambda: dimensions.measure_length(receipts, as_of=LAST, active_days=value),
        lambda: dimensions.measure_depth(FRAMES["bought"], as_of=LAST, days=value),
        lambda: customer_change.decompose_change(receipts, first="2024-01-01", last=LAST, months=value),
        lambda: customer_change.list_changes(receipts, as_of=LAST, months=value),
        lambda: movers.follow_movers(receipts, as_of=LAST, months=value),
        lambda: relationship_types.choose_type(value, 10.0),
        lambda: relationship_types.choose_type(10, 10.0, few_up_to=value),
        lambda: relationship_types.choose_type(10, 10.0, low_below=value),
        lambda: type_fit.accounts_needed(0.04, spread=value),
        lambda: type_fit.accounts_needed(0.04, spread=0.1, power=value),
        lambda: expected_value.expect_value(100.0, value),
        lambda: expected_value.score_members(receipts, as_of=JULY, days=value),
        lambda: expected_value.compare_rankings(followed, top_share=value),
    ):
        with pytest.raises(ValueError, match="expected"):
            call()


@pytest.mark.parametrize(
    "call",
    [
        lambda t: customer_change.decompose_change(t, first="2024-01-01", last=LAST),
        lambda t: customer_change.list_changes(t, as_of=LAST),
        lambda t: customer_scales.assign_value_classes(t, as_of=LAST),
        lambda t: dimensions.measure_length(t, as_of=LAST),
        lambda t: expected_value.score_members(t, as_of=JULY),
        lambda t: buying.measure_continuity(t, as_of=LAST),
    ],
)
def test_receipts_after_the_day_change_nothing(call):
    receipts = FRAMES["receipts"]
    late = receipts.tail(1).assign(receipt_id=10**6, purchased_at=pd.Timestamp("2026-05-05"), margin_cny=9e6)
    assert call(receipts).equals(call(pd.concat([receipts, late], ignore_index=True)))


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("compare_states_with_truth", "states"),
        ("compare_states_with_truth", "gone"),
        ("measure_lost_offers", "groups"),
        ("summarise_segments", "given segments"),
    ],
)
def test_two_values_for_one_customer_are_refused(name, key):
    doubled = pd.concat([FRAMES[key], FRAMES[key].head(1)])
    with pytest.raises(TableError, match=r"\.customer_id: 2 of "):
        CALLS[name][0]({**FRAMES, key: doubled})


def test_states_read_from_receipts_after_the_day_are_refused():
    with pytest.raises(TableError, match="purchases up to as_of, 2024-12-31"):
        customer_states.assign_states(FRAMES["receipts"], as_of="2024-12-31")


def test_a_table_that_ends_too_early_loses_nobody():
    early = FRAMES["receipts"][FRAMES["receipts"]["purchased_at"] < "2025-11-01"]
    for call in (
        lambda: customer_change.decompose_change(early, first="2024-01-01", last=LAST),
        lambda: customer_change.list_changes(early, as_of=LAST),
        lambda: movers.follow_movers(early, as_of=LAST),
        lambda: buying.measure_continuity(early, as_of=LAST),
        lambda: expected_value.follow_scores(FRAMES["scores"], early, as_of=JULY),
    ):
        with pytest.raises(TableError, match="receipts end on 2025-09-30, but the period ends on"):
            call()


def test_tables_of_two_firms_are_refused_with_the_customers_named():
    strangers = FRAMES["accounts"].assign(customer_id=FRAMES["accounts"]["customer_id"] + 1000)
    with pytest.raises(ValueError, match=r"24 of 24 customers have no truth \(customer_id 1, 2, 3, 4, 5\)"):
        customer_states.compare_states_with_truth(FRAMES["states"], FRAMES["gone"].rename(lambda i: i + 900))
    with pytest.raises(ValueError, match="18 of 18 accounts are missing"):
        type_fit.find_true_fit(strangers, FRAMES["truth.accounts"])
    with pytest.raises(ValueError, match="18 of 18 customers have no first day"):
        dimensions.measure_length(
            FRAMES["orders"], as_of=LAST, first_on=strangers.set_index("customer_id")["since_on"]
        )
    with pytest.raises(ValueError, match="none of the buyers has a segment"):
        relationship_types.summarise_segments(
            FRAMES["orders"], strangers.set_index("customer_id")["segment"], as_of=LAST
        )
    with pytest.raises(ValueError, match="no group has two accounts with an offer"):
        lost_offers.measure_lost_offers(
            strangers.set_index("customer_id")["buying_style"], FRAMES["competitor_bids"]
        )
    with pytest.raises(ValueError, match="2 products are not in products"):
        dimensions.join_categories(
            FRAMES["receipts"], FRAMES["receipt_lines"], FRAMES["products"].assign(product_id=[7, 8])
        )
