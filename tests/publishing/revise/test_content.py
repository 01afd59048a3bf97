"""What the page holds: every term, list, figure and disagreement of the course, and the items it can ask."""

from types import SimpleNamespace

import pytest

from crmlib.classroom.exam.exports.ready import list_accepted
from crmlib.classroom.exam.items import Point
from crmlib.classroom.formats.chapters import chapter_stems
from crmlib.classroom.formats.glossary import load_glossary
from crmlib.classroom.formats.registry import load_disagreements, load_numbers
from crmlib.classroom.review.content import load_bank, load_lists
from crmlib.publishing.revise import content as revise_content
from crmlib.publishing.revise.content import collect_content


@pytest.fixture(scope="module")
def content():
    return collect_content()


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
        else:
            assert item["right"] in keys
            hints = [option["key"] for option in item["options"] if option["hint"]]
            assert item["right"] not in hints


def test_a_wrong_verdict_is_told_what_it_overlooks(content):
    (item,) = (one for one in content["items"] if one["id"] == "05-06")
    assert item["right"] == "false"
    assert [(one["key"], one["text"]["zh"]) for one in item["options"]] == [
        ("true", "正确"),
        ("false", "错误"),
    ]
    assert "How many problems" in item["options"][0]["hint"]["en"]


def test_reserved_items_and_kinds_that_need_a_marker_stay_out(monkeypatch):
    bank = load_bank()
    items = [item for chosen in bank.values() for item in chosen]
    asked = [item for item in items if item.kind in ("choice", "true_false", "fill_in")]
    essay = next(item for item in items if item.kind == "short_answer")
    names = [name for name in dir(asked[0]) if not name.startswith("_")]
    reserved = SimpleNamespace(**{name: getattr(asked[0], name) for name in names} | {"reserved": True})
    monkeypatch.setattr(revise_content, "load_bank", lambda: {"01": (reserved, asked[1], essay)})
    assert [item["id"] for item in collect_content()["items"]] == [asked[1].id]


def test_a_blank_accepts_every_word_that_its_point_names():
    assert list_accepted(Point(1, "later", "以后（条件具备时）")) == ["later", "以后", "条件具备时"]
    assert list_accepted(Point(1, "like or undifferentiated", "同质或无差别")) == [
        "like",
        "undifferentiated",
        "同质",
        "无差别",
    ]
    assert list_accepted(Point(1, "customer", "顾客")) == ["customer", "顾客"]
