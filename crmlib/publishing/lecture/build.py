"""The slides of a lecture from a run of its chapter: figures with sliders, or at their telling settings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from crmlib.publishing.course import Notebook, Pair
from crmlib.publishing.execute import Place
from crmlib.publishing.files import read_notebook
from crmlib.publishing.lecture.figures import (
    Frames,
    draw_frames,
    hash_lecture,
    is_live,
    keep_frames,
    put_frames,
    read_frames,
    render_sliders,
)
from crmlib.publishing.lecture.session import Figure, Session
from crmlib.publishing.slides.cut import find_title
from crmlib.publishing.slides.deck import make_slides, read_chapter, render_deck, write_deck
from crmlib.publishing.slides.resolve import Shown

Say = Callable[[str], None]


def write_slides(
    pair: Pair, folder: Path, *, stored: bool = False, handout: bool = False, say: Say
) -> list[Path]:
    """Write a chapter's slides, and if asked for its handout, into a folder; return the paths.

    Live figures are shown at several settings, for which the chapter runs once; `stored` shows their stored
    picture instead.
    """
    notebook = read_chapter(pair)
    slides = make_slides(notebook, pair.stem)
    if not stored:
        frames = _find_frames(pair, notebook, slides, folder / f"{pair.stem}.settings.json", say)
        for words in put_frames(slides, frames):
            say(f"{pair.stem}: left out, and noted for the speaker: {words}")
    return write_deck(slides, pair.stem, folder, title=find_title(notebook, pair.stem), handout=handout)


def _find_frames(pair: Pair, notebook: Notebook, slides: Sequence[Shown], kept: Path, say: Say) -> Frames:
    """Return the live figures at their settings: as drawn earlier, or from a run of the chapter."""
    live = [slide for slide in slides if is_live(slide, notebook)]
    known = hash_lecture(notebook, slides)
    frames = read_frames(kept, known) if live else {}
    if frames is not None:
        return frames
    say(f"running {pair.name(pair.notebook)} to draw {len(live)} figures at several settings …")
    frames = {}
    with Session(pair.notebook.parent) as session:
        ran = session.run_notebook(notebook, place=_place(pair))
        for slide in live:
            figure = session.find_figure(ran.cells[slide.cell])
            if figure is not None and slide.cell is not None:
                frames[slide.cell] = draw_frames(session, figure, slide.settings)
    keep_frames(kept, known, frames)
    return frames


def run_lecture(session: Session, pair: Pair, *, say: Say) -> tuple[str, list[Figure]]:
    """Run a chapter and return its slides as a page with live figures, and these figures."""
    notebook = read_notebook(pair.notebook)
    make_slides(notebook, pair.stem)  # a slide that names what is not there is told before the long run
    say(f"running {pair.name(pair.notebook)}: all cells before the first slide …")
    ran = session.run_notebook(notebook, place=_place(pair))
    slides, figures = make_slides(ran, pair.stem), []
    for slide in slides:
        figure = session.find_figure(ran.cells[slide.cell]) if is_live(slide, ran) else None
        if figure is not None:
            figures.append(figure)
            slide.body = render_sliders(figure, alt=slide.alt, picture=session.picture(figure))
    return render_deck(slides, title=find_title(ran, pair.stem)), figures


def _place(pair: Pair) -> Place:
    return Place(pair.name(pair.notebook), pair.name(pair.text), ())
