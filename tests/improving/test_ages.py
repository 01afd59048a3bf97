"""What is bought at which age: limits of the classes and shares by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.estimates.estimate import estimate_ratio
from crmlib.improving.ages import measure_mix_by_age, plot_mix_by_age
from tests.pictures import describe_figure, lines_of

BUYING = pd.DataFrame(
    {
        "customer_id": [1, 1, 2, 3, 4, 4],
        "receipt_id": [1, 1, 2, 3, 4, 5],
        "purchased_at": pd.to_datetime(["2025-03-01"] * 4 + ["2024-12-30", "2025-12-31"]),
        "category": ["skin_care", "nutrition", "skin_care", "nutrition", "nutrition", "nutrition"],
        "amount_cny": [30.0, 10.0, 20.0, 40.0, 500.0, 500.0],
    }
)
MEMBERS = pd.DataFrame({"customer_id": [1, 2, 3, 4], "birth_year": [2005, 1996, 1995, 1970]})


def test_the_share_is_that_of_the_money_of_the_class():
    found = measure_mix_by_age(BUYING, MEMBERS, as_of="2025-12-31").set_index(["age", "category"])
    row = found.loc[("20 to 29", "skin_care")]  # 20 and 29 years old: 50 of 60 yuan; 30 is alone and left out
    assert row["share"] == pytest.approx(50 / 60) and row["members"] == 2
    other = estimate_ratio([30, 20], [40, 20], unit="%")
    assert row["low"] == other.low and row["high"] == min(other.high, 1)
    assert set(found.index.get_level_values("age")) == {"20 to 29"}


def test_two_receipts_of_a_category_are_added():
    days = pd.to_datetime(["2025-03-01"] * 4)
    buying = pd.DataFrame({"customer_id": [1, 1, 1, 2], "receipt_id": [1, 2, 3, 4], "purchased_at": days,
                           "category": ["hair", "hair", "body", "body"],
                           "amount_cny": [30.0, 10, 20, 20]})  # fmt: skip
    found = measure_mix_by_age(buying, MEMBERS, as_of="2025-12-31").set_index("category")["share"]
    assert found.to_dict() == {"hair": 0.5, "body": 0.5}


def test_each_limit_belongs_to_the_older_class():
    ages = (19, 20, 29, 30, 39, 40, 49, 50, 59, 60)
    rows = [(2 * age + twin, age) for age in ages for twin in (0, 1)]
    members = pd.DataFrame(
        {"customer_id": [one for one, _ in rows], "birth_year": [2025 - age for _, age in rows]}
    )
    buying = pd.DataFrame(
        {"customer_id": members["customer_id"], "receipt_id": members["customer_id"], "category": "hair"}
    )
    buying = buying.assign(purchased_at=pd.Timestamp("2025-05-01"), amount_cny=1.0)
    found = measure_mix_by_age(buying, members, as_of="2025-12-31").set_index("age")["members"].to_dict()
    twice = dict.fromkeys(["20 to 29", "30 to 39", "40 to 49", "50 to 59"], 4)
    assert found == {"under 20": 2, **twice, "60 and over": 2}


def test_the_year_ends_before_the_day():
    with pytest.raises(ValueError, match="no age class with two members"):
        measure_mix_by_age(BUYING, MEMBERS, as_of="2025-03-01")
    assert len(measure_mix_by_age(BUYING, MEMBERS, as_of="2025-03-02")) > 0


def test_the_picture_shows_skin_care_and_nutrition_with_intervals():
    mix = {"age": ["20 to 29"] * 3 + ["30 to 39"] * 3, "category": ["skin_care", "nutrition", "hair"] * 2,
           "share": [0.5, 0.1, 0.4, 0.3, 0.2, 0.5], "low": [0.4, 0.05, 0.3, 0.2, 0.1, 0.4],
           "high": [0.6, 0.2, 0.5, 0.4, 0.3, 0.6]}  # fmt: skip
    ax = plot_mix_by_age(pd.DataFrame(mix))
    assert describe_figure(ax) == lines_of("""
        picture: 6.4 × 3.8
        title: Nutrition: 10 % of spending at the youngest, 20 % at the oldest
        x: age of the member (years)
        x ticks at 0, 1: 20 to 29 | 30 to 39
        y: share of her spending
        legend: other categories | nutrition | skin care
        intervals 'nutrition' blue: (0, 0.05) to (0, 0.2), (1, 0.1) to (1, 0.3)
        intervals 'skin care' rust: (0, 0.4) to (0, 0.6), (1, 0.2) to (1, 0.4)
        line grey -: (0, 0.4) (1, 0.5)
        line blue o--: (0, 0.1) (1, 0.2)
        line rust o-: (0, 0.5) (1, 0.3)
        line 'other categories' grey -:
    """)
    assert ax.get_ylim()[0] == 0 and ax.yaxis.get_major_formatter()(1) == "100 %"
    without = pd.DataFrame(mix).query("category != 'nutrition'")
    assert plot_mix_by_age(without).get_title() == ""


def test_the_first_day_of_the_year_counts_and_the_day_before_it_does_not():
    younger = MEMBERS.assign(birth_year=MEMBERS["birth_year"] + 1)
    found = measure_mix_by_age(BUYING.head(3), younger, as_of="2026-03-01")
    assert found.columns.tolist() == ["age", "category", "share", "low", "high", "members"]
    shares = found.set_index("category")["share"].to_dict()
    assert shares == pytest.approx({"skin_care": 5 / 6, "nutrition": 1 / 6})
    with pytest.raises(ValueError, match="who bought in the year before 2026-03-02"):
        measure_mix_by_age(BUYING.head(3), younger, as_of="2026-03-02")
