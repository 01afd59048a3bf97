"""The live parts of the exam review: questions that check themselves, fresh draws, the sorting of lists."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from crmlib.classroom.answers.questions import Question
from crmlib.classroom.answers.slips import Feedback
from crmlib.classroom.course.coverage import name_of
from crmlib.classroom.display import to_html
from crmlib.classroom.exam.items import ExamItem
from crmlib.classroom.exam.templates import ExamQuestion
from crmlib.classroom.formats.schema import Text
from crmlib.classroom.live import text_block
from crmlib.classroom.progress import Progress
from crmlib.classroom.review.content import ListGroup
from crmlib.classroom.review.draw import ANY, Wish, choose_items, choose_next, judge_result
from crmlib.classroom.review.pages import render_fresh, render_question_text
from crmlib.classroom.review.records import Desk, note_marks, where_taught
from crmlib.classroom.review.words import LANGUAGES, NAMES, head_of, mark_feedback, put, say

if TYPE_CHECKING:
    import ipywidgets

# The classes with which JupyterLab shows Markdown.
LOOK = "jp-RenderedHTMLCommon jp-RenderedMarkdown jp-MarkdownOutput"
Judge = Callable[[Question, str], Feedback]


def page_block(markdown: str) -> "ipywidgets.Widget":
    """Return a page as a widget, its tables in the look of the pages around it."""
    return text_block(to_page(markdown))


def to_page(markdown: str) -> str:
    """Return Markdown as HTML in the look of the pages around it."""
    return f'<div class="{LOOK}">{to_html(markdown)}</div>'


def choose_language(language: str, on_choice: Callable[[str], None]) -> "ipywidgets.Widget":
    """Return a switch between the languages, set to the present one."""
    import ipywidgets as widgets

    options = [(NAMES[one], one) for one in LANGUAGES]
    switch = widgets.ToggleButtons(options=options, value=language, description="Language 语言")
    switch.observe(lambda change: on_choice(change["new"]), names="value")
    return switch


def walk(questions: Sequence[Question], judge: Judge, desk: Desk) -> "ipywidgets.Widget":
    """Return practice questions one by one, beginning with the first that is not solved yet."""
    import ipywidgets as widgets

    known = desk.progress.read("answers")
    open_ones = [n for n, one in enumerate(questions) if not known.get(one.id, {}).get("passed")]
    place = [open_ones[0] if open_ones else 0]
    frame, count = widgets.VBox(), text_block()
    back, forward = (widgets.Button(description=text) for text in _say_all(desk, "previous", "next"))

    def show() -> None:
        answers = desk.progress.read("answers")
        solved = sum(bool(answers.get(one.id, {}).get("passed")) for one in questions)
        back.disabled, forward.disabled = place[0] == 0, place[0] == len(questions) - 1
        count.value = say("count", desk.language, place[0] + 1, len(questions), solved)

    def turn(step: int) -> None:
        place[0] += step
        frame.children = [ask(questions[place[0]], judge, desk, on_answer=show)]
        show()

    back.on_click(lambda _: turn(-1))
    forward.on_click(lambda _: turn(1))
    turn(0)
    if len(questions) == 1:
        return frame
    return widgets.VBox([frame, widgets.HBox([back, forward, count])])


def ask(
    question: Question, judge: Judge, desk: Desk, *, on_answer: Callable[[], None] | None = None
) -> "ipywidgets.Widget":
    """Return one question with a field or letters for the answer, a button, and room for the feedback."""
    import ipywidgets as widgets

    field = _answer_field(question, desk.language)
    button = widgets.Button(description=say("check", desk.language), layout={"width": "8em"})
    solved = desk.progress.read("answers").get(question.id, {}).get("passed")
    note = text_block(say("solved before", desk.language) if solved else "")

    def check(_: Any) -> None:
        if not (field.value or "").strip():
            note.value = say("empty", desk.language)
            return
        feedback = judge(question, field.value)
        desk.progress.note_answer(question.id, passed=feedback.passed)
        note.value = to_html(mark_feedback(feedback, desk.language))
        if on_answer is not None:
            on_answer()

    button.on_click(check)
    field.observe(lambda _: setattr(note, "value", ""), names="value")
    unit = widgets.Label("%" if question.kind == "share" else question.unit)
    text = text_block(to_html(render_question_text(question, desk.language)))
    return widgets.VBox([text, widgets.HBox([field, unit, button]), note])


def _say_all(desk: Desk, *keys: str) -> list[str]:
    return [say(key, desk.language) for key in keys]


def _answer_field(question: Question, language: str) -> Any:
    import ipywidgets as widgets

    if question.choices is not None:
        return widgets.ToggleButtons(
            options=list(question.choices), value=None, style={"button_width": "3em"}
        )
    if question.kind == "list":
        return widgets.Text(placeholder=say("typed list", language), layout={"width": "32em"})
    return widgets.Text(placeholder=say("typed number", language), layout={"width": "9em"})


def fresh(
    bank: Mapping[str, Sequence[ExamItem]], wish: Wish, desk: Desk, *, without: Sequence[str]
) -> "ipywidgets.Widget":
    """Return fresh questions: choose what is open in the wish, draw, answer on paper, mark it.

    Questions that are due come first; what lost marks today comes back on another day.
    """
    import ipywidgets as widgets

    choices = _wish_fields(bank, wish, desk.language)
    button = widgets.Button(description=say("another", desk.language), layout={"width": "auto"})
    frame, shown = widgets.VBox(), list[str]()

    def renew(_: Any = None) -> None:
        items = choose_items(bank, Wish(*(field.value for field in choices)), without=without)
        records = desk.progress.read("items")
        draw = len(shown) + 1
        try:
            ready = choose_next(items, records, today=desk.today, shown=shown, draw=draw)
        except ValueError as error:
            frame.children = [text_block(str(error))]
            return
        shown.append(ready.item.id)
        frame.children = ask_fresh(ready, desk, seed=draw)

    def start_again(_: Any) -> None:
        shown.clear()
        renew()

    button.on_click(renew)
    for field in choices:
        field.observe(start_again, names="value")
    renew()
    menus = choices if wish.kind == ANY else choices[1:]
    return widgets.VBox([widgets.HBox([*menus, button], layout={"flex_flow": "row wrap"}), frame])


def ask_fresh(ready: ExamQuestion, desk: Desk, *, seed: int) -> "list[Any]":
    """Return a fresh question, a field for the result of a calculation, and one for the reader's marks."""
    fields: list[Any] = [text_block(to_html(render_fresh(ready, desk.language)))]
    if ready.value is not None:
        fields.append(_result_field(ready.item, seed, desk))
    return [*fields, _marks_field(ready, desk)]


def _wish_fields(bank: Mapping[str, Sequence[ExamItem]], wish: Wish, language: str) -> "list[Any]":
    """Return a menu each for kind, chapter and difficulty, set to the wish."""
    import ipywidgets as widgets

    there = dict.fromkeys(item.kind for items in bank.values() for item in items)
    kinds = [(say("any kind", language), ANY), *((put(head_of(kind), language), kind) for kind in there)]
    chapters = [
        (say("all chapters", language), ANY),
        *((say("chapter", language, name_of(stem)), stem) for stem in bank),
    ]
    names = [ANY, "1", "2", "3"]
    keys = ["any difficulty", "easy", "medium", "hard"]
    levels = [(say(key, language), name) for key, name in zip(keys, names, strict=True)]
    return [
        widgets.Dropdown(options=options, value=value, layout={"width": "13em"})
        for options, value in ((kinds, wish.kind), (chapters, wish.chapter), (levels, wish.difficulty))
    ]


def calculation(text: str, item: ExamItem, seed: int, desk: Desk) -> "ipywidgets.Widget":
    """Return a calculation that is written down in part, and below it a field for its result."""
    import ipywidgets as widgets

    return widgets.VBox([text_block(to_html(text)), _result_field(item, seed, desk)])


def _result_field(item: ExamItem, seed: int, desk: Desk) -> "ipywidgets.Widget":
    """Return a field for the result of a calculation that recognises the usual wrong ways."""
    import ipywidgets as widgets

    unit = item.result.unit if item.result else ""
    field = widgets.Text(placeholder=say("typed number", desk.language), layout={"width": "9em"})
    button = widgets.Button(description=say("check", desk.language), layout={"width": "8em"})
    note = text_block()

    def check(_: Any) -> None:
        if not field.value.strip():
            note.value = say("empty", desk.language)
            return
        feedback = judge_result(item, field.value, seed=seed)
        desk.progress.note_answer(f"{item.id} draw {seed}", passed=feedback.passed)
        note.value = to_html(mark_feedback(feedback, desk.language))

    button.on_click(check)
    field.observe(lambda _: setattr(note, "value", ""), names="value")
    return widgets.VBox([widgets.HBox([field, widgets.Label(unit), button]), note])


def _marks_field(ready: ExamQuestion, desk: Desk) -> "ipywidgets.Widget":
    """Return a field for the marks that the reader gives herself by the marking points."""
    import ipywidgets as widgets

    item, language = ready.item, desk.language
    options = [(say("of", language, marks, f"{item.marks:g}"), marks) for marks in range(int(item.marks) + 1)]
    field = widgets.Dropdown(
        options=[(say("marks", language), -1), *options], value=-1, layout={"width": "10em"}
    )
    note = text_block()

    def record(change: dict[str, Any]) -> None:
        if change["new"] < 0:
            return
        back = note_marks(desk, item, change["new"])
        said = say("kept", language, back.isoformat())
        if change["new"] < item.marks:
            said = f"{said} {say('reread', language)}: {where_taught(item.topics)}."
        note.value = to_html(said)
        field.disabled = True
        desk.tell("marks")

    field.observe(record, names="value")
    return widgets.HBox(
        [widgets.Label(say("you give", language)), field, note], layout={"flex_flow": "row wrap"}
    )


def sorting(group: ListGroup, cards: Sequence[tuple[Text, Sequence[int]]], desk: Desk) -> "ipywidgets.Widget":
    """Return entries one by one with a button for each list; a wrong one comes again at the end."""
    import ipywidgets as widgets

    queue, tries = list(cards), [0]
    face, note = text_block(), text_block()
    language = desk.language
    columns = group.name_lists(language)
    names = [*columns, say("several", language)]
    buttons = [widgets.Button(description=name, layout={"width": "auto"}) for name in names]

    def show() -> None:
        for button in buttons:
            button.disabled = not queue
        if queue:
            card = f"### {put(queue[0][0], language)}\n\n{say('left', language, len(queue))}"
        else:
            again = "" if tries[0] == len(cards) else f" {say('once more', language)}"
            card = f"{say('all sorted', language)}{again}"
        face.value = to_html(card)

    def choose(position: int) -> Callable[[Any], None]:
        def step(_: Any) -> None:
            item, positions = queue.pop(0)
            right = len(names) - 1 if len(positions) > 1 else positions[0]
            where = say("and", "zh" if language == "zh" else "en").join(columns[place] for place in positions)
            note.value = to_html(f"{'✔' if position == right else '✘'} **{put(item, language)}**: {where}.")
            tries[0] += 1
            if position != right:
                queue.append((item, positions))
            elif not queue:
                desk.progress.note_answer(f"sort {group.id}", passed=tries[0] == len(cards))
            show()

        return step

    for position, button in enumerate(buttons):
        button.on_click(choose(position))
    show()
    return widgets.VBox([face, widgets.HBox(buttons, layout={"flex_flow": "row wrap"}), note])


def describe_marks(progress: Progress) -> str:
    """Return the marks that a reader has earned or given herself for questions of the bank."""
    entries = [entry for entry in progress.read("items").values() if "of" in entry]
    entries += [entry for entry in progress.read("answers").values() if "of" in entry]
    if not entries:
        return "no fresh question marked yet"
    got, of = (sum(entry[name] for entry in entries) for name in ("marks", "of"))
    count = "1 fresh question" if len(entries) == 1 else f"{len(entries)} fresh questions"
    return f"{count} marked: {got:g} of {of:g} marks"
