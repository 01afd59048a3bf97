"""Gamma-gamma: how much will a customer spend on her next purchase (F-03)?

Somebody who once spent 400 yuan is no customer of 400 yuan; the next purchase will be nearer to what all
spend. The model says by how much. The amounts of one customer differ as a gamma distribution about her own
mean, and the means of the customers differ again (Fader, Hardie and Lee 2005, "RFM and CLV"). The course's
sources do not have it. It takes the amount to have nothing to do with how often somebody buys.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.customers.summary import take_summary
from crmlib.tables.errors import TableError
from crmlib.value.fitting import Climb, Numbers, OnStep, climb, dot, find_limits, require_converged

COLUMNS = ["purchases", "mean_amount_cny"]
NAMES = ("p", "q", "v")


@dataclass(frozen=True)
class GammaGamma:
    """A fitted gamma-gamma model: three numbers that describe what a firm's customers spend a purchase.

    p: how much the purchases of one customer are alike. q: how much the customers are alike. v: the scale, in
    yuan. low, high: limits of p, q and v. converged: False if the numbers may not be used; said tells why.
    """

    p: float
    q: float
    v: float
    log_likelihood: float
    converged: bool
    customers: int
    low: tuple[float, ...]
    high: tuple[float, ...]
    said: str

    @property
    def mean_amount_cny(self) -> float:
        """What a purchase of an unknown customer is worth on average, p v / (q − 1) yuan.

        ValueError for q up to 1, where the average has no limit.
        """
        if self.q <= 1:
            raise ValueError(
                f"GammaGamma: q is {self.q:.2f}; up to 1 the mean of all customers has no limit. Look for a "
                "few enormous amounts in the summary."
            )
        return self.p * self.v / (self.q - 1)

    def predict_amount(self, summary: pd.DataFrame) -> pd.Series:
        """What each customer's next purchase is worth on average, in yuan; index customer_id.

        p (v + x z) / (p x + q − 1) with x purchases of z yuan on average: between her own mean and that of
        all customers, the nearer to her own, the more purchases there are. Errors as
        `fit_gamma_gamma`; ValueError if the model did not converge.
        """
        require_converged(self.converged, self.said)
        x, z, index = _take(summary)
        _ = self.mean_amount_cny  # refuses where one purchase would have no mean
        amount = self.p * (self.v + x * z) / (self.p * x + self.q - 1)
        return pd.Series(amount, index=index, name="expected_amount_cny")


def fit_gamma_gamma(summary: pd.DataFrame, *, on_step: OnStep | None = None) -> GammaGamma:
    """The three numbers under which the customers' mean amounts would be most likely (maximum likelihood).

    summary: one row a customer, as from `summarise_purchases`: purchases, mean_amount_cny (above 0 yuan, a
    purchase). Here the first purchase counts as well; the published example counts repeat purchases only.
    on_step: as for `fit_bg_nbd`.

    With x purchases of z yuan on average: L = Γ(px+q) / (Γ(px) Γ(q)) · v^q · z^(px−1) · x^(px) /
    (v + x z)^(px+q). Raises TableError for wrong columns or an amount of 0; ValueError if all amounts are
    alike.

    >>> amounts = [30.0, 90.0, 45.0, 60.0, 52.0]
    >>> summary = pd.DataFrame({"purchases": [1, 2, 5, 3, 9], "mean_amount_cny": amounts}, index=range(5))
    >>> fit_gamma_gamma(summary).customers
    5
    """
    x, z, _ = _take(summary)
    order = np.lexsort((z, x))  # so that the order of the rows moves no last digit
    x, z = x[order], z[order]
    if len(np.unique(z)) < 2:
        raise ValueError("summary: all mean amounts are alike, so they tell nothing about differences.")
    measure = _make_likelihood(x, z)
    top = climb(measure, (2.0, 3.0, float(z.mean())), customers=len(x), on_step=on_step)
    low, high = find_limits(top)
    p, q, v = top.parameters
    return GammaGamma(p, q, v, top.log_likelihood, top.converged, len(x), low, high, top.said)


def _take(summary: pd.DataFrame) -> tuple[Numbers, Numbers, pd.Index]:
    """Purchases, mean amounts and numbers of the customers, checked."""
    taken = take_summary(summary, COLUMNS)
    x, z = (taken[name].to_numpy(dtype=np.float64) for name in COLUMNS)
    if (z <= 0).any():
        first = ", ".join(str(one) for one in taken.index[z <= 0][:5])
        raise TableError(
            f"summary.mean_amount_cny: {int((z <= 0).sum())} of {len(z)} rows are wrong (customer_id "
            f"{first}). Expected more than 0 yuan, found 0. Repair: leave out who paid nothing."
        )
    return x, z, taken.index


def _make_likelihood(x: Numbers, z: Numbers) -> Climb:
    """The log likelihood of all customers and its slope, as a function of p, q and v."""
    from scipy.special import digamma, gammaln

    kinds, kind = np.unique(x, return_inverse=True)
    per_kind = np.bincount(kind).astype(float)
    sums = x * z
    total, log_sums = float(len(x)), np.bincount(kind, weights=np.log(sums)).astype(np.float64)
    height_of_data = -float(np.log(z).sum())

    def measure(parameters: Numbers) -> tuple[float, Numbers]:
        p, q, v = parameters
        both = np.log(v + sums)
        by_kind = np.bincount(kind, weights=both).astype(np.float64)
        height = dot(per_kind, gammaln(p * kinds + q) - gammaln(p * kinds)) + p * dot(kinds, log_sums)
        height += total * (q * np.log(v) - gammaln(q)) - dot(p * kinds + q, by_kind) + height_of_data
        slope_p = dot(per_kind * kinds, digamma(p * kinds + q) - digamma(p * kinds))
        slope_p += dot(kinds, log_sums - by_kind)
        slope_q = (
            dot(per_kind, digamma(p * kinds + q)) - total * digamma(q) + total * np.log(v) - by_kind.sum()
        )
        slope_v = total * q / v - dot(
            p * kinds + q, np.bincount(kind, weights=1 / (v + sums)).astype(np.float64)
        )
        return float(height), np.array([slope_p, slope_q, slope_v])

    return measure
