"""How fast the purchase models of chapter 7 are, beside the archived package lifetimes.

    python -m bench.models                      100,000 customers to fit, a million to forecast
    python -m bench.models --customers 20000    another size

Both get the same simulated customers. A fit is compared with one run of lifetimes and with sixty evaluations
of the likelihood in plain numpy, row by row: about what a climb without slopes needs. Estimates stand beside
the numbers from which the customers were drawn. Compare processor times on a computer that does other things.
"""

from __future__ import annotations

import argparse
import importlib.util
from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import betaln, gammaln

from bench.clock import Clock, Seconds
from crmlib.value.bg_nbd import fit_bg_nbd
from crmlib.value.gamma_gamma import fit_gamma_gamma

TRUE = {"r": 0.6, "alpha": 6.0, "a": 0.8, "b": 4.0}
SPENT = {"p": 3.0, "q": 5.0, "v": 150.0}
EVALUATIONS = 60


def make_customers(count: int, *, seed: int = 1) -> pd.DataFrame:
    """Purchase summaries of customers who follow the story of BG/NBD and gamma-gamma exactly."""
    rng = np.random.default_rng(seed)
    rate, leave = rng.gamma(TRUE["r"], 1 / TRUE["alpha"], count), rng.beta(TRUE["a"], TRUE["b"], count)
    age = rng.integers(100, 1_000, count)
    time, last, times = np.zeros(count), np.zeros(count), np.zeros(count, dtype=np.int64)
    here = np.ones(count, dtype=bool)
    while here.any():
        time = time + rng.exponential(1 / np.maximum(rate, 1e-12))
        here &= time * 7 < age
        times[here] += 1
        last[here] = time[here]
        here &= rng.random(count) >= leave
    lifetime = np.where(times > 0, np.clip(np.ceil(last * 7), 1, age), 0).astype(np.int64)
    mean = SPENT["p"] / rng.gamma(SPENT["q"], 1 / SPENT["v"], count)
    shape = SPENT["p"] * (times + 1)
    return pd.DataFrame(
        {
            "purchases": times + 1,
            "repeat_purchases": times,
            "lifetime_days": lifetime,
            "age_days": age,
            "mean_amount_cny": np.maximum(rng.gamma(shape, mean / shape), 0.01),
        },
        index=pd.RangeIndex(1, count + 1, name="customer_id"),
    )


def evaluate_plainly(customers: pd.DataFrame, *, r: float, alpha: float, a: float, b: float) -> float:
    """The log likelihood of BG/NBD as printed, every customer by herself."""
    x, t, age = (
        customers[name].to_numpy(float) for name in ("repeat_purchases", "lifetime_days", "age_days")
    )
    again = x > 0
    start = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + x) - betaln(a, b)
    stays = -(r + x) * np.log(alpha + age / 7)
    left = np.log(a) - np.log(np.where(again, b + x - 1, 1.0)) - (r + x) * np.log(alpha + t / 7)
    return float((start + np.where(again, np.logaddexp(stays, left), stays)).sum())


def fit_with_lifetimes(customers: pd.DataFrame) -> tuple[Callable[[], Any], Callable[[], Any]] | None:
    """A fit of each model by lifetimes, or None where it is not installed."""
    if importlib.util.find_spec("lifetimes") is None:
        return None
    from lifetimes import BetaGeoFitter, GammaGammaFitter

    x, t, age = (customers[name] for name in ("repeat_purchases", "lifetime_days", "age_days"))
    return (
        lambda: BetaGeoFitter().fit(x, t / 7, age / 7),
        lambda: GammaGammaFitter().fit(customers["purchases"], customers["mean_amount_cny"]),
    )


def main(customers: int = 100_000, forecasts: int = 1_000_000) -> None:
    """Print the times of fits and forecasts, and the estimates beside the truth."""
    table = make_customers(customers)
    fit_bg_nbd(table.head(1_000))  # what is imported once is not timed
    clock = Clock()
    buying = fit_bg_nbd(table)
    fits = [clock.read()]
    spending = fit_gamma_gamma(table)
    fits.append(clock.read())
    for _ in range(EVALUATIONS):
        evaluate_plainly(table, **TRUE)
    plain = clock.read()
    print(f"\nPurchase models, {customers:,} customers")
    print(f"  BG/NBD, fit: {_fine(fits[0])}  ({EVALUATIONS} plain evaluations: {_fine(plain)})")
    print(f"  gamma-gamma, fit: {_fine(fits[1])}")
    _compare(table, fits)
    for model, true in ((buying, TRUE), (spending, SPENT)):
        found = ", ".join(f"{name} {getattr(model, name):.3f} (true {value})" for name, value in true.items())
        print(f"  {type(model).__name__}: {model.said} {found}")
    many = make_customers(forecasts, seed=2)
    clock.read()
    buying.predict_purchases(many, days=365)
    purchases = clock.read()
    buying.predict_alive(many)
    alive = clock.read()
    print(f"  forecasts for {forecasts:,} (target: under 2 s):")
    print(f"    purchases {_fine(purchases)}, alive {_fine(alive)}")


def _compare(table: pd.DataFrame, fits: list[Seconds]) -> None:
    """The same fits by lifetimes, where it is installed."""
    others = fit_with_lifetimes(table)
    if others is None:
        print("  lifetimes is not installed.")
        return
    for name, call, mine in zip(("BG/NBD", "gamma-gamma"), others, fits, strict=True):
        clock = Clock()
        found = call()
        theirs = clock.read()
        values = ", ".join(f"{key} {value:.3f}" for key, value in dict(found.params_).items())
        share = mine.cpu / theirs.cpu
        print(f"  lifetimes, {name}: {_fine(theirs)}; {values}")
        print(f"    ours takes {share:.2f} of its processor time (target: at most 0.50)")


def _fine(seconds: Seconds) -> str:
    return f"{seconds.wall:.2f} s ({seconds.cpu:.2f} of processor)"


def _run() -> None:
    parser = argparse.ArgumentParser(description="Time the purchase models beside lifetimes.")
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--forecasts", type=int, default=1_000_000)
    given = parser.parse_args()
    main(given.customers, given.forecasts)


if __name__ == "__main__":
    _run()
