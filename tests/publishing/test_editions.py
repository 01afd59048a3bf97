"""Students get blanks instead of answers, in a notebook that runs, and keep what they wrote."""

import pytest

from crmlib.publishing.course import PublishingError
from crmlib.publishing.editions import (
    blank_code,
    hide_expressions,
    make_student_edition,
    write_student_edition,
)
from crmlib.publishing.files import read_notebook
from tests.publishing.small_course import EXERCISE, edit_cell, read_cells


def student(text: str = EXERCISE):
    """The students' edition of an exercise."""
    return make_student_edition(read_cells(text))


def sources(notebook) -> str:
    """All words of a notebook."""
    return "\n".join(cell.source for cell in notebook.cells)


def test_the_edition_holds_blanks_and_no_answer():
    words = sources(student())
    assert "share = ...  # fill in" in words
    assert "satisfied, asked = 8, 10" in words
    for answer in ("satisfied / asked", "Only teachers", "= share -->"):
        assert answer not in words


def test_no_tag_tells_that_a_cell_was_a_solution():
    assert all(not cell.metadata for cell in student().cells)
    assert all(not cell.get("outputs") for cell in student().cells)


@pytest.mark.parametrize(
    ("code", "blank"),
    [
        ("share = hits / n  # blank", "share = ...  # fill in"),
        ("n = 3\nshare = hits / n  # blank\nshow(share)", "n = 3\nshare = ...  # fill in\nshow(share)"),
        ("low, high = find(x)  # blank", "low = ...  # fill in\nhigh = ...  # fill in"),
        ("count(left)  # blank", "...  # fill in"),
        ("def half(x):\n    return x / 2  # blank", "def half(x):\n    return ...  # fill in"),
        ("# blank\na = 1\nb = a + 1\n# end blank\na + b", "a = ...  # fill in\nb = ...  # fill in\na + b"),
        (
            "# blank\ntable = (\n    frame\n    .groupby('x')\n    .sum()\n)\n# end blank",
            "table = ...  # fill in",
        ),
        ("# Compute the share.\nshare = hits / n", "# Compute the share.\nshare = ...  # fill in"),
        ("best = [x for x in found if x > 3]", "best = ...  # fill in"),
        ("def half(x, *, by=2):\n    return x / by", "def half(x, *, by=2):\n    ...  # fill in"),
        ("for x in found:\n    last = x", "x = ...  # fill in\nlast = ...  # fill in"),
        (
            "if n:\n    # blank\n    a = 1\n    # end blank\n    b = 2",
            "if n:\n    a = ...  # fill in\n    b = 2",
        ),
        ("print(3)", "...  # fill in"),
        ('chapter.answer("w1", "b")', 'chapter.answer("w1")'),
        ('chapter.answer("w1", "b")  # blank\nshow(x)', 'chapter.answer("w1")\nshow(x)'),
    ],
)
def test_blanks_keep_names_indents_and_everything_that_is_not_marked(code, blank):
    assert blank_code(code) == blank
    compile(blank, "blank", "exec")


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("# blank\nx = 1", "'# blank' on a line of its own needs '# end blank'"),
        ("x = 1  # blank\n# end blank", "'# end blank' without '# blank'"),
        ("x = f(\n    1,\n)  # blank", r"'\)' is only part of a statement"),
        ("# blank\nx = = 1\n# end blank", "the answer is no Python"),
    ],
)
def test_a_mark_that_makes_no_sense_is_refused(code, message):
    with pytest.raises(PublishingError, match=f"cell 2: {message}"):
        blank_code(code, name="cell 2")


def test_expressions_leave_sentences_but_quotes_stay():
    source = "24 %<!-- = share --> or 65 to 85 %<!-- N-48 --> and `24 %<!-- = code -->`"
    assert hide_expressions(source) == (
        "24 %<!-- given --> or 65 to 85 %<!-- N-48 --> and `24 %<!-- = code -->`"
    )


def test_a_new_edition_replaces_one_that_nobody_worked_in(tmp_path):
    path = tmp_path / "01.ipynb"
    assert write_student_edition(student(), path).changed
    assert not write_student_edition(student(), path).changed
    written = write_student_edition(student(EXERCISE.replace("eight", "nine")), path)
    assert (written.path, written.changed, written.kept) == (path, True, None)
    assert "nine" in sources(read_notebook(path))


def test_a_file_that_a_student_edited_is_never_overwritten(tmp_path):
    path = tmp_path / "01.ipynb"
    write_student_edition(student(), path)
    edit_cell(path, "share = ...  # fill in", "share = satisfied / 10")
    mine = path.read_bytes()
    assert not write_student_edition(student(), path).changed
    written = write_student_edition(student(EXERCISE.replace("eight", "nine")), path)
    assert (written.path.name, written.kept) == ("01.new.ipynb", path)
    assert path.read_bytes() == mine
    assert "nine" in sources(read_notebook(written.path))


def test_a_file_that_was_only_run_is_not_overwritten_either(tmp_path):
    path = tmp_path / "01.ipynb"
    write_student_edition(student(), path)
    path.write_text(
        path.read_text(encoding="utf-8").replace('"execution_count": null', '"execution_count": 1')
    )
    assert write_student_edition(student(EXERCISE.replace("eight", "nine")), path).kept == path


@pytest.mark.parametrize("content", ["{}", "half a fi", '{"cells": [], "metadata": {}, "nbformat": 4}'])
def test_a_file_of_unknown_origin_is_kept(tmp_path, content):
    path = tmp_path / "01.ipynb"
    path.write_text(content, encoding="utf-8")
    written = write_student_edition(student(), path)
    assert (written.path.name, written.kept) == ("01.new.ipynb", path)
    assert path.read_text(encoding="utf-8") == content


def test_a_spare_edition_that_was_worked_in_is_kept_as_well(tmp_path):
    path = tmp_path / "01.ipynb"
    write_student_edition(student(), path)
    edit_cell(path, "share = ...", "share = 1")
    spare = write_student_edition(student(EXERCISE.replace("eight", "nine")), path).path
    edit_cell(spare, "share = ...", "share = 2")
    third = write_student_edition(student(EXERCISE.replace("eight", "seven")), path)
    assert third.path.name == "01.new2.ipynb"
    again = write_student_edition(student(EXERCISE.replace("eight", "seven")), path)
    assert (again.path.name, again.changed) == ("01.new2.ipynb", False)


def test_links_lead_to_the_same_place_from_one_folder_higher():
    text = "[chapter](../../notebooks/01.ipynb) `](../../x)` [here](#A) [web](https://example.org/../x)\n"
    (cell,) = student(text).cells
    assert (
        cell.source
        == "[chapter](../notebooks/01.ipynb) `](../../x)` [here](#A) [web](https://example.org/../x)"
    )


def test_a_file_that_already_has_the_new_cells_is_no_students_work(tmp_path):
    path = tmp_path / "01.ipynb"
    write_student_edition(student(), path)
    edit_cell(path, "eight were satisfied", "nine were satisfied")
    written = write_student_edition(
        student(EXERCISE.replace("eight were satisfied", "nine were satisfied")), path
    )
    assert (written.path, written.changed, written.kept) == (path, True, None)
