"""A page a student, in the own language: what was answered, which mistake it looks like, what to reread.

No right answer stands in it. Hints are those of the exercise, so a student knows them already.
"""

from functools import cache
from pathlib import Path
from typing import Any

from crmlib.classroom.answers.questions import Question, load_exercise
from crmlib.classroom.course.coverage import Place, find_taught
from crmlib.grading.exchange.coursework import Coursework
from crmlib.grading.exchange.students import Language, Student
from crmlib.grading.marking.grade import Result, read_results
from crmlib.grading.marking.values import show_plain
from crmlib.grading.returning.pages import render
from crmlib.ground.files import COURSE, write_file

# Kinds of feedback in both languages.
KINDS = {
    "right": {"en": "right", "zh": "正确"},
    "unanswered": {"en": "not answered", "zh": "未作答"},
    "wrong_type": {"en": "not an answer of the kind asked for", "zh": "答案类型不符"},
    "mistake": {"en": "a known mistake", "zh": "常见错误"},
    "slip": {"en": "a slip", "zh": "疏忽"},
    "near": {"en": "close", "zh": "接近"},
    "wrong": {"en": "not right", "zh": "不正确"},
}
WORDS = {
    "title": {"en": "Feedback on exercise {0}, {1}", "zh": "练习{0}反馈，{1}"},
    "summary": {
        "en": "{0} of {1} questions are right. Answers were computed anew on your own firm (seed {2}).",
        "zh": "{1}道题中答对{0}道。答案已在你自己的企业数据（种子{2}）上重新计算。",
    },
    "header": {"en": "No.|Question|Your answer|What it is", "zh": "题号|题目|你的答案|判定"},
    "reread": {"en": "Reread: {0}", "zh": "请重读：{0}"},
    "remarks": {"en": "What your instructor also sees", "zh": "教师同时看到的说明"},
    "failed": {"en": "Cell {0} ended with an error: {1}", "zh": "第{0}个代码单元出错：{1}"},
}


def write_feedback(coursework: Coursework, stem: str) -> list[Path]:
    """Write a page for each graded student; return where they are. A page that is there is renewed."""
    students = coursework.read_class()
    paths = []
    for result in read_results(coursework, stem):
        path = coursework.place("feedback", stem, f"{result.number}.html")
        write_file(path, render_feedback(result, students[result.number]))
        paths.append(path)
    return paths


def render_feedback(result: Result, student: Student) -> str:
    """Return the page of one student."""
    language: Language = student.language
    say = {name: words[language] for name, words in WORDS.items()}
    chapter = result.stem.split("_")[0]
    values: dict[str, Any] = {
        "language": language,
        "title": say["title"].format(chapter, student.name or student.number),
        "summary": say["summary"].format(result.marks, len(result.verdicts), result.seed),
        "header": say["header"].split("|"),
        "rows": [_describe(one, result, language) for one in load_exercise(result.stem).questions],
        "remarks_title": say["remarks"],
        "remarks": [*result.remarks, *(say["failed"].format(*one) for one in result.failed.items())],
    }
    return render("feedback.html", values)


def _describe(question: Question, result: Result, language: Language) -> dict[str, Any]:
    """Return one line of the page."""
    verdict = result.verdicts[question.id]
    places = [] if verdict.passed else find_passages(question.topics)
    passages = "; ".join(dict.fromkeys(place.label for place in places))
    return {
        "key": question.id,
        "question": getattr(question.question, language),
        "answer": show_plain(result.answers.get(question.id, ["blank"])),
        "right": verdict.passed,
        "verdict": KINDS[verdict.kind][language],
        "words": "" if verdict.kind in ("right", "unanswered") else verdict.message.replace("*", ""),
        "reread": WORDS["reread"][language].format(passages) if passages else "",
    }


def find_passages(topics: tuple[str, ...]) -> list[Place]:
    """Return the sections that teach some topics."""
    return [_taught()[topic] for topic in topics if topic in _taught()]


@cache
def _taught() -> dict[str, Place]:
    return find_taught(COURSE)
