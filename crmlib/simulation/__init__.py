"""The simulated firms: the chain Osmanthus and the wholesaler Northport, from one seed.

world       every number behind them
retail      Osmanthus
wholesale   Northport
realism     are they like real firms?
writing     the firms on their way to files
parameters  how a world states its numbers, and what a simulation returns
draws       chances, and levels drawn from them
columns     from numbers to the columns of tables
command     the command `crm data`
"""

from __future__ import annotations

from crmlib.simulation.parameters import Progress, Simulated, list_parameters
from crmlib.simulation.world.worlds import World

__all__ = ["simulate"]


def simulate(world: World, *, progress: Progress | None = None) -> Simulated:
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
