"""Reading a notebook that anybody may have written: only its texts are taken, and nothing of it is run."""

import json
from typing import Any

from crmlib.grading.exchange.clicked import fill_in, find_on_page
from crmlib.grading.exchange.hand_out import source_of

MOST_SOURCE = 400_000
MOST_CELLS = 2_000


class Unreadable(ValueError):
    """The bytes are no notebook; the message says why."""


def read_notebook(content: bytes) -> dict[str, Any]:
    """Return a notebook as plain data, with a list of cells and a mapping of metadata.

    Raises Unreadable for what is empty, no JSON, or of another shape.
    """
    if not content.strip():
        raise Unreadable("the file is empty")
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Unreadable("the file is damaged: it is no notebook") from None
    if not isinstance(data, dict) or not isinstance(data.get("cells"), list):
        raise Unreadable("the file is no notebook: it has no cells")
    if len(data["cells"]) > MOST_CELLS:
        raise Unreadable(f"the notebook has {len(data['cells'])} cells, more than {MOST_CELLS}")
    metadata = data.get("metadata")
    data["metadata"] = metadata if isinstance(metadata, dict) else {}
    own = data["metadata"].get("crm_course", {})
    if not isinstance(own, dict):
        data["metadata"]["crm_course"] = {}
    return data


def code_cells(data: dict[str, Any]) -> list[str]:
    """Return the code of a notebook, a text a cell, with the answers that were clicked below it.

    What is no text is left out.

    Raises Unreadable if there is more of it than anybody types.
    """
    cells = [cell for cell in data["cells"] if isinstance(cell, dict) and cell.get("cell_type") == "code"]
    sources = [_text(cell) for cell in cells]
    if sum(map(len, sources)) > MOST_SOURCE:
        raise Unreadable(f"the notebook holds more than {MOST_SOURCE:,} characters of code")
    return [source for source in sources if source.strip()]


def _text(cell: dict[str, Any]) -> str:
    try:
        source = source_of(cell)
    except TypeError:
        return ""
    return fill_in(source.encode("utf-8", "replace").decode(), find_on_page(cell))
