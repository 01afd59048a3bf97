"""Showing a page in a notebook: the stored text is the same for every reader, live parts are widgets.

A page is one output in several forms. Notebooks store Markdown; with a kernel, JupyterLab prefers the widget.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from crmlib.ground.notebook import in_notebook

# The only tags that the pages of the course write themselves; every other one is shown as text.
OTHER_TAGS = re.compile(r"<(?!/?(?:details|summary)>)")
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
# An answer that was clicked, stored with the notebook, so that it is handed in with it.
CLICKED_ANSWER = "application/vnd.crm.answer+json"


@dataclass(frozen=True)
class Page:
    """What a cell shows: Markdown, and data for machines under further MIME types."""

    markdown: str
    data: Mapping[str, Any] = field(default_factory=dict)

    def bundle(self, widget: Any = None) -> dict[str, Any]:
        """Return all forms of the page; a widget adds its live view."""
        forms: dict[str, Any] = {"text/plain": self.markdown, "text/markdown": self.markdown, **self.data}
        if widget is not None:
            forms[WIDGET_VIEW] = widget._repr_mimebundle_()[WIDGET_VIEW]
        return forms


def show(page: Page, make_widget: Callable[[], Any] | None = None) -> None:
    """Show a page in the notebook, with the live view if one is to be made; elsewhere print its text."""
    if not in_notebook():
        print(page.markdown)
        return
    from IPython.display import display

    display(page.bundle(make_widget() if make_widget else None), raw=True)


def show_changing(page: Page) -> Callable[[Page], None]:
    """Show a page in the notebook; return what puts another in its place, there and in the file."""
    if not in_notebook():
        return lambda page: None
    from IPython.display import display

    handle = display(page.bundle(), raw=True, display_id=True)
    return lambda page: handle.update(page.bundle(), raw=True)


def to_html(markdown: str) -> str:
    """Return Markdown as HTML, for texts inside widgets; of HTML in the text only folds are kept.

    >>> to_html("What *share* left?"), to_html("<script>")
    ('<p>What <em>share</em> left?</p>', '&lt;script>')
    """
    return str(_make_converter()(markdown)).strip()


@cache
def _make_converter() -> Callable[[str], Any]:
    import mistune

    class Folds(mistune.HTMLRenderer):
        """Lets folds through and shows every other tag as text."""

        def block_html(self, html: str) -> str:
            return OTHER_TAGS.sub("&lt;", html)

        inline_html = block_html

    return mistune.create_markdown(renderer=Folds(), plugins=["table", "strikethrough"])
