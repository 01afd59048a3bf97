"""The live parts of the exam review: questions that check themselves, fresh draws, the sorting of lists."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from crmlib.classroom.answers.questions import Question
from crmlib.classroom.answers.slips import Feedback
from crmlib.classroom.course.coverage import find_taught, name_of
from crmlib.classroom.display import to_html
from crmlib.classroom.exam.items import ExamItem
from crmlib.classroom.exam.papers import HEADINGS
from crmlib.classroom.exam.templates import ExamQuestion
from crmlib.classroom.formats.schema import Text
from crmlib.classroom.live import text_block
from crmlib.classroom.progress import Progress
from crmlib.classroom.review.content import ListGroup
from crmlib.classroom.review.draw import ANY, Wish, choose_items, draw_question, judge_result
from crmlib.classroom.review.pages import render_fresh, render_question_text
from crmlib.ground.files import COURSE

if TYPE_CHECKING:
    import ipywidgets

Judge = Callable[[Question, str], Feedback]
SEVERAL = "more than one"
EMPTY = "Nothing is answered yet."


def walk(questions: Sequence[Question], judge: Judge, progress: Progress) -> "ipywidgets.Widget":
    """Return practice questions one by one, beginning with the first that is not solved yet."""
    import ipywidgets as widgets

    known = progress.read("answers")
    open_ones = [n for n, one in enumerate(questions) if not known.get(one.id, {}).get("passed")]
    place = [open_ones[0] if open_ones else 0]
    frame, count = widgets.VBox(), text_block()
    back, forward = (widgets.Button(description=text) for text in ("Previous", "Next"))

    def show() -> None:
        answers = progress.read("answers")
        solved = sum(bool(answers.get(one.id, {}).get("passed")) for one in questions)
        back.disabled, forward.disabled = place[0] == 0, place[0] == len(questions) - 1
        count.value = f"Question {place[0] + 1} of {len(questions)}; {solved} solved."

    def turn(step: int) -> None:
        place[0] += step
        frame.children = [ask(questions[place[0]], judge, progress, on_answer=show)]
        show()

    back.on_click(lambda _: turn(-1))
    forward.on_click(lambda _: turn(1))
    turn(0)
    if len(questions) == 1:
        return frame
    return widgets.VBox([frame, widgets.HBox([back, forward, count])])


def ask(
    question: Question, judge: Judge, progress: Progress, *, on_answer: Callable[[], None] | None = None
) -> "ipywidgets.Widget":
    """Return one question with a field or letters for the answer, a button, and room for the feedback."""
    import ipywidgets as widgets

    field = _answer_field(question)
    button = widgets.Button(description="Check", layout={"width": "7em"})
    solved = progress.read("answers").get(question.id, {}).get("passed")
    note = text_block("✔ Solved before." if solved else "")

    def check(_: Any) -> None:
        if not (field.value or "").strip():
            note.value = EMPTY
            return
        feedback = judge(question, field.value)
        progress.note_answer(question.id, passed=feedback.passed)
        note.value = to_html(f"{'✔' if feedback.passed else '✘'} {feedback.message}")
        if on_answer is not None:
            on_answer()

    button.on_click(check)
    field.observe(lambda _: setattr(note, "value", ""), names="value")
    unit = widgets.Label("%" if question.kind == "share" else question.unit)
    return widgets.VBox(
        [text_block(to_html(render_question_text(question))), widgets.HBox([field, unit, button]), note]
    )


def _answer_field(question: Question) -> Any:
    import ipywidgets as widgets

    if question.choices is not None:
        return widgets.ToggleButtons(
            options=list(question.choices), value=None, style={"button_width": "3em"}
        )
    if question.kind == "list":
        return widgets.Text(placeholder="words, parted by commas", layout={"width": "32em"})
    return widgets.Text(placeholder="your number", layout={"width": "9em"})


def fresh(
    bank: Mapping[str, Sequence[ExamItem]], wish: Wish, progress: Progress, *, without: Sequence[str]
) -> "ipywidgets.Widget":
    """Return fresh questions: choose what is open in the wish, draw, answer on paper, mark it."""
    import ipywidgets as widgets

    choices = _wish_fields(bank, wish)
    button = widgets.Button(description="Another question", layout={"width": "11em"})
    frame, draw = widgets.VBox(), [0]

    def renew(_: Any = None) -> None:
        draw[0] += 1
        items = choose_items(bank, Wish(*(field.value for field in choices)), without=without)
        try:
            ready = draw_question(items, draw=draw[0])
        except ValueError as error:
            frame.children = [text_block(str(error))]
            return
        fields = [text_block(to_html(render_fresh(ready)))]
        if ready.value is not None:
            fields.append(_result_field(ready.item, draw[0], progress))
        frame.children = [*fields, _marks_field(ready, draw[0], progress)]

    def start_again(_: Any) -> None:
        draw[0] = 0
        renew()

    button.on_click(renew)
    for field in choices:
        field.observe(start_again, names="value")
    renew()
    shown = choices if wish.kind == ANY else choices[1:]
    return widgets.VBox([widgets.HBox([*shown, button], layout={"flex_flow": "row wrap"}), frame])


def _wish_fields(bank: Mapping[str, Sequence[ExamItem]], wish: Wish) -> "list[Any]":
    """Return a menu each for kind, chapter and difficulty, set to the wish."""
    import ipywidgets as widgets

    kinds = [("any kind", ANY), *((words.en, kind) for kind, words in HEADINGS.items())]
    chapters = [("all chapters", ANY), *((f"chapter {name_of(stem)}", stem) for stem in bank)]
    levels = [("any difficulty", ANY), ("easy", "1"), ("medium", "2"), ("hard", "3")]
    return [
        widgets.Dropdown(options=options, value=value, layout={"width": "11em"})
        for options, value in ((kinds, wish.kind), (chapters, wish.chapter), (levels, wish.difficulty))
    ]


def calculation(text: str, item: ExamItem, seed: int, progress: Progress) -> "ipywidgets.Widget":
    """Return a calculation that is written down in part, and below it a field for its result."""
    import ipywidgets as widgets

    return widgets.VBox([text_block(to_html(text)), _result_field(item, seed, progress)])


def _result_field(item: ExamItem, seed: int, progress: Progress) -> "ipywidgets.Widget":
    """Return a field for the result of a calculation that recognises the usual wrong ways."""
    import ipywidgets as widgets

    unit = item.result.unit if item.result else ""
    field = widgets.Text(placeholder="your result", layout={"width": "9em"})
    button = widgets.Button(description="Check", layout={"width": "7em"})
    note = text_block()

    def check(_: Any) -> None:
        if not field.value.strip():
            note.value = EMPTY
            return
        feedback = judge_result(item, field.value, seed=seed)
        progress.note_answer(f"{item.id} draw {seed}", passed=feedback.passed)
        note.value = to_html(f"{'✔' if feedback.passed else '✘'} {feedback.message}")

    button.on_click(check)
    field.observe(lambda _: setattr(note, "value", ""), names="value")
    return widgets.VBox([widgets.HBox([field, widgets.Label(unit), button]), note])


def _marks_field(ready: ExamQuestion, draw: int, progress: Progress) -> "ipywidgets.Widget":
    """Return a field for the marks that the reader gives herself by the marking points."""
    import ipywidgets as widgets

    item = ready.item
    options = [(f"{marks} of {item.marks:g}", marks) for marks in range(int(item.marks) + 1)]
    field = widgets.Dropdown(options=[("marks …", -1), *options], value=-1, layout={"width": "9em"})
    note = text_block()

    def record(change: dict[str, Any]) -> None:
        if change["new"] < 0:
            return
        entry = {"marks": change["new"], "of": item.marks}
        progress.update("answers", f"{item.id} marked {draw}", lambda _: entry)
        note.value = f"Recorded. Reread: {_where_taught(item.topics)}."

    field.observe(record, names="value")
    return widgets.HBox([widgets.Label("You give yourself"), field, note])


def _where_taught(topics: Sequence[str]) -> str:
    """Return topics with the chapter and the section that teach each of them."""
    places = find_taught(COURSE)
    return "; ".join(f"{topic} ({places[topic].label})" if topic in places else topic for topic in topics)


def plan(render: Callable[[int], str], *, start: int) -> "ipywidgets.Widget":
    """Return a slider for the minutes of the evening and the plan that follows."""
    import ipywidgets as widgets

    slider = widgets.IntSlider(value=start, min=30, max=180, step=10, description="minutes")
    table = text_block(to_html(render(start)))

    def renew(change: dict[str, Any]) -> None:
        table.value = to_html(render(change["new"]))

    slider.observe(renew, names="value")
    return widgets.VBox([slider, table])


def sorting(
    group: ListGroup, cards: Sequence[tuple[Text, Sequence[int]]], progress: Progress
) -> "ipywidgets.Widget":
    """Return entries one by one with a button for each list; a wrong one comes again at the end."""
    import ipywidgets as widgets

    queue, tries = list(cards), [0]
    face, note = text_block(), text_block()
    names = [*group.columns, SEVERAL]
    buttons = [widgets.Button(description=name, layout={"width": "auto"}) for name in names]

    def show() -> None:
        for button in buttons:
            button.disabled = not queue
        again = "" if tries[0] == len(cards) else " Run the cell again to do it without a mistake."
        card = f"### {queue[0][0].show('both')}\n\n{len(queue)} left" if queue else f"All sorted.{again}"
        face.value = to_html(card)

    def choose(position: int) -> Callable[[Any], None]:
        def step(_: Any) -> None:
            item, positions = queue.pop(0)
            right = len(names) - 1 if len(positions) > 1 else positions[0]
            where = " and ".join(group.columns[place] for place in positions)
            note.value = to_html(f"{'✔' if position == right else '✘'} **{item.show('both')}**: {where}.")
            tries[0] += 1
            if position != right:
                queue.append((item, positions))
            elif not queue:
                progress.note_answer(f"sort {group.id}", passed=tries[0] == len(cards))
            show()

        return step

    for position, button in enumerate(buttons):
        button.on_click(choose(position))
    show()
    return widgets.VBox([face, widgets.HBox(buttons, layout={"flex_flow": "row wrap"}), note])


def describe_marks(progress: Progress) -> str:
    """Return the marks that a reader has given herself for fresh questions."""
    entries = [entry for entry in progress.read("answers").values() if "of" in entry]
    if not entries:
        return "no fresh question marked yet"
    got, of = (sum(entry[name] for entry in entries) for name in ("marks", "of"))
    count = "1 fresh question" if len(entries) == 1 else f"{len(entries)} fresh questions"
    return f"{count} marked: {got:g} of {of:g} marks"
