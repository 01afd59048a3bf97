"""The lessons of a chapter: what one sitting is about, and three questions at its end that are clicked."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from crmlib.classroom.display import to_html
from crmlib.classroom.exam.items import ExamItem, load_exam
from crmlib.classroom.formats.chapters import Lesson, load_info
from crmlib.classroom.formats.reading import measure_chapter
from crmlib.classroom.formats.registry import load_syllabus
from crmlib.classroom.formats.schema import ContentError, Text
from crmlib.classroom.live import text_block
from crmlib.classroom.progress import Progress

if TYPE_CHECKING:
    import ipywidgets

WORDS = {"true": Text(en="true", zh="对"), "false": Text(en="false", zh="错")}
# A question at the end of a lesson is noted under this mark and the id of its item.
MARK = "lesson "
TRIES = 2


def find_lesson(stem: str, number: int) -> Lesson:
    """Return a lesson of a chapter by its number, from 1; raise if there is none."""
    lessons = load_info(stem).lessons
    if not 1 <= number <= len(lessons):
        raise ValueError(f"Chapter {stem} has no lesson {number}; it has {len(lessons)}, counted from 1.")
    return lessons[number - 1]


def find_lesson_items(stem: str, number: int) -> list[ExamItem]:
    """Return the exam items that end a lesson; raise if one is unknown or cannot be clicked."""
    bank = {item.id: item for item in load_exam(stem)}
    wanted = find_lesson(stem, number).items
    bad = [key for key in wanted if key not in bank or not bank[key].hints]
    if bad:
        raise ContentError(
            f"{stem}/chapter.yaml, lesson {number}, key 'items': {', '.join(bad)} must be items of exam.yaml "
            "of kind choice or true_false, with a hint for each wrong option."
        )
    return [bank[key] for key in wanted]


def render_lesson(stem: str, number: int) -> str:
    """Return a lesson's question, its outcome and its minutes."""
    lesson, loads = find_lesson(stem, number), measure_chapter(stem)
    time = f"about {loads[number - 1].minutes} minutes" if number <= len(loads) else "one sitting"
    return (
        f"> **{lesson.question}**\n\n"
        f"**Afterwards you can** {lesson.outcome}\n\n"
        f"**Time:** {time}, with three questions to click at the end."
    )


def render_stop(stem: str, number: int) -> str:
    """Return the line that ends a lesson: a place to stop, and what comes next."""
    lessons = load_info(stem).lessons
    if number == len(lessons):
        return "**A good place to stop.** What is left of the chapter is for looking back: read it tomorrow."
    loads = measure_chapter(stem)
    minutes = f", about {loads[number].minutes} minutes" if number < len(loads) else ""
    title = lessons[number].title.show("both")
    return f"**A good place to stop.** Next is lesson {number + 1}, *{title}*{minutes}."


def render_questions(items: Sequence[ExamItem]) -> str:
    """Return questions as Markdown in both languages, each answer folded away until it is opened."""
    return "\n\n".join(
        f"{_render_question(number, item)}\n\n"
        f"<details><summary>Answer</summary>\n\n{_render_answer(item)}\n\n</details>"
        for number, item in enumerate(items, start=1)
    )


def _render_question(number: int, item: ExamItem) -> str:
    asked = f"**{number}.** {item.question.en} {item.question.zh}"
    if item.choices is None:
        return asked
    return "\n".join([asked, "", *(f"- **{key}** {text.en} {text.zh}" for key, text in item.choices.items())])


def _render_answer(item: ExamItem) -> str:
    option = WORDS[item.right_option].show("both") if item.choices is None else item.right_option
    answer = item.answer or Text(en="-", zh="-")
    return f"**{option}.** {answer.en} {answer.zh}"


def answer_question(item: ExamItem, option: str, *, tries: int) -> str:
    """Return what a clicked option deserves, as Markdown: right, or the mistake behind it.

    tries: which try this is, from 1. After the second wrong one the answer is told.
    """
    if option == item.right_option:
        return f"✔ **Right.** {_render_answer(item)}"
    hint = (item.hints or {})[option]
    said = f"✘ {hint.en} {hint.zh}"
    if tries < TRIES:
        return f"{said} Try again."
    return f"{said}\n\nThe answer: {_render_answer(item)} *Reread {_name_topics(item)}.*"


def _name_topics(item: ExamItem) -> str:
    return ", ".join(f"{topic} {load_syllabus()[topic].term_en}" for topic in item.topics)


def clickable_questions(stem: str, number: int, progress: Progress) -> "ipywidgets.Widget":
    """Return the questions of a lesson with a button for each option, by mouse or Tab and Space."""
    import ipywidgets as widgets

    items = find_lesson_items(stem, number)
    end = text_block(to_html(render_stop(stem, number)))
    rows = [_clickable(place, item, progress) for place, item in enumerate(items, start=1)]
    return widgets.VBox([*rows, end])


def _clickable(place: int, item: ExamItem, progress: Progress) -> "ipywidgets.Widget":
    import ipywidgets as widgets

    tries = [0]
    solved = progress.read("answers").get(MARK + item.id, {}).get("passed")
    note = text_block("✔ Solved before." if solved else "")

    def make_button(option: str) -> Any:
        words = f"{WORDS[option].en} {WORDS[option].zh}" if option in WORDS else option
        button = widgets.Button(description=words, layout={"width": "6em"})
        button.on_click(_press(option))
        return button

    def _press(option: str) -> Callable[[Any], None]:
        def press(_: Any) -> None:
            tries[0] += 1
            progress.note_answer(MARK + item.id, passed=option == item.right_option)
            note.value = to_html(answer_question(item, option, tries=tries[0]))

        return press

    buttons = widgets.HBox([make_button(option) for option in item.options])
    return widgets.VBox([text_block(to_html(_render_question(place, item))), buttons, note])
