"""The live parts of a chapter: fields, buttons, cards. They exist while a kernel runs and are not stored."""

from collections.abc import Callable, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from crmlib.classroom.cards import Card
from crmlib.classroom.display import to_html
from crmlib.classroom.formats.recall import RecallQuestion, reread_hint
from crmlib.classroom.formats.schema import Text
from crmlib.classroom.formats.units import ask_for_share, format_value, parse_number
from crmlib.classroom.progress import Progress
from crmlib.classroom.schedule import EASY, HARD, KNEW, NOT_YET, RATINGS, rate_card

if TYPE_CHECKING:
    from datetime import date

    import ipywidgets

# What a reader says of a card that was turned.
SAID = {
    NOT_YET: Text("Not yet", "还不会"),
    HARD: Text("With effort", "吃力"),
    KNEW: Text("I knew it", "会"),
    EASY: Text("At once", "脱口而出"),
}
TURN, KEYS = Text("Turn", "翻卡"), Text("keys: space, 1 2 3 4", "按键：空格，1 2 3 4")
FINISHED = Text("Done for today.", "今天到此为止。")


def prediction_field(
    progress: Progress,
    key: str,
    question: str,
    *,
    unit: str,
    low: float,
    high: float,
    on_record: Callable[[], None] | None = None,
) -> "ipywidgets.Widget":
    """Return a question with a field for a number and two buttons; `on_record` is called after recording.

    What answers the question is hidden on the page until a number is recorded or "Show me" is pressed.
    """
    import ipywidgets as widgets

    known = progress.read("predictions").get(key)
    field = widgets.Text(placeholder="your number", continuous_update=False, layout={"width": "9em"})
    button = widgets.Button(description="Record", layout={"width": "7em"})
    give_up = widgets.Button(description="Show me", layout={"width": "7em"})
    note = text_block(f"Recorded: {format_value(known['value'], unit)}.{opener(key)}" if known else "")

    def record(_: Any) -> None:
        if not field.value.strip():
            return
        try:
            value = parse_number(field.value, unit=unit, low=low, high=high)
        except ValueError as error:
            note.value = escape(str(error), quote=False)
            return
        progress.update("predictions", key, lambda entry: {"value": value, "unit": unit})
        then = ask_for_share(field.value, unit) or "Read on; you will meet it again."
        note.value = f"Recorded: {format_value(value, unit)}. {then}{opener(key)}"
        if on_record is not None:
            on_record()

    def show_answer(_: Any) -> None:
        note.value = f"Shown without a number of yours.{opener(key)}"

    button.on_click(record)
    give_up.on_click(show_answer)
    field.observe(record, names="value")
    return widgets.VBox(
        [text_block(to_html(question)), widgets.HBox([field, widgets.Label(unit), button, give_up]), note]
    )


def opener(key: str) -> str:
    """Return the invisible mark at which the page shows what answers a prediction.

    `tools/jupyter/labextensions/crm-answers` looks for it.

    >>> opener("left")
    '<span data-crm-opens="left"></span>'
    """
    return f'<span data-crm-opens="{escape(key)}"></span>'


def text_block(html: str = "") -> "ipywidgets.HTML":
    """Return HTML as a widget, in the size of the text around it."""
    import ipywidgets as widgets

    return widgets.HTML(html, style={"font_size": "var(--jp-content-font-size1)"})


def recall_cards(progress: Progress, questions: Sequence[RecallQuestion]) -> "ipywidgets.Widget":
    """Return the recall questions with their folded answers, and two buttons to note how it went."""
    import ipywidgets as widgets

    rows = []
    for number, entry in enumerate(questions, start=1):
        asked = f"**{number}.** {entry.question.en} {entry.question.zh}"
        folded = (
            f"<details><summary>Answer</summary>\n\n{entry.answer}\n\n*{reread_hint(entry)}*\n\n</details>"
        )
        block = text_block(to_html(f"{asked}\n\n{folded}"))
        rows.append(widgets.VBox([block, _note_buttons(progress, entry.id)]))
    return widgets.VBox(rows)


def _note_buttons(progress: Progress, key: str) -> "ipywidgets.Widget":
    import ipywidgets as widgets

    known = progress.read("recall").get(key, {}).get("knew")
    options = [("I knew it", True), ("Not yet", False)]
    buttons = widgets.ToggleButtons(options=options, value=known, style={"button_width": "7em"})

    def note(change: dict[str, Any]) -> None:
        progress.update("recall", key, lambda entry: {"knew": change["new"]})

    buttons.observe(note, names="value")
    return buttons


def drill(
    progress: Progress | Callable[[Card], Progress],
    cards: Sequence[Card],
    *,
    today: "date",
    language: str = "both",
) -> "ipywidgets.Widget":
    """Return flash cards one after the other: think, turn, say honestly how well you knew it.

    progress: where the cards are kept, or what says so for each card. By mouse with the buttons, by keyboard
    in the field beside them: space turns, 1 to 4 answer.
    """
    return _Drill(progress if callable(progress) else lambda _: progress, cards, today, language).make()


class _Drill:
    """The cards that are left, the one that is shown, and whether it is turned."""

    def __init__(
        self, home: Callable[[Card], Progress], cards: Sequence[Card], today: "date", language: str
    ) -> None:
        import ipywidgets as widgets

        self.home, self.queue, self.today = home, list(cards), today
        self.turned, self.language = False, language
        self.face = text_block()
        wide = {"width": "auto"}
        self.turn = widgets.Button(description=self._say(TURN), layout=wide)
        self.answers = [
            widgets.Button(description=f"{rating} {self._say(SAID[rating])}", layout=wide)
            for rating in RATINGS
        ]
        self.field = widgets.Text(placeholder=self._say(KEYS), layout={"width": "24em"})

    def _say(self, text: Text) -> str:
        return f"{text.en} {text.zh}" if self.language == "both" else text.show(self.language)

    def make(self) -> "ipywidgets.Widget":
        """Return the face of the card, the buttons, and the field for keys."""
        import ipywidgets as widgets

        self.turn.on_click(lambda _: self.show_back())
        for rating, button in zip(RATINGS, self.answers, strict=True):
            button.on_click(lambda _, rating=rating: self.grade(rating))
        self.field.observe(self.press, names="value")
        self.show_front()
        row = widgets.HBox([self.turn, *self.answers], layout={"flex_flow": "row wrap"})
        return widgets.VBox([self.face, row, self.field])

    def show_front(self) -> None:
        self.turned = False
        _enable([self.turn], bool(self.queue))
        _enable(self.answers, False)
        left = self._say(Text(f"{_count_cards(len(self.queue))} left", f"还剩{len(self.queue)}张"))
        self.face.value = to_html(
            f"### {self.queue[0].front}\n\n{left}" if self.queue else self._say(FINISHED)
        )

    def show_back(self) -> None:
        self.turned = True
        _enable([self.turn], False)
        _enable(self.answers, True)
        card = self.queue[0]
        meanings = [getattr(card.definition, one) for one in ("en", "zh") if self.language in (one, "both")]
        texts = [f"### {card.front}", f"**{card.back}**", *meanings]
        self.face.value = to_html("\n\n".join(texts))

    def grade(self, rating: int) -> None:
        card = self.queue.pop(0)
        self.home(card).update(
            "cards", card.key, lambda entry: rate_card(entry, rating=rating, today=self.today)
        )
        if rating == NOT_YET:
            self.queue.append(card)
        self.show_front()

    def press(self, change: dict[str, Any]) -> None:
        typed = change["new"][-1:]
        if not typed:
            return
        self.field.value = ""
        if self.queue and not self.turned:
            self.show_back()
        elif self.queue and typed in map(str, RATINGS):
            self.grade(int(typed))


def _count_cards(count: int) -> str:
    return "1 card" if count == 1 else f"{count} cards"


def _enable(buttons: Sequence[Any], on: bool) -> None:
    for button in buttons:
        button.disabled = not on
