"""The mutual-trust matrix: whose interest is met, the organisation's or the person's (C-20, C-21).

A firm buys through people. The course asks of both, the organisation and the person, whether their
interest is met. What a person may be given has limits, which the chapter discusses; nothing here
recommends a gift.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.intervals import reach
from crmlib.charts.style import COLOURS, new_axes
from crmlib.estimates.estimate import estimate_mean
from crmlib.tables.results import describe_result, take_result, take_values
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_POSITIONS = {  # position → (organisation's interest met, personal interest met)
    "outsider": (False, False),
    "friend": (False, True),
    "supplier": (True, False),
    "partner": (True, True),
}
_ROADS = {
    "through the person": ("outsider", "friend", "supplier", "partner"),
    "through the organisation": ("outsider", "supplier", "friend", "partner"),
}
_WORDS = f"one of {'|'.join(_POSITIONS)}"
PLACED = describe_result("placed", {"customer_id": "key", "position": _WORDS})
MEASURED = describe_result(
    "measured",
    {
        "group": _WORDS,
        "offers": "integer 1..",
        "lost_share": "number 0..1",
        "low": "number 0..1",
        "high": "number 0..1",
    },
)


def list_moves() -> pd.DataFrame:
    """Which interest is met or lost at each step of the two roads: what the course leaves unsaid (C-21).

    Columns: road, step (from → to), organisation (change: +1, 0, −1), person (likewise).

    >>> list_moves().query("organisation < 0 or person < 0")["step"].tolist()
    ['friend → supplier', 'supplier → friend']
    """
    rows = []
    for road, stops in _ROADS.items():
        for start, end in pairwise(stops):
            change = [int(b) - int(a) for a, b in zip(_POSITIONS[start], _POSITIONS[end], strict=True)]
            rows.append((road, f"{start} → {end}", *change))
    return pd.DataFrame(rows, columns=["road", "step", "organisation", "person"])


def place_accounts(accounts: pd.DataFrame) -> pd.Series:
    """Where Northport stands with each account, by a stand-in for the two interests (C-20).

    accounts: customer_id, financial_bond, social_bond, structural_bond. Stand-in: the organisation's interest
    counts as met where a price or technical service ties it (financial or structural bond), the personal one
    where personal service and events do (social bond). Nobody was asked; read the result as an example of the
    rule. Outsider: neither is met; friend: the person's; supplier: the organisation's; partner: both. Index
    customer_id. Raises TableError for wrong columns.

    >>> accounts = pd.DataFrame({"customer_id": [501, 502], "financial_bond": [True, False],
    ...                          "social_bond": [True, True], "structural_bond": [False, False]})
    >>> place_accounts(accounts).tolist()
    ['partner', 'friend']
    """
    bonds = ["financial_bond", "social_bond", "structural_bond"]
    rows = take_columns(accounts, "accounts", ["customer_id", *bonds], unique=["customer_id"])
    organisation = rows["financial_bond"] | rows["structural_bond"]
    names = {met: position for position, met in _POSITIONS.items()}
    positions = pd.Categorical(
        [names[met] for met in zip(organisation, rows["social_bond"], strict=True)],
        dtype=PLACED.columns["position"].dtype,
    )
    return pd.Series(positions, index=pd.Index(rows["customer_id"]), name="position")


def measure_true_attachment(placed: pd.Series, truth_accounts: pd.DataFrame) -> pd.DataFrame:
    """How attached the accounts of each position were to begin with (truth, not data).

    placed: as from `place_accounts`. truth_accounts: customer_id, relationship_quality (standard deviations
    from the mean account, before any bond). Columns: position, accounts, quality (mean), low, high. Raises
    TableError for wrong columns, ValueError if nobody can be matched.

    >>> placed = pd.Series(["friend", "friend"], index=[501, 502])
    >>> truth = pd.DataFrame({"customer_id": [501, 502], "relationship_quality": [0.5, 1.5]})
    >>> measure_true_attachment(placed, truth)[["position", "quality"]]
      position  quality
    0   friend      1.0
    """
    columns = ["customer_id", "relationship_quality"]
    truth = take_columns(truth_accounts, "truth.accounts", columns, unique=["customer_id"])
    rows = take_values(placed, PLACED).reset_index().merge(truth, on="customer_id")
    table = []
    for position, values in rows.groupby("position", observed=True)["relationship_quality"]:
        if len(values) > 1:
            one = estimate_mean(values, unit="points")
            table.append((str(position), one.n, one.value, one.low, one.high))
    if not table:
        raise ValueError(
            "truth.accounts: no position has two accounts with a truth. Take both from one firm."
        )
    return pd.DataFrame(table, columns=["position", "accounts", "quality", "low", "high"])


def plot_positions(measured: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """How often rivals' offers succeed in each position, with the interval of each share.

    measured: as from `measure_lost_offers` for the groups of `place_accounts`.
    """
    measured = take_result(measured, MEASURED).sort_values("group")
    ax = new_axes(ax)
    places = np.arange(len(measured))
    value = 100 * measured["lost_share"]
    errors = reach(value, 100 * measured["low"], 100 * measured["high"])
    ax.bar(places, value, color=COLOURS["estimate"], width=0.55)
    ax.errorbar(places, value, errors, fmt="none", ecolor="black", capsize=4)
    labels = [f"{name}\n{n} offers" for name, n in zip(measured["group"], measured["offers"], strict=True)]
    ax.set_xticks(places, labels)
    ax.set_ylim(0, min(100, 1.15 * 100 * measured["high"].max()))
    most = list(measured["group"])[int(value.argmax())]
    ax.set_title(f"rivals succeed most often at {most}s: {value.max():.0f} of 100 offers", fontsize=10)
    ax.set(xlabel="position (stand-in from bonds)", ylabel="rivals' offers that took\na part or all (%)")
    return ax
