"""What became of the upgraded and the downgraded: by hand, against chance, and at the firm (C-14)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crmlib.relationship_types.movers import follow_movers
from crmlib.tables.errors import TableError
from tests.relationship_types.calls import LAST, make_receipts

# before all three half years, and once in each of them
DAYS = pd.to_datetime(["2024-01-01", "2024-08-01", "2025-02-01", "2025-12-30"])


def make_margins(rows: dict[int, list[float]]) -> pd.DataFrame:
    """Purchases of each customer: margins before and in the three half years."""
    table = pd.DataFrame(rows).T.set_axis(DAYS, axis=1).rename_axis("customer_id")
    table = table.melt(var_name="purchased_at", value_name="margin_cny", ignore_index=False)
    return table.dropna().reset_index()


def test_steady_customers_keep_their_upgrade():
    steady = {1: [1, 10, 30, 30], 2: [1, 20, 50, 50], 3: [1, 30, 10, 10], 4: [1, 40, 10, 10]}
    assert follow_movers(make_margins(steady), as_of=LAST)["kept"].tolist() == [1.0, 1.0]


def test_a_third_period_without_a_purchase_counts_as_zero_and_newcomers_are_left_out():
    rows = {1: [1, 10, 30, np.nan], 2: [1, 10, 30, 20], 3: [1, 30, 10, 10], 4: [1, 30, 10, 10],
            5: [np.nan, 10, 90, 90], 6: [1, np.nan, 90, 90]}  # fmt: skip
    table = follow_movers(make_margins(rows), as_of=LAST).set_index("group")
    assert table.loc["upgraded", ["customers", "third_cny", "kept"]].tolist() == [2, 10, 0]


def test_two_of_a_kind_are_needed_to_follow_them():
    rising = {1: [1, 10, 30, 30], 2: [1, 20, 50, 50]}
    with pytest.raises(ValueError, match="0 customers were downgraded, expected at least 2 to follow"):
        follow_movers(make_margins(rising), as_of=LAST)


def test_purely_random_purchases_move_back_to_the_mean():
    generator = np.random.default_rng(5)
    margins = dict(enumerate(generator.gamma(2, 20, (400, 4)).tolist()))
    movers = follow_movers(make_margins(margins), as_of=LAST).set_index("group")
    # everybody has the same habits: half of each move is left on average, whatever happened
    assert movers.loc["upgraded", "low"] < 0.5 < movers.loc["upgraded", "high"]
    assert movers["customers"].sum() == 400


def test_half_of_an_upgrade_at_the_firm_is_gone_in_half_a_year(firm):
    # the claim C-14.stays fails
    movers = follow_movers(firm.receipts, as_of=LAST).set_index("group")
    assert movers.loc["upgraded", "high"] < 0.8
    assert movers.loc["upgraded", "second_cny"] > movers.loc["upgraded", "third_cny"]
    assert movers.loc["downgraded", "second_cny"] < movers.loc["downgraded", "third_cny"]


def test_a_table_that_ends_too_early_moves_nobody():
    early = make_receipts().query("purchased_at < '2025-11-01'")
    with pytest.raises(TableError, match="receipts end on 2025-09-30, but the period ends on 2026-01-01"):
        follow_movers(early, as_of=LAST)
