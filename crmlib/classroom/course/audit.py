"""Reading a chapter's files for their author: every problem at once, then what the syllabus still asks."""

from collections.abc import Callable
from typing import Any

from crmlib.classroom.answers.questions import load_exercise
from crmlib.classroom.answers.workbook import Workbook, find_question_problems
from crmlib.classroom.claims.claims import Claim, load_claims
from crmlib.classroom.exam.items import ExamItem, load_exam
from crmlib.classroom.exam.templates import find_item_problems
from crmlib.classroom.formats.chapters import chapter_stems, content_file, files_of, load_info
from crmlib.classroom.formats.glossary import load_glossary
from crmlib.classroom.formats.lecture import load_lecture
from crmlib.classroom.formats.library import find_name
from crmlib.classroom.formats.recall import load_recall
from crmlib.classroom.formats.registry import Topic, topics_of
from crmlib.classroom.formats.schema import ContentError
from crmlib.classroom.review.content import (
    find_formula_problems,
    find_guide_problems,
    load_bank,
    load_formulas,
    load_guides,
    load_lists,
)

LOADERS: dict[str, Callable[[str], Any]] = {
    "chapter": load_info,
    "claims": load_claims,
    "recall": load_recall,
    "checks": load_exercise,
    "exam": load_exam,
    "glossary": load_glossary,
    "lecture": load_lecture,
    "kinds": lambda stem: load_guides(),
    "lists": lambda stem: load_lists(),
    "formulas": lambda stem: load_formulas(),
}
FEWEST = {"exam items": 15, "calculations": 4, "exercise questions": 6}
FEWEST_OF_A_CASE = {"exam items": 12, "exercise questions": 6}


def find_problems(stem: str) -> list[str]:
    """Return every problem of a chapter's files, one sentence each; an empty list if there is none."""
    problems: list[str] = []
    for name in files_of(stem):
        try:
            LOADERS[name](stem)
        except ContentError as error:
            problems += str(error).splitlines()
    folder = content_file(stem, "chapter").parent
    known = {f"{name}.yaml" for name in files_of(stem)}
    strays = sorted(path.name for path in folder.iterdir() if path.name not in known)
    problems += [
        f"{stem}/{name}: no file of this name belongs here. Valid: {', '.join(sorted(known))}."
        for name in strays
    ]
    if not problems:
        problems = [*_count_entries(stem), *_find_clashes(stem), *_find_unmarked(stem)]
    return problems


def _find_unmarked(stem: str) -> list[str]:
    """Say what is wrong with the worked examples of a chapter that says how questions are marked."""
    if "kinds" not in files_of(stem):
        return []
    bank = load_bank()
    problems = [found for guide in load_guides().values() for found in find_guide_problems(guide, bank)]
    return problems + [
        found for formula in load_formulas().values() for found in find_formula_problems(formula, bank)
    ]


def _count_entries(stem: str) -> list[str]:
    """Say what a chapter has too few of."""
    counts = {"exercise questions": len(load_exercise(stem).questions)}
    if "exam" in files_of(stem):
        items = load_exam(stem)
        calculations = sum(item.kind == "calculation" for item in items)
        counts |= {"exam items": len(items), "calculations": calculations}
    kind, fewest = ("case", FEWEST_OF_A_CASE) if stem.startswith("case_") else ("chapter", FEWEST)
    return [
        f"{stem}: {counts[name]} {name}, a {kind} has at least {least}. Write {least - counts[name]} more."
        for name, least in fewest.items()
        if counts.get(name, least) < least
    ]


def _items(stem: str) -> tuple[ExamItem, ...]:
    return load_exam(stem) if "exam" in files_of(stem) else ()


def _claims(stem: str) -> dict[str, Claim]:
    return load_claims(stem) if "claims" in files_of(stem) else {}


def _find_clashes(stem: str) -> list[str]:
    """Say which exam ids and terms of other chapters this chapter contradicts."""
    problems = []
    own_ids = {item.id for item in _items(stem)}
    own_terms = {term.term_zh: term.term_en for term in load_glossary(stem)}
    for other in chapter_stems():
        if other == stem:
            continue
        try:
            ids = {item.id for item in _items(other)}
            terms = {term.term_zh: term.term_en for term in load_glossary(other)}
        except ContentError:
            continue
        problems += [
            f"{stem}/exam.yaml, item {found!r}: {other} has this id too." for found in sorted(own_ids & ids)
        ]
        problems += [
            f"{stem}/glossary.yaml, term {own_terms[zh]!r}: {other} calls {zh} {terms[zh]!r}. Use one term."
            for zh in own_terms
            if terms.get(zh, own_terms[zh]) != own_terms[zh]
        ]
    return problems


def find_computed_problems(stem: str, firm: Any) -> list[str]:
    """Return what goes wrong when a chapter's answers, mistakes and calculations are computed on a firm."""
    exercise = load_exercise(stem)
    workbook = Workbook(exercise, firm)
    problems = [
        found for question in exercise.questions for found in find_question_problems(question, workbook)
    ]
    problems += [found for item in _items(stem) for found in find_item_problems(item)]
    return problems + find_chart_problems(stem)


def find_chart_problems(stem: str) -> list[str]:
    """Return the claims whose chart is no name that a package of the library offers."""
    problems = []
    for claim in _claims(stem).values():
        if claim.chart is None:
            continue
        place = f"{stem}/claims.yaml, claim {claim.id!r}, key 'chart'"
        match claim.chart.split("."):
            case ["crmlib", package, name]:
                try:
                    find_name(package, name)
                except ContentError as error:
                    problems.append(f"{place}: {error}")
            case _:
                problems.append(f"{place}: expected crmlib.<package>.<function>, found {claim.chart}.")
    return problems


def find_untaught(stem: str) -> list[Topic]:
    """Return the topics of a chapter that no claim, exercise question, exam item or glossary term names."""
    named = {claim.topic for claim in _claims(stem).values()}
    named |= {topic for question in load_exercise(stem).questions for topic in question.topics}
    named |= {topic for item in _items(stem) for topic in item.topics}
    named |= {term.topic for term in load_glossary(stem)}
    return [topic for topic in topics_of(stem) if topic.id not in named]
