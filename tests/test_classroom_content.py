"""The content of every chapter: files are sound, answers pass, mistakes are told apart on several firms."""

import os
from dataclasses import replace
from functools import cache

import pytest

from crmlib.classroom.audit import find_computed_problems, find_problems
from crmlib.classroom.content import CONTENT, chapter_stems
from crmlib.datasets import load_firm
from crmlib.simulation import simulate_retail
from crmlib.simulation.world import World

# A smaller firm of another seed, so that no exercise is right by accident on the committed data only.
OTHER_SEED = 7
OTHER_MEMBERS = 4_000


class SmallFirm:
    """A simulated firm whose tables are attributes, as those of the committed one."""

    def __init__(self, seed: int) -> None:
        self.tables = simulate_retail(replace(World(), seed=seed, members=OTHER_MEMBERS)).tables

    def __getattr__(self, name: str):
        try:
            return self.__dict__["tables"][name]
        except KeyError:
            raise AttributeError(f"The small firm has no table {name!r}.") from None


@cache
def small_firm() -> SmallFirm:
    """Return the other firm, generated once."""
    return SmallFirm(OTHER_SEED)


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
def test_answers_pass_and_mistakes_are_recognised_on_the_committed_firm(stem):
    assert find_computed_problems(stem, load_firm()) == []


@pytest.mark.slow
@pytest.mark.parametrize("stem", chapter_stems())
def test_answers_pass_and_mistakes_are_recognised_on_another_firm(stem):
    assert find_computed_problems(stem, small_firm()) == []
