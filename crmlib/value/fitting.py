"""How the three purchase models find their numbers: the ones under which the data would be most likely.

All parameters of the three models are positive, so their logarithms are moved, and no step can leave the
permitted region. Each model brings its log likelihood with the slope, and scipy climbs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from crmlib.estimates.estimate import quantile

Numbers = NDArray[np.float64]
Climb = Callable[[Numbers], tuple[float, Numbers]]
OnStep = Callable[[int, float], Any]

EDGE = 12.0  # logarithms of parameters beyond this are no finding: e¹² is 160,000
VAGUE = 3.0  # standard error of a logarithm beyond which the parameter is not known even to a factor of 400
FLAT = 1e-5  # slope per customer below which the top is reached


@dataclass(frozen=True)
class Top:
    """Where a climb ended: parameters, log likelihood, whether it is a top, in words, and standard errors.

    errors: of the logarithm of each parameter.
    """

    parameters: tuple[float, ...]
    log_likelihood: float
    converged: bool
    said: str
    errors: tuple[float, ...]


def climb(
    measure: Climb, start: tuple[float, ...], *, customers: float, on_step: OnStep | None = None
) -> Top:
    """Climb a log likelihood from a start; told as converged only if the end is flat and inside.

    measure: parameters → log likelihood and its slope by each parameter. start: positive parameters.
    customers: how many the likelihood is of. on_step: called with the number of the step and the log
    likelihood there, for whoever wants to watch.

    >>> top = climb(lambda p: (-(p[0] - 3) ** 2, -2 * (p - 3)), (1.0,), customers=1)
    >>> round(top.parameters[0], 3), top.converged
    (3.0, True)
    """
    from scipy.optimize import minimize

    reached = [0, 0.0]

    def fall(logs: Numbers) -> tuple[float, Numbers]:
        parameters = np.exp(logs)
        height, slope = measure(parameters)
        reached[1] = height
        return -height / customers, -slope * parameters / customers

    def tell(_: Numbers) -> None:
        reached[0] += 1
        if on_step is not None:
            on_step(int(reached[0]), float(reached[1]))

    first = np.log(np.array(start, dtype=float))
    options = {"maxiter": 500, "ftol": 1e-13, "gtol": FLAT / 10, "maxcor": 20}
    limits = [(-EDGE, EDGE)] * len(start)
    done = minimize(fall, first, jac=True, method="L-BFGS-B", bounds=limits, callback=tell, options=options)
    found = tuple(float(x) for x in np.exp(done.x))
    errors = find_errors(measure, found)
    inside = bool((np.abs(done.x) < EDGE - 1e-3).all() and (errors < VAGUE).all())
    flat = float(np.abs(done.jac).max()) < FLAT
    said = "Converged." if inside and flat else _explain(inside)
    height = -float(done.fun) * customers
    return Top(found, height, inside and flat, said, tuple(errors.tolist()))


def dot(one: Numbers, other: Numbers) -> float:
    """The sum of products, added in one order on every computer: threads would move the last digits.

    >>> dot(np.array([1.0, 2.0]), np.array([3.0, 4.0]))
    11.0
    """
    return float((one * other).sum())


def find_limits(top: Top) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Lower and upper limits (95 %) of the parameters, from their logarithms; NaN if there is no top."""
    reach = quantile(0.95) * np.array(top.errors) if top.converged else np.full(len(top.parameters), np.nan)
    logs = np.log(np.array(top.parameters))
    return tuple(np.exp(logs - reach).tolist()), tuple(np.exp(logs + reach).tolist())


def require_converged(converged: bool, said: str) -> None:
    """Refuse a forecast by a model that did not converge."""
    if not converged:
        raise ValueError(f"No forecast by this model. {said}")


def _explain(inside: bool) -> str:
    if inside:
        return "Did not converge: the climb stopped on a slope. Do not use the numbers; look for odd rows."
    return (
        "Did not converge: a parameter ran away. The data do not tell how much customers differ; there are "
        "too few of them, or the time is too short. Do not use the numbers."
    )


def find_errors(measure: Climb, parameters: tuple[float, ...]) -> Numbers:
    """Standard error of the logarithm of each parameter, by how sharply the top falls off.

    The second derivatives are taken from differences of the slope. NaN where the top is no top.

    >>> find_errors(lambda p: (-50 * (np.log(p[0])) ** 2, -100 * np.log(p) / p), (1.0,)).round(3).tolist()
    [0.1]
    """
    logs, step = np.log(np.array(parameters)), 1e-4
    size = len(logs)

    def slope(at: Numbers) -> Numbers:
        found = np.exp(at)
        return measure(found)[1] * found

    curve = np.empty((size, size))
    for place in range(size):
        aside = np.zeros(size)
        aside[place] = step
        curve[place] = (slope(logs + aside) - slope(logs - aside)) / (2 * step)
    try:
        spread = np.diag(np.linalg.inv(-(curve + curve.T) / 2))
    except np.linalg.LinAlgError:
        return np.full(size, np.nan)
    return np.sqrt(np.where(spread > 0, spread, np.nan))
