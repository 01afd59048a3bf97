"""The content of every chapter: files are sound, answers pass, mistakes are told apart on several firms."""

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from crmlib.classroom.answers.ladder import render_solution
from crmlib.classroom.answers.questions import COMPUTED, load_exercise
from crmlib.classroom.answers.workbook import Workbook
from crmlib.classroom.claims.ledger import collect_mentions, list_claims, render_ledger
from crmlib.classroom.course.audit import find_computed_problems, find_problems
from crmlib.classroom.formats.chapters import chapter_stems
from crmlib.classroom.formats.glossary import load_glossary
from crmlib.classroom.formats.registry import CONTENT
from crmlib.datasets.loaders import load_firm
from crmlib.simulation import simulate
from crmlib.simulation.world.worlds import World

ROOT = Path(__file__).parents[2]
EXERCISES = sorted(path.stem for path in (ROOT / "sources" / "exercises").glob("*.md"))
# What a content file must not say → the sources' word, or the one word of the course for it.
WORDS = {
    "燃料": "油品",
    "燃油": "油品",
    "购买场合": "购买时点",
    "市场样本": "固定样组",
    "样本顾客": "固定样组",
    "无法干净地归入": "无法明确归类",
    "选择甲项": "选A",
    "选择乙项": "选B",
    "选择丙项": "选C",
    "选择丁项": "选D",
    "当作针对自己": "当作个人事情",
    "赢得新客户": "争取新客户",
    "为客户创造价值": "对客户创造价值",
    "巩固客户忠诚": "稳固客户忠诚度",
    "维系老客户": "保留老客户",
    "扩大客户资源": "增加企业的客户资源",
    "记录要点": "记录投诉要点",
    "可行的解决方案": "提出解决办法",
    "达成一致": "达成共识",
    "真诚道歉": "真诚致歉",
    "接受感受": "认可感受",
    "perceptual": "emotional (感性)",
    "system layer": "institutional layer (体制层)",
    "feedback culture": "feedback mechanism (反馈机制)",
}
# A student's own variant: the same world from another seed. No exercise may be right on one seed only.
OTHER_SEED = 7


@cache
def other_firm() -> SimpleNamespace:
    """Return the firm of the other seed, generated once; its tables are attributes."""
    return SimpleNamespace(**simulate(replace(World(), seed=OTHER_SEED)).tables)


@pytest.fixture(autouse=True)
def real_content():
    """Make sure that the committed content is tested."""
    assert "CRM_CONTENT" not in os.environ


def test_at_least_one_chapter_has_content():
    assert "04_satisfaction_and_loyalty" in chapter_stems()
    assert {path.name for path in CONTENT.iterdir() if path.is_dir()} == set(chapter_stems())


@pytest.mark.parametrize("stem", chapter_stems())
def test_the_files_of_a_chapter_are_sound(stem):
    assert find_problems(stem) == []


@pytest.mark.parametrize("stem", chapter_stems())
def test_the_files_of_a_chapter_read_the_same_without_the_fast_loader(stem):
    """PyYAML comes without libyaml on some machines, and its own parser is stricter."""
    for path in sorted((CONTENT / stem).glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        fast = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        assert yaml.load(text, yaml.SafeLoader) == yaml.load(text, fast)


@pytest.mark.parametrize("stem", chapter_stems())
def test_the_content_of_a_chapter_takes_the_words_of_the_sources(stem):
    """Exams ask for the sources' wording; a translation back from English earns nothing there."""
    found = [
        f"{path.name}, line {number}: {word}. Write {right}."
        for path in sorted((CONTENT / stem).glob("*.yaml"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        for word, right in WORDS.items()
        if word in line
    ]
    assert not found, "\n".join(["Words that are not the course's:", *found])


def list_texts(data: Any) -> Iterator[tuple[str, str]]:
    """Yield every pair of texts in the two languages that a content file holds."""
    if isinstance(data, dict) and isinstance(data.get("en"), str):
        yield data["en"], str(data["zh"])
    for part in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from list_texts(part)


@pytest.mark.parametrize("stem", chapter_stems())
def test_a_term_alone_stands_in_chinese_as_in_the_glossary(stem):
    """A marking point, an entry of a list or a choice that is a term and nothing else."""
    terms: dict[str, set[str]] = {}
    for term in (term for one in chapter_stems() for term in load_glossary(one)):
        terms.setdefault(term.term_en.split(" (")[0].lower(), set()).add(term.term_zh)
    found = [
        f"{path.name}: {english} is {chinese}, in the glossary {' or '.join(sorted(terms[english.lower()]))}"
        for path in sorted((CONTENT / stem).glob("*.yaml"))
        for english, chinese in list_texts(yaml.safe_load(path.read_text(encoding="utf-8")))
        if not any(chinese in known or known in chinese for known in terms.get(english.lower(), {chinese}))
    ]
    assert not found, "\n".join(["Terms that the glossary writes otherwise:", *found])


@pytest.mark.parametrize("stem", chapter_stems())
def test_answers_pass_and_mistakes_are_recognised_on_the_committed_firm(stem):
    assert find_computed_problems(stem, load_firm()) == []


def test_the_decisions_that_end_the_exercises_use_every_letter():
    """Whoever notices that the last answer is always b needs no figure."""
    decisions = [load_exercise(stem) for stem in EXERCISES]
    last = [
        max((q for q in one.questions if q.id[0] == "q"), key=lambda q: int(q.id[1:])) for one in decisions
    ]
    assert {question.answer for question in last} == set("abcd")


@pytest.mark.parametrize("stem", EXERCISES)
def test_every_question_of_an_exercise_has_a_next_step_that_does_not_say_the_answer(stem):
    questions = load_exercise(stem).questions
    assert [one.id for one in questions if one.next_step in (None, one.hint)] == []
    for one in questions:
        words = [word.split("|")[0] for word in one.answer] if one.kind == "list" else []
        chosen = [one.choices[one.answer].en] if one.kind == "choice" else []
        told = [word for word in words + chosen if re.search(rf"\b{re.escape(word)}\b", one.next_step, re.I)]
        assert not told, f"{stem} {one.id} says {told}"


@pytest.mark.parametrize("stem", EXERCISES)
def test_each_hint_of_an_exercise_is_there_in_chinese(stem):
    for one in load_exercise(stem).questions:
        pairs = [(one.hint, one.hint_zh), (one.next_step, one.next_step_zh)]
        pairs += [(mistake.hint, mistake.hint_zh) for mistake in one.mistakes]
        bad = [
            english
            for english, chinese in pairs
            if english and not re.search("[\u4e00-\u9fff]", chinese or "")
        ]
        assert not bad, f"{stem} {one.id}: {bad}"
        words = [part for answer in one.answer for part in answer.split("|")] if one.kind == "list" else []
        words += [one.choices[one.answer].zh] if one.kind == "choice" else []
        chinese = [word for word in words if re.search("[\u4e00-\u9fff]", word)]
        assert not (told := [word for word in chinese if word in one.next_step_zh]), f"{one.id} says {told}"


def test_the_worked_way_of_each_computed_question_of_the_last_exercise_runs_and_passes():
    """The reader copies it into a cell; there only the names of the cell are known."""
    firm = load_firm()
    for stem in EXERCISES[-1:]:
        exercise = load_exercise(stem)
        book = Workbook(exercise, firm)
        for question in (one for one in exercise.questions if one.kind in COMPUTED):
            code = render_solution(exercise, question).split("```")[1].removeprefix("python\n")
            names = {"firm": firm}
            exec(code, names)
            assert book.judge(question, names["answer"]).passed, f"{stem} {question.id}"


@pytest.mark.slow
@pytest.mark.parametrize("stem", chapter_stems())
def test_answers_pass_and_mistakes_are_recognised_on_another_firm(stem):
    assert find_computed_problems(stem, other_firm()) == []


def test_the_ledger_of_claims_says_what_the_notebooks_say():
    text = render_ledger(list_claims(ROOT / "notebooks"), mentions=collect_mentions(ROOT / "notebooks"))
    stored = (ROOT / "docs" / "claims.md").read_text(encoding="utf-8")
    assert stored == text, "docs/claims.md is out of date. Run: crm claims"
