"""Every rule for a stored notebook finds what breaks it, says what to do, and lets good notebooks pass."""

import nbformat
import pytest

from crmlib.classroom.formats.headings import find_topics, jupyterlab_anchor
from crmlib.ground.files import write_file
from crmlib.publishing.clean import WIDGET_VIEW, clean_notebook
from crmlib.publishing.course import Course
from crmlib.publishing.files import format_notebook
from crmlib.publishing.inspect.hidden_state import find_hidden_state
from crmlib.publishing.inspect.notebook import (
    STORED_CHECKS,
    check_agreement,
    check_errors,
    check_hidden_state,
    check_ids,
    check_length,
    check_not_executed,
    check_order,
    check_pictures,
    check_plain_python,
    check_size,
    check_traces,
    find_strays,
    read_for_inspection,
)
from crmlib.publishing.inspect.prose import (
    advise_length,
    check_balance,
    check_links,
    check_numbers,
    check_topics,
    slug_of,
)
from tests.publishing.small_course import EXERCISE, chapter_of, edit, make_notebook, picture, write_course


def words(problems) -> str:
    """All messages of some problems."""
    return "\n".join(map(str, problems))


def stream(text: str, name: str = "stdout"):
    """An output that was printed."""
    return nbformat.v4.new_output("stream", name=name, text=text)


def html(text: str):
    """An output in HTML."""
    return nbformat.v4.new_output("display_data", data={"text/html": text, "text/plain": "a table"})


GOOD = clean_notebook(
    make_notebook(
        "# A good chapter\n\nIt says what to look for before it shows anything at all.",
        ("x = 1\nx", [stream("1")]),
        "It then says what that means. See [above](#A-good-chapter).\n\n![A line](data:image/png;base64,x)",
        ("y = x + 1", [picture(alt="A rising line.", text="A rising line.")]),
    )
)


def test_a_good_notebook_passes_every_check(tmp_path):
    assert [words(check(GOOD)) for check in STORED_CHECKS] == [""] * len(STORED_CHECKS)
    assert check_balance(GOOD) == []
    path = tmp_path / "a.ipynb"
    write_file(path, format_notebook(GOOD))
    assert check_links(GOOD, path=path, root=tmp_path) == []
    assert check_numbers(GOOD, figures={}) == []
    assert read_for_inspection(path) == GOOD


@pytest.mark.parametrize("counts", [[1, 3], [2, 1], [None, 1], [2, 3]])
def test_cells_run_out_of_order_or_not_at_all_are_found(counts):
    notebook = make_notebook(("x = 1", []), ("y = 1", []))
    for cell, count in zip(notebook.cells, counts, strict=True):
        cell["execution_count"] = count
    assert "was executed as number" in words(check_order(notebook))


def test_a_blank_exercise_must_not_be_executed():
    assert "has outputs" in words(check_not_executed(make_notebook(("x = 1", [stream("1")]))))


def test_stored_errors_and_warnings_are_found():
    error = nbformat.v4.new_output("error", ename="KeyError", evalue="'x'", traceback=[])
    notebook = make_notebook(("x", [error]), ("y", [stream("FutureWarning: soon\nmore", "stderr")]))
    assert words(check_errors(notebook)).splitlines() == [
        "cell 1: stores an error: KeyError: 'x'.",
        "cell 2: stores a warning: 'FutureWarning: soon'. Repair what it warns of.",
    ]


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


def test_a_picture_without_alternative_text_is_found():
    notebook = make_notebook(
        ("plot()", [picture(alt=None, text="A line.")]),
        ("plot()", [picture(alt="A line.", text="<Figure size 640x480 with 1 Axes>")]),
        ("show()", [html('<img src="data:image/png;base64,x">')]),
        "![](a.png)",
        '<img src="a.png">',
        "`![](a.png)` and ![A line](a.png)",
    )
    assert words(check_pictures(notebook)).splitlines() == [
        "cell 1: stores a picture without alternative text. Use show_chart(ax, alt=…).",
        "cell 2: shows '<Figure …>' to readers without pictures. Use show_chart.",
        'cell 3: shows an <img> without alt="…". Say what the picture shows.',
        "cell 4: has a picture without alternative text. Say what the picture shows.",
        "cell 5: has a picture without alternative text. Say what the picture shows.",
    ]


def test_traces_of_one_computer_or_one_run_are_found():
    view = nbformat.v4.new_output("display_data", data={WIDGET_VIEW: {"model_id": "x"}})
    notebook = make_notebook(
        ("f", [stream("/home/ana/course/a.py")]),
        ("f", [html("<function f at 0x7f3a2b1c4d5e>")]),
        ("f", [view]),
        ("open('/tmp/x.csv')", []),
    )
    notebook.cells[3].metadata["execution"] = {"start": "now"}
    notebook.metadata["widgets"] = {}
    notebook.metadata["language_info"] = {"name": "python", "version": "3.11.7"}
    found = words(check_traces(notebook))
    for part in (
        "cell 1: shows the path /home/ana/course/a.py",
        "cell 2: shows an address in memory",
        "cell 3: stores a widget",
        "cell 4: shows the path /tmp/x.csv",
        "cell 4: stores execution",
        "stores the state of widgets",
        "stores the version of Python",
    ):
        assert part in found


def test_an_output_that_nobody_can_review_is_found():
    assert "bytes of output, at most 400,000" in words(
        check_size(make_notebook(("x", [stream("y" * 500_000)])))
    )


def test_an_id_that_a_browser_made_is_found():
    assert "has the id" in words(check_ids(make_notebook("# A")))


@pytest.mark.parametrize(
    ("codes", "found"),
    [
        (["x = 1", "x = x + 1"], "changes x, on which it depends itself: run twice, it gives another result"),
        (["x = 1", "y = x", "x = 2"], "changes x, on which cell 2 depends"),
        (["t = {}", "print(t)", "t['a'] = 1"], "changes t, on which cell 2 depends"),
        (["t = []", "t.append(1)"], "changes t, on which it depends itself"),
        (["t = 1", "t += 1"], "changes t, on which it depends itself"),
        (["f = load()"], "uses load, which no cell above defines"),
        (["import os", "os.x", "os = 3"], "changes os, on which cell 2 depends"),
        (["def f():\n    return w", "w = 1"], "uses w, which no cell above defines"),
        (["t = 1", "t.dropna(inplace=True)"], "changes t, on which it depends itself"),
        (
            ["x = 1", "def g():\n    return x", "for x in [1]:\n    pass"],
            "changes x, on which cell 2 depends",
        ),
        (["x = 1", "y = [i for i in range(x)]", "del x"], "changes x, on which cell 2 depends"),
    ],
)
def test_hidden_state_is_found(codes, found):
    assert found in words(f"{cell}: {text}" for cell, text in find_hidden_state(list(enumerate(codes, 1))))


@pytest.mark.parametrize(
    "codes",
    [
        ["import pandas as pd", "pd.x", "import pandas as pd\npd.y"],
        ["ax = 1\nprint(ax)", "ax = 2\nprint(ax)"],
        ["t = {}", "t['a'] = 1", "print(t)"],
        ["x = 1\nx = x + 1\nx += 1"],
        ["found = [n for n in range(3) if n]", "{n: m for n, m in zip(found, found)}"],
        ["def f(a, *rest, b=2, **more):\n    c = a + b\n    return c, rest, more", "f(1)"],
        ["try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    print(error)"],
        ["with open('x') as file:\n    text = file.read()", "text.upper()"],
        ["sorted([1, 2], key=lambda pair: pair)", "class A:\n    x = 1\n    y = x"],
        ["x: int = 1", "print(x, __name__)"],
        ["if (n := 3) > 2:\n    print(n)"],
        ["x = 1", "this is no python", "print(x)"],
    ],
)
def test_cells_that_give_the_same_result_every_time_pass(codes):
    assert list(find_hidden_state(list(enumerate(codes, 1)))) == []


def test_hidden_state_is_reported_with_the_cell_of_the_notebook():
    notebook = make_notebook("# A", ("x = 1", []), "between", ("x = x + 1", []))
    assert words(check_hidden_state(notebook)).startswith("cell 4: changes x")


def test_a_notebook_with_more_code_than_prose_is_found():
    assert "Explain more" in words(check_balance(make_notebook("Two words.", ("a = b + c + d", []))))
    assert check_balance(make_notebook("Three words here.<!-- not these words -->", ("a = b", []))) == []


def test_untied_and_misquoted_numbers_are_found_with_cell_and_line():
    from crmlib.classroom.formats.registry import load_numbers

    notebook = make_notebook("# A", "one\n24 % left", "60 %<!-- N-48 -->", "x<!-- = y -->", "| 24 % |")
    notebook.cells[4].metadata["tags"] = ["hand-example"]
    found = words(check_numbers(notebook, figures=load_numbers())).splitlines()
    assert [line.split("Add")[0].strip() for line in found] == [
        "cell 2: line 2: '24 %' looks like a share and is tied to nothing.",
        "cell 3: line 1: 60 is wrong or has the wrong id: N-48 says '65 to 85 %'.",
        "cell 4: line 1: no number stands before <!-- = y -->. Put the comment right behind its number, or "
        "write ? for a number that is still to be computed.",
    ]


def test_a_topic_that_no_prose_cell_names_is_found():
    notebook = make_notebook("H-01 and G-01 to G-03 and G-07–09", ("# H-02", []))
    assert find_topics("G-07–09") == {"G-07", "G-08", "G-09"}
    assert check_topics(notebook, topics=["H-01", "G-02", "G-08"]) == []
    assert words(check_topics(notebook, topics=["H-02"])) == "names the topic H-02 in no prose cell."


@pytest.mark.parametrize(
    ("link", "found"),
    [
        ("[x](#No-such)", "there is no such heading"),
        ("[x](#a-chapter-(h-03))", "there is no such heading"),
        ("[x](02_none.ipynb)", "there is no such file"),
        ("[x](../docs/page.md#nothing)", "there is no such heading"),
        ("[x](/etc/passwd)", "write the address relative to the notebook"),
        ("[x](../../outside.md)", "it leaves the course folder"),
        ("![A line](none.png)", "there is no such file"),
        ('<a href="none.html">x</a>', "there is no such file"),
    ],
)
def test_a_dead_link_is_found(tmp_path, link, found):
    notebook, path = write_linked(tmp_path, link)
    assert found in words(check_links(notebook, path=path, root=tmp_path))


@pytest.mark.parametrize(
    "link",
    [
        "[x](#A-chapter-(H-03))",
        "[x](#A-chapter-%28H-03%29)",
        "[x](02_other.ipynb#Next?)",
        "[x](../docs/page.md#what-is-it)",
        "[x](#named)",
        "[x](https://example.org/none)",
        "`[x](none.md)`",
    ],
)
def test_a_link_that_leads_somewhere_passes(tmp_path, link):
    notebook, path = write_linked(tmp_path, link)
    assert check_links(notebook, path=path, root=tmp_path) == []


def write_linked(folder, link):
    """Write a notebook with a link, another notebook and a page, and return the first with its path."""
    notebook = make_notebook('# A *chapter* (H-03)<!-- x -->\n\n<a id="named"></a>', link)
    path = folder / "notebooks" / "01_a.ipynb"
    write_file(path, format_notebook(notebook))
    write_file(folder / "notebooks" / "02_other.ipynb", format_notebook(make_notebook("## Next?")))
    write_file(folder / "docs" / "page.md", "# What is it?\n")
    return notebook, path


def test_a_dead_link_in_an_output_is_found(tmp_path):
    notebook, path = write_linked(tmp_path, "text")
    notebook.cells.append(make_notebook(("x", [html('<a href="gone.html">x</a>')])).cells[0])
    assert "cell 3: links to 'gone.html'" in words(check_links(notebook, path=path, root=tmp_path))


def test_headings_are_named_as_jupyterlab_and_code_hosts_name_them():
    assert jupyterlab_anchor("Do satisfied customers leave? (H-03)") == "Do-satisfied-customers-leave?-(H-03)"
    assert slug_of("Do satisfied customers leave? (H-03)") == "do-satisfied-customers-leave-h-03"


def test_text_and_notebook_that_differ_are_found(tmp_path):
    course = write_course(tmp_path, exercise=EXERCISE)
    pair = chapter_of(course)
    assert "notebooks/01_small.ipynb does not exist" in words(check_agreement(pair))
    from crmlib.publishing.files import format_text, parse_text, read_file

    cells = parse_text(read_file(pair.text), name="a")
    write_file(pair.text, format_text(cells))
    write_file(pair.notebook, format_notebook(clean_notebook(cells)))
    assert check_agreement(pair) == []
    edit(pair.text, "Ten customers", "Twelve customers")
    assert "sources/chapters/01_small.md and its notebook differ" in words(check_agreement(pair))


def test_a_students_edition_that_is_not_generated_is_found(tmp_path):
    from crmlib.publishing.editions import make_student_edition
    from crmlib.publishing.files import format_text, parse_text

    course = write_course(tmp_path, exercise=EXERCISE)
    pair = next(pair for pair in course.find_pairs() if pair.student)
    cells = parse_text(EXERCISE, name="a")
    write_file(pair.text, format_text(cells))
    write_file(pair.notebook, format_notebook(clean_notebook(cells)))
    write_file(pair.student, format_notebook(make_student_edition(cells)))
    assert check_agreement(pair) == []
    edit(pair.student, "...  # fill in", "satisfied / asked")
    assert "is not the edition that its solution gives" in words(check_agreement(pair))


def test_untitled_and_orphaned_notebooks_are_found(tmp_path):
    course = write_course(tmp_path)
    assert find_strays(course) == []
    for name in ("notebooks/Untitled.ipynb", "exercises/old.ipynb", "exercises/mine.new.ipynb"):
        write_file(tmp_path / name, format_notebook(GOOD))
    assert sorted(str(problem).split()[0] for problem in find_strays(Course(tmp_path))) == [
        "Untitled.ipynb",
        "old.ipynb",
    ]


def test_advice_names_cells_with_several_ideas_or_none():
    notebook = make_notebook("word " * 12, "## Heading\n\n" + "word " * 30, "word " * 70, "| a table |")
    assert [problem.cell for problem in advise_length(notebook)] == [1, 3]
