"""A walk over all pages of a book that finds links without a target and requests to other hosts."""

from __future__ import annotations

import posixpath
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

# What a page asks for by itself; a link in the text asks only when somebody follows it.
ASKS = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src", "audio": "src"}


@dataclass
class Seen(HTMLParser):
    """The anchors of a page, where its links lead, and what it asks for by itself."""

    anchors: set[str] = field(default_factory=set)
    links: list[str] = field(default_factory=list)
    asks: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what a tag names, links or asks for."""
        known = dict(attrs)
        if known.get("id"):
            self.anchors.add(str(known["id"]))
        if tag == "a" and known.get("href"):
            self.links.append(str(known["href"]))
        if tag in ASKS and known.get(ASKS[tag]):
            self.asks.append(str(known[ASKS[tag]]))


def find_faults(site: Path) -> list[str]:
    """Return a line for each link that leads nowhere and for each request to another host."""
    pages = {path.relative_to(site).as_posix(): read_page(path) for path in sorted(site.rglob("*.html"))}
    return [line for name in pages for line in _find_on(name, pages, site)]


def read_page(path: Path) -> Seen:
    """Return what stands on one page."""
    seen = Seen()
    seen.feed(path.read_text(encoding="utf-8"))
    return seen


def _find_on(name: str, pages: dict[str, Seen], site: Path) -> list[str]:
    foreign = [address for address in pages[name].asks if urlsplit(address).netloc]
    inside = [link for link in [*pages[name].links, *pages[name].asks] if not urlsplit(link).scheme]
    dead = [
        link for link in inside if not urlsplit(link).netloc and not _leads_somewhere(link, name, pages, site)
    ]
    return [f"{name} asks another host: {address}" for address in foreign] + [
        f"{name} has a dead link: {link}" for link in dict.fromkeys(dead)
    ]


def _leads_somewhere(link: str, name: str, pages: dict[str, Seen], site: Path) -> bool:
    path, anchor = unquote(urlsplit(link).path), unquote(urlsplit(link).fragment)
    target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
    if target not in pages:
        return not anchor and (site / target).is_file()
    return not anchor or anchor in pages[target].anchors
