"""The chain Osmanthus: the same seed gives the same firm, and the laws of its tables hold."""

from __future__ import annotations

import importlib
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.simulation.parameters import Simulated
from crmlib.simulation.realism.behaviour import annual_retention
from crmlib.simulation.realism.causes import ARROWS, draw_causes, list_causes
from crmlib.simulation.realism.view import View
from crmlib.simulation.retail.campaigns import draw_arms
from crmlib.simulation.retail.firm import make_firm
from crmlib.simulation.retail.leaving import weekly_leaving
from crmlib.simulation.retail.service import repaired_share
from crmlib.simulation.retail.simulate import simulate_retail, simulate_retail_chunks
from crmlib.simulation.world.worlds import World, describe_world
from crmlib.tables import check_truth
from crmlib.tables.firm import check_firm

SMALL = World(members=1_500)


@pytest.fixture(scope="module")
def small() -> Simulated:
    return simulate_retail(SMALL)


@pytest.fixture(scope="module")
def worlds() -> dict[str, Simulated]:
    names = ("default", "competitive", "monopoly", "no_selection", "homogeneous")
    return {name: simulate_retail(replace(World.named(name), members=3_000)) for name in names}


def member_receipts(firm: Simulated) -> pd.DataFrame:
    receipts = firm.tables["receipts"]
    receipts = receipts[receipts["customer_id"].notna()].astype({"customer_id": "int64"})
    return receipts.merge(firm.tables["members"], on="customer_id").merge(
        firm.truth["members"], on="customer_id"
    )


# The same firm from the same seed


def test_the_same_seed_gives_the_same_frames(small: Simulated) -> None:
    again = simulate_retail(SMALL)
    assert list(again.tables) == list(small.tables) and list(again.truth) == list(small.truth)
    for name, frame in small.tables.items():
        pd.testing.assert_frame_equal(again.tables[name], frame)
    for name, frame in small.truth.items():
        pd.testing.assert_frame_equal(again.truth[name], frame)


def test_another_seed_gives_another_firm(small: Simulated) -> None:
    other = simulate_retail(replace(SMALL, seed=SMALL.seed + 1))
    assert (
        not other.tables["receipts"]["amount_cny"]
        .head(500)
        .equals(small.tables["receipts"]["amount_cny"].head(500))
    )


def test_a_chunk_does_not_depend_on_what_comes_after_it() -> None:
    short = list(simulate_retail_chunks(World(members=600, months=9), chunk_members=300))
    long = list(simulate_retail_chunks(World(members=900, months=9), chunk_members=300))
    for mine, theirs in zip(short, long[:2], strict=True):
        for name in ("members", "receipts", "points", "surveys"):
            pd.testing.assert_frame_equal(mine.tables[name], theirs.tables[name])


def test_chunks_share_no_id_and_together_are_the_whole_firm() -> None:
    chunks = list(simulate_retail_chunks(World(members=500, months=9), chunk_members=200))
    for table, key in (
        ("members", "customer_id"),
        ("receipts", "receipt_id"),
        ("points", "booking_id"),
        ("surveys", "survey_id"),
        ("complaints", "complaint_id"),
        ("returns", "return_id"),
    ):
        ids = pd.concat([chunk.tables[table][key] for chunk in chunks])
        assert ids.is_unique, table
    assert sum(len(chunk.tables["members"]) for chunk in chunks) == 500
    assert "stores" in chunks[0].tables and "stores" not in chunks[1].tables


def test_the_shared_part_of_the_firm_does_not_depend_on_the_number_of_members(small: Simulated) -> None:
    more = next(iter(simulate_retail_chunks(World(members=200))))
    for name in ("stores", "products", "campaigns", "store_trials", "queues", "panel"):
        pd.testing.assert_frame_equal(more.tables[name], small.tables[name])


def test_progress_rises_to_one() -> None:
    seen: list[float] = []
    simulate_retail(World(members=100, months=6), progress=lambda share, words: seen.append(share))
    assert seen == sorted(seen) and seen[-1] == pytest.approx(1.0)


def test_a_chunk_of_no_members_is_refused() -> None:
    with pytest.raises(ValueError, match="chunk_members must be at least 1, found 0"):
        next(simulate_retail_chunks(SMALL, chunk_members=0))


# Laws of the tables


def test_all_tables_pass_the_checks_of_the_dictionary(small: Simulated) -> None:
    check_firm(small.tables)
    for name, frame in small.truth.items():
        check_truth(frame, name)


def test_amount_and_margin_add_up_to_the_fen(small: Simulated) -> None:
    receipts, lines = small.tables["receipts"].set_index("receipt_id"), small.tables["receipt_lines"]
    cost = (
        small.tables["products"]
        .set_index("product_id")["unit_cost_cny"]
        .reindex(lines["product_id"])
        .to_numpy()
    )
    goods = (lines["quantity"] * lines["unit_price_cny"]).groupby(lines["receipt_id"]).sum()
    spent = (lines["quantity"] * cost).groupby(lines["receipt_id"]).sum()
    np.testing.assert_allclose(receipts["amount_cny"], (goods - receipts["discount_cny"]), atol=1e-6)
    np.testing.assert_allclose(receipts["margin_cny"], receipts["amount_cny"] - spent, atol=1e-6)


def test_a_promotion_is_always_below_the_list_price(small: Simulated) -> None:
    lines = small.tables["receipt_lines"]
    listed = (
        small.tables["products"]
        .set_index("product_id")["list_price_cny"]
        .reindex(lines["product_id"])
        .to_numpy()
    )
    promoted = lines["on_promotion"].to_numpy()
    assert (lines["unit_price_cny"].to_numpy()[promoted] < listed[promoted]).all()
    assert (lines["unit_price_cny"].to_numpy()[~promoted] == listed[~promoted]).all()


def test_nobody_buys_with_the_card_before_joining_and_everybody_joins_with_a_purchase(
    small: Simulated,
) -> None:
    first = member_receipts(small).groupby("customer_id")["purchased_at"].min().dt.normalize()
    joined = small.tables["members"].set_index("customer_id")["joined_on"]
    assert first.reindex(joined.index).equals(joined.rename("purchased_at"))


def test_nobody_buys_after_leaving_unless_in_a_second_lifetime(small: Simulated) -> None:
    receipts = member_receipts(small)
    day = receipts["purchased_at"].dt.normalize()
    late = receipts[day > receipts["left_on"]]
    assert (late["second_started_on"] <= late["purchased_at"]).all()
    ended = receipts[receipts["second_left_on"].notna()]
    assert (ended["purchased_at"].dt.normalize() <= ended["second_left_on"]).all()
    assert (small.truth["members"]["second_started_on"].notna()).sum() > 0


def test_who_leaves_at_once_has_one_receipt(small: Simulated) -> None:
    receipts = member_receipts(small)
    at_once = receipts[(receipts["leaving_cause"] == "at_once") & receipts["second_started_on"].isna()]
    assert len(at_once) and at_once["customer_id"].is_unique


def test_receipts_are_numbered_in_order_of_time(small: Simulated) -> None:
    assert small.tables["receipts"]["purchased_at"].is_monotonic_increasing


def test_complaints_are_about_problems_that_happened(small: Simulated) -> None:
    problems = small.truth["problems"].dropna(subset=["complaint_id"])
    merged = small.tables["complaints"].merge(problems, on="complaint_id", suffixes=("", "_true"), how="left")
    assert merged["occurred_at"].notna().all()
    assert (merged["opened_at"] >= merged["occurred_at"]).all()
    for column in ("topic", "severity", "receipt_id"):
        assert (merged[column].astype("string") == merged[f"{column}_true"].astype("string")).all()


def test_most_problems_are_never_reported(small: Simulated) -> None:
    assert 0.6 < small.truth["problems"]["complaint_id"].isna().mean() < 0.95


def test_referrers_joined_before_those_they_brought(small: Simulated) -> None:
    members = small.tables["members"]
    brought = members[members["referred_by"].notna()]
    joined = members.set_index("customer_id")["joined_on"]
    assert (
        len(brought)
        and (joined.reindex(brought["referred_by"]).to_numpy() < brought["joined_on"].to_numpy()).all()
    )
    assert (brought["join_channel"] == "referral").all()


def test_truth_of_surveys_agrees_with_the_answers(small: Simulated) -> None:
    answers = (
        small.tables["surveys"]
        .dropna(subset=["answered_on"])
        .merge(small.truth["surveys"], on="survey_id", suffixes=("", "_true"))
    )
    for score in ("satisfaction", "trust", "recommend", "intention"):
        assert (answers[score] == answers[f"{score}_true"]).all()


# The points ledger (F-17)


def test_no_account_pays_with_points_that_it_does_not_have(small: Simulated) -> None:
    points = small.tables["points"]
    balance = points.groupby("customer_id")["points"].cumsum()
    overdrawn = points[(balance < 0) & (points["kind"] == "redemption")]
    assert overdrawn.empty


def test_purchase_points_follow_the_rule_of_one_for_ten_yuan(small: Simulated) -> None:
    receipts, points = member_receipts(small), small.tables["points"]
    booked = points[points["kind"] == "purchase"].set_index("receipt_id")["points"]
    expected = (np.rint(receipts["amount_cny"] * 100) // 1000).astype(int)
    due = (receipts["dispatched_on"] + pd.Timedelta(days=3) <= pd.Timestamp("2025-12-31")) & (expected > 0)
    assert booked.reindex(receipts.loc[due, "receipt_id"]).to_numpy().tolist() == expected[due].tolist()
    assert len(booked) == due.sum()


def test_birth_month_doubles_for_activated_members_only(small: Simulated) -> None:
    receipts, points = member_receipts(small), small.tables["points"]
    doubled = points.loc[points["kind"] == "birth_month", "receipt_id"]
    bought = receipts[receipts["receipt_id"].isin(doubled)]
    assert len(bought)
    assert (bought["purchased_at"].dt.month == bought["birth_month"]).all()
    assert (bought["activated_on"] <= bought["purchased_at"].dt.normalize()).all()


def test_points_expire_at_the_end_of_the_year_after_they_were_earned(small: Simulated) -> None:
    points = small.tables["points"]
    expiry = points[points["kind"] == "expiry"]
    assert set(expiry["booked_on"].astype(str)) == {"2024-12-31", "2025-12-31"}
    end_2025 = points.groupby("customer_id")["points"].sum()
    earned_2025 = (
        points[(points["points"] > 0) & (points["booked_on"] >= "2025-01-01")]
        .groupby("customer_id")["points"]
        .sum()
    )
    old_left = end_2025 - earned_2025.reindex(end_2025.index, fill_value=0)
    assert (old_left <= 0).all()


def test_points_are_redeemed_in_stores_only(small: Simulated) -> None:
    receipts = small.tables["receipts"]
    paid = receipts[receipts["points_redeemed"] > 0]
    assert len(paid) and (paid["channel"] == "store").all() and (paid["points_redeemed"] % 20 == 0).all()
    assert (paid["points_redeemed"] * 0.05 <= paid["amount_cny"] + 1e-9).all()


# Campaigns and their truth


def observed_outcomes(firm: Simulated, kind: str) -> pd.DataFrame:
    campaign = firm.tables["campaigns"].set_index("kind").loc[kind]
    receipts = firm.tables["receipts"].dropna(subset=["customer_id"]).astype({"customer_id": "int64"})
    end = campaign["started_on"] + pd.Timedelta(days=int(campaign["outcome_days"]))
    window = receipts[receipts["purchased_at"].between(campaign["started_on"], end, inclusive="left")]
    spent = window.groupby("customer_id")["amount_cny"].sum()
    contacts = firm.tables["contacts"]
    mine = contacts[contacts["campaign_id"] == campaign["campaign_id"]]
    truth = firm.truth["outcomes"].merge(
        mine[["campaign_id", "customer_id", "arm"]], on=["campaign_id", "customer_id", "arm"]
    )
    return truth.assign(seen=spent.reindex(truth["customer_id"]).fillna(0.0).to_numpy())


@pytest.mark.parametrize("kind", ["offer_trial", "win_back_trial", "legacy_mailing"])
def test_the_true_outcome_of_the_real_arm_is_what_the_receipts_show(small: Simulated, kind: str) -> None:
    table = observed_outcomes(small, kind)
    assert len(table)
    np.testing.assert_allclose(table["amount_cny"], table["seen"], atol=0.006)
    assert (table["bought"] == (table["seen"] > 0)).all()


def test_the_outcome_after_a_complaint_is_what_the_receipts_show(small: Simulated) -> None:
    contacts = small.tables["contacts"]
    mine = contacts[contacts["arm"].isin(["fast", "normal"])]
    truth = mine.merge(small.truth["outcomes"], on=["campaign_id", "customer_id", "arm"])
    receipts = small.tables["receipts"].dropna(subset=["customer_id"]).astype({"customer_id": "int64"})
    after = receipts.merge(mine[["customer_id", "contacted_on"]], on="customer_id")
    days = (after["purchased_at"].dt.normalize() - after["contacted_on"]).dt.days
    spent = after[(days > 0) & (days < 180)].groupby("customer_id")["amount_cny"].sum()
    np.testing.assert_allclose(
        truth["amount_cny"], spent.reindex(truth["customer_id"]).fillna(0.0), atol=0.006
    )


def test_every_member_of_a_campaign_has_an_outcome_under_every_arm(small: Simulated) -> None:
    outcomes = small.truth["outcomes"]
    arms = outcomes.groupby(["campaign_id", "customer_id"]).size().groupby("campaign_id").unique()
    assert {int(key): values.tolist() for key, values in arms.items()} == {1: [2], 3: [2], 4: [5], 5: [4]}


def test_control_is_never_contacted_and_costs_nothing(small: Simulated) -> None:
    contacts = small.tables["contacts"]
    control = contacts[contacts["arm"] == "control"]
    assert len(control) and control["contacted_on"].isna().all() and (control["cost_cny"] == 0).all()
    assert control["opened"].isna().all() and control["redeemed"].isna().all()


def test_the_offer_trial_is_balanced_over_strata(small: Simulated) -> None:
    contacts = small.tables["contacts"]
    counts = (
        contacts[contacts["campaign_id"] == 5].groupby(["stratum", "arm"], observed=True).size().unstack()
    )
    assert (counts.max(axis=1) - counts.min(axis=1) <= 1).all()


def test_the_legacy_mailing_went_to_heavy_buyers(small: Simulated) -> None:
    rate = small.truth["members"].set_index("customer_id")["visits_per_month"]
    contacts, outcomes = small.tables["contacts"], small.truth["outcomes"]
    everyone = rate.reindex(outcomes.loc[outcomes["campaign_id"] == 1, "customer_id"].unique()).mean()
    assert rate.reindex(contacts.loc[contacts["campaign_id"] == 1, "customer_id"]).mean() > 1.5 * everyone


def test_campaigns_that_do_not_fit_in_the_history_are_left_out() -> None:
    short = simulate_retail(World(members=200, months=12))
    assert (
        short.tables["campaigns"].empty and short.tables["contacts"].empty and short.truth["outcomes"].empty
    )
    check_firm({name: frame for name, frame in short.tables.items() if len(frame)})


# Small rules


@given(st.integers(0, 200), st.integers(2, 5), st.integers(0, 10))
def test_arms_are_as_even_as_whole_numbers_allow(members: int, arms: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    chosen = rng.random(members) < 0.8
    arm = draw_arms(np.zeros(members, dtype=int), chosen, np.ones(arms), rng)
    counts = np.bincount(arm[arm >= 0], minlength=arms)
    assert counts.sum() == chosen.sum() and counts.max() - counts.min() <= 1
    assert ((arm >= 0) == chosen).all()


@settings(max_examples=50)
@given(st.lists(st.floats(0.0, 0.3), min_size=4, max_size=4), st.floats(0.0, 0.999), st.floats(0.0, 1.0))
def test_with_the_same_chance_a_lower_hazard_only_keeps(
    hazard: list[float], chance: float, factor: float
) -> None:
    high = np.array(hazard)[:, None]
    leaves_high, _ = weekly_leaving(high, np.array([chance]))
    leaves_low, cause = weekly_leaving(high * factor, np.array([chance]))
    assert leaves_high[0] or not leaves_low[0]
    assert 0 <= cause[0] < 4


def test_faster_handling_repairs_more_but_never_everything() -> None:
    repaired = repaired_share(World(), np.array([0.2, 0.8, 2.0, 4.0, 20.0]))
    assert (np.diff(repaired) <= 0).all() and repaired[0] < 1
    assert repaired[1] == pytest.approx(0.80) and repaired[3] == pytest.approx(0.35)


def test_half_of_the_stores_are_treated() -> None:
    trials = make_firm(World()).store_trials
    assert trials["arm"].value_counts().to_dict() == {"treated": 20, "control": 20}


# Other worlds


def survival(firm: Simulated) -> float:
    members = firm.tables["members"].merge(firm.truth["members"], on="customer_id")
    old = members[members["joined_on"] < "2025-01-01"]
    days = (old["left_on"] - old["joined_on"]).dt.days
    return float((days.isna() | (days > 365)).mean())


def test_competition_takes_customers_and_monopoly_keeps_them(worlds: dict[str, Simulated]) -> None:
    assert survival(worlds["competitive"]) < survival(worlds["default"]) - 0.01
    assert survival(worlds["default"]) < survival(worlds["monopoly"]) - 0.01
    causes = {
        name: firm.truth["members"]["leaving_cause"].value_counts(normalize=True)
        for name, firm in worlds.items()
    }
    assert causes["competitive"]["rival"] > causes["default"]["rival"] > causes["monopoly"]["rival"]


def test_without_selection_members_are_like_other_shoppers(worlds: dict[str, Simulated]) -> None:
    def gap(firm: Simulated) -> float:
        shoppers = firm.truth["shoppers"]
        means = shoppers.groupby("has_card")["visits_per_month"].mean()
        return float(means[True] / means[False])

    assert gap(worlds["default"]) > 1.4
    assert gap(worlds["no_selection"]) == pytest.approx(1.0, abs=0.15)


def test_without_selection_answers_tell_the_truth_about_all(worlds: dict[str, Simulated]) -> None:
    def bias(firm: Simulated) -> float:
        truth = firm.truth["surveys"].merge(
            firm.tables["surveys"][["survey_id", "answered_on"]], on="survey_id"
        )
        answered = truth["answered_on"].notna()
        return float(truth.loc[answered, "latent_satisfaction"].mean() - truth["latent_satisfaction"].mean())

    assert bias(worlds["default"]) > 0.05
    assert abs(bias(worlds["no_selection"])) < 0.05


def test_in_the_homogeneous_world_retention_does_not_rise_with_tenure(worlds: dict[str, Simulated]) -> None:
    def rise(firm: Simulated) -> float:
        return annual_retention(View(firm), 2) - annual_retention(View(firm), 1)

    assert rise(worlds["default"]) > 0.03
    assert abs(rise(worlds["homogeneous"])) < 0.035


def test_in_the_homogeneous_world_everybody_is_alike(worlds: dict[str, Simulated]) -> None:
    members = worlds["homogeneous"].truth["members"]
    assert members["visits_per_month"].std() / members["visits_per_month"].mean() < 0.1
    assert members["frailty"].abs().max() == 0 and members["distance_km"].nunique() == 1


def test_every_world_passes_the_checks(worlds: dict[str, Simulated]) -> None:
    for firm in worlds.values():
        check_firm(firm.tables)


def test_an_unknown_world_is_refused_with_the_nearest_name() -> None:
    with pytest.raises(ValueError, match=r"no world 'monopol'.*Did you mean 'monopoly'"):
        World.named("monopol")


def test_a_world_without_members_is_refused() -> None:
    with pytest.raises(ValueError, match="members and months must be at least 1"):
        World(members=0)


# Parameters and causes


def test_every_number_of_the_world_has_unit_and_meaning() -> None:
    table = describe_world(World())
    assert table["name"].is_unique and len(table) > 150
    for column in ("unit", "meaning", "source"):
        assert table[column].str.len().gt(0).all(), column


def test_the_parameters_travel_with_the_firm(small: Simulated) -> None:
    values = {parameter.name: parameter.value for parameter in small.parameters}
    assert values["seed"] == 2026 and values["retail.points.yuan_per_point"] == 10


@pytest.mark.parametrize("arrow", ARROWS, ids=lambda arrow: f"{arrow.cause} → {arrow.effect}")
def test_every_arrow_points_to_code_and_number_that_exist(arrow) -> None:
    module, _, path = arrow.where.partition(".")
    found = importlib.import_module(f"crmlib.simulation.{module}")
    for name in path.split("."):
        found = getattr(found, name)
    assert callable(found)


def test_the_causal_diagram_shows_every_arrow() -> None:
    assert len(list_causes()) == len(ARROWS) == draw_causes().count("-->")


def test_the_expected_value_of_members_is_what_they_bring_on_average(small: Simulated) -> None:
    members = small.tables["members"].merge(small.truth["members"], on="customer_id")
    early = members[members["joined_on"] < "2023-02-01"]
    receipts = small.tables["receipts"].dropna(subset=["customer_id"]).astype({"customer_id": "int64"})
    margin = receipts.groupby("customer_id")["margin_cny"].sum().reindex(early["customer_id"]).fillna(0.0)
    assert len(early) > 50
    assert margin.sum() == pytest.approx(early["expected_value_cny"].sum(), rel=0.35)
