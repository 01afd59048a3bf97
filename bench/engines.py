"""Ten and a hundred million receipts by pandas, Polars, DuckDB and Spark: time and highest memory.

    python -m bench.engines                      ten million, written in parts
    python -m bench.engines --hundred --store    also a hundred million (half an hour); keep the figures
    python -m bench.engines --page               write docs/scale.md anew from the figures that were kept

Each run has a process of its own and does all of the work: it reads Parquet, checks, counts and brings one
row a customer. Spark is measured where it and Java are installed (`make engines`). Figures depend on what
else the computer does; the load is kept beside them.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd

from bench.purchases import AS_OF, make_receipts
from crmlib.ground.files import COURSE

PART = 5_000_000
COLUMNS = ["customer_id", "purchased_at", "amount_cny"]
FIGURES, PAGE = COURSE / "bench" / "engines.json", COURSE / "docs" / "scale.md"
BILLION, MACHINES, CORES, SPARE = 1_000_000_000, 4, 16, 2.0
PRICE_CNY = 0.4  # a core-hour of a rented machine; an assumption, put your own
LIMIT_GB = 2.0  # DuckDB on a hundred million


def write_receipts(rows: int, folder: Path) -> None:
    """Receipts of three years in files of five million rows; every file holds other customers."""
    for part, start in enumerate(range(0, rows, PART)):
        frame = make_receipts(min(PART, rows - start), seed=part + 1)[COLUMNS]
        frame["customer_id"] += part * 1_000_000
        frame.to_parquet(folder / f"part-{part:04d}.parquet", index=False)


def open_pandas(folder: Path) -> Any:
    """The whole table in memory."""
    return pd.read_parquet(folder)


def open_polars(folder: Path) -> Any:
    """A plan over the files."""
    import polars as pl

    return pl.scan_parquet(folder / "*.parquet")


def open_duckdb(folder: Path) -> Any:
    """A relation over the files, in less memory than the table has; what does not fit goes to disk."""
    import duckdb

    settings = {"memory_limit": "1200MB", "temp_directory": str(folder / "spill")}
    open_duckdb.kept = connection = duckdb.connect(config=settings)  # type: ignore[attr-defined]
    return connection.sql(f"from '{folder.as_posix()}/*.parquet'")


def open_spark(folder: Path) -> Any:
    """A table of Spark on all cores of this computer."""
    spark = importlib.import_module("pyspark.sql").SparkSession
    builder = spark.builder.master("local[*]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.driver.memory", "3g").config("spark.sql.session.timeZone", "UTC")
    builder = builder.config("spark.driver.host", "127.0.0.1").config("spark.driver.bindAddress", "127.0.0.1")
    builder = builder.config("spark.driver.maxResultSize", "2g").config(
        "spark.local.dir", str(folder / "spill")
    )
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("OFF")
    return session.read.parquet(str(folder / "*.parquet"))


TOOLS: dict[str, Callable[[Path], Any]] = {
    "pandas": open_pandas, "polars": open_polars, "duckdb": open_duckdb, "pyspark": open_spark
}  # fmt: skip


def measure(tool: str, folder: Path) -> dict[str, float]:
    """Seconds on the wall and highest memory of one run in this process, and what it found."""
    from crmlib.customers.summary import summarise_purchases

    start = time.perf_counter()
    summary = summarise_purchases(TOOLS[tool](folder), as_of=AS_OF)
    seconds = time.perf_counter() - start
    return {
        "seconds": round(seconds, 2),
        "gigabytes": round(read_peak(), 2),
        "customers": len(summary),
        "purchases": int(summary["purchases"].sum()),
        "amount_cny": round(float(summary["amount_cny"].sum()), 0),
    }


def read_peak() -> float:
    """The highest memory of this process and of the Java it started, in gigabytes; NaN on other systems."""
    peaks = 0.0
    for path in Path("/proc").glob("[0-9]*/status") if Path("/proc").exists() else []:
        try:
            lines = dict(line.split(":", 1) for line in path.read_text(encoding="utf-8").splitlines())
        except (OSError, ValueError):
            continue
        if str(os.getpid()) in (lines["Pid"].strip(), lines["PPid"].strip()) and "VmHWM" in lines:
            peaks += float(lines["VmHWM"].split()[0]) / 1e6
    return peaks or float("nan")


def compare(rows: int) -> list[dict[str, Any]]:
    """One entry a tool that is installed; RuntimeError if two tools disagree."""
    tools = [tool for tool in TOOLS if importlib.util.find_spec(tool) is not None]
    if shutil.which("java") is None and "pyspark" in tools:
        tools.remove("pyspark")
    found = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_receipts(rows, folder)
        for tool in tools:
            command = [sys.executable, "-m", "bench.engines", "--measure", tool, "--folder", name]
            done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=COURSE)
            if done.returncode:
                print(f"  {tool:10s} did not end: {done.stderr.strip().splitlines()[-1][:90]}", flush=True)
                continue
            entry = {"tool": tool, "rows": rows, **json.loads(done.stdout.splitlines()[-1])}
            print_entry(entry)
            found.append(entry)
    require_agreement(found)
    return found


def print_entry(entry: dict[str, Any]) -> None:
    """One line for the table."""
    rate = entry["rows"] / entry["seconds"] / 1e6
    print(
        f"  {entry['tool']:10s} {entry['rows']:12,} receipts in {entry['seconds']:7.1f} s, {rate:5.1f} "
        f"million a second, {entry['gigabytes']:5.2f} GB at most",
        flush=True,
    )
    if entry["tool"] == "duckdb" and entry["rows"] >= 100_000_000:
        print(f"             (target: under {LIMIT_GB:.0f} GB)", flush=True)


def require_agreement(found: list[dict[str, Any]]) -> None:
    """Raise a RuntimeError unless all tools found the same customers, purchases and amounts."""
    for name in ("customers", "purchases", "amount_cny"):
        values = [entry[name] for entry in found]
        if values and max(values) - min(values) > 1e-9 * max(values):
            raise RuntimeError(f"The tools disagree about {name}: {values}.")


def write_page(kept: dict[str, Any]) -> str:
    """The page on a billion receipts, from the figures that were kept: measured first, then computed."""
    lines = [
        f"| {one['tool']} | {one['rows'] / 1e6:,.0f} | {one['seconds']:,.1f} | "
        f"{one['rows'] / one['seconds'] / 1e6:.1f} | {one['gigabytes']:.1f} |"
        for one in kept["figures"]
    ]
    largest = {one["tool"]: one for one in sorted(kept["figures"], key=lambda one: one["rows"])}
    paper = []
    for tool in ("duckdb", "pyspark"):
        if tool in largest:
            rate = largest[tool]["rows"] / largest[tool]["seconds"] / kept["cores"]
            hours = BILLION / rate / 3600
            machines = 1 if tool == "duckdb" else MACHINES
            minutes = SPARE * hours / (machines * CORES) * 60
            paper.append(
                f"| {tool} on {machines} machine{'s' if machines > 1 else ''} of {CORES} cores | "
                f"{rate / 1e3:,.0f} | {hours:.2f} | {minutes:,.1f} | {SPARE * hours * PRICE_CNY:.2f} |"
            )
    return "\n".join(
        [
            "# How many receipts",
            "",
            "One row a customer from receipts in Parquet files, checks included. Measured on "
            f"{kept['cores']} cores at a load of {kept['load']:.1f}, each run in a process of its own, with "
            "`make bench`.",
            "",
            "| engine | million receipts | seconds | million a second | GB at most |",
            "|---|---:|---:|---:|---:|",
            *lines,
            "",
            ("Spark's seconds hold its start as well. " if "pyspark" in largest else "")
            + "At a load above the number of cores, other programs took a part of the time: the figures are "
            "then upper limits.",
            "",
            "## A billion, on paper",
            "",
            "Computed from the largest run of each engine: core-hours = 10⁹ ÷ (receipts a second and core); "
            f"minutes and yuan are doubled ({SPARE:.0f} ×), because data travel between machines and no core "
            f"is busy all of the time. A core-hour is taken to cost {PRICE_CNY} yuan; put in your own price.",
            "",
            "| cluster | receipts a second and core, thousands | core-hours | minutes | yuan |",
            "|---|---:|---:|---:|---:|",
            *paper,
            "",
            "The table of customers comes back to one machine: a hundred million customers are ten columns "
            "of eight bytes, 8 GB. Beyond that, keep the summary in the engine.",
            "",
        ]
    )


def main(*, hundred: bool = False, store: bool = False) -> None:
    """Print the table, and keep its figures if asked to."""
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else float("nan")
    print(f"\nsummarise_purchases from Parquet files, load {load:.1f}, {os.cpu_count()} cores", flush=True)
    figures = [entry for rows in (10_000_000, *([100_000_000] if hundred else [])) for entry in compare(rows)]
    if store:
        kept = {
            "cores": os.cpu_count(),
            "load": round(load, 1),
            "system": platform.system(),
            "figures": figures,
        }
        FIGURES.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        PAGE.write_text(write_page(kept), encoding="utf-8")


def _run() -> None:
    parser = argparse.ArgumentParser(description="Time the engines.")
    parser.add_argument("--hundred", action="store_true", help="also a hundred million (half an hour)")
    parser.add_argument("--store", action="store_true", help="keep the figures and write docs/scale.md")
    parser.add_argument("--page", action="store_true", help="write docs/scale.md from the kept figures")
    parser.add_argument("--measure", choices=list(TOOLS), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        print(json.dumps(measure(given.measure, given.folder)))
    elif given.page:
        PAGE.write_text(write_page(json.loads(FIGURES.read_text(encoding="utf-8"))), encoding="utf-8")
    else:
        main(hundred=given.hundred, store=given.store)


if __name__ == "__main__":
    _run()
