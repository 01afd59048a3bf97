"""The command ``crm book``: the course as a web book."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from crmlib.ground.files import COURSE
from crmlib.publishing.book.build import build_book
from crmlib.publishing.book.pages import plan_book
from crmlib.publishing.book.serve import address_of, open_server
from crmlib.publishing.course import Course, PublishingError


def book(
    out: Annotated[Path, typer.Option(help="The folder to write the book into.")] = COURSE / "build" / "book",
    live: Annotated[
        bool, typer.Option("--live", help="Let every chapter and exercise run in the reader's browser.")
    ] = False,
    pyodide: Annotated[
        Path | None, typer.Option(help="With --live: the archive or folder of a release of Pyodide.")
    ] = None,
    serve: Annotated[
        bool, typer.Option("--serve", help="Then show it on this computer until Ctrl C.")
    ] = False,
    port: Annotated[int, typer.Option(help="Port to show it on; 0 takes a free one.")] = 0,
) -> None:
    """Write the whole course as a web book with a search; it runs nothing and needs no network."""
    check_options(live, pyodide)
    built = build_book(plan_book(Course(COURSE)), out, pyodide=pyodide, say=typer.echo)
    typer.echo(f"wrote {out / 'index.html'}: {built.pages} pages, {built.size / 1e6:.0f} MB")
    if not serve:
        typer.echo("Its search works where it is served: crm book --serve, or any web server.")
        return
    with open_server(out, port=port) as server:
        typer.echo(f"The book is at {address_of(server)}; Ctrl C ends it.")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            typer.echo("The book is closed.")


def check_options(live: bool, pyodide: Path | None) -> None:
    """Raise PublishingError if one of --live and --pyodide is given without the other."""
    if live and pyodide is None:
        raise PublishingError(
            "crm book --live needs --pyodide FILE: the archive pyodide-VERSION.tar.bz2 of a release of "
            "Pyodide, or its folder. It becomes a part of the book, so that no page asks another host for "
            "anything."
        )
    if pyodide and not live:
        raise PublishingError("--pyodide goes with --live: crm book --live --pyodide FILE.")
