"""Numbers in the headlines of slides: filled in from what the chapter says, never typed.

``{left_if_satisfied["share"]}``   the number that a sentence of the chapter ties to this expression
``{low, high}``                    the range that a sentence ties to these expressions: 19 to 24 %
``{N-48}``                         a figure of the course as it is quoted: 65 to 85 %
``{H-03}``                         what the claim H-03 measured in this chapter: 22 %
"""

from __future__ import annotations

import ast
from functools import partial

from crmlib.classroom.claims.claims import load_claims
from crmlib.classroom.claims.ledger import read_verdicts
from crmlib.classroom.formats.chapters import files_of
from crmlib.classroom.formats.lecture import TIE
from crmlib.classroom.formats.registry import load_numbers
from crmlib.classroom.formats.units import format_value
from crmlib.ground.spelling import suggest
from crmlib.publishing.course import Notebook, PublishingError
from crmlib.publishing.inspect.untied import find_untied
from crmlib.publishing.numbers.ties import Tie, find_ties
from crmlib.publishing.parsing import parse_expression

Known = dict[str, set[str]]


def list_known(notebook: Notebook, stem: str) -> Known:
    """Return what may stand in braces, and the texts that the chapter has for it (one, if all is well)."""
    known: Known = {number.id: {number.figure} for number in load_numbers().values()}
    verdicts = read_verdicts(notebook.cells)
    claims = load_claims(stem) if "claims" in files_of(stem) else {}
    for claim in claims.values():
        if (stem, claim.id) in verdicts:
            measured = verdicts[stem, claim.id].measured
            known[claim.id] = {format_value(measured, claim.unit, digits=claim.digits)}
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            for tie in find_ties(cell.source):
                if tie.kind == "computed":
                    _add_tie(known, tie, cell.source)
    return known


def _add_tie(known: Known, tie: Tie, source: str) -> None:
    """Note the numbers of a tie: all of them together, and each alone."""
    unit = " %" if tie.in_percent else ""
    whole = source[tie.numbers[0].start : tie.numbers[-1].end]
    known.setdefault(", ".join(tie.sources), set()).add(whole + unit)
    if len(tie.sources) > 1:
        for name, shown in zip(tie.sources, tie.numbers, strict=True):
            known.setdefault(name, set()).add(shown.text + unit)


def fill_numbers(words: str, known: Known) -> str:
    """Return a headline with its numbers filled in.

    Raises PublishingError for an expression that no sentence of the chapter is tied to, for one with which
    sentences differ, and for a number that looks like a result and is tied to nothing.

    >>> fill_numbers("{share} left.", {"share": {"22 %"}})
    '22 % left.'
    """
    loose = find_untied(TIE.sub("", words))
    if loose:
        raise PublishingError(
            f"{words!r}: {loose[0].text!r} looks like a result. Write in braces what it comes from: an "
            "expression to which the chapter ties it, a figure such as {N-48} or a claim such as {H-03}."
        )
    return TIE.sub(lambda found: partial(_look_up, known=known)(found[1]), words)


def _look_up(name: str, *, known: Known) -> str:
    texts = known.get(name.strip()) or known.get(_normalise(name), set())
    if len(texts) == 1:
        return next(iter(texts))
    if texts:
        raise PublishingError(
            f"{{{name}}}: sentences of the chapter show it as {', '.join(sorted(texts))}. Let them agree."
        )
    raise PublishingError(
        f"{{{name}}}: no sentence of the chapter is tied to it.{suggest(_normalise(name), known)} "
        "Tie the number in the text of the chapter first."
    )


def _normalise(name: str) -> str:
    """Return an expression as ties note it.

    >>> _normalise("a['b'],c"), _normalise("H-03.x y")
    ("a['b'], c", 'H-03.x y')
    """
    try:
        tree = parse_expression(name.strip())
    except SyntaxError:
        return name.strip()
    return ", ".join(ast.unparse(part) for part in (tree.elts if isinstance(tree, ast.Tuple) else [tree]))
