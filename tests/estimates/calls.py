"""Small columns for the tests of the estimates, and a call of every function that takes tables or draws."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

import numpy as np
import pandas as pd

from crmlib.estimates.estimate import (
    Estimate,
    draw_weights,
    estimate_difference,
    estimate_from_draws,
    estimate_mean,
    estimate_ratio,
    estimate_share,
    quantile,
)
from crmlib.estimates.forecasts import (
    CALIBRATION,
    measure_calibration,
    measure_lift,
    plot_calibration,
    plot_lift,
)
from crmlib.estimates.logistic import fit_traits
from crmlib.tables.dictionary import Table
from crmlib.tables.results import describe_result

Frames = Mapping[str, Any]

FORECASTS = [0.1, 0.2, 0.3, 0.4, 0.9]
BOUGHT = [False, True, False, True, True]
FRAMES: dict[str, Any] = {"calibration": measure_calibration(FORECASTS, BOUGHT)}
DESCRIBED: dict[str, Table] = {"calibration": CALIBRATION}
TRAITS = describe_result("traits", {"purchases": "integer 0.."})


def read_dots(ax: Any) -> list[list[float]]:
    """Where the dots of a picture are."""
    return sorted(np.round(ax.get_lines()[1].get_xydata(), 9).tolist())


CALLS: dict[str, tuple[Callable[[Frames], Any], dict[str, list[str]]]] = {
    "estimate_difference": (lambda _: estimate_difference(3, 10, 2, 10), {}),
    "estimate_ratio": (lambda _: estimate_ratio([1, 2], [3, 4], unit="yuan"), {}),
    "measure_calibration": (lambda _: measure_calibration([0.2, 0.4], [False, True], groups=1), {}),
    "plot_calibration": (
        lambda t: read_dots(plot_calibration(t["calibration"])),
        {"calibration": list(CALIBRATION.columns)},
    ),
    # its callers have checked the rows already
    "fit_traits": (
        lambda t: (
            fit_traits(
                pd.DataFrame({"purchases": [1, 3, 7, 1, 3, 7]}),
                np.array([False, True, True, True, False, True]),
                features=["purchases"],
                described=TRAITS,
            ).table
        ),
        {},
    ),
}
DOUBLES: list[tuple[str, str, str]] = []
IN_ORDER: dict[str, str] = {}
PLOTS: dict[str, Callable[[Any], Any]] = {
    "plot_calibration": lambda ax: plot_calibration(FRAMES["calibration"], ax=ax),
    "plot_lift": lambda ax: plot_lift({"model": FORECASTS, "coin": [3, 1, 4, 1, 5]}, BOUGHT, ax=ax),
}
LIVE: dict[str, tuple[ModuleType, Callable[[], Any]]] = {}

NO_COUNTS = [-1, 3.7, np.nan, np.inf, "ten", None, True]
NO_NUMBERS = [np.nan, np.inf, "ten", None, 1 + 2j]
OPTIONS: list[tuple[str, Callable[[Any], Any], list[Any], str]] = [
    ("estimate_share.count", lambda value: estimate_share(value, 10), [11, *NO_COUNTS], "share: count is "),
    ("estimate_share.n", lambda value: estimate_share(1, value), [0, *NO_COUNTS], "estimate_share: n is "),
    (
        "estimate_difference.other_count",
        lambda value: estimate_difference(1, 10, value, 10),
        [11, *NO_COUNTS],
        "estimate_difference: other_count is ",
    ),
    (
        "estimate_mean.values",
        lambda value: estimate_mean([1, 2, value], unit="yuan"),
        NO_NUMBERS,
        "estimate_mean: values: 1 of 3 values are wrong",
    ),
    ("estimate_mean.values, in their place", lambda value: estimate_mean(value, unit="yuan"), [None, 1, [1]],
     "estimate_mean: "),
    (
        "estimate_mean.unit",
        lambda value: estimate_mean([1, 2], unit=value),
        ["apples", None, 1],
        "Estimate: unknown unit",
    ),
    (
        "estimate_ratio.denominator",
        lambda value: estimate_ratio([1, 2], [1, value], unit="%"),
        [-1, *NO_NUMBERS],
        "estimate_ratio: ",
    ),
    ("draw_weights.draws", lambda value: draw_weights(4, draws=value, seed=1), NO_COUNTS, "draws is "),
    ("draw_weights.units", lambda value: draw_weights(value, draws=3, seed=1), NO_COUNTS, "units is "),
    ("draw_weights.seed", lambda value: draw_weights(4, draws=3, seed=value), NO_COUNTS, "seed is "),
    (
        "estimate_from_draws.value",
        lambda value: estimate_from_draws(value, [1, 2], n=2, unit="yuan"),
        [np.nan, "ten", None, 1 + 2j],
        "Estimate: value is not a number",
    ),
    (
        "estimate_from_draws.draws",
        lambda value: estimate_from_draws(1, value, n=2, unit="yuan"),
        [[1], None, 1, ["a", "b"], [1, np.nan]],
        "estimate_from_draws: expected at least 2 repetitions",
    ),
    (
        "estimate_from_draws.n",
        lambda value: estimate_from_draws(1, [1, 2], n=value, unit="yuan"),
        [0, *NO_COUNTS],
        "Estimate: n is ",
    ),
    ("Estimate.low", lambda value: Estimate(1, value, 2, n=2), [3, np.nan, "ten", None, True], "Estimate: "),
    ("quantile.confidence", quantile, [0, 1, -1, 95, np.nan, "ten", None, True], "confidence is "),
    (
        "measure_calibration.probability",
        lambda value: measure_calibration([0.5, value], [True, False]),
        [-0.1, 1.1, *NO_NUMBERS],
        "measure_calibration: probability: 1 of 2 values are wrong",
    ),
    (
        "measure_lift.score",
        lambda value: measure_lift([0.5, value], [True, False]),
        NO_NUMBERS,
        "measure_lift: score: 1 of 2 values are wrong",
    ),
    (
        "measure_lift.facts",
        lambda value: measure_lift([0.5, 0.6], [True, value]),
        [None, "no", 0, np.nan],
        "measure_lift: facts: 1 of 2 values are neither True nor False",
    ),
    *(
        (f"{measure.__name__}.{name}", lambda value, m=measure, n=name: m(FORECASTS, BOUGHT, **{n: value}),
         [0, *NO_COUNTS], f"{measure.__name__}: {name} is ")
        for measure, name in ((measure_calibration, "groups"), (measure_lift, "steps"))
    ),
]  # fmt: skip
