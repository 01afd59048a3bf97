"""Where a link of the course leads in the book: to a page of it, to a file beside it, or nowhere."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Collection

from crmlib.publishing.numbers.ties import COMMENT, mask_code

LINK = re.compile(r"(?P<image>!?)\[(?P<words>(?:[^\[\]]|\[[^\[\]]*\])*)\]\((?P<target>[^()\s]+)\)")
# Files of the course that the book shows under another name.
SHOWN_AS = {
    "README.md": "index.md",
    "datasets/README.md": "dictionary.md",
    "datasets/dictionary.csv": "dictionary.md",
}


def rewrite_links(text: str, page: str, pages: Collection[str]) -> str:
    """Return Markdown whose links lead to pages of the book; words whose target is not in it are no link.

    page: where the text stands, below the course folder. pages: all pages of the book. Pictures, anchors and
    addresses stay as they are.

    >>> rewrite_links("[all](../README.md), [code](../crmlib/cli.py)", "docs/a.md", ["index.md"])
    '[all](../index.md), code'
    """
    words = mask_code(text)
    for match in reversed(list(LINK.finditer(words))):
        target = text[match.start("target") : match.end("target")]
        label = text[match.start("words") : match.end("words")]
        new = None if match["image"] else find_target(target, page, pages)
        if match["image"] or new == target:
            continue
        text = text[: match.start()] + (f"[{label}]({new})" if new else label) + text[match.end() :]
    return text


def find_target(target: str, page: str, pages: Collection[str]) -> str | None:
    """Return where a link leads from a page of the book; None if that is not in the book.

    >>> find_target("../datasets/dictionary.csv", "docs/syllabus.md", ["dictionary.md"])
    '../dictionary.md'
    """
    path, mark, anchor = target.partition("#")
    if re.match(r"[a-z][a-z0-9+.-]*:", target) or not path:
        return target
    folder = posixpath.dirname(page)
    wanted = posixpath.normpath(posixpath.join(folder, path))
    shown = SHOWN_AS.get(wanted, wanted)
    if shown not in pages:
        return None
    return posixpath.relpath(shown, folder or ".") + (mark + anchor if shown == wanted else "")


def drop_comments(text: str) -> str:
    """Return Markdown without the comments that tie its numbers.

    >>> drop_comments("**24 %**<!-- = share --> left; `<!-- code -->`")
    '**24 %** left; `<!-- code -->`'
    """
    for match in reversed(list(COMMENT.finditer(mask_code(text)))):
        text = text[: match.start()] + text[match.end() :]
    return text
