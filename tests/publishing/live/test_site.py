"""The lab of a web page, made from a small release: all of it is inside, and no other host is asked."""

import json

import pytest

from crmlib.publishing.book.crawl import find_faults, read_page
from crmlib.publishing.book.pages import Plan, lay_out
from crmlib.publishing.course import Course, PublishingError
from crmlib.publishing.live import site as site_module
from crmlib.publishing.live.pyodide import LOCK
from crmlib.publishing.live.site import Live, build_live, check_tools, invite
from tests.publishing.live.made import make_release, pack_release

PAGES = ["notebooks/00_start_here.ipynb", "exercises/03_lifecycle.ipynb", "glossary.md"]


@pytest.fixture(scope="module")
def live(root, tmp_path_factory):
    draft = tmp_path_factory.mktemp("live")
    archive = pack_release(make_release(draft / "made"), draft / "pyodide.tar.bz2")
    (draft / "site").mkdir()
    return build_live(Course(root), PAGES, archive, draft / "site")


def test_every_file_that_the_python_of_the_page_loads_is_there(live):
    python = live.folder / "static" / "pyodide"
    packages = json.loads((python / LOCK).read_text(encoding="utf-8"))["packages"]
    assert {"crmlib", "comm", "fsrs", "ipywidgets", "mistune", "numpy", "pyodide-kernel"} < set(packages)
    assert "spare" not in packages
    missing = [one["file_name"] for one in packages.values() if not (python / one["file_name"]).is_file()]
    lost = {need for one in packages.values() for need in one["depends"]} - set(packages)
    assert (missing, lost) == ([], set())
    assert live.python == sum(path.stat().st_size for path in python.iterdir())


def test_lab_loads_the_course_by_itself_and_asks_no_other_host(live):
    data = json.loads((live.folder / "jupyter-lite.json").read_text("utf-8"))["jupyter-config-data"]
    (kernel,) = [value for key, value in data["litePluginSettings"].items() if key.endswith(":kernel")]
    assert kernel["pyodideUrl"] == "./static/pyodide/pyodide.mjs"
    assert kernel["disablePyPIFallback"] is True
    assert {"crmlib", "piplite", "ipykernel"} < set(kernel["loadPyodideOptions"]["packages"])
    assert kernel["loadPyodideOptions"]["env"]["CRM_HOME"] == "/drive"
    assert {"crm-answers", "crm-fields", "crm-look", "@jupyter-widgets/jupyterlab-manager"} < {
        one["name"] for one in data["federated_extensions"]
    }
    assert list(live.folder.rglob("*.map")) == []
    assert find_faults(live.folder.parent) == []


def test_notebooks_have_the_kernel_of_the_page_and_texts_that_it_reads(live):
    files = sorted(path.name for path in (live.folder / "files").rglob("*.ipynb"))
    assert files == ["00_start_here.ipynb", "03_lifecycle.ipynb"]
    notebook = json.loads((live.folder / "files" / PAGES[0]).read_text(encoding="utf-8"))
    assert notebook["metadata"]["kernelspec"]["name"] == "python"
    assert {type(cell["source"]) for cell in notebook["cells"]} == {str}
    listed = json.loads((live.folder / "api" / "contents" / "notebooks" / "all.json").read_text("utf-8"))
    assert [one["name"] for one in listed["content"]] == ["00_start_here.ipynb"]


def test_pages_of_the_book_lead_to_the_lab_and_say_what_it_takes_and_lacks(root, tmp_path):
    live = Live(tmp_path, 75_300_000)
    lay_out(Plan(Course(root), {"Chapters": [PAGES[0]]}), tmp_path / "out", live=live)
    text = (tmp_path / "out" / PAGES[0]).read_text(encoding="utf-8")
    assert text.count("../live/lab/index.html?path=notebooks/00_start_here.ipynb") == 1
    assert "75 MB" in invite(PAGES[0], live) and "statsmodels" in invite(PAGES[0], live)
    (tmp_path / "a.html").write_text(invite(PAGES[0], live), encoding="utf-8")
    assert read_page(tmp_path / "a.html").links == [
        "../live/lab/index.html?path=notebooks/00_start_here.ipynb"
    ]


def test_missing_tools_are_named_with_the_command_that_brings_them(monkeypatch):
    monkeypatch.setattr(site_module.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(
        PublishingError, match=r"jupyterlite_core, .* python tools/prepare\.py live brings them"
    ):
        check_tools()
