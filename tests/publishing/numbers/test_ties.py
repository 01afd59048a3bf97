"""Numbers in sentences: found beside their comments, filled in, compared, and found where no comment is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.publishing.course import PublishingError
from crmlib.publishing.numbers.ties import (
    Shown,
    agrees,
    blank_numbers,
    find_ties,
    render_value,
    replace_numbers,
)


def shown(text: str) -> Shown:
    """A number as if it stood at the beginning of a cell."""
    return Shown(text, 0, len(text))


def texts(source: str) -> list[list[str]]:
    """The numbers of each tie in a source."""
    return [[number.text for number in tie.numbers] for tie in find_ties(source)]


@pytest.mark.parametrize(
    ("source", "numbers", "sources"),
    [
        ("of these, 24 %<!-- = share --> left", ["24"], ("share",)),
        ("**1,604 yuan**<!-- = cost[2] -->", ["1,604"], ("cost[2]",)),
        ("(22 to 26)<!-- = low, high -->", ["22", "26"], ("low", "high")),
        ("62 of 120<!-- = hits, n --> bought", ["62", "120"], ("hits", "n")),
        ("22-26 %<!-- = low, high -->", ["22", "26"], ("low", "high")),
        ("between 3 and 24 %<!-- = share -->", ["24"], ("share",)),
        ("in 2024, 12 % of members<!-- = share -->", ["12"], ("share",)),
        ("a fall of −3.5 points<!-- = change -->", ["−3.5"], ("change",)),
        ("24 %\n<!-- = share -->", ["24"], ("share",)),
        ("$p = 24$<!-- = p -->", ["24"], ("p",)),
        ("| left | 24 %<!-- = f(x) --> |", ["24"], ("f(x)",)),
        ("> ## About 5-fold<!-- = ratio -->", ["5"], ("ratio",)),
        ("? %<!-- = (score > 3).mean() -->", ["?"], ("(score > 3).mean()",)),
        ("24 %<!-- =\n  hits /\n  n -->", ["24"], ("hits / n",)),
    ],
)
def test_a_comment_is_tied_to_the_last_number_or_range_before_it(source, numbers, sources):
    (tie,) = find_ties(source)
    assert (tie.kind, [number.text for number in tie.numbers], tie.sources) == ("computed", numbers, sources)
    for number in tie.numbers:
        assert source[number.start : number.end] == number.text


def test_each_comment_takes_its_own_number():
    assert texts("24 %<!-- = a --> and 37 %<!-- N-48 --> of 10<!-- given -->") == [["24"], ["37"], ["10"]]


def test_a_format_may_follow_the_expression_also_in_a_table():
    for bar in ("|", r"\|"):
        (tie,) = find_ties(f"24<!-- = a + b {bar} percent .1f -->")
        assert (tie.sources, tie.style) == (("a + b",), "percent .1f")


def test_a_bar_inside_an_expression_is_not_taken_for_a_format():
    (tie,) = find_ties("24<!-- = (a | b).sum() -->")
    assert (tie.sources, tie.style) == (("(a | b).sum()",), "")


def test_comments_in_code_and_plain_remarks_tie_nothing():
    assert find_ties("`24 %<!-- = a -->` and 24 %<!-- see below -->\n\n```\n24 %<!-- = a -->\n```") == []


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("Nothing to tie.<!-- = a -->", "line 1: no number stands before <!-- = a -->"),
        ("ok\n24 %<!-- = a + -->", r"line 2: 'a \+' is no expression .* Write one"),
        ("24 %<!-- = a, b -->", r"2 expressions in 'a, b', but 1 numbers before them"),
        ("24 %<!-- = -->", "line 1: '' is no expression"),
    ],
)
def test_a_comment_that_cannot_be_understood_says_where_and_what_to_write(source, message):
    with pytest.raises(PublishingError, match=message):
        find_ties(source)


@pytest.mark.parametrize(
    ("value", "text", "style", "in_percent", "expected"),
    [
        (0.2377, "25", "", True, "24"),
        (0.2377, "25.0", "", True, "23.8"),
        (0.2377, "?", "", True, "24"),
        (0.187, "?", "", True, "19"),
        (0.0042, "?", "", True, "0.4"),
        (0.2377, "?", "percent .1f", False, "23.8"),
        (1604.2, "1,600", "", False, "1,604"),
        (1604.2, "1600", "", False, "1,604"),
        (1604.2, "1600", "plain", False, "1604"),
        (1604.25, "?", "yuan", False, "1,604"),
        (1604.25, "1.00", "yuan", False, "1,604.25"),
        (8000, "?", "", False, "8,000"),
        (5.3111, "?", "", False, "5.3"),
        (0.0412, "?", "", False, "0.04"),
        (-3.24, "−1.0", "", False, "−3.2"),
        (-3.24, "?", ".1f", False, "−3.2"),
        (-3.24, "-1.0", "", False, "-3.2"),
        (-0.001, "1.0", "", False, "0.0"),
        (0.07, "+5", "", True, "+7"),
    ],
)
def test_a_value_takes_the_shape_of_the_number_that_it_replaces(value, text, style, in_percent, expected):
    assert render_value(value, shown(text), style=style, in_percent=in_percent) == expected


@given(st.floats(-1e6, 1e6), st.integers(0, 4), st.booleans())
def test_what_was_filled_in_agrees_and_filling_in_again_changes_nothing(value, decimals, in_percent):
    written = render_value(value, shown(f"{0:.{decimals}f}"), in_percent=in_percent)
    assert agrees(value, shown(written), in_percent=in_percent)
    assert render_value(value, shown(written), in_percent=in_percent) == written


@given(st.floats(-1e4, 1e4), st.integers(0, 3))
def test_a_number_off_by_two_in_its_last_digit_does_not_agree(value, decimals):
    wrong = render_value(value + 2 * 10.0**-decimals, shown(f"{0:.{decimals}f}"))
    assert not agrees(value, shown(wrong))


def test_an_open_number_never_agrees():
    assert not agrees(0.24, shown("?"), in_percent=True)


def test_blanking_makes_cells_equal_that_differ_only_in_computed_numbers():
    first, second = (
        f"Of 10, {n} %<!-- = share --> left, {q} of 40.<!-- given -->" for n, q in ((24, 8), (25, 8))
    )
    assert blank_numbers(first) == blank_numbers(second)
    assert blank_numbers(first) != blank_numbers(first.replace("8 of", "9 of"))


def test_replacing_keeps_every_other_character():
    source = "a 24 %<!-- = x --> b 1,604<!-- = y --> c"
    ties = find_ties(source)
    changed = replace_numbers(source, {ties[0].numbers[0]: "7", ties[1].numbers[0]: "12,345"})
    assert changed == "a 7 %<!-- = x --> b 12,345<!-- = y --> c"
