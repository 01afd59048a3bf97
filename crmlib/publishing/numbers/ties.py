"""Numbers in sentences, tied to what they come from by a comment right behind them.

``24 %<!-- = share_leaving -->``      computed: the expression's value at this place of the notebook
``22 to 26 %<!-- = low, high -->``    computed, several numbers: one expression each
``1,600<!-- N-27 -->``                quoted: one of the course's figures, by its id
``8 customers<!-- given -->``         given: an assumption of an example
``<!-- given: whole cell -->``        given: every number of the cell that is not computed or quoted

A comment belongs to the last number before it, or to the last range (``22 to 26``), with its unit and at most
three words in between. New text may have ``?`` or ``?.?`` for a number that is still to be filled in.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, replace

from crmlib.ground.units import guess_digits
from crmlib.publishing.course import PublishingError
from crmlib.publishing.parsing import parse_expression

COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)
NUMBER = r"[+\-−]?(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?|[+\-−]?\?(?:\.\?+)?"
BETWEEN = r"\s?(?: to |–|-| of | out of | in |/|±)\s?"
PERCENT = r"[ \u00a0]?(?:%|per cent\b|percent\b|percentage points?\b)"
CLOSING = r"[*_)\]\"'’”$}.,;:]*"
WORDS = r"(?:[ \u00a0\n-]?[A-Za-z¥元]+[*_]*){0,3}"
# The last group of numbers at the end of a text: what a comment that follows is tied to.
LAST_GROUP = re.compile(
    rf"(?<![\w.,\-−])(?P<numbers>(?:{NUMBER})(?:(?:{PERCENT})?{BETWEEN}(?:{NUMBER})){{0,3}})"
    rf"(?P<percent>{PERCENT})?{CLOSING}{WORDS}{CLOSING}[ \n]?$"
)
FORMAT = re.compile(r"\\?\|\s*(?P<words>(?:percent|yuan|plain|\.\d+f)(?:\s+\.\d+f)?)\s*$")
WHOLE_CELL = re.compile(r"<!--\s*given:\s*whole cell\s*-->")


@dataclass(frozen=True)
class Shown:
    """A number as a sentence shows it; start and end are its place in the cell's source."""

    text: str
    start: int
    end: int

    @property
    def is_open(self) -> bool:
        """Whether the number is still to be filled in."""
        return "?" in self.text

    @property
    def decimals(self) -> int:
        """Digits behind the point."""
        return len(self.text.partition(".")[2])

    @property
    def value(self) -> float:
        """The number itself, per cent not divided by 100."""
        return float(self.text.replace(",", "").replace("−", "-"))


@dataclass(frozen=True)
class Tie:
    """One comment and the numbers that it is tied to.

    kind: computed, quoted or given. sources: the expressions, the ids, or nothing. style: the optional
    format. line: of the comment in the cell's source, from 1. in_percent: whether a per cent sign follows.
    """

    kind: str
    numbers: tuple[Shown, ...]
    sources: tuple[str, ...]
    style: str
    in_percent: bool
    line: int


def find_ties(source: str) -> list[Tie]:
    """Return the ties in a Markdown cell from top to bottom.

    Comments in code are ignored. Raises PublishingError if a comment has no number before it, an expression
    is no Python, or the count of expressions is not the count of numbers.
    """
    words = mask_code(source)
    ties, after = [], 0
    for match in COMMENT.finditer(words):
        content = source[match.start() + 4 : match.end() - 3].strip()
        kind = classify_comment(content)
        if kind is not None:
            line = source.count("\n", 0, match.start()) + 1
            ties.append(_read_tie(kind, content, words[after : match.start()], after, line))
        after = match.end()
    return ties


def classify_comment(content: str) -> str | None:
    """Return what kind of tie a comment is; None if it is an ordinary remark.

    >>> [classify_comment(content) for content in ("= x.mean()", "N-48", "given", "see below")]
    ['computed', 'quoted', 'given', None]
    """
    if content.startswith("="):
        return "computed"
    if re.fullmatch(r"N-\d{2,3}(?:,\s*N-\d{2,3})*", content):
        return "quoted"
    if re.fullmatch(r"given(?::.*)?", content, re.DOTALL) and not WHOLE_CELL.fullmatch(f"<!--{content}-->"):
        return "given"
    return None


def _read_tie(kind: str, content: str, before: str, offset: int, line: int) -> Tie:
    group = LAST_GROUP.search(before[-200:])
    if group is None:
        raise PublishingError(
            f"line {line}: no number stands before <!-- {content} -->. Put the comment right behind its "
            "number, or write ? for a number that is still to be computed."
        )
    start = offset + max(0, len(before) - 200) + group.start("numbers")
    found = re.finditer(NUMBER, _hide_hyphens(group["numbers"]))
    shown = tuple(
        Shown(group["numbers"][m.start() : m.end()], start + m.start(), start + m.end()) for m in found
    )
    tie = Tie(kind, shown, (), "", group["percent"] is not None, line)
    if kind == "computed":
        return _add_expressions(tie, content.removeprefix("="))
    sources = tuple(part.strip() for part in content.split(",")) if kind == "quoted" else ()
    return replace(tie, sources=sources)


def _hide_hyphens(numbers: str) -> str:
    """Return the numbers with a hyphen inside a range (22-26) replaced, which is no sign."""
    return re.sub(r"(?<=[\d?%])-", "–", numbers)


def _add_expressions(tie: Tie, content: str) -> Tie:
    found = FORMAT.search(content)
    style = found["words"] if found else ""
    code = (content[: found.start()] if found else content).replace("\\|", "|")
    code = re.sub(r"\s*\n\s*", " ", code).strip()
    try:
        tree = parse_expression(code)
    except SyntaxError as error:
        raise PublishingError(
            f"line {tie.line}: {code!r} is no expression ({error.msg}). Write one: <!-- = a / b -->."
        ) from None
    parts = tree.elts if isinstance(tree, ast.Tuple) else [tree]
    expressions = tuple(ast.unparse(part) for part in parts)
    if len(expressions) > len(tie.numbers):
        raise PublishingError(
            f"line {tie.line}: {len(expressions)} expressions in {code!r}, but {len(tie.numbers)} numbers "
            "before them. Write one expression for each number of the range."
        )
    return replace(tie, numbers=tie.numbers[-len(expressions) :], sources=expressions, style=style)


def mask_code(source: str) -> str:
    """Return the source with code in it replaced by as many spaces, so that every place stays where it was.

    >>> mask_code("a `x = 24` b")
    'a          b'
    """
    fences = re.compile(r"^(?P<fence>`{3,}|~{3,}).*?(?:^(?P=fence)`*\s*$|\Z)", re.DOTALL | re.MULTILINE)
    spans = re.compile(r"(?<!`)(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`)", re.DOTALL)
    return spans.sub(blank_match, fences.sub(blank_match, source))


def blank_match(match: re.Match[str]) -> str:
    """Return spaces for what was matched; line ends stay."""
    return re.sub(r"[^\n]", " ", match[0])


def blank_numbers(source: str) -> str:
    """Return the source with every computed number replaced by ``?``, whatever it is at present.

    >>> blank_numbers("of these, 24 %<!-- = share --> left")
    'of these, ? %<!-- = share --> left'
    """
    try:
        computed = [shown for tie in find_ties(source) if tie.kind == "computed" for shown in tie.numbers]
    except PublishingError:
        return source
    return replace_numbers(source, dict.fromkeys(computed, "?"))


def replace_numbers(source: str, texts: dict[Shown, str]) -> str:
    """Return the source with the given numbers written anew."""
    for shown in sorted(texts, key=lambda shown: -shown.start):
        source = source[: shown.start] + texts[shown] + source[shown.end :]
    return source


def render_value(value: float, shown: Shown, *, style: str = "", in_percent: bool = False) -> str:
    """Return a computed value in the shape of the number that it replaces.

    The shown decimals, a leading + and the kind of minus stay; from 1,000 on thousands are set off by commas.
    style: ".1f" sets the decimals, "percent" multiplies by 100, "yuan" is two decimals or none, "plain"
    leaves out the commas.

    >>> render_value(0.2377, Shown("?", 0, 1), in_percent=True), render_value(1604.2, Shown("1,600", 0, 5))
    ('24', '1,604')
    """
    scaled = value * 100 if in_percent or "percent" in style else value
    fixed = re.search(r"\.(\d+)f", style)
    decimals = int(fixed[1]) if fixed else choose_decimals(scaled, shown, style=style, in_percent=in_percent)
    text = f"{abs(scaled):.{decimals}f}" if "plain" in style else f"{abs(scaled):,.{decimals}f}"
    if text.strip("0,.") and scaled < 0:
        return ("-" if shown.text.startswith("-") else "−") + text
    return "+" + text if shown.text.startswith("+") else text


def choose_decimals(value: float, shown: Shown, *, style: str = "", in_percent: bool = False) -> int:
    """Return the decimals for a number: those shown; for a plain ``?`` about two digits that count."""
    if "yuan" in style:
        return 2 if shown.decimals else 0
    if not shown.is_open or "." in shown.text:
        return shown.decimals
    if in_percent or "percent" in style:  # prose rounds to whole per cent: 5 %, not 5.3 %
        return 0 if abs(value) >= 1 or value == 0 else 1
    return guess_digits(value)


def agrees(value: float, shown: Shown, *, style: str = "", in_percent: bool = False) -> bool:
    """Whether a number in a sentence is the computed value, at the precision that the sentence shows.

    >>> agrees(0.2377, Shown("24", 0, 2), in_percent=True), agrees(0.2377, Shown("25", 0, 2), in_percent=True)
    (True, False)
    """
    if shown.is_open:
        return False
    scaled = value * 100 if in_percent or "percent" in style else value
    return abs(shown.value - scaled) <= 0.5 * 10.0**-shown.decimals + 1e-9 * max(1.0, abs(scaled))
