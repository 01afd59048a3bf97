"""What became of the leads, and what codes are worth."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.estimates.estimate import estimate_mean, estimate_share
from crmlib.prospects.leads import follow_leads, forecast_leads, measure_lost_time, value_codes
from crmlib.prospects.man import assign_man_codes
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


def test_the_codes_of_greatest_worth_come_first_with_the_interval_of_their_share():
    rows = make_followed(["m+a+n", "M+A+N", "M+A+N", "M+A+n"], ["lost", "won", "lost", "lost"],
                         [900, 9, 900, 900], ["2024-01-01"] * 4)  # fmt: skip
    found, share = value_codes(rows, value_cny=100), estimate_share(1, 2)
    assert found["code"].tolist() == ["M+A+N", "M+A+n", "m+a+n"]  # equal ones by name
    limits = [share.value, share.low, share.high]
    assert found.iloc[0].tolist() == ["M+A+N", 2, 1, *limits, *(100 * one for one in limits)]
    assert found.columns.tolist() == [
        "code", "leads", "won", "probability", "low", "high", "expected_cny", "expected_low", "expected_high",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="no lead was watched for 731 days"):
        value_codes(rows, value_cny=100, within_days=731)


def test_lost_time_has_student_s_interval_and_ends_with_one_lead_are_left_out():
    rows = pd.DataFrame({"lead_id": [1, 2, 3], "outcome": ["lost", "lost", "won"], "worked_days": [0, 61, 9],
                         "drop_reason": ["price", "price", None]})  # fmt: skip
    visits = pd.DataFrame({"visit_id": [1, 2], "lead_id": pd.array([2, 2], dtype="Int64")})
    found = measure_lost_time(rows, visits)
    months = estimate_mean(pd.Series([0, 61 / (365.25 / 12)]), unit="months")
    seen = estimate_mean(pd.Series([0.0, 2.0]), unit="visits")
    assert found.iloc[0].tolist() == [
        "price", 2, months.value, months.low, months.high, seen.value, seen.low, seen.high,
    ]  # fmt: skip
    names = "end leads months low high visits visits_low visits_high"
    assert found.columns.tolist() == names.split() and len(found) == 1
    with pytest.raises(ValueError, match="no end has two leads"):
        measure_lost_time(rows.tail(2), visits)


def test_nobody_to_learn_from_or_to_forecast_is_told_in_numbers():
    rows = make_followed(["M+A+N"] * 3, ["lost"] * 3, [9] * 3, ["2024-01-01", "2024-01-01", "2025-01-02"])
    with pytest.raises(
        ValueError, match="2 leads to learn from before 2025-06-01 and 0 to forecast after it"
    ):
        forecast_leads(rows, learned_on="2025-06-01", within_days=180)
    with pytest.raises(ValueError, match="0 leads to learn from before 2024-01-02 and 1 to forecast"):
        forecast_leads(rows, learned_on="2024-01-02", within_days=180)


def test_the_followed_table_tells_code_and_reason_and_a_win_before_the_start_is_refused():
    found = follow(drop_reason=[None, "price", None])
    names = "lead_id created_on code outcome days watched_days worked_days drop_reason"
    assert found.columns.tolist() == names.split()
    assert found["outcome"].tolist() == ["won", "lost", "open"] and found["drop_reason"].iloc[1] == "price"
    assert found["code"].tolist() == assign_man_codes(FIRM["leads"].head(3)).tolist()
    accounts = FIRM["accounts"].assign(since_on=pd.Timestamp("2023-01-01"))
    leads = FIRM["leads"].head(1).assign(outcome="won", stage=5)
    with pytest.raises(TableError, match=r"1 of 1 leads were won before they were created.*lead_id: 1\."):
        follow_leads(leads, accounts, as_of=LAST)


def test_of_many_leads_that_cannot_be_five_are_named():
    with pytest.raises(TableError, match=r"12 of 12 leads have dates after.*lead_id: 1, 2, 3, 4, 5\.$"):
        follow_leads(FIRM["leads"].head(12), FIRM["accounts"], as_of="2023-01-01")


def test_ends_that_took_as_long_stand_in_the_order_of_their_names():
    rows = pd.DataFrame({"lead_id": range(1, 7), "outcome": "lost", "worked_days": [10, 20, 10, 20, 90, 90],
                         "drop_reason": ["rival"] * 2 + ["price"] * 2 + ["no_need"] * 2})  # fmt: skip
    visits = pd.DataFrame({"visit_id": [1], "lead_id": pd.array([1], dtype="Int64")})
    assert measure_lost_time(rows, visits)["end"].tolist() == ["no_need", "price", "rival"]
