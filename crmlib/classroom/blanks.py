"""Blanks that are left in a cell: they are named before it runs, and what needs them waits.

`chapter.check` alone would come too late: a line that uses three dots fails with an error of Python, or
counts as an answer and gets a wrong diagnosis.
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)


@dataclass
class Left:
    """What is left blank in a cell, and which names from the cells above it still waits for."""

    blanks: list[str] = field(default_factory=list)
    waits_for: list[str] = field(default_factory=list)

    def render(self) -> str:
        """Return the message to the reader; nothing if nothing is left."""
        lines = []
        if self.blanks:
            lines.append(
                f"✘ Still to fill in: **{', '.join(self.blanks)}**. Replace the three dots; lines that need "
                "them do not run yet."
            )
        if self.waits_for:
            lines.append(f"✘ This needs **{', '.join(self.waits_for)}** from above: fill it in there first.")
        return "\n\n".join(lines)


def hold_back(tree: ast.Module, names: Mapping[str, Any]) -> Left:
    """Take out of a cell the lines that hold three dots or need a name that does; return what is left blank.

    `names` are those that the cell sees. A name that a held line would set is set to three dots.
    """
    left, waiting = Left(), {name for name, value in names.items() if value is Ellipsis}
    above = set(waiting)
    body: list[ast.stmt] = []
    for statement in tree.body:
        found, needed = _find_blanks(statement), _names_read(statement) & waiting
        bound = _names_bound(statement)
        if not found and not needed:
            body.append(statement)
            waiting -= bound
            above -= bound
            continue
        left.blanks += [name for name in found if name not in left.blanks]
        left.waits_for += sorted((needed & above) - set(left.waits_for))
        above -= bound
        waiting |= bound
        body += [ast.copy_location(_set_to_dots(name), statement) for name in sorted(bound)]
    tree.body = body
    ast.fix_missing_locations(tree)
    return left


def _set_to_dots(name: str) -> ast.stmt:
    return ast.Assign([ast.Name(name, ast.Store())], ast.Constant(...), lineno=1)


def _find_blanks(statement: ast.stmt) -> list[str]:
    """Return what the three dots in a statement stand for: the names that it sets, or its line.

    Dots within an index of several parts, such as `table[..., 0]`, are none.
    """
    tuples = {
        id(part)
        for node in ast.walk(statement)
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple)
        for part in node.slice.elts
    }
    if not any(_is_dots(node) and id(node) not in tuples for node in ast.walk(statement)):
        return []
    match statement:
        case ast.Assign(targets=targets):
            return [ast.unparse(target) for target in targets]
        case ast.AnnAssign(target=target) | ast.AugAssign(target=target):
            return [ast.unparse(target)]
        case ast.FunctionDef(name=name):
            return [name]
    return [f"line {statement.lineno}"]


def _is_dots(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value is Ellipsis


def _names_read(statement: ast.stmt) -> set[str]:
    """Return the names that a statement reads, without those that it sets itself, in loops for example."""
    nodes = list(ast.walk(statement))
    read = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    inner = {
        name.id
        for node in nodes
        if isinstance(node, ast.comprehension)
        for name in ast.walk(node.target)
        if isinstance(name, ast.Name)
    }
    inner |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    return read - inner


def _names_bound(statement: ast.stmt) -> set[str]:
    """Return the names that a statement sets in the cell."""
    return set(_walk_bound(statement))


def _walk_bound(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            yield from (one.asname or one.name.partition(".")[0] for one in names)
        case ast.Name(id=name, ctx=ast.Store()):
            yield name
    if isinstance(node, (*SCOPES, ast.comprehension)):
        return
    for child in ast.iter_child_nodes(node):
        yield from _walk_bound(child)


class Blanks(ast.NodeTransformer):
    """Stands between a kernel and its cells: tells what is left blank and lets the rest run."""

    def __init__(self, names: Mapping[str, Any], tell: Callable[[str], None]) -> None:
        self.names, self.tell = names, tell

    def visit_Module(self, node: ast.Module) -> ast.Module:
        """Hold back the lines that cannot run yet, and say why."""
        left = hold_back(node, self.names)
        if words := left.render():
            self.tell(words)
        return node


def watch_blanks(shell: Any, tell: Callable[[str], None]) -> None:
    """Let a kernel look for blanks in each cell from now on; once is enough."""
    if not any(isinstance(one, Blanks) for one in shell.ast_transformers):
        shell.ast_transformers.append(Blanks(shell.user_ns, tell))
