"""Running what was collected, deciding, keeping each result at once: a stop in the middle loses nothing."""

import ast
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from typing import Any

from crmlib.classroom.answers.questions import load_exercise
from crmlib.datasets.storage import find_firm
from crmlib.grading.containment.job import Job, Limits, Ran
from crmlib.grading.containment.tiers import UNCONTAINED, Tier
from crmlib.grading.containment.watch import run_job
from crmlib.grading.exchange.collect import Entry, copy_of, counted
from crmlib.grading.exchange.coursework import Coursework, read_json, write_json
from crmlib.grading.exchange.hand_in import OPEN
from crmlib.grading.exchange.hand_out import personal_edition, read_edition
from crmlib.grading.exchange.notebook import code_cells, read_notebook
from crmlib.grading.exchange.students import Student
from crmlib.grading.marking.firms import make_firms
from crmlib.grading.marking.keys import describe_keys, judge, prepare_keys, read_key


@dataclass(frozen=True)
class Verdict:
    """What one answer earned: the kind of feedback, the name of a recognised mistake, the words."""

    kind: str
    message: str
    name: str | None = None

    @property
    def passed(self) -> bool:
        """Say whether the answer was right."""
        return self.kind == "right"


@dataclass(frozen=True)
class Result:
    """One graded submission. `key` says which version of the questions decided, `text` is the open answer."""

    number: str
    stem: str
    seed: int
    digest: str
    tier: str
    key: str
    verdicts: dict[str, Verdict]
    answers: dict[str, list[Any]] = field(default_factory=dict)
    text: str = ""
    remarks: tuple[str, ...] = ()
    failed: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0
    memory_mb: float = 0.0

    @property
    def marks(self) -> int:
        """Count the right answers."""
        return sum(verdict.passed for verdict in self.verdicts.values())


def grade(
    coursework: Coursework,
    stem: str,
    tier: Tier,
    *,
    limits: Limits | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
    say: Callable[[str], None] = print,
) -> list[Result]:
    """Grade what counts of an exercise; return a result for each student, the new and the kept ones.

    A submission that was graded before is not run again; if questions have changed since, `regrade` says
    what that would change. `scheduler` is the address of a Dask scheduler, whose machines then run them.
    """
    students, entries = coursework.read_class(), counted(coursework, stem)
    kept = {one.number: one for one in read_results(coursework, stem)}
    todo = [entry for entry in entries if not _is_current(kept.get(entry.number), entry)]
    seeds = [students[entry.number].seed for entry in todo]
    make_firms(seeds, workers=workers, say=say)
    prepare_keys(coursework, stem, seeds, workers=workers, say=say)
    run = Limits() if limits is None else limits
    results = (
        _run_all(coursework, stem, todo, tier, run, workers)
        if scheduler is None
        else _run_elsewhere(coursework, stem, todo, tier, run, scheduler)
    )
    for number, result in enumerate(results, start=1):
        kept[result.number] = result
        say(f"{number} of {len(todo)}: {result.number}, {result.marks} of {len(result.verdicts)}")
    return [kept[entry.number] for entry in entries]


def _run_all(
    coursework: Coursework, stem: str, todo: Sequence[Entry], tier: Tier, limits: Limits, workers: int | None
) -> Any:
    """Yield the results as they come; each is on disk before it is yielded."""
    students = coursework.read_class()
    with ThreadPoolExecutor(workers or os.cpu_count()) as pool:
        waiting = [
            pool.submit(grade_one, coursework, stem, entry, students[entry.number], tier, limits)
            for entry in todo
        ]
        try:
            for done in as_completed(waiting):
                yield done.result()
        finally:
            for one in waiting:
                one.cancel()


def _run_elsewhere(
    coursework: Coursework, stem: str, todo: Sequence[Entry], tier: Tier, limits: Limits, scheduler: str
) -> Any:
    """Yield the results as they come from other machines; each is on disk before it is yielded."""
    from crmlib.grading.marking.spread import run_spread

    students, entries = coursework.read_class(), {entry.number: entry for entry in todo}
    jobs = {number: read_job(coursework, stem, entry, students[number]) for number, entry in entries.items()}
    if not jobs:
        return
    for number, ran, there in run_spread(
        jobs, scheduler, limits, allow_uncontained=tier.name == UNCONTAINED.name
    ):
        yield keep_result(coursework, jobs[number], entries[number], ran, there)


def grade_one(
    coursework: Coursework, stem: str, entry: Entry, student: Student, tier: Tier, limits: Limits
) -> Result:
    """Run one submission, decide on each of its answers, and keep the result."""
    job = read_job(coursework, stem, entry, student)
    ran = run_job(job, tier, find_firm(student.seed), limits)
    return keep_result(coursework, job, entry, ran, tier.name)


def read_job(coursework: Coursework, stem: str, entry: Entry, student: Student) -> Job:
    """Return what is to be run for what was collected of a student."""
    cells = code_cells(read_notebook(copy_of(coursework, stem, entry).read_bytes()))
    return make_job(stem, student, cells)


def keep_result(coursework: Coursework, job: Job, entry: Entry, ran: Ran, tier: str) -> Result:
    """Decide on each answer of what was run, and keep the result."""
    assert job.seed is not None
    text = ran.answers.pop(OPEN, ["blank"])
    result = Result(
        number=entry.number,
        stem=job.stem,
        seed=job.seed,
        digest=entry.digest,
        tier=tier,
        key=describe_keys(job.stem),
        verdicts=judge_all(coursework, job.stem, job.seed, ran.answers),
        answers={key: ran.answers[key] for key in job.names if key in ran.answers},
        text=text[1] if text[0] == "text" and isinstance(text[1], str) else "",
        remarks=tuple(ran.remarks),
        failed={str(cell + 1): problem for cell, problem in sorted(ran.failed.items())},
        seconds=round(ran.seconds, 3),
        memory_mb=round(ran.memory_mb),
    )
    write_result(coursework, result)
    return result


def make_job(stem: str, student: Student, cells: Sequence[str]) -> Job:
    """Return what is to be run for a submission."""
    edition = code_cells(personal_edition(read_edition(stem), stem, student))
    opening = [cell for cell in edition if "open_chapter(" in cell]
    return Job(stem, student.seed, tuple(cells), find_names(edition), tuple(opening))


def find_names(cells: Sequence[str]) -> dict[str, str]:
    """Return the name that an exercise gives to each answer; "" for an answer that is worked in the check."""
    names = {OPEN: OPEN}
    for node in (node for cell in cells for node in ast.walk(ast.parse(cell))):
        match node:
            case ast.Call(func=ast.Attribute(attr="check"), args=[ast.Constant(value=str(key)), answer]):
                names[key] = answer.id if isinstance(answer, ast.Name) else ""
            case ast.Call(func=ast.Attribute(attr="answer"), args=[ast.Constant(value=str(key)), *_]):
                names[key] = ""
    return names


def judge_all(
    coursework: Coursework, stem: str, seed: int, answers: dict[str, list[Any]]
) -> dict[str, Verdict]:
    """Return the verdict on each question of an exercise, answered or not.

    Raises ValueError if the key of the firm is not there.
    """
    key = read_key(coursework, stem, seed)
    if key is None:
        raise ValueError(f"The key of the firm {seed} is missing. Run `crm course grade` again.")
    found = {}
    for question in load_exercise(stem).questions:
        feedback = judge(question, answers.get(question.id, ["blank"]), key)
        found[question.id] = Verdict(feedback.kind, feedback.message, feedback.name)
    return found


def _is_current(result: Result | None, entry: Entry) -> bool:
    return result is not None and result.digest == entry.digest


def write_result(coursework: Coursework, result: Result) -> None:
    """Keep a result in one step."""
    write_json(coursework.place("graded", result.stem, f"{result.number}.json"), asdict(result))


def read_results(coursework: Coursework, stem: str) -> list[Result]:
    """Return the results of an exercise that are kept so far, by student number."""
    paths = sorted(coursework.place("graded", stem).glob("*.json"))
    return [_to_result(read_json(path)) for path in paths]


def _to_result(data: dict[str, Any]) -> Result:
    verdicts = {key: Verdict(**verdict) for key, verdict in data["verdicts"].items()}
    return Result(**{**data, "verdicts": verdicts, "remarks": tuple(data["remarks"])})
