"""The benchmark of purchase summaries compares like with like."""

import pandas as pd
import pytest

from bench.purchases import (
    OURS,
    PLAIN,
    SLOW,
    TOOLS,
    _require_agreement,
    make_long,
    make_receipts,
    run_ours,
    run_plain,
)


@pytest.mark.parametrize("shuffled", [False, True])
@pytest.mark.parametrize("change", [pd.DataFrame.copy, make_long])
def test_the_fast_summary_counts_what_groupby_counts(shuffled, change):
    receipts = change(make_receipts(20_000, shuffled=shuffled))
    ours, plain = run_ours(receipts)(), run_plain(receipts)()
    assert ours["purchases"].tolist() == plain["purchases"].tolist()
    assert ours["first_purchased_at"].tolist() == plain["first"].tolist()
    assert ours["last_purchased_at"].tolist() == plain["last"].tolist()
    assert ours["amount_cny"].to_numpy() == pytest.approx(plain["amount_cny"].to_numpy(dtype=float))


def test_the_receipts_are_those_of_a_shop_with_a_card():
    receipts = make_receipts(20_000)
    assert receipts["purchased_at"].is_monotonic_increasing and receipts["receipt_id"].is_unique
    assert 0.3 < receipts["customer_id"].isna().mean() < 0.4
    pd.testing.assert_frame_equal(receipts, make_receipts(20_000))


def test_tools_that_disagree_are_not_compared():
    table = pd.DataFrame({"purchases": [2, 3], "amount_cny": [1.0, 2.0]})
    slow = pd.DataFrame({"frequency": [1, 2]})
    _require_agreement({OURS: table, PLAIN: table, SLOW: slow})
    with pytest.raises(RuntimeError, match="The tools disagree"):
        _require_agreement({OURS: table, PLAIN: table.assign(purchases=[2, 4])})
    assert next(iter(TOOLS)) == OURS
