"""Which containment is there: the strongest tier of this machine, or none unless that was asked for."""

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from crmlib.grading.containment import bubblewrap, uncontained
from crmlib.grading.containment.job import Limits

Start = Callable[[Path, Limits], "subprocess.Popen[bytes]"]


@dataclass(frozen=True)
class Tier:
    """A way to run a submission, with a sentence on what it holds back."""

    name: str
    holds: str
    start: Start


BUBBLEWRAP = Tier(
    bubblewrap.NAME,
    "no network, no new processes, nothing to read but the course without keys, nothing to write but memory",
    bubblewrap.start,
)
UNCONTAINED = Tier(
    uncontained.NAME,
    "nothing: submissions run with your rights, on your files and your network",
    uncontained.start,
)


def choose_tier(*, allow_uncontained: bool = False) -> Tier:
    """Return the tier to use; raise ValueError if there is none and running without was not asked for."""
    if bubblewrap.is_available():
        return BUBBLEWRAP
    if allow_uncontained:
        return UNCONTAINED
    raise ValueError(
        "Submissions are programs of other people, and nothing on this machine can contain them. On "
        "Linux install "
        "bubblewrap (the package has that name); on other systems grade in a Linux machine or WSL. If "
        "you have "
        "read every submission and trust it, add --uncontained."
    )
