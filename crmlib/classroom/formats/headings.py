"""Headings and topic ids in a text: how a heading is named in a link and in lecture notes, and which topics
a sentence names.
"""

import re

CODE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
HEADING = re.compile(r"^(#{1,6}) +(.+?) *#*$", re.MULTILINE)
TOPIC_IDS = re.compile(r"\b([A-L])-(\d\d)(?:(?: to |–| bis )(?:\1-)?(\d\d))?\b")


def plain_heading(heading: str) -> str:
    """Return the words of a heading as they are shown.

    >>> plain_heading("*Who* answers? (`surveys`)")
    'Who answers? (surveys)'
    """
    words = COMMENT.sub("", heading)
    words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", words)
    return re.sub(r"[*`]|(?<!\w)_|_(?!\w)", "", words).strip()


def list_headings(text: str) -> list[str]:
    """Return the words of the headings of a Markdown text, without those inside code.

    >>> list_headings("## *Who* answers?\\n```\\n# a comment\\n```")
    ['Who answers?']
    """
    return [plain_heading(words) for _, words in HEADING.findall(CODE.sub("", text))]


def jupyterlab_anchor(heading: str) -> str:
    """Return the name by which a link in JupyterLab finds a heading; capitals and punctuation stay.

    >>> jupyterlab_anchor("Do satisfied customers leave?")
    'Do-satisfied-customers-leave?'
    """
    return heading.replace(" ", "-")


def lecture_anchor(heading: str) -> str:
    """Return the name that lecture notes give a heading: lower case, words joined by hyphens, no punctuation.

    >>> lecture_anchor("Do satisfied customers leave?"), lecture_anchor("4 Satisfaction (客户满意)")
    ('do-satisfied-customers-leave', '4-satisfaction-客户满意')
    """
    return re.sub(r"[^\w]+", "-", heading.lower()).strip("-_")


def list_topics(text: str) -> list[str]:
    """Return the syllabus ids that a text names, as often as it names them; a span names all in between.

    >>> list_topics("G-01 to G-03, H-05, G-02")
    ['G-01', 'G-02', 'G-03', 'H-05', 'G-02']
    """
    return [
        f"{letter}-{number:02d}"
        for letter, first, last in TOPIC_IDS.findall(text)
        for number in range(int(first), int(last or first) + 1)
    ]


def find_topics(text: str) -> set[str]:
    """Return the syllabus ids that a text names; a span names all in between.

    >>> sorted(find_topics("G-01 to G-03, H-05"))
    ['G-01', 'G-02', 'G-03', 'H-05']
    """
    return set(list_topics(text))
