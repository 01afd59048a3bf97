"""When a relationship is over: two wordings, counted on the same members by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.lifecycle.ending import count_endings

STAGES = pd.DataFrame({"stage": ["termination"] * 3 + ["growth"]}, index=[1, 2, 3, 4])
POINTS = pd.DataFrame(
    {
        "customer_id": [1, 2, 2, 4],
        "points": [40, 40, -40, 40],
        "booked_on": pd.to_datetime(["2024-01-01", "2024-01-01", "2024-12-31", "2024-01-01"]),
    }
)
COMPLAINTS = pd.DataFrame(
    {
        "customer_id": pd.array([3, 2], dtype="Int64"),
        "opened_at": pd.to_datetime(["2024-02-01", "2024-02-01"]),
        "closed_at": pd.to_datetime([None, "2024-02-05"]),
    }
)


def count(*, as_of: str = "2025-06-30", **tables: pd.DataFrame) -> pd.DataFrame:
    """Endings on a day, by wording."""
    given = {"stages": STAGES, "points": POINTS, "complaints": COMPLAINTS} | tables
    return count_endings(given["stages"], given["points"], given["complaints"], as_of=as_of).set_index(
        "wording"
    )


def test_who_holds_points_or_waits_for_an_answer_is_not_settled():
    # 1 holds 40 points, 2 has used hers and had her answer, 3 has an open complaint; 4 has not ended
    endings = count()
    assert endings["customers"].tolist() == [3, 1] and endings["owed_cny"].tolist() == [2.0, 0.0]


@pytest.mark.parametrize(("as_of", "owed"), [("2024-12-30", 4.0), ("2024-12-31", 2.0)])
def test_a_booking_of_the_day_itself_counts_and_a_later_one_does_not(as_of, owed):
    assert count(as_of=as_of)["owed_cny"].iloc[0] == owed


@pytest.mark.parametrize(
    ("opened", "closed", "settled"),
    [
        ("2025-06-30 18:00", None, 1),  # opened on the day itself
        ("2025-07-01 00:00", None, 2),  # opened the day after
        ("2025-06-01", "2025-06-30 18:00", 2),
        ("2025-06-01", "2025-07-01 00:00", 1),
    ],
)
def test_a_complaint_is_open_from_its_day_until_it_is_closed(opened, closed, settled):
    days = {"opened_at": [pd.Timestamp(opened)], "closed_at": pd.to_datetime([closed])}
    complaints = pd.DataFrame({"customer_id": pd.array([3], dtype="Int64"), **days})
    assert count(complaints=complaints)["customers"].tolist() == [3, settled]


def test_a_single_point_is_not_settled():
    one = POINTS.tail(1).assign(customer_id=2, points=1)
    assert count(points=pd.concat([POINTS, one]))["customers"].tolist() == [3, 0]


def test_a_negative_balance_is_no_debt_of_the_firm():
    assert count(points=POINTS.assign(points=-40))["owed_cny"].tolist() == [0.0, 0.0]


def test_an_ending_needs_somebody_who_ended():
    with pytest.raises(ValueError, match="count_endings: no customer of stages is in termination"):
        count(stages=STAGES.tail(1))
