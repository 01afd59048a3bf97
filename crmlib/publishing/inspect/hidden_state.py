"""Finds cells whose result depends on more than the cells above them: hidden state.

A reader runs cells again and in another order. That is harmless as long as no cell changes a name that an
earlier cell reads: then every cell gives the same result whenever it runs after those before it.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from crmlib.publishing.parsing import parse_code

KNOWN = frozenset(dir(builtins)) | {"display", "get_ipython", "__name__"}
# Methods that change an object in place: run twice they give the same result, or another one.
CHANGING = frozenset({"add", "clear", "discard", "setdefault", "sort", "update"})
GROWING = frozenset({"append", "extend", "insert", "pop", "popitem", "remove"})


@dataclass
class Names:
    """What one cell does with names.

    reads: names that the cell takes from earlier cells. sets: names that it defines. changes: names of
    earlier cells whose object it changes in place. imports: names that it imports, with the import's words.
    """

    reads: set[str] = field(default_factory=set)
    sets: set[str] = field(default_factory=set)
    changes: set[str] = field(default_factory=set)
    imports: dict[str, str] = field(default_factory=dict)


def _read_names(code: str) -> Names:
    """Return what a cell does with names. Raises SyntaxError if the code is no Python.

    >>> names = _read_names("total = price * count\\nshop['total'] = total")
    >>> sorted(names.reads), sorted(names.sets), sorted(names.changes)
    (['count', 'price', 'shop'], ['total'], ['shop'])
    """
    visitor = _Visitor()
    for statement in parse_code(code).body:
        visitor.visit(statement)
    return visitor.names


class _Visitor(ast.NodeVisitor):
    """Walks through a cell in the order in which it runs."""

    def __init__(self) -> None:
        self.names = Names()
        self.local: list[set[str]] = []

    def read(self, name: str) -> None:
        if (
            name not in self.names.sets
            and name not in KNOWN
            and not any(name in scope for scope in self.local)
        ):
            self.names.reads.add(name)

    def change(self, node: ast.expr) -> None:
        while isinstance(node, ast.Subscript | ast.Attribute):
            node = node.value
        if isinstance(node, ast.Name) and not any(node.id in scope for scope in self.local):
            self.names.changes |= {node.id} - self.names.sets - KNOWN

    def change_again(self, node: ast.expr) -> None:
        """Note a change that gives another result when the cell is run twice."""
        while isinstance(node, ast.Subscript | ast.Attribute):
            node = node.value
        if isinstance(node, ast.Name):
            self.read(node.id)
            if node.id in self.names.reads:
                self.names.sets.add(node.id)

    def set(self, name: str) -> None:
        (self.local[-1] if self.local else self.names.sets).add(name)

    def visit_Name(self, node: ast.Name) -> None:
        if isinstance(node.ctx, ast.Load):
            self.read(node.id)
        elif isinstance(node.ctx, ast.Store):
            self.set(node.id)
        else:
            self.names.changes.add(node.id)

    def visit_Assign(self, node: ast.Assign) -> None:
        self.visit(node.value)
        for target in node.targets:
            self.visit(target)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self.visit(node.value)
            self.visit(node.target)

    def visit_AugAssign(self, node: ast.AugAssign) -> None:
        self.visit(node.value)
        self.change_again(node.target)

    def visit_For(self, node: ast.For) -> None:
        self.visit(node.iter)
        self.visit(node.target)
        for statement in [*node.body, *node.orelse]:
            self.visit(statement)

    def visit_Subscript(self, node: ast.Subscript) -> None:
        if not isinstance(node.ctx, ast.Load):
            self.change(node)
        self.generic_visit(node)

    def visit_Attribute(self, node: ast.Attribute) -> None:
        if not isinstance(node.ctx, ast.Load):
            self.change(node)
        self.generic_visit(node)

    def visit_Call(self, node: ast.Call) -> None:
        in_place = any(
            word.arg == "inplace" and isinstance(word.value, ast.Constant) and word.value.value is True
            for word in node.keywords
        )
        if isinstance(node.func, ast.Attribute) and node.func.attr in CHANGING:
            self.change(node.func)
        elif isinstance(node.func, ast.Attribute) and (node.func.attr in GROWING or in_place):
            self.change_again(node.func)
        self.generic_visit(node)

    def visit_Import(self, node: ast.Import) -> None:
        for alias in node.names:
            self._import((alias.asname or alias.name).split(".")[0], f"import {alias.name}")

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for alias in node.names:
            self._import(alias.asname or alias.name, f"from {node.module} import {alias.name}")

    def _import(self, name: str, words: str) -> None:
        if self.local:
            self.local[-1].add(name)
        else:
            self.names.sets.add(name)
            self.names.imports[name] = words

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        for default in [*node.args.defaults, *[d for d in node.args.kw_defaults if d], *node.decorator_list]:
            self.visit(default)
        self.set(node.name)
        self._visit_scope(node.args, node.body)

    def visit_Lambda(self, node: ast.Lambda) -> None:
        for default in [*node.args.defaults, *[d for d in node.args.kw_defaults if d]]:
            self.visit(default)
        self._visit_scope(node.args, [node.body])

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for part in [*node.bases, *node.decorator_list]:
            self.visit(part)
        self.set(node.name)
        self._visit_scope(None, node.body)

    def _visit_scope(self, arguments: ast.arguments | None, body: Sequence[ast.AST]) -> None:
        given = [arg.arg for arg in ast.walk(arguments) if isinstance(arg, ast.arg)] if arguments else []
        nodes = [node for part in body for node in ast.walk(part)]
        own = {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
        self.local.append({*given, *own})
        for part in body:
            self.visit(part)
        self.local.pop()

    def _visit_comprehension(
        self, node: ast.ListComp | ast.SetComp | ast.GeneratorExp | ast.DictComp
    ) -> None:
        self.local.append(set())
        for part in node.generators:
            self.visit(part.iter)
            self.visit(part.target)
            for condition in part.ifs:
                self.visit(condition)
        for element in [node.key, node.value] if isinstance(node, ast.DictComp) else [node.elt]:
            self.visit(element)
        self.local.pop()

    visit_ListComp = visit_SetComp = visit_GeneratorExp = visit_DictComp = _visit_comprehension

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.type is not None:
            self.visit(node.type)
        self.local.append({node.name} if node.name else set())
        for statement in node.body:
            self.visit(statement)
        own = self.local.pop() - {node.name}
        for name in own:
            self.set(str(name))


def find_hidden_state(codes: Sequence[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """Yield (number of the cell, sentence) for each dependence on more than the cells above.

    codes: number and code of each code cell, in order. Code that is no Python is skipped.

    >>> list(find_hidden_state([(1, "x = 1"), (2, "y = x"), (3, "x = 2")]))
    [(3, 'changes x, on which cell 2 depends. Use a new name.')]
    """
    defined: dict[str, str] = {}
    readers: dict[str, int] = {}
    for number, code in codes:
        try:
            names = _read_names(code)
        except SyntaxError:
            continue
        for name in sorted(names.reads - set(defined)):
            yield number, f"uses {name}, which no cell above defines."
        for name in sorted(names.reads):
            readers.setdefault(name, number)
        for name in sorted((names.sets | names.changes) & set(readers)):
            if name in names.imports and names.imports[name] == defined.get(name):
                continue
            if name in names.changes and readers[name] == number and name in defined:
                continue
            other = "it depends itself: run twice, it gives another result" if readers[name] == number else ""
            reason = f"on which {other or f'cell {readers[name]} depends'}. Use a new name."
            yield number, f"changes {name}, {reason}"
        for name in names.sets:
            defined[name] = names.imports.get(name, "")
