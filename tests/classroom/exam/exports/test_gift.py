r"""GIFT, read back by a reader that knows the signs of the format alone."""

import re

import pytest
from typer.testing import CliRunner

from crmlib.classroom.exam.command import app
from crmlib.classroom.exam.exports.gift import escape, render_gift
from crmlib.classroom.exam.exports.ready import list_accepted
from crmlib.classroom.exam.items import BLANK
from crmlib.classroom.exam.templates import instantiate
from tests.classroom.exam.calls import make_calculation, make_multiple


def plain(text):
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] == "n" else found[1], text)


def read(text):
    """Name → text before, lines of the answer, text behind; signs with a backslash mean nothing."""
    found = {}
    for block in re.split(r"\n\n+", text.strip())[1:]:
        name, before, body, after = re.fullmatch(
            r"::([^:]+)::\[plain\]((?:\\.|[^{\\])*)\{\n((?:\\.|[^}\\])*)\}((?:\\.|[^\\])*)", block
        ).groups()
        answer, _, feedback = body.partition("####")
        found[name] = (
            plain(before).strip(),
            answer.strip().split("\n"),
            plain(feedback).strip(),
            plain(after).strip(),
        )
    return found


@pytest.fixture(scope="module")
def every(bank):
    return [item for items in bank.values() for item in items]


@pytest.fixture(scope="module")
def chinese(every):
    return read(render_gift(every, language="zh", copies=2, seed=4))


def test_every_item_arrives_with_its_question_and_answer(every, chinese):
    assert len(chinese) == len(every) + sum(item.kind == "calculation" for item in every)
    for item in every:
        key = f"{item.id}-1" if item.kind == "calculation" else item.id
        before, _, feedback, after = chinese[key]
        ready = instantiate(item, seed=4)
        shown = f"{before}{BLANK}{after}" if after else before.replace("________", BLANK)
        assert shown == f"{ready.question.zh}（{item.marks:g}分）"
        assert feedback.startswith(ready.answer.zh.strip())


def test_what_is_right_is_right(every, chinese):
    for item in every:
        lines = chinese[f"{item.id}-1" if item.kind == "calculation" else item.id][1]
        right = [line for line in lines if line.startswith("=") or re.match(r"~%\d", line)]
        texts = {plain(re.split(r"(?<!\\)#", re.sub(r"^(=|~%[\d.]+%)", "", line))[0]) for line in right}
        if item.kind == "true_false":
            assert lines == [str(item.correct).upper()]
        elif item.choices:
            assert texts == {item.choices[letter].zh for letter in str(item.correct)}
            assert len(lines) == len(item.choices)
        elif item.kind == "fill_in" and len(item.scheme) == 1:
            assert texts == set(list_accepted(item.scheme[0]))
        elif item.kind != "calculation":
            assert lines == [""]


def test_several_right_choices_share_the_marks_and_a_wrong_one_takes_all():
    lines = read(render_gift([make_multiple()], language="en"))["00-02"][1]
    assert lines == ["~%33.33333%one", "~%-100%two#Even and small.", "~%33.33333%three", "~%33.33333%four"]


def test_a_calculation_comes_in_copies_with_a_tolerance():
    found = read(render_gift([make_calculation()], language="en", copies=3, seed=1))
    for number in range(3):
        value = instantiate(make_calculation(), seed=1 + number).value
        assert found[f"00-01-{number + 1}"][1] == [f"#{value:.2f}:0.01"]


def test_signs_of_the_format_are_escaped():
    assert plain(escape("a{b}~c=d#e:f\\g")) == "a{b}~c=d#e:f\\g"


@pytest.mark.parametrize("kind", ["gift", "qti"])
def test_a_file_is_written_once(tmp_path, kind):
    wish = [kind, "--chapters", "3", "--out", str(tmp_path / "bank")]
    assert CliRunner().invoke(app, wish).exit_code == 0
    again = CliRunner().invoke(app, wish)
    assert again.exit_code == 1 and "is there already" in str(again.exception)
