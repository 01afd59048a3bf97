"""Reading YAML strictly: every key is known, every value has its type, every text its translation.

A format is a frozen dataclass. `build` fills one from a YAML mapping; whatever does not fit is reported with
file, item, the key, what was expected and how to repair it.
"""

import dataclasses
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, reduce
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_origin, get_type_hints

import yaml

from crmlib.ground.spelling import list_valid

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")
# Where a value stands: the number of its entry, then keys and positions.
Place = tuple[Any, ...]
CHINESE = re.compile(r"[\u3400-\u9fff]")


class ContentError(ValueError):
    """A content file does not fit its format; the message names file, item, key, expectation and repair."""


@dataclass(frozen=True)
class Text:
    """One text in the two languages of the course.

    >>> Text(en="customer satisfaction", zh="客户满意").show("both")
    'customer satisfaction (客户满意)'
    """

    en: str
    zh: str

    def __post_init__(self) -> None:
        if not self.en.strip():
            raise ValueError("key 'en': the English text is empty. Write it.")
        if not CHINESE.search(self.zh) and re.search(r"[a-z]{2,}", self.zh + self.en):
            raise ValueError(
                f"key 'zh': expected the Chinese text, found {self.zh!r}. Translate {self.en!r}."
            )

    def show(self, language: str) -> str:
        """Return the text in "en", "zh" or "both" (English, Chinese in brackets)."""
        if language == "both":
            return f"{self.en} ({self.zh})"
        if language not in ("en", "zh"):
            raise ValueError(f"language is {language!r}. Choose 'en', 'zh' or 'both'.")
        return self.en if language == "en" else self.zh


# The loader written in C is about eight times as fast; PyYAML is sometimes installed without it.
_SafeLoader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _StrictLoader(_SafeLoader):  # type: ignore[misc, valid-type]
    """SafeLoader that refuses a key written twice (PyYAML would silently keep the last)."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Build the mapping; raise on a repeated key."""
        seen: set[str] = set()
        for key_node, _ in node.value:
            key = str(self.construct_object(key_node, deep=True))
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"key {key!r} is written twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep=deep)


def read_yaml(path: Path) -> Any:
    """Return what a YAML file holds, read safely.

    Raises ContentError if the file is missing, is not UTF-8, repeats a key or is not YAML.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise ContentError(
            f"{short(path)} is missing. docs/content_formats.md shows what goes into it."
        ) from None
    except UnicodeDecodeError:
        raise ContentError(f"{short(path)} is not UTF-8. Save it again with the encoding UTF-8.") from None
    try:
        data = yaml.load(text, Loader=_StrictLoader)
        json.dumps(data, default=str, skipkeys=True)  # refuses a list that holds itself
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # such as a day that no calendar has
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or " ".join(str(error).split()) or "cannot be read"
        raise ContentError(
            f"{short(path)}{place}: not valid YAML ({problem}). "
            "Usual causes: a text without quotes that holds a colon (or, inside braces, a comma or ?), "
            "or uneven indentation."
        ) from None
    return data


def short(path: Path) -> str:
    """Return the last two parts of a path: enough to find a content file wherever it is installed."""
    return "/".join(path.parts[-2:])


def build_all(
    kind: type[T], entries: Any, *, path: Path, key: str, label: str, by: str = "id"
) -> tuple[T, ...]:
    """Build one `kind` from each mapping in a list; report every problem, not only the first.

    `label` is the word for one entry in messages ("claim"), `by` the key that must be unique.
    """
    if not isinstance(entries, list) or not entries:
        raise ContentError(
            f"{short(path)}, key {key!r}: expected a list of entries, found {_describe(entries)}."
        )
    names = [
        str(entry.get(by, f"number {position}")) if isinstance(entry, dict) else f"number {position}"
        for position, entry in enumerate(entries, start=1)
    ]
    places = [f"{short(path)}, {label} {name!r}" for name in names]
    twice = [
        f"{place}: this {by} is used twice. Give the second entry its own {by}."
        for position, place in enumerate(places)
        if names[position] in names[:position]
    ]
    return _build(kind, entries, places, twice)


def build(kind: type[T], data: Any, *, where: str) -> T:
    """Fill the dataclass `kind` from a YAML mapping; `where` opens every message."""
    return _build(kind, [data], [where])[0]


@cache
def adapter(kind: Any) -> "TypeAdapter[Any]":
    """Return what builds a list of `kind` and knows its JSON Schema: no other keys, no other types."""
    from pydantic import ConfigDict, TypeAdapter

    config = ConfigDict(strict=True, extra="forbid", str_min_length=1)
    return TypeAdapter(tuple[kind, ...], config=config)


def _build(
    kind: Any, entries: list[Any], wheres: Sequence[str], problems: Sequence[str] = ()
) -> tuple[Any, ...]:
    """Build the entries; `wheres` opens the messages about each, `problems` are those already found."""
    from pydantic import ValidationError

    found: dict[Place, list[Any]] = {}
    try:
        # Read as JSON, lists become tuples, and a date without quotes is the text that it looks like.
        built = adapter(kind).validate_json(json.dumps(entries, default=str))
    except ValidationError as error:
        for one in error.errors(include_url=False):
            found.setdefault(_find_place(one, entries), []).append(one)
    deepest = [place for place in found if not any(place == other[: len(place)] != other for other in found)]
    problems = [*problems, *(wheres[at[0]] + _explain(kind, at, found[at], entries) for at in deepest)]
    if problems:
        raise ContentError("\n".join(problems))
    return built


def _find_place(error: Any, data: Any) -> Place:
    """Return where an error lies: keys and positions, without the names of the types that were tried."""
    place: list[Any] = []
    for step in error["loc"]:
        is_there = step in data if isinstance(data, dict) else isinstance(step, int)
        if is_there:
            data = data[step]
        if is_there or (error["type"] == "missing" and step == error["loc"][-1]):
            place.append(step)
    return tuple(place)


def _explain(kind: type, place: Place, errors: list[Any], entries: list[Any]) -> str:
    """Return what is wrong at a place in plain words; of several types that were tried, name all."""
    steps = "".join(
        f", entry {step + 1}" if isinstance(step, int) else f", key {step!r}" for step in place[1:]
    )
    by_type = {error["type"]: error for error in errors}
    if "value_error" in by_type:
        return f"{steps}, {by_type['value_error']['ctx']['error']}"
    if "missing" in by_type and place[-1] in ("en", "zh"):
        return f"{steps}: the translation is missing. Write both en: and zh:."
    if "missing" in by_type:
        return f"{steps}: the key is missing. Add it; docs/content_formats.md shows an example."
    if "unexpected_keyword_argument" in by_type:
        return f"{steps}: unknown key. {list_valid(place[-1], _list_keys(kind, place[1:-1]))}"
    value = reduce(lambda data, step: data[step], place, entries)
    if "literal_error" in by_type:
        options = re.split(", | or ", by_type["literal_error"]["ctx"]["expected"].replace("'", ""))
        return f"{steps}: found {value!r}. {list_valid(str(value), options)}"
    expected = [EXPECTED[name.partition("_")[0]] for name in by_type]
    words, repairs = " or ".join(word for word, _ in expected), " ".join(repair for _, repair in expected)
    return f"{steps}: expected {words}, found {_describe(value)}. {repairs}".rstrip()


# The type that a value does not have → what was expected in plain words, and the repair.
EXPECTED = {
    "string": ("text", "Put the value in quotes."),
    "int": ("a whole number", "Write digits without quotes."),
    "float": ("a number", "Write digits without quotes."),
    "bool": ("true or false", "Write true or false without quotes."),
    "tuple": ("a list", "Write it as [one, two]."),
    "dict": ("keys and values", ""),
    "dataclass": ("keys and values", ""),
}


def _list_keys(kind: Any, place: Place) -> list[str]:
    """Return the keys that a format has at a place; where several types may stand, those of all."""
    inside = get_args(kind)
    if dataclasses.is_dataclass(kind):
        hints = get_type_hints(kind)
        return _list_keys(hints.get(place[0]), place[1:]) if place else list(hints)
    if get_origin(kind) in (tuple, dict):
        return _list_keys(inside[get_origin(kind) is dict], place[1:])
    return [key for option in inside for key in _list_keys(option, place)]


def _describe(value: Any) -> str:
    """Return a value for a message: nothing, a list, or the value itself with its YAML type."""
    if value is None:
        return "nothing"
    if isinstance(value, list):
        return f"a list of {len(value)}"
    if isinstance(value, dict):
        return f"the keys {', '.join(map(str, value))}"
    if isinstance(value, str) and not value.strip():
        return "an empty text"
    words = {bool: "true/false", int: "number", float: "number", str: "text"}
    return f"the {words.get(type(value), type(value).__name__)} {value!r}"
