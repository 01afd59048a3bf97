"""Chances as shares and as log odds, and levels drawn from them; the types of the arrays that hold them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Dates = NDArray[np.datetime64]


def log_odds(share: Floats | float) -> Floats:
    """Log odds of a share; 0 and 1 are taken as one in a million away from the end.

    >>> log_odds(0.5)
    np.float64(0.0)
    """
    inside = np.clip(share, 1e-6, 1 - 1e-6)
    return np.log(inside / (1 - inside))


def to_share(odds: Floats) -> Floats:
    """The share that belongs to log odds."""
    return 1 / (1 + np.exp(-odds))


def draw_levels(shares: Floats, rng: np.random.Generator) -> Ints:
    """One level a row, drawn with the shares in that row (rows need not sum to one).

    >>> draw_levels(np.array([[0.0, 1.0], [1.0, 0.0]]), np.random.default_rng(1))
    array([1, 0])
    """
    limits = np.cumsum(shares, axis=1)
    return (rng.random(len(shares))[:, None] * limits[:, -1:] >= limits).sum(axis=1)
