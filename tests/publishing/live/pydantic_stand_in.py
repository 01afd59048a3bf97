"""Stands for pydantic where a Pyodide for tests lacks it: builds the dataclasses of content.

It judges nothing beyond the choice between types: the content was checked before, by pydantic itself.
"""

import dataclasses
import json
import types
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints


class ValidationError(ValueError):
    """Asked for by the library; the content that reaches a browser has passed the tests."""


def ConfigDict(**options: Any) -> dict[str, Any]:
    """Take the options, none of which is needed to build."""
    return options


class TypeAdapter:
    """Builds values of one type from JSON."""

    def __init__(self, kind: Any, config: dict[str, Any] | None = None) -> None:
        self.kind = kind

    def validate_json(self, text: str) -> Any:
        """Return what the JSON describes."""
        return build(self.kind, json.loads(text))


def build(kind: Any, value: Any) -> Any:
    """Return a value of a type; ValueError if it is none."""
    origin, inside = get_origin(kind), get_args(kind)
    if kind is Any:
        return value
    if origin in (Union, types.UnionType):
        return _first_fit(inside, value)
    if origin is Literal:
        return _require(value, value in inside)
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        _require(value, isinstance(value, dict) and set(value) <= set(hints))
        return kind(**{key: build(hints[key], part) for key, part in value.items()})
    if origin is tuple:
        _require(value, isinstance(value, list))
        kinds = [inside[0]] * len(value) if inside[-1] is Ellipsis else inside
        return tuple(build(one, part) for one, part in zip(kinds, value, strict=True))
    if origin is dict:
        _require(value, isinstance(value, dict))
        return {build(inside[0], key): build(inside[1], part) for key, part in value.items()}
    if kind is float:
        return float(_require(value, isinstance(value, int | float) and not isinstance(value, bool)))
    return _require(value, value is None if kind in (None, type(None)) else type(value) is kind)


def _first_fit(kinds: tuple[Any, ...], value: Any) -> Any:
    for kind in kinds:
        try:
            return build(kind, value)
        except (TypeError, ValueError):
            continue
    raise ValueError(f"{value!r} fits none of {kinds}")


def _require(value: Any, fits: bool) -> Any:
    if not fits:
        raise ValueError(f"{value!r} does not fit")
    return value
