"""A change on one date: months by hand, least squares against statsmodels, and a world with a known step."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from crmlib.charts.style import new_axes
from crmlib.improving import interrupted as module
from crmlib.improving.interrupted import _take_lasting, compare_designs, explore_date, plot_months, sum_months
from tests.improving.calls import FRAMES
from tests.pictures import catch_live, read_frame, read_lines

MONTHS = FRAMES["months"]


def make_months(n=36, step=0.0, price=0.0, noise=0.0, seed=1):
    """Months with a step in month 18, a price that falls after it, and the same season in both groups."""
    draw, number = np.random.default_rng(seed), np.arange(n)
    oil = 0.3 * np.sin(2 * np.pi * (number - 5) / 29)
    season = 0.05 * np.sin(2 * np.pi * number / 12)
    same = 3 + season + 0.002 * number + price * oil
    spared = np.exp(same + draw.normal(0, noise, n))
    treated = np.exp(same + step * (number >= 18) + draw.normal(0, noise, n))
    month = pd.date_range("2023-01-01", periods=n, freq="MS")
    columns = {"treated_tonnes": treated, "spared_tonnes": spared, "price_cny_per_tonne": 7000 * np.exp(oil)}
    return pd.DataFrame({"month": month, **columns})


def test_tonnes_are_counted_a_day_of_each_month():
    days = pd.to_datetime(
        ["2025-01-31 23:00", "2025-02-01", "2025-02-28", "2025-01-01", "2025-02-01"], format="mixed"
    )
    orders = pd.DataFrame(
        {"customer_id": [1, 1, 1, 2, 2], "purchased_at": days, "tonnes": [31.0, 14, 14, 62, 28]}
    )
    promised = pd.Series(pd.to_datetime(["2025-02-01", None]), index=pd.Index([1, 2], name="customer_id"))
    prices = {"week": pd.to_datetime(["2025-01-06", "2025-01-27", "2025-02-03", "2025-02-03"])}
    prices |= {"product": ["diesel"] * 3 + ["petrol"], "price_cny_per_tonne": [10.0, 20, 40, 99]}
    found = sum_months(orders, promised, pd.DataFrame(prices))
    assert found["treated_tonnes"].tolist() == [1, 1] and found["spared_tonnes"].tolist() == [2, 1]
    assert found["price_cny_per_tonne"].tolist() == [15, 40]


def test_who_came_late_or_left_early_changes_no_month():
    orders = FRAMES["orders"]
    late = orders[(orders["customer_id"] == 501) & (orders["purchased_at"] > "2024-01-01")].assign(
        customer_id=900
    )
    early = orders[(orders["customer_id"] == 502) & (orders["purchased_at"] < "2024-01-01")].assign(
        customer_id=901
    )
    more = pd.concat([orders, late, early]).assign(order_id=range(len(orders) + len(late) + len(early)))
    promised = pd.concat([FRAMES["promised"], pd.Series(pd.NaT, index=[900, 901])]).rename_axis("customer_id")
    found = sum_months(more, promised, FRAMES["market_prices"])
    pd.testing.assert_frame_equal(found, MONTHS)


def test_an_account_of_which_nothing_is_known_is_refused():
    with pytest.raises(ValueError, match="promised: 36 of 432 orders belong to accounts that are missing"):
        sum_months(FRAMES["orders"], FRAMES["promised"].iloc[1:], FRAMES["market_prices"])


def test_each_comparison_is_least_squares_with_errors_of_newey_and_west():
    months = make_months(step=0.06, price=-0.4, noise=0.03)
    number, month = np.arange(36), months["month"].dt.month.to_numpy()
    wave = 2 * np.pi * (month - 1) / 12
    step, logs = (number >= 18).astype(float), np.log(months.drop(columns="month"))
    line = np.column_stack([step, np.ones(36), number / 12, np.sin(wave), np.cos(wave)])
    priced = np.column_stack([line, logs["price_cny_per_tonne"]])
    treated, gap = logs["treated_tonnes"], logs["treated_tonnes"] - logs["spared_tonnes"]
    plans = [(treated, line[:, :2]), (treated, line), (treated, priced), (gap, line)]
    found = compare_designs(months, changed_on="2024-07-01")
    for row, (series, design) in zip(found.to_dict("records"), plans, strict=True):
        fit = sm.OLS(series, design).fit(
            cov_type="HAC", cov_kwds={"maxlags": 2, "use_correction": True}, use_t=True
        )
        ends = np.expm1(fit.conf_int().to_numpy()[0])
        assert row["value"] == pytest.approx(np.expm1(fit.params.iloc[0]))
        assert (row["low"], row["high"]) == pytest.approx(tuple(ends), rel=1e-6)


def test_a_price_that_falls_with_the_change_is_taken_for_it_until_it_is_held_constant():
    found = compare_designs(make_months(price=-0.4), changed_on="2024-07-01").set_index("comparison")["value"]
    assert found["after less before"] > 0.05  # nothing was changed
    assert found["and the oil price"] == pytest.approx(0, abs=1e-9)
    assert found["against the spared"] == pytest.approx(0, abs=1e-9)


def test_the_true_step_is_found_where_nothing_else_moves():
    found = compare_designs(make_months(step=np.log(1.06)), changed_on="2024-07-01")
    assert found["value"].iloc[1:].tolist() == pytest.approx([0.06] * 3)


@pytest.mark.parametrize("day", ["2023-06-01", "2025-08-01", "2024-07-02"])
def test_six_months_on_either_side_are_needed(day):
    with pytest.raises(ValueError, match="expected the first day of a month with at least 6 months"):
        compare_designs(make_months(), changed_on=day)


def test_six_months_on_either_side_are_enough():
    for day in ("2023-07-01", "2025-07-01"):
        assert len(compare_designs(make_months(noise=0.01), changed_on=day)) == 4


def test_the_index_of_the_first_year_is_a_hundred():
    ax = plot_months(MONTHS, changed_on="2024-07-01")
    lines = [line for line in ax.lines if len(line.get_ydata()) == 36]
    assert [np.mean(line.get_ydata()[:12]) for line in lines] == pytest.approx([100] * 3)


def test_the_title_compares_the_price_of_the_half_years_around_the_change():
    price = np.r_[np.full(12, 50.0), np.full(6, 100.0), np.full(6, 80.0), np.full(12, 50.0)]
    ax = plot_months(make_months().assign(price_cny_per_tonne=price), changed_on="2024-07-01")
    assert ax.get_title() == "Oil is 20 % cheaper in the half-year after the change"


def test_the_live_figure_counts_the_intervals_that_leave_out_zero(monkeypatch):
    live = catch_live(monkeypatch, module, lambda: explore_date(make_months(step=0.3, noise=0.01)))
    ax = new_axes()
    live["draw"](ax, month=18)
    assert ax.get_title() == "As if changed in 2024-07: 4 of 4 intervals leave out zero"
    assert (live["controls"]["month"].low, live["controls"]["month"].high) == (6, 30)


def test_an_interval_that_ends_at_zero_does_not_leave_it_out(monkeypatch):
    live = catch_live(monkeypatch, module, lambda: explore_date(MONTHS))
    ends = {"value": [0.5, 0.2, -0.5, -0.2], "low": [0.0, 0.1, -1.0, -0.3], "high": [1.0, 0.3, 0.0, -0.1]}
    changes = pd.DataFrame({"comparison": ["a", "b", "c", "d"], **ends})
    monkeypatch.setattr(module, "compare_designs", lambda *_, **__: changes)
    ax = new_axes()
    live["draw"](ax, month=18)
    assert ax.get_title() == "As if changed in 2024-07: 2 of 4 intervals leave out zero"


def test_three_lines_are_told_apart_and_the_change_is_marked():
    price = np.r_[np.full(12, 50.0), np.full(6, 100.0), np.full(6, 120.0), np.full(12, 50.0)]
    months = make_months().assign(price_cny_per_tonne=price)
    ax = plot_months(months.iloc[::-1], changed_on="2024-07-01")
    assert [line.get_linestyle() for line in ax.lines] == ["-", "--", "-", ":"]
    treated, spared, oil, mark = ax.lines
    assert oil.get_ydata() == pytest.approx(2 * price)
    for line, name in ((treated, "treated_tonnes"), (spared, "spared_tonnes")):
        assert line.get_ydata() == pytest.approx(100 * months[name] / months[name].head(12).mean())
    assert read_frame(ax) | {"rows": 0} == {
        "title": "Oil is 20 % dearer in the half-year after the change", "x": "month", "rows": 0,
        "y": "index (first year = 100)",
        "legend": ["tonnes, with the change", "tonnes, spared", "oil price"],
    }  # fmt: skip
    assert mark.get_xdata()[0] == pd.Timestamp("2024-07-01")


def test_the_live_figure_draws_the_comparisons_of_the_month_and_needs_thirteen(monkeypatch):
    months = make_months(step=0.3, noise=0.01)
    live = catch_live(monkeypatch, module, lambda: explore_date(months.iloc[::-1]))
    ax = new_axes()
    live["draw"](ax, month=6)
    changes = compare_designs(months, changed_on="2023-07-01")
    dots = [line[3][0] for line in read_lines(ax) if line[2] == "o"]
    assert dots == pytest.approx(100 * changes["value"], abs=1e-3)
    assert ax.get_xlabel() == "change of the tonnes (%)"
    month = live["controls"]["month"]
    assert (month.start, month.step, live["height"]) == (18, 1, 3.2)
    catch_live(monkeypatch, module, lambda: explore_date(months.head(13)))
    with pytest.raises(ValueError, match="months: 12 months, expected at least 13"):
        explore_date(months.head(12))


def test_a_month_without_a_price_of_diesel_is_refused():
    prices = FRAMES["market_prices"]
    some = prices[prices["week"].dt.to_period("M") != prices["week"].dt.to_period("M").max()]
    with pytest.raises(ValueError, match="orders: 1 of 36 months lack an order of one group or a price"):
        sum_months(FRAMES["orders"], FRAMES["promised"], some)


def test_the_first_and_the_last_quarter_have_92_days():
    first, last = pd.Timestamp("2025-01-01 10:00"), pd.Timestamp("2025-12-31 10:00")
    quarter, moment = pd.Timedelta(days=92), pd.Timedelta(seconds=1)
    days = {1: (first, last), 2: (first + quarter - moment, last - quarter + moment),
            3: (first + quarter, last), 4: (first, last - quarter)}  # fmt: skip
    orders = pd.DataFrame(
        [(one, day, 1.0) for one, both in days.items() for day in both],
        columns=["customer_id", "purchased_at", "tonnes"],
    )
    promised = pd.Series(pd.NaT, index=pd.Index([1, 2, 3, 4], name="customer_id"))
    assert set(_take_lasting(orders, promised)["customer_id"]) == {1, 2}
