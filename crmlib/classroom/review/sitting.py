"""A paper against the clock: questions, a clock that stops it, marking by points, the result."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from crmlib.classroom.display import to_html
from crmlib.classroom.exam.items import ExamItem
from crmlib.classroom.exam.templates import ExamQuestion
from crmlib.classroom.formats.schema import Text
from crmlib.classroom.live import text_block
from crmlib.classroom.review.draw import judge_points
from crmlib.classroom.review.live import page_block
from crmlib.classroom.review.pages import render_answer, render_question_alone
from crmlib.classroom.review.records import Desk, note_marks, render_result
from crmlib.classroom.review.words import put, say

if TYPE_CHECKING:
    import ipywidgets

# The whole label of a field, not its beginning.
WIDE = {"description_width": "initial"}
# Keeps the running clocks, which the loop itself would forget.
_clocks: set[Any] = set()


class Sitting:
    """One paper: `frame` is its widget. Start shows the questions, the end of the time takes the pen away."""

    def __init__(
        self,
        ready: Sequence[ExamQuestion],
        desk: Desk,
        *,
        minutes: int,
        seeds: Sequence[int],
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        import ipywidgets as widgets

        self.ready, self.desk, self.minutes, self.seeds = list(ready), desk, minutes, list(seeds)
        self._now = now
        self._began: float | None = None
        self._open = True
        self._fields: list[list[Any]] = []
        self._ticks: list[list[Any]] = []
        self.clock, self.frame = text_block(), widgets.VBox()
        marks = sum(one.item.marks for one in self.ready)
        start = self._button("start", self.start)
        count = self._say("sitting", len(self.ready), f"{marks:g}", minutes)
        self.frame.children = [text_block(to_html(count)), start]

    def _say(self, key: str, *values: object) -> str:
        return say(key, self.desk.language, *values)

    def _button(self, key: str, act: Callable[[], None]) -> "ipywidgets.Button":
        import ipywidgets as widgets

        button = widgets.Button(description=self._say(key), button_style="primary", layout={"width": "12em"})
        button.on_click(lambda _: act())
        return button

    def start(self) -> None:
        """Show the questions and let the clock run."""
        import ipywidgets as widgets

        self._began = self._now()
        rows: list[Any] = [self.clock]
        for number, one in enumerate(self.ready, 1):
            text = render_question_alone(one, self.desk.language, number=number)
            self._fields.append(make_fields(one.item, self.desk.language))
            rows.append(widgets.VBox([text_block(to_html("\n".join(text))), *self._fields[-1]]))
        self.frame.children = [*rows, self._button("hand in", self.hand_in)]
        self.tick()
        run_clock(self.tick)

    def tick(self) -> bool:
        """Move the clock on; hand the paper in when time is over. Return whether it still runs."""
        if self._began is None or not self._open:
            return False
        left = 60 * self.minutes - (self._now() - self._began)
        if left <= 0:
            self.hand_in()
            return False
        self.clock.value = to_html(f"**{self._say('time left', show_time(left))}**")
        return True

    def hand_in(self) -> None:
        """Close the fields; show the answers with their marking points to tick."""
        import ipywidgets as widgets

        if not self._open or self._began is None:
            return
        self._open = False
        used = self._now() - self._began
        over = used >= 60 * self.minutes
        said = self._say("time over") if over else self._say("handed in", show_time(used))
        self.clock.value = to_html(f"**{said}** {self._say('tick')}")
        for row, one, fields, seed in zip(
            self.frame.children[1:-1], self.ready, self._fields, self.seeds, strict=True
        ):
            for field in fields:
                field.disabled = True
            earned = judge_points(one.item, [field.value or "" for field in fields], seed=seed)
            row.children = [*row.children, *self._make_ticks(one, earned)]
        self.frame.children = [*self.frame.children[:-1], self._button("count marks", self.finish)]
        self.frame.children[0].layout = widgets.Layout()

    def _make_ticks(self, one: ExamQuestion, earned: Sequence[bool]) -> list[Any]:
        """Return the model answer and a box for each marking point; those of a choice are fixed."""
        import ipywidgets as widgets

        solution = text_block(to_html(render_answer(one, self.desk.language)))
        boxes = [
            widgets.Checkbox(
                value=hit,
                description=f"{number} ({point.marks:g})",
                tooltip=point.en,
                disabled=one.item.kind in ("choice", "multiple"),
                indent=False,
                layout={"width": "6em"},
            )
            for number, (point, hit) in enumerate(zip(one.scheme, earned, strict=True), 1)
        ]
        self._ticks.append(boxes)
        texts = [
            text_block(to_html(put(Text(point.en, point.zh), self.desk.language))) for point in one.scheme
        ]
        middle = {"align_items": "center"}
        rows = [widgets.HBox([box, text], layout=middle) for box, text in zip(boxes, texts, strict=True)]
        return [solution, *rows]

    def finish(self) -> None:
        """Add up the marks, keep them, show the result by section and kind."""
        done = [
            (one.item, sum(point.marks for point, box in zip(one.scheme, boxes, strict=True) if box.value))
            for one, boxes in zip(self.ready, self._ticks, strict=True)
        ]
        for item, marks in done:
            note_marks(self.desk, item, marks)
        for boxes in self._ticks:
            for box in boxes:
                box.disabled = True
        result = page_block(render_result(done, self.desk.language))
        self.frame.children = [result, *self.frame.children[1:-1]]
        self.desk.tell("marks")


def make_fields(item: ExamItem, language: str) -> list[Any]:
    """Return the fields in which an item is answered: letters, blanks, a number, or room for words."""
    import ipywidgets as widgets

    if item.kind in ("choice", "true_false"):
        return [widgets.ToggleButtons(options=list(item.options), value=None, style={"button_width": "4em"})]
    if item.kind == "fill_in":
        return [
            widgets.Text(description=say("blank", language, number), style=WIDE, layout={"width": "26em"})
            for number in range(1, len(item.scheme) + 1)
        ]
    if item.kind == "multiple":
        return [widgets.Text(description=say("letters", language), style=WIDE, layout={"width": "16em"})]
    if item.kind == "calculation":
        return [widgets.Text(description=say("result", language), style=WIDE, layout={"width": "16em"})]
    placeholder = say("typed text", language)
    return [widgets.Textarea(placeholder=placeholder, rows=3, layout={"width": "95%"})]


def show_time(seconds: float) -> str:
    """Return a length of time in minutes and seconds.

    >>> show_time(61.2)
    '1:01'
    """
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes}:{rest:02d}"


def run_clock(tick: Callable[[], bool]) -> None:
    """Call `tick` every second while it returns True, as long as the kernel's loop runs."""
    try:
        loop = asyncio.get_running_loop()
    except RuntimeError:
        return

    async def run() -> None:
        while tick():
            await asyncio.sleep(1)

    task = loop.create_task(run())
    _clocks.add(task)
    task.add_done_callback(_clocks.discard)
