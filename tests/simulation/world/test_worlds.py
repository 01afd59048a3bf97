"""The named worlds: an unknown name or an empty world is refused."""

import pytest

from crmlib.simulation.world.retail import RetailWorld
from crmlib.simulation.world.wholesale import WholesaleWorld
from crmlib.simulation.world.worlds import NAMES, World


def test_an_unknown_world_is_refused_with_the_nearest_name_and_all_others():
    with pytest.raises(ValueError) as caught:
        World.named("monopol")
    assert "there is no world 'monopol'. Did you mean 'monopoly'?" in str(caught.value)
    assert all(name in str(caught.value) for name in NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_named_world_differs_from_the_default_but_for_the_default(name):
    world = World.named(name)
    assert (world.retail == RetailWorld()) == (name == "default")
    assert (world.wholesale == WholesaleWorld()) == (name == "default")


@pytest.mark.parametrize("empty", [{"members": 0}, {"months": 0}])
def test_a_world_without_members_or_months_is_refused(empty):
    with pytest.raises(ValueError, match="members and months must be at least 1, found"):
        World(**empty)
