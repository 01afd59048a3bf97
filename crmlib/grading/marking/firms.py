"""Making the firms of a class before they are needed: each takes some seconds, and is then kept."""

import contextlib
import io
import os
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

from crmlib.datasets.storage import find_firm


def make_firms(
    seeds: Iterable[int], *, workers: int | None = None, say: Callable[[str], None] = print
) -> None:
    """Simulate the firms of some seeds on all cores; those that are there already cost nothing."""
    wanted = sorted(set(seeds))
    if len(wanted) < 2:
        for seed in wanted:
            make_firm(seed)
        return
    with ProcessPoolExecutor(workers or os.cpu_count(), mp_context=get_context("spawn")) as pool:
        for done, seed in enumerate(pool.map(make_firm, wanted), start=1):
            say(f"firm {done} of {len(wanted)} is there (seed {seed})")


def make_firm(seed: int) -> int:
    """Simulate the firm of a seed without a word, unless it is there; return the seed."""
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        find_firm(seed)
    return seed
