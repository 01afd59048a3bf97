"""The first look at a firm: sums by month, a moving mean, and what bad input meets."""

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest

from crmlib.customers.first_look import (
    MONTHS,
    average_months,
    explore_sales_by_month,
    plot_sales_by_month,
    sum_sales_by_month,
)
from crmlib.tables.errors import TableError

mpl.use("agg")

BOUGHT = pd.DataFrame(
    {
        "receipt_id": [1, 2, 3],
        "purchased_at": pd.to_datetime(["2025-01-05 09:00", "2025-01-31 23:59", "2025-03-01 00:00"]),
        "amount_cny": [10.0, 5.0, 8.0],
    }
)


def make_months(n: int = 36) -> pd.DataFrame:
    """A firm that sells a million a month, and two in each December."""
    months = pd.date_range("2023-01-01", periods=n, freq="MS")
    return pd.DataFrame(
        {"month": months, "purchases": 9, "amount_cny": np.where(months.month == 12, 2e6, 1e6)}
    )


def test_a_month_without_a_purchase_is_there_and_zero():
    table = sum_sales_by_month(BOUGHT)
    assert table["month"].dt.strftime("%Y-%m").tolist() == ["2025-01", "2025-02", "2025-03"]
    assert table["purchases"].tolist() == [2, 0, 1] and table["amount_cny"].tolist() == [15.0, 0.0, 8.0]


def test_nothing_is_lost_between_receipts_and_months(firm):
    table = sum_sales_by_month(firm.receipts)
    assert table["purchases"].sum() == len(firm.receipts) and len(table) == 36
    assert table["amount_cny"].sum() == pytest.approx(firm.receipts["amount_cny"].sum())


def test_the_mean_of_twelve_months_knows_no_season():
    means = average_months(make_months()["amount_cny"].to_numpy(), 12)
    assert np.isnan(means[:11]).all() and np.ptp(means[11:]) < 1e-6
    assert average_months(np.array([3.0, 5.0]), 1).tolist() == [3.0, 5.0]


@pytest.mark.parametrize(
    ("frame", "message"),
    [
        (BOUGHT.drop(columns="amount_cny"), "receipts: missing columns: amount_cny"),
        (BOUGHT.rename(columns={"amount_cny": "amount"}), "receipts: m"),
        (BOUGHT.head(0), "receipts: the table has 0 rows"),
        (BOUGHT.assign(amount_cny=[-1.0, 2.0, 3.0]), r"receipts\.amount_cny: 1 of 3"),
        (BOUGHT.assign(amount_cny=[np.nan, 2.0, 3.0]), r"receipts\.amount_cny: 1 of 3"),
        (BOUGHT.assign(amount_cny=[np.inf, 2.0, 3.0]), r"receipts\.amount_cny: 1 of 3"),
        (BOUGHT.assign(amount_cny=["¥9", 2.0, 3.0]), r"receipts\.amount_cny: 1 of 3"),
        (BOUGHT.assign(purchased_at="05/01/2025"), r"receipts\.purchased_at: 3 of 3"),
        (pd.concat([BOUGHT, BOUGHT.head(1)]), r"receipts\.receipt_id: 2 of 4"),
    ],
)
def test_receipts_that_do_not_fit_are_refused(frame, message):
    with pytest.raises(TableError, match=message):
        sum_sales_by_month(frame)


def test_one_receipt_is_one_month():
    assert sum_sales_by_month(BOUGHT.head(1))["amount_cny"].tolist() == [10.0]


def test_charts_label_their_axes_and_refuse_other_tables(capsys):
    ax = plot_sales_by_month(make_months())
    assert ax.get_xlabel() == "month" and ax.get_ylabel() == "sales (million yuan)"
    explore_sales_by_month(make_months())
    assert "millions of yuan" in capsys.readouterr().out
    for call in (plot_sales_by_month, explore_sales_by_month):
        for column in MONTHS.columns:
            with pytest.raises(TableError, match=f"months: .*{column}"):
                call(make_months().drop(columns=column))
        with pytest.raises(TypeError, match="months: expected a pandas DataFrame"):
            call([])
    with pytest.raises(ValueError, match="12 months, expected at least 24"):
        explore_sales_by_month(make_months(12))
