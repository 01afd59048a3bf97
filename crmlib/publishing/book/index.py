"""The index that searches the book, for words in English and for any run of Chinese characters.

Chinese has no spaces between words, and two programs that cut a sentence into words cut it differently:
终身价值 is two words to one and three to another. So each character is indexed as a word, and the search page
asks for characters that follow each other.
"""

from __future__ import annotations

import re
from pathlib import Path

NAME = "search-index"
TAG = re.compile(r"(<[^>]*>)")
BESIDE_HAN = re.compile(r"(?<=[\u3400-\u9fff])(?=\S)|(?<=\S)(?=[\u3400-\u9fff])")


def copy_spaced(site: Path, folder: Path) -> None:
    """Copy the pages of a site into a folder, with spaces around Chinese characters, to be indexed."""
    for page in site.rglob("*.html"):
        copy = folder / page.relative_to(site)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_text(space_out(page.read_text(encoding="utf-8")), encoding="utf-8")


def space_out(html: str) -> str:
    """Return HTML with spaces around Chinese characters of its text; tags stay as they are.

    >>> space_out('<h2 id="价值">价值，4R (价)</h2>')
    '<h2 id="价值">价 值 ，4R ( 价 )</h2>'
    """
    parts = TAG.split(html)
    return "".join(part if part.startswith("<") else BESIDE_HAN.sub(" ", part) for part in parts)


def index_command(pages: Path, target: Path) -> list[str]:
    """Return the words after ``python -m pagefind`` that index pages into a folder of the site."""
    parts = ["--root-selector", ".bd-article", "--exclude-selectors", ".headerlink"]
    return ["--site", str(pages), "--output-path", str(target), "--force-language", "en", *parts]
