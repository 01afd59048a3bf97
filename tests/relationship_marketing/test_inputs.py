"""Every function of chapter 01 that takes a table: what it says to bad input; and it changes no table."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from tests.contracts.spoiling import assert_one_row_is_answered, assert_refused, make_cases, make_doubles
from tests.relationship_marketing.calls import CALLS, DESCRIBED, make_frames

mpl.use("agg")
FRAMES = make_frames()
KEYS = [
    ("join_offer_results", "contacts", "campaign_id and customer_id"),
    ("summarise_offers", "results", "customer_id"),
    ("find_true_offers", "truth.outcomes", "campaign_id and customer_id and arm"),
    ("value_policies", "offers", "stratum and arm"),
    ("add_purchase", "history", "customer_id"),
    ("measure_response_by_score", "scores", "customer_id"),
    ("search_patterns", "customers", "customer_id"),
    ("share_of_wallet", "wallets", "customer_id and quarter"),
    ("follow_shares", "shares", "customer_id and quarter"),
    ("assign_bond_level", "accounts", "customer_id"),
    ("join_bonds", "competitor_bids", "bid_id"),
    ("join_bonds", "accounts", "customer_id"),
    ("compare_losses", "bids", "bid_id"),
    ("find_true_bond_effects", "truth.bids", "bid_id"),
    ("predict_loss", "curves", "price_cut_share"),
    ("assign_system_classes", "firms", "firm"),
    ("compare_reward_rules", "rewards", "customer_id"),
]


@pytest.mark.parametrize("case", make_cases(CALLS, FRAMES, DESCRIBED))
def test_a_spoilt_table_is_refused_with_a_message_that_names_the_place(case):
    assert_refused(case, FRAMES)


@pytest.mark.parametrize("case", make_doubles(CALLS, FRAMES, KEYS))
def test_a_repeated_row_is_refused(case):
    assert_refused(case, FRAMES)


@pytest.mark.parametrize(("name", "key"), [(n, k) for n, (_, tables) in CALLS.items() for k in tables])
def test_one_row_gives_an_answer_or_a_message(name, key):
    assert_one_row_is_answered(CALLS[name][0], key, FRAMES)


@pytest.mark.parametrize("name", CALLS)
def test_the_input_is_left_as_it_was(name):
    frames, untouched = make_frames(), make_frames()
    CALLS[name][0](frames)
    for key, frame in frames.items():
        pd.testing.assert_frame_equal(frame, untouched[key])


@pytest.mark.parametrize("name", [n for n in CALLS if not n.startswith(("plot_", "explore_", "weigh_"))])
def test_the_order_of_rows_does_not_matter(name):
    mixed = {key: frame.sample(frac=1, random_state=3) for key, frame in FRAMES.items()}
    assert_same(CALLS[name][0](FRAMES), CALLS[name][0](mixed))


def assert_same(one, other):
    """Equal as tables (rows in any order), columns, numbers or estimates."""
    if isinstance(one, pd.DataFrame):
        tables = [
            t[sorted(t.columns)].sort_values(sorted(t.columns)).reset_index(drop=True) for t in (one, other)
        ]
        pd.testing.assert_frame_equal(*tables, check_exact=False)
    elif isinstance(one, pd.Series):
        pd.testing.assert_series_equal(one.sort_index(), other.sort_index())
    elif hasattr(one, "covers"):
        np.testing.assert_allclose([one.value, one.low, one.high], [other.value, other.low, other.high])
    else:
        assert one == other


@pytest.mark.parametrize("day", ["7/9/2025", "", None, 20250907])
def test_a_day_in_another_form_is_not_guessed(day):
    from crmlib.relationship_marketing.idic import identify
    from crmlib.relationship_marketing.likelihood import describe_history

    for call in (describe_history, identify):
        with pytest.raises(ValueError, match="as_of: expected a date written year-month-day"):
            call(FRAMES["receipts"], as_of=day)
