"""What students can reach: few names, each with one address, each used in the course or named as an extra."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

import crmlib
from tests.contracts.packages import CHAPTERS, READ, list_modules

ROOT = Path(__file__).parents[2]
MOST_NAMES = 420
PUBLIC = {package: importlib.import_module(f"crmlib.{package}").__all__ for package in READ}
# What a reader sees of the course: texts, and the questions and claims behind them.
TEXTS = [*ROOT.glob("sources/**/*.md"), *ROOT.glob("crmlib/classroom/content/*/*.yaml")]
WORDS = set(re.findall(r"\w+", "\n".join(path.read_text(encoding="utf-8") for path in TEXTS)))


def test_students_meet_few_names():
    count = sum(len(names) for names in PUBLIC.values())
    assert count <= MOST_NAMES, f"{count} public names in {len(PUBLIC)} packages"


def test_each_name_has_one_address():
    addresses: dict[str, list[str]] = {}
    for package, names in PUBLIC.items():
        for name in names:
            addresses.setdefault(name, []).append(package)
    assert {name: places for name, places in addresses.items() if len(places) > 1} == {}


@pytest.mark.parametrize("package", READ)
def test_a_package_offers_what_its_own_modules_define(package):
    defined = {name for module in list_modules(package) for name in vars(module)}
    foreign = [
        name
        for name in PUBLIC[package]
        if name not in defined
        or not getattr(getattr(crmlib_package(package), name), "__module__", f"crmlib.{package}.").startswith(
            f"crmlib.{package}."
        )
    ]
    assert foreign == []


def crmlib_package(package: str):
    """A package of the library."""
    return importlib.import_module(f"crmlib.{package}")


@pytest.mark.parametrize("package", READ)
def test_each_name_is_used_in_the_course_or_named_as_an_extra(package):
    extras = set(re.findall(r"`(\w+)", crmlib_package(package).__doc__ or ""))
    loaders = {name for name in PUBLIC[package] if name.startswith("load_")}
    assert [name for name in PUBLIC[package] if name not in WORDS | extras | loaders] == []


@pytest.mark.parametrize("package", READ)
def test_the_table_of_contents_names_every_module(package):
    text = crmlib_package(package).__doc__ or ""
    missing = [
        name for module in list_modules(package) if (name := module.__name__.split(".")[-1]) not in text
    ]
    assert missing == []


def test_the_chapters_of_the_course_are_those_with_packages():
    assert set(CHAPTERS) <= {path.name for path in Path(crmlib.__file__).parent.iterdir() if path.is_dir()}
