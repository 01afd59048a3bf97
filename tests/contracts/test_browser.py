"""Python in a web page counts in 32 bits: what numpy counts by must be of that width there, too."""

import ast
from pathlib import Path

import crmlib

LIBRARY = Path(crmlib.__file__).parent
# What gives numbers of the width that numpy counts by.
SAFE = ("np.intp", "return_inverse=True", "factorize(", "searchsorted(")


def find_counting(path):
    """Yield the functions of a module that count by numbers, each with its text."""
    text = path.read_text(encoding="utf-8")
    for node in ast.parse(text).body:
        words = ast.get_source_segment(text, node)
        if isinstance(node, ast.FunctionDef) and "np.bincount(" in words:
            yield f"{path.relative_to(LIBRARY).as_posix()}: {node.name}", words


def test_every_count_outside_the_simulation_is_by_numbers_of_the_right_width():
    files = [path for path in LIBRARY.rglob("*.py") if "simulation" not in path.parts]
    found = dict(pair for path in files for pair in find_counting(path))
    assert len(found) > 4
    unsafe = [name for name, words in found.items() if not any(sign in words for sign in SAFE)]
    assert unsafe == [], "np.bincount(codes.astype(np.intp, copy=False)) counts in a web page, too."
