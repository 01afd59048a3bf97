"""Code in a notebook is short, plain Python, and takes its names from packages."""

import pytest

from crmlib.publishing.inspect.code import check_hidden_state, check_imports, check_length, check_plain_python
from tests.publishing.small_course import make_notebook, words


def test_sixteen_lines_of_code_are_one_too_many():
    assert check_length(make_notebook(("\n".join(["x = 1"] * 15), []))) == []
    assert "has 16 lines of code, at most 15" in words(check_length(make_notebook(("x\n" * 16, []))))
    assert "empty code cell" in words(check_length(make_notebook((" \n", []))))


@pytest.mark.parametrize(
    "code",
    ["!pip install x", "%pip install x", "%%time\nx = 1", "x?", "  !ls", "get_ipython().run_cell('x')"],
)
def test_magics_and_shell_commands_are_found(code):
    assert "Write plain Python" in words(check_plain_python(make_notebook((code, []))))


def test_code_that_is_no_python_is_found_and_questions_in_comments_are_none():
    assert "is no Python" in words(check_plain_python(make_notebook(("x = = 1", []))))
    assert check_plain_python(make_notebook(("# how many left?\nx = 7 % 2\ny = 'Why!'", []))) == []


def test_hidden_state_is_reported_with_the_cell_of_the_notebook():
    notebook = make_notebook("# A", ("x = 1", []), "between", ("x = x + 1", []))
    assert words(check_hidden_state(notebook)).startswith("cell 4: changes x")


@pytest.mark.parametrize(
    ("code", "inner", "repair"),
    [
        ("from crmlib.lifecycle.stages import assign_stages", "stages", "import assign_stages"),
        ("def f():\n    from crmlib.lifecycle.stages import StageRule as R", "stages", "import StageRule"),
        ("import crmlib.lifecycle.stages", "stages", "import …"),
        ("from crmlib.lifecycle import tenure", "tenure", "import …"),
        ("from crmlib.lifecycle.stages import *", "stages", "import …"),
    ],
)
def test_an_import_from_inside_a_package_names_the_package_to_take_it_from(code, inner, repair):
    (problem,) = map(str, check_imports(make_notebook("# A", (code, []))))
    assert (
        problem == f"cell 2: reaches into crmlib.lifecycle.{inner}. Write 'from crmlib.lifecycle {repair}'."
    )


def test_imports_from_packages_and_of_other_libraries_pass():
    ours = "from crmlib.lifecycle import assign_stages\nfrom crmlib import lifecycle\nimport crmlib.tables"
    assert check_imports(make_notebook((ours, []), ("from matplotlib.figure import Figure", []))) == []
