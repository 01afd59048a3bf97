"""A notebook becomes stale after what it uses, and after nothing else."""

import pytest

from crmlib.publishing.build import explain_stale, store_pair
from crmlib.publishing.dependencies import Import, find_content, find_home, follow_imports
from crmlib.publishing.files import read_file
from crmlib.publishing.pairing import read_cells
from tests.publishing.small_course import chapter_of, write_course

LIBRARY = {
    "__init__.py": "CHAPTERS = {}",
    "loyalty/__init__.py": (
        "from crmlib.loyalty.card import measure as measure_card\n"
        "from crmlib.loyalty.fee import fee_break_even, plot_fee\n"
        "def measure_here(): ...\n"
    ),
    "loyalty/card.py": "from crmlib.customers.ledger import count_points",
    "loyalty/fee.py": "def fee_break_even():\n    from crmlib.charts.style import COLOURS",
    "customers/__init__.py": "from crmlib.customers.ledger import count_points",
    "customers/ledger.py": "",
    "customers/rfm.py": "",
    "charts/style.py": "",
    "tables/__init__.py": "from crmlib.tables.dictionary import TABLES",
    "tables/dictionary.py": "",
    "datasets/__init__.py": "from crmlib.datasets.loaders import load_members",
    "datasets/loaders.py": "def make():\n    from crmlib.simulation.run import simulate",
    "simulation/run.py": "from crmlib.simulation.world import World",
    "simulation/world.py": "",
    "classroom/__init__.py": (
        "if TYPE_CHECKING:\n"
        "    from crmlib.classroom.chapter import open_chapter\n"
        "    from crmlib.classroom.review import open_review\n"
        "def __getattr__(name): ...\n"
    ),
    "classroom/chapter.py": "",
    "classroom/review.py": "",
    "classroom/content/numbers.yaml": "",
    "classroom/content/01_small/checks.yaml": "answer: loyalty.fee_break_even(1)\nhint: Ask him.Then go.",
    "classroom/content/01_small/claims.yaml": "chart: crmlib.loyalty.measure_card",
    "classroom/content/01_small/lecture.yaml": "",
    "classroom/content/02_other/checks.yaml": "",
}


@pytest.fixture
def build(tmp_path):
    """Store a chapter with one cell of code in a course with a library of its own, as a build does."""
    for name, text in LIBRARY.items():
        path = tmp_path / "crmlib" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (tmp_path / "datasets").mkdir()
    (tmp_path / "datasets" / "checksums.txt").write_text("1", encoding="utf-8")

    def store(code: str):
        course = write_course(tmp_path, chapter=f"# A\n\n```{{code-cell}}\n{code}\n```\n")
        pair = chapter_of(course)
        store_pair(pair, read_cells(pair), text_before=read_file(pair.text))
        assert explain_stale(pair) is None
        return pair

    return store


def change(path):
    """Add a line to a file."""
    path.write_text(path.read_text(encoding="utf-8") + "\n# changed\n", encoding="utf-8")


FEE = "from crmlib.loyalty import fee_break_even"
CARD = "from crmlib.loyalty import measure_card"
CHAPTER = "from crmlib.classroom import open_chapter"
MEMBERS = "from crmlib.datasets import load_members"


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        pytest.param(FEE, "loyalty/fee.py", id="the module that defines the name"),
        pytest.param(FEE, "charts/style.py", id="what that module imports inside a function"),
        pytest.param(CARD, "loyalty/card.py", id="a name under which the package hands it on"),
        pytest.param(CARD, "customers/ledger.py", id="what that module imports from another package"),
        pytest.param("import crmlib.loyalty", "loyalty/card.py", id="a package as a whole"),
        pytest.param("from crmlib import loyalty", "loyalty/card.py", id="a package by its name"),
        pytest.param("from crmlib.loyalty import *", "loyalty/card.py", id="all names of a package"),
        pytest.param(
            "from crmlib.loyalty import measure_here", "loyalty/__init__.py", id="a name of its own"
        ),
        pytest.param("from crmlib.loyalty import fee", "loyalty/fee.py", id="a module of a package"),
        pytest.param("from crmlib import CHAPTERS", "__init__.py", id="a name of the library itself"),
        pytest.param(CHAPTER, "classroom/chapter.py", id="a name that is loaded when it is asked for"),
        pytest.param(CHAPTER, "classroom/content/numbers.yaml", id="content of all chapters"),
        pytest.param(CHAPTER, "classroom/content/01_small/claims.yaml", id="content of the chapter"),
        pytest.param(CHAPTER, "loyalty/fee.py", id="the function behind an answer"),
        pytest.param(CHAPTER, "customers/ledger.py", id="what the chart of a claim imports"),
        pytest.param(
            "from crmlib.simulation.run import simulate", "simulation/world.py", id="the simulation"
        ),
    ],
)
def test_a_change_in_what_a_notebook_uses_makes_it_stale(build, code, changed):
    pair = build(code)
    change(pair.root / "crmlib" / changed)
    assert explain_stale(pair) == "the library changed"


@pytest.mark.parametrize(
    ("code", "changed"),
    [
        pytest.param(FEE, "loyalty/card.py", id="another module of the package"),
        pytest.param(FEE, "customers/ledger.py", id="what another module of the package imports"),
        pytest.param(FEE, "loyalty/__init__.py", id="the table of contents beyond the name"),
        pytest.param(FEE, "classroom/content/numbers.yaml", id="content without the classroom"),
        pytest.param(CARD, "loyalty/fee.py", id="another module, where the name is one of the package's own"),
        pytest.param(CHAPTER, "classroom/review.py", id="another name that is loaded when it is asked for"),
        pytest.param(CHAPTER, "classroom/content/02_other/checks.yaml", id="content of another chapter"),
        pytest.param(CHAPTER, "classroom/content/01_small/lecture.yaml", id="lecture notes"),
        pytest.param(MEMBERS, "simulation/run.py", id="the simulation behind the tables on disk"),
        pytest.param("this is no Python", "loyalty/fee.py", id="code that does not parse"),
    ],
)
def test_a_change_in_what_a_notebook_does_not_use_leaves_it_up_to_date(build, code, changed):
    pair = build(code)
    change(pair.root / "crmlib" / changed)
    assert explain_stale(pair) is None


@pytest.mark.parametrize(
    ("code", "reason"),
    [(MEMBERS, "the data changed"), ("from crmlib.tables import TABLES", "the data changed"), (FEE, None)],
)
def test_changed_data_make_those_notebooks_stale_that_read_them(build, code, reason):
    pair = build(code)
    change(pair.root / "datasets" / "checksums.txt")
    assert explain_stale(pair) == reason


def test_a_module_that_is_moved_makes_its_notebook_stale(build):
    pair = build(FEE)
    package = pair.root / "crmlib" / "loyalty"
    (package / "fee.py").rename(package / "owner.py")
    (package / "__init__.py").write_text("from crmlib.loyalty.owner import fee_break_even", encoding="utf-8")
    assert explain_stale(pair) == "the library changed"


def test_names_of_the_course_are_found_where_they_are_defined(root):
    reached = follow_imports(root, [Import("crmlib.classroom", "open_chapter", "open_chapter")])
    assert {"crmlib.classroom.chapter", "crmlib.tables.check", "crmlib.ground.files"} <= reached
    assert not any(name.startswith("crmlib.simulation") for name in reached)
    assert find_home(root, "crmlib.lifecycle", "assign_stages") == "crmlib.lifecycle.stages"
    assert find_home(root, "crmlib.no_such_package", "x") is None


def test_the_exam_review_becomes_stale_with_the_exam_items_of_any_chapter(root):
    exams = {path.parent.name for path in find_content(root, "exam_review") if path.name == "exam.yaml"}
    assert {"03_lifecycle", "05_churn_and_recovery"} <= exams
    others = {path.parent.name for path in find_content(root, "03_lifecycle") if path.name == "exam.yaml"}
    assert others == {"03_lifecycle"}
