"""The rule of 80 and 20: by hand, against the bootstrap, and over time (F-07, F-26)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crmlib.charts.style import new_axes
from crmlib.estimates.estimate import draw_weights
from crmlib.tables.errors import TableError
from crmlib.tiers.concentration import follow_top, measure_concentration, measure_top_share, plot_pareto
from tests.tiers.calls import FRAMES, LAST


def spend(*amounts: float) -> pd.Series:
    """One customer an amount."""
    return pd.Series(amounts, index=range(1, len(amounts) + 1), dtype=float)


@pytest.mark.parametrize(
    ("amounts", "top_share", "wanted"),
    [
        ((80, 5, 5, 5, 5), 0.2, 0.8),  # the course's rule
        ((20, 20, 20, 20, 20), 0.2, 0.2),  # all alike
        ((50, 30, 20), 0.01, 0.5),  # at least one customer
        ((50, 30, 20), 0.5, 0.8),  # 1.5 customers are rounded to the even 2
        ((60, 60, -20), 0.34, 0.6),  # a loss counts in the total
    ],
)
def test_the_top_share_is_what_a_hand_finds(amounts, top_share, wanted):
    assert measure_top_share(spend(*amounts), top_share=top_share).value == pytest.approx(wanted)


def test_the_interval_is_that_of_the_bootstrap():
    values = np.sort(np.random.default_rng(1).lognormal(5, 1.2, 400))[::-1]
    found = measure_top_share(spend(*values))
    shares = []
    for weights in draw_weights(len(values), draws=1500, seed=2):
        drawn = np.repeat(values, weights.astype(int))
        shares.append(drawn[:80].sum() / drawn.sum())
    low, high = np.quantile(shares, [0.025, 0.975])
    assert found.high - found.low == pytest.approx(high - low, rel=0.08)
    assert (found.low, found.high) == pytest.approx((low, high), abs=0.012)


def test_customers_who_are_all_alike_leave_no_doubt():
    found = measure_top_share(spend(*[7.0] * 10))
    assert found.low == found.high == pytest.approx(0.2)


def test_a_total_of_nothing_has_no_shares():
    with pytest.raises(TableError, match=r"bring 0\.00 yuan together"):
        measure_top_share(spend(5.0, -5.0))


def test_a_window_before_the_first_purchase_is_refused():
    with pytest.raises(TableError, match="begin on 2023-01-10, the window of 1500 days on 2021-11-23"):
        measure_concentration(FRAMES["receipts"], as_of=LAST, windows=[1500])


def test_windows_keep_their_order():
    found = measure_concentration(FRAMES["receipts"], as_of=LAST, windows=[365, 30])
    assert found["days"].tolist() == [365, 30]


def test_the_followed_shares_are_those_of_a_small_firm():
    # 2024: 5 customers, the first brings 60 of 100. 2025: she falls to 30, 2 leaves, 6 is new with 40.
    before = pd.DataFrame(
        {"customer_id": [1, 2, 3, 4, 5], "amount_cny": [60.0, 10, 10, 10, 10], "year": 2024}
    )
    after = pd.DataFrame({"customer_id": [1, 3, 4, 5, 6], "amount_cny": [30.0, 10, 10, 10, 40], "year": 2025})
    bought = pd.concat([before, after])
    bought["purchased_at"] = pd.to_datetime(bought["year"].astype(str) + "-06-01")
    found = follow_top(bought, as_of=LAST)["value"].tolist()
    assert found == pytest.approx([0.6, 0.5, 0.3, 0.0, 0.0])


def test_the_chart_has_a_bar_a_customer_and_ends_at_all_sales():
    ax = plot_pareto(spend(60, 30, 10), classes=pd.Series(["A", "B", "B"], index=[1, 2, 3]), ax=new_axes())
    assert [round(bar.get_height(), 2) for bar in ax.patches] == [0.6, 0.9, 1.0]
    assert [text.get_text() for text in ax.texts] == ["A\n60 %", "B\n40 %"]
