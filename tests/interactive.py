"""Which notebooks draw figures with sliders."""

import ast
from pathlib import Path

import nbformat

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted(path.name for path in (ROOT / "notebooks").glob("*.ipynb"))


def is_interactive(name: str) -> bool:
    """Tell whether a notebook draws a figure with sliders."""
    cells = nbformat.read(ROOT / "notebooks" / name, as_version=4).cells
    code = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    calls = (node.func for node in ast.walk(ast.parse(code)) if isinstance(node, ast.Call))
    return any(getattr(call, "id", getattr(call, "attr", "")).startswith("explore_") for call in calls)


INTERACTIVE = [name for name in NOTEBOOKS if is_interactive(name)]
