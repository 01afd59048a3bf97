"""A dot with its interval stands where its numbers say."""

from crmlib.charts.intervals import draw_interval, label_rows
from crmlib.charts.style import COLOURS, new_axes


def test_an_interval_is_drawn_from_limit_to_limit_and_the_first_row_is_on_top():
    ax = new_axes()
    draw_interval(ax, 1, 5.0, 3.0, 9.0, colour=COLOURS["estimate"], text="five")
    label_rows(ax, ["first", "second"])
    line, dot = ax.lines
    assert (list(line.get_xdata()), list(line.get_ydata())) == ([3.0, 9.0], [1, 1])
    assert (dot.get_xdata()[0], dot.get_ydata()[0]) == (5.0, 1)
    assert ax.texts[0].get_text() == "five"
    assert [tick.get_text() for tick in ax.get_yticklabels()] == ["first", "second"]
    assert ax.yaxis_inverted()
