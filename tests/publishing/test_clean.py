"""Stored notebooks hold nothing that differs from run to run, and ids that follow from content."""

import base64
import io
import re

import nbformat
from hypothesis import given
from hypothesis import strategies as st

from crmlib.publishing.clean import (
    WIDGET_VIEW,
    clean_notebook,
    find_paths,
    hash_outputs,
    make_ids,
    strip_png,
)
from tests.publishing.small_course import make_notebook, picture


def draw(**metadata) -> bytes:
    """A PNG file of a small chart."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(2, 1))
    figure.add_subplot().plot([1, 2])
    buffer = io.BytesIO()
    FigureCanvasAgg(figure).print_png(buffer, metadata=metadata)
    return buffer.getvalue()


def test_a_picture_loses_its_remarks_and_no_pixel():
    from matplotlib.image import imread

    noted = draw(Author="somebody", **{"Creation Time": "today"})
    stripped = strip_png(noted)
    assert b"somebody" in noted and b"Matplotlib" in noted
    assert b"somebody" not in stripped and b"Matplotlib" not in stripped
    assert (imread(io.BytesIO(noted)) == imread(io.BytesIO(stripped))).all()
    assert strip_png(stripped) == stripped == strip_png(draw(Author="somebody else"))


def test_widget_views_go_and_their_static_picture_stays():
    both = picture(alt="a line", text="a line", data=base64.b64encode(draw()).decode())
    both.data[WIDGET_VIEW] = {"model_id": "x", "version_major": 2, "version_minor": 0}
    view = nbformat.v4.new_output("display_data", data={WIDGET_VIEW: {"model_id": "y"}})
    notebook = make_notebook(("explore()", [both, view]))
    notebook.metadata["widgets"] = {"state": {}}
    cleaned = clean_notebook(notebook)
    (output,) = cleaned.cells[0].outputs
    assert set(output.data) == {"image/png", "text/plain"}
    assert "widgets" not in cleaned.metadata
    assert WIDGET_VIEW in notebook.cells[0].outputs[0].data, "the argument was changed"


def test_times_versions_and_browser_ids_go():
    notebook = make_notebook("# A", ("x = 1", []))
    notebook.cells[1].metadata["execution"] = {"iopub.status.busy": "2026-01-01T00:00:00Z"}
    notebook.metadata["language_info"] = {"name": "python", "version": "3.11.7"}
    cleaned = clean_notebook(notebook)
    assert "execution" not in cleaned.cells[1].metadata
    assert "version" not in cleaned.metadata.language_info
    assert cleaned.metadata.kernelspec.name == "python3"
    assert all(
        cell.id != old.id and re.fullmatch(r"[0-9a-f]{12}", cell.id)
        for cell, old in zip(cleaned.cells, notebook.cells, strict=True)
    )
    nbformat.validate(cleaned)


def test_cleaning_twice_changes_nothing():
    notebook = clean_notebook(make_notebook("# A", ("x = 1", [picture(alt="a", text="a")]), ("x = 1", [])))
    assert clean_notebook(notebook) == notebook


cells = st.lists(
    st.fixed_dictionaries(
        {"cell_type": st.sampled_from(["code", "markdown"]), "source": st.sampled_from(["a", "b", "c d", ""])}
    ),
    max_size=12,
)


@given(cells)
def test_every_cell_has_its_own_valid_id(made):
    ids = make_ids(made)
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-zA-Z0-9-]{1,64}", cell_id) for cell_id in ids)


@given(st.lists(st.text(max_size=5), min_size=1, max_size=8, unique=True), st.data())
def test_editing_or_inserting_a_cell_leaves_the_ids_of_all_others(texts, data):
    made = [{"cell_type": "code", "source": text} for text in texts]
    place = data.draw(st.integers(0, len(made) - 1))
    before = make_ids(made)
    inserted = make_ids([*made[:place], {"cell_type": "code", "source": "something new"}, *made[place:]])
    assert inserted[:place] + inserted[place + 1 :] == before
    made[place] = {"cell_type": "code", "source": "something new"}
    after = make_ids(made)
    assert after[:place] + after[place + 1 :] == before[:place] + before[place + 1 :]


def test_a_number_filled_in_anew_keeps_the_id_of_its_cell():
    first, second = (
        {"cell_type": "markdown", "source": f"Of these, {number} %<!-- = share --> left."}
        for number in (24, 25)
    )
    assert make_ids([first]) == make_ids([second])


def test_a_changed_output_changes_the_hash_and_nothing_else_does():
    notebook = make_notebook("# A", ("x = 1", [nbformat.v4.new_output("stream", text="1")]))
    before = hash_outputs(notebook)
    notebook.metadata["crm"] = {"text": "x"}
    assert hash_outputs(notebook) == before
    notebook.cells[1].outputs[0].text = "2"
    assert hash_outputs(notebook) != before


def test_paths_of_a_computer_are_found_and_addresses_of_the_web_are_not():
    assert find_paths("File /home/ana/crm/a.py, line 2") == ["/home/ana/crm/a.py"]
    assert find_paths(r"C:\Users\ana\a.py and /Users/ana/a.py.") == [r"C:\Users\ana\a.py", "/Users/ana/a.py"]
    assert find_paths("https://example.org/home/a ../datasets/members.parquet 3/4 yuan/month") == []
