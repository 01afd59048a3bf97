"""Fading before leaving: histories with a known end, laid on top of each other."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.lifecycle.fading import measure_before_leaving, plot_before_leaving
from crmlib.tables.errors import TableError
from tests.pictures import describe_figure, lines_of


def make_leavers(amounts: dict[int, list[float]]) -> pd.DataFrame:
    """One purchase a month; the last entry was made 20 days before leaving on 2025-01-01."""
    rows = [
        (customer, pd.Timestamp("2024-12-12") - pd.Timedelta(days=30 * back), amount)
        for customer, several in amounts.items()
        for back, amount in enumerate(reversed(several))
    ]
    return pd.DataFrame(rows, columns=["customer_id", "purchased_at", "amount_cny"])


LEFT_ON = pd.Series(pd.Timestamp("2025-01-01"), index=[1, 2])


def test_who_buys_as_usual_until_the_end_does_not_fade():
    receipts = make_leavers({1: [10.0] * 14, 2: [30.0] * 14})
    table = measure_before_leaving(receipts, LEFT_ON, period_days=60, periods=6).set_index("period")
    np.testing.assert_allclose(table.loc[-6:-1, "amount_share"], 1.0)
    assert table.loc[1, "amount_share"] == 0 and (table["n"] == 2).all()


def test_who_buys_half_in_the_end_has_faded_to_one_half():
    receipts = make_leavers({1: [10.0] * 12 + [5.0] * 2, 2: [30.0] * 12 + [15.0] * 2})
    table = measure_before_leaving(receipts, LEFT_ON, period_days=60, periods=6).set_index("period")
    assert table.loc[-1, "amount_share"] == pytest.approx(0.5)


@settings(max_examples=20, deadline=None)
@given(factor=st.floats(0.1, 50))
def test_fading_does_not_depend_on_the_currency(factor):
    receipts = make_leavers({1: [10.0] * 13 + [4.0], 2: [30.0, 20.0] * 7})
    one = measure_before_leaving(receipts, LEFT_ON, period_days=60)
    other = measure_before_leaving(
        receipts.assign(amount_cny=receipts["amount_cny"] * factor), LEFT_ON, period_days=60
    )
    pd.testing.assert_frame_equal(one, other)


@pytest.mark.parametrize(
    ("day", "period"),
    [("2024-12-31", -1), ("2024-11-02", -1), ("2024-11-01", -2), ("2025-01-01", 1), ("2025-03-01", 1)],
)
def test_the_day_of_leaving_opens_the_time_after(day, period):
    # periods of sixty days: −1 reaches from 2 November to 31 December, 1 from 1 January to 1 March
    base = make_leavers({1: [10.0] * 14, 2: [10.0] * 14})
    extra = pd.DataFrame({"customer_id": [1], "purchased_at": [pd.Timestamp(day)], "amount_cny": [100.0]})
    one, other = (
        measure_before_leaving(table, LEFT_ON, period_days=60).set_index("period")["amount_share"]
        for table in (base, pd.concat([base, extra], ignore_index=True))
    )
    assert other.index[other > one + 0.1].tolist() == [period]


@pytest.mark.parametrize("day", ["2025-03-02", "2025-06-01", "2025-12-31"])
def test_purchases_after_the_time_after_count_nowhere(day):
    base = make_leavers({1: [10.0] * 14, 2: [10.0] * 14})
    extra = pd.DataFrame({"customer_id": [1], "purchased_at": [pd.Timestamp(day)], "amount_cny": [1e6]})
    one = measure_before_leaving(base, LEFT_ON, period_days=60)
    other = measure_before_leaving(pd.concat([base, extra]), LEFT_ON, period_days=60)
    pd.testing.assert_frame_equal(one, other)


def test_who_has_not_left_is_left_out():
    receipts = make_leavers({1: [10.0] * 14, 2: [10.0] * 14, 3: [99.0] * 14})
    left_on = pd.Series(pd.to_datetime(["2025-01-01", "2025-01-01", None]), index=[1, 2, 3])
    assert (measure_before_leaving(receipts, left_on)["n"] == 2).all()


def test_leavers_without_enough_history_are_not_guessed():
    with pytest.raises(ValueError, match="0 leavers have a history of 366 days"):
        measure_before_leaving(make_leavers({1: [10.0] * 3}), LEFT_ON)
    with pytest.raises(ValueError, match="1 leavers have a history of 366 days"):
        measure_before_leaving(make_leavers({1: [10.0] * 14, 2: [10.0] * 12}), LEFT_ON)


def test_days_of_leaving_are_not_guessed_and_belong_to_one_customer():
    receipts = make_leavers({1: [10.0] * 14, 2: [10.0] * 14})
    with pytest.raises(TableError, match=r"left_on\.left_on: 2 of 2(.|\n)*parse_dates"):
        measure_before_leaving(receipts, LEFT_ON.dt.strftime("%d/%m/%Y"))
    with pytest.raises(TableError, match=r"left_on\.customer_id: 2 of 3"):
        measure_before_leaving(receipts, pd.concat([LEFT_ON, LEFT_ON.head(1)]))


def test_one_to_three_firms_are_drawn_with_no_line_through_the_day_of_leaving():
    rows = [
        (-4, 1.0, 0.9, 1.2),
        (-3, 1.1, 1.0, 1.3),
        (-2, 0.9, 0.8, 1.1),
        (-1, 0.5, 0.4, 0.7),
        (1, 0.1, 0.0, 0.2),
    ]
    table = pd.DataFrame(rows, columns=["period", "amount_share", "low", "high"]).assign(n=1200)
    firms = {"shop": table, "mill": table.tail(2).assign(n=7), "third": table.tail(2)}
    ax = plot_before_leaving(firms, period_days=25)
    assert describe_figure(ax) == lines_of("""
        picture: 6.4 × 3.6
        x: periods of 25 days before (−) and after (+) leaving
        x ticks at -4, -3, -2, -1, 1: −4 | −3 | −2 | −1 | +1
        y: bought, share of before
        legend: shop (n = 1,200) | mill (n = 7) | third (n = 1,200)
        intervals 'shop (n = 1,200)' rust: (-4, 0.9) to (-4, 1.2), (-3, 1) to (-3, 1.3), (-2, 0.8) to (-2,
            1.1), (-1, 0.4) to (-1, 0.7)
        intervals rust: (1, 0) to (1, 0.2)
        intervals 'mill (n = 7)' navy: (-1, 0.4) to (-1, 0.7)
        intervals navy: (1, 0) to (1, 0.2)
        intervals 'third (n = 1,200)' sky: (-1, 0.4) to (-1, 0.7)
        intervals sky: (1, 0) to (1, 0.2)
        line rust o-: (-4, 1) (-3, 1.1) (-2, 0.9) (-1, 0.5)
        line rust o-: (1, 0.1)
        line navy s-: (-1, 0.5)
        line navy s-: (1, 0.1)
        line sky D-: (-1, 0.5)
        line sky D-: (1, 0.1)
        upright black : thin: x = 0
    """)
    assert ax.get_ylim()[0] == 0
    assert "periods of 61 days" in plot_before_leaving({"shop": table}).get_xlabel()
    assert "periods of 1 days" in plot_before_leaving({"shop": table}, period_days=1).get_xlabel()
    for days in (0, 30.5):
        with pytest.raises(ValueError, match=f"period_days is {days}, expected at least 1 day"):
            plot_before_leaving({"shop": table}, period_days=days)
    for names in ("", "abcd"):
        with pytest.raises(ValueError, match=rf"{len(names)} firms, expected 1 to 3"):
            plot_before_leaving(dict.fromkeys(names, table))
