"""Markdown, formulas, code and stored outputs as HTML that needs no script and no network."""

from __future__ import annotations

import base64
import html
import io
import re

from crmlib.publishing.course import Notebook
from crmlib.publishing.numbers.ties import COMMENT, mask_code

MATH = re.compile(r"(?<![\\$\w])\$(?P<wide>\$)?(?P<tex>[^$\n]+?)\$(?(wide)\$)(?![\d$])")
# TeX words that matplotlib's mathematical typesetting lacks, and what says the same.
TEX = {r"\text{": r"\mathrm{", r"\mid": r"\,|\,", r"\dfrac": r"\frac", r"\tfrac": r"\frac", r"\%": r"\%"}


def render_markdown(source: str) -> str:
    """Return Markdown as HTML; formulas become drawings, comments disappear.

    >>> render_markdown("**24 %**<!-- = share --> left.")
    '<p><strong>24 %</strong> left.</p>'
    """
    import mistune

    words = mask_code(source)
    formulas: list[str] = []
    result, position = [], 0
    for match in sorted([*MATH.finditer(words), *COMMENT.finditer(words)], key=lambda found: found.start()):
        if match.start() < position:
            continue
        result.append(source[position : match.start()])
        position = match.end()
        if not match[0].startswith("<!--"):
            result.append(f"\x02{len(formulas)}\x03")
            formulas.append(render_formula(match["tex"], wide=bool(match["wide"])))
    result.append(source[position:])
    convert = mistune.create_markdown(escape=False, plugins=["table", "strikethrough"])
    shown = str(convert("".join(result))).strip()
    return re.sub("\x02(\\d+)\x03", lambda found: formulas[int(found[1])], shown)


def render_formula(tex: str, *, wide: bool = False) -> str:
    """Return a TeX formula as a drawing with the TeX as alternative text; plain TeX if not understood."""
    from matplotlib.mathtext import math_to_image

    known = tex.strip()
    for word, same in TEX.items():
        known = known.replace(word, same)
    drawing = io.BytesIO()
    try:
        depth = math_to_image(f"${known}$", drawing, format="svg")
    except ValueError:
        return f"<code>{html.escape(tex)}</code>"
    data = base64.b64encode(drawing.getvalue()).decode("ascii")
    style = "display:block;margin:.6em auto" if wide else f"vertical-align:{-depth / 10:.2f}em"
    alt = html.escape(tex, quote=True)
    return f'<img class="formula" style="{style}" alt="{alt}" src="data:image/svg+xml;base64,{data}">'


def render_code(source: str) -> str:
    """Return Python code as coloured HTML."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    return str(highlight(source, PythonLexer(), HtmlFormatter(cssclass="code")))


def render_picture(cell: Notebook) -> tuple[str, str]:
    """Return the first stored picture of a cell, and its alternative text."""
    first = next(output for output in cell.outputs if "image/png" in output.get("data", {}))
    alt = first.get("metadata", {}).get("image/png", {}).get("alt", "")
    return render_output(first), str(alt)


def render_output(output: Notebook) -> str:
    """Return the richest form of an output that needs no script."""
    data = output.get("data", {})
    for kind in ("image/png", "image/jpeg"):
        if kind in data:
            alt = output.get("metadata", {}).get(kind, {}).get("alt", data.get("text/plain", ""))
            alt = html.escape(str(alt), quote=True)
            return f'<img class="picture" alt="{alt}" src="data:{kind};base64,{str(data[kind]).strip()}">'
    if "image/svg+xml" in data:
        return str(data["image/svg+xml"])
    if "text/html" in data:
        return f'<div class="output">{data["text/html"]}</div>'
    if "text/markdown" in data:
        return f'<div class="output">{render_markdown(str(data["text/markdown"]))}</div>'
    text = output.get("text") or data.get("text/plain", "")
    return f'<pre class="output">{html.escape(str(text))}</pre>' if str(text).strip() else ""
