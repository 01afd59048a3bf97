"""Making the file that a student hands in, with a word on what is still blank. Nothing is sent anywhere."""

import ast
import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from crmlib.classroom.answers.questions import load_exercise
from crmlib.classroom.progress import Progress, progress_folder
from crmlib.grading.exchange.clicked import fill_in, is_answer
from crmlib.grading.exchange.hand_out import source_of
from crmlib.grading.exchange.notebook import Unreadable, code_cells, read_notebook
from crmlib.grading.exchange.pack import receipt_code, write_pack
from crmlib.grading.exchange.students import tidy_number
from crmlib.ground.notebook import in_notebook

OPEN = "reasons"  # the open question of every exercise: a decision with its reasons, marked by people


@dataclass(frozen=True)
class Receipt:
    """What was written: the file, its code, and the questions that are not answered in it."""

    path: Path
    code: str
    blank: tuple[str, ...]


def hand_in(notebook: Path, *, number: str | None = None, folder: Path | None = None) -> Receipt:
    """Write the file to hand in beside the notebook, or into `folder`; nothing is overwritten.

    `number` is needed only if the notebook was not handed out to a student.

    Raises:
        FileNotFoundError: there is no such notebook.
        ValueError: it cannot be read, belongs to no exercise, or to nobody.
    """
    if not notebook.exists():
        raise FileNotFoundError(f"There is no notebook {notebook}. Name the one that you worked in.")
    content = notebook.read_bytes()
    try:
        data = read_notebook(content)
    except Unreadable as error:
        raise ValueError(
            f"{notebook.name}: {error}. Open it in JupyterLab, save it, and try again."
        ) from None
    own = data["metadata"].get("crm_course", {})
    stem, number = _find_owner(own, notebook, number)
    seed = own.get("seed") if isinstance(own.get("seed"), int) else None
    answers = Progress(stem, progress_folder(), seed=seed).read("answers")
    content = _write_clicked(content, answers)
    data = read_notebook(content)
    code = receipt_code(content, number)
    blank = tuple(find_blanks(code_cells(data), stem))
    note = {
        "format": 1,
        "exercise": stem,
        "student": number,
        "seed": own.get("seed"),
        "receipt": code,
        "blank": list(blank),
        "tries": answers,
    }
    path = (folder or notebook.parent) / f"{stem}-{number}-{code}.zip"
    _write_once(path, write_pack(content, note))
    return Receipt(path, code, blank)


def _write_clicked(content: bytes, answers: dict[str, dict[str, Any]]) -> bytes:
    """Return a notebook with the answers that were recorded by a click; the same bytes if there are none."""
    given = {key: entry["given"] for key, entry in answers.items() if is_answer(entry.get("given"))}
    data, changed = read_notebook(content), False
    for cell in data["cells"]:
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source = source_of(cell)
            filled = fill_in(source, given)
            if filled != source:
                cell["source"], changed = filled, True
    return json.dumps(data, ensure_ascii=False, indent=1).encode() if changed else content


def _find_owner(own: dict[str, Any], notebook: Path, number: str | None) -> tuple[str, str]:
    """Return exercise and student number of a notebook."""
    stem = own.get("exercise", notebook.stem)
    try:
        load_exercise(stem)
    except (ValueError, OSError):
        raise ValueError(
            f"{notebook.name} is no exercise of this course. Hand in the notebook that you were given, under "
            "its own name."
        ) from None
    given = tidy_number(number) if number else ""
    if given and own.get("student") and given != own["student"]:
        raise ValueError(
            f"{notebook.name} was handed out to student {own['student']}, not to {given}. Hand in your "
            f"own notebook."
        )
    if not (given or own.get("student")):
        raise ValueError(f"{notebook.name} says no student number. Add --number with yours.")
    return stem, given or own["student"]


def find_blanks(cells: Iterable[str], stem: str) -> list[str]:
    """Return the ids of the questions that a notebook leaves open, judged by its text alone.

    A question is blank if no check names it, or if what is checked was last set to three dots.
    """
    last: dict[str, bool] = {}
    checked: dict[str, bool] = {}
    for source in cells:
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        for node in ast.walk(tree):
            match node:
                case ast.Assign(targets=targets, value=value):
                    last |= {one.id: _has_dots(value) for one in targets if isinstance(one, ast.Name)}
                case ast.Call(
                    func=ast.Attribute(attr="check" | "answer"), args=[ast.Constant(value=str(key)), answer]
                ):
                    blank = last.get(answer.id, True) if isinstance(answer, ast.Name) else _has_dots(answer)
                    checked[key] = checked.get(key, True) and blank
    blanks = [one.id for one in load_exercise(stem).questions if checked.get(one.id, True)]
    return blanks + ([OPEN] if last.get(OPEN, True) else [])


def _has_dots(node: ast.expr) -> bool:
    return any(isinstance(one, ast.Constant) and one.value is Ellipsis for one in ast.walk(node))


def _write_once(path: Path, content: bytes) -> None:
    """Write a file that does not exist yet; the same content may be there already."""
    try:
        with open(path, "xb") as file:
            file.write(content)
    except FileExistsError:
        if path.read_bytes() != content:
            raise ValueError(
                f"{path.name} is there already and holds something else. Move it away and try again."
            ) from None


def tell(receipt: Receipt) -> str:
    """Return what a student reads after handing in, in both languages."""
    blank = ", ".join(receipt.blank)
    warning = (
        f"\n\nNot answered yet · 尚未作答: {blank}. You may answer them and make a new file · "
        f"可以补答后重新生成文件。"
        if blank
        else ""
    )
    return (
        f"Written · 已生成: **{receipt.path.name}**. Receipt · 回执: **{receipt.code}**. Upload this "
        f"file; nothing "
        f"was sent · 请上传此文件；尚未发送任何内容。{warning}"
    )


def hand_in_button(name: str) -> None:
    """Show a button that writes the file to hand in, beside the notebook `name` in the folder of the kernel.

    Save the notebook first: what is in the file on disk is handed in. Outside a notebook the file is written
    at once.
    """
    path = Path(name)
    if not in_notebook():
        print(_try_hand_in(path))
        return
    import ipywidgets as widgets
    from IPython.display import display

    from crmlib.classroom.display import to_html

    button = widgets.Button(description="Hand in · 提交", button_style="primary")
    said = widgets.HTML()

    def press(_: Any) -> None:
        said.value = to_html(_try_hand_in(path))

    button.on_click(press)
    display(widgets.VBox([button, said]))


def _try_hand_in(path: Path) -> str:
    try:
        return tell(hand_in(path))
    except (ValueError, OSError) as error:
        return str(error)
