"""What submissions get that are broken or mean harm, counted in each tier that is there.

python -m bench.hostile --store     and keep the counts in docs/grading.md; minutes
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from bench.grading import HOSTILE, keep
from crmlib.grading.containment.tiers import CONTAINED, Tier
from crmlib.ground.files import COURSE
from tests.grading.hostile import LIMITS, SECRET, earned, find_reached, grade_suite, make_suite, open_server


def count(tier: Tier) -> dict[str, int]:
    """Return how many there are, got more or fewer than their honest marks, reached outside, were lost."""
    with tempfile.TemporaryDirectory() as name, open_server() as server:
        outside, folder = Path(name, "outside"), Path(name, "class")
        outside.mkdir()
        folder.mkdir()
        (outside / "secret.txt").write_text(SECRET, encoding="utf-8")
        suite = make_suite(str(COURSE), str(outside), server[0].getsockname()[1])
        results = grade_suite(suite, tier, folder)
        got = [(earned(results[one.name]), set(one.earns)) for one in suite if one.name in results]
        return {
            "submissions": len(suite),
            "more": sum(bool(marks - honest) for marks, honest in got),
            "fewer": sum(bool(honest - marks) for marks, honest in got),
            "outside": len(find_reached(results, outside, server)),
            "lost": len(suite) - len(results),
        }


def main(*, store: bool = False) -> None:
    """Print a line for each tier that is there; keep the counts if asked to."""
    print(f"{'tier':14}" + "".join(f"{what:>13}" for what in HOSTILE))
    found = {}
    for tier in CONTAINED:
        if tier.name in LIMITS and tier.is_available():
            found[tier.name] = count(tier)
            line = "".join(f"{found[tier.name][what]:13}" for what in HOSTILE)
            print(f"{tier.name:14}{line}", flush=True)
    if store:
        keep({"hostile": found})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Grade submissions that are broken or mean harm.")
    parser.add_argument("--store", action="store_true", help="keep the counts in docs/grading.md")
    main(store=parser.parse_args().store)
