"""Makes the blank exercise for students from the solution, and never overwrites what a student wrote.

In the text of an exercise, the tags of a cell say what students get:

no tag           the cell as it is (a worked example)
solution         blanks: ``share = hits / n  # blank`` becomes ``share = ...  # fill in``; the lines from
                 ``# blank`` to ``# end blank`` become one ``name = ...`` for each name that they set;
                 without any mark the whole cell is blank; ``chapter.answer("q1", "b")`` becomes
                 ``chapter.answer("q1")``, whose fields are empty
solution-only    the cell is left out
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from pathlib import Path

from crmlib.ground.files import write_file
from crmlib.publishing.clean import clean_notebook
from crmlib.publishing.course import Notebook, PublishingError
from crmlib.publishing.files import format_notebook, hash_words, read_file, read_notebook
from crmlib.publishing.numbers.ties import COMMENT, classify_comment, mask_code
from crmlib.publishing.parsing import parse_code

SOLUTION, SOLUTION_ONLY = "solution", "solution-only"
LINE_MARK = re.compile(r"\s*#\s*blank\s*$")
REGION_START = re.compile(r"^\s*#\s*blank\s*$")
REGION_END = re.compile(r"^\s*#\s*end blank\s*$")
FILL_IN = "...  # fill in"


@dataclass(frozen=True)
class Written:
    """Where an edition went. path: the file; kept: the student's own file that was left alone, if any."""

    path: Path
    changed: bool
    kept: Path | None = None


def make_student_edition(solution: Notebook) -> Notebook:
    """Return the students' notebook: blanks instead of answers, no outputs, and expressions out of sentences.

    Raises PublishingError if a mark is unbalanced, or a blanked cell still holds an answer.
    """
    import nbformat

    cells = []
    for number, cell in enumerate(solution.cells, start=1):
        tags = cell.metadata.get("tags", [])
        if SOLUTION_ONLY in tags:
            continue
        source = cell.source
        if cell.cell_type == "markdown":
            source = _lift_links(hide_expressions(source))
        elif SOLUTION in tags:
            source = blank_code(source, name=f"cell {number}")
        kept = [tag for tag in tags if tag != SOLUTION]
        cells.append(_new_cell(cell.cell_type, source, {"tags": kept} if kept else {}))
    student = clean_notebook(nbformat.v4.new_notebook(cells=cells))
    student.metadata["crm"] = {"edition": "student", "generated": hash_words(student)}
    return student


def _new_cell(kind: str, source: str, metadata: dict[str, object]) -> Notebook:
    from nbformat import v4

    make = {"code": v4.new_code_cell, "markdown": v4.new_markdown_cell, "raw": v4.new_raw_cell}[kind]
    return make(source=source, metadata=metadata)


def hide_expressions(source: str) -> str:
    """Return a Markdown cell whose computed numbers are marked as given: the expression may be the answer.

    >>> hide_expressions("Of these, 24 %<!-- = hits / n --> left.")
    'Of these, 24 %<!-- given --> left.'
    """
    words = mask_code(source)
    for match in reversed(list(COMMENT.finditer(words))):
        if classify_comment(source[match.start() + 4 : match.end() - 3].strip()) == "computed":
            source = source[: match.start()] + "<!-- given -->" + source[match.end() :]
    return source


def _lift_links(source: str) -> str:
    """Return a Markdown cell with its relative links as they must be one folder higher up.

    Solutions lie in a folder below the students' editions.

    >>> _lift_links("[chapter](../../notebooks/04_x.ipynb), [top](#Top)")
    '[chapter](../notebooks/04_x.ipynb), [top](#Top)'
    """
    words = mask_code(source)
    for match in reversed(list(re.finditer(r"\]\(\.\./", words))):
        source = source[: match.start() + 2] + source[match.end() :]
    return source


def blank_code(code: str, *, name: str = "cell") -> str:
    """Return a cell's code with its answers replaced by ``...``; it still runs.

    >>> print(blank_code("total = len(members)\\nshare = left / total  # blank"))
    total = len(members)
    share = ...  # fill in
    """
    lines = code.splitlines()
    if not any(LINE_MARK.search(line) for line in lines):
        return "\n".join([*_leading_comments(lines), *_blanks(code, name)])
    result: list[str] = []
    region: list[str] | None = None
    for line in lines:
        if REGION_END.match(line):
            if region is None:
                raise PublishingError(f"{name}: '# end blank' without '# blank' before it.")
            result += _blanks("\n".join(region), name)
            region = None
        elif region is not None:
            region.append(line)
        elif REGION_START.match(line):
            region = []
        else:
            result.append(_blank_line(line, name) if LINE_MARK.search(line) else line)
    if region is not None:
        raise PublishingError(f"{name}: '# blank' on a line of its own needs '# end blank' after the answer.")
    return "\n".join(result)


def _leading_comments(lines: list[str]) -> list[str]:
    """Return the comment lines with which a cell opens: they are the task."""
    task = []
    for line in lines:
        if not line.startswith("#"):
            break
        task.append(line)
    return task


def _blank_line(line: str, name: str) -> str:
    """Return one marked line as a blank with the same indent."""
    indent = line[: len(line) - len(line.lstrip())]
    code = LINE_MARK.sub("", line).strip()
    try:
        blanks = [f"return {FILL_IN}"] if code.startswith("return") else _blanks(code, name)
    except PublishingError:
        raise PublishingError(
            f"{name}: {code!r} is only part of a statement. Put '# blank' and '# end blank' on lines of "
            "their own around the whole statement."
        ) from None
    return "\n".join(indent + blank for blank in blanks)


def _blanks(code: str, name: str) -> list[str]:
    """Return one blank for each name or function that the code defines; one bare blank if it defines none."""
    indent = code[: len(code) - len(code.lstrip(" "))]
    try:
        body = parse_code("\n".join(line.removeprefix(indent) for line in code.splitlines())).body
    except SyntaxError as error:
        raise PublishingError(
            f"{name}: the answer is no Python ({error.msg}, line {error.lineno})."
        ) from None
    blanks: list[str] = []
    for statement in body:
        if isinstance(statement, ast.FunctionDef):
            blanks += [f"def {statement.name}({ast.unparse(statement.args)}):", f"    {FILL_IN}"]
        elif key := _find_answered(statement):
            blanks.append(f'chapter.answer("{key}")')
        else:
            blanks += [f"{target} = {FILL_IN}" for target in _targets(statement)]
    return [indent + blank for blank in dict.fromkeys(blanks)] or [indent + FILL_IN]


def _find_answered(statement: ast.stmt) -> str:
    """Return the question that a statement answers by `chapter.answer`; "" if it is another statement."""
    match statement:
        case ast.Expr(ast.Call(func=ast.Attribute(attr="answer"), args=[ast.Constant(value=str(key)), *_])):
            return key
    return ""


def _targets(statement: ast.stmt) -> list[str]:
    """Return the names that a statement sets, in order; loop names of comprehensions are none."""
    inner = {
        id(name)
        for node in ast.walk(statement)
        if isinstance(node, ast.comprehension)
        for name in ast.walk(node.target)
    }
    return [
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and id(node) not in inner
    ]


def write_student_edition(student: Notebook, path: Path) -> Written:
    """Write the students' notebook, or write it beside a file that a student has worked in.

    A file counts as worked in if any cell was run, or if its cells are neither those generated last nor the
    new ones (a formatter may have brought them there).
    """
    text, new = format_notebook(student), student.metadata["crm"]["generated"]
    if not path.exists():
        write_file(path, text)
        return Written(path, changed=True)
    recorded, worked_in = _read_state(path, same=new)
    if worked_in and recorded == new:
        return Written(path, changed=False)
    target = _find_free_name(path, text) if worked_in else path
    changed = not target.exists() or read_file(target) != text
    if changed:
        write_file(target, text)
    return Written(target, changed=changed, kept=path if worked_in else None)


def _read_state(path: Path, *, same: str | None = None) -> tuple[str | None, bool]:
    """Return which edition a student's file started from (None: unknown), and whether it was worked in.

    same: the hash of cells that are no work of a student's either.
    """
    try:
        notebook = read_notebook(path)
    except PublishingError:
        return None, True
    recorded = notebook.metadata.get("crm", {}).get("generated")
    was_run = any(cell.get("outputs") or cell.get("execution_count") for cell in notebook.cells)
    return recorded, was_run or hash_words(notebook) not in (recorded, same)


def _find_free_name(path: Path, text: str) -> Path:
    """Return `….new.ipynb`, `….new2.ipynb` and so on: the first that is free, unused or the same."""
    for number in range(1, 1000):
        candidate = path.with_name(f"{path.stem}.new{'' if number == 1 else number}{path.suffix}")
        if not candidate.exists() or read_file(candidate) == text or not _read_state(candidate)[1]:
            return candidate
    raise PublishingError(
        f"There are 999 spare editions of {path.name}. Delete those that you no longer need."
    )
