"""What the page holds: every term, list, figure and disagreement of the course, and the items it can ask."""

import json

import pytest

from crmlib.classroom.exam.exports.ready import list_accepted
from crmlib.classroom.exam.items import Point
from crmlib.classroom.formats.chapters import chapter_stems
from crmlib.classroom.formats.glossary import load_glossary
from crmlib.classroom.formats.registry import load_disagreements, load_numbers
from crmlib.classroom.review.content import load_bank, load_lists


def test_each_term_has_a_card_in_both_directions_under_a_key_of_its_own(content):
    terms = [term for stem in chapter_stems(having="glossary") for term in load_glossary(stem)]
    keys = [card["key"] for card in content["cards"]]
    assert len(set(keys)) == len(keys) == 2 * len(terms)
    assert {card["front"] for card in content["cards"] if card["asks"] == "en"} == {
        term.term_zh for term in terms
    }


def test_lists_figures_and_disagreements_are_all_there(content):
    assert [group["id"] for group in content["lists"]] == list(load_lists())
    assert [number["id"] for number in content["numbers"]] == list(load_numbers())
    assert [point["id"] for point in content["disagreements"]] == list(load_disagreements())
    named = {
        one for part in ("numbers", "disagreements") for entry in content[part] for one in entry["topics"]
    }
    assert named <= set(content["topics"])


def test_an_entry_names_every_list_that_holds_it(content):
    for group in content["lists"]:
        for entry in group["entries"]:
            holding = [
                place
                for place, one in enumerate(group["lists"])
                if entry["text"]["en"] in [item["en"] for item in one["items"]]
            ]
            assert list(entry["in"]) == holding


def test_each_item_can_be_answered_and_its_points_make_its_marks(content):
    for item in content["items"]:
        assert sum(point["marks"] for point in item["points"]) == pytest.approx(item["marks"])
        keys = [option["key"] for option in item["options"]]
        if item["kind"] == "fill_in":
            assert all(point["accepted"] for point in item["points"])
            assert item["question"]["en"].count("____") == len(item["points"])
        elif item["kind"] == "multiple":
            assert set(item["right"]) < set(keys)
        elif item["right"]:
            assert item["right"] in keys
            hints = [option["key"] for option in item["options"] if option["hint"]]
            assert item["right"] not in hints


def test_the_usual_wrong_answers_of_the_bank_are_told(content):
    slips = {item.id: item.slip.zh for items in load_bank().values() for item in items if item.slip}
    assert {item["id"]: item["slip"]["zh"] for item in content["items"] if item["slip"]} == slips


def test_a_wrong_verdict_is_told_what_it_overlooks(content):
    (item,) = (one for one in content["items"] if one["id"] == "05-06")
    assert item["right"] == "false"
    assert [(one["key"], one["text"]["zh"]) for one in item["options"]] == [
        ("true", "正确"),
        ("false", "错误"),
    ]
    assert "How many problems" in item["options"][0]["hint"]["en"]


def test_a_calculation_comes_in_several_draws_with_its_result_and_mistakes(content):
    draws = [item for item in content["items"] if item["id"] == "03-16"]
    assert [item["key"] for item in draws] == ["03-16#1", "03-16#2", "03-16#3"]
    assert len({item["question"]["en"] for item in draws}) == 3
    for item in draws:
        assert "{{" not in json.dumps(item)
        result = item["result"]
        shown = float(item["answer"]["en"].split()[0].replace(",", ""))
        assert abs(shown - result["value"]) <= result["within"] and result["unit"] == "%"
        assert all(abs(one["value"] - result["value"]) > result["within"] for one in result["wrong"])


def test_every_kind_of_the_bank_has_a_name_and_those_with_a_guide_a_marked_answer(content):
    kinds = {item["kind"] for item in content["items"]}
    assert {kind["key"] for kind in content["kinds"]} == kinds
    assert {guide["kind"] for guide in content["guides"]} <= kinds
    for guide in content["guides"]:
        assert sum(line["marks"] for line in guide["lines"]) == guide["marks"]
    assert [one["topics"][0] for one in content["formulas"]][:2] == ["B-23", "B-22"]
    assert all(len(row["zh"]) == 4 for row in content["decisions"])


def test_a_blank_accepts_every_word_that_its_point_names():
    assert list_accepted(Point(1, "later", "以后（条件具备时）")) == ["later", "以后", "条件具备时"]
    assert list_accepted(Point(1, "like or undifferentiated", "同质或无差别")) == [
        "like",
        "undifferentiated",
        "同质",
        "无差别",
    ]
    assert list_accepted(Point(1, "customer", "顾客")) == ["customer", "顾客"]
