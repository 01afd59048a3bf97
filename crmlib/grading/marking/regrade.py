"""Deciding anew after a question has changed, without running anything: first say whose marks change."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from crmlib.grading.exchange.coursework import Coursework
from crmlib.grading.marking.grade import Result, judge_all, read_results, write_result
from crmlib.grading.marking.keys import describe_keys, prepare_keys


@dataclass(frozen=True)
class Change:
    """One result as it is and as it would be; `questions` are those on which the decision differs."""

    before: Result
    after: Result

    @property
    def questions(self) -> tuple[str, ...]:
        """The ids of the questions that are now judged otherwise."""
        old, new = self.before.verdicts, self.after.verdicts
        return tuple(key for key in {**old, **new} if old.get(key) != new.get(key))


def preview(
    coursework: Coursework, stem: str, *, workers: int | None = None, say: Callable[[str], None] = print
) -> list[Change]:
    """Return what the questions as they are now would make of each kept result; nothing is written to those.

    Raises ValueError if nothing was graded yet.
    """
    results = read_results(coursework, stem)
    if not results:
        raise ValueError(f"Nothing of {stem} is graded yet. Run `crm course grade` first.")
    prepare_keys(coursework, stem, [one.seed for one in results], workers=workers, say=say)
    return [Change(one, _decide_anew(coursework, one)) for one in results]


def _decide_anew(coursework: Coursework, result: Result) -> Result:
    verdicts = judge_all(coursework, result.stem, result.seed, result.answers)
    return replace(result, verdicts=verdicts, key=describe_keys(result.stem))


def apply(coursework: Coursework, changes: list[Change]) -> None:
    """Keep the new decisions."""
    for change in changes:
        write_result(coursework, change.after)


def tell(changes: list[Change]) -> list[str]:
    """Return a line for each student whose marks or feedback change."""
    lines = []
    for change in changes:
        old, new = change.before.marks, change.after.marks
        if change.questions:
            words = f"{old} → {new} marks" if old != new else f"{old} marks stay, the feedback changes"
            lines.append(f"{change.before.number}: {words} ({', '.join(change.questions)})")
    return lines
