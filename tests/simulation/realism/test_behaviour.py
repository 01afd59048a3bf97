"""What people do can be a matter of selection: the recovery paradox."""

from dataclasses import replace

import numpy as np
import pytest

from crmlib.simulation.realism.behaviour import complainers_stay
from crmlib.simulation.realism.view import View
from crmlib.simulation.retail.simulate import simulate_retail
from crmlib.simulation.world.worlds import World


@pytest.mark.parametrize(("name", "sign"), [("default", 1), ("no_selection", -1)])
def test_complainers_stay_longer_only_where_closeness_to_the_firm_decides_who_complains(name, sign):
    firms = [simulate_retail(replace(World.named(name), seed=seed, members=16_000)) for seed in (1, 2)]
    assert sign * np.mean([complainers_stay(View(firm)) for firm in firms]) > 1
