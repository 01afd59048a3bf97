"""Right answers on each student's own firm, and those that likely mistakes lead to, kept once computed."""

import hashlib
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from crmlib.classroom.answers.checks import judge_answer
from crmlib.classroom.answers.questions import COMPUTED, Question, load_exercise
from crmlib.classroom.answers.slips import Feedback
from crmlib.classroom.answers.workbook import Workbook
from crmlib.classroom.formats.chapters import content_file
from crmlib.grading.containment.child import plain
from crmlib.grading.exchange.coursework import Coursework, read_json, write_json
from crmlib.grading.marking.firms import make_firm
from crmlib.grading.marking.values import Refused, from_plain
from crmlib.ground.files import COURSE

ANYTHING = Feedback("wrong_type", "This is no answer that the course can read.")
# Parts of the library that compute no right answer.
ASIDE = ("classroom", "publishing", "grading")


@cache
def describe_keys(stem: str) -> str:
    """Return a short text that changes when a question of the exercise does, or what computes its answer."""
    library = COURSE / "crmlib"
    paths = [
        path for path in sorted(library.rglob("*.py")) if path.relative_to(library).parts[0] not in ASIDE
    ]
    content = b"".join(
        path.read_bytes().replace(b"\r\n", b"\n") for path in [content_file(stem, "checks"), *paths]
    )
    return hashlib.sha256(content).hexdigest()[:16]


def compute_key(stem: str, seed: int) -> dict[str, Any]:
    """Return the right answers of an exercise on a firm, and the mistaken ones, as plain data."""
    from crmlib.datasets.loaders import load_firm

    exercise = load_exercise(stem)
    book = Workbook(exercise, load_firm(seed=make_firm(seed)))
    return {
        one.id: {
            "expected": plain(book.expected(one)),
            "mistaken": list(map(plain, book.compute_mistakes(one))),
        }
        for one in exercise.questions
        if one.kind in COMPUTED
    }


def prepare_keys(
    coursework: Coursework,
    stem: str,
    seeds: Iterable[int],
    *,
    workers: int | None = None,
    say: Callable[[str], None] = print,
) -> None:
    """Compute and keep the keys that are missing or out of date, on all cores."""
    wanted = [seed for seed in sorted(set(seeds)) if read_key(coursework, stem, seed) is None]
    if len(wanted) < 2:
        for seed in wanted:
            _keep_key(coursework.folder, stem, seed)
        return
    with ProcessPoolExecutor(workers or os.cpu_count(), mp_context=get_context("spawn")) as pool:
        count = len(wanted)
        done = pool.map(_keep_key, [coursework.folder] * count, [stem] * count, wanted)
        for number, seed in enumerate(done, start=1):
            say(f"key {number} of {count} is there (seed {seed})")


def _keep_key(folder: Path, stem: str, seed: int) -> int:
    key = {"made_by": describe_keys(stem), "questions": compute_key(stem, seed)}
    write_json(Coursework(folder).place("keys", stem, f"{seed}.json"), key)
    return seed


def read_key(coursework: Coursework, stem: str, seed: int) -> dict[str, Any] | None:
    """Return the kept key of a firm; None if there is none, or questions have changed since."""
    path = coursework.place("keys", stem, f"{seed}.json")
    if not path.exists():
        return None
    key = read_json(path)
    return key["questions"] if key["made_by"] == describe_keys(stem) else None


def judge(question: Question, answer: Any, key: dict[str, Any]) -> Feedback:
    """Say what a plain answer deserves; what cannot be read is no answer."""
    try:
        value = from_plain(answer)
    except Refused:
        return ANYTHING
    kept = key.get(question.id, {"expected": ["blank"], "mistaken": []})
    expected, mistaken = from_plain(kept["expected"]), [from_plain(one) for one in kept["mistaken"]]
    try:
        return judge_answer(question, value, expected=expected, mistaken=mistaken)
    except Exception:  # a table may hold labels that cannot be compared with those of the right one
        return ANYTHING
