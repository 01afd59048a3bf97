"""How a world states its numbers, what a simulation returns, and how it tells how far it is.

A parameter of the firm is never a bare number in the code: it is a field of a frozen dataclass, made by
`number`, that carries its unit, its meaning and, where there is one, the source it was taken from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, NamedTuple

import pandas as pd

DESIGN = "design choice"
Progress = Callable[[float, str], None]  # share done (0 to 1), and a few words


def number(default: Any, *, unit: str, meaning: str, source: str = DESIGN) -> Any:
    """Declare a parameter of a world: its value, unit, what it says about customers, and where it comes from.

    default: a number, text, or tuple of numbers (one for each level named in the meaning).
    Raises ValueError if the unit or the meaning is empty; a number without unit is written as unit "1".

    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Shop:
    ...     visits: float = number(0.6, unit="visits per month", meaning="mean purchase rate of a member")
    >>> [(parameter.name, parameter.value, parameter.unit) for parameter in list_parameters(Shop())]
    [('visits', 0.6, 'visits per month')]
    """
    if not unit or not meaning:
        raise ValueError("number: unit and meaning must not be empty. Write unit='1' for a pure number.")
    return field(default=default, metadata={"unit": unit, "meaning": meaning, "source": source})


class Parameter(NamedTuple):
    """One number of a world, ready to be listed."""

    name: str
    value: Any
    unit: str
    meaning: str
    source: str


def list_parameters(world: Any, *, prefix: str = "") -> Iterator[Parameter]:
    """Every number behind the firm, nested worlds included, with unit, meaning and source.

    A number of a nested world has a name such as ``wholesale.accounts.segment_sizes``.
    world: a frozen dataclass whose fields are made by `number` or are such dataclasses themselves.
    Raises TypeError for anything else, and ValueError for a field without unit and meaning.
    """
    if not is_dataclass(world) or isinstance(world, type):
        raise TypeError(f"list_parameters: expected a world (a dataclass object), found {world!r}.")
    for item in fields(world):
        value = getattr(world, item.name)
        name = f"{prefix}{item.name}"
        if is_dataclass(value):
            yield from list_parameters(value, prefix=f"{name}.")
        elif "unit" not in item.metadata:
            raise ValueError(
                f"{type(world).__name__}.{item.name} has no unit and meaning. Declare it by number(...)."
            )
        else:
            yield Parameter(name, value, **item.metadata)


@dataclass(frozen=True)
class Simulated:
    """A simulated firm: what it can see of its customers, and what is true of them.

    tables: table name → frame as in the dictionary. truth: name without the prefix ``truth.`` → frame.
    parameters: the numbers that made it.
    """

    tables: Mapping[str, pd.DataFrame]
    truth: Mapping[str, pd.DataFrame]
    parameters: tuple[Parameter, ...] = ()
