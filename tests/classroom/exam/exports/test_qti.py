"""QTI 1.2, unpacked, parsed back and marked as the standard says."""

import html
import io
import re
import zipfile
from xml.etree import ElementTree

import pytest

from crmlib.classroom.exam.exports.qti import KINDS, SPACE, render_qti
from crmlib.classroom.exam.exports.ready import list_accepted
from crmlib.classroom.exam.templates import instantiate
from tests.classroom.exam.calls import make_calculation, make_multiple

NAMES = {"q": SPACE}


def unpack(packed):
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        manifest = ElementTree.fromstring(archive.read("imsmanifest.xml"))
        (file,) = [node.get("href") for node in manifest.iter() if node.tag.endswith("}file")]
        root = ElementTree.fromstring(archive.read(file))
    return {item.get("ident"): item for item in root.iterfind(".//q:item", NAMES)}


def texts(node, path):
    return [one.text for one in node.iterfind(path, NAMES)]


def holds(node, given):
    """Say whether a condition of the standard holds for the responses given: name → set of values."""
    tag = node.tag.split("}")[1]
    answers = given.get(node.get("respident"), set())
    if tag in ("conditionvar", "and"):
        return all(holds(child, given) for child in node)
    if tag == "or":
        return any(holds(child, given) for child in node)
    if tag == "not":
        return not holds(node[0], given)
    if tag == "varequal":
        return node.text in answers
    return any(
        float(one) >= float(node.text) if tag == "vargte" else float(one) <= float(node.text)
        for one in answers
    )


def mark(item, given):
    score = 0.0
    for rule in item.iterfind(".//q:respcondition", NAMES):
        value = rule.find("q:setvar", NAMES)
        if value is not None and holds(rule.find("q:conditionvar", NAMES), given):
            score = float(value.text) + (score if value.get("action") == "Add" else 0)
    return score


@pytest.fixture(scope="module")
def every(bank):
    return [item for items in bank.values() for item in items]


@pytest.fixture(scope="module")
def chinese(every):
    return unpack(render_qti(every, language="zh", copies=2, seed=4))


def test_every_item_arrives_in_its_kind_with_its_marks_and_question(every, chinese):
    assert len(chinese) == len(every) + sum(item.kind == "calculation" for item in every)
    for item in every:
        node = chinese[f"{item.id}-1" if item.kind == "calculation" else item.id]
        entries = texts(node, ".//q:fieldentry")
        assert entries == [KINDS.get(item.kind, "essay_question"), f"{item.marks:g}"]
        asked = node.find("q:presentation/q:material/q:mattext", NAMES).text
        shown = html.unescape(re.sub(r"</?p>", " ", re.sub(r"\[blank\d\]", "____", asked))).split()
        assert shown == instantiate(item, seed=4).question.zh.split()


def test_the_right_answer_earns_all_and_a_wrong_one_nothing(every, chinese):
    for item in every:
        node = chinese[item.id] if item.kind != "calculation" else None
        if item.kind in ("choice", "true_false"):
            earned = {option: mark(node, {"response1": {option}}) for option in item.options}
            assert earned == {option: 100.0 * (option == item.right_option) for option in item.options}
        elif item.kind == "multiple":
            assert mark(node, {"response1": set(item.correct)}) == 100
            assert mark(node, {"response1": set(item.correct) | set(item.wrong_options[:1])}) == 0
            assert mark(node, {"response1": set(item.correct[1:])}) == 0
        elif item.kind == "fill_in":
            given = {
                f"response_blank{number}": {f"b{number}w{len(list_accepted(point))}"}
                for number, point in enumerate(item.scheme, start=1)
            }
            assert mark(node, given) == pytest.approx(100, abs=0.1)
            assert mark(node, dict(list(given.items())[1:])) < 100


def test_a_result_within_one_of_its_last_decimal_is_right():
    (node,) = unpack(render_qti([make_calculation()], language="en", copies=1, seed=1)).values()
    value = instantiate(make_calculation(), seed=1).value
    for off, expected in ((0, 100), (0.01, 100), (-0.01, 100), (0.02, 0), (-0.02, 0)):
        assert mark(node, {"response1": {f"{value + off:.2f}"}}) == expected


def test_marking_points_stand_in_the_feedback(every, chinese):
    for item in every:
        if item.kind in ("list", "essay", "definition"):
            told = html.unescape(chinese[item.id].find("q:itemfeedback//q:mattext", NAMES).text)
            assert all(point.zh in told for point in item.points) and item.answer.zh in told


def test_the_same_items_give_the_same_bytes():
    assert render_qti([make_multiple()]) == render_qti([make_multiple()])
