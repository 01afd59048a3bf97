"""Words of a notebook: enough of them, links that lead somewhere, named topics, tied numbers."""

import pytest

from crmlib.classroom.formats.headings import find_topics, jupyterlab_anchor
from crmlib.ground.files import write_file
from crmlib.publishing.files import format_notebook
from crmlib.publishing.inspect.prose import (
    advise_length,
    check_balance,
    check_links,
    check_numbers,
    check_terms,
    check_topics,
    slug_of,
)
from tests.publishing.small_course import html, make_notebook, words


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


def test_a_term_of_the_glossary_that_no_prose_cell_names_is_found():
    notebook = make_notebook("A *lead* (线索) is won.", ("# 客户", []))
    assert check_terms(notebook, terms=["线索", "潜客；线索"]) == []
    assert words(check_terms(notebook, terms=["线索", "客户"])) == (
        "names the term 客户 of its glossary in no prose cell."
    )


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


def test_advice_names_cells_with_several_ideas_or_none():
    notebook = make_notebook("word " * 12, "## Heading\n\n" + "word " * 30, "word " * 70, "| a table |")
    assert [problem.cell for problem in advise_length(notebook)] == [1, 3]
