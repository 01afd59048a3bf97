"""Visit plans: the calendar by hand, and what was done held against it (F-27, N-13, N-14)."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.charts.style import new_axes
from crmlib.estimates.estimate import estimate_ratio
from crmlib.tables.errors import TableError
from crmlib.tiers.visits import measure_visits, plan_visits, plot_visit_calendar
from tests.pictures import read_frame, read_texts


def plan(grades: str, *, month: str = "2026-06-01", people: int = 1, **options) -> pd.DataFrame:
    """One customer a letter; people take turns."""
    ids = range(1, len(grades) + 1)
    owners = pd.Series([1 + one % people for one in range(len(grades))], index=ids)
    return plan_visits(pd.Series(list(grades), index=ids), owners, month=month, **options)


def test_a_is_visited_three_times_b_twice_c_once():
    counts = plan("AABBCC", people=2).groupby("class")["customer_id"].count()
    assert counts.to_dict() == {"A": 6, "B": 4, "C": 2}


def test_whole_numbers_of_visits_may_be_kept_as_floats():
    found = plan("ABC", visits_a=2.0, visits_b=-0.0, visits_c=1.0)
    assert found.groupby("class")["visit"].max().to_dict() == {"A": 2, "C": 1}


@pytest.mark.parametrize("month", ["2026-02-01", "2026-03-01", "2026-08-01", "2024-02-29"])
def test_the_first_visit_to_an_a_customer_lies_in_the_first_week_and_all_on_working_days(month):
    found = plan("A" * 24 + "BBBCCCCCC", month=month, people=2)
    first = found[(found["class"] == "A") & (found["visit"] == 1)]["planned_on"]
    assert (first.dt.day <= 7).all()
    assert (found["planned_on"].dt.day_of_week < 5).all()
    assert set(found["planned_on"].dt.to_period("M").astype(str)) == {month[:7]}


def test_the_visits_of_one_customer_keep_their_order_and_a_distance():
    found = plan("A" * 12 + "B" * 12, people=1)
    days = found.pivot(index="customer_id", columns="visit", values="planned_on")
    assert (days[2] > days[1]).all() and (days[3].dropna() > days.loc[days[3].notna(), 2]).all()


def test_the_load_is_spread_over_the_working_days():
    found = plan("C" * 44)  # June 2026 has 22 working days
    assert found["planned_on"].value_counts().unique().tolist() == [2]
    each = plan("C" * 44, people=2).groupby("salesperson_id")["planned_on"].value_counts()
    assert each.unique().tolist() == [1]


def test_customers_without_an_owner_are_named():
    with pytest.raises(TableError, match=r"1 customers of classes have no salesperson \(2\)"):
        plan_visits(pd.Series(["A", "C"], index=[1, 2]), pd.Series([1], index=[1]), month="2026-06-01")


def test_of_many_customers_without_an_owner_five_are_named():
    classes = pd.Series(list("ABCABCA"), index=range(1, 8))
    with pytest.raises(TableError, match=r"6 customers of classes have no salesperson \(1, 2, 3, 4, 5\)"):
        plan_visits(classes, pd.Series([1], index=[7]), month="2026-06-01")


def test_a_plan_is_numbered_from_the_first_visit_on():
    assert plan("ABC").index.tolist() == list(range(6))


def test_the_only_visit_of_a_day_is_as_dark_as_the_most():
    fields = [bar.get_alpha() for bar in plot_visit_calendar(plan("A"), ax=new_axes()).patches]
    assert max(alpha for alpha in fields if alpha is not None) == 0.75


def test_the_calendar_shows_every_day_and_its_visits():
    ax = plot_visit_calendar(plan("A"), ax=new_axes())
    words = [text.get_text() for text in ax.texts]
    assert ax.get_title() == "2026-06: 3 visits"
    assert words.count("A 1") == 3 and "30" in words and "6" not in words  # the sixth is a Saturday
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["1", "2", "3", "4", "5"]


def test_a_month_that_begins_on_a_sunday_has_no_empty_week():
    ax = plot_visit_calendar(plan("A", month="2026-03-01"), ax=new_axes())
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["1", "2", "3", "4", "5"]
    places = {text.get_text(): text.get_position()[1] for text in ax.texts}
    assert round(places["2"] + 0.38) == 0 and round(places["31"] + 0.38) == 4


VISITS = pd.DataFrame(
    {
        "customer_id": pd.array([1, 1, 1, 2, 9, None], dtype="Int64"),
        "visited_on": pd.to_datetime(
            ["2025-01-07", "2025-01-08", "2025-02-08", "2025-03-01", "2025-01-01", "2025-01-01"]
        ),
    }
)
CLASSES = pd.Series(["A", "A", "C", "C"], index=[1, 2, 3, 9])


def test_rates_and_the_first_week_are_those_that_a_hand_counts():
    found = measure_visits(VISITS, CLASSES, first="2025-01-15", last="2025-02-10").set_index("class")
    # A: three visits in two months to two customers; January has a day up to the 7th, February has none
    assert found.loc["A", "visits_a_month"] == pytest.approx(3 / 4)
    assert found.loc["A", "first_week_share"] == pytest.approx(1 / 2)
    assert found.loc["C", "visits_a_month"] == pytest.approx(1 / 4)


def test_months_without_a_visit_are_refused():
    with pytest.raises(TableError, match="none is to a customer of classes"):
        measure_visits(VISITS, CLASSES, first="2024-01-01", last="2024-01-31")
    with pytest.raises(ValueError, match="a first month that is not after the last"):
        measure_visits(VISITS, CLASSES, first="2025-02-01", last="2025-01-01")


def test_a_calendar_is_drawn_field_by_field_the_darker_the_more_visits():
    days = ["2026-06-02", "2026-06-02", "2026-06-02", "2026-06-02", "2026-06-30"]
    made = pd.DataFrame(
        {"customer_id": range(1, 6), "class": list("ACACB"), "salesperson_id": 1, "visit": 1,
         "planned_on": pd.to_datetime(days)}
    )  # fmt: skip
    ax = plot_visit_calendar(made)
    assert read_frame(ax) | {"rows": 0} == {
        "title": "2026-06: 5 visits", "x": "day of the week", "y": "week of the month", "rows": 0,
    }  # fmt: skip
    assert [tick.get_text() for tick in ax.get_xticklabels()] == ["Mon", "Tue", "Wed", "Thu", "Fri"]
    assert (ax.get_xlim(), ax.get_ylim()) == ((-0.5, 4.5), (4.5, -0.5))
    assert not any(line.get_visible() for line in ax.get_xgridlines())
    fields = [bar for bar in ax.patches if bar.get_alpha() is not None]
    assert len(fields) == 22 and len(ax.patches) == 44
    shades = {bar.get_xy(): bar.get_alpha() for bar in fields if bar.get_alpha()}
    assert shades == {(1 - 0.48, -0.46): 0.75, (1 - 0.48, 4 - 0.46): 0.75 / 4}
    assert all((bar.get_width(), bar.get_height()) == (0.96, 0.92) for bar in ax.patches)
    texts = read_texts(ax)
    assert texts[:5] == [
        ("1", -0.44, -0.38),
        ("2", 0.56, -0.38), ("4", 1.0, -0.06), ("A 2  C 2", 1.0, 0.3),
        ("3", 1.56, -0.38),
    ]  # fmt: skip
    assert texts[-3:] == [("30", 0.56, 3.62), ("1", 1.0, 3.94), ("B 1", 1.0, 4.3)]


def test_the_whole_table_of_visits_is_that_of_a_hand():
    found = measure_visits(VISITS, CLASSES, first="2025-01-15", last="2025-02-10")
    # A: customers with 3 and 0 visits in 2 months; of the months with a visit of the first, one of two early
    rate = estimate_ratio(pd.Series([3.0, 0.0]), pd.Series([2.0, 2.0]), unit="visits")
    week = estimate_ratio(pd.Series([1.0, 0.0]), pd.Series([2.0, 0.0]), unit="%")
    assert found.loc[0].tolist() == [
        "A", 2, rate.value, rate.low, rate.high, week.value, week.low, min(1, week.high),
    ]  # fmt: skip
    columns = "class customers visits_a_month low high first_week_share week_low week_high"
    assert found.columns.tolist() == columns.split()
    with pytest.raises(TableError, match="no class has two customers"):
        measure_visits(VISITS, CLASSES.head(1), first="2025-01-15", last="2025-02-10")


def test_months_are_counted_over_the_end_of_a_year():
    visits = pd.DataFrame({"customer_id": [1, 2], "visited_on": pd.to_datetime(["2024-12-31", "2026-01-31"])})
    found = measure_visits(visits, CLASSES, first="2024-12-01", last="2026-01-01")
    assert found.loc[0, "visits_a_month"] == pytest.approx(2 / 2 / 14)


def test_as_many_visits_as_asked_for_and_up_to_twenty():
    found = plan("ABC", visits_a=0, visits_b=20, visits_c=2)
    assert found.groupby("class").size().to_dict() == {"B": 20, "C": 2}
    assert found.columns.tolist() == ["customer_id", "class", "salesperson_id", "visit", "planned_on"]
    assert found["salesperson_id"].dtype == "int64"
    with pytest.raises(ValueError, match="visits_c is 21, expected a whole number from 0 to 20"):
        plan("C", visits_c=21)
