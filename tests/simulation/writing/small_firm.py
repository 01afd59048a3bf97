"""A firm of a few rows to be written, and what a folder then holds."""

from __future__ import annotations

from pathlib import Path

from crmlib.simulation.parameters import Parameter, Simulated
from crmlib.tables.check import conform
from crmlib.tables.examples import example_rows

NAMES = ("members", "products", "receipts", "complaints")


def make_firm(*, seed: int = 0) -> Simulated:
    """A firm of a few rows, in the described types; the seed changes one amount."""
    tables = {name: conform(example_rows(name, rows=5), name) for name in NAMES}
    tables["receipts"].loc[0, "amount_cny"] += seed
    tables["products"] = conform(tables["products"].assign(name_zh="桂子面膜，旅行装"), "products")
    truth = {"members": conform(example_rows("truth.members", rows=3), "truth.members")}
    return Simulated(tables, truth, (Parameter("seed", seed, "1", "start", "design choice"),))


def read_bytes(folder: Path) -> dict[str, bytes]:
    """Name → bytes of all files below a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
