"""How many small faults do the tests catch? Each is put in alone, and the package's own tests must fail.

    python tools/mutants.py                 all packages that students read, and the judging of answers
    python tools/mutants.py churn tables    these packages
    python tools/mutants.py churn --show    and every fault that nothing found, as a difference
    python tools/mutants.py churn --again   with the tests as they are now, the faults that were missed

A fault is a bound moved by one, a sign turned, an argument dropped, a word changed (made by mutmut). It is
tried against the tests that mirror the package, its docstring examples and the contracts that hold for all
packages; notebooks do not count. A fault that changes nothing carries `# pragma: no mutate` with the reason;
a line that holds nothing but words of a message is left as it is, because the tests hold messages by their
pieces. Work and results stay in build/mutants/: what is known of a function holds until the function changes.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "build" / "mutants"
CONTRACTS = ["tests/contracts/test_refused_inputs.py", "tests/contracts/test_figures.py"]
# package → folder of the library, tests that mirror it
PACKAGES = {
    name: (f"crmlib/{name}/", [f"tests/{name}/"])
    for name in [
        "tables",
        "estimates",
        "customers",
        "trials",
        "relationship_marketing",
        "relationship_types",
        "lifecycle",
        "satisfaction",
        "loyalty",
        "churn",
        "recovery",
        "prospects",
        "value",
        "tiers",
        "improving",
    ]
} | {"answers": ("crmlib/classroom/answers/", ["tests/classroom/answers/"])}
UNCALLED = {"tables", "answers"}  # have no calls for the contracts
# a line of three words or more between quotation marks, and no code
WORDS = r"""^\s*"[^"{}]*\w[^"{}]* [^"{}]* [^"{}]*"[,)\]]*$"""
COPIED = ["crmlib", "tests", "tools", "datasets", "docs", "sources", "conftest.py", "pyproject.toml"]


def main() -> None:
    """Try the packages named on the command line and print the table of scores."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("packages", nargs="*", metavar="package", help=", ".join(PACKAGES))
    parser.add_argument("--show", action="store_true", help="show the faults that nothing found")
    parser.add_argument("--again", action="store_true", help="try the faults that were missed once more")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 2)
    wanted = parser.parse_args()
    unknown = [name for name in wanted.packages if name not in PACKAGES]
    if unknown:
        parser.error(f"no package {', '.join(unknown)}. Packages: {', '.join(PACKAGES)}.")
    print(f"{'package':<24}{'faults':>8}{'caught':>8}{'missed':>8}{'untested':>10}{'score':>8}{'words':>8}")
    for name in wanted.packages or PACKAGES:
        folder = prepare(name)
        run(folder, wanted.workers, again=wanted.again)
        report(name, folder, show=wanted.show)
    print("words: lines that hold nothing but words of a message, left as they are and not counted")


def prepare(name: str) -> Path:
    """Lay out a copy of the course in which faults may be put into one package."""
    folder = WORK / name
    folder.mkdir(parents=True, exist_ok=True)
    for part in COPIED:
        source, target = ROOT / part, folder / part
        if source.is_dir():
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(
                source, target, ignore=shutil.ignore_patterns("__pycache__", "variants", "copies")
            )
        else:
            shutil.copy2(source, target)
    settings = {"source_paths": [PACKAGES[name][0]], "also_copy": COPIED, "do_not_mutate_patterns": [WORDS]}
    lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
    with (folder / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("\n".join(["\n[tool.mutmut]", *lines, ""]))
    return folder


def run(folder: Path, workers: int, *, again: bool) -> None:
    """Try every fault that has no verdict yet; what pytest says goes to a file."""
    library, tests = PACKAGES[folder.name]
    contracts = [] if folder.name in UNCALLED else [*CONTRACTS, "-k", folder.name]
    trial = [sys.executable, str(ROOT / "tools" / "try_mutants.py"), str(workers), str(int(again))]
    with (folder / "log.txt").open("w", encoding="utf-8") as log:
        done = subprocess.run(
            [*trial, *tests, library, *contracts], cwd=folder, stdout=log, stderr=subprocess.STDOUT
        )
    if done.returncode:
        tail = (folder / "log.txt").read_text(encoding="utf-8", errors="replace")[-2000:]
        sys.exit(f"{folder.name}: the tests must pass before faults are put in.\n{tail}")


def report(name: str, folder: Path, *, show: bool) -> None:
    """Print one row of the table: mutmut keeps an exit code for every fault."""
    codes: dict[str, int | None] = {}
    for meta in (folder / "mutants" / PACKAGES[name][0]).rglob("*.meta"):
        codes |= json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
    kinds = Counter({0: "missed", 33: "untested"}.get(code or 0, "caught") for code in codes.values())
    score = kinds["caught"] / max(len(codes), 1)
    counts = "".join(
        f"{kinds[kind]:>{width}}" for kind, width in (("caught", 8), ("missed", 8), ("untested", 10))
    )
    lines = (line for path in (folder / PACKAGES[name][0]).rglob("*.py") for line in read_lines(path))
    words = sum(re.search(WORDS, line) is not None for line in lines)
    print(f"{name:<24}{len(codes):>8}{counts}{score:>8.0%}{words:>8}", flush=True)
    if show:
        for key in sorted(key for key, code in codes.items() if code in (0, 33)):
            command = [sys.executable, "-m", "mutmut", "show", key]
            print(subprocess.run(command, cwd=folder, capture_output=True, text=True).stdout)


def read_lines(path: Path) -> list[str]:
    """The lines of a text file."""
    return path.read_text(encoding="utf-8").splitlines()


if __name__ == "__main__":
    main()
