"""Firms that several tests look at, each simulated once; no test may change a table of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from crmlib.simulation.parameters import Simulated
from crmlib.simulation.retail.simulate import simulate_retail
from crmlib.simulation.world.worlds import NAMES, World
from tests.simulation.calls import SEEDS, SMALL, simulate_northport


@pytest.fixture(scope="session")
def osmanthus() -> Simulated:
    """The chain with 1,500 members."""
    return simulate_retail(SMALL)


@pytest.fixture(scope="session")
def worlds() -> dict[str, Simulated]:
    """The chain with 3,000 members in each of the named worlds."""
    return {name: simulate_retail(replace(World.named(name), members=3_000)) for name in NAMES}


@pytest.fixture(scope="session")
def northports() -> dict[int, Simulated]:
    """The wholesaler from six seeds."""
    return {seed: simulate_northport(seed) for seed in SEEDS}


@pytest.fixture(params=SEEDS)
def each_northport(request: pytest.FixtureRequest, northports: dict[int, Simulated]) -> Simulated:
    """The wholesaler from each of the seeds in turn."""
    return northports[request.param]


@pytest.fixture
def northport(northports: dict[int, Simulated]) -> Simulated:
    """The wholesaler of the course."""
    return northports[SEEDS[0]]
