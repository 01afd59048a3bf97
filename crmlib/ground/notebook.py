"""Whether a notebook's kernel runs the code, so that pictures and widgets have somewhere to appear."""

import sys


def in_notebook() -> bool:
    """True in a Jupyter kernel; False in a script, a test or a terminal.

    >>> in_notebook()
    False
    """
    if "IPython" not in sys.modules:
        return False
    from IPython.core.getipython import get_ipython

    return getattr(get_ipython(), "kernel", None) is not None
