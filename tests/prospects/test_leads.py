"""What became of the leads, and what codes are worth."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.prospects.leads import follow_leads, forecast_leads, measure_lost_time, value_codes
from crmlib.tables.errors import TableError
from tests.prospects.calls import FIRM, LAST


def follow(**changes: object) -> pd.DataFrame:
    """Three leads, won, lost and open, with some columns changed."""
    leads = FIRM["leads"].head(3).assign(outcome=["won", "lost", "open"], stage=[5, 2, 1], **changes)
    return follow_leads(leads, FIRM["accounts"], as_of=LAST)


def test_won_leads_end_on_their_day_and_the_others_are_watched_to_the_last_one():
    """Lead 1 is created on 2023-01-02 and won 31 days later; lead 2 reached stage 2 four days on."""
    found = follow().set_index("lead_id")
    assert found["days"].tolist() == [31, 1073, 1052]
    assert found["watched_days"].tolist() == [1094, 1073, 1052]
    assert found["worked_days"].tolist()[::2] == [31, 1052]
    assert found.loc[2, "worked_days"] == 4


def test_a_won_lead_without_its_account_is_named():
    with pytest.raises(TableError, match=r"1 of 3 leads are won, but their account.*lead_id: 1\."):
        follow(customer_id=pd.array([999, None, None], dtype="Int64"))


def test_dates_after_the_last_day_are_refused_and_the_day_itself_is_not():
    leads = FIRM["leads"].head(1)
    assert follow_leads(FIRM["leads"].iloc[[1]], FIRM["accounts"], as_of="2023-01-27")["days"].tolist() == [4]
    won_on = "2023-02-02"
    assert follow_leads(leads, FIRM["accounts"], as_of=won_on)["watched_days"].tolist() == [31]
    with pytest.raises(TableError, match="have dates after 2023-02-01"):
        follow_leads(leads, FIRM["accounts"], as_of="2023-02-01")


def make_followed(codes: list[str], outcomes: list[str], days: list[int], created: list[str]) -> pd.DataFrame:
    born = pd.to_datetime(created)
    watched = (pd.Timestamp("2025-12-31") - born).days
    return pd.DataFrame({"lead_id": range(1, len(codes) + 1), "created_on": born, "code": codes,
                         "outcome": outcomes, "days": days, "watched_days": watched})  # fmt: skip


def test_a_forecast_is_learned_only_from_what_was_known_on_the_day():
    """Known on 2025-01-01: leads up to 2024-07-05. Two of M+A+N, one won; one of m+a+n, lost."""
    rows = make_followed(
        ["M+A+N", "M+A+N", "m+a+n", "M+A+N", "M+A+N", "m+A+N", "M+A+N"],
        ["won", "lost", "lost", "won", "won", "lost", "open"],
        [180, 500, 500, 10, 181, 300, 100],
        ["2024-01-01", "2024-01-01", "2024-07-05", "2024-07-06", "2025-01-01", "2025-07-04", "2025-09-22"],
    )
    found = forecast_leads(rows, learned_on="2025-01-01", within_days=180)
    assert found.index.tolist() == [5, 6]  # lead 4 came too late to learn from, 7 to judge
    assert found.loc[5, "probability"] == pytest.approx((1 + 1 / 3) / (2 + 1))
    assert found.loc[6, "probability"] == pytest.approx(1 / 3)  # a code never seen: the average
    assert found["won"].tolist() == [False, False]  # lead 5 was won a day too late


def test_the_value_of_a_lead_is_probability_times_value_less_cost():
    rows = make_followed(["M+A+N"] * 4 + ["m+a+n"], ["won", "lost", "won", "won", "lost"],
                         [270, 900, 271, 10, 900],
                         ["2024-01-01"] * 3 + ["2025-12-01"] + ["2024-01-01"])  # fmt: skip
    found = value_codes(rows, value_cny=3_000, cost_cny=200).set_index("code")
    assert found.loc["M+A+N", ["leads", "won"]].tolist() == [3, 1]  # the fourth was not watched for 270 days
    assert found.loc["M+A+N", "expected_cny"] == pytest.approx(800)
    assert found.loc["m+a+n", "expected_cny"] == -200
    assert found.loc["M+A+N", "expected_low"] == pytest.approx(3_000 * found.loc["M+A+N", "low"] - 200)


def test_lost_time_is_counted_by_reason_and_open_leads_are_left_out():
    rows = pd.DataFrame({"lead_id": [1, 2, 3, 4, 5], "outcome": ["lost", "lost", "won", "won", "open"],
                         "worked_days": [0, 61, 100, 100, 900],
                         "drop_reason": ["no_authority", "no_authority", None, None, None]})  # fmt: skip
    visits = pd.DataFrame({"visit_id": [1, 2, 3], "lead_id": pd.array([2, 2, None], dtype="Int64")})
    found = measure_lost_time(rows, visits).set_index("end")
    assert found.index.tolist() == ["won", "no_authority"]
    assert found.loc["no_authority", "months"] == pytest.approx(30.5 / (365.25 / 12))
    assert found["visits"].to_dict() == {"won": 0.0, "no_authority": 1.0}
