"""The simulated firms: the chain Osmanthus and the wholesaler Northport, from one seed."""

from __future__ import annotations

from collections.abc import Callable

from crmlib.simulation.parameters import Simulated, list_parameters
from crmlib.simulation.world.worlds import World

__all__ = ["Simulated", "World", "simulate"]


def simulate(world: World, *, progress: Callable[[float, str], None] | None = None) -> Simulated:
    """Both firms of a world: Osmanthus with its members, and Northport with its accounts.

    progress: called with the share done (0 to 1) and a few words. The same world gives the same tables.
    """
    from crmlib.simulation.retail.simulate import simulate_retail
    from crmlib.simulation.wholesale.simulate import simulate_wholesale

    northport = simulate_wholesale(world)
    osmanthus = simulate_retail(world, progress=progress)
    return Simulated(
        tables={**osmanthus.tables, **northport.tables},
        truth={**osmanthus.truth, **northport.truth},
        parameters=tuple(list_parameters(world)),
    )
