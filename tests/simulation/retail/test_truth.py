"""The truth about members: what they are expected to bring is what they bring."""

from dataclasses import replace

import numpy as np
import pytest

from crmlib.simulation.columns import arrays_of
from crmlib.simulation.retail.chain import generator, make_chain
from crmlib.simulation.retail.history import live_through
from crmlib.simulation.retail.people import choose_members
from crmlib.simulation.retail.receipts import number_receipts
from crmlib.simulation.retail.state import EXTRA
from crmlib.simulation.retail.truth import expected_value
from crmlib.simulation.world.worlds import World

MEMBERS = 8_000


def expect_and_bring(seed):
    """Expected and true margin of all members since they joined: first lifetimes, campaigns left out."""
    chain = make_chain(replace(World(), seed=seed))
    rng = generator(chain.world, 1, 0)
    people, others = choose_members(chain, MEMBERS, rng)
    history = live_through(chain, people, others[:0], rng, lambda share: None)
    visits = number_receipts(history, 1)
    first_life = history.second_start[visits["person"].clip(upper=MEMBERS - 1)] > visits["day"]
    visits = visits[visits["carded"] & first_life & (visits["kind"] < EXTRA)]
    since = (chain.calendar.days - people["joined"].to_numpy()) / (365.25 / 12)
    expected = expected_value(chain, arrays_of(people), months=np.minimum(since, 36))
    return expected.sum(), (visits["goods"] - visits["cost"]).sum() / 100


def test_the_expected_value_is_the_margin_of_first_lifetimes_without_campaigns():
    """Chance moves the margin of 16,000 members by about 1 %."""
    expected, brought = np.sum([expect_and_bring(seed) for seed in (1, 2026)], axis=0)
    assert expected == pytest.approx(brought, rel=0.025)
