"""The nearest name is found whatever its capitals, and is the same on every run."""

import pytest

from crmlib.ground.spelling import suggest


@pytest.mark.parametrize(
    "options", [["satisfaction", "Satisfaction"], ["Satisfaction", "satisfaction"]], ids=["last", "first"]
)
def test_of_two_spellings_the_small_letters_are_suggested(options):
    assert suggest("SATISFACTOIN", options) == " Did you mean 'satisfaction'?"


def test_nothing_is_suggested_where_nothing_is_near():
    assert suggest("zzz", ["receipts", "H-03"]) == ""
