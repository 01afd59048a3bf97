"""How a complaint is handled: the faster, the more is repaired, but never everything."""

import numpy as np
import pytest

from crmlib.simulation.retail.service import faded, repaired_share
from crmlib.simulation.world.worlds import World


def test_faster_handling_repairs_more_but_never_everything():
    repaired = repaired_share(World(), np.array([0.2, 0.8, 2.0, 4.0, 20.0]))
    assert (np.diff(repaired) <= 0).all() and repaired[0] < 1
    assert repaired[1] == pytest.approx(0.80) and repaired[3] == pytest.approx(0.35)


def test_sixty_percent_of_a_fall_is_left_after_a_month_and_36_after_two():
    assert faded(World(), np.array([0.0, 30.4375, 60.875])) == pytest.approx([1.0, 0.60, 0.36])
