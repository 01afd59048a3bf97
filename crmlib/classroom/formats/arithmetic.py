"""Arithmetic in content files, evaluated without running code: numbers, names, operators, functions."""

import ast
import math
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache

from crmlib.ground.spelling import list_valid

FUNCTIONS: dict[str, Callable[..., float]] = {
    "abs": abs,
    "ceil": math.ceil,
    "exp": math.exp,
    "floor": math.floor,
    "log": math.log,
    "max": max,
    "min": min,
    "round": round,
    "sqrt": math.sqrt,
}
_BINARY: dict[type, Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
    ast.Pow: operator.pow,
}
_COMPARE: dict[type, Callable[[float, float], bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
LARGEST_EXPONENT = 200


def evaluate(expression: str, values: Mapping[str, float]) -> float:
    """Return the value of an arithmetic expression.

    Numbers, the names in `values`, + - * / // % **, comparisons, and/or/not, `a if condition else b`, and the
    functions abs, ceil, exp, floor, log, max, min, round, sqrt. Everything else is refused with its place.

    >>> evaluate("floor(spend / 10) + (40 if first else 0)", {"spend": 1234, "first": 1})
    163
    """
    try:
        tree = _parse(expression.strip())
    except SyntaxError as error:
        raise ValueError(
            f"{expression!r} is not an expression ({error.msg}). Write one calculation on one line."
        ) from None
    try:
        return _value(tree.body, values)
    except ZeroDivisionError:
        raise ValueError(
            f"{expression!r} divides by zero for {dict(values)}. Exclude zero with require or the range."
        ) from None
    except (OverflowError, TypeError) as error:
        raise ValueError(f"{expression!r} cannot be computed for {dict(values)}: {error}.") from None
    except ValueError as error:
        raise ValueError(f"{expression!r}: {error}") from None


@lru_cache(maxsize=4096)
def _parse(expression: str) -> ast.Expression:
    """Parse once what is evaluated for many draws; nothing changes the tree."""
    return ast.parse(expression, mode="eval")


def _value(node: ast.expr, values: Mapping[str, float]) -> float:
    match node:
        case ast.Constant(value=bool() | int() | float() as number):
            return number
        case ast.Name(id=name):
            return _look_up(name, values)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return _apply(op, _value(left, values), _value(right, values))
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, values)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return not _value(operand, values)
        case ast.BoolOp(op=ast.And(), values=parts):
            return all(_value(part, values) for part in parts)
        case ast.BoolOp(values=parts):
            return any(_value(part, values) for part in parts)
        case ast.IfExp(test=test, body=body, orelse=orelse):
            return _value(body if _value(test, values) else orelse, values)
        case ast.Compare(left=left, ops=ops, comparators=others):
            return _compare(left, ops, others, values)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS:
            return FUNCTIONS[name](*(_value(arg, values) for arg in args))
    raise ValueError(
        f"{ast.unparse(node)!r} is not allowed. "
        f"Use numbers, names, + - * / // % ** and {', '.join(FUNCTIONS)}."
    )


def _look_up(name: str, values: Mapping[str, float]) -> float:
    if name not in values:
        raise ValueError(
            f"the name {name!r} is not defined. {list_valid(name, values)} Define it above its first use."
        )
    return values[name]


def _apply(op: ast.operator, left: float, right: float) -> float:
    if isinstance(op, ast.Pow) and abs(right) > LARGEST_EXPONENT:
        raise ValueError(f"the exponent {right:g} is too large; at most {LARGEST_EXPONENT}.")
    result = _BINARY[type(op)](left, right)
    if isinstance(result, complex):
        raise ValueError("a root of a negative number has no real value.")
    return result


def _compare(
    left: ast.expr, ops: list[ast.cmpop], others: list[ast.expr], values: Mapping[str, float]
) -> bool:
    sides = [_value(left, values), *(_value(other, values) for other in others)]
    for op, first, second in zip(ops, sides, sides[1:], strict=False):
        if type(op) not in _COMPARE:
            raise ValueError("compare with < <= > >= == != only.")
        if not _COMPARE[type(op)](first, second):
            return False
    return True
