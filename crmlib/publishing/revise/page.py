"""All of it on one page, with the script that asks and marks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from crmlib.ground.spelling import list_valid

TEMPLATES = Path(__file__).parents[1] / "templates"
LANGUAGES = ("en", "zh", "both")


def render_page(content: dict[str, Any], *, language: str = "both") -> str:
    """The page as HTML, with its content, style and script inside; it asks nothing of the network.

    content: of `collect_content`. language: in which the page opens, en, zh or both; a reader may switch.
    Raises ValueError for another language.
    """
    if language not in LANGUAGES:
        raise ValueError(f"language is {language!r}. {list_valid(language, LANGUAGES)}")
    import jinja2

    loader = jinja2.FileSystemLoader(TEMPLATES)
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False}
    inside = {
        name: (TEMPLATES / file).read_text(encoding="utf-8")
        for name, file in (
            ("style", "revise.css"),
            ("schedule", "schedule.js"),
            ("plan", "plan.js"),
            ("script", "revise.js"),
        )
    }
    page = environment.get_template("revise.html.j2")
    return page.render(content=content, language=language, **inside) + "\n"
