"""The command ``crm revise``: the review on one page, for a phone or any browser."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crmlib.ground.files import write_file


def revise(
    out: Annotated[Path, typer.Option(help="The folder to write the page into.")] = Path("revise"),
    lang: Annotated[str, typer.Option(help="In which the page opens: en, zh or both.")] = "both",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an earlier page.")] = False,
) -> None:
    """Write the review as one page: cards, lists, a mock, figures; it needs no Python and no network."""
    from crmlib.publishing.revise.content import collect_content
    from crmlib.publishing.revise.page import render_page

    path = out / "index.html"
    if path.exists() and not overwrite:
        raise ValueError(f"{path} is there already. Give another --out, or --overwrite.")
    content = collect_content()
    page = render_page(content, language=lang)
    out.mkdir(parents=True, exist_ok=True)
    write_file(path, page)
    counts = ", ".join(f"{len(content[part])} {part}" for part in ("cards", "items", "numbers"))
    typer.echo(f"wrote {path}: {counts}; open it in a browser, or send the file to a phone")
