"""Coursework for a class: hand out, collect, grade, feed back. Instructors call it by `crm course`.

exchange      on its way to the students and back
containment   running what others have written, so that it can do no harm
marking       right answers on each student's own firm, and what each answer earns
returning     what students, platforms and instructors get to see
command       what ``crm course`` calls

Students meet one name, in the notebook that they were handed: `hand_in_button`.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crmlib.grading.exchange.hand_in import hand_in_button

__all__ = ["hand_in_button"]


def __getattr__(name: str) -> Any:
    """Return the public name from the module that defines it."""
    if name != "hand_in_button":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module("crmlib.grading.exchange.hand_in"), name)
