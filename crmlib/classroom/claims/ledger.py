"""The ledger of claims: what the course says, what was measured when the notebooks ran, and the verdict.

Each claim that a notebook shows carries its measurement as data. The ledger reads the executed notebooks, so
it can only say what was really computed.
"""

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crmlib.classroom.claims.claims import Claim, Verdict, describe_claimed, describe_source, load_claims
from crmlib.classroom.formats.chapters import chapter_stems
from crmlib.classroom.formats.registry import load_numbers, load_syllabus
from crmlib.classroom.formats.units import format_range
from crmlib.ground.files import write_file

CLAIM_DATA = "application/vnd.crm.claim+json"


@dataclass(frozen=True)
class Row:
    """One line of the ledger; `verdict` is None if no notebook has judged the claim yet."""

    stem: str
    claim: Claim
    verdict: Verdict | None


def claim_data(stem: str, claim: Claim, verdict: Verdict) -> dict[str, Any]:
    """Return a verdict as plain data for the output of a notebook cell; an infinite limit becomes empty."""
    return {
        "chapter": stem,
        "id": claim.id,
        "outcome": verdict.outcome,
        "reason": verdict.reason,
        "measured": _plain(verdict.measured),
        "interval": None if verdict.low is None else [_plain(verdict.low), _plain(verdict.high)],
        "variants": {name: _plain(value) for name, value in verdict.variants},
    }


def _plain(value: float | None) -> float | None:
    """Return a number rounded to six significant digits, so that it is the same on every machine."""
    return None if value is None or math.isinf(value) else float(f"{value:.6g}")


def collect_verdicts(notebooks: Path) -> dict[tuple[str, str], Verdict]:
    """Return the verdicts stored in the outputs of all notebooks of a folder, by chapter and claim."""
    found: dict[tuple[str, str], Verdict] = {}
    for path in sorted(notebooks.glob("*.ipynb")):
        found |= read_verdicts(json.loads(path.read_text(encoding="utf-8"))["cells"])
    return found


def read_verdicts(cells: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], Verdict]:
    """Return the verdicts stored in the outputs of cells, by chapter and claim."""
    outputs = (output for cell in cells for output in cell.get("outputs", []))
    judged = [
        data[CLAIM_DATA] for data in (output.get("data", {}) for output in outputs) if CLAIM_DATA in data
    ]
    return {(data["chapter"], data["id"]): _read_verdict(data) for data in judged}


def collect_mentions(notebooks: Path) -> dict[str, list[str]]:
    """Return which notebooks mention each figure (N-48) of the course, by the figure's id."""
    mentions: dict[str, list[str]] = {}
    for path in sorted(notebooks.glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        text = "".join("".join(cell["source"]) for cell in cells)
        for number in sorted(set(re.findall(r"\bN-\d\d\b", text))):
            mentions.setdefault(number, []).append(path.stem)
    return mentions


def _read_verdict(data: dict[str, Any]) -> Verdict:
    low, high = data["interval"] or (None, None)
    if data["interval"] is not None:
        low, high = -math.inf if low is None else low, math.inf if high is None else high
    variants = tuple(data["variants"].items())
    return Verdict(data["outcome"], data["reason"], data["measured"], low, high, variants)


def list_claims(notebooks: Path) -> list[Row]:
    """Return every claim of every chapter in reading order, with the verdict that a notebook gave."""
    verdicts = collect_verdicts(notebooks)
    return [
        Row(stem, claim, verdicts.get((stem, claim.id)))
        for stem in chapter_stems(having="claims")
        for claim in load_claims(stem).values()
    ]


def render_ledger(rows: list[Row], *, mentions: Mapping[str, list[str]]) -> str:
    """Return the ledger as Markdown: counts, a table for each chapter, figures that no claim covers.

    `mentions` says which notebooks mention a figure without judging it.
    """
    lines = ["# Claims of the course and what the data say", "", _summary(rows), ""]
    for stem in dict.fromkeys(row.stem for row in rows):
        lines += [
            f"## {stem}",
            "",
            "| claim | says | claimed | measured | verdict |",
            "|---|---|---|---|---|",
        ]
        chapter = [row for row in rows if row.stem == stem]
        lines += [_render_row(row) for row in chapter]
        lines += ["", "Under which assumption, and on what it depends:", ""]
        lines += [
            f"- **{row.claim.id}** {row.claim.assumption} Depends on: {row.claim.depends_on}"
            for row in chapter
        ]
        lines.append("")
    return "\n".join([*lines, *_render_open(rows, mentions)]).rstrip() + "\n"


def _summary(rows: list[Row]) -> str:
    outcomes = [row.verdict.outcome if row.verdict else "not judged" for row in rows]
    counts = [f"{outcomes.count(word)} {word}" for word in ("holds", "fails", "depends", "not judged")]
    return (
        f"Generated from the executed notebooks. {len(rows)} claims: {', '.join(counts)}. "
        "A claim *holds* if the measured interval lies inside the claimed range, *fails* if it lies outside, "
        "and *depends* if it crosses an edge or changes with a stated assumption."
    )


def _render_row(row: Row) -> str:
    claim, verdict = row.claim, row.verdict
    name = ", ".join((claim.id, *claim.numbers))
    says = f"{claim.statement.en} {claim.statement.zh} *({describe_source(claim)})*"
    if verdict is None:
        return f"| {name} | {says} | {describe_claimed(claim)} | - | not judged |"
    measured = format_range(verdict.measured, verdict.low, verdict.high, claim.unit, digits=claim.digits)
    found = f"**{verdict.outcome}**: {verdict.reason}"
    return f"| {name} | {says} | {describe_claimed(claim)} | {measured} | {found} |"


def _render_open(rows: list[Row], mentions: Mapping[str, list[str]]) -> list[str]:
    """List the computable figures of the chapters that no claim names, and where they are used."""
    covered = {number for row in rows for number in row.claim.numbers}
    chapters = {row.stem for row in rows}
    missing = [
        number
        for number in load_numbers().values()
        if number.computable
        and number.id not in covered
        and any(load_syllabus()[topic].chapter in chapters for topic in number.topics)
    ]
    if not missing:
        return []
    listed = []
    for number in missing:
        where = f"used in {', '.join(mentions[number.id])}" if number.id in mentions else "used nowhere yet"
        listed.append(f"- {number.id} ({', '.join(number.topics)}): {number.figure}, {number.claim}; {where}")
    return ["## Computable figures without a claim", "", *listed]


def write_claims_report(path: Path, *, notebooks: Path) -> list[Row]:
    """Write the ledger (docs/claims.md) from the executed notebooks of a folder and return its rows."""
    rows = list_claims(notebooks)
    write_file(path, render_ledger(rows, mentions=collect_mentions(notebooks)))
    return rows
