"""What is to be run, within which limits, and what came of it."""

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Limits:
    """Bounds for one submission.

    Seconds are those of the processor, so that a busy machine is nobody's fault: for a cell, and for one
    start; `wall_seconds` bounds what waits and does not work. Then starts, and MB of memory, files, answers.
    """

    cell_seconds: float = 30.0
    seconds: int = 60
    wall_seconds: float = 300.0
    starts: int = 4
    memory_mb: int = 3_000
    disk_mb: int = 200
    told_mb: int = 8

    def of_system(self) -> dict[str, int]:
        """Return the bounds that the system holds, by the names of the module resource."""
        return {
            "RLIMIT_AS": self.memory_mb * 1_000_000,
            "RLIMIT_FSIZE": self.disk_mb * 1_000_000,
            "RLIMIT_CPU": self.seconds,
            "RLIMIT_CORE": 0,
        }


@dataclass(frozen=True)
class Job:
    """One submission to run. `names` maps each question to the name that the exercise gives to its answer.

    `opening` are the exercise's own first cells, for a submission that has lost them. `seed` None is the
    course's own firm.
    """

    stem: str
    seed: int | None
    cells: tuple[str, ...]
    names: dict[str, str]
    opening: tuple[str, ...] = ()


@dataclass
class Ran:
    """What came of a job: the plain answer to each question, remarks, cells that failed, seconds, memory."""

    answers: dict[str, list[Any]] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)
    failed: dict[int, str] = field(default_factory=dict)
    seconds: float = 0.0
    memory_mb: float = 0.0

    def note(self, remark: str) -> None:
        """Add a remark, once."""
        if remark not in self.remarks:
            self.remarks.append(remark)
