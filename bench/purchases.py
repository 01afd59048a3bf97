"""How fast receipts become one row a customer, beside what other libraries need for the same table.

    python -m bench.purchases                     one and ten million receipts, seven rounds each
    python -m bench.purchases --rows 200000       another size

Every tool gets the same receipts in its own format (reading them is not timed) and must return the same
purchases and the same amounts. The tools take turns, so that whatever else the computer does slows all of
them; the time is the median of the rounds. Memory is measured apart, in a process for each tool: the
highest that it reached during one run above what it held before (Linux only).
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

AS_OF = "2026-01-01"
MONTHS_AS_DAYS = 1096
KINDS: dict[str, dict[str, bool]] = {
    "in order of time": {},
    "shuffled": {"shuffled": True},
    "with numbers of 62 bits, to the microsecond": {"long": True},
    "with numbers of 62 bits, to the microsecond, shuffled": {"long": True, "shuffled": True},
}
OURS = "crmlib"
PLAIN = "pandas groupby.agg"
SLOW = "lifetimes"
SQL = """select customer_id, min(purchased_at) first, max(purchased_at) last,
    count(distinct purchased_at::date) purchases, sum(amount_cny) amount_cny
    from receipts where customer_id is not null group by customer_id"""


def make_receipts(rows: int, *, seed: int = 1, shuffled: bool = False) -> pd.DataFrame:
    """Receipts of three years as Osmanthus has them: in order of time, a third of them without a card."""
    rng = np.random.default_rng(seed)
    rates = np.cumsum(rng.gamma(0.6, size=max(1, rows // 12)))
    owners = 100_001 + np.searchsorted(rates / rates[-1], rng.random(rows))
    minutes = np.sort(rng.integers(0, MONTHS_AS_DAYS * 1440, rows)).astype("timedelta64[m]")
    receipts = pd.DataFrame(
        {
            "receipt_id": np.arange(1, rows + 1),
            "customer_id": pd.arrays.IntegerArray(owners, rng.random(rows) < 0.35),
            "purchased_at": (np.datetime64("2023-01-01", "m") + minutes).astype("datetime64[us]"),
            "amount_cny": np.round(np.exp(rng.normal(4.0, 0.8, rows)), 2),
        }
    )
    return receipts.sample(frac=1, random_state=seed).reset_index(drop=True) if shuffled else receipts


def make_long(receipts: pd.DataFrame, *, seed: int = 1) -> pd.DataFrame:
    """The same receipts with customer numbers of 62 bits and a clock in microseconds."""
    missing = receipts["customer_id"].isna().to_numpy()
    numbers = receipts["customer_id"].to_numpy(dtype="int64", na_value=0).astype("uint64")
    long = (numbers * np.uint64(0x9E3779B97F4A7C15) >> np.uint64(2)).astype("int64")
    ticks = np.random.default_rng(seed).integers(0, 60_000_000, len(receipts)).astype("timedelta64[us]")
    return receipts.assign(
        customer_id=pd.arrays.IntegerArray(long, missing), purchased_at=receipts["purchased_at"] + ticks
    )


def run_ours(receipts: pd.DataFrame) -> Callable[[], Any]:
    """The library of this course, its checks of the input included."""
    from crmlib.customers.summary import summarise_purchases

    return lambda: summarise_purchases(receipts, as_of=AS_OF)


def run_plain(receipts: pd.DataFrame) -> Callable[[], Any]:
    """One groupby.agg, as one would write it down."""

    def summarise() -> pd.DataFrame:
        known = receipts[receipts["customer_id"].notna()]
        return (
            known.assign(day=known["purchased_at"].dt.normalize())
            .groupby("customer_id")
            .agg(
                first=("purchased_at", "min"),
                last=("purchased_at", "max"),
                purchases=("day", "nunique"),
                amount_cny=("amount_cny", "sum"),
            )
        )

    return summarise


def run_polars(receipts: pd.DataFrame) -> Callable[[], Any]:
    """Polars with one group_by that counts different days; uses all cores."""
    import polars as pl

    table = pl.from_pandas(receipts)
    return lambda: (
        table.filter(pl.col("customer_id").is_not_null())
        .group_by("customer_id")
        .agg(
            pl.col("purchased_at").min().alias("first"),
            pl.col("purchased_at").max().alias("last"),
            pl.col("purchased_at").dt.date().n_unique().alias("purchases"),
            pl.col("amount_cny").sum(),
        )
    )


def run_polars_lazy(receipts: pd.DataFrame) -> Callable[[], Any]:
    """Polars by customer and day, then by customer, in its streaming engine; uses all cores."""
    import polars as pl

    first, last, amount = pl.col("first"), pl.col("last"), pl.col("amount_cny")
    when = pl.col("purchased_at")
    query = (
        pl.from_pandas(receipts)
        .lazy()
        .filter(pl.col("customer_id").is_not_null())
        .group_by("customer_id", when.dt.date().alias("day"))
        .agg(when.min().alias("first"), when.max().alias("last"), amount.sum())
        .group_by("customer_id")
        .agg(first.min(), last.max(), pl.len().alias("purchases"), amount.sum())
    )
    return lambda: query.collect(engine="streaming")


def run_duckdb(receipts: pd.DataFrame) -> Callable[[], Any]:
    """DuckDB on a table of its own, the result as a pandas table; uses all cores."""
    import duckdb

    connection = duckdb.connect()
    connection.register("given", receipts)
    connection.execute("create table receipts as select * from given")
    return lambda: connection.execute(SQL).df()


def run_lifetimes(receipts: pd.DataFrame) -> Callable[[], Any]:
    """The archived package lifetimes (it returns repeat purchases, without the first and last day)."""
    from lifetimes.utils import summary_data_from_transaction_data

    known = receipts.dropna(subset="customer_id").astype({"customer_id": "int64"})
    return lambda: summary_data_from_transaction_data(
        known, "customer_id", "purchased_at", monetary_value_col="amount_cny",
        observation_period_end=AS_OF, freq="D",
    )  # fmt: skip


TOOLS: dict[str, Callable[[pd.DataFrame], Callable[[], Any]]] = {
    OURS: run_ours,
    PLAIN: run_plain,
    "polars group_by": run_polars,
    "polars streaming": run_polars_lazy,
    "duckdb": run_duckdb,
    SLOW: run_lifetimes,
}


def measure_times(path: Path, tools: list[str], repeats: int) -> dict[str, list[float]]:
    """Seconds of each run of each tool, in rounds; RuntimeError if two tools disagree."""
    receipts = pd.read_parquet(path)
    calls = {tool: TOOLS[tool](receipts) for tool in tools}
    _require_agreement({tool: call() for tool, call in calls.items()})
    seconds: dict[str, list[float]] = {tool: [] for tool in tools}
    for turn in range(repeats):
        for tool, call in calls.items():
            if tool == SLOW and turn >= 2 and len(receipts) > 2_000_000:
                continue  # nobody learns more from its further runs
            start = time.perf_counter()
            call()
            seconds[tool].append(time.perf_counter() - start)
    return seconds


def _require_agreement(results: dict[str, Any]) -> None:
    """Raise a RuntimeError unless all tools found the same customers, purchases and amounts."""
    counts: dict[str, tuple[float, ...]] = {}
    for tool, found in results.items():
        if tool == SLOW:
            counts[tool] = (len(found), float(found["frequency"].sum() + len(found)))
        else:
            counts[tool] = (len(found), float(found["purchases"].sum()), float(found["amount_cny"].sum()))
    for values in zip(*counts.values(), strict=False):
        if max(values) - min(values) > 1e-9 * max(values):
            raise RuntimeError(f"The tools disagree: {counts}.")


def measure_memory(path: Path, tool: str) -> float:
    """Megabytes by which one run raises the highest memory of this process; NaN where it cannot be read."""
    call = TOOLS[tool](pd.read_parquet(path))
    before = _reset_peak()
    call()
    return (_read_memory("VmHWM") - before) / 1024


def _reset_peak() -> float:
    """Forget the highest memory so far; return what is held now, in kilobytes (NaN where Linux is not)."""
    if not Path("/proc/self/clear_refs").exists():
        return float("nan")
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return _read_memory("VmRSS")


def _read_memory(name: str) -> float:
    status = Path("/proc/self/status")
    if not status.exists():
        return float("nan")
    lines = (line.split() for line in status.read_text(encoding="utf-8").splitlines())
    return next(float(words[1]) for words in lines if words[0] == f"{name}:")


def compare(rows: int, *, repeats: int = 7, shuffled: bool = False, long: bool = False) -> pd.DataFrame:
    """One row a tool that is installed: seconds (median), best (shortest), times_ours, megabytes.

    Raises RuntimeError if two tools disagree about customers, purchases or amounts.
    """
    tools = [tool for tool in TOOLS if importlib.util.find_spec(tool.split()[0].split(".")[0]) is not None]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "receipts.parquet"
        receipts = make_receipts(rows, shuffled=shuffled)
        (make_long(receipts) if long else receipts).to_parquet(path, index=False)
        seconds = _ask("times", path, tools, repeats)
        table = pd.DataFrame({"seconds": {tool: statistics.median(runs) for tool, runs in seconds.items()}})
        table["best"] = pd.Series({tool: min(runs) for tool, runs in seconds.items()})
        table["times_ours"] = table["seconds"] / table.loc[OURS, "seconds"]
        table["megabytes"] = pd.Series({tool: _ask("memory", path, [tool], 1) for tool in tools})
    return table


def _ask(what: str, path: Path, tools: list[str], repeats: int) -> Any:
    """Measure in a fresh process."""
    command = [sys.executable, "-m", "bench.purchases", "--measure", what, "--file", str(path)]
    command += ["--repeats", str(repeats), "--tools", *tools]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"Measuring {', '.join(tools)} failed:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def main(sizes: tuple[int, ...] = (1_000_000, 10_000_000), *, repeats: int = 7) -> None:
    """Print the comparison for each size, and the three figures that have a target."""
    for rows in sizes:
        for words, kind in KINDS.items():
            table = compare(rows, repeats=repeats, **kind)
            print(f"\nsummarise_purchases, {rows:,} receipts {words}")
            for tool, row in table.iterrows():
                print(
                    f"  {tool:20s} {row.seconds:7.3f} s (best {row.best:.3f})  {row.times_ours:5.1f} x ours"
                    f"  {row.megabytes:7.0f} MB"
                )
            _print_targets(table)


def _print_targets(table: pd.DataFrame) -> None:
    for name, words in (("seconds", "median"), ("best", "best run")):
        others = table[name].drop(index=OURS)
        ratio = float(table.loc[OURS, name] / others.min())
        print(f"  ours / fastest other ({others.idxmin()}), {words}: {ratio:.2f} (target: at most 1.2)")
    if SLOW in table.index:
        print(f"  lifetimes / ours: {table.loc[SLOW, 'times_ours']:.1f} (target: at least 6)")
    memory = table["megabytes"]
    print(f"  memory ours / groupby.agg: {memory[OURS] / memory[PLAIN]:.2f} (target: at most 1)")


def _run() -> None:
    parser = argparse.ArgumentParser(description="Time summarise_purchases beside other libraries.")
    parser.add_argument("--rows", type=int, nargs="*", default=[1_000_000, 10_000_000])
    parser.add_argument("--repeats", type=int, default=7)
    parser.add_argument("--measure", choices=["times", "memory"], help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--tools", nargs="*", default=list(TOOLS), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure == "times":
        print(json.dumps(measure_times(given.file, given.tools, given.repeats)))
    elif given.measure == "memory":
        print(json.dumps(measure_memory(given.file, given.tools[0])))
    else:
        main(tuple(given.rows), repeats=given.repeats)


if __name__ == "__main__":
    _run()
