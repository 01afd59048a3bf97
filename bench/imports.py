"""A large export of a till by `crm import`: seconds and highest memory, lines by time or in no order.

    python -m bench --only imports              two million lines (90 MB)
    python -m bench --only imports --hundred    also twenty million (0.9 GB; ten minutes or more each)
    python -m bench --only imports --store      keep the figures in docs/large_exports.md

Lines are written in parts, one to three of them a receipt, with Chinese headers. The command runs in a
process of its own, as a reader starts it; the export is deleted afterwards.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from crmlib.ground.files import COURSE

FIGURES, PAGE = COURSE / "bench" / "imports.json", COURSE / "docs" / "large_exports.md"
SIZES, LARGE = (2_000_000,), 20_000_000
PART = 500_000
DAYS = 1_096  # three years
START = np.datetime64("2023-01-01T00:00:00", "s")
CUSTOMERS = 300_000
# Runs the command and says the highest memory of this process, in bytes.
CHILD = """
import json, resource, sys, time
from crmlib.cli import app
start = time.perf_counter()
try:
    app(["import", sys.argv[1], "--out", sys.argv[2], "--yes"])
except SystemExit as ended:
    code = ended.code
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
print(json.dumps({"code": code, "seconds": time.perf_counter() - start, "peak": peak}))
"""


def write_export(path: Path, lines: int, *, by_time: bool) -> None:
    """Write an export of so many lines; by_time: as a till prints them, otherwise days in no order."""
    generator = np.random.default_rng(7)
    receipts = lines // 2  # one, two or three lines each
    for start in range(0, receipts, PART):
        ids = np.arange(start, min(start + PART, receipts))
        place = ids / receipts if by_time else generator.random(len(ids))
        moment = START + (place * DAYS * 86_400).astype("timedelta64[s]")
        card = generator.integers(1, CUSTOMERS, len(ids))
        frame = pd.DataFrame({"订单编号": ids + 10_000_000, "会员卡号": card, "下单时间": moment})
        frame["会员卡号"] = frame["会员卡号"].where(generator.random(len(ids)) < 0.6).astype("Int64")
        frame = frame.loc[frame.index.repeat(1 + ids % 3)]
        frame["商品编号"] = generator.integers(1, 500, len(frame)) + 600_000
        frame["实付金额"] = np.round(generator.lognormal(3.0, 0.7, len(frame)), 2)
        frame.to_csv(path, mode="a", header=not start, index=False, encoding="utf-8", lineterminator="\n")


def measure(lines: int, *, by_time: bool) -> dict[str, Any]:
    """Seconds and highest memory of one import; RuntimeError if the command fails."""
    with tempfile.TemporaryDirectory() as name:
        export, out = Path(name) / "export.csv", Path(name) / "firm"
        write_export(export, lines, by_time=by_time)
        size = export.stat().st_size
        command = [sys.executable, "-c", CHILD, str(export), str(out)]
        done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", cwd=COURSE)
        told = json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else {"code": done.returncode}
        if told["code"]:
            raise RuntimeError(f"crm import ended with {told['code']}: {done.stderr[-500:]}")
        receipts = len(pd.read_parquet(out / "receipts.parquet", columns=["receipt_id"]))
    return {**told, "lines": lines, "bytes": size, "by_time": by_time, "receipts": receipts}


def write_page(kept: dict[str, Any]) -> str:
    """The page on large exports, from the figures that were kept."""
    rows = [
        f"| {one['lines'] / 1e6:,.0f} | {'by time' if one['by_time'] else 'in no order'} | "
        f"{one['bytes'] / 1e9:.2f} | {one['receipts'] / 1e6:.1f} | {one['seconds']:,.0f} | "
        f"{one['lines'] / one['seconds'] / 1e3:,.0f} | {one['peak'] / 1e9:.2f} |"
        for one in kept["figures"]
    ]
    return "\n".join(
        [
            "# How large an export",
            "",
            "`crm import` of a CSV file with one row a product line, summed to receipts, from the first line "
            f"to the last table. Measured on {kept['cores']} cores at a load of {kept['load']:.1f} at most, "
            "each run in a process of its own (`make bench ARGS='--only imports --hundred --store'`).",
            "",
            "| million lines | order | GB | million receipts | seconds | thousand a second | GB of memory |",
            "|---:|---|---:|---:|---:|---:|---:|",
            *rows,
            "",
            "The file is read in parts; rows wait on disk and are summed some days at a time. So the memory "
            "grows far more slowly than the file. With lines in no order every day lies in every part, which "
            "takes longer.",
            "",
        ]
    )


def main(*, hundred: bool = False, store: bool = False) -> list[dict[str, Any]]:
    """Print one line for each size and order; keep the figures if asked to, and return them."""
    print(f"\ncrm import of a CSV file, {os.cpu_count()} cores", flush=True)
    figures, loads = [], []
    for lines in (*SIZES, *([LARGE] if hundred else [])):
        for by_time in (True, False):
            began = time.perf_counter()
            one = measure(lines, by_time=by_time)
            figures.append(one)
            loads.append(os.getloadavg()[1] if hasattr(os, "getloadavg") else float("nan"))
            order = "by time" if by_time else "in no order"
            print(
                f"  {lines:12,} lines {order:12s} {one['bytes'] / 1e9:5.2f} GB in {one['seconds']:7.1f} s, "
                f"{one['peak'] / 1e9:5.2f} GB of memory at most, {one['receipts']:,} receipts "
                f"({time.perf_counter() - began:.0f} s with writing the file)",
                flush=True,
            )
    if store:
        kept = {"cores": os.cpu_count(), "load": round(max(loads), 1), "figures": figures}
        FIGURES.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        PAGE.write_text(write_page(kept), encoding="utf-8")
    return figures
