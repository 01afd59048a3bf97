"""Draw the floors of the library from its imports: docs/images/architecture.svg.

    .venv/bin/python tools/draw_architecture.py

A test compares the picture with the imports, so that it stays true.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from html import escape
from pathlib import Path

import crmlib

ROOT = Path(__file__).resolve().parent.parent
LIBRARY = ROOT / "crmlib"
PICTURE = ROOT / "docs" / "images" / "architecture.svg"

# From the roof to the ground: the row and column of each package. The chapters stand in one frame, six in a
# row, since none of them knows another; an arrow of the frame is one of at least one chapter.
CHAPTERS = [name for packages in crmlib.CHAPTERS.values() for name in packages]
IN_A_ROW = 6
ROWS = -(-len(CHAPTERS) // IN_A_ROW)
FRAME = "chapters"
PLACES: dict[str, tuple[float, float]] = {
    "publishing": (0, 1),
    "grading": (0, 3.4),
    "classroom": (1, 2.5),
    FRAME: (2, 0),
    "trials": (2 + ROWS, 3.6),
    "customers": (3 + ROWS, 1.5),
    "estimates": (4 + ROWS, 1.5),
    "charts": (5 + ROWS, 0.2),
    "datasets": (5 + ROWS, 2.5),
    "imports": (5 + ROWS, 4),
    "simulation": (6 + ROWS, 2.2),
    "tables": (7 + ROWS, 2),
    "ground": (8 + ROWS, 2),
}
CORNERS = PLACES | {name: (2 + place // IN_A_ROW, place % IN_A_ROW) for place, name in enumerate(CHAPTERS)}
WORDS = {
    "publishing": "from text to executed notebook and slides",
    "grading": "hand out, collect, grade, feed back",
    "classroom": "claims, exercises, exam review, progress",
    "trials": "what chance decided",
    "customers": "what is known of a customer",
    "estimates": "how sure we are",
    "charts": "colours by meaning, sliders",
    "datasets": "loading the tables",
    "imports": "a shop's export becomes tables",
    "simulation": "the firms, and the truth behind them",
    "tables": "what a table holds, what is refused",
    "ground": "files, spelling, units",
}
BOX, GAP, HIGH, STEP, EDGE = 158, 14, 44, 84, 20
STYLE = """
  .page { fill: #ffffff } .box { fill: #eaf2f8; stroke: #0072b2 } .chapter { fill: #fdf1e3; stroke: #c04a00 }
  .frame { fill: none; stroke: #c04a00; stroke-dasharray: 4 3 }
  text { font-family: system-ui, sans-serif; font-size: 13px; fill: #1a1a1a }
  .small { font-size: 11px; fill: #555 }
  path { fill: none; stroke: #8a8a8a; stroke-width: 1.2 } marker path { fill: #8a8a8a; stroke: none }
  @media (prefers-color-scheme: dark) {
    .page { fill: #1b1b1b } .box { fill: #16303f } .chapter { fill: #3a2414 }
    text { fill: #eee } .small { fill: #aaa }
  }
"""


def list_files(package: str) -> list[Path]:
    """The modules of a package, subfolders included."""
    return sorted((LIBRARY / package).rglob("*.py"))


def read_imports(path: Path) -> Iterator[str]:
    """The packages of the library that a module imports, anywhere in it."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "crmlib":
            parts = (node.module or "").split(".")
            yield from [parts[1]] if len(parts) > 1 else [alias.name for alias in node.names]
        elif isinstance(node, ast.Import):
            yield from (one.name.split(".")[1] for one in node.names if one.name.startswith("crmlib."))


def find_arrows() -> dict[str, set[str]]:
    """Package → the packages that it imports; commands are left out, for they may import all."""
    found: dict[str, set[str]] = {}
    for package in PLACES:
        folders = CHAPTERS if package == FRAME else [package]
        files = [path for folder in folders for path in list_files(folder) if path.stem != "command"]
        names = {FRAME if name in CHAPTERS else name for path in files for name in read_imports(path)}
        found[package] = names & set(PLACES) - {package}
    return found


def drop_implied(arrows: dict[str, set[str]]) -> dict[str, set[str]]:
    """The arrows that do not follow from two others."""

    reached: dict[str, set[str]] = {}
    for name in reversed(arrows):  # from the ground up: what lies below is known already
        reached[name] = arrows[name].union(*(reached[one] for one in arrows[name] if one in reached))
    return {
        name: {one for one in targets if not any(one in reached[other] for other in targets - {one})}
        for name, targets in arrows.items()
    }


def draw() -> str:
    """The picture as SVG text."""
    arrows = drop_implied(find_arrows())
    width = 2 * EDGE + IN_A_ROW * (BOX + GAP) - GAP
    height = round(2 * EDGE + max(row for row, _ in PLACES.values()) * STEP + HIGH)
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">',
        "<title>The floors of crmlib</title>",
        f"<desc>{escape('; '.join(describe(arrows)))}</desc>",
        f"<style>{STYLE}</style>",
        '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto"><path d="M0 0L8 4L0 8z"/></marker></defs>',
        f'<rect class="page" width="{width}" height="{height}"/>',
    ]
    lines += [draw_arrow(name, target) for name, targets in arrows.items() for target in sorted(targets)]
    lines += [draw_frame(), *(draw_box(name) for name in CORNERS if name != FRAME)]
    return "\n".join([*lines, "</svg>", ""])


def describe(arrows: dict[str, set[str]]) -> list[str]:
    """The arrows in words, for readers who do not see them."""
    return [f"{name} imports {', '.join(sorted(targets))}" for name, targets in arrows.items() if targets]


def find_corner(name: str) -> tuple[float, float]:
    """The upper left corner of a box."""
    row, column = CORNERS[name]
    return EDGE + column * (BOX + GAP), EDGE + row * STEP


def draw_frame() -> str:
    """What holds the chapters together."""
    x, y = find_corner(FRAME)
    wide, high = IN_A_ROW * (BOX + GAP) - GAP, (ROWS - 1) * STEP + HIGH
    place = f'x="{x - 8:.0f}" y="{y - 8:.0f}" width="{wide + 16}" height="{high + 16}"'
    return f'<rect class="frame" {place} rx="8"/>'


def draw_box(name: str) -> str:
    """One package, the number of its modules, and beside it what it is about."""
    x, y = find_corner(name)
    modules = sum(path.stem != "__init__" for path in list_files(name))
    middle = f'x="{x + BOX / 2:.0f}" text-anchor="middle"'
    lines = [
        f'<rect class="{"chapter" if name in CHAPTERS else "box"}" x="{x:.0f}" y="{y:.0f}" width="{BOX}" '
        f'height="{HIGH}" rx="6"/>',
        f'<text {middle} y="{y + 19:.0f}">{name}</text>',
        f'<text class="small" {middle} y="{y + 35:.0f}">{modules} modules</text>',
    ]
    if name in WORDS:
        words = escape(WORDS[name])
        lines.append(f'<text class="small" x="{x + BOX + 8:.0f}" y="{y + 27:.0f}">{words}</text>')
    return "".join(lines)


def draw_arrow(start: str, end: str) -> str:
    """A curve from the foot of one box to the head of another."""
    (x0, y0), (x1, y1) = find_corner(start), find_corner(end)
    x0, y0, x1, y1 = x0 + BOX / 2, y0 + HIGH, x1 + BOX / 2, y1 - 3
    if start == FRAME:
        x0, y0 = x1, y0 + (ROWS - 1) * STEP + 8
    if end == FRAME:
        x1, y1 = x0, y1 - 8
    middle = y0 + (y1 - y0) * (0.5 if y1 - y0 < STEP else 0.7)
    return (
        f'<path marker-end="url(#tip)" d="M{x0:.0f} {y0:.0f}'
        f'C{x0:.0f} {middle:.0f} {x1:.0f} {middle:.0f} {x1:.0f} {y1:.0f}"/>'
    )


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8", newline="\n")
    print(f"Wrote {PICTURE.relative_to(ROOT)}.")
