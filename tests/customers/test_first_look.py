"""The first look at a firm: sums by month, and a moving mean that takes the season away."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crmlib.charts.interactive import Slider
from crmlib.charts.style import COLOURS, new_axes
from crmlib.customers import first_look
from crmlib.customers.first_look import explore_sales_by_month, plot_sales_by_month, sum_sales_by_month
from tests.customers.calls import make_months, make_receipts


def test_a_month_without_a_purchase_is_there_and_zero():
    bought = [(7, "2025-01-05 09:00", 10.0), (7, "2025-01-31 23:59", 5.0), (7, "2025-03-01 00:00", 8.0)]
    table = sum_sales_by_month(make_receipts(bought))
    assert table["month"].dt.strftime("%Y-%m").tolist() == ["2025-01", "2025-02", "2025-03"]
    assert table["purchases"].tolist() == [2, 0, 1] and table["amount_cny"].tolist() == [15.0, 0.0, 8.0]


def test_nothing_is_lost_between_receipts_and_months(firm):
    table = sum_sales_by_month(firm.receipts)
    assert table["purchases"].sum() == len(firm.receipts) and len(table) == 36
    assert table["amount_cny"].sum() == pytest.approx(firm.receipts["amount_cny"].sum())


def test_a_year_of_sales_is_drawn_in_millions_with_every_sixth_month_named():
    months = pd.DataFrame({"month": pd.date_range("2024-01-01", periods=13, freq="MS"), "purchases": 1,
                           "amount_cny": 1e6 * np.arange(1.0, 14.0)})  # fmt: skip
    ax = plot_sales_by_month(months)
    (line,) = ax.lines
    assert (line.get_xdata() == months["month"].to_numpy()).all() and line.get_ydata().tolist() == [
        *range(1, 14)
    ]
    assert (line.get_marker(), line.get_linestyle(), line.get_color()) == ("o", "-", COLOURS["estimate"])
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["2024-01", "2024-07", "2025-01"]
    assert ax.get_xticks().tolist() == line.get_xdata(orig=False)[[0, 6, 12]].tolist()
    assert ax.get_ylim() == pytest.approx((0, 1.1 * 13))
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("month", "sales (million yuan)")
    assert ax.get_figure().get_figheight() == 3


def test_one_to_twelve_months_can_be_averaged(monkeypatch):
    caught = {}
    monkeypatch.setattr(first_look, "explore", lambda _, **options: caught.update(options))
    explore_sales_by_month(make_months())
    assert caught["controls"] == {"averaged": Slider("months averaged", 1, 12, 1, 1)}
    assert caught["height"] == 3.2  # of its two axes the time is the longer one
    assert caught["alt"].startswith("Sales of each month") and caught["alt"].endswith("millions of yuan.")


@pytest.fixture
def drawn(monkeypatch):
    """Draw the live figure with some months averaged; return its axes."""
    caught = {}
    monkeypatch.setattr(first_look, "explore", lambda draw, **_: caught.update(draw=draw))
    explore_sales_by_month(make_months())

    def draw(averaged: int):
        ax = new_axes()
        caught["draw"](ax, averaged=averaged)
        return ax

    return draw


def test_the_mean_of_twelve_months_knows_no_season(drawn):
    ax = drawn(12)
    single, means = (line.get_ydata() for line in ax.lines)
    assert single.tolist() == [1.0] * 11 + [2.0] + [1.0] * 11 + [2.0] + [1.0] * 11 + [2.0]
    assert np.isnan(means[:11]).all() and means[11:] == pytest.approx(13 / 12)
    assert ax.get_title() == "mean of 12 months"
    faint = ax.lines[0]
    assert (faint.get_marker(), faint.get_linestyle(), faint.get_color()) == ("None", "-", COLOURS["control"])
    assert faint.get_linewidth() == 1 and (faint.get_xdata() == ax.lines[1].get_xdata()).all()


def test_the_mean_of_three_months_looks_back_and_not_ahead(drawn):
    means = drawn(3).lines[-1].get_ydata()
    assert np.isnan(means[:2]).all()
    assert means[10:15] == pytest.approx([1, 4 / 3, 4 / 3, 4 / 3, 1])  # November, December, …, March


def test_a_single_month_is_drawn_as_it_is(drawn):
    assert len(drawn(2).lines) == 2
    ax = drawn(1)
    assert ax.get_title() == "each month by itself" and len(ax.lines) == 1


def test_less_than_two_years_show_no_season():
    with pytest.raises(ValueError, match="explore_sales_by_month: 23 months, expected at least 24"):
        explore_sales_by_month(make_months(23))
    explore_sales_by_month(make_months(24))


def test_sums_are_rounded_to_the_cent():
    many = pd.DataFrame({"purchased_at": [pd.Timestamp("2025-01-01")] * 3, "amount_cny": [0.1, 0.1, 0.104]})
    assert sum_sales_by_month(many)["amount_cny"].tolist() == [0.3]
