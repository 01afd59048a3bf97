"""What is bought at which age: limits of the classes and shares by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.estimates.estimate import estimate_ratio
from crmlib.improving.ages import measure_mix_by_age, plot_mix_by_age
from tests.improving.calls import FRAMES

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
    ax = plot_mix_by_age(FRAMES["mix"])
    assert {text.get_text() for text in ax.get_legend().get_texts()} == {
        "skin care",
        "nutrition",
        "other categories",
    }
    assert len(ax.containers) == 2
