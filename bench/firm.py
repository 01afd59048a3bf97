"""How long a firm takes to simulate, whether a member costs more in a large one, and what a million needs.

    python -m bench.firm                    the default firm, and the cost per member at four sizes
    python -m bench.firm --million          a million members, written in parts (takes ten minutes or more)

Each measurement runs in a process of its own, so that its highest memory is its own too.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.clock import Clock, Seconds
from crmlib.ground.files import COURSE

SIZES = (2_000, 8_000, 32_000, 128_000)
MEMORY_LIMIT_GB = 8.0


def simulate_default() -> dict[str, Any]:
    """Seconds to simulate the default firm, and to write it; rows of its tables; peak memory."""
    from crmlib.simulation import simulate
    from crmlib.simulation.world.worlds import World
    from crmlib.simulation.writing.export import write_firm

    clock = Clock()
    firm = simulate(World())
    simulated = clock.read()
    with tempfile.TemporaryDirectory() as folder:
        write_firm(firm, folder)
        size = measure_folder(Path(folder))
    written = clock.read()
    rows = {name: len(table) for name, table in {**firm.tables, **firm.truth}.items()}
    receipts, lines = len(firm.tables["receipts"]), len(firm.tables["receipt_lines"])
    return {
        "simulated": simulated,
        "written": written,
        "receipts": receipts,
        "lines": lines,
        "rows": sum(rows.values()),
        "megabytes": size,
        "memory_gb": read_peak_memory(),
    }


def simulate_size(members: int) -> dict[str, Any]:
    """Seconds to simulate Osmanthus with so many members, piece by piece, keeping nothing."""
    from crmlib.simulation.retail.simulate import simulate_retail_chunks
    from crmlib.simulation.world.worlds import World

    clock = Clock()
    receipts = sum(len(piece.tables["receipts"]) for piece in simulate_retail_chunks(World(members=members)))
    return {"simulated": clock.read(), "receipts": receipts, "memory_gb": read_peak_memory()}


def write_size(members: int) -> dict[str, Any]:
    """Seconds and memory to simulate a large firm and write it in parts."""
    import pyarrow.parquet as pq

    from crmlib.simulation.world.worlds import World
    from crmlib.simulation.writing.export import write_firm_in_chunks

    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        write_firm_in_chunks(World(members=members), folder, progress=_tell)
        parts = (Path(folder) / "receipts").glob("part-*.parquet")
        receipts = sum(pq.read_metadata(part).num_rows for part in parts)
        size = measure_folder(Path(folder))
    return {
        "simulated": clock.read(),
        "receipts": receipts,
        "megabytes": size,
        "memory_gb": read_peak_memory(),
    }


def read_peak_memory() -> float | None:
    """The most memory that this process has held, in gigabytes; None where it cannot be known (Windows)."""
    try:
        import resource
    except ImportError:
        return None
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / (1e9 if sys.platform == "darwin" else 1e6)


def measure_folder(folder: Path) -> float:
    """Megabytes of all files below a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def run_apart(what: str, *numbers: int) -> dict[str, Any]:
    """Run one of the measurements above in a process of its own."""
    command = [sys.executable, "-m", "bench.firm", "--measure", what, *map(str, numbers)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=COURSE)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def show_memory(gigabytes: float | None) -> str:
    """Memory for a printed line."""
    return "memory not measured on this system" if gigabytes is None else f"{gigabytes:.2f} GB at most"


def report_default() -> None:
    """Print the cost of the default firm."""
    found = run_apart("default")
    time, memory = Seconds(*found["simulated"]), show_memory(found["memory_gb"])
    print("Default firm: 8,000 members, 240 accounts, 36 months")
    print(f"  simulated in {time} (target: under 15), {memory}")
    print(f"  {found['receipts']:,} receipts with {found['lines']:,} lines; {found['rows']:,} rows in all")
    print(
        f"  {found['receipts'] / time.cpu:,.0f} receipts and {found['rows'] / time.cpu:,.0f} rows "
        "a second of processor"
    )
    written = Seconds(*found["written"])
    print(f"  written in {written}, {found['megabytes']:.1f} MB (target: under 15)", flush=True)


def report_sizes(sizes: tuple[int, ...] = SIZES) -> None:
    """Print the cost per member at several sizes; what all members share is told apart."""
    shared = Seconds(*run_apart("size", 1)["simulated"]).cpu
    print(f"\nCost per member, in seconds of processor; {shared:.1f} are for what all members share")
    for members in sizes:
        found = run_apart("size", members)
        time = Seconds(*found["simulated"])
        each, own = time.cpu / members * 1000, max(time.cpu - shared, 0) / members * 1000
        print(
            f"  {members:9,} members in {time}: {each:.2f} for 1,000, {own:.2f} without what is shared; "
            f"{show_memory(found['memory_gb'])}",
            flush=True,
        )


def report_million(members: int = 1_000_000) -> None:
    """Print what a firm larger than memory costs."""
    print(f"\n{members:,} members, written in parts", flush=True)
    found = run_apart("write", members)
    time, receipts = Seconds(*found["simulated"]), found["receipts"]
    print(
        f"  {time.wall / 60:.1f} minutes ({time.cpu / 60:.1f} of processor), {receipts:,} receipts, "
        f"{receipts / time.cpu:,.0f} a second of processor"
    )
    print(
        f"  {found['megabytes']:,.0f} MB on disk, {show_memory(found['memory_gb'])} "
        f"(target: under {MEMORY_LIMIT_GB:.0f} GB)"
    )


def _tell(share: float, words: str) -> None:
    """Show on the error stream how far a long measurement is, if somebody is looking."""
    if sys.stderr.isatty():
        print(f"\r{share:4.0%} {words:<60}", end="", file=sys.stderr, flush=True)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Time the simulation of the firm.")
    parser.add_argument("--million", action="store_true", help="also a million members (ten minutes or more)")
    parser.add_argument("--measure", nargs="+", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        what, *numbers = given.measure
        kinds: dict[str, Callable[..., dict[str, Any]]]
        kinds = {"default": simulate_default, "size": simulate_size, "write": write_size}
        print(json.dumps(kinds[what](*map(int, numbers))))
        return
    report_default()
    report_sizes()
    if given.million:
        report_million()


if __name__ == "__main__":
    main()
