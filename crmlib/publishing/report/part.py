"""A part of the report: question, findings in both languages, a picture or a table, and its limit."""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import TYPE_CHECKING, NamedTuple, cast

import pandas as pd

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from crmlib.estimates.estimate import Estimate


def in_chinese(estimate: Estimate) -> str:
    """An estimate with its interval in Chinese words.

    >>> from crmlib.estimates.estimate import estimate_share
    >>> in_chinese(estimate_share(3, 10))
    '30 %（11至60，n = 10）'
    """
    text = str(estimate).replace(" to ", "至").replace(" yuan", "元")
    return text.replace(" (", "（").replace(", n", "，n").replace(")", "）")


class Said(NamedTuple):
    """A sentence in both languages."""

    en: str
    zh: str


NOTHING = Said("", "")


@dataclass
class Part:
    """What one part of the page shows; `missing` is the reason if it cannot be computed."""

    key: str
    title: Said
    question: Said
    assumption: Said
    chapter: str
    sentences: list[Said] = field(default_factory=list)
    picture: str = ""
    alt: Said = NOTHING
    table: pd.DataFrame | None = None
    missing: str = ""

    def say(self, en: str, zh: str) -> None:
        """Add a sentence."""
        self.sentences.append(Said(en, zh))

    def show(self, ax: Axes, en: str, zh: str) -> None:
        """Add a chart, with what it shows for those who cannot see it."""
        import matplotlib.pyplot as plt

        from crmlib.charts.pictures import STORED_DPI, render_png

        figure = cast("Figure", ax.get_figure())
        self.picture = base64.b64encode(render_png(figure, dpi=STORED_DPI)).decode("ascii")
        self.alt = Said(en, zh)
        plt.close(figure)


@dataclass(frozen=True)
class Shop:
    """What the parts work on: receipts up to the last day, that day, and a summary of each customer."""

    receipts: pd.DataFrame
    as_of: pd.Timestamp
    summary: pd.DataFrame
    margin_share: float | None

    @property
    def days(self) -> int:
        """Days from the first receipt to the last."""
        return int((self.as_of - self.receipts["purchased_at"].min().normalize()).days)

    def before(self, day: pd.Timestamp) -> pd.DataFrame:
        """Receipts up to a day, itself included."""
        return self.receipts[self.receipts["purchased_at"] < day + pd.Timedelta(days=1)]

    def after(self, day: pd.Timestamp) -> pd.DataFrame:
        """Receipts from the day after a day on."""
        return self.receipts[self.receipts["purchased_at"] >= day + pd.Timedelta(days=1)]


def tells(
    key: str, *, title: Said, question: Said, assumption: Said, chapter: str
) -> Callable[[Callable[[Part, Shop], None]], Callable[[Shop], Part]]:
    """Make a function that fills a part into one that returns it, or says why it cannot be computed."""

    def wrap(fill: Callable[[Part, Shop], None]) -> Callable[[Shop], Part]:
        @wraps(fill)
        def tell(shop: Shop) -> Part:
            part = Part(key, title, question, assumption, chapter)
            try:
                fill(part, shop)
            except (ValueError, KeyError) as error:  # a TableError is a ValueError
                part.missing = str(error)
            return part

        return tell

    return wrap
