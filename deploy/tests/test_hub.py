"""Two users of one hub: each works in a chapter, and neither can reach what is the other's."""

import os
import shutil
import time
from pathlib import Path

import nbformat
import pytest

from deploy.jupyterhub.accounts import name_account
from deploy.tests.hub import ROOT, SECONDS, Hub, keep
from tests.browser import CHROMIUM, ERRORS, Watch, record_prediction, run_all, wait_for_idle
from tests.chromium import find_chromium

CHAPTER = "notebooks/03_lifecycle.ipynb"
KERNEL = {"kernelspec": {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}}
# Tried by one user, in a kernel of that user's: what each line says must be refused.
PROBE = """
import os, signal
from pathlib import Path

def attempt(what, call):
    try:
        print(what, "REACHED", str(call())[:60])
    except (OSError, MemoryError) as error:
        print(what, type(error).__name__)

theirs, pid = Path({home!r}), {pid}
attempt("list", lambda: os.listdir(theirs))
attempt("read", lambda: (theirs / "course" / "work" / {chapter!r}).read_bytes())
attempt("write", lambda: (theirs / "course" / "work" / "x.txt").write_text("x"))
attempt("memory", lambda: Path(f"/proc/{{pid}}/environ").read_bytes())
attempt("signal", lambda: os.kill(pid, signal.SIGTERM))
attempt("course", lambda: (Path({course!r}) / "x.txt").write_text("x"))
attempt("state", lambda: os.listdir({state!r}))
attempt("root", lambda: os.setuid(0))
attempt("bound", lambda: len(bytearray(4_000_000_000)))
attempt("own", lambda: Path.home().joinpath("mine.txt").write_text("x"))
"""


@pytest.fixture(scope="module")
def hub():
    if os.geteuid() != 0 or shutil.which("useradd") is None:
        pytest.fail("The hub makes accounts of the machine: run this on Linux as root.")
    with Hub() as started:
        yield started


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM)
        yield started
        started.close()


@pytest.fixture(scope="module")
def pages(hub, browser):
    """Two people at two browsers, logged in, and when they saw their first page."""
    found = {}
    for user in ("li.na@example.org", "wang"):
        page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
        begun = time.monotonic()
        hub.log_in(page, user)
        wait_for_idle(page)
        found[user] = page
        seconds = round(time.monotonic() - begun, 1)
        keep(f"first page of {user}", {"seconds": seconds, **hub.measure(name_account(user))})
    return found


def open_page(hub, page, user: str, notebook: str) -> None:
    page.goto(hub.address(user, "lab/tree", notebook) + "?reset")
    page.wait_for_selector(".jp-NotebookPanel .jp-CodeCell", timeout=SECONDS * 1000)
    wait_for_idle(page)


def test_each_user_runs_a_chapter_and_keeps_the_answers_at_home(hub, pages):
    for user, page in pages.items():
        watch = Watch()
        watch.follow(page)
        begun = time.monotonic()
        open_page(hub, page, user, CHAPTER)
        run_all(page)
        assert page.locator(ERRORS).all_text_contents() == []
        keep(
            f"chapter of {user}",
            {"seconds": round(time.monotonic() - begun, 1), **hub.measure(name_account(user))},
        )
        assert page.get_by_text("Reset this page").count() == 1, "the course's own buttons are missing"
        assert watch.asked and watch.find_foreign() == []
        assert page.locator(".jp-Dialog").count() == 0
    user, page = next(iter(pages.items()))
    from crmlib.publishing.folding import predictions_answered

    cells = nbformat.read(ROOT / CHAPTER, as_version=4).cells
    key = next(" ".join(keys) for cell in cells if (keys := predictions_answered(cell)))
    record_prediction(page, key, "10")
    kept = [
        path
        for one in map(name_account, pages)
        for path in (hub.home(one) / "course/progress").glob("*.json")
    ]
    assert [hub.home(name_account(user)) in path.parents for path in kept] == [True]


def test_slides_are_shown_with_the_course_s_keys(hub, pages):
    user, page = next(iter(pages.items()))
    page.goto(hub.address(user, "rise", CHAPTER))
    page.wait_for_selector(".reveal .slides section.present", timeout=SECONDS * 1000)
    config = page.evaluate("() => JSON.parse(document.getElementById('jupyter-config-data').textContent)")
    assert "crm-slides" in [one["name"] for one in config["federated_extensions"]]


def test_neither_user_reaches_what_is_the_other_s_nor_changes_the_course(hub, pages):
    people = list(pages)
    for user, other in (people, people[::-1]):
        account, page = name_account(user), pages[user]
        code = PROBE.format(
            home=str(hub.home(name_account(other))),
            pid=hub.processes_of(name_account(other))[0],
            chapter=CHAPTER,
            course=str(hub.course),
            state=str(hub.folder / "state"),
        )
        notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
        notebook.metadata = KERNEL
        path = hub.home(account) / "course" / "work" / "probe.ipynb"
        nbformat.write(notebook, path)
        shutil.chown(path, account, account)
        open_page(hub, page, user, "probe.ipynb")
        run_all(page)
        said = page.locator(".jp-OutputArea-output").inner_text().split("\n")
        refused = ["list", "read", "write", "memory", "signal", "course", "state", "root"]
        assert [line for line in said if line.strip()] == [
            *(f"{what} PermissionError" for what in refused),
            "bound MemoryError",
            "own REACHED 1",
        ]
        theirs = hub.address(other, "api/contents", CHAPTER)
        answer = page.evaluate("url => fetch(url).then(reply => reply.status)", theirs)
        assert answer in (403, 404)


def test_a_server_that_nobody_uses_ends_and_its_files_stay(browser):
    account = name_account("zhao")
    with Hub(idle_seconds=45) as hub:
        context = browser.new_context()
        hub.log_in(context.new_page(), "zhao")
        assert hub.processes_of(account)
        context.close()
        ends = time.monotonic() + SECONDS
        while hub.processes_of(account) and time.monotonic() < ends:
            time.sleep(0.5)
        assert hub.processes_of(account) == []
        assert (hub.home(account) / "course" / "work" / CHAPTER).exists()
        assert Path(hub.home(account)).stat().st_mode & 0o077 == 0
