"""All pages of the book as a web site that asks nothing of the network, with an index to search it."""

from __future__ import annotations

import importlib.util
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from crmlib.publishing.book.crawl import find_faults
from crmlib.publishing.book.index import NAME, copy_spaced, index_command
from crmlib.publishing.book.pages import Plan, lay_out
from crmlib.publishing.course import PublishingError
from crmlib.publishing.live.site import NAME as NAME_LIVE
from crmlib.publishing.live.site import build_live

TOOLS = ("sphinx", "myst_nb", "sphinx_book_theme", "pagefind")
HOW_TO_GET = (
    "'make book' installs them and builds; without make: python tools/prepare.py book, then crm book."
)
# Lists the files of the book, by which a later build knows that it may replace the folder.
MARK = "book.json"
LEFTOVERS = (
    ".buildinfo", "objects.inv", "searchindex.js", "_static/*.html", "_static/searchtools.js",
    "_static/language_data.js", "**/*.map",
)  # fmt: skip
CONF = Path(__file__).parent


@dataclass(frozen=True)
class Built:
    """A book that was built. pages: how many; size: of all its files, in bytes."""

    folder: Path
    pages: int
    size: int


def build_book(
    plan: Plan,
    folder: Path,
    *,
    pyodide: Path | None = None,
    say: Callable[[str], object] = lambda line: None,
) -> Built:
    """Build the book in a folder, or replace the book in it; a build that fails leaves the folder as it was.

    pyodide: a release of Pyodide, to run the notebooks in the browser; left out, the book is to read. say:
    is told what happens. Raises PublishingError if the tools are missing, the folder holds anything but a
    book, a page is wrong, or the release does not fit.
    """
    check_tools()
    check_folder(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".book-") as draft:
        sources, site = Path(draft) / "sources", Path(draft) / "site"
        live = build_live(plan.course, plan.pages, pyodide, Path(draft), say=say) if pyodide else None
        say(f"laying out {len(plan.pages)} pages")
        lay_out(plan, sources, live=live)
        say("writing them as a web site")
        _run_sphinx(sources, site)
        say("indexing them for the search")
        _drop_leftovers(site)
        _index(site)
        if live:
            shutil.move(live.folder, site / NAME_LIVE)
        _check_links(site)
        files = _mark(site)
        _replace(folder, site)
    return Built(folder, len(plan.pages), sum((folder / file).stat().st_size for file in files))


def check_tools() -> None:
    """Raise PublishingError if a package that builds the book is not installed; it says how to get it."""
    missing = [name for name in TOOLS if importlib.util.find_spec(name) is None]
    if missing:
        raise PublishingError(
            f"The book is built with {', '.join(missing)}, not installed here. {HOW_TO_GET}"
        )


def check_folder(folder: Path) -> None:
    """Raise PublishingError if a folder holds anything that is not of a book built here."""
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not (folder / MARK).is_file():
        raise PublishingError(f"{folder} is there already and is no book. Give another --out.")
    own = {MARK, *json.loads((folder / MARK).read_text(encoding="utf-8"))["files"]}
    others = sorted(set(_list_files(folder)) - own)
    if others:
        files = "1 file that is" if len(others) == 1 else f"{len(others)} files that are"
        raise PublishingError(
            f"{folder} holds {files} not of the book: {', '.join(others[:5])}. "
            "Move them away, or give another --out."
        )


def _list_files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def _mark(site: Path) -> list[str]:
    """Write which files are of the book, and return them."""
    files = _list_files(site)
    (site / MARK).write_text(json.dumps({"files": files}, indent=0), encoding="utf-8", newline="\n")
    return [*files, MARK]


def _replace(folder: Path, site: Path) -> None:
    """Put the site in the place of the folder."""
    if folder.exists():
        shutil.move(folder, site.with_name("old"))
    shutil.move(site, folder)


def _run_sphinx(sources: Path, site: Path) -> None:
    """Turn pages into a web site; a warning of Sphinx is an error."""
    options = ["-q", "-W", "--keep-going", "-j", "2", "-b", "html", "-c", str(CONF)]
    state = ["-d", str(site.with_name("state"))]
    _run([sys.executable, "-m", "sphinx", *options, *state, str(sources), str(site)], "Sphinx")


def _drop_leftovers(site: Path) -> None:
    """Delete what neither a reader nor the search asks for."""
    for path in {path for pattern in LEFTOVERS for path in site.glob(pattern)}:
        path.unlink()


def _check_links(site: Path) -> None:
    faults = find_faults(site)
    if faults:
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise PublishingError("\n".join([f"The book has {count}:", *faults[:12]]))


def _index(site: Path) -> None:
    """Index the pages, and keep of what Pagefind writes only what the search page asks for."""
    spaced = site.with_name("spaced")
    copy_spaced(site, spaced)
    _run([sys.executable, "-m", "pagefind", *index_command(spaced, site / NAME)], "Pagefind")
    for path in [*(site / NAME).glob("pagefind*ui.*"), *(site / NAME).glob("pagefind-highlight.js")]:
        path.unlink()


def _run(command: list[str], name: str) -> None:
    """Run a program; raise PublishingError with its last words if it fails."""
    result = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if result.returncode:
        words = [line for line in result.stdout.splitlines() if line.strip()]
        raise PublishingError("\n".join([f"{name} could not build the book:", *words[-12:]]))
