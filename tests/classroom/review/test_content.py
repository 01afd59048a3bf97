"""What the review is made of: marked answers earn all marks, the lists are those of the course."""

import re
from dataclasses import replace

import pytest
import yaml

from crmlib.classroom.course.audit import find_problems
from crmlib.classroom.exam.papers import HEADINGS
from crmlib.classroom.formats.chapters import chapter_stems, files_of
from crmlib.classroom.formats.registry import load_syllabus, topics_of
from crmlib.classroom.formats.schema import ContentError, Text, build
from crmlib.classroom.review.content import (
    AnswerLine,
    ConfusableList,
    Formula,
    KindGuide,
    ListGroup,
    count_marks,
    find_formula_problems,
    find_guide_problems,
    find_item,
    load_bank,
    load_formulas,
    load_guides,
    load_lists,
)
from tests.classroom.calls import DOCUMENTATION

STEM = "exam_review"
# The groups of the course's own list of traps (L-08), and those that the sources mix up besides.
TRAPS = [
    {"A-06", "C-11"},
    {"B-09", "B-10", "B-11"},
    {"C-14", "C-17"},
    {"G-19", "G-20", "G-21"},
    {"E-02", "E-05", "E-06"},
    {"F-09", "F-10", "F-11"},
    {"C-10", "C-13"},
    {"B-12", "B-13"},
    {"G-09", "G-10", "G-12", "G-13"},
    {"B-15", "C-17", "J-01"},
    {"C-06", "F-15", "F-12", "F-18"},
    {"J-04", "C-15"},
]


def test_the_review_has_its_own_files_and_no_matter_of_its_own():
    assert files_of(STEM) == ("chapter", "checks", "glossary", "lecture", "kinds", "lists", "formulas")
    assert STEM in chapter_stems() and STEM not in chapter_stems(having="exam")
    assert find_problems(STEM) == []


def test_guides_stand_in_the_order_of_the_kinds():
    assert [kind for kind in HEADINGS if kind in load_guides()] == list(load_guides())


@pytest.mark.parametrize("kind", load_guides())
def test_the_answer_in_a_guide_earns_all_marks(bank, kind):
    guide = load_guides()[kind]
    item = find_item(bank, guide.item)
    assert find_guide_problems(guide, bank) == []
    assert count_marks(item, guide.answer) == item.marks


def test_every_topic_of_the_section_on_exams_is_named_by_a_guide_or_a_question(review):
    named = {topic for guide in load_guides().values() for topic in guide.topics}
    named |= {topic for question in review._exercise.questions for topic in question.topics}
    assert {topic.id for topic in topics_of(STEM)} <= named


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"item": "03-99"}, "There is no exam item '03-99'. Did you mean '03-"),
        ({"item": "03-02"}, "item 03-02 is of kind fill_in. Name another one."),
        (
            {"answer": (AnswerLine(Text("text", "文"), (9,), Text("why", "为何")),)},
            "item 05-08 has 4 marking points, found 9.",
        ),
    ],
)
def test_a_guide_with_a_wrong_item_or_point_is_reported(bank, changes, message):
    (problem,) = find_guide_problems(replace(load_guides()["list"], **changes), bank)
    assert message in problem


def test_a_point_that_two_lines_earn_is_refused():
    word = Text("word", "词")
    with pytest.raises(ValueError, match=r"point 1 is earned twice\. Give each point to one line"):
        replace(load_guides()["list"], answer=(AnswerLine(word, (1,), word), AnswerLine(word, (1,), word)))


def test_the_lists_that_get_mixed_up_are_those_of_the_course():
    groups = [group.lists for group in load_lists().values()]
    assert [{one.topic for one in lists} for lists in groups] == TRAPS


def test_a_list_is_named_by_a_term_of_its_topic():
    lists = [
        (one.name.zh, load_syllabus()[one.topic]) for group in load_lists().values() for one in group.lists
    ]
    unknown = [
        name for name, topic in lists if not any(name in term for term in (topic.term_zh, *topic.other_zh))
    ]
    assert unknown == []


@pytest.mark.parametrize(
    ("key", "topic", "wordings"),
    [
        ("crm", "B-10", ["提高满意度", "留住老客户", "争取新客户", "对客户创造价值", "稳固客户忠诚度"]),
        (
            "crm",
            "B-11",
            ["保留老客户，避免客户流失", "吸引新客户，增加企业的客户资源", "提高客户满意度，培育客户忠诚度"],
        ),
        ("complaints", "G-19", ["记录投诉要点", "提出解决办法"]),
        ("complaints", "G-20", ["了解顾客的要求", "达成共识"]),
        ("complaints", "G-21", ["真诚致歉", "认可感受"]),
    ],
)
def test_a_list_takes_the_wording_of_its_source_where_it_is_known(key, topic, wordings):
    (found,) = [one for one in load_lists()[key].lists if one.topic == topic]
    assert all(any(wording in item.zh for item in found.items) for wording in wordings)


def test_an_entry_of_several_lists_is_one_card():
    cards = {item.en: positions for item, positions in load_lists()["stages"].cards()}
    assert cards["growth"] == (0, 1)
    assert cards["decline"] == (0, 1, 2)
    assert cards["termination"] == (1,)


def test_lists_without_company_or_entries_are_refused():
    one = load_lists()["crm"].lists[0]
    with pytest.raises(ValueError, match="at least 2 lists, found 1"):
        ListGroup("a", one.name, one.name, (one,))
    with pytest.raises(ValueError, match="at least 2 entries, found 1"):
        ConfusableList("A-06", one.name, one.asks, one.items[:1])


def test_the_documented_formats_of_the_review_load():
    text = DOCUMENTATION.read_text(encoding="utf-8").split("## The exam review")[1]
    found = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)[:3]
    kinds, lists, formulas = map(yaml.safe_load, found)
    assert build(KindGuide, kinds["kinds"][0], where="kinds").item
    assert build(ListGroup, lists["groups"][0], where="lists").lists
    assert build(Formula, formulas["formulas"][0], where="formulas").item


def test_each_formula_has_a_calculation_on_its_topic(bank):
    formulas = load_formulas()
    assert len({formula.item for formula in formulas.values()}) == len(formulas) >= 25
    assert [found for formula in formulas.values() for found in find_formula_problems(formula, bank)] == []
    formula = formulas["breadth"]
    (wrong,) = find_formula_problems(replace(formula, item="03-13"), bank)
    assert "expected a calculation on C-13; item 03-13 is of kind calculation, on F-06" in wrong
    (missing,) = find_formula_problems(replace(formula, item="03-99"), bank)
    assert "There is no exam item '03-99'" in missing


def test_a_bank_copes_with_a_chapter_whose_items_cannot_be_read_yet(tmp_path, monkeypatch):
    monkeypatch.setenv("CRM_CONTENT", str(tmp_path))
    (tmp_path / "03_lifecycle").mkdir()
    assert load_bank() == {}
    with pytest.raises(ContentError, match="There is no exam item '03-01'"):
        find_item({}, "03-01")


def test_texts_of_lists_are_bilingual():
    groups = load_lists().values()
    texts = [item for group in groups for one in group.lists for item in (*one.items, one.asks)]
    texts += [text for group in groups for text in (group.title, group.tell)]
    assert all(isinstance(text, Text) and text.zh for text in texts)
