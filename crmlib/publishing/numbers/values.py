"""Asks a running kernel for the values of expressions, without leaving a trace in the notebook."""

from __future__ import annotations

import ast
import json
import math
import numbers
from collections.abc import Mapping
from typing import Any

ASK = "__import__('crmlib.publishing.numbers.values', fromlist=['as_number']).as_number(({expression}))"


def as_number(value: Any) -> str:
    """Return a computed value as JSON text; this runs in the notebook's kernel.

    A whole number stays whole. An estimate (anything with a numeric ``value``) gives its value.
    Raises TypeError for what is not one number and ValueError for a missing or infinite one.

    >>> as_number(0.25), as_number(8000)
    ('0.25', '8000')
    """
    if not isinstance(value, numbers.Number) and hasattr(value, "value"):
        value = value.value
    if hasattr(value, "item") and getattr(value, "ndim", None) == 0:
        value = value.item()
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        shape = f" of shape {value.shape}" if hasattr(value, "shape") else ""
        raise TypeError(f"expected one number, found {type(value).__name__}{shape}")
    if not math.isfinite(value):
        raise ValueError(f"expected a finite number, found {value}")
    return json.dumps(int(value) if isinstance(value, numbers.Integral) else float(value))


def make_request(expressions: Mapping[str, str]) -> dict[str, Any]:
    """Return the arguments of ``kc.execute`` that evaluate named expressions silently in the kernel."""
    return {
        "code": "",
        "silent": True,
        "store_history": False,
        "allow_stdin": False,
        "user_expressions": {key: ASK.format(expression=text) for key, text in expressions.items()},
    }


def read_reply(content: Mapping[str, Any], key: str) -> float:
    """Return the value of one named expression from the kernel's reply.

    Raises ValueError with the error's name and message if the kernel could not compute it.
    """
    answer = content.get("user_expressions", {}).get(key)
    if answer is None:
        raise ValueError("the kernel gave no answer")
    if answer["status"] != "ok":
        raise ValueError(f"{answer['ename']}: {answer['evalue']}")
    return float(json.loads(ast.literal_eval(answer["data"]["text/plain"])))
