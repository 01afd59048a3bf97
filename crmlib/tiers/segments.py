"""Who else is like this customer: free filtering over many fields, and groups by need (F-31; addition).

Describing people by several fields has a limit that has nothing to do with statistics: in a small enough
group everybody is known by name. So counts below a limit are not shown, and not to be computed from others.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlib.estimates.estimate import draw_weights
from crmlib.tables.errors import TableError
from crmlib.tables.options import read_names, read_number, read_seed
from crmlib.tables.results import describe_result, take_by_customer
from crmlib.tables.take import take_columns

PEOPLE = describe_result("customers", {"customer_id": "key"})
STARTS, STEPS = 5, 100  # of the search for groups; the tightest result counts
MOST_SEARCHED = 50_000  # customers among whom the centres are searched
Numbers = NDArray[np.float64]


def filter_customers(customers: pd.DataFrame, where: Mapping[str, Any], *, least: int = 10) -> pd.DataFrame:
    """The list of all customers who match every condition, and thereby how many they are (F-31).

    customers: customer_id (a column) and any fields. where: field → a value, a list of values, or a pair
    (low, high) of numbers or days, ends included; a missing value matches nothing. Returns the matching rows
    of the table, in order of customer_id. Raises TypeError without a condition, and ValueError, showing
    nobody, if fewer than least match.

    >>> people = pd.DataFrame({"customer_id": [3, 1, 2], "city": ["Elm", "Elm", "Plum"], "age": [30, 40, 35]})
    >>> filter_customers(people, {"city": "Elm", "age": (25, 35)}, least=1)["customer_id"].tolist()
    [3]
    """
    _take_people(customers)
    if not isinstance(where, Mapping) or not where:
        raise TypeError("where: expected field → value, list or (low, high), such as {'city': 'Elm'}.")
    read_number(least, "least", "at least 1 customer", limits="1..", whole=True)
    _require(customers, read_names(list(where), "where"))
    inside = pd.Series(True, index=customers.index)
    for name, wanted in where.items():
        inside &= _match(customers[name], wanted, name)
    found = customers[inside].reset_index(drop=True).sort_values("customer_id", ignore_index=True)
    if len(found) < least:
        raise ValueError(
            f"customers: fewer than {least} match, so nobody is shown: in a small group everybody is known. "
            "Take fewer conditions, or wider ones."
        )
    return found


def _match(values: pd.Series, wanted: Any, name: str) -> pd.Series:
    """Which values meet one condition."""
    try:
        if isinstance(wanted, tuple):
            low, high = wanted
            return values.between(low, high).fillna(False).astype(bool)
        listed = wanted if isinstance(wanted, list) else [wanted]
        return values.isin(listed) & values.notna()
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"where: {name} cannot be compared with {wanted!r}; take values of its kind."
        ) from error


def count_groups(customers: pd.DataFrame, by: Sequence[str], *, least: int = 10) -> pd.DataFrame:
    """How many customers each combination of fields has; small groups are not shown (F-31).

    customers: customer_id (a column) and the fields. Columns: the fields, customers (missing: hidden). A
    group below least is hidden. If one alone is hidden, the total would betray it: then the next larger group
    is hidden as well. Missing values are a group of their own. Combinations that do not occur have no row.

    >>> people = pd.DataFrame({"customer_id": range(7), "city": ["Elm"] * 4 + ["Plum"] * 2 + ["Ash"]})
    >>> count_groups(people, ["city"], least=2)["customers"].tolist()  # Ash has one; Plum hides it
    [<NA>, 4, <NA>]
    """
    _take_people(customers)
    names = read_names(by, "by")
    read_number(least, "least", "at least 1 customer", limits="1..", whole=True)
    _require(customers, names)
    counts = customers.groupby(names, observed=True, dropna=False).size().rename("customers").reset_index()
    hidden = counts["customers"] < least
    if hidden.sum() == 1 and len(counts) > 1:
        hidden |= counts.index == counts.loc[~hidden, "customers"].idxmin()
    return counts.assign(customers=counts["customers"].astype("Int64").mask(hidden))


def _take_people(customers: pd.DataFrame) -> None:
    take_columns(customers, PEOPLE, ["customer_id"], unique=["customer_id"])


def _require(customers: pd.DataFrame, names: list[str]) -> None:
    unknown = [name for name in names if name not in customers.columns]
    if unknown:
        raise ValueError(
            f"customers: no column {', '.join(map(repr, unknown))}. Columns: "
            f"{', '.join(map(str, customers.columns))}."
        )


def cluster_needs(shares: pd.DataFrame, *, groups: int = 4, seed: int = 1) -> pd.Series:
    """Groups of customers who buy alike: k-means on what each spends on what (addition, textbook).

    shares: index customer_id, one column of numbers for each kind of goods; no gaps. Customers are put to the
    nearest of `groups` centres, the centres moved to the mean of their customers, and so on; of five starts
    the tightest result counts. Returns 1, 2, … (1 the largest group), index customer_id. Linear in the rows;
    the centres are searched among 50,000 customers at most.

    >>> shares = pd.DataFrame({"hair": [0.9, 0.8, 0.1], "health": [0.1, 0.2, 0.9]}, index=[1, 2, 3])
    >>> cluster_needs(shares, groups=2).tolist()
    [1, 1, 2]
    """
    taken = _take_shares(shares, groups)
    codes: NDArray[np.intp] = _nearest(
        taken.to_numpy(), _find_centres(taken.to_numpy(), int(groups), read_seed(seed))
    )
    sizes = np.bincount(codes, minlength=int(groups))
    places = np.empty(int(groups), dtype=int)
    places[np.argsort(-sizes, kind="stable")] = np.arange(1, int(groups) + 1)
    return pd.Series(places[codes], index=taken.index, name="group")


def measure_stability(
    shares: pd.DataFrame, *, groups: int = 4, draws: int = 20, seed: int = 1
) -> pd.DataFrame:
    """Whether groups by need are found again with other customers, and whether chance finds them too.

    Two samples of customers (drawn with replacement) each give centres; all customers are put to the nearest
    of either set, and the agreement of both (adjusted Rand index: 1 alike, 0 as by chance; Hubert and Arabie
    1985) is averaged over draws. The same is done where each column is shuffled by itself: such data have no
    groups. Columns: data (as they are, shuffled), agreement, low, high (middle 95 % of the draws).

    >>> shares = pd.DataFrame({"hair": [0.9, 0.8, 0.1, 0.0] * 9, "health": [0.1, 0.2, 0.9, 1.0] * 9})
    >>> measure_stability(shares, groups=2, draws=5)["agreement"].round(1).tolist()[0]
    1.0
    """
    taken = _take_shares(shares, groups).to_numpy()
    read_number(draws, "draws", "at least 2", limits="2..", whole=True)
    generator = read_seed(seed)
    mixed = np.column_stack([generator.permutation(column) for column in taken.T])
    rows = []
    for name, data in (("as they are", taken), ("shuffled", mixed)):
        found = [_agree_once(data, int(groups), generator) for _ in range(int(draws))]
        rows.append((name, float(np.mean(found)), *np.quantile(found, [0.025, 0.975])))
    return pd.DataFrame(rows, columns=["data", "agreement", "low", "high"])


def _take_shares(shares: pd.DataFrame, groups: int) -> pd.DataFrame:
    read_number(groups, "groups", "a whole number from 2 to 50", limits="2..50", whole=True)
    named = shares.rename(columns=str) if isinstance(shares, pd.DataFrame) else shares
    names = (
        [name for name in named.columns if name != "customer_id"] if isinstance(shares, pd.DataFrame) else []
    )
    described = describe_result("shares", {"customer_id": "key", **dict.fromkeys(names, "number")})
    taken = take_by_customer(named, described, names).sort_index()
    if len(taken) < int(groups) or not names:
        raise TableError(
            f"shares: {len(taken)} customers in {len(names)} columns, expected at least {groups} customers "
            "and a column. Repair: take more customers, or fewer groups."
        )
    return taken.astype("float64")


def _find_centres(data: Numbers, groups: int, generator: np.random.Generator) -> Numbers:
    """The tightest of several starts (Lloyd's algorithm), among so many customers drawn by lot at most."""
    if len(data) > MOST_SEARCHED:
        data = data[generator.choice(len(data), MOST_SEARCHED, replace=False)]
    best, least = data[:groups], np.inf
    for _ in range(STARTS):
        centres = _start(data, groups, generator)
        for _ in range(STEPS):
            codes = _nearest(data, centres)
            moved = centres.copy()
            for code in np.unique(codes):  # a centre that has lost all its customers stays where it is
                moved[code] = data[codes == code].mean(axis=0)
            if np.allclose(moved, centres):
                break
            centres = moved
        spread = float(((data - centres[_nearest(data, centres)]) ** 2).sum())
        if spread < least:
            best, least = centres, spread
    return best


def _start(data: Numbers, groups: int, generator: np.random.Generator) -> Numbers:
    """First centres: customers drawn by lot, rather those who lie far from the centres drawn so far."""
    centres = data[[generator.integers(len(data))]]
    while len(centres) < groups:
        far = ((data - centres[_nearest(data, centres)]) ** 2).sum(axis=1)
        weights = far / far.sum() if far.sum() > 0 else None
        centres = np.vstack([centres, data[generator.choice(len(data), p=weights)]])
    return centres


def _nearest(data: Numbers, centres: Numbers) -> NDArray[np.intp]:
    from scipy.cluster.vq import vq

    return np.asarray(vq(data, centres)[0], dtype=np.intp)


def _agree_once(data: Numbers, groups: int, generator: np.random.Generator) -> float:
    samples = draw_weights(len(data), draws=2, seed=generator).astype(int)
    codes = []
    for weights in samples:
        centres = _find_centres(np.repeat(data, weights, axis=0), groups, generator)
        codes.append(_nearest(data, centres))
    return adjusted_rand(codes[0], codes[1])


def adjusted_rand(one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
    """How far two groupings of the same customers agree beyond chance, from 0 to 1 (Hubert and Arabie 1985).

    >>> adjusted_rand(np.array([0, 0, 1, 1]), np.array([1, 1, 0, 0]))  # the numbers of groups do not matter
    1.0
    """
    table = np.zeros((int(one.max()) + 1, int(other.max()) + 1))
    np.add.at(table, (one, other), 1)

    def pairs(counts: Numbers) -> float:
        """How many pairs of customers stand in the same cell."""
        return float((counts * (counts - 1) / 2).sum())

    both, rows, columns = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    every = len(one) * (len(one) - 1) / 2
    expected = rows * columns / every if every else 0.0
    most = (rows + columns) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)
