"""Judging a list of words: which of them count and which do not, however they are spelled.

A word counts in every spelling that the question accepts, and by the counterpart that the glossary or the
syllabus gives to such a spelling in the other language.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from crmlib.classroom.answers.questions import Question
from crmlib.classroom.answers.slips import RIGHT, Feedback
from crmlib.classroom.formats.chapters import chapter_stems, content_root
from crmlib.classroom.formats.glossary import load_glossary
from crmlib.classroom.formats.registry import load_syllabus
from crmlib.classroom.formats.units import narrow

# Characters that part the words of a list, or letters, in one text.
COMMAS = re.compile(r"[,;\n、，；]")

# How it is said which words count, occur again, do not count, and how many are missing, in both languages.
LABELS = (
    ("Counts: {}. ", "The same again: {}. ", "Does not count: {}. ", "Still missing: {}. "),
    ("算对：{}。", "重复：{}。", "不算：{}。", "还缺：{}。"),
)


def judge_words(question: Question, answer: Any) -> Feedback:
    """Say what a list of words deserves."""
    words = _split_words(answer)
    if words is None:
        return Feedback("wrong_type", 'Answer with a list of words in quotes: ["first", "second"].')
    if not words:
        return Feedback(
            "unanswered", "Nothing is written yet: write the words first.", zh="还没有填写：请先写出词语。"
        )
    entries = [_all_spellings(accepted) for accepted in question.answer]
    places = {word: n for word in words for n, entry in enumerate(entries) if word in entry}
    extra = [word for word in words if word not in places]
    found = list(dict.fromkeys(places.values()))
    told, told_zh = (_tell_words(words, places, extra, len(entries), labels) for labels in LABELS)
    for mistake in question.mistakes:
        if set(extra) & set().union(*(_spellings(word) for word in mistake.answer)):
            zh = told_zh + mistake.hint_zh if mistake.hint_zh else ""
            return Feedback("mistake", told + mistake.hint, mistake.name, zh)
    if len(found) < len(entries):
        zh = told_zh + (question.hint_zh or "术语请按术语表书写。")
        return Feedback("wrong", told + (question.hint or "Spell terms as in the glossary."), zh=zh)
    if extra:
        return Feedback("wrong", told + "Take out what does not belong.", zh=told_zh + "请删去不属于这里的。")
    if question.ordered and (found != sorted(found) or isinstance(answer, set | frozenset)):
        return Feedback(
            "wrong",
            "All of them count, but they are not in order. What comes first?",
            zh="各项都算对，但顺序不对。哪一项在最前？",
        )
    return RIGHT


def _tell_words(
    words: dict[str, str], places: dict[str, int], extra: list[str], total: int, labels: tuple[str, ...]
) -> str:
    """Say which of the reader's words count and which do not; of a single word that fails, nothing."""
    if total == 1 and not places:
        return ""
    first = {place: word for word, place in reversed(places.items())}
    again = [word for word, place in places.items() if first[place] != word]
    parts = (
        [words[word] for word in places if word not in again],
        [words[word] for word in again],
        [words[word] for word in extra],
        [str(total - len(first))] if len(first) < total else [],
    )
    told = zip(labels, parts, strict=True)
    return "".join(label.format(", ".join(listed)) for label, listed in told if listed)


def _split_words(answer: Any) -> dict[str, str] | None:
    """Return the words of a list answer, each plain and as written; one text may hold several, with commas.

    >>> _split_words("Packing, delivery、三包")
    {'packing': 'Packing', 'delivery': 'delivery', '三包': '三包'}
    """
    if isinstance(answer, str):
        answer = COMMAS.split(answer)
    if isinstance(answer, pd.Series | pd.Index | np.ndarray):
        answer = answer.tolist()
    if not isinstance(answer, list | tuple | set | frozenset) or not all(
        isinstance(word, str) for word in answer
    ):
        return None
    return {_plain(word): word.strip() for word in answer if _plain(word)}


def _spellings(accepted: str) -> set[str]:
    return {_plain(spelling) for spelling in accepted.split("|")}


def _all_spellings(accepted: str) -> set[str]:
    """Return the spellings of an entry, and the course's own words for it in the other language."""
    listed = _spellings(accepted)
    known = _load_counterparts(str(content_root()))
    return listed.union(*(known.get(word, set()) for word in listed))


@cache
def _load_counterparts(root: str) -> dict[str, set[str]]:
    """Return what each term of the glossaries and of the syllabus is called in the other language."""
    pairs: list[tuple[str, Iterable[str]]] = [
        (term.term_en, [term.term_zh])
        for stem in chapter_stems(having="glossary")
        for term in load_glossary(stem)
    ]
    pairs += [(topic.term_en, [topic.term_zh, *topic.other_zh]) for topic in load_syllabus().values()]
    found: dict[str, set[str]] = defaultdict(set)
    for english, chinese in pairs:
        for word in chinese:
            found[_plain(english)].add(_plain(word))
            found[_plain(word)].add(_plain(english))
    return dict(found)


def _plain(word: str) -> str:
    """Return a word without what does not matter: capitals, width, full stops, hyphens, an article,
    the ending 性.

    >>> _plain("The One-to-One  marketing。"), _plain("价值性")
    ('one to one marketing', '价值')
    """
    words = re.sub(r"[\s\-_.。“”\"'’]+", " ", narrow(word).lower()).strip()
    without_article = re.sub(r"^(the|an?) (?=.)", "", words)
    return re.sub(r"(?<=[\u4e00-\u9fff]{2})性$", "", without_article)
