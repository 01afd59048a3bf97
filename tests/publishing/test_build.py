"""A course is built: executed once, stored clean, left alone while nothing changes, unharmed by failures."""

import ast
import subprocess
import sys
from base64 import b64decode
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from crmlib.publishing.build import build_course, build_pair, explain_stale, store_pair
from crmlib.publishing.course import PublishingError
from crmlib.publishing.dependencies import find_content, follow_imports, hash_dependencies
from crmlib.publishing.inspect.report import inspect_pair
from crmlib.publishing.pairing import parse_text, read_file, read_notebook
from crmlib.publishing.parsing import parse_code
from tests.publishing.small_course import (
    EXERCISE,
    chapter_of,
    edit,
    edit_cell,
    exercise_of,
    read_bytes,
    write_course,
)

QUIET = {"say": lambda line: None}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A course with a chapter and an exercise, built once; tests that change it copy what they need."""
    course = write_course(tmp_path_factory.mktemp("course"), exercise=EXERCISE)
    outcomes = build_course(course, **QUIET)
    assert [outcome.failure for outcome in outcomes] == [None, None]
    return course


@pytest.fixture
def course(built, tmp_path):
    """A copy of the built course that a test may change."""
    import shutil

    shutil.copytree(built.root, tmp_path, dirs_exist_ok=True)
    return type(built)(tmp_path)


def test_numbers_are_filled_in_on_both_sides(built):
    pair = chapter_of(built)
    for words in (
        read_file(pair.text),
        "\n".join(cell.source for cell in read_notebook(pair.notebook).cells),
    ):
        assert "and 8<!-- = 4 + 4 --> of them" in words
        assert "Of the satisfied, 25 %<!-- = share_left[True] --> left" in words
        assert "| satisfied | 25.0 %<!-- = share_left[True] --> |" in words
        assert "| not satisfied | 100 %<!-- = share_left[False] \\| percent --> |" in words
        assert "> ### Between ? and 100 %<!-- = share_left[False] -->" in words


def test_the_notebook_was_executed_in_order_and_shows_its_outputs(built):
    cells = [cell for cell in read_notebook(chapter_of(built).notebook).cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in cells] == [1, 2]
    assert "0.25" in cells[0].outputs[0].data["text/plain"]
    assert b"Software" not in b64decode(cells[1].outputs[0].data["image/png"])


def test_a_built_course_is_up_to_date_and_left_alone(built):
    before = read_bytes(built.root)
    said = []
    assert all(outcome.failure is None for outcome in build_course(built, say=said.append))
    assert said == ["2 notebooks are up to date."]
    assert read_bytes(built.root) == before


def test_building_from_nothing_gives_the_same_bytes(course):
    before = read_bytes(course.root)
    for name in before:
        if name.endswith(".ipynb"):
            (course.root / name).unlink()
    build_course(course, **QUIET)
    assert read_bytes(course.root) == before


def test_what_must_be_executed_is_told_with_the_reason(course):
    pair = chapter_of(course)
    assert explain_stale(pair) is None
    edit(pair.text, "Ten customers", "Twelve customers")
    assert explain_stale(pair) == "the text was edited"
    edit(pair.text, "Twelve customers", "Ten customers")
    edit_cell(pair.notebook, "Ten customers", "Twelve customers")
    assert explain_stale(pair) == "the notebook was edited"
    edit_cell(pair.notebook, "Twelve customers", "Ten customers")
    edit(pair.notebook, '"execution_count": 2', '"execution_count": 7')
    assert explain_stale(pair) == "cells were run since the last build"
    pair.notebook.unlink()
    assert explain_stale(pair) == "there is no notebook yet"


def test_a_changed_library_or_changed_data_make_a_notebook_stale(tmp_path):
    chapter = "# A\n\n```{code-cell}\nfrom crmlib.datasets.loaders import load_members\n```\n"
    course = write_course(tmp_path, chapter=chapter)
    pair = chapter_of(course)
    words = parse_text(chapter, name="a")
    for name, text in {
        "crmlib/__init__.py": "",
        "crmlib/datasets.py": "from crmlib import tables\nfrom crmlib.simulation import simulate\n",
        "crmlib/tables.py": "",
        "crmlib/other.py": "",
        "crmlib/simulation/__init__.py": "",
        "datasets/checksums.txt": "1",
    }.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    before = hash_dependencies(pair, words)
    for name, changed in [
        ("crmlib/other.py", set()),
        ("crmlib/simulation/__init__.py", set()),
        ("crmlib/tables.py", {"library"}),
        ("datasets/checksums.txt", {"data"}),
    ]:
        (tmp_path / name).write_text("x = 2", encoding="utf-8")
        now = hash_dependencies(pair, words)
        assert {key for key in now if now[key] != before[key]} == changed, name
        before = now


def test_imports_are_followed_through_the_library(root):
    reached = follow_imports(root, ["from crmlib.classroom import open_chapter"])
    assert {"crmlib", "crmlib.classroom", "crmlib.classroom.chapter", "crmlib.estimates.estimate"} <= reached
    assert not any(name.startswith("crmlib.simulation") for name in reached)
    assert "crmlib.simulation.world.worlds" in follow_imports(root, ["import crmlib.simulation.world.worlds"])


def test_lecture_notes_do_not_make_a_notebook_stale(root):
    names = {path.name for path in find_content(root, "04_satisfaction_and_loyalty")}
    assert {"claims.yaml", "numbers.yaml"} <= names
    assert "lecture.yaml" not in names


def test_the_exam_review_becomes_stale_with_the_exam_items_of_any_chapter():
    course = Path(__file__).resolve().parents[2]
    exams = {path.parent.name for path in find_content(course, "exam_review") if path.name == "exam.yaml"}
    assert {"03_lifecycle", "05_churn_and_recovery"} <= exams
    others = {path.parent.name for path in find_content(course, "03_lifecycle") if path.name == "exam.yaml"}
    assert others == {"03_lifecycle"}


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "share_left\n```",
            "share_left\nshare_left[2]\n```",
            r"notebooks/01_small\.ipynb: cell 2 in section 'A small chapter' \(sources/chapters/01_small.md, "
            r"line \d+\): KeyError: 2. At 'share_left\[2\]'. The stored notebook is unchanged.",
        ),
        (
            "share_left[True] --> left.",
            "missing_name --> left.",
            r"cell 3 in section 'A small chapter' .* the number tied to 'missing_name' cannot be computed "
            r"here \(NameError: name 'missing_name' is not",
        ),
        (
            "share_left[True] --> left.",
            "share_left --> left.",
            r"the number tied to 'share_left' .*TypeError: expected one number, found dict",
        ),
    ],
)
def test_a_failure_names_its_place_and_leaves_everything(course, old, new, message):
    pair = chapter_of(course)
    edit(pair.text, old, new)
    before = read_bytes(course.root)
    with pytest.raises(PublishingError, match=message):
        build_pair(pair, **QUIET)
    assert read_bytes(course.root) == before


def test_one_failure_does_not_stop_the_others(course):
    edit(chapter_of(course).text, "share_left\n```", "1 / 0\n```")
    edit(exercise_of(course).text, "eight customers of ten", "eight of them")
    said = []
    outcomes = build_course(course, say=said.append)
    failures = {outcome.pair.notebook.parent.name: outcome.failure for outcome in outcomes}
    assert "ZeroDivisionError" in failures["notebooks"]
    assert failures["solutions"] is None
    assert any(line.startswith("FAILED  notebooks/01_small.ipynb") for line in said)


def test_a_damaged_notebook_is_reported_and_kept(course):
    pair = chapter_of(course)
    pair.notebook.write_text("{half a file", encoding="utf-8")
    outcomes = build_course(course, **QUIET)
    (failure,) = [outcome.failure for outcome in outcomes if outcome.failure]
    assert "not a readable notebook" in failure
    assert pair.notebook.read_text(encoding="utf-8") == "{half a file"


def test_a_text_edited_while_its_notebook_runs_is_not_overwritten(course):
    pair = chapter_of(course)
    text = read_file(pair.text)
    executed = read_notebook(pair.notebook)
    edit(pair.text, "Ten customers", "Twelve customers")
    before = read_bytes(course.root)
    with pytest.raises(PublishingError, match=r"was edited while its notebook ran\. Nothing was written"):
        store_pair(pair, executed, text_before=text)
    assert read_bytes(course.root) == before


def test_an_exercise_in_use_gets_its_new_edition_beside_it(course):
    pair = exercise_of(course)
    edit_cell(pair.student, "share = ...", "share = 8 / 10")
    mine = pair.student.read_bytes()
    edit(pair.text, "eight customers of ten", "eight of them")
    said = []
    build_course(course, say=said.append)
    assert pair.student.read_bytes() == mine
    assert any("left alone; the new edition is exercises/01_small.new.ipynb" in line for line in said)


def test_an_edition_that_does_not_run_blank_is_refused(course):
    pair = exercise_of(course)
    edit(pair.text, "  # blank", "  # blank\nround(share, 2)")
    with pytest.raises(PublishingError, match=r"exercises/01_small.ipynb: cell 2 .*TypeError"):
        build_pair(pair, **QUIET)


def test_the_small_course_passes_every_check_but_those_that_it_breaks(built):
    assert [line.partition(": ")[2] for line in inspect_pair(chapter_of(built))] == [
        "cell 3: line 8: '?' looks like an open number and is tied to nothing. Add <!-- = expression -->, "
        "<!-- N-48 --> or <!-- given --> behind it.",
    ]
    assert inspect_pair(exercise_of(built)) == []


def test_nbval_compares_the_numbers_of_the_sentences_too(course):
    edit_cell(chapter_of(course).notebook, "Of the satisfied, 25 %", "Of the satisfied, 26 %")
    (course.root / "none.ini").write_text("[pytest]\n", encoding="utf-8")
    words = [
        *[sys.executable, "-m", "pytest", "-c", "none.ini", "-v", "-W", "error", "-p", "no:hypothesispytest"],
        *["--nbval", "-p", "crmlib.publishing.numbers.pytest_numbers", "notebooks"],
    ]
    run = subprocess.run(words, cwd=course.root, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 1, run.stdout + run.stderr
    assert "Numbers of cell 1 PASSED" in run.stdout
    assert "the sentence says 26, but share_left[True] gives 25" in run.stdout
    assert "1 failed, 3 passed" in run.stdout


def test_the_command_reports_and_ends_with_the_right_code(course, monkeypatch):
    import typer
    from typer.testing import CliRunner

    from crmlib.publishing import command

    monkeypatch.setattr(command, "ROOT", course.root)
    app = typer.Typer()
    app.command()(command.notebooks)
    run = CliRunner().invoke(app, ["--check"])
    assert (run.exit_code, "All notebooks are up to date." in run.output) == (1, True)
    edit(chapter_of(course).text, "Between ? and", "Up to")
    run = CliRunner().invoke(app, ["--check"])
    assert "notebooks/01_small.ipynb: the text was edited" in run.output
    run = CliRunner().invoke(app, ["--advice"])
    assert (run.exit_code, "executed in" in run.output) == (0, True)
    assert "advice: notebooks/01_small.ipynb: cell" in run.output
    edit(chapter_of(course).text, "share_left\n```", "1 / 0\n```")
    run = CliRunner().invoke(app, [])
    assert (run.exit_code, "their old notebooks are unchanged" in run.output) == (1, True)


def test_parsing_is_tried_again_where_a_library_parsed_at_the_same_time(monkeypatch):
    parse, calls = ast.parse, []

    def stumble(code, **options):
        calls.append(code)
        if len(calls) < 3:
            raise SystemError("AST constructor recursion depth mismatch")
        return parse(code, **options)

    monkeypatch.setattr(ast, "parse", stumble)
    assert len(parse_code("a = 1").body) == 1
    assert len(calls) == 3


def test_many_threads_parse_at_once():
    """Early releases of Python 3.11 stop with a SystemError if ast.parse is called so."""
    code = "\n".join(f"x{n} = (({n} + 1) * [{n}, {{'a': {n}}}])" for n in range(400))
    with ThreadPoolExecutor(max_workers=8) as pool:
        trees = list(pool.map(lambda _: parse_code(code), range(64)))
    assert {len(tree.body) for tree in trees} == {400}
