"""Live figures on slides: with their sliders, or one after the other at the settings that tell most."""

from __future__ import annotations

import base64
import contextlib
import html
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from crmlib.ground.files import write_file
from crmlib.ground.spelling import list_valid
from crmlib.publishing.course import Notebook, PublishingError
from crmlib.publishing.files import hash_text
from crmlib.publishing.lecture.session import LIVE_DPI, Control, Figure, Session
from crmlib.publishing.slides.resolve import Shown

Setting = Mapping[str, float | str]
# Of each figure, by the position of its cell: caption and picture (base64) of each setting, the start first.
# A setting that cannot be drawn has no picture; its caption says why.
Frames = dict[int, list[tuple[str, str]]]


def list_settings(figure: Figure, wanted: Sequence[Setting]) -> list[dict[str, float]]:
    """Return the settings to show, by model of the slider: those wanted, or both ends of the first slider.

    Raises PublishingError for a slider or an option that the figure does not have.
    """
    if wanted:
        return [dict(_read_setting(figure, setting)) for setting in wanted]
    first = figure.controls[0]
    return [{first.model: end} for end in (first.low, first.high) if end != first.value]


def _read_setting(figure: Figure, setting: Setting) -> list[tuple[str, float]]:
    return [_read_value(figure, label, value) for label, value in setting.items()]


def _read_value(figure: Figure, label: str, value: float | str) -> tuple[str, float]:
    """Return the model of a slider and the number of a value; a word is one of the slider's options."""
    controls = {control.label: control for control in figure.controls}
    if label not in controls:
        raise PublishingError(f"settings: the figure has no slider {label!r}. {list_valid(label, controls)}")
    control = controls[label]
    if isinstance(value, str):
        if value not in control.options:
            raise PublishingError(
                f"settings: {label!r} cannot be {value!r}. {list_valid(value, control.options)}"
            )
        return control.model, control.options.index(value)
    if not control.low <= value <= control.high:
        raise PublishingError(
            f"settings: {label!r} goes from {control.low:g} to {control.high:g}, found {value:g}."
        )
    return control.model, value


def draw_frames(session: Session, figure: Figure, wanted: Sequence[Setting]) -> list[tuple[str, str]]:
    """Return caption and picture of a figure as it starts, and at each setting; the sliders go back.

    A setting that cannot be drawn has no picture, and its caption says why.
    """
    frames = []
    for setting in [{}, *list_settings(figure, wanted)]:
        caption = _describe(figure, setting)
        try:
            frames.append((caption, _draw(session, figure, setting)))
        except PublishingError as error:
            frames.append((f"{caption}: {error}", ""))
    with contextlib.suppress(PublishingError):
        _draw(session, figure, {})
    return frames


def _draw(session: Session, figure: Figure, setting: Mapping[str, float]) -> str:
    values = [(control, setting.get(control.model, control.value)) for control in figure.controls]
    return base64.b64encode(session.move_all(figure, values)).decode("ascii")


def _describe(figure: Figure, setting: Mapping[str, float]) -> str:
    """Say at which values of its sliders a figure is shown: of those that were moved, else of the first."""
    moved = [control for control in figure.controls if control.model in setting] or [*figure.controls[:1]]
    return " · ".join(control.show(setting.get(control.model, control.value)) for control in moved)


def render_frames(frames: Sequence[tuple[str, str]], *, alt: str) -> str:
    """Return the settings of a figure as HTML; each after the first waits for a key and covers the others."""
    parts = [
        f'<figure class="frame{" fragment" if number else ""}">{_render_image(picture, alt)}'
        f"<figcaption>{html.escape(caption)}</figcaption></figure>"
        for number, (caption, picture) in enumerate(frames)
    ]
    return f'<div class="frames">{"".join(parts)}</div>'


def render_sliders(figure: Figure, *, alt: str, picture: str) -> str:
    """Return a figure as HTML with sliders that ask the kernel for a new picture."""
    sliders = "".join(_render_slider(control) for control in figure.controls)
    return (
        f'<div class="live">{_render_image(picture, alt, model=figure.picture)}'
        f'<div class="sliders">{sliders}</div>'
        '<p class="trouble" role="alert"></p></div>'
    )


def _render_image(picture: str, alt: str, *, model: str = "") -> str:
    """Return a picture in base64 as HTML; the model of a live one is where a slider finds it."""
    live = f' data-picture="{model}"' if model else ""
    return (
        f'<img class="picture" data-dpi="{LIVE_DPI}"{live} alt="{_quote(alt)}" '
        f'src="data:image/png;base64,{picture}">'
    )


def _render_slider(control: Control) -> str:
    options = f' data-options="{_quote(json.dumps(control.options))}"' if control.options else ""
    ends = f'min="{control.low:g}" max="{control.high:g}" step="{control.step:g}" value="{control.value:g}"'
    return (
        f'<label><span data-shows="{control.model}">{html.escape(control.show(control.value))}</span>'
        f'<input type="range" data-model="{control.model}" data-label="{_quote(control.label)}"{options} '
        f"{ends}></label>"
    )


def _quote(text: str) -> str:
    return html.escape(text, quote=True)


def put_frames(slides: Sequence[Shown], frames: Frames) -> list[str]:
    """Show each live figure of the slides at its settings instead of its stored picture.

    What could not be drawn is left out, noted for the speaker, and returned in words.
    """
    missing: list[str] = []
    for slide in slides:
        if slide.cell in frames and slide.kind == "picture":
            drawn = [frame for frame in frames[slide.cell] if frame[1]]
            failed = [caption for caption, picture in frames[slide.cell] if not picture]
            slide.body = render_frames(drawn, alt=slide.alt) if drawn else slide.body
            slide.notes += [f"<p>{html.escape(caption, quote=False)}</p>" for caption in failed]
            missing += failed
    return missing


def is_live(slide: Shown, notebook: Notebook) -> bool:
    """Tell whether a slide shows a figure with sliders."""
    if slide.kind != "picture" or slide.cell is None:
        return False
    return "explore_" in notebook.cells[slide.cell].source


def hash_lecture(notebook: Notebook, slides: Sequence[Shown]) -> str:
    """Return what changes when the settings of a lecture have to be drawn anew."""
    codes = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    shown = [(slide.cell, list(slide.settings)) for slide in slides if slide.kind == "picture"]
    pictures = [
        output["data"].get("image/png", "")
        for cell in notebook.cells
        for output in cell.get("outputs", [])
        if "data" in output
    ]
    return hash_text(json.dumps([codes, shown, pictures], default=dict))


def read_frames(path: Path, known: str) -> Frames | None:
    """Return the settings that were drawn earlier, if nothing has changed since."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        if kept["hash"] != known:
            return None
        return {
            int(cell): [(caption, picture) for caption, picture in one]
            for cell, one in kept["frames"].items()
        }
    except (OSError, ValueError, KeyError, TypeError):
        return None


def keep_frames(path: Path, known: str, frames: Frames) -> None:
    """Keep the settings that were drawn for the next time."""
    write_file(path, json.dumps({"hash": known, "frames": frames}) + "\n")
