"""How many small faults do the tests catch? Each is put in alone, and the package's own tests must fail.

    python tools/mutants.py                 all packages that students read, and the judging of answers
    python tools/mutants.py churn tables    these packages
    python tools/mutants.py churn --show    and every fault that nothing found, as a difference
    python tools/mutants.py churn --again   with the tests as they are now, the faults that were missed
    python tools/mutants.py churn --every 10 --first 3     of the faults the 3rd, the 13th and so on
    python tools/mutants.py churn --store   and write the row into docs/mutants.md

A fault is a bound moved by one, a sign turned, an argument dropped, a word changed (made by mutmut). It is
tried against the tests that mirror the package, its docstring examples and the contracts that hold for all
packages; notebooks do not count. Faults that change only words or looks are not tried, but counted beside the
score (`fault_kinds.py` has the rule). Faults that change nothing are named with the reason in
`equal_faults.yaml`; the score leaves them out. Work and results stay in build/mutants/: what is known of a
function holds until the function changes.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

from equal_faults import find_equal, list_equal, read_equal
from fault_kinds import LOOKS_ALONE, MEANING, WORDS, choose, show_fault

ROOT = Path(__file__).resolve().parent.parent
WORK = ROOT / "build" / "mutants"
PAGE = ROOT / "docs" / "mutants.md"
HEAD = """\
# How many small faults the tests catch

Each fault is put in alone, and the package's own tests must fail (`make mutants`; the command
`python tools/mutants.py --store` writes this page). *Faults* are those that change what a function does,
*tried* are all of them or a sample, *equal* those of the tried that change nothing that anybody could see,
*score* is caught of tried without the equal. Below the table stands every equal fault that was met, with the
reason. Not tried are *words*, a text that is wrapped in XX or written in other letters and is part of an
error message or has three words or more; and *looks*, an argument of a drawing such as the width of a line,
the size of letters or a colour, dropped or changed.

A sample is a fresh one, counted before any test was written for what it missed: one that has been worked on
says little of the other faults.

| package | faults | tried | equal | caught | score | words | looks | how measured |
|---|---:|---:|---:|---:|---:|---:|---:|---|
"""
LIST_HEAD = """
## Faults that change nothing

What stands in the function → what may stand there as well, and why that is the same
(`tools/equal_faults.yaml`).

"""
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
COPIED = ["crmlib", "tests", "tools", "datasets", "docs", "sources", "conftest.py", "pyproject.toml"]


def main() -> None:
    """Try the packages named on the command line and print the table of scores."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("packages", nargs="*", metavar="package", help=", ".join(PACKAGES))
    parser.add_argument("--show", action="store_true", help="show the faults that nothing found")
    parser.add_argument("--again", action="store_true", help="try the faults that were missed once more")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="try every Nth fault (default: 1)")
    parser.add_argument("--first", type=int, default=1, metavar="K", help="begin with the Kth (default: 1)")
    parser.add_argument("--store", action="store_true", help="write the rows into docs/mutants.md")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 2)
    wanted = parser.parse_args()
    unknown = [name for name in wanted.packages if name not in PACKAGES]
    if unknown:
        parser.error(f"no package {', '.join(unknown)}. Packages: {', '.join(PACKAGES)}.")
    if not 1 <= wanted.first <= wanted.every:
        parser.error("--first: expected a number from 1 to that of --every.")
    print(HEAD.split("\n\n")[-1], end="")
    for name in wanted.packages or PACKAGES:
        folder = prepare(name)
        run(folder, wanted)
        row = report(name, folder, wanted)
        if wanted.store:
            store(name, row)


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
    settings = {"source_paths": [PACKAGES[name][0]], "also_copy": COPIED}
    lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
    with (folder / "pyproject.toml").open("a", encoding="utf-8") as file:
        file.write("\n".join(["\n[tool.mutmut]", *lines, ""]))
    return folder


def run(folder: Path, wanted: argparse.Namespace) -> None:
    """Try the wanted faults that have no verdict yet; what pytest says goes to a file."""
    library, tests = PACKAGES[folder.name]
    contracts = [] if folder.name in UNCALLED else [*CONTRACTS, "-k", folder.name]
    options = [wanted.workers, int(wanted.again), wanted.every, wanted.first]
    trial = [sys.executable, str(ROOT / "tools" / "try_mutants.py"), *map(str, options)]
    with (folder / "log.txt").open("w", encoding="utf-8") as log:
        done = subprocess.run(
            [*trial, *tests, library, *contracts], cwd=folder, stdout=log, stderr=subprocess.STDOUT
        )
    if done.returncode:
        tail = (folder / "log.txt").read_text(encoding="utf-8", errors="replace")[-2000:]
        sys.exit(f"{folder.name}: the tests must pass before faults are put in.\n{tail}")


def report(name: str, folder: Path, wanted: argparse.Namespace) -> str:
    """Print and return one row of the table: mutmut keeps an exit code for every fault."""
    kinds = json.loads((folder / "kinds.json").read_text(encoding="utf-8"))
    counts = Counter(kinds.values())
    codes: dict[str, int | None] = {}
    for meta in (folder / "mutants" / PACKAGES[name][0]).rglob("*.meta"):
        codes |= json.loads(meta.read_text(encoding="utf-8"))["exit_code_by_key"]
    tried = [key for key in choose(kinds, wanted.every, wanted.first) if codes[key] is not None]
    missed = [key for key in tried if codes[key] in (0, 33)]
    same = find_same(name, folder)
    wrong = sorted(same & (set(tried) - set(missed)))
    equal = same & set(missed)
    caught = len(tried) - len(missed)
    how = "all" if wanted.every == 1 else f"every {wanted.every}th from number {wanted.first} on"
    score = f"{caught / max(len(tried) - len(equal), 1):.0%}"
    cells = [name, counts[MEANING], len(tried), len(equal), caught, score]
    row = f"| {' | '.join(map(str, [*cells, counts[WORDS], counts[LOOKS_ALONE], how]))} |"
    print(row, flush=True)
    if wrong:
        print(f"equal_faults.yaml says that these change nothing, but a test finds them: {', '.join(wrong)}")
    for key in [key for key in missed if key not in equal] if wanted.show else []:
        module, _, function = key.rpartition(".")
        path = folder / "mutants" / f"{module.replace('.', '/')}.py"
        print(f"\n{key}{' (no test calls it)' * (codes[key] == 33)}")
        print(show_fault(path.read_text(encoding="utf-8"), function))
    return row


def find_same(name: str, folder: Path) -> set[str]:
    """The faults of a package that change nothing, by the entries of equal_faults.yaml."""
    entries = [entry for entry in read_equal() if entry.package == name]
    library = folder / "mutants" / PACKAGES[name][0]
    found: set[str] = set()
    for module in dict.fromkeys(entry.function.split(".")[0] for entry in entries):
        path = library / f"{module}.py"
        dotted = f"{PACKAGES[name][0].replace('/', '.')}{module}"
        names = find_equal(path.read_text(encoding="utf-8"), module, entries)
        found |= {f"{dotted}.{one}" for one in names}
    return found


def store(name: str, row: str) -> None:
    """Put the row of one package into the page and leave the others as they are."""
    old = PAGE.read_text(encoding="utf-8").splitlines() if PAGE.exists() else []
    rows = {line.split(" | ")[0].removeprefix("| "): line for line in old if line.startswith("| ")}
    rows[name] = row
    table = HEAD + "".join(f"{rows[one]}\n" for one in PACKAGES if one in rows)
    PAGE.write_text(f"{table}{LIST_HEAD}{list_equal(read_equal())}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
