"""A text and its notebook stay in step: the edits of each side are found, and none is lost."""

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.ground.files import write_file
from crmlib.publishing.clean import clean_notebook
from crmlib.publishing.course import Course, PublishingError
from crmlib.publishing.pairing import (
    Side,
    compare_sides,
    find_lines,
    format_notebook,
    format_text,
    hash_words,
    parse_text,
    read_notebook,
    take_edits,
)
from tests.publishing.small_course import (
    CHAPTER,
    chapter_of,
    edit,
    edit_cell,
    read_bytes,
    read_cells,
    write_course,
)


@pytest.fixture
def pair(tmp_path):
    """A chapter whose text and notebook agree, as a build leaves them, without executing it."""
    pair = chapter_of(write_course(tmp_path))
    notebook = clean_notebook(read_cells(CHAPTER))
    notebook.metadata["crm"] = {"text": hash_words(notebook)}
    write_file(pair.text, format_text(notebook))
    write_file(pair.notebook, format_notebook(notebook))
    return pair


def test_two_sides_that_agree_are_left_alone(pair):
    before = read_bytes(pair.root)
    assert compare_sides(pair) is Side.SAME
    take_edits(pair)
    assert read_bytes(pair.root) == before


def test_an_edited_text_is_taken(pair):
    edit(pair.text, "Ten customers", "Twelve customers")
    words, side = take_edits(pair)
    assert side is Side.TEXT
    assert "Twelve customers" in words.cells[0].source


def test_an_edited_notebook_rewrites_the_text_and_keeps_the_old_one(pair):
    edit_cell(pair.notebook, "Ten customers", "Twelve customers")
    _, side = take_edits(pair)
    assert side is Side.NOTEBOOK
    assert "Twelve customers" in pair.text.read_text(encoding="utf-8")
    (kept,) = (pair.root / "backups").iterdir()
    assert "Ten customers" in kept.read_text(encoding="utf-8")


def test_edits_on_both_sides_are_refused_and_nothing_changes(pair):
    edit(pair.text, "Ten customers", "Eleven customers")
    edit_cell(pair.notebook, "Ten customers", "Twelve customers")
    before = read_bytes(pair.root)
    with pytest.raises(PublishingError, match=r"both edited .* Nothing was changed.* --take text.* 01_small"):
        take_edits(pair)
    assert read_bytes(pair.root) == before


@pytest.mark.parametrize(
    ("prefer", "wins", "loses"), [(Side.TEXT, "Eleven", "Twelve"), (Side.NOTEBOOK, "Twelve", "Eleven")]
)
def test_the_side_that_loses_is_kept_as_a_copy(pair, prefer, wins, loses):
    edit(pair.text, "Ten customers", "Eleven customers")
    edit_cell(pair.notebook, "Ten customers", "Twelve customers")
    words, _ = take_edits(pair, prefer=prefer)
    assert wins in words.cells[0].source
    assert wins in pair.text.read_text(encoding="utf-8")
    kept = [path.read_text(encoding="utf-8") for path in (pair.root / "backups").iterdir()]
    assert any(loses in text for text in kept)


def test_the_same_edit_on_both_sides_is_no_conflict(pair):
    edit(pair.text, "Ten customers", "Eleven customers")
    edit_cell(pair.notebook, "Ten customers", "Eleven customers")
    assert compare_sides(pair) is Side.SAME


def test_a_missing_text_is_made_from_its_notebook_and_the_other_way_round(pair):
    before = pair.text.read_text(encoding="utf-8")
    pair.text.unlink()
    assert take_edits(pair)[1] is Side.NOTEBOOK
    assert pair.text.read_text(encoding="utf-8") == before
    pair.notebook.unlink()
    assert compare_sides(pair) is Side.TEXT


def test_a_notebook_without_record_that_differs_is_refused(pair):
    notebook = read_notebook(pair.notebook)
    del notebook.metadata["crm"]
    write_file(pair.notebook, format_notebook(notebook))
    assert compare_sides(pair) is Side.SAME
    edit(pair.text, "Ten customers", "Eleven customers")
    assert compare_sides(pair) is Side.BOTH


def test_outputs_and_ids_are_no_edits(pair):
    notebook = read_notebook(pair.notebook)
    notebook.cells[1].outputs = [nbformat.v4.new_output("stream", text="seen")]
    notebook.cells[0]["id"] = "from-a-browser"
    write_file(pair.notebook, format_notebook(notebook))
    assert compare_sides(pair) is Side.SAME


def test_a_damaged_notebook_says_how_to_repair_it(pair):
    pair.notebook.write_text("{half a file", encoding="utf-8")
    with pytest.raises(PublishingError, match=r"01_small.ipynb is not a readable notebook .* delete it"):
        compare_sides(pair)


def test_a_broken_header_or_option_names_the_text():
    with pytest.raises(PublishingError, match=r"a\.md: .*Invalid YAML"):
        parse_text("```{code-cell}\n---\na: [\n---\nx = 1\n```\n", name="a.md")


def test_the_text_is_what_jupyterlab_saves(pair):
    import jupytext

    notebook = read_notebook(pair.notebook)
    assert jupytext.writes(notebook, fmt="md:myst").strip() == pair.text.read_text(encoding="utf-8").strip()
    assert "jupytext_version:" not in pair.text.read_text(encoding="utf-8")


def test_tags_and_slide_marks_survive_the_way_through_the_text():
    text = (
        '+++ {"slideshow": {"slide_type": "slide"}}\n\n# A\n\n'
        "```{code-cell}\n---\nslideshow:\n  slide_type: fragment\ntags: [predict]\n---\nx = 1\n```\n"
    )
    prose, code = read_cells(format_text(read_cells(text))).cells
    assert prose.metadata == {"slideshow": {"slide_type": "slide"}}
    assert code.metadata == {"slideshow": {"slide_type": "fragment"}, "tags": ["predict"]}


words = st.text(
    st.characters(codec="utf-8", exclude_categories=["C"], exclude_characters="\x85\u2028\u2029"), max_size=40
)
cells = st.lists(st.tuples(st.sampled_from(["markdown", "code"]), words), max_size=6)


@settings(max_examples=60)
@given(cells)
def test_writing_what_was_read_changes_nothing(made):
    new = {"markdown": nbformat.v4.new_markdown_cell, "code": nbformat.v4.new_code_cell}
    notebook = nbformat.v4.new_notebook(cells=[new[kind](source) for kind, source in made])
    try:
        text = format_text(notebook)
    except PublishingError:
        return
    assert format_text(read_cells(text)) == text


def test_lines_of_cells_are_those_of_the_text():
    text = format_text(read_cells(CHAPTER.replace("import pandas as pd", "import pandas as pd  # here", 1)))
    lines = text.splitlines()
    notebook = read_cells(text)
    for start, cell in zip(find_lines(text), notebook.cells, strict=True):
        assert lines[start - 1] == cell.source.splitlines()[0]


def test_windows_line_ends_make_no_difference(tmp_path):
    assert hash_words(read_cells(CHAPTER)) == hash_words(read_cells(CHAPTER.replace("\n", "\r\n")))
    path = tmp_path / "a.md"
    write_file(path, "a\nb\n")
    assert path.read_bytes() == b"a\nb\n"


def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a.md"
    write_file(path, "old")

    def refuse(*_):
        raise OSError("disk full")

    monkeypatch.setattr("os.replace", refuse)
    with pytest.raises(OSError, match="disk full"):
        write_file(path, "new")
    assert [found.name for found in tmp_path.iterdir()] == ["a.md"]
    assert path.read_text(encoding="utf-8") == "old"


def test_an_unknown_stem_suggests_the_nearest(tmp_path):
    course = write_course(tmp_path)
    assert [pair.stem for pair in course.find_pairs(["sources/chapters/01_small.md"])] == ["01_small"]
    with pytest.raises(PublishingError, match=r"no chapter or exercise '01_smal'. Did you mean '01_small'\?"):
        course.find_pairs(["01_smal"])


def test_a_readers_spare_copies_are_no_notebooks_of_the_course(tmp_path):
    for name in ("exercises/01_small.ipynb", "exercises/01_small.new.ipynb", "exercises/01_small.new2.ipynb"):
        write_file(tmp_path / name, "{}")
    assert [path.name for path in Course(tmp_path).find_notebooks()] == ["01_small.ipynb"]
