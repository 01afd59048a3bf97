"""How long a reader waits: for an import, for a figure that is dragged, for a chapter that is run.

python -m bench.course
"""

from __future__ import annotations

import contextlib
import io
import os
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench.clock import Clock, Seconds

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ROOT / "notebooks"
STEPS = 12  # positions of each slider that are timed
# What a reader imports: the library by itself, the ground floor, a chapter, the classroom.
IMPORTS = ("crmlib", "crmlib.tables", "crmlib.datasets", "crmlib.charts", "crmlib.churn", "crmlib.classroom")


def time_import(module: str, *, rounds: int = 5) -> Seconds:
    """Median times of importing a module in a fresh Python, the start of Python not counted."""
    code = f"from bench.clock import Clock; clock = Clock(); import {module}; print(*clock.read())"
    runs = []
    for _ in range(rounds):
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
        )
        runs.append([float(number) for number in done.stdout.split()])
    return Seconds(*(statistics.median(numbers) for numbers in zip(*runs, strict=True)))


def record_figures(notebook: Path) -> list[tuple[Any, dict[str, Any]]]:
    """Run a notebook's code in this process and return its interactive figures with their controls."""
    import nbformat

    from crmlib.charts import interactive

    figures: list[tuple[Any, dict[str, Any]]] = []

    class Recorded(interactive._LiveChart):
        def __init__(self, draw: Any, controls: Any, **size: float) -> None:
            super().__init__(draw, controls, **size)
            figures.append((self, dict(controls)))

    original = interactive._LiveChart
    interactive._LiveChart = Recorded  # type: ignore[misc]
    names: dict[str, Any] = {"__name__": "__main__"}
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            for cell in nbformat.read(notebook, as_version=4).cells:
                if cell.cell_type == "code":
                    exec(compile(cell.source, notebook.name, "exec"), names)
    finally:
        interactive._LiveChart = original  # type: ignore[misc]
    return figures


def list_positions(control: Any) -> list[Any]:
    """Values that a slider or a choice takes while it is dragged from end to end."""
    if hasattr(control, "options"):
        return list(control.options)
    spread = [control.low + (control.high - control.low) * step / (STEPS - 1) for step in range(STEPS)]
    values = [control.low + round((value - control.low) / control.step) * control.step for value in spread]
    return [int(value) if control.is_whole else value for value in values]


def time_figure(chart: Any, controls: dict[str, Any]) -> list[Seconds]:
    """The time of each redrawing while every control is dragged from end to end."""
    start = {name: control.start for name, control in controls.items()}
    chart.render(start)
    times = []
    for name, control in controls.items():
        for value in list_positions(control):
            clock = Clock()
            chart.render({**start, name: value})
            times.append(clock.read())
    return times


def time_notebook(notebook: Path) -> float:
    """Seconds to run a notebook from top to bottom in a fresh kernel, its start included."""
    import nbformat
    from nbclient import NotebookClient

    client = NotebookClient(
        nbformat.read(notebook, as_version=4),
        timeout=300,
        resources={"metadata": {"path": str(notebook.parent)}},
    )
    before = time.perf_counter()
    client.execute()
    return time.perf_counter() - before


def main() -> None:
    """Print all of them."""
    os.environ["CRM_PROGRESS"] = "off"  # a measurement must not write into a reader's progress
    print("\nImport, median of five")
    pandas = time_import("pandas")
    print(f"  pandas               {pandas.wall:.2f} s ({pandas.cpu:.2f} of processor)")
    for module in IMPORTS:
        took = time_import(module)
        ratio = took.cpu / pandas.cpu
        print(f"  {module:<20} {took.wall:.2f} s ({took.cpu:.2f} of processor), {ratio:.1f} x pandas")
    notebooks = sorted(NOTEBOOKS.glob("*.ipynb"))
    if not notebooks:
        print(f"\nNo notebook in {NOTEBOOKS}: make notebooks")
    for notebook in notebooks:
        report_notebook(notebook)


def report_notebook(notebook: Path) -> None:
    """Print how long a notebook takes, and how its figures answer."""
    print(f"\n{notebook.name}: executed in {time_notebook(notebook):.1f} s (target: under 20)", flush=True)
    for number, (chart, controls) in enumerate(record_figures(notebook), start=1):
        times = time_figure(chart, controls)
        wall, cpu = ([1000 * getattr(time, kind) for time in times] for kind in Seconds._fields)
        names = ", ".join(control.label for control in controls.values())
        print(
            f"  figure {number} ({names}): {statistics.median(wall):.0f} ms an update "
            f"({statistics.median(cpu):.0f} of processor, {max(cpu):.0f} at most; target: under 100)"
        )


if __name__ == "__main__":
    main()
