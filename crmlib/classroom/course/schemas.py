"""The formats of the content files as JSON Schemas: an editor that knows them completes the keys."""

import json
from pathlib import Path
from typing import Any

from crmlib.classroom.answers.questions import Exercise
from crmlib.classroom.claims.claims import Claim
from crmlib.classroom.exam.items import ExamItem
from crmlib.classroom.formats.chapters import ChapterInfo
from crmlib.classroom.formats.glossary import Term
from crmlib.classroom.formats.lecture import Section
from crmlib.classroom.formats.recall import RecallQuestion
from crmlib.classroom.formats.schema import adapter
from crmlib.classroom.review.content import Formula, KindGuide, ListGroup
from crmlib.ground.files import write_file

# File → what it holds, and the key above the list of these; none if the file holds one of them.
FORMATS: dict[str, tuple[type, str | None]] = {
    "chapter": (ChapterInfo, None),
    "claims": (Claim, "claims"),
    "recall": (RecallQuestion, "questions"),
    "checks": (Exercise, None),
    "exam": (ExamItem, "items"),
    "glossary": (Term, "terms"),
    "lecture": (Section, "sections"),
    "kinds": (KindGuide, "kinds"),
    "lists": (ListGroup, "groups"),
    "formulas": (Formula, "formulas"),
}


def describe_format(name: str) -> dict[str, Any]:
    """Return the JSON Schema of a content file.

    >>> describe_format("glossary")["required"]
    ['terms']
    """
    kind, key = FORMATS[name]
    entries = adapter(kind).json_schema()
    shared = entries.pop("$defs")
    for part in shared.values():
        part["description"] = part["description"].partition("\n")[0]
    file = entries["items"] if key is None else _list_under(key, entries)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{name}.yaml",
        **file,
        "$defs": shared,
    }


def _list_under(key: str, entries: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": {key: entries}, "required": [key], "additionalProperties": False}


def write_schemas(folder: Path) -> list[Path]:
    """Write the schema of every format into a folder, over those of an earlier time, and return the paths."""
    paths = []
    for name in FORMATS:
        paths.append(folder / f"{name}.schema.json")
        write_file(paths[-1], json.dumps(describe_format(name), ensure_ascii=False, indent=1) + "\n")
    return paths
