"""Two times: on the wall, which a reader waits, and of the processor, which no other program can lengthen."""

from __future__ import annotations

import time
from typing import NamedTuple


class Seconds(NamedTuple):
    """How long something took."""

    wall: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.wall:.1f} s ({self.cpu:.1f} of processor)"


class Clock:
    """Counts from its making, or from the last reading."""

    def __init__(self) -> None:
        self.last = Seconds(time.perf_counter(), time.process_time())

    def read(self) -> Seconds:
        """The time that has passed; then the clock starts again."""
        now = Seconds(time.perf_counter(), time.process_time())
        passed = Seconds(now.wall - self.last.wall, now.cpu - self.last.cpu)
        self.last = now
        return passed
