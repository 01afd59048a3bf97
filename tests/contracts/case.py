"""One call in one kind of weather, and what came of it where the call itself can tell."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


class Came(str):
    """What came of a case, told by the case itself: "refused", "answered", "same", or a fault and why."""

    said = ""

    @classmethod
    def as_told(cls, verdict: str, said: object = "") -> Came:
        """A verdict with what was said."""
        came = cls(verdict)
        came.said = str(said)
        return came


@dataclass(frozen=True)
class Case:
    """One call in one kind of weather. allowed: refuse (no answer), same (the plain answer) or any."""

    package: str
    call: str
    place: str
    kind: str
    run: Callable[[], Any]
    allowed: str
    words: tuple[str, ...]

    @property
    def id(self) -> str:
        """The case in a few words, the same on every run."""
        return f"{self.package}-{self.call}-{self.place}-{self.kind}"


class Unsuitable(Exception):
    """A column cannot be kept this way at all, such as words as decimals."""
