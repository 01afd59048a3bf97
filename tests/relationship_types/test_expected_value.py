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
    expect_value,
    follow_scores,
    rank_prospects,
    score_members,
    value_leads,
)

JULY = "2025-07-01"


@pytest.fixture(scope="module")
def followed(firm):
    """Members scored in July and followed until December."""
    return follow_scores(score_members(firm.receipts, as_of=JULY), firm.receipts, as_of=JULY)


@given(st.floats(-1e6, 1e6), st.floats(0, 1))
def test_an_expected_value_never_exceeds_the_value(value, probability):
    assert abs(expect_value(value, probability)) <= abs(value)
    assert expect_value(value, 1) == value and expect_value(value, 0) == 0


def test_a_percentage_is_refused_as_a_probability():
    with pytest.raises(ValueError, match=r"probability is 30, expected a share from 0 to 1 \(0.1 for 10 %\)"):
        expect_value(1000.0, 30)


def test_the_four_prospects_of_the_chapter():
    prospects = pd.DataFrame(
        {"prospect": ["harbour", "bus depot", "farm", "taxi firm"],
         "value_cny": [400_000, 90_000, 12_000, 30_000], "probability": [0.02, 0.3, 0.9, 0.5]}
    )  # fmt: skip
    ranked = rank_prospects(prospects).set_index("prospect")
    assert ranked["by_value"].idxmin() == "harbour"
    assert ranked["by_probability"].idxmin() == "farm"
    assert ranked["by_expected"].idxmin() == "bus depot"
    assert ranked.loc["taxi firm", "expected_cny"] == 15_000


def test_equal_prospects_share_the_better_rank():
    twins = pd.DataFrame(
        {"prospect": ["A", "B", "C"], "value_cny": [5.0, 5.0, 1.0], "probability": [0.5] * 3}
    )
    assert rank_prospects(twins)["by_expected"].tolist() == [1, 1, 3]


def test_the_worth_of_a_lead_is_value_times_probability(firm):
    table = value_leads(firm.leads, firm.orders, as_of="2025-12-31")
    assert table["expected_cny"].to_numpy() == pytest.approx(
        (table["value_cny"] * table["probability"]).to_numpy()
    )
    assert table["leads"].sum() == (firm.leads["outcome"] != "open").sum()
    # few wins: no source is clearly better than the next
    best, second = table.sort_values("expected_cny", ascending=False).iloc[:2].to_dict("records")
    assert best["low"] < second["expected_cny"] < best["high"]


def test_open_leads_and_a_short_history_do_not_inflate():
    leads = pd.DataFrame(
        {"lead_id": [1, 2, 3], "source": ["fair"] * 3, "outcome": ["won", "lost", "open"],
         "customer_id": pd.array([701, None, None], dtype="Int64")}
    )  # fmt: skip
    orders = pd.DataFrame(
        {"customer_id": [701], "purchased_at": [pd.Timestamp("2025-12-30")], "margin_cny": [91.0]}
    )
    row = value_leads(leads, orders, as_of="2025-12-31").iloc[0]
    assert (row["leads"], row["probability"]) == (2, 0.5)
    assert row["value_cny"] == pytest.approx(365)  # one day counts as a quarter, not as a day
    with pytest.raises(ValueError, match="none is won or lost yet"):
        value_leads(leads[leads["outcome"] == "open"], orders, as_of="2025-12-31")


def test_scores_know_nothing_of_the_future(firm):
    past = firm.receipts[firm.receipts["purchased_at"] < JULY]
    scores = score_members(firm.receipts, as_of=JULY)
    pd.testing.assert_frame_equal(scores, score_members(past, as_of=JULY))
    assert scores["probability"].between(0, 1).all()
    assert scores["expected_cny"].to_numpy() == pytest.approx(
        (scores["value_cny"] * scores["probability"]).to_numpy()
    )


def test_a_firm_without_a_past_cannot_be_scored(firm):
    with pytest.raises(ValueError, match="no purchase before 2022-07-02; the probability is learned from"):
        score_members(firm.receipts, as_of="2022-12-31")


def test_probabilities_come_true_on_average(followed):
    tenths = followed.groupby(pd.qcut(followed["probability"].rank(method="first"), 5))
    gaps = tenths["probability"].mean() - tenths["bought"].mean()
    assert gaps.abs().max() < 0.08


def test_the_product_finds_more_than_either_factor(followed):
    # C-19
    assert estimate_gain(followed, over="value alone").low > 0
    assert estimate_gain(followed, over="probability alone").low > 0
    table = compare_rankings(followed).set_index("ranking")["share_of_margin"]
    assert table.max() == table["knowing the future"] and table.min() > 0.2


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


def test_a_top_of_nobody_or_everybody_and_an_unknown_ranking_are_refused(followed):
    for share in (0.0, 1.0):
        with pytest.raises(ValueError, match="which picks"):
            compare_rankings(followed, top_share=share)
    with pytest.raises(ValueError, match="over is 'luck', expected one of value alone, probability alone"):
        estimate_gain(followed, over="luck")
    with pytest.raises(ValueError, match="brought no margin in all"):
        compare_rankings(followed.assign(margin_next_cny=0.0))
