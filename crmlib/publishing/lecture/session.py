"""Runs a chapter in a kernel that stays, so that the sliders of its figures can be moved afterwards.

A slider is moved as JupyterLab does it: the new value goes to the kernel as a message to the widget, and the
new picture comes back as a message of the picture's widget.
"""

from __future__ import annotations

import asyncio
import base64
import html
import re
import tempfile
import time
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace, TracebackType
from typing import Any, Self, TypeVar

from crmlib.publishing.course import Notebook, PublishingError
from crmlib.publishing.execute import (
    KERNEL_ARGUMENTS,
    SECONDS_PER_CELL,
    Place,
    describe_failure,
    make_environment,
)

T = TypeVar("T")
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
SHOWN = ("stream", "display_data", "execute_result", "error")
# Pictures of a lecture are enlarged: figures that are drawn anew get twice the pixels.
LIVE_DPI = 200
SHARPER = f"import crmlib.charts.pictures as _p; _p.SCREEN_DPI = {LIVE_DPI}; del _p"


@dataclass(frozen=True)
class Control:
    """A slider of a live figure; options are the words of a slider that chooses among them."""

    model: str
    label: str
    value: float
    low: float
    high: float
    step: float
    options: tuple[str, ...] = ()

    def show(self, value: float) -> str:
        """Return a value as it is shown.

        >>> Control("m", "rivals", 1, 0, 4, 1).show(4)
        'rivals: 4'
        """
        words = self.options[int(value)] if self.options else f"{value:g}"
        return f"{self.label}: {words}"


@dataclass(frozen=True)
class Figure:
    """A live figure: its picture's widget, its sliders from top to bottom, and where it says what fails.

    notes: the widgets whose text says why the figure cannot be drawn; those of other figures do not count.
    """

    picture: str
    controls: tuple[Control, ...]
    notes: tuple[str, ...] = ()


def _explain(notebook: Notebook, index: int, place: Place, output: Any) -> str:
    """Say which line of which cell stopped with which error."""
    error = SimpleNamespace(traceback="\n".join(output.traceback), ename=output.ename, evalue=output.evalue)
    return describe_failure(notebook, index, place, error)


class Session:
    """A kernel that runs a chapter and stays; a context manager, which ends the kernel.

    ``with Session(folder) as session: session.run_cell("1 + 1")`` returns the outputs of the cell.
    """

    def __init__(self, folder: Path) -> None:
        """Name the folder in which the kernel works."""
        self.folder = folder
        self.widgets: dict[str, dict[str, Any]] = {}

    def __enter__(self) -> Self:
        """Start the kernel, and a thread that alone talks with it."""
        self._settings = tempfile.TemporaryDirectory(prefix="crm-", ignore_cleanup_errors=True)
        self._thread, self._runner = ThreadPoolExecutor(max_workers=1), asyncio.Runner()
        try:
            self._do(self._start())
        except RuntimeError:
            self.__exit__(None, None, None)
            raise PublishingError("the kernel did not start. Run 'make lab' once; it repairs it.") from None
        self.run_cell(SHARPER)
        return self

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return self._thread.submit(self._runner.run, work).result()

    async def _start(self) -> None:
        from jupyter_client.manager import AsyncKernelManager

        self._manager = AsyncKernelManager(kernel_name="python3")
        environment = make_environment(Path(self._settings.name))
        await self._manager.start_kernel(
            cwd=str(self.folder), env=environment, extra_arguments=list(KERNEL_ARGUMENTS)
        )
        self._client = self._manager.client()
        self._client.start_channels()
        await self._client.wait_for_ready(timeout=SECONDS_PER_CELL)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End the kernel."""
        self._do(self._end())
        self._thread.submit(self._runner.close).result()
        self._thread.shutdown()
        self._settings.cleanup()

    async def _end(self) -> None:
        self._client.stop_channels()
        await self._manager.shutdown_kernel(now=True)

    def run_notebook(
        self, notebook: Notebook, *, place: Place, say: Callable[[int, int], None] | None = None
    ) -> Notebook:
        """Run a copy of a notebook and return it with its outputs; `say` hears how many cells are done.

        Raises PublishingError naming the cell that fails.
        """
        import nbformat

        copy = nbformat.from_dict(notebook)
        codes = [cell for cell in copy.cells if cell.cell_type == "code"]
        for done, cell in enumerate(codes):
            if say is not None:
                say(done, len(codes))
            cell["outputs"] = self.run_cell(cell.source)
            for output in cell.outputs:
                if output.output_type == "error":
                    raise PublishingError(_explain(copy, copy.cells.index(cell), place, output))
        return copy

    def run_cell(self, source: str) -> list[Any]:
        """Run code and return its outputs; an error is one of them."""
        from nbformat.v4 import output_from_msg

        outputs: list[Any] = []
        for message in self._do(self._execute(source)):
            if message["msg_type"] not in SHOWN:
                continue
            output = output_from_msg(message)
            if outputs and output.output_type == "stream" == outputs[-1].output_type:
                outputs[-1]["text"] += output.text
            else:
                outputs.append(output)
        return outputs

    async def _execute(self, source: str) -> list[dict[str, Any]]:
        return await self._listen(self._client.execute(source, allow_stdin=False))

    async def _listen(self, asked: str) -> list[dict[str, Any]]:
        """Return the kernel's messages that answer a request; note what they say of widgets."""
        from queue import Empty

        messages: list[dict[str, Any]] = []
        end = time.monotonic() + SECONDS_PER_CELL
        while True:
            try:
                message = await self._client.get_iopub_msg(timeout=max(0.1, end - time.monotonic()))
            except Empty:
                raise PublishingError(
                    f"the kernel has not answered for {SECONDS_PER_CELL} seconds."
                ) from None
            self._note_widget(message)
            if message["parent_header"].get("msg_id") != asked:
                continue
            if message["msg_type"] == "status" and message["content"]["execution_state"] == "idle":
                return messages
            messages.append(message)

    def _note_widget(self, message: dict[str, Any]) -> None:
        """Keep what a message says of a widget: its state, and binary parts of it."""
        if message["msg_type"] not in ("comm_open", "comm_msg"):
            return
        content, data = message["content"], message["content"]["data"]
        if message["msg_type"] == "comm_msg" and data.get("method") != "update":
            return
        state = self.widgets.setdefault(content["comm_id"], {})
        state.update(data.get("state", {}))
        for path, part in zip(data.get("buffer_paths", []), message.get("buffers", []), strict=False):
            state[path[0]] = bytes(part)

    def find_figure(self, cell: Notebook) -> Figure | None:
        """Return the live figure of a cell that was run here; None if it has none."""
        views = [output["data"] for output in cell.outputs if WIDGET_VIEW in output.get("data", {})]
        for view in views:
            box = self.widgets.get(view[WIDGET_VIEW]["model_id"], {})
            parts = [child.removeprefix("IPY_MODEL_") for child in box.get("children", [])]
            kinds = {part: str(self.widgets[part].get("_model_name")) for part in parts}
            pictures = [part for part in parts if kinds[part] == "ImageModel"]
            if pictures:
                sliders = [part for part in parts if kinds[part].endswith("SliderModel")]
                notes = tuple(part for part in parts if kinds[part] == "HTMLModel")
                return Figure(pictures[0], tuple(self._read_control(part) for part in sliders), notes)
        return None

    def _read_control(self, model: str) -> Control:
        state = self.widgets[model]
        label = str(state["description"])
        if "_options_labels" in state:
            options = tuple(state["_options_labels"])
            return Control(model, label, state["index"], 0, len(options) - 1, 1, options)
        return Control(model, label, state["value"], state["min"], state["max"], state["step"])

    def picture(self, figure: Figure) -> str:
        """Return the present picture of a figure, in base64."""
        return base64.b64encode(self.widgets[figure.picture]["value"]).decode("ascii")

    def move(self, figure: Figure, control: Control, value: float) -> bytes:
        """Move a slider and return the new picture of its figure.

        Raises PublishingError if the chart cannot be drawn for this value.
        """
        return self.move_all(figure, [(control, value)])

    def move_all(self, figure: Figure, values: Sequence[tuple[Control, float]]) -> bytes:
        """Move sliders of a figure one after the other and return its picture at the end.

        Raises PublishingError if the chart cannot be drawn for the last values; others do not count.
        """
        for control, value in values:
            name = "index" if control.options else "value"
            whole = control.options or all(
                float(one).is_integer() for one in (control.low, control.step, value)
            )
            self._do(self._tell(control.model, {name: int(value) if whole else value}))
        said = [str(self.widgets[note].get("value", "")) for note in figure.notes]
        if failures := [words for words in said if words]:
            raise PublishingError(html.unescape(re.sub(r"<[^>]+>", "", failures[0])))
        return bytes(self.widgets[figure.picture]["value"])

    async def _tell(self, model: str, state: dict[str, Any]) -> None:
        """Send a widget its new state, and wait until the kernel has done what follows from it."""
        content = {"comm_id": model, "data": {"method": "update", "state": state, "buffer_paths": []}}
        message = self._client.session.msg("comm_msg", content)
        self._client.shell_channel.send(message)
        await self._listen(message["header"]["msg_id"])
