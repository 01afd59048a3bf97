"""Customers on their way: the label of a quarter is made before it, and moves join neighbouring quarters."""

from __future__ import annotations

import datetime
from itertools import pairwise

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.lifecycle.stages import STAGE_TYPE, STAGES
from crmlib.lifecycle.transitions import count_transitions, label_quarters, plot_transitions
from tests.lifecycle.calls import buy
from tests.pictures import describe_figure, lines_of


def test_a_quarter_is_labelled_by_what_came_before_it():
    receipts = buy(c1=[400, 380, 360], c2=[30])  # c1 first bought in May 2024, c2 on 31 May 2025
    labels = label_quarters(receipts, first="2024-04-01", last="2025-04-01").set_index(
        ["customer_id", "quarter"]
    )
    stage = labels["stage"]
    assert stage.loc[(1, "2024-04-01")] == "incubation" and labels.loc[(1, "2024-04-01"), "is_new"]
    assert stage.loc[(1, "2024-10-01")] == "decline"
    assert stage.loc[(2, "2025-04-01")] == "incubation" and labels.loc[(2, "2025-04-01"), "is_new"]
    assert (2, "2025-01-01") not in labels.index


@pytest.mark.parametrize(
    ("day", "quarter"),
    [("2024-12-31", "2024-10-01"), ("2025-01-01", "2025-01-01"), ("2025-03-31", "2025-01-01")],
)
def test_the_first_day_of_a_quarter_belongs_to_it(day, quarter):
    receipts = buy(c1=[1]).assign(purchased_at=pd.Timestamp(day))
    labels = label_quarters(receipts, first="2024-10-01", last="2025-01-01")
    assert labels.loc[labels["is_new"], "quarter"].tolist() == [pd.Timestamp(quarter)]


@pytest.mark.parametrize(("last_bought", "stage"), [("2024-01-01", "decline"), ("2023-12-31", "termination")])
def test_a_stage_is_that_of_the_eve_of_the_quarter(last_bought, stage):
    # 365 and 366 days before 31 December 2024; a purchase on the first morning of the quarter is too late
    days = pd.to_datetime([last_bought, "2025-01-01"])
    labels = label_quarters(buy(c1=[1, 2]).assign(purchased_at=days), first="2025-01-01", last="2025-01-01")
    assert labels["stage"].tolist() == [stage] and not labels["is_new"].any()


def test_receipts_after_the_last_quarter_change_nothing():
    receipts = buy(c1=[400, 300, 200], c2=[350])
    late = buy(c1=[0], c3=[0]).assign(purchased_at=pd.Timestamp("2026-05-05"))
    one, other = (
        label_quarters(table, first="2024-07-01", last="2025-01-01")
        for table in (receipts, pd.concat([receipts, late], ignore_index=True))
    )
    pd.testing.assert_frame_equal(one, other)


def test_what_happens_in_a_quarter_does_not_change_its_label():
    before = buy(c1=[200, 190, 180])
    after = pd.concat([before, buy(c1=[5, 10, 15, 20])])
    one = label_quarters(before, first="2025-04-01", last="2025-04-01")
    other = label_quarters(after, first="2025-04-01", last="2025-04-01")
    pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize(
    ("first", "last", "message"),
    [
        ("2025-02-01", "2025-04-01", "first is 2025-02-01, expected the first day of a quarter"),
        ("2025-04-01", "2025-01-01", "first, 2025-04-01, is after last"),
        ("2020-01-01", "2020-01-01", "no customer bought before the end of the quarter"),
        ("2025-01-01", "2025-03-31", "last is 2025-03-31, expected the first day of a quarter"),
    ],
)
def test_quarters_that_make_no_sense_are_refused(first, last, message):
    with pytest.raises(ValueError, match=message):
        label_quarters(buy(c1=[10]), first=first, last=last)


def make_labels(*stages: tuple[int, str, str]) -> pd.DataFrame:
    """Labels from (customer, first day of the quarter, stage)."""
    ids, quarters, names = zip(*stages, strict=True)
    kind = pd.Categorical(names, dtype=STAGE_TYPE)
    return pd.DataFrame({"customer_id": ids, "quarter": pd.to_datetime(list(quarters)), "stage": kind})


def test_moves_are_counted_between_quarters_that_follow_each_other():
    labels = make_labels(
        (1, "2024-10-01", "growth"), (1, "2025-01-01", "decline"), (1, "2025-04-01", "growth"),
        (2, "2024-10-01", "growth"), (2, "2025-04-01", "growth"),
    )  # fmt: skip
    counts = count_transitions(labels)
    assert counts.loc["growth", "decline"] == 1 and counts.loc["decline", "growth"] == 1
    assert counts.to_numpy().sum() == 2


@settings(max_examples=30, deadline=None)
@given(paths=st.lists(st.lists(st.sampled_from(STAGES), min_size=2, max_size=4), min_size=1, max_size=6))
def test_every_step_of_every_path_is_counted_once(paths):
    quarters = ["2024-07-01", "2024-10-01", "2025-01-01", "2025-04-01"]
    rows = [(c, quarters[k], stage) for c, path in enumerate(paths) for k, stage in enumerate(path)]
    counts = count_transitions(make_labels(*rows))
    steps = [step for path in paths for step in pairwise(path)]
    assert counts.to_numpy().sum() == len(steps)
    assert all(counts.loc[step] == steps.count(step) for step in steps)


def test_one_quarter_has_no_moves():
    with pytest.raises(ValueError, match="no customer is in two quarters that follow each other"):
        count_transitions(make_labels((1, "2025-01-01", "growth")))


def test_moves_are_drawn_as_shares_of_each_stage():
    labels = make_labels(
        (1, "2025-01-01", "growth"), (1, "2025-04-01", "maturity"),
        (2, "2025-01-01", "decline"), (2, "2025-04-01", "decline"),
        (3, "2025-01-01", "decline"), (3, "2025-04-01", "growth"),
    )  # fmt: skip
    counts = count_transitions(labels)
    ax = plot_transitions(counts.replace(1, 1000).replace({"maturity": 1000}, 2000))
    assert describe_figure(ax) == lines_of("""
        picture: 6.4 × 3.8
        x: stage a quarter later
        x ticks at 0, 1, 2, 3, 4: incubation | growth | maturity | decline | termination
        y: stage at the start of a quarter
        y ticks at 0, 1: growth (n = 2,000) | decline (n = 2,000)
        y runs backwards
        tiles Blues 0 to 1: 0 0 1 0 0 | 0 0.5 0 0.5 0
        texts black (center, center): (0, 0) 0 %, (1, 0) 0 %, (3, 0) 0 %, (4, 0) 0 %, (0, 1) 0 %, (1, 1) 50
            %, (2, 1) 0 %, (3, 1) 50 %, (4, 1) 0 %
        texts white (center, center): (2, 0) 100 %
    """)


def test_moves_of_nobody_are_not_drawn():
    labels = make_labels((1, "2025-01-01", "growth"), (1, "2025-04-01", "maturity"))
    with pytest.raises(ValueError, match="plot_transitions: nobody is counted"):
        plot_transitions(0 * count_transitions(labels))


def test_a_table_of_moves_that_was_turned_round_is_refused():
    labels = make_labels((1, "2025-01-01", "growth"), (1, "2025-04-01", "maturity"))
    counts = count_transitions(labels)
    with pytest.raises(ValueError, match="Do not turn the table round"):
        plot_transitions(counts.T)


def test_a_quarter_may_be_given_as_a_date():
    day = datetime.date(2025, 4, 1)
    by_date = label_quarters(buy(c1=[100]), first=day, last=day)
    by_text = label_quarters(buy(c1=[100]), first="2025-04-01", last="2025-04-01")
    pd.testing.assert_frame_equal(by_date, by_text)
