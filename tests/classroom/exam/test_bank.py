"""The bank of exam items as a whole: nothing in it tells the answer, and no wrong way gives the right one."""

import re
from collections import Counter

import pytest

from crmlib.classroom.exam.bank import load_own, load_papers
from crmlib.classroom.exam.items import ExamItem, draw_numbers, load_exam
from crmlib.classroom.exam.papers import HEADINGS
from crmlib.classroom.formats.arithmetic import evaluate
from crmlib.classroom.formats.chapters import chapter_stems
from crmlib.classroom.formats.registry import load_syllabus
from crmlib.classroom.formats.schema import ContentError
from crmlib.classroom.review.content import load_bank
from crmlib.publishing.revise.content import collect_content

STEMS = chapter_stems(having="exam")
SEEDS = range(300)


@pytest.fixture(scope="module")
def items() -> list[ExamItem]:
    return [item for stem in STEMS for item in load_exam(stem)]


@pytest.fixture(scope="module")
def choices(items) -> list[ExamItem]:
    return [item for item in items if item.kind == "choice"]


def find_equal(item: ExamItem) -> set[tuple[str, int]]:
    """Return each mistake with a seed for which it gives the answer, both rounded as they are printed."""
    places = item.result.digits + (2 if item.result.unit == "%" else 0)
    found = set()
    for seed in SEEDS:
        values = draw_numbers(item, seed=seed)
        answer = evaluate(item.result.expression, values)
        assert item.result.low <= answer <= item.result.high, f"{item.id}, seed {seed}: {answer:g}"
        found |= {
            (slip.name, seed)
            for slip in item.mistakes
            if round(evaluate(slip.expression, values), places) == round(answer, places)
        }
    return found


@pytest.mark.parametrize("stem", STEMS)
def test_no_listed_mistake_gives_the_answer(stem):
    """Whoever calculates wrongly and is told "right" has learnt the wrong way."""
    equal = {item.id: sorted(find_equal(item))[:3] for item in load_exam(stem) if item.result}
    assert {key: found for key, found in equal.items() if found} == {}


def test_an_item_has_an_id_of_its_own_that_begins_with_its_chapter(items):
    assert [key for key, count in Counter(item.id for item in items).items() if count > 1] == []
    numbered = [stem for stem in STEMS if stem[0].isdigit()]
    assert [item.id for stem in numbered for item in load_exam(stem) if item.id[:3] != f"{stem[:2]}-"] == []


def test_every_topic_of_the_chapters_is_asked_for(items):
    asked = {topic for item in items for topic in item.topics}
    assert [topic for topic in load_syllabus() if topic[0] not in "KL" and topic not in asked] == []


def test_every_kind_has_a_dozen_items_and_a_part_of_each_is_held_back(items):
    kinds = Counter(item.kind for item in items)
    assert set(kinds) == set(HEADINGS) and min(kinds.values()) >= 12
    assert kinds.total() >= 700 and kinds["calculation"] >= 80
    held = Counter(item.kind for item in items if item.reserved)
    assert set(held) == set(HEADINGS) and 0.08 <= held.total() / kinds.total() <= 0.2


def test_what_is_held_back_is_shown_by_no_review_and_no_topic_is_lost_with_it(items):
    shown = {item.id: item for bank in load_bank().values() for item in bank}
    assert set(shown) == {item.id for item in items if not item.reserved}
    assert {entry["id"] for entry in collect_content()["items"]} <= set(shown)
    asked = {topic for item in shown.values() for topic in item.topics}
    assert {topic for item in items for topic in item.topics} == asked


def test_no_blank_is_filled_by_another_word_of_its_sentence(items):
    found = [
        f"{item.id}: {point.en}"
        for item in items
        if item.kind == "fill_in"
        for point in item.points
        if re.search(rf"\b{re.escape(point.en.split(' (')[0])}\b", item.question.en, re.IGNORECASE)
    ]
    assert found == []


def test_the_chinese_of_an_item_has_the_punctuation_of_chinese(items):
    half = re.compile(r'[\u4e00-\u9fff]\s*[",;:?!()]|[",;:?!()]\s*[\u4e00-\u9fff]')
    for item in items:
        texts = [item.question, item.answer, item.slip, *(item.choices or {}).values()]
        words = [text.zh for text in texts if text] + [point.zh for point in item.scheme]
        found = [one for one in words if half.search(re.sub(r"\{\{.*?\}\}", "N", one))]
        assert found == [], item.id


def test_half_of_the_verdicts_are_true(items):
    verdicts = Counter(item.correct for item in items if item.kind == "true_false")
    assert abs(verdicts[True] - verdicts[False]) <= 0.1 * verdicts.total()


def test_the_right_letters_are_spread(choices):
    letters = Counter(item.correct for item in choices)
    assert set(letters) == set("abcd")
    assert max(letters.values()) <= 0.35 * letters.total()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_longest_choice_is_right_no_more_often_than_chance(choices, language):
    """Chance would be one in four; a choice as long as another one gives no cue."""
    cues = []
    for item in choices:
        lengths = {letter: len(getattr(text, language)) for letter, text in item.choices.items()}
        others = [length for letter, length in lengths.items() if letter != item.correct]
        if lengths[item.correct] > max(others):
            cues.append(item.id)
    assert len(cues) <= len(choices) / 4, f"{len(cues)} of {len(choices)}: {', '.join(cues)}"


OWN = """items:
- id: zz-01
  topics: [E-02]
  kind: list
  minutes: 3
  difficulty: 1
  marks: 2
  question: {en: "Name two stages.", zh: "写出两个阶段。"}
  answer: {en: "growth, maturity", zh: "成长期、成熟期"}
  points:
  - {marks: 1, en: growth, zh: 成长期}
  - {marks: 1, en: maturity, zh: 成熟期}
"""


def write_own(folder, text):
    (folder / "mine.yaml").write_text(text, encoding="utf-8")
    return folder


def test_own_items_join_the_chapter_of_their_topic_and_are_held_back(tmp_path):
    folder = write_own(tmp_path, OWN)
    bank = load_papers(["03_lifecycle", "05_churn_and_recovery"], folder=folder)
    assert bank["03_lifecycle"][-1].id == "zz-01" and bank["03_lifecycle"][-1].reserved
    assert bank["05_churn_and_recovery"] == load_exam("05_churn_and_recovery")
    assert list(load_papers(["05_churn_and_recovery"], folder=folder)) == ["05_churn_and_recovery"]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("zz-01", "03-01", r"mine\.yaml, item '03-01': 03_lifecycle has this id too"),
        ("marks: 2", "marks: 3", r"mine\.yaml, item 'zz-01', key 'marks': the item gives 3 marks"),
        ("kind: list", "kind: lists", r"item 'zz-01', key 'kind'.*'list'"),
        ("items:", "item:", r"mine\.yaml, key 'items': expected a list of entries"),
        ("[E-02]", "[E-99]", "'E-99'"),
    ],
)
def test_a_mistake_in_own_items_is_named(tmp_path, old, new, message):
    with pytest.raises(ContentError, match=message):
        load_own(write_own(tmp_path, OWN.replace(old, new)))


def test_a_folder_without_items_is_named(tmp_path):
    with pytest.raises(ValueError, match=r"there is no file \*\.yaml"):
        load_own(tmp_path / "none")
