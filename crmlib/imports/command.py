"""The command ``crm import``: from the export of a till or web shop to a folder that `load_firm` opens."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from crmlib.ground.files import write_file
from crmlib.imports.choices import Choices, read_choices, write_choices
from crmlib.imports.folder import COLUMNS, MARK, refuse_folder
from crmlib.imports.reading import Proposal, import_export, propose, show_proposal
from crmlib.tables.errors import TableError


def import_file(
    file: Annotated[Path, typer.Argument(help="The export: xlsx, csv, parquet, sqlite or duckdb.")],
    out: Annotated[Path, typer.Option(help="Folder to write; a new one.")],
    columns: Annotated[
        Path | None,
        typer.Option(help="A YAML file that says which column is which; without it, it is proposed."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Take the proposal without asking.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace an earlier import.")] = False,
) -> None:
    """Read a shop's export, check it, and write tables for load_firm(folder)."""
    refuse_folder(out, overwrite=overwrite)
    choices = read_choices(columns)
    proposal = propose(file, choices)
    typer.echo(show_proposal(proposal))
    if columns is None and not yes and not _ask():
        draft = Path(COLUMNS)
        if not draft.exists():
            write_file(draft, write_choices(proposal.columns, choices, proposal.unused))
        raise TableError(f"nothing was imported. Change {draft} and add --columns {draft}.")
    account = _run(proposal, out, choices, overwrite=overwrite)
    for line in account:
        typer.echo(line)
    typer.echo(f'wrote {out}: the account in {out / MARK}; open it with load_firm("{out.as_posix()}")')


def _ask() -> bool:
    """Whether the reader takes the proposal; without a keyboard the answer has to be given beforehand."""
    if not sys.stdin.isatty():
        raise TableError(
            "nobody can be asked here. Add --yes to take this proposal, or --columns columns.yaml."
        )
    return typer.confirm("Is each column what it says here?", default=True)


def _run(proposal: Proposal, out: Path, choices: Choices, *, overwrite: bool) -> list[str]:
    """Import with a bar that shows how much of the file has been read."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    words = [TextColumn("reading"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn()]
    with Progress(*words, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=1.0)
        account = import_export(
            proposal,
            out,
            choices,
            progress=lambda share: bar.update(task, completed=share),
            overwrite=overwrite,
        )
    return account.tell("en")
