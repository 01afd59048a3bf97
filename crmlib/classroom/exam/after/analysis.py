"""How difficult was each question, did it tell good students from weak, who chose what, do versions agree.

Difficulty is the mean share of the marks (1: everybody had them). Discrimination is the correlation of a
question with the marks on all *other* questions; below 0.2 a question says little, below 0 its key is likely
wrong. Cronbach's alpha says how far another paper of this kind would rank the students alike; its interval is
that of Feldt (1965): (1 − α̂) / (1 − α) follows an F distribution.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from crmlib.classroom.exam.after.marks import Marks, Question, read_marks

if TYPE_CHECKING:
    import pandas as pd

TELLS = 0.2
FEW = 5  # students who chose a letter, below which their mean says nothing


@dataclass(frozen=True)
class Analysis:
    """What the marks of a class say.

    questions: one a row; choices: how often each letter was chosen; drawn: by whom each letter was chosen;
    numbers: difficulty by what was drawn for a template; totals: the marks of each student.
    """

    questions: pd.DataFrame
    choices: pd.DataFrame
    drawn: pd.DataFrame
    numbers: pd.DataFrame
    totals: pd.Series
    alpha: float
    alpha_low: float
    alpha_high: float
    notes: tuple[str, ...]

    @property
    def students(self) -> int:
        """How many wrote the paper."""
        return len(self.totals)


def analyse_marks(
    path: Path, papers: Mapping[str, dict[str, Question]], *, confidence: float = 0.95
) -> Analysis:
    """Difficulty, discrimination and choices of each question, and the reliability of the whole.

    papers: code → question number → what the paper says of it; the questions are numbered as in the first.
    Errors as `read_marks`; ValueError for fewer than ten students or two questions.
    """
    import pandas as pd

    read, paper = read_marks(path, papers), next(iter(papers.values()))
    marks = read.marks
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
    drawn, numbers = _ask_whom(read, paper, full), _split_numbers(read, papers, full)
    choices = _count_choices(read.letters, paper)
    alpha, low, high = estimate_alpha(marks, confidence=confidence)
    notes = (*read.notes, *_notice(rows, choices, drawn, numbers))
    return Analysis(rows, choices, drawn, numbers, total, alpha, low, high, notes)


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


def _count_choices(letters: pd.DataFrame, paper: Mapping[str, Question]) -> pd.DataFrame:
    """How many students chose which letter, or none: one row a question."""
    import pandas as pd

    rows = []
    for name, one in paper.items():
        if name in letters:
            counts = {letter: int(letters[name].str.contains(letter).sum()) for letter in one["letters"]}
            rows.append(
                {"question": name, "right": one["right"], **counts, "none": int((letters[name] == "").sum())}
            )
    return pd.DataFrame(rows)


def _ask_whom(read: Marks, paper: Mapping[str, Question], full: pd.Series) -> pd.DataFrame:
    """Who chose each letter: how many, and their mean share of the marks on all other questions."""
    import pandas as pd

    total, rows = read.marks.sum(axis="columns"), []
    for name, one in paper.items():
        if name not in read.letters:
            continue
        elsewhere = (total - read.marks[name]) / (full.sum() - full[name])
        for letter in one["letters"]:
            chose = read.letters[name].str.contains(letter)
            rows.append(
                {
                    "question": name,
                    "letter": letter,
                    "right": letter in one["right"],
                    "students": int(chose.sum()),
                    "elsewhere": float(elsewhere[chose].mean()) if chose.any() else None,
                }
            )
    return pd.DataFrame(rows, columns=["question", "letter", "right", "students", "elsewhere"])


def _split_numbers(read: Marks, papers: Mapping[str, dict[str, Question]], full: pd.Series) -> pd.DataFrame:
    """Difficulty of a template by what was drawn for it: one row a question and paper, with its interval.

    `p` tells how easily differences as large come by chance alone (one-way analysis of variance).
    """
    import pandas as pd
    from scipy.stats import f_oneway, t

    rows = []
    for name, one in next(iter(papers.values())).items():
        found = {
            code: next(q for q in paper.values() if q["id"] == one["id"]) for code, paper in papers.items()
        }
        shares = {code: read.marks.loc[read.written == code, name] / full[name] for code in found}
        groups = [share for share in shares.values() if len(share) > 1]
        if len(papers) < 2 or not one["numbers"] or len(groups) < 2:
            continue
        varied = any(group.std() > 0 for group in groups)
        p = float(f_oneway(*groups).pvalue) if varied else 1.0
        for code, share in shares.items():
            if len(share) > 1:
                half = float(t.ppf(0.975, len(share) - 1) * share.sem())
                shown = ", ".join(f"{key} = {value:g}" for key, value in found[code]["numbers"].items())
                mean = float(share.mean())
                rows.append((name, code, shown, len(share), mean, mean - half, mean + half, p))
    columns = ["question", "paper", "numbers", "students", "difficulty", "low", "high", "p"]
    return pd.DataFrame(rows, columns=columns)


def _notice(
    rows: pd.DataFrame, choices: pd.DataFrame, drawn: pd.DataFrame, numbers: pd.DataFrame
) -> list[str]:
    """What an examiner should look at first, in words."""
    notes = [
        f"Question {name}: weak students did better than good ones. Check its key."
        for name in rows.loc[rows["discrimination"] < 0, "question"]
    ]
    for chosen in choices.to_dict("records"):
        right = [chosen[letter] for letter in str(chosen["right"])]
        wrong = [
            count
            for name, count in chosen.items()
            if len(str(name)) == 1 and str(name) not in chosen["right"]
        ]
        if max(wrong, default=0) > min(right):
            notes.append(
                f"Question {chosen['question']}: a wrong choice drew more students than the right one. Check "
                "its key."
            )
    enough = drawn[drawn["students"] >= FEW]
    for name, group in enough.groupby("question", sort=False):
        best = group.loc[group["right"], "elsewhere"].min()
        for letter in group.loc[~group["right"] & (group["elsewhere"] > best), "letter"]:
            notes.append(
                f"Question {name}: those who chose {letter} did better elsewhere than those who chose the "
                "right one. Read it again."
            )
    for name in dict.fromkeys(numbers.loc[numbers["p"] < 0.01, "question"]):
        notes.append(
            f"Question {name}: its versions differ in difficulty by more than chance. Look at their numbers."
        )
    return notes
