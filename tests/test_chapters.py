"""The map from chapters to modules is complete: a reader finds every module of the library in it."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest
from test_architecture import GROUND

import crmlib
from crmlib.classroom.formats.registry import CHAPTERS as STEMS

LIBRARY = Path(crmlib.__file__).parent
NOT_FOR_READING = {"__init__", "cli", "lab"}


def list_concept_modules():
    """Return the modules that students read: neither ground floor, nor commands, nor helpers."""
    stems = {path.stem for path in LIBRARY.glob("*.py")}
    return {stem for stem in stems - GROUND - NOT_FOR_READING if not stem.startswith("_")}


def test_chapters_of_the_map_are_chapters_of_the_course_in_their_order():
    assert list(crmlib.CHAPTERS) == [stem for stem in STEMS if stem in crmlib.CHAPTERS]


def test_every_concept_module_stands_in_one_chapter_of_the_map():
    listed = [module for modules in crmlib.CHAPTERS.values() for module in modules]
    concepts = [module for module in listed if module not in GROUND]
    assert sorted(concepts) == sorted(list_concept_modules()), (
        "Name each concept module in crmlib/__init__.py."
    )


@pytest.mark.parametrize("module", sorted({name for names in crmlib.CHAPTERS.values() for name in names}))
def test_module_of_the_map_can_be_imported_and_says_what_it_is_about(module):
    assert importlib.import_module(f"crmlib.{module}").__doc__


@pytest.mark.parametrize("module", ["crmlib.tables", "crmlib.datasets.loaders", "crmlib.charts.style"])
def test_ground_floor_costs_what_pandas_costs(module):
    """Import the module after pandas in a fresh interpreter: it takes a fraction of what pandas took."""
    code = (
        "import time; a = time.process_time(); import pandas; b = time.process_time(); "
        f"import {module}; c = time.process_time(); print((c - b) / (b - a))"
    )
    shares = [
        float(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
        for _ in range(3)
    ]
    assert min(shares) < 0.3
