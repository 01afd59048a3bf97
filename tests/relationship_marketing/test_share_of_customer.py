"""Share of customer, customer files, kinds of CRM, IDIC and rewards (B-15, B-16, B-23, B-30, J-06)."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.relationship_marketing.files import (
    judge_files,
    measure_age,
    measure_completeness,
    plot_completeness,
)
from crmlib.relationship_marketing.idic import customise, differentiate, identify, interact, list_steps
from crmlib.relationship_marketing.rewards import compare_reward_rules, count_rewards
from crmlib.relationship_marketing.share_of_customer import (
    decompose_market_share,
    find_room,
    follow_shares,
    plot_market_shares,
    plot_shares,
    share_of_wallet,
    spend_per_customer,
)
from crmlib.relationship_marketing.systems import (
    assign_system_class,
    count_accounts_by_class,
    find_size_border,
)

mpl.use("agg")
AMOUNTS = st.lists(
    st.tuples(st.integers(1, 6), st.sampled_from(["osmanthus", "rival_a", "rival_b"]), st.floats(0.5, 900)),
    min_size=2,
    max_size=40,
)


@pytest.fixture(scope="module")
def shares(firm):
    """Share of wallet of every account and quarter."""
    return share_of_wallet(firm.wallets)


@given(AMOUNTS)
def test_market_share_is_penetration_times_share_of_customer_times_use(rows):
    # Parfitt and Collins 1968
    panel = pd.DataFrame(rows, columns=["panel_id", "chain", "amount_cny"])
    table = decompose_market_share(panel, draws=2)
    product = table["penetration"] * table["share_of_customer"] * table["use_index"]
    np.testing.assert_allclose(product, table["market_share"])
    assert table["market_share"].sum() == pytest.approx(1)
    assert (table["low"] <= table["high"]).all()


def test_a_guess_below_what_was_bought_gives_a_full_share():
    wallets = pd.DataFrame(
        {
            "customer_id": [1, 2],
            "quarter": [pd.Timestamp("2025-01-01")] * 2,
            "needed_tonnes": [10.0, 0.0],
            "bought_tonnes": [12.0, 0.0],
        }
    )
    assert share_of_wallet(wallets)["share"].tolist() == [1.0]
    with pytest.raises(ValueError, match=r"wallets.needed_tonnes: nobody needs anything"):
        share_of_wallet(wallets.tail(1))


def test_large_accounts_pull_the_market_share_and_not_the_share_of_customer():
    quarter = [pd.Timestamp("2025-01-01")] * 2
    wallets = pd.DataFrame(
        {
            "customer_id": [1, 2],
            "quarter": quarter,
            "needed_tonnes": [990.0, 10.0],
            "bought_tonnes": [99.0, 9.0],
        }
    )
    row = follow_shares(share_of_wallet(wallets)).iloc[0]
    assert row["market_share"] == pytest.approx(0.108) and row["share_of_customer"] == pytest.approx(0.5)


def test_room_is_what_is_bought_elsewhere(shares):
    room = find_room(shares)
    assert room["room_tonnes"].is_monotonic_decreasing and (room["room_tonnes"] >= 0).all()
    np.testing.assert_allclose(room["needed_tonnes"], room["bought_tonnes"] + room["room_tonnes"])
    with pytest.raises(ValueError, match="last_quarters is 0, expected a whole number of at least 1"):
        find_room(shares, last_quarters=0)


def test_larger_chains_have_more_of_their_customers_too(firm):
    # double jeopardy (Sharp and Riebe): both parts fall with the size of the chain, penetration falls more
    table = decompose_market_share(firm.panel[firm.panel["quarter"] >= "2025-01-01"])
    assert table["penetration"].is_monotonic_decreasing and table["share_of_customer"].is_monotonic_decreasing


def test_spend_is_purchases_times_basket(firm):
    table = spend_per_customer(firm.receipts, as_of="2026-01-01")
    np.testing.assert_allclose(table["spend_cny"], table["purchases"] * table["basket_cny"])
    same = table[table["group"] == "same customers"]
    assert same["customers"].nunique() == 1 and len(table) == 4
    with pytest.raises(ValueError, match="receipts: none before 2016"):
        spend_per_customer(firm.receipts, as_of="2026-01-01", years=10)


def test_the_border_of_two_hundred_people_and_the_gap_in_the_rule():
    # N-08
    assert assign_system_class(199) == "small and medium" == assign_system_class(199, regions=9)
    assert assign_system_class(200, regions=2) == "mid-range"
    assert assign_system_class(200) == "not assigned"
    assert assign_system_class(200, border=250) == "small and medium"
    for wrong in (0, -3, 2.5, "200", True, None):
        with pytest.raises(ValueError, match=r"employees is .*, expected a whole number of at least 1"):
            assign_system_class(wrong)


@given(st.integers(1, 10**6), st.integers(1, 50), st.booleans())
def test_every_firm_gets_exactly_one_answer(employees, regions, is_global):
    words = {"small and medium", "mid-range", "enterprise", "not assigned"}
    assert assign_system_class(employees, regions=regions, is_global=is_global) in words


def test_accounts_are_counted_on_both_sides_of_the_border(firm):
    table = count_accounts_by_class(firm.accounts)
    assert table["accounts"].sum() == len(firm.accounts) and table["share"].sum() == pytest.approx(1)


def test_the_own_border_of_size_parts_key_accounts_from_others_best(firm):
    border = find_size_border(firm.accounts)
    assert border.low <= border.value <= border.high < 200  # N-08
    key = firm.accounts["segment"] == "key"
    agree = {h: (firm.accounts["employees"] >= h)[key].mean() - (firm.accounts["employees"] >= h)[~key].mean()
             for h in firm.accounts["employees"].unique()}  # fmt: skip
    assert agree[border.value] == max(agree.values())
    with pytest.raises(ValueError, match="0 of 200 rows are key accounts"):
        find_size_border(firm.accounts[~key])


def test_an_empty_field_may_be_an_answer(firm):
    fields = ["activated_on", "referred_by"]
    plain = measure_completeness(firm.members, "members", fields=fields).set_index("field")
    read = measure_completeness(firm.members, "members", fields=fields, empty_says=["referred_by"])
    assert plain.loc["referred_by", "completeness"] < 0.2
    assert read.set_index("field").loc["referred_by", "completeness"] == 1
    with pytest.raises(ValueError, match=r"empty_says: 'refered_by' is not among the fields.*referred_by"):
        measure_completeness(firm.members, "members", fields=fields, empty_says=["refered_by"])


def test_ages_are_in_years_and_never_below_zero(firm):
    age = measure_age(firm.members, "members", column="joined_on", as_of="2026-01-01")
    assert age.between(0, 3.01).all() and age.name == "age_years"
    with pytest.raises(ValueError, match=r"members.joined_on: \d+ records are dated after 2024-01-01"):
        measure_age(firm.members, "members", column="joined_on", as_of="2024-01-01")
    with pytest.raises(ValueError, match=r"members.gender: holds no dates but category"):
        measure_age(firm.members, "members", column="gender", as_of="2026-01-01")


def test_a_birth_year_does_not_age():
    files = pd.DataFrame({"field": ["birth_year", "home_store_id"], "completeness": 1.0})
    judged = judge_files(files, pd.Series([3.0, 4.0]), lasting=["birth_year"])
    assert judged["verdict"].tolist() == ["use", "refresh"]
    with pytest.raises(ValueError, match=r"lasting: 'birthyear' is not among the fields.*birth_year"):
        judge_files(files, pd.Series([1.0]), lasting=["birthyear"])
    for ages, message in (
        (pd.Series([None], dtype=float), "no record has an age"),
        (pd.Series([-1.0]), "age_years: 1 of 1 values are wrong"),
    ):
        with pytest.raises(ValueError, match=message):
            judge_files(files, ages)


def test_rewards_are_whole_and_begin_anew_after_each():
    orders = pd.DataFrame(
        {
            "customer_id": 501,
            "purchased_at": pd.date_range("2025-01-01", periods=20, freq="7D"),
            "tonnes": 1.0,
        }
    )
    row = count_rewards(orders, as_of="2026-01-01", every=10).iloc[0]
    assert (row["orders"], row["rewards"], row["reward_cny"], row["orders_to_next"]) == (20, 2, 1000, 10)
    assert row["active_months"] == 5 and not row["steady"]
    for wrong in ({"every": 0}, {"every": 2.5}, {"reward_cny": -1}):
        with pytest.raises(ValueError, match=f"{next(iter(wrong))} is "):
            count_rewards(orders, as_of="2026-01-01", **wrong)
    with pytest.raises(ValueError, match="orders: none between 2019-01-01 and 2020-01-01"):
        count_rewards(orders, as_of="2020-01-01")


def test_one_order_in_every_month_is_steady():
    days = pd.date_range("2025-01-01", periods=12, freq="MS")
    orders = pd.DataFrame({"customer_id": 501, "purchased_at": days, "tonnes": 1.0})
    assert count_rewards(orders, as_of="2026-01-01")["steady"].tolist() == [True]


def test_counting_orders_moves_money_to_small_accounts(firm):
    rewards = count_rewards(firm.orders, as_of="2026-01-01")
    table = compare_reward_rules(rewards, rebate_share=0.01, price_cny=8000.0)
    assert table[["orders_share", "tonnes_share"]].sum().tolist() == pytest.approx([1, 1])
    assert table["orders_share"].iloc[-1] < table["tonnes_share"].iloc[-1]
    with pytest.raises(ValueError, match="nobody earned a reward"):
        compare_reward_rules(rewards.assign(reward_cny=0.0), rebate_share=0.01, price_cny=8000.0)


def test_idic_in_the_tables_of_the_firm(firm):
    steps = [
        identify(firm.receipts, as_of="2026-01-01"),
        differentiate(firm.receipts, as_of="2026-01-01"),
        interact(firm.contacts, firm.receipts, as_of="2026-01-01"),
        customise(firm.contacts, firm.campaigns, as_of="2026-01-01"),
    ]
    table = list_steps(steps)
    assert "".join(table["letter"]) == "IDIC" and table["share"].between(0, 1).all()
    assert table["share"].iloc[-1] == 0  # last year's offers were drawn by lot, so none was chosen
    with pytest.raises(ValueError, match=r"top_share is 0, expected a share from 0.001 to 1"):
        differentiate(firm.receipts, as_of="2026-01-01", top_share=0)
    with pytest.raises(ValueError, match="receipts: none in the year before 2019-01-01"):
        identify(firm.receipts, as_of="2019-01-01")


def test_the_plots_label_both_axes(firm, shares):
    files = measure_completeness(firm.members, "members", fields=["gender", "activated_on"])
    for ax in (
        plot_shares(follow_shares(shares)),
        plot_market_shares(decompose_market_share(firm.panel)),
        plot_completeness(files),
    ):
        assert ax.get_xlabel() and ax.get_ylabel()
