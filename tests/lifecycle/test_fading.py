"""Fading before leaving: histories with a known end, laid on top of each other."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.lifecycle.fading import measure_before_leaving, plot_before_leaving
from crmlib.tables.errors import TableError
from tests.lifecycle.calls import FRAMES


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


def test_one_to_three_firms_are_drawn_with_their_numbers_of_customers():
    table = FRAMES["faded"]
    ax = plot_before_leaving({"shop": table, "mill": table}, period_days=25)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["shop (n = 39)", "mill (n = 39)"]
    assert [text.get_text() for text in ax.get_xticklabels()] == ["−4", "−3", "−2", "−1", "+1"]
    assert "periods of 25 days" in ax.get_xlabel()
    for names in ("", "abcd"):
        with pytest.raises(ValueError, match=rf"{len(names)} firms, expected 1 to 3"):
            plot_before_leaving(dict.fromkeys(names, table))


def test_no_line_is_drawn_through_the_day_of_leaving():
    ax = plot_before_leaving({"shop": FRAMES["faded"]})
    lines = [
        line.get_xdata() for line in ax.get_lines() if len(line.get_xdata()) and line.get_linestyle() == "-"
    ]
    assert all((days < 0).all() or (days > 0).all() for days in lines) and len(lines) >= 2
