"""The survey without a size, against exact sums."""

from __future__ import annotations

from math import comb

import pytest

from crmlib.prospects.survey_share import judge_survey_share


def test_thirty_five_per_cent_is_beyond_chance_for_200_and_not_for_50():
    found = judge_survey_share(0.35).set_index("n")  # D-35, N-63
    assert found["beyond_chance"].to_dict() == {50: False, 200: True, 1_000: True}
    assert found.loc[50, "chosen"] == 18  # 17.5, to the even whole number
    assert found.loc[200, "low"] == pytest.approx(0.2873, abs=1e-4)  # Wilson by hand


def test_the_probability_is_the_exact_binomial_one():
    """Seven of twenty at one quarter: all results that are no likelier than seven."""
    chance = [comb(20, k) * 0.25**k * 0.75 ** (20 - k) for k in range(21)]
    exact = sum(one for one in chance if one <= chance[7] * (1 + 1e-7))
    assert judge_survey_share(0.35, sizes=[20])["p_value"].iloc[0] == pytest.approx(exact)


def test_with_two_options_chance_is_one_half():
    found = judge_survey_share(0.35, sizes=[200], options=2)
    assert found["by_chance"].iloc[0] == 0.5
    assert not found["beyond_chance"].iloc[0]  # below chance is not beyond it


def test_a_single_number_is_no_list_of_sizes():
    with pytest.raises(TypeError, match="expected a list of numbers of people"):
        judge_survey_share(0.35, sizes=200)
