"""Numbers that look like results are found where nothing ties them, and where a quote is wrong."""

import re

import pytest

from crmlib.classroom.formats.registry import load_numbers
from crmlib.publishing.inspect.untied import check_quotes, find_untied


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("24 % left", ["24 %"]),
        ("24 per cent left", ["24 per cent"]),
        ("a gap of 3 percentage points", ["3 percentage points"]),
        ("it costs 20 yuan, ¥300 or 5 million", ["20 yuan", "¥300", "5 million"]),
        ("on average 3.5 visits", ["3.5"]),
        ("8,000 members, 240 accounts", ["8,000", "240"]),
        ("3 of 10 stayed, 1 in 5 left", ["3 of 10", "1 in 5"]),
        ("5 to 8 times as much, 10-fold, 3×", ["5 to 8 times", "10-fold", "3×"]),
        ("## Half of it: 50 %", ["50 %"]),
        ("| a | 24 % |\n|---|---|\n| 100 | 3.5 |", ["24 %", "100", "3.5"]),
        ("> 24 % left", ["24 %"]),
        ("between ? and 24 %<!-- = share -->", ["?"]),
        ("$p = 0.24$", ["0.24"]),
        ("in 2024 we sold 2024 yuan worth", ["2024 yuan"]),
    ],
)
def test_a_number_that_looks_like_a_result_needs_a_tie(source, found):
    assert [loose.text for loose in find_untied(source)] == found


@pytest.mark.parametrize(
    "source",
    [
        "In 2024 and from 2023 to 2025, in the 1980s, on 2025-04-01 at 12:30, on 1 April 2025",
        "See H-03, N-48, chapter 4, sections 2 and 3, step 1 and [this](04_x.md#240) and `240 %`",
        "# 4 Satisfaction\n\n1. one\n2. two",
        "Two of eight customers, a score from 1 to 5, 40 stores in 8 cities",
        "Python 3.11 and pandas 2.2, see https://example.org/100/200",
        "24 %<!-- = share -->, 65 to 85 %<!-- N-48 -->, 100 yuan<!-- given -->",
        "10 %, 20 %\n\n<!-- given: whole cell -->",
        "```python\nx = 1000\n```",
        '<img src="a.png" width="640" alt="x">',
        "Does it hold? Yes. Really?",
    ],
)
def test_years_ids_code_scales_and_tied_numbers_need_none(source):
    assert find_untied(source) == []


def test_an_untied_number_is_found_on_its_line():
    (loose,) = find_untied("one\ntwo 24 %")
    assert (loose.kind, loose.line) == ("a share", 2)


@pytest.mark.parametrize(
    "source",
    [
        "65 to 85 %<!-- N-48 -->",
        "only 30 %<!-- N-49 --> of them",
        "1,200 to 2,500 %<!-- N-50 -->, read as 12 to 25 customers<!-- N-50 -->",
        "10 / 20 / 70 %<!-- N-09 -->",
        "3,990 yuan<!-- N-15, N-16 -->",
    ],
)
def test_a_quoted_number_that_is_in_its_figure_passes(source):
    assert check_quotes(source, load_numbers()) == []


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("60 to 85 %<!-- N-48 -->", "60 is wrong or has the wrong id: N-48 says '65 to 85 %'"),
        ("1,500 yuan<!-- N-27 -->", "1,500 is wrong or has the wrong id: N-27 says '1,600 per year'"),
        ("5 %<!-- N-999 -->", "N-999 is no figure of the course"),
    ],
)
def test_a_quoted_number_that_is_not_in_its_figure_is_named(source, message):
    (sentence,) = check_quotes(source, load_numbers())
    assert re.search(message, sentence)
