"""The mutual-trust matrix: the organisation's interest and the person's, and where an account stands
(C-20, C-21).

A firm buys through people. The course asks of both, the organisation and the person, whether their
interest is met. What a person may be given has limits, which the chapter discusses; nothing here
recommends a gift."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.charts.style import COLOURS, new_axes
from crmlib.estimates.estimate import estimate_mean
from crmlib.relationship_types.lost_offers import measure_lost_offers
from crmlib.tables.results import describe_result, take_result
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from matplotlib.axes import Axes

POSITIONS = {  # (organisation's interest met, personal interest met) → position
    (False, False): "outsider",
    (False, True): "friend",
    (True, False): "supplier",
    (True, True): "partner",
}
NAMES_ZH = {"outsider": "局外人", "friend": "朋友", "supplier": "供应商", "partner": "合作伙伴"}
PLACED = describe_result("placed", {"customer_id": "key", "position": f"one of {'|'.join(NAMES_ZH)}"})
MEASURED = describe_result(
    "measured",
    {
        "position": f"one of {'|'.join(NAMES_ZH)}",
        "offers": "integer 1..",
        "lost_share": "number 0..1",
        "low": "number 0..1",
        "high": "number 0..1",
    },
)
BONDS = ("financial_bond", "social_bond", "structural_bond")


def place_customer(*, organisation_met: bool, personal_met: bool) -> str:
    """Where a supplier stands with one customer: outsider, friend, supplier or partner (C-20).

    organisation_met: the supply serves the customer's organisation. personal_met: it serves the person who
    buys. Raises TypeError for anything but True and False: a "yes" in quotation marks would count as True.

    >>> place_customer(organisation_met=True, personal_met=False)
    'supplier'
    """
    for name, value in (("organisation_met", organisation_met), ("personal_met", personal_met)):
        if not isinstance(value, bool | np.bool_):
            raise TypeError(f"{name} is {value!r}, expected True or False.")
    return POSITIONS[bool(organisation_met), bool(personal_met)]


def list_positions() -> pd.DataFrame:
    """The matrix itself: personal interest in rows, the organisation's in columns (C-20).

    >>> list_positions().loc["personal interest met", "organisation's interest met"]
    'partner 合作伙伴'
    """
    words = {False: "not met", True: "met"}
    cells = {
        f"organisation's interest {words[one]}": {
            f"personal interest {words[other]}": f"{POSITIONS[one, other]} {NAMES_ZH[POSITIONS[one, other]]}"
            for other in (False, True)
        }
        for one in (False, True)
    }
    return pd.DataFrame(cells)


def list_roads() -> pd.DataFrame:
    """Two roads from outsider to partner; each step meets one interest more (C-21).

    Columns: road, first, second, third, fourth (positions in order).

    >>> list_roads()["second"].tolist()
    ['friend', 'supplier']
    """
    roads = {
        "through the person": ("outsider", "friend", "supplier", "partner"),
        "through the organisation": ("outsider", "supplier", "friend", "partner"),
    }
    names = ["first", "second", "third", "fourth"]
    return pd.DataFrame.from_dict(roads, orient="index", columns=names).rename_axis("road").reset_index()


def list_moves() -> pd.DataFrame:
    """Which interest is met or lost at each step of the two roads: what the course leaves unsaid (C-21).

    Columns: road, step (from → to), organisation (change: +1, 0, −1), person (likewise).

    >>> list_moves().query("organisation < 0 or person < 0")["step"].tolist()
    ['friend → supplier', 'supplier → friend']
    """
    interests = {position: met for met, position in POSITIONS.items()}
    rows = []
    for road, *stops in list_roads().to_numpy().tolist():
        for start, end in pairwise(stops):
            change = [int(b) - int(a) for a, b in zip(interests[start], interests[end], strict=True)]
            rows.append((road, f"{start} → {end}", *change))
    return pd.DataFrame(rows, columns=["road", "step", "organisation", "person"])


def place_accounts(accounts: pd.DataFrame) -> pd.DataFrame:
    """Where Northport stands with each account, by a stand-in for the two interests (C-20).

    accounts: customer_id, financial_bond, social_bond, structural_bond. Stand-in: the organisation's interest
    counts as met where a price or technical service ties it (financial or structural bond), the personal one
    where personal service and events do (social bond). Nobody was asked; read the result as an example of the
    rule. Columns: customer_id, organisation_met, personal_met, position. Raises TableError for wrong columns.

    >>> accounts = pd.DataFrame({"customer_id": [501, 502], "financial_bond": [True, False],
    ...                          "social_bond": [True, True], "structural_bond": [False, False]})
    >>> place_accounts(accounts)["position"].tolist()
    ['partner', 'friend']
    """
    rows = take_columns(accounts, "accounts", ["customer_id", *BONDS], unique=["customer_id"])
    organisation = rows["financial_bond"] | rows["structural_bond"]
    found = pd.DataFrame(
        {
            "customer_id": rows["customer_id"],
            "organisation_met": organisation.astype(bool),
            "personal_met": rows["social_bond"].astype(bool),
        }
    )
    pairs = zip(found["organisation_met"], found["personal_met"], strict=True)
    return found.assign(position=[POSITIONS[bool(one), bool(other)] for one, other in pairs])


def measure_positions(placed: pd.DataFrame, competitor_bids: pd.DataFrame) -> pd.DataFrame:
    """How often rivals' offers succeed at the accounts of each position (C-20).

    placed: as from `place_accounts`. Columns position, and those of `measure_lost_offers`. Errors as there.

    >>> placed = pd.DataFrame({"customer_id": [501, 502], "position": ["partner", "partner"]})
    >>> bids = pd.DataFrame({"bid_id": [1, 2, 3], "customer_id": [501, 501, 502],
    ...                      "outcome": ["kept", "lost", "kept"]})
    >>> measure_positions(placed, bids)[["position", "offers", "lost_share"]].round(2)
      position  offers  lost_share
    0  partner       3        0.33
    """
    rows = take_columns(placed, PLACED, ["customer_id", "position"], unique=["customer_id"])
    groups = rows.set_index("customer_id")["position"].astype(str)
    table = measure_lost_offers(groups, competitor_bids).rename(columns={"group": "position"})
    order = table["position"].map(list(NAMES_ZH).index)
    return table.iloc[order.argsort()].reset_index(drop=True)


def measure_true_attachment(placed: pd.DataFrame, truth_accounts: pd.DataFrame) -> pd.DataFrame:
    """How attached the accounts of each position were to begin with (truth, not data).

    truth_accounts: customer_id, relationship_quality (standard deviations from the mean account, before any
    bond). Columns: position, accounts, quality (mean), low, high. Raises TableError for wrong columns,
    ValueError if nobody can be matched.

    >>> placed = pd.DataFrame({"customer_id": [501, 502], "position": ["friend", "friend"]})
    >>> truth = pd.DataFrame({"customer_id": [501, 502], "relationship_quality": [0.5, 1.5]})
    >>> measure_true_attachment(placed, truth)[["position", "quality"]]
      position  quality
    0   friend      1.0
    """
    known = take_columns(placed, PLACED, ["customer_id", "position"], unique=["customer_id"])
    columns = ["customer_id", "relationship_quality"]
    truth = take_columns(truth_accounts, "truth.accounts", columns, unique=["customer_id"])
    rows = known.merge(truth, on="customer_id")
    table = []
    for position in NAMES_ZH:
        values = rows.loc[rows["position"] == position, "relationship_quality"]
        if len(values) > 1:
            one = estimate_mean(values, unit="points")
            table.append((position, one.n, one.value, one.low, one.high))
    if not table:
        raise ValueError(
            "truth.accounts: no position has two accounts with a truth. Take both from one firm."
        )
    return pd.DataFrame(table, columns=["position", "accounts", "quality", "low", "high"])


def plot_positions(measured: pd.DataFrame, *, ax: Axes | None = None) -> Axes:
    """How often rivals' offers succeed in each position, with the interval of each share.

    measured: as from `measure_positions`.
    """
    measured = take_result(measured, MEASURED)
    ax = new_axes(ax)
    places = np.arange(len(measured))
    value = 100 * measured["lost_share"]
    errors = [value - 100 * measured["low"], 100 * measured["high"] - value]
    ax.bar(places, value, color=COLOURS["estimate"], width=0.55)
    ax.errorbar(places, value, errors, fmt="none", ecolor="black", capsize=4)
    labels = [f"{name}\n{n} offers" for name, n in zip(measured["position"], measured["offers"], strict=True)]
    ax.set_xticks(places, labels)
    ax.set_ylim(0, min(100, 1.15 * 100 * measured["high"].max()))
    ax.set(xlabel="position (stand-in from bonds)", ylabel="rivals' offers that took\na part or all (%)")
    return ax
