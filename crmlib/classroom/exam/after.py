"""After the exam: how difficult was each question, did it tell good students from weak, who chose what.

Difficulty is the mean share of the marks (1: everybody had them). Discrimination is the correlation of a
question with the marks on all *other* questions; below 0.2 a question says little, below 0 its key is likely
wrong. Cronbach's alpha says how far another paper of this kind would rank the students alike; its interval is
that of Feldt (1965): (1 − α̂) / (1 − α) follows an F distribution.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crmlib.classroom.exam.layout import Sheet
from crmlib.imports.text import find_encoding, find_separator

if TYPE_CHECKING:
    import pandas as pd

STUDENT = "student"
TELLS = 0.2


@dataclass(frozen=True)
class Analysis:
    """What the marks of a class say: questions (one a row), choices, reliability, and what was noticed."""

    questions: pd.DataFrame
    choices: pd.DataFrame
    students: int
    alpha: float
    alpha_low: float
    alpha_high: float
    notes: tuple[str, ...]


def describe_paper(parts: dict[str, list[Sheet]], *, code: str) -> str:
    """The paper as JSON for the analysis: number, kind, marks, right letter, topics of each question."""
    questions = [
        {
            "number": sheet.number,
            "kind": kind,
            "marks": sheet.marks,
            "right": sheet.right,
            "letters": list(sheet.choices),
            "topics": sheet.topics,
        }
        for kind, sheets in parts.items()
        for sheet in sheets
    ]
    return json.dumps({"code": code, "questions": questions}, ensure_ascii=False, indent=1) + "\n"


def read_paper(path: Path) -> dict[str, dict[str, Any]]:
    """Question number → what the paper says of it. Raises ValueError for a file that is no paper."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {str(one["number"]): one for one in found["questions"]}
    except (ValueError, KeyError, TypeError) as error:
        raise ValueError(
            f"{path} is no paper of crm exam ({type(error).__name__}). Give the file paper-….json that was "
            "written beside the paper."
        ) from error


def read_marks(path: Path, paper: dict[str, dict[str, Any]]) -> tuple[pd.DataFrame, pd.DataFrame, list[str]]:
    """Marks and chosen letters of each student, and what was noticed.

    path: CSV with a column student (anonymous) and one for each question number: marks, or for a choice the
    letter. An empty cell is no answer, 0 marks. Raises ValueError that names column, students and repair.
    """
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
    columns = [str(name) for name in rows]
    unknown = [name for name in columns if name != STUDENT and name not in paper]
    missing = [name for name in paper if name not in columns]
    if unknown or missing:
        raise ValueError(
            f"{path.name} does not fit the paper: unknown columns {', '.join(unknown) or 'none'}; missing "
            f"{', '.join(missing) or 'none'}. One column for each question number."
        )
    table = rows.set_index(STUDENT)[list(paper)].apply(lambda column: column.str.strip())
    empty = int((table == "").to_numpy().sum())
    notes = [f"{empty} empty cells count as no answer, 0 marks."] if empty else []
    pairs = {name: _read_question(table[name], paper[name], path.name) for name in paper}
    marks = pd.DataFrame({name: pair[0] for name, pair in pairs.items()})
    letters = pd.DataFrame({name: pair[1] for name, pair in pairs.items() if pair[1] is not None})
    return marks, letters, notes


def _read_question(
    cells: pd.Series, question: dict[str, Any], where: str
) -> tuple[pd.Series, pd.Series | None]:
    """Marks of a question, and the letters that were chosen if it is a choice given by letters."""
    import pandas as pd

    name, most, right = cells.name, float(question["marks"]), question["right"]
    chosen = cells.str.lower()
    letters = chosen.isin([*question["letters"], ""]) if right else pd.Series(False, index=cells.index)
    if right and letters.all():
        return (chosen == right) * most, chosen.where(chosen != "", "none")
    marks = pd.to_numeric(cells.where(cells != "", "0"), errors="coerce")
    wrong = marks.isna() | (marks < 0) | (marks > most)
    if wrong.any():
        who = ", ".join(str(one) for one in cells.index[wrong][:5])
        expected = f"marks from 0 to {most:g}"
        if right:
            expected += f" or a letter, {', '.join(question['letters'])}"
        raise ValueError(
            f"{where}, question {name}: {int(wrong.sum())} cells are wrong (students {who}; such as "
            f"{cells[wrong].iloc[0]!r}). Expected {expected}."
        )
    return marks, None


def analyse_marks(path: Path, paper: dict[str, dict[str, Any]], *, confidence: float = 0.95) -> Analysis:
    """Difficulty, discrimination and choices of each question, and the reliability of the whole.

    Errors as `read_marks`; ValueError for fewer than ten students or two questions.
    """
    import pandas as pd

    marks, letters, notes = read_marks(path, paper)
    if len(marks) < 10 or len(paper) < 2:
        raise ValueError(
            f"{path.name}: {len(marks)} students and {len(paper)} questions; expected at least 10 and 2. "
            "Fewer tell nothing, and might name somebody."
        )
    full = pd.Series({name: float(one["marks"]) for name, one in paper.items()})
    total = marks.sum(axis="columns")
    rows = pd.DataFrame(
        {
            "question": list(paper),
            "kind": [one["kind"] for one in paper.values()],
            "topics": [one["topics"] for one in paper.values()],
            "marks": full.to_numpy(),
            "difficulty": (marks.mean() / full).to_numpy(),
            "discrimination": [_correlate(marks[name], total - marks[name]) for name in paper],
        }
    )
    for name in rows.loc[rows["discrimination"] < 0, "question"]:
        notes.append(f"Question {name}: weak students did better than good ones. Check its key.")
    choices = _count_choices(letters, paper)
    for chosen in choices.to_dict("records"):
        wrong = [count for name, count in chosen.items() if len(str(name)) == 1 and name != chosen["right"]]
        if max(wrong, default=0) > chosen.get(chosen["right"], 0):
            notes.append(
                f"Question {chosen['question']}: a wrong choice drew more students than the right one. Check "
                "its key."
            )
    alpha, low, high = estimate_alpha(marks, confidence=confidence)
    return Analysis(rows, choices, len(marks), alpha, low, high, tuple(notes))


def estimate_alpha(marks: pd.DataFrame, *, confidence: float = 0.95) -> tuple[float, float, float]:
    """Cronbach's alpha and its limits: k / (k − 1) · (1 − Σ variances / variance of the sum).

    >>> import pandas as pd
    >>> same = pd.DataFrame({"1": [0, 1, 2, 3], "2": [0, 1, 2, 3]})
    >>> estimate_alpha(same)[0]
    1.0
    """
    from scipy.stats import f

    students, questions = marks.shape
    whole = marks.sum(axis="columns").var()
    if not whole > 0:
        raise ValueError("all students have the same marks in all, so reliability cannot be told.")
    alpha = questions / (questions - 1) * (1 - marks.var().sum() / whole)
    tail, first, second = (1 - confidence) / 2, students - 1, (students - 1) * (questions - 1)
    low = 1 - (1 - alpha) * f.ppf(1 - tail, first, second)
    high = 1 - (1 - alpha) * f.ppf(tail, first, second)
    return float(alpha), float(low), float(high)


def _correlate(one: pd.Series, other: pd.Series) -> float:
    """The correlation, 0 where one of them does not vary."""
    return float(one.corr(other)) if one.std() > 0 and other.std() > 0 else 0.0


def _count_choices(letters: pd.DataFrame, paper: dict[str, dict[str, Any]]) -> pd.DataFrame:
    """How many students chose which letter, or none: one row a question."""
    import pandas as pd

    rows = []
    for name, one in paper.items():
        if name in letters:
            counts = {letter: int((letters[name] == letter).sum()) for letter in [*one["letters"], "none"]}
            rows.append({"question": name, "right": one["right"], **counts})
    return pd.DataFrame(rows)


def render_analysis(found: Analysis) -> str:
    """The analysis as one page that needs no network."""
    import jinja2

    loader = jinja2.FileSystemLoader(Path(__file__).parent)
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    choices = [list(found.choices), *found.choices.to_numpy().tolist()] if len(found.choices) else []
    rows = list(found.questions.itertuples(index=False))
    page = environment.get_template("analysis.html.j2")
    return page.render(found=found, rows=rows, choices=choices, tells=TELLS) + "\n"
