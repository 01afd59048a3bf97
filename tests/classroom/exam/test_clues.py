"""What gives an answer away: a blank's word, the right choice, half of a list; no paper holds such a pair."""

import re
from dataclasses import replace

import pytest

from crmlib.classroom.exam.clues import find_clashes
from crmlib.classroom.exam.items import ExamItem, Point
from crmlib.classroom.formats.schema import Text
from tests.classroom.exam.calls import make_calculation, make_multiple


def ask(en, zh) -> ExamItem:
    """Return a question that only tells something."""
    return replace(make_calculation(), id="00-09", question=Text(en, zh))


def make_open(kind, points, *, question=("Name them.", "请列举。"), **more) -> ExamItem:
    """Return a question whose points carry a mark each."""
    scheme = tuple(Point(1, en, zh) for en, zh in points)
    text, marks = Text("this", "这个"), float(len(scheme))
    given = {"minutes": 1, "difficulty": 1, "question": Text(*question), "answer": text, "points": scheme}
    return ExamItem("00-05", ("H-01",), kind, marks=marks, **given, **more)


def clash(one, other) -> bool:
    found = find_clashes([one, other])
    assert (other.id in found[one.id]) == (one.id in found[other.id])
    return other.id in found[one.id]


@pytest.mark.parametrize(
    ("word", "told", "expected"),
    [
        ("终身价值", "怎样计算终身价值？", True),
        ("终身价值", "怎样计算价值？", False),
        ("信任", "客户的信任是什么？", False),  # a short word alone tells nothing
        ("信任", "为什么信任是结果？", True),  # with what follows the blank
        ("信任", "有人说前提是信任，对吗？", True),  # with what stands before it
    ],
)
def test_a_blank_is_given_away_by_its_word_or_a_short_one_by_its_neighbours(word, told, expected):
    blank = make_open("fill_in", [("that", word)], question=("It is ____.", "前提是____是结果。"))
    assert clash(blank, ask("What?", told)) is expected


@pytest.mark.parametrize(
    ("told", "expected"), [("重复购买客户和初次购买客户", True), ("重复购买客户", False), ("购买", False)]
)
def test_a_list_is_given_away_by_half_of_it(told, expected):
    four = [("a", "初次购买客户"), ("b", "重复购买客户"), ("c", "终身忠诚客户"), ("d", "流失")]
    assert clash(make_open("list", four), ask("What?", f"{told}是什么？")) is expected


def test_a_choice_is_given_away_by_its_right_choice_alone():
    right, wrong = Text("trust of customers", "顾客信任品牌"), Text("price of the goods", "商品价格便宜")
    item = make_open("choice", [("a", "选A")], choices={"a": right, "b": wrong}, correct="a")
    assert clash(item, ask("Why does the Trust of Customers matter?", "为什么？"))
    assert clash(item, ask("Why?", "为什么顾客信任品牌？"))
    assert not clash(item, ask("Does the price of the goods matter?", "商品价格便宜吗？"))


def test_right_choices_of_several_count_as_a_list():
    words = {"a": "客户份额", "b": "市场份额", "c": "终身价值", "d": "推荐收益"}
    item = make_multiple(choices={key: Text(key, text) for key, text in words.items()})
    assert clash(item, ask("What?", "客户份额与终身价值的关系？"))
    assert not clash(item, ask("What?", "客户份额与市场份额的关系？"))


def test_no_paper_of_fifty_holds_the_answer_of_another_item(papers):
    """Looked for plainly: long words of blanks, right choices, and lists of which half is told."""
    for seed, drawn in papers.items():
        texts = {
            item.id: " ".join(text.zh for text in [item.question, *(item.choices or {}).values()])
            for item in drawn.items
        }
        for item in drawn.items:
            told = [text for key, text in texts.items() if key != item.id]
            words = [re.sub("[(（].*?[)）]", "", point.zh) for point in item.scheme]
            if item.kind == "fill_in":
                given = [word for word in words if len(word) > 4 and any(word in text for text in told)]
                assert given == [], (seed, item.id)
            if item.kind == "choice":
                right = item.choices[item.correct].zh
                assert len(right) < 6 or not any(right in text for text in told), (seed, item.id)
            if item.kind == "list":
                most = max(sum(word in text for word in words if len(word) > 4) for text in told)
                assert most < max(2, len(words) / 2), (seed, item.id)


@pytest.mark.parametrize(("english", "chinese", "expected"), [(12, 4, False), (13, 4, True), (12, 5, True)])
def test_a_right_choice_tells_only_beyond_its_shortest_length(english, chinese, expected):
    right = Text("a" * english, "甲乙丙丁戊"[:chinese])
    item = make_open("choice", [("a", "选A")], choices={"a": right, "b": Text("x", "子")}, correct="a")
    assert clash(item, ask(f"What is {right.en}?", f"{right.zh}是什么？")) is expected
