"""Charts: how one is shown, what its colours mean, and how its numbers are moved.

style         How is a chart shown with words for those who cannot see it? Which colour means what?
interactive   What becomes of the chart if a number in it is another one?
intervals     How is an estimate drawn: a dot with its interval?
pictures      How does a figure become a picture in a notebook?

Extras, for a chart of one's own: `new_axes`, `COLOURS`, `format_percent`, `format_money`; `explore` with
`Slider` and `Choice`.
"""

from crmlib.charts.interactive import Choice, Slider, explore
from crmlib.charts.style import COLOURS, format_money, format_percent, new_axes, show_chart

__all__ = [
    "show_chart",
    "new_axes",
    "COLOURS",
    "format_percent",
    "format_money",
    "explore",
    "Slider",
    "Choice",
]
