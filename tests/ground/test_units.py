import pytest

from crmlib.ground.units import NUMBER_UNITS, check_unit, guess_digits


@pytest.mark.parametrize(
    ("shown", "digits"),
    [(0, 0), (3, 0), (19.96, 1), (20.1, 0), (-5.31, 1), (0.994, 2), (0.995, 1), (-0.31, 2)],
)
def test_a_number_is_shown_with_two_or_three_digits_that_count(shown, digits):
    assert guess_digits(shown) == digits


def test_a_unit_of_a_column_is_none_of_a_number():
    with pytest.raises(ValueError, match=r"key 'unit': unknown unit 'log odds'\. Valid: '', '%', .*'years'"):
        check_unit("log odds")
    for unit in NUMBER_UNITS:
        check_unit(unit)
