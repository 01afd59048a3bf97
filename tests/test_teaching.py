"""The pages for who teaches: one a chapter and case, alike, and everything that they name is there."""

import json
import re
from functools import cache
from pathlib import Path

import pytest

from crmlib.classroom.formats.chapters import chapter_stems

ROOT = Path(__file__).resolve().parents[1]
PAGES = ROOT / "docs" / "teaching"
STEMS = [stem for stem in chapter_stems() if stem not in {"00_start_here", "exam_review"}]
HEADINGS = [
    "What must stick",
    "Three misconceptions",
    "Five questions to the room",
    "A demonstration that surprises",
    "The exercise in class",
    "Where to find more",
]
LINK = re.compile(r"\[([^\]]*)\]\(([^)\s]+)\)")
CODE = re.compile(r"`[^`]*`")
ITEM = re.compile(r"\b(?:\d\d|k\d)-\d+\b")
# Names that hold digits: topics and claims, and three words of the trade.
NAMED = re.compile(r"\b[A-Z]-\d+\b|80/20|\b4[PR]\b")


def read_page(name: str) -> str:
    return (PAGES / f"{name}.md").read_text(encoding="utf-8")


def split_page(stem: str) -> dict[str, str]:
    """Heading → what stands below it."""
    parts = re.split(r"^## (.+)\n", read_page(stem), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def read_ids(stem: str, name: str) -> set[str]:
    """All ids in a file of content."""
    text = (ROOT / "crmlib" / "classroom" / "content" / stem / f"{name}.yaml").read_text(encoding="utf-8")
    return set(re.findall(r"^ *- {?id: ([^,}\n]+)", text, flags=re.MULTILINE))


@cache
def read_cells(path: Path, kind: str) -> str:
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == kind)


@cache
def list_anchors(path: Path) -> set[str]:
    """The anchors of a page: as JupyterLab writes them for a notebook, as GitHub does for Markdown."""
    if path.suffix == ".ipynb":
        found = re.findall(r"^#+ (.+)$", read_cells(path, "markdown"), flags=re.MULTILINE)
        return {"-".join(heading.split()) for heading in found}
    found = re.findall(r"^#+ (.+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\s-]", "", heading).strip().lower().replace(" ", "-") for heading in found}


def list_broken(page: Path) -> list[str]:
    broken = []
    for _, target in LINK.findall(CODE.sub("", page.read_text(encoding="utf-8"))):
        name, _, anchor = target.partition("#")
        path = (page.parent / name).resolve() if name else page
        if "://" in target:
            continue
        if not path.exists() or (anchor and anchor not in list_anchors(path)):
            broken.append(target)
    return broken


def test_every_chapter_and_case_has_its_page_and_the_index_names_it():
    pages = {path.stem for path in PAGES.glob("*.md")}
    assert pages == {*STEMS, "README", "your_own_firm"}
    index = {target for _, target in LINK.findall(read_page("README"))}
    assert {f"{name}.md" for name in pages - {"README"}} <= index


@pytest.mark.parametrize("stem", STEMS)
def test_a_page_holds_the_six_parts_and_three_misconceptions_and_five_questions(stem):
    parts = split_page(stem)
    assert list(parts) == HEADINGS
    misconceptions, questions = (
        re.split(r"^\d\. ", parts[name], flags=re.MULTILINE)[1:] for name in HEADINGS[1:3]
    )
    assert len(misconceptions) == 3
    assert all("*Say:*" in one and ".ipynb#" in one for one in misconceptions)
    assert len(questions) == 5
    assert all(re.search(r"\*Good:\*.*\*Half:\*.*\*Wrong:\*", one, re.DOTALL) for one in questions)


def test_a_page_is_read_in_some_minutes():
    assert {
        stem: words for stem in STEMS if (words := len(LINK.sub(r"\1", read_page(stem)).split())) > 1000
    } == {}


def test_questions_to_the_room_are_not_those_of_the_slides():
    for stem in STEMS:
        asked = (ROOT / "crmlib" / "classroom" / "content" / stem / "lecture.yaml").read_text(
            encoding="utf-8"
        )
        questions = re.findall(
            r"^\d\. \*\*(.+?)\*\*", split_page(stem)[HEADINGS[2]], re.MULTILINE | re.DOTALL
        )
        assert [one for one in questions if " ".join(one.split()) in asked] == []


@pytest.mark.parametrize("page", sorted(PAGES.glob("*.md")), ids=lambda page: page.stem)
def test_links_lead_to_files_and_headings(page):
    assert list_broken(page) == []


@pytest.mark.parametrize("stem", STEMS)
def test_claims_items_and_questions_are_those_of_the_chapter(stem):
    page, parts = read_page(stem), split_page(stem)
    linked = {text for text, target in LINK.findall(page) if target.startswith("../claims.md")}
    assert linked and linked <= read_ids(stem, "claims")
    items = set(ITEM.findall(parts[HEADINGS[5]]))
    assert len(items) >= 7 and items <= read_ids(stem, "exam")
    asked = set(re.findall(r"`([qw]\d+)`", page))
    assert len(asked) >= 3 and asked <= read_ids(stem, "checks")


@pytest.mark.parametrize("stem", STEMS)
def test_a_mistake_is_named_beside_a_question_that_knows_it(stem):
    content = (ROOT / "crmlib" / "classroom" / "content" / stem / "checks.yaml").read_text(encoding="utf-8")
    parts = re.split(r"^- id: (\S+)$", content, flags=re.MULTILINE)
    known = {
        name: set(re.findall(r"^ *- {?name: ([^,}\n]+)", text, flags=re.MULTILINE))
        for name, text in zip(parts[1::2], parts[2::2], strict=True)
    }
    strange, named = [], 0
    for entry in re.split(r"\n(?=- |\n)", split_page(stem)["The exercise in class"]):
        mistakes = set().union(*(known[name] for name in re.findall(r"`([qw]\d+)`", entry)))
        found = [" ".join(name.split()) for name in re.findall(r"(?<!\*)\*([^*]+)\*(?!\*)", entry)]
        strange += [name for name in found if name not in mistakes]
        named += len(found)
    assert strange == []
    assert named >= 4


@pytest.mark.parametrize("stem", STEMS)
def test_functions_are_called_in_the_chapter_and_a_live_one_is_on_a_slide(stem):
    code = read_cells(ROOT / "notebooks" / f"{stem}.ipynb", "code")
    called = re.findall(r"`([\w.]+)\(\)`", read_page(stem))
    assert [name for name in called if f"{name}(" not in code] == []
    live = re.findall(r"`((?:explore|draw)_\w+)\(\)`", split_page(stem)["A demonstration that surprises"])
    lecture = (ROOT / "crmlib" / "classroom" / "content" / stem / "lecture.yaml").read_text(encoding="utf-8")
    assert live and all(name in lecture for name in live), "show a figure that has a slide"


@pytest.mark.parametrize("stem", STEMS)
def test_no_figure_is_typed_by_hand(stem):
    """Figures stand in the ledger of claims and in the notebooks; a page names where."""
    _, text = read_page(stem).split("\n", 1)
    for pattern in (LINK, CODE, ITEM, NAMED, re.compile(r"^\d\. ", re.MULTILINE)):
        text = pattern.sub("", text)
    assert re.findall(r".{0,20}\d.{0,20}", text) == []


def test_the_guide_for_instructors_opens_the_pages():
    guide = (ROOT / "docs" / "instructors.md").read_text(encoding="utf-8")
    assert "(teaching/README.md)" in guide


def test_recipes_import_what_is_there():
    blocks = re.findall(r"^```python\n(.+?)^```", read_page("your_own_firm"), flags=re.MULTILINE | re.DOTALL)
    assert len(blocks) >= 3
    for block in blocks:
        compile(block, "your_own_firm.md", "exec")
        for module, name in re.findall(r"^from (crmlib\S*) import (\w+)$", block, flags=re.MULTILINE):
            path = ROOT / module.replace(".", "/")
            path = path / "__init__.py" if path.is_dir() else path.with_suffix(".py")
            assert re.search(rf"\b{name}\b", path.read_text(encoding="utf-8")), (module, name)
