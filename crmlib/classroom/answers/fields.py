"""The fields of a question that is clicked or typed: one choice, lines to move, menus to match, words.

`render_fields` is the text that notebooks store and that stands where there is no kernel; `live_fields` is
clicked. Each works by mouse and by keyboard: Tab, arrows, Space and Enter.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from crmlib.classroom.answers.questions import CLICKED, Question
from crmlib.classroom.answers.slips import Feedback
from crmlib.classroom.display import CLICKED_ANSWER, Page, show, show_changing, to_html
from crmlib.classroom.live import text_block

if TYPE_CHECKING:
    import ipywidgets

Judge = Callable[[Question, Any, bool], Feedback]
WIDE, MIDDLE = {"width": "100%"}, {"align_items": "center"}
# Long choices take several lines, and lines stand close together.
LOOK = """<style>
.crm-fields p { margin: 0; line-height: 1.5; }
.crm-fields .widget-radio-box { max-width: none; }
.crm-fields .widget-radio-box label { display: flex; flex-direction: row-reverse; justify-content: flex-end;
  align-items: flex-start; height: auto; line-height: 1.5; padding: 2px 0; white-space: normal;
  font-size: var(--jp-content-font-size1); }
.crm-fields .widget-radio-box input { flex: none; position: static; margin: 4px 8px 0 0; }
</style>"""
HOW = {
    "choice": "Choose one. 请选择一项。",
    "order": "Bring the lines into their order, from first to last. 请从先到后排序。",
    "match": "Choose a letter for each number. 请为每个编号选择一个字母。",
    "list": "Write one answer a field, in English or Chinese. 每格写一个答案，中英文均可。",
}


class Fields(NamedTuple):
    """The fields of one question, and how to read the answer that they hold."""

    widget: "ipywidgets.Widget"
    read: Callable[[], str | list[str]]


def check_clicked(question: Question) -> None:
    """Raise ValueError for a question whose answer is computed: it has no fields."""
    if question.kind not in CLICKED:
        raise ValueError(
            f"{question.id} asks for a {question.kind}: compute it and write "
            f'chapter.check("{question.id}", …).'
        )


def render_fields(question: Question, answer: Any = None) -> str:
    """Return the fields of a question as text, with an answer filled in if there is one."""
    choices = question.choices or {}
    lines = [f"- **{letter}** {text.show('both')}" for letter, text in choices.items()]
    if question.items:
        items = [f"{number}. {text.show('both')}" for number, text in question.items.items()]
        lines = [*items, "", *lines]
    if not lines:
        lines = [f"{len(question.answer)} answers, in English or Chinese."]
    chosen = answer if isinstance(answer, str) else ", ".join(map(str, answer or ()))
    return "\n".join([*lines, "", f"Answer: {chosen}"] if chosen else lines)


def show_fields(
    question: Question,
    judge: Judge,
    *,
    answer: Any = None,
    given: Any = None,
) -> None:
    """Show a question's fields; an `answer` is filled in and judged, else what was `given` before.

    `judge` is told whether the answer was clicked: then it is kept with the notebook.
    """
    check_clicked(question)
    if answer is not None and answer is not Ellipsis:
        said = tell(question, judge(question, answer, False))
        page = Page(f"{render_fields(question, answer)}\n\n{said}")
        again = partial(_judge_again, question, judge)
        show(page, lambda: live_fields(question, again, given=answer, said=said))
        return
    record: list[Callable[[Page], None]] = []

    def press(clicked: str | list[str]) -> str:
        feedback = judge(question, clicked, True)
        if feedback.kind != "unanswered":
            record[0](render_record(question.id, clicked))
        return tell(question, feedback)

    show(Page(render_fields(question)), lambda: live_fields(question, press, given=given))
    record.append(show_changing(render_record(question.id, given)))


def _judge_again(question: Question, judge: Judge, answer: Any) -> str:
    return tell(question, judge(question, answer, False))


def render_record(key: str, given: str | list[str] | None) -> Page:
    """Return what is recorded of a question, as text and as data that is handed in with the notebook."""
    if not given:
        return Page(f"*No answer to {key} is recorded yet.*")
    words = given if isinstance(given, str) else ", ".join(given)
    return Page(f"*Recorded for {key}:* {words}", {CLICKED_ANSWER: {"question": key, "answer": given}})


def tell(question: Question, feedback: Feedback) -> str:
    """Return feedback as a line that names its question."""
    return f"{'✔' if feedback.passed else '✘'} **{question.id}** {feedback.message}"


def live_fields(
    question: Question, judge: Callable[[Any], str], *, given: Any = None, said: str = ""
) -> "ipywidgets.Widget":
    """Return a question's fields with a button that shows what `judge` says to the answer in them.

    `given` is filled in, `said` is shown from the start.
    """
    import ipywidgets as widgets

    fields = make_fields(question, given)
    # Beside a long note the button would shrink until its words are cut.
    button = widgets.Button(description="Check · 检查", button_style="primary", layout={"min_width": "9em"})
    note = text_block(to_html(said))

    def check(_: Any) -> None:
        note.value = to_html(judge(fields.read()))

    button.on_click(check)
    how = text_block(f"{LOOK}{HOW[question.kind]}")
    box = widgets.VBox([how, fields.widget, widgets.HBox([button, note], layout=MIDDLE)])
    box.add_class("crm-fields")
    return box


def make_fields(question: Question, given: Any = None) -> Fields:
    """Return the fields of a question; an answer that fits is filled in."""
    make = {"choice": _choose, "order": _arrange, "match": _match, "list": _write}[question.kind]
    return make(question, given)


def _choose(question: Question, given: Any) -> Fields:
    """Return a round button for each choice."""
    import ipywidgets as widgets

    choices = question.choices or {}
    options = [(f"{letter})  {text.show('both')}", letter) for letter, text in choices.items()]
    known = given if isinstance(given, str) and given in choices else None
    field = widgets.RadioButtons(options=options, value=known, layout=WIDE)
    return Fields(field, lambda: field.value or "")


def _write(question: Question, given: Any) -> Fields:
    """Return a field for each word that is asked for."""
    import ipywidgets as widgets

    known = given if isinstance(given, list | tuple) else []
    words = [*map(str, known), *[""] * len(question.answer)][: len(question.answer)]
    fields = [
        widgets.Text(value=word, placeholder=f"{n}.", layout={"width": "22em"})
        for n, word in enumerate(words, start=1)
    ]
    return Fields(widgets.VBox(fields), lambda: [field.value for field in fields if field.value.strip()])


def _match(question: Question, given: Any) -> Fields:
    """Return a menu of all choices below each item."""
    import ipywidgets as widgets

    choices, items = question.choices or {}, question.items or {}
    options = [("…", ""), *((f"{letter})  {text.show('both')}", letter) for letter, text in choices.items())]
    known = given if isinstance(given, list) and len(given) == len(items) else [""] * len(items)
    menus = [
        widgets.Dropdown(options=options, value=letter if letter in choices else "", layout={"width": "30em"})
        for letter in known
    ]
    rows = [
        widgets.VBox([text_block(to_html(f"**{number}** {text.show('both')}")), menu])
        for (number, text), menu in zip(items.items(), menus, strict=True)
    ]
    return Fields(widgets.VBox(rows), lambda: [menu.value for menu in menus])


def _arrange(question: Question, given: Any) -> Fields:
    """Return the lines, each with two buttons that move it; the buttons travel with the line."""
    import ipywidgets as widgets

    choices = question.choices or {}
    order = list(given) if isinstance(given, list) and sorted(given) == sorted(choices) else list(choices)
    texts = [text_block() for _ in order]
    rows = [_move_buttons(place, len(order)) for place in range(len(order))]

    def show() -> None:
        for text, letter in zip(texts, order, strict=True):
            text.value = to_html(f"**{letter})** {choices[letter].show('both')}")

    def move(place: int, step: int) -> Callable[[Any], None]:
        def press(_: Any) -> None:
            target = place + step
            order[place], order[target] = order[target], order[place]
            show()
            same, other = rows[target] if step < 0 else rows[target][::-1]
            (other if same.disabled else same).focus()

        return press

    for place, (up, down) in enumerate(rows):
        up.on_click(move(place, -1))
        down.on_click(move(place, 1))
    show()
    lines = [widgets.HBox([*row, text], layout=MIDDLE) for row, text in zip(rows, texts, strict=True)]
    return Fields(widgets.VBox(lines), lambda: list(order))


def _move_buttons(place: int, count: int) -> list[Any]:
    """Return the two buttons that move the line at a place up or down."""
    import ipywidgets as widgets

    return [
        widgets.Button(
            description=sign,
            tooltip=f"Move line {place + 1} {words}",
            disabled=place == edge,
            layout={"width": "3em"},
        )
        for sign, words, edge in (("▲", "up", 0), ("▼", "down", count - 1))
    ]
