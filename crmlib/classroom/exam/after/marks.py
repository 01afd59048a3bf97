"""The paper as it was printed, and the marks of a class that wrote it, in one version or several."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crmlib.classroom.exam.layout import Sheet
from crmlib.ground.spelling import list_valid
from crmlib.imports.text import find_encoding, find_separator

if TYPE_CHECKING:
    import pandas as pd

STUDENT, PAPER = "student", "paper"
Question = dict[str, Any]


@dataclass(frozen=True)
class Marks:
    """Marks and chosen letters by student and question of the first paper; which paper each student wrote."""

    marks: pd.DataFrame
    letters: pd.DataFrame
    written: pd.Series
    notes: tuple[str, ...]


def describe_paper(parts: Mapping[str, list[Sheet]], *, code: str) -> str:
    """The paper as JSON for the analysis: number, item, kind, marks, right letters, drawn numbers."""
    questions = [
        {
            "number": sheet.number,
            "id": sheet.id,
            "kind": kind,
            "marks": sheet.marks,
            "right": sheet.right,
            "letters": sheet.letters,
            "topics": sheet.topics,
            "numbers": sheet.numbers,
        }
        for kind, sheets in parts.items()
        for sheet in sheets
    ]
    return json.dumps({"code": code, "questions": questions}, ensure_ascii=False, indent=1) + "\n"


def read_papers(*paths: Path) -> dict[str, dict[str, Question]]:
    """Code → question number → what the paper says of it. Raises ValueError for a file that is no paper."""
    papers = {}
    for path in paths:
        try:
            found = json.loads(path.read_text(encoding="utf-8"))
            papers[str(found["code"])] = {str(one["number"]): one for one in found["questions"]}
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(
                f"{path} is no paper of crm exam ({type(error).__name__}). Give the file paper-….json that "
                "was written beside the paper."
            ) from error
    return papers


def mark_letters(chosen: str, *, right: str, marks: float) -> float:
    """The marks for letters of several right ones: a part for each right one, none with a wrong one.

    >>> mark_letters("abd", right="abd", marks=6), mark_letters("ad", right="abd", marks=6)
    (6.0, 4.0)
    >>> mark_letters("abc", right="abd", marks=6)
    0.0
    """
    letters = set(chosen)
    return 0.0 if letters - set(right) else marks * len(letters) / len(right)


def read_marks(path: Path, papers: Mapping[str, dict[str, Question]]) -> Marks:
    """Marks and chosen letters of each student, and what was noticed.

    path: CSV with a column student (anonymous) and one for each question number: marks, or for a choice the
    letter, for several right choices the letters. With several papers a column paper names the code of each
    student's. An empty cell is no answer, 0 marks. Raises ValueError that names column, students and repair.
    """
    import pandas as pd

    rows = _read_rows(path)
    first = next(iter(papers.values()))
    columns = [str(name) for name in rows]
    known = {STUDENT, *first} | ({PAPER} if len(papers) > 1 or PAPER in columns else set())
    unknown = [name for name in columns if name not in known]
    missing = [name for name in (*first, *sorted(known & {PAPER})) if name not in columns]
    if unknown or missing:
        raise ValueError(
            f"{path.name} does not fit the paper: unknown columns {', '.join(unknown) or 'none'}; missing "
            f"{', '.join(missing) or 'none'}. One column for each question number."
        )
    table = rows.set_index(STUDENT).apply(lambda column: column.str.strip())
    written = table[PAPER] if PAPER in table else pd.Series(next(iter(papers)), index=table.index)
    strange = sorted(set(written) - set(papers))
    if strange:
        raise ValueError(
            f"{path.name}, column {PAPER!r}: there is no paper {strange[0]!r}. "
            f"{list_valid(strange[0], list(papers))}"
        )
    empty = int((table[list(first)] == "").to_numpy().sum())
    notes = (f"{empty} empty cells count as no answer, 0 marks.",) if empty else ()
    groups = [
        _read_group(table[written == code], first, paper, path.name)
        for code, paper in papers.items()
        if (written == code).any()
    ]
    marks, letters = (pd.concat([group[place] for group in groups]).loc[table.index] for place in (0, 1))
    return Marks(marks, letters.dropna(axis="columns"), written, notes)


def _read_rows(path: Path) -> pd.DataFrame:
    import pandas as pd

    head = path.read_bytes()
    encoding = find_encoding(head, path.name, whole=True)
    separator = find_separator(head.decode(encoding).splitlines())
    rows = pd.read_csv(path, dtype=str, encoding=encoding, sep=separator, keep_default_na=False)
    rows.columns = [str(column).strip() for column in rows]
    if STUDENT not in rows:
        raise ValueError(f"{path.name}: there is no column {STUDENT!r}. Name the first column so.")
    rows[STUDENT] = rows[STUDENT].str.strip()
    twice = rows.loc[rows[STUDENT].duplicated(keep=False), STUDENT].unique()
    if len(twice):
        raise ValueError(
            f"{path.name}: {len(twice)} students stand twice ({', '.join(twice[:5])}). Keep one row."
        )
    return rows


def _read_group(
    table: pd.DataFrame, first: Mapping[str, Question], paper: Mapping[str, Question], where: str
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Marks and letters of the students of one paper, under the numbers and letters of the first."""
    import pandas as pd

    places = {one["id"]: number for number, one in paper.items()}
    if set(places) != {one["id"] for one in first.values()}:
        raise ValueError(
            f"{where}: the papers ask different items. Give the versions of one seed together, others apart."
        )
    pairs = {}
    for number, one in first.items():
        printed = paper[places[one["id"]]]
        marks, letters = _read_question(table[places[one["id"]]], printed, where)
        if letters is not None and printed["letters"] != one["letters"]:
            there = {old: letter for letter, old in one["letters"].items()}
            to_first = str.maketrans({letter: there[old] for letter, old in printed["letters"].items()})
            letters = letters.map(lambda text, table=to_first: "".join(sorted(text.translate(table))))
        pairs[number] = (
            marks,
            letters if letters is not None else pd.Series(index=table.index, dtype=object),
        )
    return tuple(pd.DataFrame({key: pair[place] for key, pair in pairs.items()}) for place in (0, 1))  # type: ignore[return-value]


def _read_question(cells: pd.Series, question: Question, where: str) -> tuple[pd.Series, pd.Series | None]:
    """Marks of a question, and the letters that were chosen if it is a choice given by letters."""
    import pandas as pd

    name, most, right = cells.name, float(question["marks"]), question["right"]
    chosen = cells.str.lower().str.replace(r"[\s,，、]", "", regex=True)
    if right and chosen.map(lambda text: _fits(text, question)).all():
        return chosen.map(lambda text: mark_letters(text, right=right, marks=most)), chosen
    marks = pd.to_numeric(cells.where(cells != "", "0"), errors="coerce")
    wrong = marks.isna() | (marks < 0) | (marks > most)
    if wrong.any():
        who = ", ".join(str(one) for one in cells.index[wrong][:5])
        expected = f"marks from 0 to {most:g}"
        if right:
            word = "letters" if len(right) > 1 else "a letter"
            expected += f" or {word}, {', '.join(question['letters'])}"
        raise ValueError(
            f"{where}, question {name}: {int(wrong.sum())} cells are wrong (students {who}; such as "
            f"{cells[wrong].iloc[0]!r}). Expected {expected}."
        )
    return marks, None


def _fits(text: str, question: Question) -> bool:
    """Say whether a cell holds letters of the question: one, or several where several are right."""
    most = len(question["letters"]) if len(question["right"]) > 1 else 1
    return len(text) <= most and len(set(text)) == len(text) and set(text) <= set(question["letters"])
