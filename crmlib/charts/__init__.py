"""How a chart is shown, what its colours mean, and how its numbers are moved.

style         how is a chart shown with words for those who cannot see it? which colour means what?
interactive   what becomes of the chart if a number in it is another one?

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
