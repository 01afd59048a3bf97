"""Colours are told apart by everybody, axes carry readable numbers, and a chart is shown with its words."""

import itertools

import numpy as np
import pytest

from crmlib.charts.style import COLOURS, SEEN_TOGETHER, format_money, format_percent, new_axes, show_chart

# Machado, Oliveira and Fernandes (2009): what dichromats see, for linear red, green and blue.
SIGHT = {
    "full colour": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
PAIRS = [pair for group in SEEN_TOGETHER for pair in itertools.combinations(group, 2)]


def read_linear(colour):
    """Return linear red, green and blue of a colour such as #0072B2."""
    channels = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def find_lab(linear):
    """Return lightness and the two colour axes (CIELAB, white of daylight D65)."""
    to_xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
    x, y, z = (to_xyz @ np.clip(linear, 0, 1)) / np.array([0.9505, 1.0, 1.089])
    f = [np.cbrt(t) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x, y, z)]
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def find_contrast(colour):
    """Return the contrast with white paper as the web guidelines define it, from 1 to 21."""
    return 1.05 / (float(np.array([0.2126, 0.7152, 0.0722]) @ read_linear(colour)) + 0.05)


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_colours_seen_together_differ_in_lightness_in_a_grey_print(first, second):
    light = [find_lab(read_linear(COLOURS[name]))[0] for name in (first, second)]
    assert abs(light[0] - light[1]) >= 20


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_colours_seen_together_differ_for_every_kind_of_sight(first, second, sight):
    labs = [find_lab(SIGHT[sight] @ read_linear(COLOURS[name])) for name in (first, second)]
    assert np.linalg.norm(labs[0] - labs[1]) >= 20  # 2.3 can just be noticed


@pytest.mark.parametrize("name", COLOURS)
def test_every_colour_is_visible_on_white_paper(name):
    assert find_contrast(COLOURS[name]) >= 2.0


def test_competition_grows_darker_with_the_number_of_rivals():
    light = [find_lab(read_linear(COLOURS[level]))[0] for level in ("low", "medium", "high")]
    assert light == sorted(light, reverse=True)


def test_lightness_of_white_and_black_are_known():
    assert find_lab(read_linear("#FFFFFF"))[0] == pytest.approx(100, abs=0.1)
    assert find_lab(read_linear("#000000"))[0] == pytest.approx(0, abs=0.1)
    assert find_contrast("#000000") == pytest.approx(21)


def test_new_axes_have_the_size_that_was_asked_for():
    assert new_axes(width=5, height=2).figure.get_size_inches().tolist() == [5, 2]


def test_axes_that_are_given_are_returned_as_they_are():
    ax = new_axes()
    ax.grid(visible=False)
    before = ax.figure.get_size_inches().tolist()
    assert new_axes(ax, width=1, height=1) is ax
    assert ax.figure.get_size_inches().tolist() == before


@pytest.mark.parametrize(
    ("whole", "value", "text"), [(1, 0.25, "25 %"), (100, 25, "25 %"), (1, -0.025, "−2.5 %")]
)
def test_percent_axis_writes_shares_and_percentages(whole, value, text):
    ax = new_axes()
    format_percent(ax.yaxis, whole=whole)
    assert ax.yaxis.get_major_formatter()(value) == text


def test_percent_axis_refuses_a_whole_of_nothing():
    with pytest.raises(ValueError, match="whole: expected a number above 0, found 0"):
        format_percent(new_axes().yaxis, whole=0)


@pytest.mark.parametrize(("value", "text"), [(4000, "4,000"), (0.5, "0.50"), (-1600.0, "−1,600"), (0, "0")])
def test_money_axis_separates_thousands(value, text):
    ax = new_axes()
    format_money(ax.xaxis)
    assert ax.xaxis.get_major_formatter()(value) == text


def test_chart_is_shown_as_a_picture_with_its_text(notebook):
    show_chart(new_axes(), alt="An empty chart <without> lines.")
    (picture, metadata), (spoken, _) = notebook
    assert set(picture) == {"image/png", "text/plain"}
    assert picture["text/plain"] == "An empty chart <without> lines."
    assert metadata == {"image/png": {"alt": "An empty chart <without> lines.", "width": 640}}
    assert "An empty chart &lt;without&gt; lines.</span>" in spoken["text/html"]


def test_chart_is_closed_after_it_was_shown(notebook):
    from matplotlib import pyplot

    ax = new_axes()
    assert pyplot.get_fignums()
    show_chart(ax, alt="An empty chart.")
    assert not pyplot.get_fignums()


def test_outside_a_notebook_the_words_are_printed(capsys):
    show_chart(new_axes(), alt="An empty chart.")
    assert capsys.readouterr().out == "An empty chart.\n"


def test_the_line_that_says_where_to_look_stands_above_the_picture(notebook):
    show_chart(new_axes(), alt="An empty chart.", read_first="The gap of <two> lines.")
    (hint, _), (picture, _), _ = notebook
    assert hint["text/html"] == "<b>Read this first:</b> The gap of &lt;two&gt; lines."
    assert hint["text/plain"] == "Read this first: The gap of <two> lines."
    assert picture["text/plain"] == "An empty chart."
