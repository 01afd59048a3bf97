"""A second computation beside the first one: numpy and Arrow use another core where Python lets them."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any, TypeVar

T = TypeVar("T")


def begin(function: Callable[..., T], *args: Any, worth: bool = True) -> Callable[[], T]:
    """Begin a computation in a thread of its own; what is returned is called to get its value.

    worth: whether it is long enough for a thread, whose start can take some milliseconds. If not, or where no
    thread can be had, as in a browser, the value is computed when it is asked for; an error is raised then,
    too. What is handed over may not be changed before.

    >>> total = begin(sum, [1, 2])
    >>> total()
    3
    """
    if worth:
        pool = ThreadPoolExecutor(max_workers=1)
        try:
            return pool.submit(function, *args).result
        except RuntimeError:  # no thread can be started here
            pass
        finally:
            pool.shutdown(wait=False)
    return cache(lambda: function(*args))
