"""Expected value: by hand, by law, and held against what customers did (C-19)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.relationship_types.expected_value import (
    compare_rankings,
    estimate_gain,
    follow_scored_members,
    plot_rankings,
    rank_prospects,
    value_leads,
)
from crmlib.tables.errors import TableError
from tests.pictures import describe_figure, lines_of
from tests.relationship_types.calls import FRAMES, JULY, LAST, make_receipts

SCORES = ["value_cny", "probability", "expected_cny"]


@pytest.fixture(scope="module")
def followed(firm):
    """Members scored in July and followed until December."""
    return follow_scored_members(firm.receipts, as_of=JULY)


def make_prospects(rows: list[tuple[float, float]]) -> pd.DataFrame:
    """Prospects from (value, probability)."""
    table = pd.DataFrame(rows, columns=["value_cny", "probability"])
    return table.assign(prospect=[f"prospect {one}" for one in table.index])


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(0, 1)), min_size=1, max_size=8))
def test_an_expected_value_never_exceeds_the_value(rows):
    ranked = rank_prospects(make_prospects(rows))
    assert (ranked["expected_cny"].abs() <= ranked["value_cny"].abs()).all()
    assert ranked.loc[ranked["expected_cny"].idxmax(), "by_expected"] == 1


def test_a_percentage_is_refused_as_a_probability():
    with pytest.raises(TableError, match=r"(?s)prospects\.probability: 1 of 2 rows is wrong.*0\.\.1.*30"):
        rank_prospects(make_prospects([(1000.0, 0.3), (1000.0, 30.0)]))


def test_the_four_prospects_of_the_chapter():
    # harbour, bus depot, farm, taxi firm
    ranked = rank_prospects(make_prospects([(400_000, 0.02), (90_000, 0.3), (12_000, 0.9), (30_000, 0.5)]))
    assert ranked["expected_cny"].tolist() == [8_000, 27_000, 10_800, 15_000]
    assert ranked["by_value"].tolist() == [1, 2, 4, 3]
    assert ranked["by_probability"].tolist() == [4, 3, 1, 2]
    assert ranked["by_expected"].tolist() == [4, 1, 3, 2]


def test_equal_prospects_share_the_better_rank():
    assert rank_prospects(make_prospects([(5, 0.5), (5, 0.5), (1, 0.5)]))["by_expected"].tolist() == [1, 1, 3]


def test_the_worth_of_a_lead_is_value_times_probability(firm):
    table = value_leads(firm.leads, firm.orders, as_of=LAST)
    assert table["expected_cny"].to_numpy() == pytest.approx(
        (table["value_cny"] * table["probability"]).to_numpy()
    )
    assert table["leads"].sum() == (firm.leads["outcome"] != "open").sum()
    # few wins: no source is clearly better than the next
    best, second = table.sort_values("expected_cny", ascending=False).iloc[:2].to_dict("records")
    assert best["low"] < second["expected_cny"] < best["high"]


LEADS = pd.DataFrame(
    {"lead_id": [1, 2, 3], "source": ["fair"] * 3, "outcome": ["won", "lost", "open"],
     "customer_id": pd.array([701, None, None], dtype="Int64")}
)  # fmt: skip


@pytest.mark.parametrize(
    ("first", "value"),
    [("2025-12-30", 365), ("2025-10-02", 365), ("2025-01-01", 91)],  # 2, 91 and 365 days
)
def test_open_leads_and_a_short_history_do_not_inflate(first, value):
    orders = pd.DataFrame({"customer_id": [701], "purchased_at": [pd.Timestamp(first)], "margin_cny": [91.0]})
    row = value_leads(LEADS, orders, as_of=LAST).iloc[0]
    assert (row["leads"], row["probability"]) == (2, 0.5)
    assert row["value_cny"] == pytest.approx(value)  # a few days count as a quarter, not as a few days


def test_leads_that_are_all_open_have_no_probability():
    with pytest.raises(ValueError, match="leads: none is won or lost yet"):
        value_leads(LEADS.tail(1), FRAMES["orders"], as_of=LAST)


def test_a_member_is_as_likely_to_buy_as_those_who_were_like_her():
    # 120 days ago members 1 to 4 had bought once, 100 days before that; 1 to 3 have bought since.
    # today member 5 stands where they stood: one purchase, 100 days ago
    day, span = pd.Timestamp("2025-07-02"), pd.Timedelta(days=1)
    old = [(one, day - 220 * span) for one in (1, 2, 3, 4)]
    again = [(1, day - 120 * span), (2, day - 110 * span), (3, day - span)]
    rows = [*old, *again, (5, day - 100 * span), (5, day), (1, day + 119 * span), (2, day + 120 * span)]
    table = pd.DataFrame(rows, columns=["customer_id", "purchased_at"]).assign(margin_cny=91.0)
    found = follow_scored_members(table, as_of=day, days=120)
    # 101 days of history: 91 yuan in them are 108 in 120 days
    assert found.loc[5, "value_cny"] == pytest.approx(91 / 101 * 120)
    assert found.loc[5, "probability"] == 0.75
    assert found.loc[5, "expected_cny"] == pytest.approx(0.75 * 91 / 101 * 120)
    assert found["margin_next_cny"].tolist() == [91, 0, 0, 0, 91]
    assert found["bought"].tolist() == [True, False, False, False, True]


def test_scores_know_nothing_of_the_future(firm):
    receipts = firm.receipts
    future = receipts["purchased_at"] >= JULY
    other = receipts.assign(margin_cny=receipts["margin_cny"].where(~future, 1e6))
    other = other[~future | (other["customer_id"] % 2 == 0)]
    one, two = (follow_scored_members(table, as_of=JULY) for table in (receipts, other))
    pd.testing.assert_frame_equal(one[SCORES], two[SCORES])
    assert not one["margin_next_cny"].equals(two["margin_next_cny"])


def test_a_firm_without_a_past_cannot_be_scored(firm):
    with pytest.raises(ValueError, match="no purchase before 2022-07-02; the probability is learned from"):
        follow_scored_members(firm.receipts, as_of="2022-12-31")
    first = (
        firm.receipts["purchased_at"].min().normalize()
    )  # a purchase at its first moment is none before it
    midnight = firm.receipts.assign(purchased_at=firm.receipts["purchased_at"].dt.normalize())
    with pytest.raises(ValueError, match="no purchase before 2023-01-01"):
        follow_scored_members(midnight, as_of=first + pd.Timedelta(days=182))


def test_receipts_that_end_early_are_not_taken_for_silence():
    early = make_receipts().query("purchased_at < '2025-11-01'")
    with pytest.raises(TableError, match="receipts end on 2025-09-30, but the period ends on 2025-12-30"):
        follow_scored_members(early, as_of=JULY)


def test_receipts_after_the_days_change_nothing():
    receipts = make_receipts()
    late = receipts.tail(1).assign(receipt_id=10**6, purchased_at=pd.Timestamp("2026-05-05"), margin_cny=9e6)
    both = pd.concat([receipts, late], ignore_index=True)
    assert follow_scored_members(receipts, as_of=JULY).equals(follow_scored_members(both, as_of=JULY))


def test_probabilities_come_true_on_average(followed):
    fifths = followed.groupby(pd.qcut(followed["probability"].rank(method="first"), 5))
    gaps = fifths["probability"].mean() - fifths["bought"].mean()
    assert gaps.abs().max() < 0.08


@pytest.mark.parametrize("over", ["value alone", "probability alone"])
def test_the_product_finds_more_than_either_factor(followed, over):
    # C-19
    gain = estimate_gain(followed, over=over)
    assert gain.low > 0
    shares = compare_rankings(followed).set_index("ranking")["share_of_margin"]
    assert gain.value == pytest.approx(shares["expected value"] - shares[over])
    assert shares.max() == shares["knowing the future"]


@given(st.floats(0.05, 0.95), st.integers(0, 50))
def test_whoever_knew_the_future_is_never_beaten(top_share, seed):
    generator = np.random.default_rng(seed)
    value, probability = generator.gamma(2, 50, 60), generator.random(60)
    table = pd.DataFrame(
        {"value_cny": value, "probability": probability, "expected_cny": value * probability, "bought": True,
         "margin_next_cny": generator.gamma(1, 30, 60)}
    )  # fmt: skip
    ranked = compare_rankings(table, top_share=top_share, draws=10).set_index("ranking")["share_of_margin"]
    assert (ranked <= ranked["knowing the future"] + 1e-9).all()


@pytest.mark.parametrize("share", [0.0, 0.01, 1.0])
def test_a_top_of_nobody_or_everybody_is_refused(share):
    with pytest.raises(ValueError, match=r"top_share is .*, which picks (0|24) of 24\. Take 0\.2, say"):
        compare_rankings(FRAMES["followed"], top_share=share)


def test_a_margin_of_nothing_has_no_shares():
    with pytest.raises(ValueError, match="followed: the members brought no margin in all"):
        compare_rankings(FRAMES["followed"].assign(margin_next_cny=0.0))


def test_the_rankings_are_drawn_from_nobody_served_to_everybody():
    # the best of five by value brought 10 of 100 yuan, by probability nothing, by their product 50
    followed = pd.DataFrame(
        {"value_cny": [50.0, 40.0, 30.0, 20.0, 10.0], "probability": [0.1, 0.5, 0.2, 0.8, 0.9],
         "expected_cny": [5.0, 20.0, 6.0, 16.0, 9.0], "margin_next_cny": [10.0, 50.0, 15.0, 25.0, 0.0]},
        index=pd.Index([3, 4, 5, 6, 7], name="customer_id"),
    )  # fmt: skip
    ax = plot_rankings(followed)
    assert describe_figure(ax) == lines_of("""
        picture: 6.4 × 3.6
        title: best fifth: expected value finds 40.0 percentage points (-57.1 to 90.9) more than value
        x: members served, best first (%)
        y: of the next period's margin (%)
        legend: knowing the future | value alone | probability alone | expected value | by lot
        line 'knowing the future' black -. thick: (20, 50) (40, 75) (60, 90) (80, 100) (100, 100)
        line 'value alone' orange -- thick: (20, 10) (40, 60) (60, 75) (80, 100) (100, 100)
        line 'probability alone' sky - thick: (20, 0) (40, 25) (60, 75) (80, 90) (100, 100)
        line 'expected value' navy - thick: (20, 50) (40, 75) (60, 75) (80, 90) (100, 100)
        line 'by lot' black :: (0, 0) (100, 100)
        upright #808080 - thin: x = 20
    """)
    assert (ax.get_xlim(), ax.get_ylim()) == ((0, 100), (0, 104))
