"""The course as a reader starts it: a copy of the folder, its JupyterLab, and a page in headless Chromium."""

import contextlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, TimeoutError

FOLDERS = ("crmlib", "datasets", "exercises", "notebooks", "sources", "tools")
FILES = ("jupytext.toml", "pyproject.toml")
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
ADDRESS = re.compile(r"(http://127\.0\.0\.1:\d+)/\S*\?token=(\w+)")
HANDLE = ".widget-slider .noUi-handle"
# Waiting ends when what is waited for is there; only a computer that is very busy needs so long.
SECONDS_TO_WAIT = 120
# Says what the picture beside the slider is made of, so that two pictures can be compared.
DIGEST = """async image => {
    const bytes = await (await fetch(image.src)).arrayBuffer();
    const digest = await crypto.subtle.digest("SHA-256", bytes);
    return Array.from(new Uint8Array(digest).slice(0, 8)).join("-");
}"""
PROMPTS = (
    """() => Array.from(document.querySelectorAll(".jp-CodeCell .jp-InputPrompt"), p => p.textContent)"""
)


def copy_course(root: Path, folder: Path) -> Path:
    """Copy what a reader has after cloning, so that running a notebook leaves the repository as it is."""
    leave_out = shutil.ignore_patterns("__pycache__", "variants", ".ipynb_checkpoints")
    for name in FOLDERS:
        if (root / name).is_dir():
            shutil.copytree(root / name, folder / name, ignore=leave_out)
    for name in FILES:
        shutil.copy(root / name, folder / name)
    return folder


@dataclass
class Lab:
    """JupyterLab as ``crm lab`` starts it in the folder ``course`` for somebody with an empty home folder.

    With ``edit`` it opens the course's own files, as those who change the course do.
    """

    course: Path
    home: Path
    notebook: str = "notebooks/00_start_here.ipynb"
    base: str = ""
    token: str = ""
    first_page: str = ""
    edit: bool = False

    def __enter__(self) -> "Lab":
        words = [sys.executable, "-m", "crmlib.cli", "lab", self.notebook, "--no-browser", "--port", "8900"]
        words += ["--edit"] if self.edit else []
        environment = {key: value for key, value in os.environ.items() if not key.startswith("JUPYTER")}
        environment |= {"PYTHONPATH": str(self.course), "HOME": str(self.home), "USERPROFILE": str(self.home)}
        self.printed = self.home / "printed.txt"
        with self.printed.open("w") as printed:
            self.process = subprocess.Popen(
                words,
                cwd=self.course,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
            )
        try:
            self._read_address()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _read_address(self) -> None:
        ends = time.monotonic() + SECONDS_TO_WAIT
        while time.monotonic() < ends and self.process.poll() is None:
            found = ADDRESS.search(self.printed.read_text(encoding="utf-8"))
            if found:
                self.first_page, self.base, self.token = found.group(0), *found.groups()
                return
            time.sleep(0.1)
        raise AssertionError(f"JupyterLab printed no address:\n{self.printed.read_text(encoding='utf-8')}")

    def address(self, view: str, notebook: str) -> str:
        """Return the address of a notebook in a view: ``lab/tree`` or ``rise``."""
        return f"{self.base}/{view}/{notebook}?token={self.token}"

    def wait_for_kernel(self, notebook: str) -> None:
        """Wait until the notebook's kernel has started and waits for work."""
        ends = time.monotonic() + SECONDS_TO_WAIT
        while time.monotonic() < ends:
            kernels = {session["path"]: session["kernel"] for session in self._ask("GET", "/api/sessions")}
            if kernels.get(notebook, {}).get("execution_state") == "idle":
                return
            time.sleep(0.2)
        raise AssertionError(f"No idle kernel for {notebook}; there are {kernels}.")

    def stop_kernels(self) -> None:
        """Stop all kernels, so that the next page starts its own."""
        for session in self._ask("GET", "/api/sessions"):
            self._ask("DELETE", f"/api/sessions/{session['id']}")

    def _ask(self, method: str, path: str) -> list[dict[str, Any]]:
        headers = {"Authorization": f"token {self.token}"}
        request = urllib.request.Request(self.base + path, headers=headers, method=method)
        with urllib.request.urlopen(request, timeout=20) as reply:
            return json.loads(reply.read() or "[]")


@dataclass
class Watch:
    """Everything that a page asked for over the network, and the hosts that are not this computer."""

    asked: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        """Write down every request and every socket of ``page`` from now on."""
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("websocket", lambda socket: self.asked.append(socket.url))

    def find_foreign(self) -> list[str]:
        """Return the addresses that were not on this computer."""
        parts = {url: urlsplit(url) for url in self.asked}
        return [
            url
            for url, part in parts.items()
            if part.scheme not in ("data", "blob", "about") and part.hostname != "127.0.0.1"
        ]


def open_notebook(page: Page, lab: Lab, notebook: str) -> None:
    """Open a notebook in JupyterLab and wait until its kernel is ready."""
    page.goto(lab.address("lab/tree", notebook) + "&reset")
    page.wait_for_selector(".jp-NotebookPanel .jp-CodeCell")
    wait_for_idle(page)


def wait_for_idle(page: Page) -> None:
    """Wait until JupyterLab's status bar says that the kernel is idle; before, running asks for a kernel."""
    idle = "() => document.querySelector('#jp-main-statusbar')?.innerText.includes('(ipykernel) | Idle')"
    page.wait_for_function(idle)


def run_all(page: Page) -> None:
    """Run all cells through the Run menu and wait for the end."""
    watch_prompts(page)
    page.click(".lm-MenuBar-itemLabel:text-is('Run')")
    page.click('li[data-command="runmenu:run-all"]')
    wait_for_end(page)


def watch_prompts(page: Page) -> None:
    """From now on, note when a cell is queued: ``[*]:`` may be gone before anybody looks."""
    page.evaluate(f"""() => {{
        window.cellWasQueued = false;
        const look = () => {{ window.cellWasQueued ||= ({PROMPTS})().some(text => text.includes('*')); }};
        const changes = {{ subtree: true, childList: true, characterData: true }};
        new MutationObserver(look).observe(document.body, changes);
    }}""")


def wait_for_end(page: Page) -> None:
    """Wait until cells were queued and none is any more."""
    page.wait_for_function("() => window.cellWasQueued")
    finished = f"() => !({PROMPTS})().some(text => text.includes('*'))"
    page.wait_for_function(finished)


def read_prompts(page: Page) -> list[str]:
    """Return the prompts of the code cells, such as ``[3]:``."""
    return page.evaluate(PROMPTS)


def show_answers(page: Page) -> None:
    """Press every *Show me*, as a lecturer does whose class has guessed."""
    page.evaluate("() => document.querySelectorAll('.crm-answer-bar button').forEach(one => one.click())")


def find_figures(page: Page, *, expected: bool = True) -> list[Locator]:
    """Return the outputs in which a slider stands beside a picture.

    Sliders are drawn after their cell has ended, on a busy computer seconds later; so the first one is waited
    for where one is expected.
    """
    outputs = page.locator(".jp-OutputArea-output", has=page.locator(HANDLE))
    figures = outputs.filter(has=page.locator("img"))
    if expected:
        with contextlib.suppress(TimeoutError):
            figures.first.wait_for(state="attached")
    return figures.all()


def move_slider(page: Page, figure: Locator) -> None:
    """Move the figure's first slider by one key, back if it stands at its end, and see its picture change."""
    handle, picture = figure.locator(HANDLE).first, figure.locator("img").first
    handle.scroll_into_view_if_needed()
    value, before, source = read_value(handle), picture.evaluate(DIGEST), picture.get_attribute("src")
    at_end = value >= float(handle.get_attribute("aria-valuemax") or "inf")
    handle.focus()
    page.keyboard.press("ArrowLeft" if at_end else "ArrowRight")
    changed = "([image, source]) => image.src !== source"
    page.wait_for_function(changed, arg=[picture.element_handle(), source])
    assert read_value(handle) != value, "the key did not move the slider"
    assert picture.evaluate(DIGEST) != before, "the slider moved, its picture did not change"


def read_value(handle: Locator) -> float:
    """Return the value at which the slider stands."""
    return float(handle.get_attribute("aria-valuenow") or "nan")


def show_slide_of(page: Page, figure: Locator) -> None:
    """Turn to the slide that holds the figure."""
    slide = figure.evaluate("output => output.closest('section[id^=slide-]').id")
    page.evaluate("slide => { location.hash = '#/' + slide; }", slide)
    figure.locator(HANDLE).first.wait_for(state="visible")


# The keys of the predictions of which an answer can be read on the page.
ANSWERS = """() => Array.from(document.querySelectorAll("[data-crm-answers]")).filter(cell =>
    Array.from(cell.querySelectorAll(".jp-Cell-outputWrapper, .jp-Cell-inputWrapper .jp-RenderedMarkdown"))
        .some(part => part.offsetParent !== null && part.innerText.trim())
).map(cell => cell.dataset.crmAnswers)"""


def read_answers(page: Page) -> list[str]:
    """Return the keys of the predictions whose answers can be read, one for each cell."""
    return page.evaluate(ANSWERS)


def record_prediction(page: Page, key: str, number: str) -> None:
    """Type a number into the field of a prediction and wait until its answers are shown."""
    cell = page.locator(".jp-CodeCell", has_text=f'"{key.split()[0]}"')
    field = cell.locator("input[placeholder='your number']").first
    field.wait_for()  # the field of a later prediction may be drawn first
    field.fill(number)
    field.press("Enter")
    page.wait_for_function(f"() => ({ANSWERS})().includes('{key}')")


SCREENSHOTS = Path(__file__).resolve().parents[1] / "build" / "screenshots"
ERRORS = '[data-mime-type="application/vnd.jupyter.error"], [data-mime-type="application/vnd.jupyter.stderr"]'


def take_picture(page: Page, name: str) -> None:
    """Keep a picture of the page in build/screenshots if CRM_PICTURES is set: make test takes longer then."""
    if not os.environ.get("CRM_PICTURES"):
        return
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")
