"""The same chart is always the same picture, and no picture is shown without words."""

import pytest

from crmlib.charts.pictures import (
    TITLE_POINTS,
    finish_titles,
    make_figure,
    publish_picture,
    render_png,
    render_png_fast,
)


def draw_line():
    figure = make_figure(width=3, height=2)
    ax = figure.add_subplot()
    ax.plot([0, 1], [0, 1], label="line")
    ax.legend()
    return figure


def test_same_chart_gives_the_same_picture():
    assert render_png(draw_line(), dpi=150) == render_png(draw_line(), dpi=150)


def test_the_fast_picture_shows_what_the_stored_one_shows():
    import io

    import numpy as np
    from PIL import Image

    stored, fast = render_png(draw_line(), dpi=100), render_png_fast(draw_line())
    pictures = [np.asarray(Image.open(io.BytesIO(png)).convert("RGB")) for png in (stored, fast)]
    assert (pictures[0] == pictures[1]).all()


@pytest.mark.parametrize("alt", ["", "  "])
def test_chart_without_words_is_refused(alt):
    with pytest.raises(ValueError, match="alt: expected a sentence that says what the chart shows"):
        publish_picture(b"", width=6.4, alt=alt)


def test_words_are_escaped_for_the_page_and_plain_in_the_description(notebook):
    publish_picture(b"png", width=6.4, alt="Spend < fee & no gain.")
    (picture, metadata), (spoken, _) = notebook
    assert metadata["image/png"]["alt"] == picture["text/plain"] == "Spend < fee & no gain."
    assert "Spend &lt; fee &amp; no gain." in spoken["text/html"]


@pytest.mark.parametrize("place", ["left", "center", "right"])
@pytest.mark.parametrize(
    ("title", "shown"),
    [
        ("short limits", "Short limits"),
        ("4 of 5 hold", "4 of 5 hold"),
        ("Best: 40 %", "Best: 40 %"),
        ("", ""),
    ],
)
def test_a_title_begins_with_a_capital_letter_and_has_the_size_of_all_titles(title, shown, place):
    ax = make_figure(width=3, height=2).add_subplot()
    ax.set(xlabel="short limit", ylabel="share")
    ax.set_title(title, loc=place, fontsize=9)
    finish_titles(ax.figure)
    assert ax.get_title(loc=place) == shown
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("short limit", "share")
    sizes = {
        getattr(text, "get_text", str)(): getattr(text, "get_fontsize", int)() for text in ax.get_children()
    }
    assert not shown or sizes[shown] == TITLE_POINTS


@pytest.mark.parametrize("render", [lambda figure: render_png(figure, dpi=100), render_png_fast])
def test_every_picture_is_drawn_with_its_title_capitalised(render):
    ax = make_figure(width=3, height=2).add_subplot()
    ax.set_title("short limits")
    render(ax.figure)
    assert ax.get_title() == "Short limits"
