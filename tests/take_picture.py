"""Take the picture of the course in use for the README: .venv/bin/python -m tests.take_picture"""

import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Locator, Page, sync_playwright

from tests.browser import CHROMIUM, Lab, copy_course, find_figures, move_slider, open_notebook, run_all
from tests.chromium import find_chromium

ROOT = Path(__file__).resolve().parents[1]
PICTURE = ROOT / "docs" / "images" / "course.png"
NOTEBOOK = "notebooks/04_satisfaction_and_loyalty.ipynb"
PIXELS_ABOVE = 330


def take_picture(folder: Path) -> None:
    """Run the chapter in a copy of the course, move the first slider and write the picture."""
    course, home = folder / "course", folder / "home"
    course.mkdir()
    home.mkdir()
    with Lab(course=copy_course(ROOT, course), home=home) as lab, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM)
        page = browser.new_page(viewport={"width": 1180, "height": 860})
        open_notebook(page, lab, NOTEBOOK)
        run_all(page)
        page.keyboard.press("Control+b")
        page.wait_for_timeout(1000)
        figure = find_figures(page)[0]
        for _ in range(3):
            move_slider(page, figure)
        scroll_to(page, figure)
        page.screenshot(path=PICTURE)
    Image.open(PICTURE).convert("RGB").quantize(128, dither=Image.Dither.NONE).save(PICTURE, optimize=True)


def scroll_to(page: Page, figure: Locator) -> None:
    """Leave room above the figure for the sentences before it."""
    top = figure.evaluate("output => output.getBoundingClientRect().top")
    page.mouse.move(600, 500)
    page.mouse.wheel(0, top - PIXELS_ABOVE)
    page.wait_for_timeout(1500)


if __name__ == "__main__":
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        take_picture(Path(name))
    print(f"wrote {PICTURE.relative_to(ROOT)}")
