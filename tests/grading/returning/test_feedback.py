"""Feedback: in the student's language, with the hint and the passage, without the right answer."""

from crmlib.classroom.answers.questions import load_exercise
from crmlib.grading.returning.feedback import KINDS, WORDS, find_passages, render_feedback, write_feedback

STEM = "03_lifecycle"


def test_each_student_gets_a_page_in_the_own_language(graded):
    place, _ = graded
    paths = write_feedback(place, STEM)
    pages = {path.stem: path.read_text(encoding="utf-8") for path in paths}
    assert set(pages) == {"2026001", "2026002", "2026003"}
    question = load_exercise(STEM).questions[0].question
    assert question.en in pages["2026001"] and question.zh in pages["2026002"]
    assert '<html lang="zh">' in pages["2026002"] and "常见错误" in pages["2026002"]


def test_a_mistake_comes_with_its_hint_and_the_passage_to_reread(graded):
    place, results = graded
    page = render_feedback(results[2], place.read_class()["2026003"])
    question = load_exercise(STEM).questions[0]
    assert question.mistakes[0].hint.split("'")[0] in page
    assert f"Reread: {find_passages(question.topics)[0].label.split('&')[0]}" in page
    assert "5000" in page


def test_no_right_answer_stands_in_a_page_unless_the_student_gave_it(graded):
    place, results = graded
    people = place.read_class()
    page = render_feedback(results[1], people["2026002"])
    assert "1001" not in page and "1003" not in page
    assert "1001" in render_feedback(results[0], people["2026001"])


def test_what_a_student_wrote_is_shown_as_text(graded):
    place, (result, *_) = graded
    result.answers["q1"] = ["text", "<script>alert(1)</script>"]
    page = render_feedback(result, place.read_class()[result.number])
    assert "<script>" not in page and "&lt;script&gt;" in page


def test_every_kind_of_feedback_has_words_in_both_languages():
    from typing import get_args

    from crmlib.classroom.answers.slips import Kind

    assert set(KINDS) == set(get_args(Kind))
    assert all(set(words) == {"en", "zh"} for words in [*KINDS.values(), *WORDS.values()])
