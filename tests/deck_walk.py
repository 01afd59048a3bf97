"""Walks every slide of a deck in a browser, says what does not fit, and takes pictures on demand.

python -m tests.deck_walk 04 writes a contact sheet of chapter 04 into build/contact/; --stored runs nothing.
"""

import io
import re
import sys
from functools import cache
from pathlib import Path
from typing import Any

import crmlib
from crmlib.charts.pictures import STORED_DPI
from tests.browser import CHROMIUM
from tests.chromium import find_chromium

SIZES = ((1280, 720), (1920, 1080))
SMALLEST_TYPE = 24  # of 720 lines
SMALLEST_IN_PICTURES = 18
USUAL_POINTS = 9  # the smallest letters of a chart, unless its module asks for smaller ones

FAULTS = """
([smallest, inPictures, points, dpi]) => {
  const slide = document.querySelector('.slide.shown'), faults = [];
  const room = slide.getBoundingClientRect(), scale = room.height / 720;
  const fits = Math.abs(Math.max(room.width / innerWidth, room.height / innerHeight) - 1) < 0.01;
  if (!fits) faults.push(`the slide fills ${room.width} x ${room.height} pixels`);
  const title = slide.querySelector('h2');
  if (title && !slide.matches('.title') && title.getClientRects().length) {
    const high = title.getBoundingClientRect().height / scale;
    const lines = high / parseFloat(getComputedStyle(title).lineHeight);
    const most = slide.matches('.question, .ask, .predict') ? 4 : 2;
    if (Math.round(lines) > most) faults.push(`the headline has ${Math.round(lines)} lines`);
  }
  const body = slide.querySelector('.body');
  const walker = document.createTreeWalker(body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const words = node.textContent.trim();
    if (!words) continue;
    range.selectNodeContents(node);
    const style = getComputedStyle(node.parentElement);
    if (style.display === 'none' || style.position === 'absolute') continue;
    for (const box of range.getClientRects()) {
      if (box.right > room.right - 20 * scale || box.bottom > room.bottom - 6 * scale || box.left < room.left)
        { faults.push(`outside: ${words.slice(0, 40)}`); break; }
    }
    if (parseFloat(style.fontSize) < smallest)
      faults.push(`type of ${style.fontSize}: ${words.slice(0, 40)}`);
  }
  for (const show of slide.querySelectorAll('.show, .body')) {
    if (show.scrollHeight > show.clientHeight + 2) faults.push('scrolls: ' + show.className);
  }
  for (const part of slide.querySelectorAll('.show > *')) {
    if (title && part.getBoundingClientRect().top < title.getBoundingClientRect().bottom - 1)
      faults.push('something covers the headline');
  }
  const fragment = slide.querySelector('.body > .fragment'), shown = slide.querySelector('.show');
  if (fragment && shown && shown.lastElementChild &&
      shown.lastElementChild.getBoundingClientRect().bottom > fragment.getBoundingClientRect().top + 1)
    faults.push('the answer lies on the question');
  for (const image of slide.querySelectorAll('img.picture')) {
    const box = image.getBoundingClientRect();
    const enlarged = Math.min(box.width / image.naturalWidth, box.height / image.naturalHeight) / scale;
    const letters = enlarged * (Number(image.dataset.dpi) || dpi) / 72 * points;
    if (letters < inPictures) faults.push(`letters of ${letters.toFixed(1)} px in the picture`);
    if (box.bottom > room.bottom || box.right > room.right) faults.push('the picture is cut off');
  }
  if (/Traceback \\(most recent|Error:/.test(body.innerText)) faults.push('an error is shown');
  return faults;
}
"""


@cache
def find_smallest_points(function: str) -> float:
    """Return the smallest letters that the module of a drawing function asks for, in points."""
    for path in Path(crmlib.__file__).parent.rglob("*.py"):
        code = path.read_text(encoding="utf-8")
        if f"def {function}(" in code:
            sizes = [float(size) for size in re.findall(r"fontsize=([\d.]+)", code)]
            return min([USUAL_POINTS, *sizes])
    return USUAL_POINTS


def find_faults(page: Any) -> list[str]:
    """Return what does not fit on the slide that is shown, or cannot be read from the last row."""
    code = page.locator(".slide.shown .source").all_text_contents()
    points = min(
        map(find_smallest_points, re.findall(r"(?:plot|explore)_\w+", " ".join(code))), default=USUAL_POINTS
    )
    bounds = [SMALLEST_TYPE, SMALLEST_IN_PICTURES, points, STORED_DPI]
    found: list[str] = page.evaluate(FAULTS, bounds)
    return found


def walk_deck(
    page: Any, path: Path, *, width: int, height: int, pictures: list[bytes] | None = None
) -> list[str]:
    """Return what is wrong on which slide of a deck in a window of one size; add pictures to the list."""
    page.set_viewport_size({"width": width, "height": height})
    page.goto(path.as_uri())
    count, faults = page.locator(".slide").count(), []
    for number in range(count):
        page.evaluate(f"go({number + 1}, 99)")
        faults += [f"slide {number + 1} at {width}: {fault}" for fault in find_faults(page)]
        if pictures is not None:
            pictures.append(page.screenshot())
    return faults


def write_contact_sheet(pictures: list[bytes], path: Path, *, across: int = 4) -> None:
    """Put the pictures of slides side by side into one picture."""
    from PIL import Image

    small = [Image.open(io.BytesIO(picture)).resize((640, 360)) for picture in pictures]
    sheet = Image.new("RGB", (across * 648, -(-len(small) // across) * 368), "#777")
    for number, picture in enumerate(small):
        sheet.paste(picture, (number % across * 648, number // across * 368))
    path.parent.mkdir(parents=True, exist_ok=True)
    sheet.save(path)


def main(words: list[str]) -> None:
    """Write the decks and contact sheets of chapters, and print what does not fit."""
    from playwright.sync_api import sync_playwright

    from crmlib.publishing.course import Course, PublishingError
    from crmlib.publishing.lecture.build import write_slides

    folder, stored = Course().root / "build", "--stored" in words
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_chromium(), args=CHROMIUM)
        page = browser.new_page()
        for pair in Course().find_pairs([word for word in words if word != "--stored"]):
            if pair.student is not None:
                continue
            try:
                (deck,) = write_slides(pair, folder / "slides", stored=stored, say=print)
            except PublishingError as error:
                print(error)
                continue
            photograph_deck(page, deck, folder / "contact")
        browser.close()


def photograph_deck(page: Any, deck: Path, folder: Path) -> None:
    """Print what does not fit in a deck at any size, and write contact sheets of twelve slides each."""
    stem, pictures = deck.name.partition(".")[0], []
    for size, (width, height) in enumerate(SIZES):
        for fault in walk_deck(page, deck, width=width, height=height, pictures=None if size else pictures):
            print(f"{stem}: {fault}")
    for first in range(0, len(pictures), 12):
        name = folder / f"{stem}_{first // 12 + 1}.png"
        write_contact_sheet(pictures[first : first + 12], name, across=3)
        print(f"wrote {name}")


if __name__ == "__main__":
    main(sys.argv[1:])
