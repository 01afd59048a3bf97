"""What is true of every file of the course."""

import json
import re
import subprocess
from pathlib import Path

import pytest

import crmlib
from crmlib.classroom.formats.chapters import chapter_stems, load_info
from crmlib.classroom.formats.reading import count_minutes

ROOT = Path(__file__).resolve().parents[1]
TEXT = {
    ".py",
    ".md",
    ".yaml",
    ".yml",
    ".toml",
    ".txt",
    ".in",
    ".csv",
    ".json",
    ".ipynb",
    ".js",
    ".css",
    ".j2",
    ".html",
    "",
}
# Written in two halves, so that this file does not contain them.
PLACES = ["/wo" + "rk/", "/ro" + "ot/", *map(re.escape, map(str, (ROOT, Path.home())))]
REGISTRIES = [
    r"pypi\." + "org",
    "python" + r"hosted\.org",
    r"npmjs\." + "org",
    r"deb\." + "debian",
    "/simp" + "le/",
]
WORKPLACE = [r"\.libr" + "ary/", r"\.\./sha" + "red", "py" + "env", r"\bTO" + r"DO\b", r"\bFIX" + r"ME\b"]
# Folders that git ignores; commands make them.
MADE = {".jupyter", "backups", "build", "progress", ".venv"}
EMPTY_TITLES = re.compile(r"^#\s*(untitled.*)?$", re.IGNORECASE)


def list_files() -> list[Path]:
    """Return every file under version control; in a copy without git, every file that git would keep."""
    words = ["git", "ls-files", "--cached", "-z"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True)
    if done.returncode == 0:
        files = [ROOT / name for name in done.stdout.decode().split("\0") if name]
    else:
        own = {".venv", "build", "__pycache__", "variants", "progress", ".jupyter", ".git"}
        files = [path for path in ROOT.rglob("*") if not own & set(path.relative_to(ROOT).parts)]
    return [path for path in files if path.is_file()]


FILES = list_files()


def find_lines(patterns: list[str]) -> list[str]:
    """Return file, line number and what was found wherever one of the patterns matches."""
    pattern = re.compile("|".join(patterns))
    found = []
    for path in (path for path in FILES if path.suffix in TEXT):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if line.lstrip().startswith('"image/png": "'):
                continue  # a picture as letters may spell anything
            found += [
                f"{path.relative_to(ROOT).as_posix()}:{number}: {what}" for what in pattern.findall(line)
            ]
    return found


def test_repository_is_not_empty():
    assert len(FILES) > 50


@pytest.mark.parametrize(
    "patterns", [PLACES, REGISTRIES, WORKPLACE], ids=["places", "registries", "workplace"]
)
def test_no_file_names_a_machine_a_registry_or_the_workplace(patterns):
    assert find_lines(patterns) == []


def test_text_is_utf8_with_line_feeds():
    wrong = [path.name for path in FILES if path.suffix in TEXT and b"\r" in path.read_bytes()]
    assert wrong == []


def test_no_notebook_is_untitled():
    for path in (path for path in FILES if path.suffix == ".ipynb"):
        assert not path.stem.lower().startswith("untitled"), path
        first = "".join(json.loads(path.read_text(encoding="utf-8"))["cells"][0]["source"])
        title = first.splitlines()[0] if first else ""
        assert title.startswith("# ") and not EMPTY_TITLES.match(title), f"{path.name} has no title"


def test_no_file_is_a_leftover():
    leftovers = [
        path.name for path in FILES if path.suffix in {".orig", ".rej", ".bak", ".swp", ".pyc", ".tmp"}
    ]
    assert leftovers == []


def test_repository_stays_small():
    assert sum(path.stat().st_size for path in FILES if path.parts[-2] != "images") < 60_000_000


def read_readme() -> str:
    return (ROOT / "README.md").read_text(encoding="utf-8")


def test_readme_is_read_in_two_minutes():
    prose = re.sub(
        r"!?\[([^\]]*)\]\([^)]*\)", r"\1", re.sub(r"^\|.*$", "", read_readme(), flags=re.MULTILINE)
    )
    assert len(re.findall(r"[\w’'-]+", prose)) < 400


@pytest.mark.parametrize(
    "name", ["README.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/instructors.md"]
)
def test_links_of_a_page_lead_somewhere(name):
    page = ROOT / name
    targets = re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not (page.parent / target).exists()] == []


def list_chapter_rows() -> list[tuple[list[str], list[str], list[str]]]:
    """For each part of the course that is written, in order: its notebook, packages and exercise."""
    return [
        (
            [f"notebooks/{stem}.ipynb"],
            [f"crmlib/{package}/__init__.py" for package in packages],
            [f"exercises/{stem}.ipynb"] if (ROOT / "exercises" / f"{stem}.ipynb").exists() else [],
        )
        for stem, packages in crmlib.CHAPTERS.items()
        if (ROOT / "notebooks" / f"{stem}.ipynb").exists()
    ]


def test_the_chapter_map_is_the_list_of_chapters():
    rows = [
        [*line.split("|")[2:3], *line.split("|")[4:6]]
        for line in read_readme().splitlines()
        if "](notebooks/" in line
    ]
    links = [tuple(re.findall(r"\]\(([^)]+)\)", cell) for cell in row) for row in rows]
    lost = [row for row in list_chapter_rows() if tuple(row) not in [tuple(link) for link in links]]
    assert not lost, f"Rows that the chapter map of README.md lacks (notebook, library, exercise): {lost}"
    assert links == list_chapter_rows()


def test_the_first_page_types_no_list_of_chapters_by_hand():
    page = (ROOT / "sources" / "chapters" / "00_start_here.md").read_text("utf-8")
    assert "show_chapters()" in page
    assert not re.findall(r"^\| *\[.*\]\(\d\d_", page, re.MULTILINE)


def test_the_readme_announces_the_minutes_that_are_counted():
    rows = [line.split("|") for line in read_readme().splitlines() if "](notebooks/" in line]
    said = {row[2].split("(notebooks/")[1].split(".ipynb")[0]: row[3].strip() for row in rows}
    for stem in chapter_stems():
        lessons = len(load_info(stem).lessons)
        assert said[stem] == (f"{count_minutes(stem)} in {lessons} lessons" if lessons else ""), stem


def test_every_notebook_is_in_the_list_of_chapters():
    assert {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")} <= set(crmlib.CHAPTERS)


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "docs/architecture.md", "docs/writing_chapters.md"])
def test_files_that_a_page_names_are_there(name):
    words = re.findall(
        r"`((?:[\w.<>*-]+/)*[\w.*-]+(?:\.(?:py|md|csv|yaml|toml)|/))`", (ROOT / name).read_text("utf-8")
    )
    known = {path.name for path in FILES} | {path.parent.name for path in FILES} | MADE
    lost = [
        word
        for word in words
        if "<" not in word
        and not any(ROOT.glob(word.rstrip("/")))
        and not ("/" not in word.rstrip("/") and word.rstrip("/") in known)
        and not any(path.as_posix().endswith("/" + word.rstrip("/")) for path in FILES)
    ]
    assert lost == []


def test_changelog_knows_this_version():
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    version = re.search(r'^version = "(.+)"$', project, re.MULTILINE).group(1)
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
