"""Which containment is there: the strongest tier of this machine, or none unless that was asked for."""

import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from crmlib.grading.containment import bubblewrap, container, uncontained, view, wasi
from crmlib.grading.containment.job import Limits
from crmlib.ground.files import COURSE

Start = Callable[[Path, Limits], "subprocess.Popen[bytes]"]


@dataclass(frozen=True)
class Tier:
    """A way to run a submission: what it holds back, and where the program finds the course."""

    name: str
    holds: str
    start: Start
    is_available: Callable[[], bool]
    course: str = str(COURSE)


BUBBLEWRAP = Tier(
    bubblewrap.NAME,
    "no network, no new processes, nothing to read but the course without keys, nothing to write but memory",
    bubblewrap.start,
    bubblewrap.is_available,
)
CONTAINER = Tier(
    container.NAME,
    f"no network, at most {container.PROCESSES} processes, nothing to read but the image and the course "
    "without keys, nothing to write but memory",
    container.start,
    container.is_available,
    view.INSIDE,
)
WASI = Tier(
    wasi.NAME,
    "no network, no processes, nothing to read but the course without keys, nothing to write "
    "but a bounded folder",
    wasi.start,
    wasi.is_available,
    view.INSIDE,
)
UNCONTAINED = Tier(
    uncontained.NAME,
    "nothing: submissions run with your rights, on your files and your network",
    uncontained.start,
    lambda: True,
)
CONTAINED = (BUBBLEWRAP, CONTAINER, WASI)


def choose_tier(name: str | None = None, *, allow_uncontained: bool = False) -> Tier:
    """Return the tier to use: the named one, else the first that is there.

    Raises ValueError if it is not there, or none is and running without was not asked for.
    """
    wanted = [tier for tier in CONTAINED if name in (None, tier.name)]
    if not wanted:
        raise ValueError(f"There is no tier {name!r}; there are {', '.join(one.name for one in CONTAINED)}.")
    for tier in wanted:
        if tier.is_available():
            return tier
    if name is None and allow_uncontained:
        return UNCONTAINED
    missing = "nothing" if name is None else f"no {name}"
    raise ValueError(
        f"Submissions are programs of other people, and {missing} is there on this machine to contain them. "
        "On Linux install bubblewrap (the package has that name). On Windows and macOS run `python "
        "tools/prepare.py grading`, or build the image of deploy/grading with Docker or Podman. If you have "
        "read every submission and trust it, add --uncontained."
    )
