"""Regrading: whose marks change is said first, and nothing is run."""

import pytest

from crmlib.grading.exchange.coursework import Coursework, read_json, write_json
from crmlib.grading.marking.grade import read_results
from crmlib.grading.marking.regrade import apply, preview, tell

STEM = "03_lifecycle"


def test_a_changed_key_says_whose_marks_change_and_writes_when_told(graded):
    place, results = graded
    path = place.place("keys", STEM, "2026.json")
    key = read_json(path)
    key["questions"]["q1"]["expected"] = ["number", 5000]
    key["questions"]["q1"]["mistaken"][0] = ["number", 1001]
    write_json(path, key)
    changes = preview(place, STEM, say=lambda _: None)
    assert tell(changes) == [
        "2026001: 3 → 2 marks (q1)",
        "2026002: 0 → 1 marks (q1)",
        "2026003: 0 → 1 marks (q1)",
    ]
    assert read_results(place, STEM) == results
    apply(place, changes)
    assert [one.marks for one in read_results(place, STEM)] == [2, 1, 1]
    assert tell(preview(place, STEM, say=lambda _: None)) == []


def test_a_changed_hint_changes_no_mark_and_is_told(graded):
    place, results = graded
    results[0].verdicts.clear()
    path = place.place("keys", STEM, "2026.json")
    key = read_json(path)
    key["questions"]["q1"]["mistaken"][0] = ["number", 9999]
    write_json(path, key)
    (first, second) = tell(preview(place, STEM, say=lambda _: None))
    assert first == "2026002: 0 marks stay, the feedback changes (q1)" and second.startswith(
        "2026003: 0 marks"
    )


def test_there_must_be_results(tmp_path):
    with pytest.raises(ValueError, match="crm course grade"):
        preview(Coursework(tmp_path), STEM)
