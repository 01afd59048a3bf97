"""The command ``crm``: one word for each thing the course can make.

Each subcommand lives in a module of its own, which is imported only when it is called, so that ``crm --help``
answers at once. The module offers a function of the subcommand's name, written for typer, or a
group of commands.
"""

from __future__ import annotations

import importlib
import re
import sys
from typing import NamedTuple

try:
    import typer
except ImportError:
    raise SystemExit("The commands come with the lab: pip install 'crmlib[lab]', or 'make lab'.") from None


class Subcommand(NamedTuple):
    """Where a subcommand lives, and the line that ``crm --help`` shows for it."""

    module: str
    help: str
    function: str = ""  # where it is not called like the subcommand


SUBCOMMANDS = {
    "lab": Subcommand("crmlib.lab", "Open JupyterLab on the course."),
    "data": Subcommand("crmlib.simulation.command", "Rebuild the firm's tables, with any seed and size."),
    "notebooks": Subcommand("crmlib.publishing.command", "Execute the chapters that changed."),
    "reset": Subcommand("crmlib.publishing.command", "Bring a page back as the course has it."),
    "slides": Subcommand("crmlib.publishing.command", "Write a chapter as slides that need no kernel."),
    "lecture": Subcommand(
        "crmlib.publishing.lecture.command", "Show a chapter to a class; plan a lecture or a term.", "app"
    ),
    "book": Subcommand("crmlib.publishing.book.command", "Write the course as a web book."),
    "import": Subcommand("crmlib.imports.command", "Read a shop's export into tables.", "import_file"),
    "report": Subcommand("crmlib.publishing.report.command", "Write one page on a firm's customers."),
    "exam": Subcommand(
        "crmlib.classroom.exam.command", "Write an exam paper with its marking scheme.", "app"
    ),
    "cards": Subcommand("crmlib.classroom.command", "Write the course terms as flash cards."),
    "revise": Subcommand("crmlib.publishing.revise.command", "Write the review as a page for a phone."),
    "content": Subcommand("crmlib.classroom.command", "Check the claims, questions and terms of chapters."),
    "claims": Subcommand("crmlib.classroom.command", "Write the ledger of claims from the notebooks."),
    "syllabus": Subcommand("crmlib.classroom.command", "Write where each topic is taught and practised."),
    "course": Subcommand("crmlib.grading.command", "Coursework: hand out, collect, grade, feed back."),
}

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="The course on customer relationship management: open it, rebuild it, print from it.",
)


def run_subcommand(name: str, arguments: list[str]) -> None:
    """Import the module of subcommand ``name`` and run it with the remaining command line ``arguments``.

    Raises ``SystemExit`` with a plain sentence if the module cannot be imported, and with the library's or
    the system's own message if an input is refused or a file cannot be written.
    """
    module = SUBCOMMANDS[name].module
    try:
        target = getattr(importlib.import_module(module), SUBCOMMANDS[name].function or name)
    except (ImportError, AttributeError, SyntaxError) as error:
        raise SystemExit(
            f"crm {name} cannot start: {module} failed to load ({type(error).__name__}: {error}).\n"
            "Run the command from the course's own environment: 'make lab' prepares it in the folder .venv."
        ) from error
    own = target
    if not isinstance(target, typer.Typer):
        own = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
        own.command()(target)
    try:
        own(args=arguments, prog_name=f"crm {name}")
    except (ValueError, OSError) as error:
        words = re.sub(r"\S{200,}", lambda word: f"{word[0][:60]}…", str(error))
        raise SystemExit(f"crm {name}: {words}") from error


def _register(name: str) -> None:
    """Add subcommand ``name`` to ``crm``: it hands its arguments on, unread, to its own module."""

    @app.command(
        name,
        help=SUBCOMMANDS[name].help,
        add_help_option=False,
        context_settings={"allow_extra_args": True, "ignore_unknown_options": True},
    )
    def pass_on(context: typer.Context) -> None:
        run_subcommand(name, list(context.args))


for _name in SUBCOMMANDS:
    _register(_name)


def speak_utf8() -> None:
    """Write Chinese to pipes, files and consoles that would otherwise refuse it, as those of Windows may."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")


def main() -> None:
    """Run the command ``crm``."""
    speak_utf8()
    app(prog_name="crm")


if __name__ == "__main__":
    main()
