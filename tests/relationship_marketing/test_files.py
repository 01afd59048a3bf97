"""Classes of system and customer files (B-16, B-30, N-08): edges by hand, and the firm's own files."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.relationship_marketing.files import assign_system_classes, judge_files, measure_completeness

CITY = pd.DataFrame({"field": ["birth_year", "city"], "completeness": [1.0, 1.0]})
DAYS = pd.Series(pd.to_datetime(["2025-12-31", "2025-06-01", "2025-01-01", "2020-01-01"]))


def name_class(employees, *, regions=1, is_global=False, border=200):
    """The class of one firm."""
    table = {"firm": ["x"], "employees": [employees], "regions": [regions], "is_global": [is_global]}
    return assign_system_classes(pd.DataFrame(table), border=border)["system"].iloc[0]


@pytest.mark.parametrize(
    ("employees", "options", "expected"),
    [
        (199, {}, "small and medium"),  # N-08: fewer than 200
        (199, {"regions": 9}, "small and medium"),
        (200, {"regions": 2}, "mid-range"),
        (200, {"regions": 1}, "not assigned"),  # the rule is silent
        (199, {"is_global": True}, "enterprise"),
        (200, {"border": 250}, "small and medium"),
    ],
)
def test_the_rule_of_two_hundred_people_has_a_gap(employees, options, expected):
    assert name_class(employees, **options) == expected


@settings(max_examples=40)
@given(st.integers(1, 10**6), st.integers(1, 50), st.booleans(), st.integers(1, 1000))
def test_more_people_never_lead_back_to_a_smaller_class(employees, regions, is_global, more):
    order = ["small and medium", "not assigned", "mid-range", "enterprise"]
    one, other = (
        order.index(name_class(people, regions=regions, is_global=is_global))
        for people in (employees, employees + more)
    )
    assert one <= other


def test_an_empty_field_may_be_an_answer(firm):
    fields = ["activated_on", "referred_by"]
    plain = measure_completeness(firm.members, "members", fields=fields).set_index("field")
    read = measure_completeness(firm.members, "members", fields=fields, empty_says=["referred_by"])
    filled = firm.members["referred_by"].notna().mean()
    assert plain.loc["referred_by", "completeness"] == filled < 0.2
    assert read.set_index("field").loc["referred_by", "completeness"] == 1
    assert (
        read.set_index("field")
        .loc["activated_on"]
        .drop("empty_says")
        .equals(plain.loc["activated_on"].drop("empty_says"))
    )


def test_a_misspelt_field_gets_the_nearest_one(firm):
    with pytest.raises(ValueError, match=r"empty_says: 'refered_by' is not among the fields.*referred_by"):
        measure_completeness(firm.members, "members", fields=["referred_by"], empty_says=["refered_by"])
    with pytest.raises(ValueError, match=r"lasting: 'birthyear' is not among the fields.*birth_year"):
        judge_files(CITY, DAYS, as_of="2026-01-01", lasting=["birthyear"])


@pytest.mark.parametrize(
    ("oldest_years", "old_share", "verdict"),
    [
        (2.0, 0.25, "refresh"),  # one of four records is six years old: a quarter is too much
        (7.0, 0.0, "use"),
        (0.99, 0.5, "refresh"),  # 365 days are 0.9993 years
        (0.9995, 0.25, "refresh"),
    ],
)
def test_a_quarter_of_old_records_asks_for_a_refresh(oldest_years, old_share, verdict):
    judged = judge_files(CITY, DAYS, as_of="2026-01-01", oldest_years=oldest_years).set_index("field")
    assert judged.loc["city", ["old_share", "verdict"]].tolist() == [old_share, verdict]


def test_a_birth_year_does_not_age():
    judged = judge_files(CITY, DAYS, as_of="2026-01-01", lasting=["birth_year"]).set_index("field")
    assert judged["old_share"].tolist() == [0.0, 0.25] and judged["verdict"].tolist() == ["use", "refresh"]


@pytest.mark.parametrize(("completeness", "verdict"), [(0.95, "use"), (0.949, "fill"), (0.0, "fill")])
def test_a_field_is_complete_from_its_limit_on(completeness, verdict):
    files = CITY.assign(completeness=completeness)
    assert (judge_files(files, DAYS.head(2), as_of="2026-01-01")["verdict"] == verdict).all()


def test_filling_comes_before_refreshing():
    files = CITY.assign(completeness=0.5)
    assert (judge_files(files, DAYS, as_of="2026-01-01")["verdict"] == "fill").all()


def test_records_without_a_date_are_left_out_of_the_ages():
    days = pd.concat([DAYS, pd.Series([pd.NaT] * 4)])
    assert judge_files(CITY, days, as_of="2026-01-01")["old_share"].tolist() == [0.25, 0.25]


@pytest.mark.parametrize(
    ("days", "message"),
    [
        (pd.Series(pd.to_datetime([None, None])), r"records.written_on: no record has a date"),
        (DAYS, r"records.written_on: 2 records are dated after 2025-05-01, up to 2025-12-31"),
        (pd.Series(["1/6/2025"]), r"records.written_on: .*parse_dates"),
        (["2025-01-01"], r"records: expected a column \(pandas Series\), found list"),
    ],
)
def test_other_dates_are_refused(days, message):
    with pytest.raises((ValueError, TypeError), match=f"(?s){message}"):
        judge_files(CITY, days, as_of="2025-05-01")


def test_the_table_of_completeness_holds_counts_and_intervals():
    day = pd.Timestamp("2025-01-02")
    members = pd.DataFrame(
        {
            "activated_on": [day, pd.NaT, day, day],
            "referred_by": pd.array([None, None, None, 7], dtype="Int64"),
        }
    )
    found = measure_completeness(members, "members", fields=list(members), empty_says=["referred_by"])
    expected = pd.DataFrame(
        {
            "field": ["activated_on", "referred_by"],
            "filled": [3, 4],
            "completeness": [0.75, 1.0],
            "low": [0.300642, 0.510109],  # Wilson 1927 for 3 and 4 of 4
            "high": [0.954413, 1.0],
            "n": 4,
            "empty_says": [False, True],
        }
    )
    pd.testing.assert_frame_equal(found, expected, rtol=1e-5)


def test_the_verdict_falls_at_the_limit_itself():
    # complete enough at 95 %; too old from the fourth record on, and not at an age of two years itself
    files = pd.DataFrame({"field": ["born", "city", "phone"], "completeness": [0.95, 0.95, 0.94]})
    days = pd.Series(pd.to_datetime(["2025-06-01", "2025-01-01", "2024-01-02", "2024-01-01"]))
    found = judge_files(files, days, as_of="2026-01-01", lasting=["born"])
    expected = files.assign(old_share=[0.0, 0.25, 0.25], verdict=["use", "refresh", "fill"])
    pd.testing.assert_frame_equal(found, expected, check_dtype=False)
    young = judge_files(files, days.head(3), as_of="2026-01-01", oldest_years=730 / 365.25)
    assert young["old_share"].tolist() == [0, 0, 0]
