"""What a small fault changes: the meaning of a function, only its words, or only the looks of a picture.

    words   a text that is wrapped in XX or written in other letters, and stands in the message of a `raise`
            or has three words or more
    looks   an argument of a drawing (width of a line, size of letters, colour, place of a legend; all of
            `LOOKS`) that is dropped, set to None or given another constant
    meaning everything else

The tests hold messages by their pieces and pictures by their numbers, so `mutants.py` counts words and looks
beside the score and does not try them.
"""

from __future__ import annotations

import ast
import difflib
import re
from functools import cache
from typing import Any

MEANING, WORDS, LOOKS_ALONE = "meaning", "words", "looks"
LOOKS = {
    *(
        "markeredgewidth",
        "markeredgecolor",
        "weight",
        "linespacing",
        "color",
        "colors",
        "c",
        "ecolor",
        "edgecolor",
        "edgecolors",
        "facecolor",
        "facecolors",
        "alpha",
    ),
    *("linewidth", "linewidths", "lw", "elinewidth", "capsize", "markersize", "s", "zorder"),
    *("fontsize", "labelsize", "fontweight", "ha", "va", "rotation", "xytext", "textcoords", "pad"),
    *("frameon", "loc", "ncols", "ncol", "bbox_to_anchor", "borderaxespad"),
}
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def read_functions(text: str) -> dict[str, Function]:
    """The unspoilt functions (…_orig) and their spoilt copies, by the names that mutmut gives them."""
    found = [node for node in ast.walk(ast.parse(text)) if isinstance(node, Function)]
    return {node.name: node for node in found if "__mutmut_" in node.name}


def tell_kinds(text: str) -> dict[str, str]:
    """The kind of each fault in a module that mutmut has spoilt.

    >>> spoilt = '''
    ... def x_f__mutmut_orig(a): raise ValueError("a day")
    ... def x_f__mutmut_1(a): raise ValueError("XXa dayXX")
    ... def x_f__mutmut_2(a): raise ValueError(None)
    ... def x_g__mutmut_orig(ax): ax.plot([1], alpha=0.5)
    ... def x_g__mutmut_1(ax): ax.plot([1], )
    ... def x_g__mutmut_2(ax): ax.plot([2], alpha=0.5)
    ... '''
    >>> list(tell_kinds(spoilt).values())
    ['words', 'meaning', 'looks', 'meaning']
    """
    functions = read_functions(text)
    pairs = ((name, functions[_stem(name) + "orig"]) for name in functions if not name.endswith("_orig"))
    return {name: _tell_kind(whole, functions[name]) for name, whole in pairs}


def choose(kinds: dict[str, str], every: int, first: int) -> list[str]:
    """Of the faults that change the meaning every nth, in the order of the modules."""
    return [name for name, kind in kinds.items() if kind == MEANING][first - 1 :: every]


def source_of(text: str, name: str) -> str | None:
    """The source of one function or copy in a spoilt module; None without such a function."""
    function = read_functions(text).get(name)
    return ast.get_source_segment(text, function) if function else None


def plain_function(text: str, name: str) -> ast.AST:
    """A function or a copy under the name that all copies share, to be compared with others."""
    return ast.parse(ast.unparse(read_functions(text)[name]).replace(name, _stem(name), 1))


def show_fault(text: str, name: str) -> str:
    """The lines that a fault changes, as a difference."""
    whole, spoilt = (
        (source_of(text, one) or "").replace(one, name).splitlines() for one in (_stem(name) + "orig", name)
    )
    lines = list(difflib.unified_diff(whole, spoilt, lineterm="", n=0))[2:]
    return "\n".join(line for line in lines if not line.startswith("@@"))


def _plain(text: str) -> str:
    """Without the marks XX and without capitals; a text may go on from the line before."""
    return text.replace("XX", "").casefold()


def _stem(name: str) -> str:
    return name.rpartition("_")[0] + "_"


def _tell_kind(whole: Function, spoilt: Function) -> str:
    spoilt = ast.parse(ast.unparse(spoilt).replace(spoilt.name, whole.name, 1)).body[0]  # type: ignore[assignment]
    path, one, other = _differ([], whole, spoilt)
    if isinstance(one, str) and isinstance(other, str) and isinstance(path[-1], ast.Constant):
        same = _plain(one) == _plain(other)
        if same and (_in_message(path[:-1]) or len(re.findall(r"\w+", one)) > 2):
            return WORDS
    if isinstance(one, list) and isinstance(other, list):  # an argument less
        names = {key.arg for key in one if isinstance(key, ast.keyword)}
        left = {key.arg for key in other if isinstance(key, ast.keyword)}
        return LOOKS_ALONE if len(names - left) == 1 and names - left <= LOOKS else MEANING
    keys = [node for node in path if isinstance(node, ast.keyword)]
    last = path[path.index(keys[-1]) + 1 :] if keys else path
    plain = all(isinstance(node, ast.Constant | ast.UnaryOp | ast.Tuple) for node in last)
    return LOOKS_ALONE if keys and keys[-1].arg in LOOKS and plain else MEANING


def _differ(path: list[ast.AST], one: Any, other: Any) -> tuple[list[ast.AST], Any, Any]:
    """Nodes from the function down to the place where both differ, and what stands there in each."""
    if isinstance(one, ast.AST) and type(one) is type(other):
        pairs = [(getattr(one, field, None), getattr(other, field, None)) for field in one._fields]
        unlike = [pair for pair in pairs if _dump(pair[0]) != _dump(pair[1])]
        return _differ([*path, one], *unlike[0]) if len(unlike) == 1 else (path, one, other)
    if isinstance(one, list) and isinstance(other, list) and len(one) == len(other):
        unlike = [pair for pair in zip(one, other, strict=True) if _dump(pair[0]) != _dump(pair[1])]
        return _differ(path, *unlike[0]) if len(unlike) == 1 else (path, one, other)
    return path, one, other


def _dump(node: Any) -> str:
    if isinstance(node, list):
        return "[" + ",".join(map(_dump, node)) + "]"
    return ast.dump(node) if isinstance(node, ast.AST) else repr(node)


def _in_message(path: list[ast.AST]) -> bool:
    """Whether only the call of the exception stands between a `raise` and the text."""
    places = [place for place, node in enumerate(path) if isinstance(node, ast.Raise)]
    between = path[places[-1] + 1 :] if places else []
    joins = [node for node in between if not isinstance(node, ast.JoinedStr | ast.BinOp | ast.IfExp)]
    return len(joins) == 1 and isinstance(joins[0], ast.Call)
