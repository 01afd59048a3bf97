"""Buying, states and scales: by hand, by law, and against the truth of the firm (C-03, C-04, C-06, C-07)."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.datasets.loaders import load_truth
from crmlib.relationship_types.buying import (
    compare_buying,
    estimate_continuity,
    measure_continuity,
    measure_one_time_shoppers,
)
from crmlib.relationship_types.scales import (
    assign_loyalty_classes,
    assign_value_classes,
    compare_scales,
    sum_margins,
)
from crmlib.relationship_types.states import (
    STATES,
    assign_lead_states,
    assign_states,
    compare_states_with_truth,
    count_states,
    find_gone_accounts,
    find_gone_members,
    label_states,
)
from tests.relationship_types.calls import LAST, make_receipts


def make_counts(**columns: list[int]) -> pd.DataFrame:
    return pd.DataFrame(columns)


@pytest.mark.parametrize(
    ("purchases", "recency", "state"),
    [(1, 0, "first-time"), (2, 0, "repeat"), (5, 365, "repeat"), (6, 365, "loyal"), (6, 366, "lost"),
     (1, 366, "lost")],
)  # fmt: skip
def test_the_first_line_that_fits_gives_the_state(purchases, recency, state):
    counts = make_counts(purchases=[purchases], recency_days=[recency])
    assert label_states(counts).tolist() == [state]


@given(
    st.lists(st.tuples(st.integers(1, 40), st.integers(0, 900)), min_size=1, max_size=30),
    st.integers(2, 20),
    st.integers(1, 800),
)
def test_patience_loses_fewer_and_every_buyer_has_one_state(rows, loyal_from, days):
    counts = pd.DataFrame(rows, columns=["purchases", "recency_days"])
    states = label_states(counts, loyal_from=loyal_from, lost_after_days=days)
    patient = label_states(counts, loyal_from=loyal_from, lost_after_days=days + 50)
    assert (patient == "lost").sum() <= (states == "lost").sum()
    table = count_states(states)
    assert table["customers"].sum() == len(rows)
    assert table["share"].sum() == pytest.approx(1)


def test_five_states_become_four_when_the_non_customers_are_left_out():
    # the extra state is optional
    words = pd.Series(["non-customer", "non-customer", "potential", "lost"])
    five, four = count_states(words), count_states(words, with_non_customers=False)
    assert five["state"].tolist() == list(STATES) and four["state"].tolist() == list(STATES[1:])
    assert five["share"].tolist()[:2] == [0.5, 0.25] and four["share"].tolist()[0] == 0.5
    with pytest.raises(ValueError, match="nobody is left to count"):
        count_states(words[:2], with_non_customers=False)


def test_a_lead_whom_the_firm_has_given_up_is_still_a_potential_customer():
    leads = pd.DataFrame(
        {"lead_id": [1, 2, 3, 4], "need": [True, True, True, False], "stage": [4, 2, 1, 3],
         "outcome": ["lost", "open", "open", "open"]}
    )  # fmt: skip
    assert assign_lead_states(leads).tolist() == ["potential", "target", "potential", "non-customer"]
    assert assign_lead_states(leads, target_from_stage=1).tolist()[2] == "target"


def test_every_lead_that_was_not_won_has_a_state(firm):
    states = assign_lead_states(firm.leads)
    assert len(states) == (firm.leads["outcome"] != "won").sum()
    assert set(states) == {"non-customer", "potential", "target"}


def test_the_rule_is_wrong_in_both_directions_at_the_firm(firm):
    states = assign_states(firm.receipts, as_of=LAST)["state"]
    gone = find_gone_members(load_truth("members"), as_of=LAST)
    table = compare_states_with_truth(states, gone).set_index("state")
    assert table["customers"].sum() == len(states)
    assert 0.8 < table.loc["lost", "truly_gone"] < 0.97
    assert table.loc["loyal", "truly_gone"] < table.loc["first-time", "truly_gone"]
    assert (table["low"] <= table["truly_gone"]).all() and (table["truly_gone"] <= table["high"]).all()


def test_an_account_that_is_silent_for_a_year_has_gone(firm):
    states = assign_states(firm.orders, as_of=LAST)["state"]
    gone = find_gone_accounts(load_truth("accounts"), as_of=LAST)
    table = compare_states_with_truth(states, gone).set_index("state")
    assert table.loc["lost", "truly_gone"] > 0.95


def test_clients_of_a_wholesaler_buy_more_steadily_than_members_of_a_drugstore(firm):
    # C-03: stability and number of transactions
    table = compare_buying({"members": firm.receipts, "accounts": firm.orders}, as_of=LAST).set_index("firm")
    assert table.loc["accounts", "bought_again_share"] > table.loc["members", "bought_again_share"]
    assert table.loc["accounts", "purchases_a_year"] > 3 * table.loc["members", "purchases_a_year"]
    shoppers = measure_one_time_shoppers(firm.panel).set_index("group")
    assert shoppers.loc["no card", "high"] < 0.5
    assert shoppers.loc["card", "one_time_share"] < shoppers.loc["no card", "one_time_share"]


def test_a_firm_without_old_customers_cannot_be_judged():
    young = make_receipts().assign(purchased_at=pd.Timestamp("2025-12-01"))
    with pytest.raises(ValueError, match="shop: nobody bought early enough to be judged on 2025-12-31"):
        compare_buying({"shop": young}, as_of=LAST)
    with pytest.raises(ValueError, match="no firm is given"):
        compare_buying({}, as_of=LAST)


def test_an_unknown_chain_is_refused_with_the_known_ones(firm):
    with pytest.raises(ValueError, match=r"nobody bought at 'osmantus'. Chains: osmanthus, rival_a"):
        measure_one_time_shoppers(firm.panel, chain="osmantus")


def test_who_bought_more_before_buys_again_more_often(firm):
    # C-12: results of the earlier relationship are base and condition of the later one
    table = measure_continuity(firm.receipts, as_of=LAST)
    assert table["bought_again"].is_monotonic_increasing
    difference = estimate_continuity(firm.receipts, as_of=LAST)
    shares = table.set_index("purchases_before")["bought_again"]
    assert difference.value == pytest.approx(shares["4 or more"] - shares["1"])
    assert difference.low > 0


def test_five_scales_stand_side_by_side():
    # X-21 and F-13
    scales = compare_scales()
    assert len(scales) == 5
    assert "金" in scales.loc["pyramid (F-18)", "first"]


def test_value_classes_hold_the_highest_margins(firm):
    classes = assign_value_classes(firm.receipts, as_of=LAST)
    counts = classes["value_class"].value_counts()
    assert counts["VIP"] == round(0.05 * len(classes))
    lowest = classes.groupby("value_class", observed=True)["margin_cny"].agg(["min", "max"])
    assert lowest.loc["VIP", "min"] >= lowest.loc["important", "max"]
    assert lowest.loc["important", "min"] >= lowest.loc["ordinary", "max"]
    assert classes["margin_cny"].sum() == pytest.approx(sum_margins(firm.receipts, as_of=LAST).sum())


@pytest.mark.parametrize("shares", [(0.0, 0.2), (0.5, 0.5), (0.2, 0.0)])
def test_shares_that_leave_a_class_empty_are_refused(shares):
    with pytest.raises(ValueError, match="expected shares above 0 that sum to less than 1"):
        assign_value_classes(make_receipts(), as_of=LAST, vip_share=shares[0], important_share=shares[1])


def test_an_old_customer_need_not_be_loyal_and_the_lost_have_no_class():
    classes = assign_loyalty_classes(make_receipts(), as_of=LAST)
    states = assign_states(make_receipts(), as_of=LAST)["state"]
    assert set(classes.index) == set(states.index[states != "lost"])
    assert classes[1] == "old" and classes[3] == "loyal"
