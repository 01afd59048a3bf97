"""Chapters are spread over the weeks of a term, and the calendar is one that other programs read."""

from datetime import date, datetime

import pytest

from crmlib.publishing.lecture.term import Week, plan_term, render_calendar, render_term

LECTURES = [("a", "A", 90.0), ("b", "B", 30.0), ("c", "C", 60.0), ("d", "D", 90.0)]


@pytest.mark.parametrize(
    ("weeks", "stems"),
    [
        (1, [("a", "b", "c", "d")]),
        (2, [("a", "b"), ("c", "d")]),
        (3, [("a",), ("b", "c"), ("d",)]),
        (4, [("a",), ("b",), ("c",), ("d",)]),
        (6, [("a",), ("a",), ("b",), ("c",), ("d",), ("d",)]),
        (9, [("a",), ("a",), ("a",), ("b",), ("b",), ("c",), ("c",), ("d",), ("d",)]),
    ],
)
def test_neighbours_share_a_week_and_spare_weeks_follow_the_longest(weeks, stems):
    planned = plan_term(LECTURES, weeks=weeks)
    assert [week.stems for week in planned] == stems
    assert [week.number for week in planned] == list(range(1, weeks + 1))


def test_the_table_has_dates_and_says_what_is_too_long():
    shown = render_term(plan_term(LECTURES, weeks=2), minutes=120, start=date(2027, 2, 22))
    assert "| 1 | 2027-02-22 | A; B | 120 |" in shown
    assert "| 2 | 2027-03-01 | C; D | 150, 30 more than there are: see `crm lecture plan` |" in shown
    with pytest.raises(ValueError, match="expected 1 to 52, found 0"):
        plan_term(LECTURES, weeks=0)


def test_the_calendar_has_one_event_a_week_in_lines_of_75_bytes():
    week = Week(2, ("a",), 90, "客户满意与客户忠诚" * 4 + "; and, more")
    text = render_calendar([week], start=datetime(2027, 2, 22, 14, 0), minutes=90, name="crm")
    lines = text.split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR" and lines[-2:] == ["END:VCALENDAR", ""]
    assert "DTSTART:20270301T140000" in lines and "DURATION:PT90M" in lines
    assert max(len(line.encode()) for line in lines) <= 75
    assert "SUMMARY:" + "客户满意与客户忠诚" * 4 + "\\; and\\, more" in text.replace("\r\n ", "")
