"""A course of one chapter and one exercise in a temporary folder, to try the publishing on."""

import copy
import json
from pathlib import Path

import nbformat

from crmlib.publishing.course import Course, Pair
from crmlib.publishing.files import parse_text

# A PNG file of one grey point, with a remark that names the program.
PICTURE = (
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000b74455874536f6674"
    "77617265007831ff4a8dbf0000000a49444154789c636000000002000148afa4710000000049454e44ae426082"
)

QUIET = {"say": lambda line: None}

CHAPTER = """\
+++ {"slideshow": {"slide_type": "slide"}}

# A small chapter

Ten customers were asked, and ?<!-- = 4 + 4 --> of them were satisfied. What share will still be there after a
year? Write a number down before you read on; it is easy to be wrong here, and useful as well.

```{code-cell}
share_left = {True: 2 / 8, False: 2 / 2}
share_left
```

Of the satisfied, ? %<!-- = share_left[True] --> left. Read along the rows of the table, not down its columns.

| group | left |
|---|---|
| satisfied | ?.? %<!-- = share_left[True] --> |
| not satisfied | ? %<!-- = share_left[False] \\| percent --> |

> ### Between ? and ? %<!-- = share_left[False] -->

```{code-cell}
from base64 import b64encode

from IPython.display import display

picture = b64encode(bytes.fromhex("PICTURE")).decode()
alt = "One point."
display({"image/png": picture, "text/plain": alt}, metadata={"image/png": {"alt": alt}}, raw=True)
```

The point is grey. See [the beginning](#A-small-chapter).
""".replace("PICTURE", PICTURE)

EXERCISE = """\
# A small exercise

Compute the share of the satisfied among ten customers, of whom eight were satisfied. The first step is done
for you; fill in the second one and run the cell.

```{code-cell}
:tags: [solution]

satisfied, asked = 8, 10
share = satisfied / asked  # blank
```

The solution is 80 %<!-- = share -->, as it should be for eight customers of ten, and nobody is surprised.

+++ {"tags": ["solution-only"]}

Only teachers read this.
"""


def write_course(root: Path, *, chapter: str = CHAPTER, exercise: str | None = None) -> Course:
    """Write texts into a folder laid out like the course, and return it."""
    texts = {"chapters/01_small.md": chapter}
    if exercise is not None:
        texts["exercises/01_small.md"] = exercise
    for name, text in texts.items():
        path = root / "sources" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return Course(root)


def chapter_of(course: Course) -> Pair:
    """Return the pair of the small chapter."""
    return next(pair for pair in course.find_pairs() if pair.student is None)


def exercise_of(course: Course) -> Pair:
    """Return the pair of the small exercise."""
    return next(pair for pair in course.find_pairs() if pair.student is not None)


def read_bytes(root: Path) -> dict[str, bytes]:
    """Return the content of every text and notebook below a folder."""
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in sorted(root.rglob("*"))
        if path.suffix in (".md", ".ipynb")
    }


def edit(path: Path, old: str, new: str) -> None:
    """Replace words in a file; they must be there."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {path.name}"
    path.write_text(text.replace(old, new), encoding="utf-8", newline="\n")


def edit_cell(path: Path, old: str, new: str) -> None:
    """Replace words in the cells of a notebook file, as an editor without jupytext would."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    hits = 0
    for cell in notebook["cells"]:
        for number, line in enumerate(cell["source"]):
            hits += old in line
            cell["source"][number] = line.replace(old, new)
    assert hits, f"{old!r} is in no cell of {path.name}"
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8", newline="\n")


def read_cells(text: str):
    """Return the notebook that a MyST Markdown text describes, without outputs."""
    return parse_text(text, name="text")


def make_notebook(*cells):
    """Return an executed notebook; a cell is Markdown text, or a pair of code and a list of outputs."""
    made, count = [], 0
    for cell in cells:
        if isinstance(cell, str):
            made.append(nbformat.v4.new_markdown_cell(cell))
            continue
        count += 1
        code, outputs = cell
        made.append(nbformat.v4.new_code_cell(code, outputs=copy.deepcopy(outputs), execution_count=count))
    return nbformat.v4.new_notebook(cells=made)


def picture(*, alt: str | None, text: str, data: str = "iVBORw0KGgo="):
    """Return an output that shows a PNG picture."""
    metadata = {} if alt is None else {"image/png": {"alt": alt}}
    return nbformat.v4.new_output(
        "display_data", data={"image/png": data, "text/plain": text}, metadata=metadata
    )


def words(problems) -> str:
    """All messages of some problems."""
    return "\n".join(map(str, problems))


def stream(text: str, name: str = "stdout"):
    """An output that was printed."""
    return nbformat.v4.new_output("stream", name=name, text=text)


def html(text: str):
    """An output in HTML."""
    return nbformat.v4.new_output("display_data", data={"text/html": text, "text/plain": "a table"})
