"""Claims of the course, and the verdict that data give on them.

A claim is a sentence with a range in it. What was measured lies inside the range (holds), outside (fails), or
cannot decide it, because its interval crosses the edge or worlds with other assumptions disagree (depends).
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from crmlib.classroom.formats.chapters import load_entries
from crmlib.classroom.formats.registry import (
    SOURCES,
    check_numbers,
    check_sources,
    check_topics,
    load_numbers,
)
from crmlib.classroom.formats.schema import Text
from crmlib.classroom.formats.units import format_range, format_value
from crmlib.estimates.estimate import Estimate
from crmlib.ground.units import check_unit

Rule = Literal["inside", "at_least", "at_most", "equals", "direction"]
Outcome = Literal["holds", "fails", "depends"]


@dataclass(frozen=True)
class Claim:
    """One claim as `claims.yaml` states it. Percentages are shares: 0.65 with unit "%" is 65 %."""

    id: str
    statement: Text
    kind: Literal["course", "folk", "published", "arithmetic"]
    rule: Rule
    evidence: str
    assumption: str
    depends_on: str
    unit: str = ""
    numbers: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    tolerance: float | None = None
    sign: Literal["positive", "negative"] | None = None
    chart: str | None = None
    digits: int | None = None

    def __post_init__(self) -> None:
        check_topics((self.topic,), key="id")
        check_numbers(self.numbers)
        check_sources(self.sources)
        check_unit(self.unit)
        self._check_bounds()
        self._check_rule()

    @property
    def topic(self) -> str:
        """Return the syllabus id: the part of the claim's id before a dot."""
        return self.id.partition(".")[0]

    @property
    def bounds(self) -> tuple[float, float]:
        """Return the claimed range; an open end is infinite."""
        if self.rule == "direction":
            return (0.0, math.inf) if self.sign == "positive" else (-math.inf, 0.0)
        if self.rule == "equals":
            value, tolerance = self.low or 0.0, self.tolerance or 0.0
            return value - tolerance, value + tolerance
        return -math.inf if self.low is None else self.low, math.inf if self.high is None else self.high

    def _check_rule(self) -> None:
        needs = {
            "inside": {"low", "high"},
            "at_least": {"low"},
            "at_most": {"high"},
            "equals": {"low", "tolerance"},
            "direction": {"sign"},
        }[self.rule]
        given = {name for name in ("low", "high", "tolerance", "sign") if getattr(self, name) is not None}
        if given != needs:
            found = ", ".join(sorted(given)) or "none of them"
            raise ValueError(
                f"key 'rule': {self.rule!r} needs exactly {', '.join(sorted(needs))}; found {found}."
            )
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(f"key 'low': {self.low:g} is above high, {self.high:g}. Swap the two.")

    def _check_bounds(self) -> None:
        """Hold the claimed range against the table of figures, so that the two cannot drift apart."""
        known = [value for number in self.numbers for value in load_numbers()[number].values]
        for name in ("low", "high"):
            value = getattr(self, name)
            if known and value is not None and not any(math.isclose(value, other) for other in known):
                listed = ", ".join(f"{other:g}" for other in known)
                raise ValueError(
                    f"key {name!r}: {value:g} is not a value of {', '.join(self.numbers)} ({listed}). "
                    "Correct one of the two; write percentages as shares, 0.65 for 65 %."
                )


@dataclass(frozen=True)
class Verdict:
    """What data say about a claim: outcome, the measured value with its interval, and why."""

    outcome: Outcome
    reason: str
    measured: float
    low: float | None = None
    high: float | None = None
    variants: tuple[tuple[str, float], ...] = ()


def load_claims(stem: str) -> dict[str, Claim]:
    """Return the claims of a chapter by id."""
    return {claim.id: claim for claim in load_entries(Claim, stem, "claims", key="claims", label="claim")}


def judge_claim(
    claim: Claim,
    *,
    measured: float | Estimate,
    low: float | None = None,
    high: float | None = None,
    variants: Mapping[str, float] | None = None,
) -> Verdict:
    """Say whether a measured value bears a claim out; an `Estimate` brings its interval along.

    `low` and `high` are the interval of the measurement; without them the value alone decides. `variants` are
    values of the same quantity under other stated assumptions: if they fall on both sides, the claim depends.
    Raises ValueError if a value is not finite, lies outside its own interval, or is a share that looks
    like a percentage.
    """
    if isinstance(measured, Estimate):
        value, low, high = measured.value, measured.low, measured.high
    else:
        value = float(measured)
    others = tuple((variants or {}).items())
    _check_measured(claim, value, low, high, others)
    left, right = (value if low is None else low), (value if high is None else high)
    inside = _covers(claim.bounds, left, right)
    outcome: Outcome
    outside = right < claim.bounds[0] or left > claim.bounds[1]
    disagreeing = [name for name, other in others if _covers(claim.bounds, other, other) is not inside]
    if not inside and not outside:
        outcome, reason = "depends", "the interval crosses the edge of the claimed range"
    elif disagreeing:
        outcome, reason = "depends", f"otherwise in: {', '.join(disagreeing)}"
    elif inside:
        outcome, reason = "holds", "the measurement lies inside the claimed range"
    else:
        outcome, reason = "fails", "the measurement lies outside the claimed range"
    return Verdict(outcome, reason, value, low, high, others)


def _covers(bounds: tuple[float, float], left: float, right: float) -> bool:
    """Say whether a range holds an interval; a hair's breadth of rounding is forgiven."""
    slack = 1e-9 * max(1.0, *(abs(edge) for edge in bounds if math.isfinite(edge)))
    return bool(left >= bounds[0] - slack and right <= bounds[1] + slack)


def _check_measured(
    claim: Claim,
    measured: float,
    low: float | None,
    high: float | None,
    others: tuple[tuple[str, float], ...],
) -> None:
    for name, value in [("measured", measured), *others]:
        if not math.isfinite(value):
            raise ValueError(
                f"Claim {claim.id}: {name} is {value}. Measure it first; a claim needs a finite number."
            )
    if (low is None) != (high is None):
        raise ValueError(
            f"Claim {claim.id}: give both low and high of the measurement's interval, or neither."
        )
    if low is not None and high is not None and not low <= measured <= high:
        raise ValueError(
            f"Claim {claim.id}: measured {measured:g} lies outside its own interval {low:g} to {high:g}."
        )
    largest = max((abs(b) for b in claim.bounds if math.isfinite(b)), default=1.0)
    if claim.unit == "%" and largest <= 1 and abs(measured) > 1.5:
        raise ValueError(
            f"Claim {claim.id}: measured is {measured:g}, which looks like per cent. "
            f"Pass a share: {measured / 100:g}."
        )


def render_claim(claim: Claim, verdict: Verdict) -> str:
    """Return the claim block as Markdown: statement, claimed and measured, verdict, assumption."""
    measured = format_range(verdict.measured, verdict.low, verdict.high, claim.unit, digits=claim.digits)
    lines = [
        f"**Claim {', '.join((claim.id, *claim.numbers))}** · {describe_source(claim)}",
        "",
        f"*{claim.statement.en}* {claim.statement.zh}",
        "",
        "| claimed | measured | verdict |",
        "|---|---|---|",
        f"| {describe_claimed(claim)} | {measured} | **{verdict.outcome}** |",
        "",
        f"**Measured:** {claim.evidence}",
        "",
        *(_render_variants(claim, verdict) if verdict.variants else []),
        f"**Assumption:** {claim.assumption}",
        "",
        f"**Depends on:** {claim.depends_on}",
    ]
    if claim.chart:
        lines += ["", f"**Chart:** `{claim.chart}`"]
    return "\n".join(lines)


def _render_variants(claim: Claim, verdict: Verdict) -> list[str]:
    listed = "; ".join(
        f"{name} {format_value(value, claim.unit, digits=claim.digits)}" for name, value in verdict.variants
    )
    return [f"**Elsewhere:** {listed}", ""]


def describe_claimed(claim: Claim) -> str:
    """Return the claimed range in words, such as "65 to 85 %" or "at least 10 times"."""
    low, high = claim.low, claim.high
    if claim.rule == "inside" and low is not None and high is not None:
        return format_range(None, low, high, claim.unit)
    if claim.rule == "at_least" and low is not None:
        return f"at least {format_value(low, claim.unit)}"
    if claim.rule == "at_most" and high is not None:
        return f"at most {format_value(high, claim.unit)}"
    if claim.rule == "equals" and low is not None and claim.tolerance is not None:
        scale = 100 if claim.unit == "%" else 1
        around = f" (± {format_value(claim.tolerance * scale)})" if claim.tolerance > 0.01 * abs(low) else ""
        return f"{format_value(low, claim.unit)}{around}"
    return "more" if claim.sign == "positive" else "less"


def describe_source(claim: Claim) -> str:
    """Return where a claim comes from, in words."""
    named = "; ".join(SOURCES.get(source, source) for source in claim.sources)
    return f"{claim.kind}: {named}" if named else claim.kind
