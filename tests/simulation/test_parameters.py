"""Every number of the world has a unit, a meaning and a source, is used, and cannot be changed."""

import re
from dataclasses import FrozenInstanceError, dataclass, fields, is_dataclass

import pytest

from crmlib.ground.files import COURSE
from crmlib.simulation.parameters import list_parameters, number
from crmlib.simulation.world.worlds import World

PARAMETERS = list(list_parameters(World()))


def read_code(firm: str) -> str:
    """The code that simulates one firm, or both."""
    folders = [firm] if firm in ("retail", "wholesale") else ["retail", "wholesale"]
    return "\n".join(
        path.read_text(encoding="utf-8")
        for folder in folders
        for path in (COURSE / "crmlib" / "simulation" / folder).glob("*.py")
    )


def list_groups(world):
    """The groups of numbers of a world, nested ones included."""
    parts = [getattr(world, field.name) for field in fields(world)]
    return [world, *(group for part in parts if is_dataclass(part) for group in list_groups(part))]


def test_every_number_has_a_name_of_its_own_and_says_what_it_is():
    assert len({parameter.name for parameter in PARAMETERS}) == len(PARAMETERS) > 250
    assert all(parameter.unit and parameter.meaning and parameter.source for parameter in PARAMETERS)


@pytest.mark.parametrize("firm", ["", "retail", "wholesale"])
def test_every_number_is_used_where_its_firm_is_simulated(firm):
    code = read_code(firm)
    names = [
        parameter.name for parameter in PARAMETERS if parameter.name.rpartition(".")[0].split(".")[0] == firm
    ]
    unused = [name for name in names if not re.search(rf"\.{name.split('.')[-1]}\b", code)]
    assert names and unused == []


@pytest.mark.parametrize("group", list_groups(World()), ids=lambda group: type(group).__name__)
def test_a_number_of_a_world_cannot_be_changed(group):
    with pytest.raises(FrozenInstanceError):
        setattr(group, fields(group)[0].name, 0)


def test_the_parameters_travel_with_the_firm(osmanthus):
    values = {parameter.name: parameter.value for parameter in osmanthus.parameters}
    assert values["seed"] == 2026 and values["retail.points.yuan_per_point"] == 10


@pytest.mark.parametrize("missing", [{"unit": ""}, {"meaning": ""}])
def test_a_number_without_unit_or_meaning_is_refused(missing):
    with pytest.raises(ValueError, match=r"unit and meaning must not be empty\. Write unit='1'"):
        number(1.0, **({"unit": "yuan", "meaning": "something"} | missing))


@pytest.mark.parametrize("wrong", [3, World])
def test_listing_the_numbers_of_something_else_is_refused(wrong):
    with pytest.raises(TypeError, match=r"expected a world \(a dataclass object\), found"):
        list(list_parameters(wrong))


def test_a_bare_number_in_a_world_is_refused():
    @dataclass(frozen=True)
    class Shop:
        visits: float = 0.6

    with pytest.raises(ValueError, match=r"Shop\.visits has no unit and meaning. Declare it by number"):
        list(list_parameters(Shop()))
