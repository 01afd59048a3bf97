"""Reading YAML strictly: every key is known, every value has its type, every text its translation.

A format is a frozen dataclass. `build` fills one from a YAML mapping; whatever does not fit is reported with
file, item, the key, what was expected and how to repair it.
"""

import dataclasses
import re
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import yaml

from crmlib.ground.spelling import list_valid

T = TypeVar("T")
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
        return yaml.load(text, Loader=_StrictLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f", line {mark.line + 1}" if mark else ""
        problem = getattr(error, "problem", None) or "cannot be read"
        raise ContentError(
            f"{short(path)}{place}: not valid YAML ({problem}). "
            "Usual causes: a text without quotes that holds a colon (or, inside braces, a comma or ?), "
            "or uneven indentation."
        ) from None


def short(path: Path) -> str:
    """Return the last two parts of a path: enough to find a content file wherever it is installed."""
    return "/".join(path.parts[-2:])


def build_all(
    kind: type[T], entries: Any, *, path: Path, key: str, label: str, by: str = "id"
) -> tuple[T, ...]:
    """Build one `kind` from each mapping in a list; report every broken entry, not only the first.

    `label` is the word for one entry in messages ("claim"), `by` the key that must be unique.
    """
    if not isinstance(entries, list) or not entries:
        raise ContentError(
            f"{short(path)}, key {key!r}: expected a list of entries, found {describe(entries)}."
        )
    built: list[T] = []
    problems: list[str] = []
    seen: set[str] = set()
    for position, entry in enumerate(entries, start=1):
        name = str(entry.get(by, f"number {position}")) if isinstance(entry, dict) else f"number {position}"
        where = f"{short(path)}, {label} {name!r}"
        if name in seen:
            problems.append(f"{where}: this {by} is used twice. Give the second entry its own {by}.")
        seen.add(name)
        try:
            built.append(build(kind, entry, where=where))
        except ContentError as error:
            problems.append(str(error))
    if problems:
        raise ContentError("\n".join(problems))
    return tuple(built)


def build(kind: type[T], data: Any, *, where: str) -> T:
    """Fill the dataclass `kind` from a YAML mapping; `where` opens every message."""
    if not isinstance(data, Mapping):
        raise ContentError(f"{where}: expected keys and values, found {describe(data)}.")
    fields = {field.name: field for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    hints = get_type_hints(kind)
    for key in data:
        if key not in fields:
            raise ContentError(f"{where}, key {key!r}: unknown key. {list_valid(str(key), list(fields))}")
    values: dict[str, Any] = {}
    for name, field in fields.items():
        if name in data:
            values[name] = convert(data[name], hints[name], where=f"{where}, key {name!r}")
        elif field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING:
            raise ContentError(_missing(name, kind, where))
    try:
        return kind(**values)
    except ContentError:
        raise
    except ValueError as error:
        raise ContentError(f"{where}, {error}") from None


def _missing(name: str, kind: type, where: str) -> str:
    if kind is Text:
        return f"{where}, key {name!r}: the translation is missing. Write both en: and zh:."
    return f"{where}, key {name!r}: the key is missing. Add it; docs/content_formats.md shows an example."


def convert(value: Any, hint: Any, *, where: str) -> Any:
    """Return `value` as the type that the format asks for, or raise with what was expected and found."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _convert_union(value, get_args(hint), where=where)
    if origin is Literal:
        if value not in get_args(hint):
            raise ContentError(
                f"{where}: found {value!r}. {list_valid(str(value), [str(a) for a in get_args(hint)])}"
            )
        return value
    if origin is tuple:
        if not isinstance(value, list):
            raise ContentError(f"{where}: expected a list, found {describe(value)}. Write it as [one, two].")
        return tuple(
            convert(v, get_args(hint)[0], where=f"{where}, entry {i}") for i, v in enumerate(value, start=1)
        )
    if origin in (dict, Mapping):
        if not isinstance(value, dict):
            raise ContentError(f"{where}: expected keys and values, found {describe(value)}.")
        return {str(k): convert(v, get_args(hint)[1], where=f"{where}, key {k!r}") for k, v in value.items()}
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return build(hint, value, where=where)
    return _convert_plain(value, hint, where=where)


def _convert_union(value: Any, options: Sequence[Any], *, where: str) -> Any:
    """Take the first option of a union that fits; report the failure of the most likely one."""
    if value is None and type(None) in options:
        return None
    first_error: ContentError | None = None
    for option in sorted(options, key=lambda o: not _looks_like(value, o)):
        if option is not type(None):
            try:
                return convert(value, option, where=where)
            except ContentError as error:
                first_error = first_error or error
    raise first_error or ContentError(f"{where}: found {describe(value)}.")


def _looks_like(value: Any, option: Any) -> bool:
    if isinstance(value, dict):
        return dataclasses.is_dataclass(option) or get_origin(option) in (dict, Mapping)
    if isinstance(value, list):
        return get_origin(option) is tuple
    return isinstance(option, type) and isinstance(value, option)


_WORDS: dict[type, str] = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}
_REPAIRS: dict[type, str] = {
    str: "Put the value in quotes.",
    int: "Write digits without quotes.",
    float: "Write digits without quotes.",
    bool: "Write true or false without quotes.",
}


def _convert_plain(value: Any, hint: type, *, where: str) -> Any:
    accepts: Callable[[Any], bool] = {
        str: lambda v: isinstance(v, str) and bool(v.strip()),
        int: lambda v: isinstance(v, int) and not isinstance(v, bool),
        float: lambda v: isinstance(v, int | float) and not isinstance(v, bool),
        bool: lambda v: isinstance(v, bool),
    }[hint]
    if not accepts(value):
        raise ContentError(f"{where}: expected {_WORDS[hint]}, found {describe(value)}. {_REPAIRS[hint]}")
    return hint(value)


def describe(value: Any) -> str:
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
