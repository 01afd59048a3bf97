"""All measurements: `make bench`, or `make bench ARGS=--million`.

python -m bench                 the firm, other generators, imports, figures, chapters (some minutes)
python -m bench --million       and a million members (ten minutes or more)
python -m bench --hundred       and a hundred million receipts (half an hour, 3 GB of disk, 16 GB of memory)
python -m bench --only course   one group: firm, others, course, purchases, models, grading,
                                engines, imports or growth
"""

from __future__ import annotations

import argparse
import platform

from bench import course, engines, firm, grading, growth, imports, models, one_by_one, purchases

GROUPS = ("firm", "others", "course", "purchases", "models", "grading", "engines", "imports", "growth")


def main() -> None:
    """Run the groups asked for and print their figures."""
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Measure the course's speed and memory."
    )
    parser.add_argument("--million", action="store_true", help="also a million members (ten minutes or more)")
    parser.add_argument("--submissions", type=int, default=300, help="for the group grading")
    parser.add_argument(
        "--hundred",
        action="store_true",
        help="also 100 million receipts; an export of 0.9 GB; 100 times the firm",
    )
    parser.add_argument(
        "--store", action="store_true", help="keep figures of grading, engines, imports and growth in docs/"
    )
    parser.add_argument(
        "--calls",
        nargs="*",
        default=(),
        help="for growth: packages or calls, such as churn tiers.assign_cards",
    )
    parser.add_argument("--only", choices=GROUPS, nargs="*", default=GROUPS, help="groups to measure")
    given = parser.parse_args()
    print(f"Python {platform.python_version()} on {platform.system()} {platform.machine()}\n", flush=True)
    if "firm" in given.only:
        firm.report_default()
        firm.report_sizes()
        if given.million:
            firm.report_million()
    if "others" in given.only:
        one_by_one.main()
    if "course" in given.only:
        course.main()
    if "purchases" in given.only:
        purchases.main()
    if "models" in given.only:
        models.main()
    if "grading" in given.only:
        grading.main(given.submissions, store=given.store)
    if "engines" in given.only:
        engines.main(hundred=given.hundred, store=given.store)
    if "imports" in given.only:
        imports.main(hundred=given.hundred, store=given.store)
    if "growth" in given.only:
        growth.main(hundred=given.hundred, calls=given.calls, store=given.store)


if __name__ == "__main__":
    main()
