"""A notebook of a few cells, for the tests of what the course covers."""

import json


def write_notebook(path, cells):
    """Write a notebook of (kind, source) pairs; code cells may bring the Markdown that they show."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = [
        {
            "cell_type": kind,
            "source": source.splitlines(keepends=True),
            "outputs": [{"data": {"text/markdown": text}} for text in shown],
        }
        for kind, source, *shown in cells
    ]
    path.write_text(json.dumps({"cells": made}), encoding="utf-8")
