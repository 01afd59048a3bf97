"""Customer states: by hand, by law, and against the truth of the firm (C-04, X-15)."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.charts.style import new_axes
from crmlib.datasets.loaders import load_truth
from crmlib.relationship_types import states as module
from crmlib.relationship_types.states import (
    STATES,
    assign_lead_states,
    assign_states,
    compare_states_with_truth,
    explore_states,
    plot_states_against_truth,
)
from crmlib.tables.errors import TableError
from tests.pictures import catch_live, describe_figure, lines_of, read_sliders
from tests.relationship_types.calls import FRAMES, LAST, make_receipts, make_truth


def make_history(rows: list[tuple[int, int]]) -> pd.DataFrame:
    """Customers 1, 2 … from (purchases, days since the last one), each purchase a day before the next."""
    last = pd.Timestamp(LAST)
    days = [
        (one, last - pd.Timedelta(days=silent + back))
        for one, (purchases, silent) in enumerate(rows, start=1)
        for back in range(purchases)
    ]
    return pd.DataFrame(days, columns=["customer_id", "purchased_at"]).assign(amount_cny=30.0)


@pytest.mark.parametrize(
    ("purchases", "silent", "state"),
    [(1, 0, "first-time"), (2, 0, "repeat"), (5, 365, "repeat"), (6, 365, "loyal"), (6, 366, "lost"),
     (1, 366, "lost")],
)  # fmt: skip
def test_the_first_line_that_fits_gives_the_state(purchases, silent, state):
    row = assign_states(make_history([(purchases, silent)]), as_of=LAST).iloc[0]
    assert row.tolist() == [state, purchases, silent]


def test_two_receipts_of_one_day_make_no_repeat_buyer():
    twice = pd.concat([make_history([(1, 20)])] * 2, ignore_index=True)
    assert assign_states(twice, as_of=LAST)["state"].tolist() == ["first-time"]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 20), st.integers(0, 900)), min_size=1, max_size=12),
    st.integers(2, 20),
    st.integers(1, 800),
)
def test_more_patience_loses_nobody_more_and_changes_no_other_state(rows, loyal_from, days):
    history = make_history(rows)
    hasty = assign_states(history, as_of=LAST, loyal_from=loyal_from, lost_after_days=days)["state"]
    patient = assign_states(history, as_of=LAST, loyal_from=loyal_from, lost_after_days=days + 50)["state"]
    assert (patient[hasty != "lost"] == hasty[hasty != "lost"]).all()
    assert set(hasty) <= {"first-time", "repeat", "loyal", "lost"}


def test_states_read_from_receipts_after_the_day_are_refused():
    with pytest.raises(TableError, match="purchases up to as_of, 2024-12-31"):
        assign_states(make_receipts(), as_of="2024-12-31")


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


def test_leads_and_buyers_counted_together_stand_in_the_order_of_the_course():
    # five states, the non-customer in front; leads and buyers share one list of words
    everybody = pd.concat([FRAMES["states"], assign_lead_states(FRAMES["leads"])])
    counted = everybody.value_counts(sort=False)
    assert counted.index.tolist() == list(STATES)
    assert counted.sum() == len(FRAMES["states"]) + 4


def test_a_member_who_was_won_back_has_not_gone():
    # of the lost members 2, 5, 8 … two came back in July 2025; 5 left again in September
    lost = FRAMES["states"][FRAMES["states"] == "lost"]
    table = compare_states_with_truth(lost, make_truth(), as_of=LAST)
    assert table[["state", "customers", "truly_gone"]].to_numpy().tolist() == [["lost", 8, 7 / 8]]
    before = compare_states_with_truth(lost, make_truth(), as_of="2024-12-31")
    assert before["truly_gone"].tolist() == [1]


def test_who_leaves_tomorrow_is_a_customer_today():
    truth = make_truth().assign(left_on=pd.Timestamp("2026-01-01"))
    assert compare_states_with_truth(FRAMES["states"], truth, as_of=LAST)["truly_gone"].eq(0).all()


def test_customers_without_a_truth_are_named():
    strangers = make_truth().assign(customer_id=lambda table: table["customer_id"] + 900)
    message = r"truth\.members: 24 of 24 customers are missing \(customer_id 1, 2, 3, 4, 5\)\. Take purchases"
    with pytest.raises(ValueError, match=message):
        compare_states_with_truth(FRAMES["states"], strangers, as_of=LAST)


def test_a_customer_with_two_states_is_refused():
    doubled = pd.concat([FRAMES["states"], FRAMES["states"].head(1)])
    with pytest.raises(TableError, match=r"states\.customer_id: 2 of 25 rows are wrong"):
        compare_states_with_truth(doubled, make_truth(), as_of=LAST)


def test_the_rule_is_wrong_in_both_directions_at_the_firm(firm):
    states = assign_states(firm.receipts, as_of=LAST)["state"]
    table = compare_states_with_truth(states, load_truth("members"), as_of=LAST).set_index("state")
    assert table["customers"].sum() == len(states)
    assert 0.8 < table.loc["lost", "truly_gone"] < 0.97
    assert table.loc["loyal", "truly_gone"] < table.loc["first-time", "truly_gone"]
    assert table.loc["loyal", "low"] > 0.05


def test_an_account_that_is_silent_for_a_year_has_gone(firm):
    states = assign_states(firm.orders, as_of=LAST)["state"]
    accounts = load_truth("accounts")[["customer_id", "left_on"]]
    once = accounts.assign(second_started_on=pd.NaT, second_left_on=pd.NaT)  # accounts have one life
    table = compare_states_with_truth(states, once, as_of=LAST).set_index("state")
    assert table.loc["lost", "truly_gone"] > 0.95


@pytest.mark.parametrize(
    ("days", "title"),
    [(30, "wrongly called lost: 9; gone, but not called lost: 0"),
     (720, "wrongly called lost: 0; gone, but not called lost: 7")],
)  # fmt: skip
def test_the_title_counts_both_errors_of_the_word_lost(monkeypatch, days, title):
    # after 30 days the 8 yearly buyers and the member who was won back are called lost; after 720 nobody is
    caught = {}
    monkeypatch.setattr(module, "explore", lambda draw, **_: caught.update(draw=draw))
    explore_states(make_receipts(), make_truth(), as_of=LAST)
    ax = new_axes()
    caught["draw"](ax, loyal_from=6, lost_after_days=days)
    assert ax.get_title() == title


def test_the_part_that_has_gone_is_hatched_in_the_bar_of_each_state():
    rows = [("first-time", 40, 0.25), ("loyal", 100, 0.1), ("lost", 20, 0.9)]
    compared = pd.DataFrame(rows, columns=["state", "customers", "truly_gone"]).assign(low=0.0, high=1.0)
    ax = plot_states_against_truth(compared.astype({"state": FRAMES["compared"]["state"].dtype}))
    assert describe_figure(ax) == lines_of("""
        picture: 6.4 × 3.6
        title: of those called lost, 90 % have truly gone
        x: customers (number)
        y: state (read from dates)
        y ticks at 0, 1, 2: first-time | loyal | lost
        y runs backwards
        legend: still customers | truly gone
        bars 'still customers' blue: 0: 0 to 30, 1: 0 to 90, 2: 0 to 2
        bars 'truly gone' orange //: 0: 30 to 40, 1: 90 to 100, 2: 2 to 20
        texts black (left, center): (40, 0) 25 % gone, (100, 1) 10 % gone, (20, 2) 90 % gone
    """)
    assert ax.get_xlim() == (0, 120)


def test_the_figure_begins_with_half_a_year_of_silence_for_a_loss(monkeypatch):
    live = catch_live(monkeypatch, module, lambda: explore_states(make_receipts(), make_truth(), as_of=LAST))
    assert read_sliders(live) == {"loyal_from": (2, 20, 6, 1), "lost_after_days": (30, 720, 180, 15)}


def test_the_columns_of_states_have_their_names():
    table = assign_states(make_history([(1, 0)]), as_of=LAST)
    assert (table.index.name, *table.columns) == ("customer_id", "state", "purchases", "recency_days")
    leads = assign_lead_states(FRAMES["leads"])
    assert (leads.index.name, leads.name, leads.cat.ordered) == ("lead_id", "state", True)


@pytest.mark.parametrize("days", [30, 720])
def test_the_silence_may_start_at_either_end_of_its_slider_and_not_beyond(monkeypatch, days):
    receipts, truth = make_receipts(), make_truth()
    live = catch_live(
        monkeypatch, module, lambda: explore_states(receipts, truth, as_of=LAST, lost_after_days=days)
    )
    assert live["controls"]["lost_after_days"].start == days
    beyond = {30: 29, 720: 721}[days]
    with pytest.raises(ValueError, match=f"lost_after_days is {beyond}, expected a whole number of days fr"):
        explore_states(receipts, truth, as_of=LAST, lost_after_days=beyond)
