"""What the book adds to Sphinx: formulas as MathML, and anchors that a search can lead to."""

from __future__ import annotations

import re
from typing import Any

MARK = re.compile(r'<span id="([^"]+)"></span>\s*<(h[1-6])>')


def setup(app: Any) -> dict[str, bool]:
    """Register with Sphinx; it calls this."""
    app.add_html_math_renderer("mathml", (_show_inline, None), (_show_block, None))
    app.connect("builder-inited", _leave_search_to_others)
    app.connect("html-page-context", _name_headings)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def _leave_search_to_others(app: Any) -> None:
    app.builder.search = False


def _name_headings(app: Any, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Give each heading its anchor itself, so that the search finds sections and not only pages."""
    if "body" in context:
        context["body"] = MARK.sub(r'<\2 id="\1">', context["body"])


def _show_inline(translator: Any, node: Any) -> None:
    _show(translator, node, as_block=False)


def _show_block(translator: Any, node: Any) -> None:
    _show(translator, node, as_block=True)


def _show(translator: Any, node: Any, *, as_block: bool) -> None:
    """Write a formula as MathML, which browsers draw without a script."""
    from docutils.nodes import SkipNode
    from docutils.utils.math.latex2mathml import tex2mathml

    translator.body.append(tex2mathml(node.astext(), as_block=as_block))
    raise SkipNode
