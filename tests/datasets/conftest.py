import shutil

import pytest

from crmlib.datasets import storage
from crmlib.simulation.parameters import Parameter, Simulated
from crmlib.simulation.writing.export import write_firm
from crmlib.tables.dictionary import DATASETS, FIRM_TABLES, TRUTH_TABLES
from crmlib.tables.examples import example_rows

SHORT = ("marketing_costs", "market_prices")  # their keys have fewer than five levels


def make_small_firm(seed):
    """Five rows of every table; the amount of the first receipt tells the seed."""
    tables = {name: example_rows(name, rows=2 if name in SHORT else 5) for name in FIRM_TABLES}
    tables["receipts"].loc[0, "amount_cny"] = float(seed)
    truth = {name.removeprefix("truth."): example_rows(name, rows=2) for name in TRUTH_TABLES}
    return Simulated(tables, truth, (Parameter("seed", seed, "1", "start", "design choice"),))


@pytest.fixture(scope="module")
def small_firm(tmp_path_factory):
    """A folder with a small firm and the dictionary, to be copied."""
    folder = tmp_path_factory.mktemp("small") / "datasets"
    write_firm(make_small_firm(2026), folder)
    for name in ("dictionary.csv", "tables.csv"):
        (folder / name).write_bytes((DATASETS / name).read_bytes())
    return folder


@pytest.fixture
def course(small_firm, tmp_path, monkeypatch):
    """A course folder with a small committed firm; simulating a firm is quick. Returns it, and seeds made."""
    folder = tmp_path / "course" / "datasets"
    shutil.copytree(small_firm, folder)
    monkeypatch.setattr(storage, "DATASETS", folder)
    monkeypatch.setattr("platformdirs.user_cache_path", lambda name, **_: tmp_path / "cache" / name)
    made = []

    def simulate(world, *, progress):
        made.append(world.seed)
        progress(0.5, "visits")
        return make_small_firm(world.seed)

    monkeypatch.setattr("crmlib.simulation.simulate", simulate)
    storage._describe_simulator.cache_clear()
    yield folder, made
    storage._describe_simulator.cache_clear()
