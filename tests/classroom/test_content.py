"""The content of every chapter: files are sound, answers pass, mistakes are told apart on several firms."""

import os
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import pytest
import yaml

from crmlib.classroom.claims.ledger import collect_mentions, list_claims, render_ledger
from crmlib.classroom.course.audit import find_computed_problems, find_problems
from crmlib.classroom.formats.chapters import chapter_stems
from crmlib.classroom.formats.registry import CONTENT
from crmlib.datasets.loaders import load_firm
from crmlib.simulation import simulate
from crmlib.simulation.world.worlds import World

ROOT = Path(__file__).parents[2]
# A student's own variant: the same world from another seed. No exercise may be right on one seed only.
OTHER_SEED = 7


@cache
def other_firm() -> SimpleNamespace:
    """Return the firm of the other seed, generated once; its tables are attributes."""
    return SimpleNamespace(**simulate(replace(World(), seed=OTHER_SEED)).tables)


@pytest.fixture(autouse=True)
def real_content():
    """Make sure that the committed content is tested."""
    assert "CRM_CONTENT" not in os.environ


def test_at_least_one_chapter_has_content():
    assert "04_satisfaction_and_loyalty" in chapter_stems()
    assert {path.name for path in CONTENT.iterdir() if path.is_dir()} == set(chapter_stems())


@pytest.mark.parametrize("stem", chapter_stems())
def test_the_files_of_a_chapter_are_sound(stem):
    assert find_problems(stem) == []


@pytest.mark.parametrize("stem", chapter_stems())
def test_the_files_of_a_chapter_read_the_same_without_the_fast_loader(stem):
    """PyYAML comes without libyaml on some machines, and its own parser is stricter."""
    for path in sorted((CONTENT / stem).glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        fast = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        assert yaml.load(text, yaml.SafeLoader) == yaml.load(text, fast)


@pytest.mark.parametrize("stem", chapter_stems())
def test_answers_pass_and_mistakes_are_recognised_on_the_committed_firm(stem):
    assert find_computed_problems(stem, load_firm()) == []


@pytest.mark.slow
@pytest.mark.parametrize("stem", chapter_stems())
def test_answers_pass_and_mistakes_are_recognised_on_another_firm(stem):
    assert find_computed_problems(stem, other_firm()) == []


def test_the_ledger_of_claims_says_what_the_notebooks_say():
    text = render_ledger(list_claims(ROOT / "notebooks"), mentions=collect_mentions(ROOT / "notebooks"))
    stored = (ROOT / "docs" / "claims.md").read_text(encoding="utf-8")
    assert stored == text, "docs/claims.md is out of date. Run: crm claims"
