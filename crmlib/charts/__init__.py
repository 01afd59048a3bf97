"""Charts: colours by meaning, formats, sliders.

style              Colours by meaning, formats for money and shares, and how a chart is shown.
interactive        Charts whose numbers can be changed with sliders: what `explore` in `crmlib.charts.style` does.
"""

from crmlib.charts.interactive import Choice, Slider, explore
from crmlib.charts.style import COLOURS, format_money, format_percent, new_axes, show_chart

__all__ = [
    "COLOURS",
    "Choice",
    "Slider",
    "explore",
    "format_money",
    "format_percent",
    "new_axes",
    "show_chart",
]
