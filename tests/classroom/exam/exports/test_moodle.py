"""A question bank for Moodle, parsed back and compared with the items."""

import html
import re
from collections import Counter
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from crmlib.classroom.exam.command import app
from crmlib.classroom.exam.exports.moodle import render_moodle
from crmlib.classroom.exam.items import load_exam
from crmlib.classroom.exam.templates import instantiate
from crmlib.classroom.formats.chapters import chapter_stems
from tests.classroom.exam.calls import make_calculation

BANK = [item for stem in chapter_stems(having="exam") for item in load_exam(stem)]


def parse(text):
    questions = ElementTree.fromstring(text.split("\n", 1)[1]).findall("question")
    return {one.findtext("name/text"): one for one in questions if one.get("type") != "category"}


@pytest.fixture(scope="module")
def chinese():
    return parse(render_moodle(BANK, language="zh", copies=2, seed=4))


def plain(text):
    return html.unescape(re.sub(r"</?p>", " ", text)).strip()


def test_every_item_arrives_in_its_kind_with_its_marks_and_topics(chinese):
    assert len(chinese) == len(BANK) + sum(item.kind == "calculation" for item in BANK)
    kinds = {
        "choice": "multichoice",
        "multiple": "multichoice",
        "true_false": "truefalse",
        "calculation": "numerical",
    }
    for item in BANK:
        one = chinese[f"{item.id}-1" if item.kind == "calculation" else item.id]
        assert one.get("type") == kinds.get(item.kind, "essay")
        assert float(one.findtext("defaultgrade")) == item.marks
        assert [tag.text for tag in one.findall("tags/tag/text")] == list(item.topics)


def test_exactly_the_right_choice_earns_the_marks(chinese):
    for item in (item for item in BANK if item.kind == "choice"):
        answers = chinese[item.id].findall("answer")
        texts = {plain(one.findtext("text")): one.get("fraction") for one in answers}
        assert texts == {
            text.zh: "100" if letter == item.correct else "0" for letter, text in item.choices.items()
        }


def test_each_right_choice_of_several_earns_its_part_and_a_wrong_one_takes_all(chinese):
    for item in (item for item in BANK if item.kind == "multiple"):
        assert chinese[item.id].findtext("single") == "false"
        answers = chinese[item.id].findall("answer")
        fractions = {plain(one.findtext("text")): float(one.get("fraction")) for one in answers}
        right = {item.choices[letter].zh for letter in item.correct}
        assert {text for text, share in fractions.items() if share > 0} == right
        assert sum(fractions[text] for text in right) == pytest.approx(100, abs=0.01)
        assert all(share == -100 for text, share in fractions.items() if text not in right)


def test_verdicts_and_marking_points_are_kept(chinese):
    for item in BANK:
        if item.kind == "true_false":
            right = [
                one.findtext("text")
                for one in chinese[item.id].findall("answer")
                if one.get("fraction") == "100"
            ]
            assert right == [str(item.correct).lower()]
        elif item.kind not in ("choice", "multiple", "calculation"):
            notes = plain(chinese[item.id].findtext("graderinfo/text"))
            assert all(point.zh in notes for point in item.points)


def test_a_calculation_comes_in_copies_whose_answers_may_be_rounded_either_way():
    item = make_calculation()
    found = parse(render_moodle([item], language="en", copies=3, seed=1))
    for number in range(3):
        ready = instantiate(item, seed=1 + number)
        answer = found[f"00-01-{number + 1}"].find("answer")
        assert plain(found[f"00-01-{number + 1}"].findtext("questiontext/text")) == ready.question.en
        assert answer.findtext("text") == f"{ready.value:.2f}"
        assert answer.findtext("tolerance") == "0.01"


def test_names_are_unique(chinese):
    names = re.findall(r"<name>\s*<text>(.*?)</text>", render_moodle(BANK, copies=2))
    assert max(Counter(names).values()) == 1


def test_no_copy_is_refused_and_a_file_is_written_once(tmp_path):
    with pytest.raises(ValueError, match="copies is 0, expected 1 or more"):
        render_moodle([], copies=0)
    wish = ["moodle", "--chapters", "3", "--out", str(tmp_path / "bank.xml")]
    assert CliRunner().invoke(app, wish).exit_code == 0
    again = CliRunner().invoke(app, wish)
    assert again.exit_code == 1 and "is there already" in str(again.exception)
