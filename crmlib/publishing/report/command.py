"""The command ``crm report``: one page on a firm's customers, from a folder that `crm import` has written."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crmlib.ground.files import write_file


def report(
    folder: Annotated[
        Path | None, typer.Argument(help="A folder of `crm import`; without one, the course's own firm.")
    ] = None,
    out: Annotated[Path, typer.Option(help="The page to write.")] = Path("report.html"),
    as_of: Annotated[str | None, typer.Option(help="The last day that counts, as 2025-12-31.")] = None,
    margin: Annotated[
        float | None, typer.Option(help="Share of sales that is margin, where no column says it.")
    ] = None,
    lang: Annotated[str, typer.Option(help="en, zh or both.")] = "both",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an earlier page.")] = False,
) -> None:
    """Write one page on a firm's customers: who buys again, stays, brings the sales, is about to leave."""
    from crmlib.datasets.loaders import load_firm
    from crmlib.publishing.report.page import collect_parts, open_shop, render_report

    if out.exists() and not overwrite:
        raise ValueError(f"{out} is there already. Give another --out, or --overwrite.")
    if not out.parent.is_dir():
        raise ValueError(f"there is no folder {out.parent}. Make it, or give another --out.")
    firm = load_firm() if folder is None else load_firm(folder)
    shop = open_shop(firm.receipts, as_of=as_of, margin=margin)
    parts = collect_parts(shop)
    write_file(
        out, render_report(shop, parts, name="Osmanthus" if folder is None else folder.name, language=lang)
    )
    for part in parts:
        if part.missing:
            typer.echo(f"left out: {part.title.en}: {part.missing}")
    typer.echo(f"wrote {out}: open it in a browser")
