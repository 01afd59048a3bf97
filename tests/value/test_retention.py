"""The margin multiple and five points of retention, against published values and sums written out."""

import numpy as np
import pytest

from crmlib.value.retention import find_margin_multiple, list_retention_gains


def test_the_multiple_has_the_published_values():
    found = [find_margin_multiple(stay, 0.10) for stay in (0.6, 0.7, 0.8, 0.9)]
    assert found == pytest.approx([1.20, 1.75, 2.67, 4.50], abs=0.005)


def test_the_multiple_is_the_sum_over_the_years():
    years = np.arange(1, 2_000)
    assert find_margin_multiple(0.85, 0.04) == pytest.approx(((0.85 / 1.04) ** years).sum())
    assert find_margin_multiple(0, 0.1) == 0 and find_margin_multiple(1, 0.1) == pytest.approx(10)


def test_a_sum_without_end_is_refused():
    with pytest.raises(ValueError, match="the sum has no end"):
        find_margin_multiple(1, 0)


def test_five_points_gain_what_the_literature_computes():
    gains = list_retention_gains([0.60, 0.75, 0.90])
    assert gains["gain_share"].tolist() == pytest.approx([0.111, 0.167, 0.333], abs=0.001)
    assert gains["fewer_leave_share"].tolist() == pytest.approx([0.125, 0.2, 0.5])
    assert gains["loyal_years"].tolist() == pytest.approx([2.5, 4, 10])
    assert list_retention_gains([0.9], discount_share=0)["gain_share"][0] == pytest.approx(1)
    assert list_retention_gains([0.75], acquisition_years=2)["gain_share"][0] == pytest.approx(
        0.46, abs=0.005
    )


def test_a_value_that_is_not_positive_has_no_gain():
    gains = list_retention_gains([0.2, 0.75], acquisition_years=1.5)
    assert np.isnan(gains["gain_share"][0]) and gains["gain_share"][1] > 0


def test_nobody_can_stay_more_than_always():
    with pytest.raises(ValueError, match="nobody would ever leave"):
        list_retention_gains([0.5, 0.95])
