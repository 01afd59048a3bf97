"""The ledger says what the executed notebooks judged, which claims wait, and which figures nobody judges."""

import json
import math

import pytest

from crmlib.classroom.claims.claims import judge_claim, load_claims
from crmlib.classroom.claims.ledger import CLAIM_DATA, claim_data, collect_verdicts, write_claims_report
from tests.classroom.calls import STEM, write_examples

NOTEBOOK = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": []}


@pytest.fixture
def executed(tmp_path, monkeypatch):
    """Return a folder with an executed notebook that judged one of the two documented claims."""
    write_examples(tmp_path / "content")
    monkeypatch.setenv("CRM_CONTENT", str(tmp_path / "content"))
    claim = load_claims(STEM)["H-03"]
    verdict = judge_claim(claim, measured=0.2381234567, low=0.22, high=math.inf, variants={"town": 0.1})
    output = {
        "output_type": "display_data",
        "metadata": {},
        "data": {CLAIM_DATA: claim_data(STEM, claim, verdict)},
    }
    cell = {
        "cell_type": "code",
        "source": ["# see N-49\n", "judge()"],
        "metadata": {},
        "execution_count": 1,
        "outputs": [output],
    }
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    path = notebooks / f"{STEM}.ipynb"
    path.write_text(json.dumps(NOTEBOOK | {"cells": [cell]}, allow_nan=False), encoding="utf-8")
    return notebooks


def test_what_a_notebook_judged_is_read_back_unchanged(executed):
    (verdict,) = collect_verdicts(executed).values()
    assert (verdict.outcome, verdict.measured, verdict.low, verdict.high) == (
        "depends",
        0.238123,
        0.22,
        math.inf,
    )
    assert verdict.variants == (("town", 0.1),)


def test_the_ledger_lists_judged_claims_open_claims_and_uncovered_figures(executed, tmp_path):
    path = tmp_path / "docs" / "claims.md"
    rows = write_claims_report(path, notebooks=executed)
    text = path.read_text(encoding="utf-8")
    assert [row.claim.id for row in rows] == ["H-03", "H-16.direction"]
    assert "2 claims: 0 holds, 0 fails, 1 depends, 1 not judged" in text
    assert "| H-03, N-48 |" in text and "24 % (22 to no limit)" in text
    assert "| H-16.direction |" in text and "| - | not judged |" in text
    assert "- N-49 (H-03): 30 to 40 %, satisfied customers who choose the same product once more" in text
    assert f"once more; used in {STEM}" in text
    assert "- N-41 (G-08): fewer than 4, people waiting at a till; used nowhere yet" in text
    assert "N-48 (H-03)" not in text.split("without a claim")[1]
