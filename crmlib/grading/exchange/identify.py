"""From whom a file is: what the platform says counts most, then the notebook, then the name of the file."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from crmlib.grading.exchange.notebook import Unreadable, code_cells, read_notebook
from crmlib.grading.exchange.receive import Handed
from crmlib.grading.exchange.students import Student, tidy_number


@dataclass(frozen=True)
class Found:
    """Whose file it is. `problem` says why it cannot count; `remarks` change nothing."""

    number: str = ""
    exercise: str = ""
    problem: str = ""
    remarks: tuple[str, ...] = ()


def identify(handed: Handed, students: Mapping[str, Student], stem: str, blank: list[str]) -> Found:
    """Say from whom a file is, and whether it can count for an exercise.

    `blank` is the code of the exercise as it was handed out, without the seed.
    """
    if handed.problem:
        return Found(_uploader(handed, students), problem=handed.problem)
    try:
        data = read_notebook(handed.content or b"")
        cells = code_cells(data)
    except Unreadable as error:
        return Found(_uploader(handed, students), problem=str(error))
    own = data["metadata"].get("crm_course", {})
    uploader, claimed = _uploader(handed, students), tidy_number(own.get("student", ""))
    by_name = _number_in(handed.place, students)
    number = uploader or (claimed if claimed in students else "") or by_name
    exercise = str(own.get("exercise") or _exercise_in(cells) or "")
    problem = _find_problem(number, claimed, exercise, stem, students)
    if not problem and _without_seed(cells) == _without_seed(blank):
        problem = "empty: exactly as it was handed out"
    return Found(number, exercise, problem, tuple(_find_remarks(handed, claimed, by_name)))


def _find_problem(
    number: str, claimed: str, exercise: str, stem: str, students: Mapping[str, Student]
) -> str:
    if not number:
        return f"from nobody on the class list ({claimed or 'no number in it'})"
    if claimed and claimed != number:
        whose = "another student of the class" if claimed in students else "nobody on the class list"
        return f"from somebody else: the notebook was handed out to {claimed[:40]}, {whose}"
    if exercise != stem:
        return f"not from this exercise: {exercise[:60] or 'it opens no chapter'}"
    return ""


def _find_remarks(handed: Handed, claimed: str, by_name: str) -> list[str]:
    remarks = []
    if handed.pack is not None and not handed.pack.is_whole:
        remarks.append("the receipt does not fit: the notebook was changed after it was packed")
    if not claimed:
        remarks.append("the notebook does not say to whom it was handed out")
    if by_name and claimed and by_name != claimed:
        remarks.append(f"renamed: the name of the file says {by_name}")
    return remarks


def _uploader(handed: Handed, students: Mapping[str, Student]) -> str:
    """Return who uploaded a file, by the names that the platform gave to it; "" if they do not tell."""
    if not handed.who:
        return ""
    wanted = {_squeeze(handed.who), "".join(sorted(_squeeze(handed.who)))}
    by_id = [
        one.number for one in students.values() if one.platform_id and one.platform_id == handed.platform_id
    ]
    by_number = _number_in(handed.who, students)
    by_name = [one.number for one in students.values() if one.name and _names(one.name) & wanted]
    if len(by_id) == 1:
        return by_id[0]
    return by_number or (by_name[0] if len(by_name) == 1 else "")


def _names(name: str) -> set[str]:
    """Return a name as platforms squeeze it: as it is, and with the family name in front or at the end."""
    parts = [part for part in re.split(r"[\s,，]+", unicodedata.normalize("NFKC", name)) if part]
    return {
        _squeeze("".join(parts)),
        _squeeze("".join(parts[1:] + parts[:1])),
        _squeeze("".join(parts[::-1])),
    }


def _squeeze(name: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name)).lower()


def _number_in(text: str, students: Mapping[str, Student]) -> str:
    """Return the only number of the class that stands by itself in a text; "" if there is none or several."""
    tokens = set(re.split(r"[^0-9A-Z.-]+", tidy_number(text))) | set(
        re.split(r"[^0-9A-Z]+", tidy_number(text))
    )
    found = sorted(tokens & set(students))
    return found[0] if len(found) == 1 else ""


def _exercise_in(cells: list[str]) -> str:
    found = re.search(r"open_chapter\(\s*['\"]([^'\"]+)['\"]", "\n".join(cells))
    return found[1] if found else ""


def _without_seed(cells: list[str]) -> list[str]:
    kept = [re.sub(r",\s*seed\s*=\s*\d+", "", cell).strip() for cell in cells]
    return [cell for cell in kept if "hand_in_button" not in cell]
