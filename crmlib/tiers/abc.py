"""Which class is a customer in, by which of the course's cuts (F-08 to F-12, X-01, X-02)?

Each variant of the course is a function of its own; the resource that is ranked (sales, margin, hours) is
what the caller passes in.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.customers.spending import SPENDING
from crmlib.tables.errors import TableError
from crmlib.tables.results import describe_result, take_values
from crmlib.tiers.concentration import read_part

ABC = ("A", "B", "C")
CURRY = ("high-end", "large", "medium", "small")
CLASSES = describe_result("classes", {"customer_id": "key", "class": "string"})


def assign_abc_by_customers(spending: pd.Series, *, a_share: float = 0.1, b_share: float = 0.2) -> pd.Series:
    """Variant 1: the largest tenth of the customers is A, the next fifth B, the rest C (F-09, N-09).

    spending: index customer_id, the resource by which customers are ranked; equal ones are ranked by number.
    The source does not say of what 10, 20 and 70 % are shares; read here as shares of customers. Ends are
    rounded to whole customers. Returns ordered words (A first), index customer_id.

    >>> spending = pd.Series(range(10, 0, -1), index=range(1, 11), dtype=float)
    >>> "".join(assign_abc_by_customers(spending))
    'ABBCCCCCCC'
    """
    shares = _read_shares({"a_share": a_share, "b_share": b_share})
    return _cut_by_customers(spending, shares, ABC)


def assign_abc_by_sales(spending: pd.Series, *, a_up_to: float = 0.55, b_up_to: float = 0.85) -> pd.Series:
    """Variant 2: cumulate sales from the largest down; A up to 55 %, B up to 85 %, C the rest (F-10, N-10).

    The customer with whom the sum reaches a limit still belongs to the class above it: a firm whose largest
    customer brings 60 % has one A customer, not none. The source gives no figure for C; it follows. Returns
    ordered words, index customer_id. Raises TableError for negative values: a sum that falls has no order.

    >>> spending = pd.Series([50.0, 20.0, 15.0, 10.0, 5.0], index=[1, 2, 3, 4, 5])
    >>> "".join(assign_abc_by_sales(spending))  # cumulated 50, 70, 85, 95, 100
    'AABCC'
    """
    for name, share in (("a_up_to", a_up_to), ("b_up_to", b_up_to)):
        read_part(share, name)
    if not a_up_to < b_up_to:
        raise ValueError(f"a_up_to is {a_up_to}, b_up_to {b_up_to}: expected a_up_to < b_up_to.")
    ranked = _rank(spending)
    if ranked.iloc[-1] < 0 or ranked.sum() <= 0:
        raise TableError(
            f"spending: {int((ranked < 0).sum())} customers lie below 0 or all are 0; cumulated shares need "
            "positive values. Repair: cut by customers, or look at the losses first."
        )
    before = ranked.cumsum() - ranked
    limit = ranked.sum() * (1 - 1e-12)
    codes = (before >= a_up_to * limit).astype(int) + (before >= b_up_to * limit).astype(int)
    return name_classes(codes, ABC, "class").reindex(ranked.sort_index().index)


def assign_curry_levels(
    spending: pd.Series, *, high_end: float = 0.01, large: float = 0.04, medium: float = 0.15
) -> pd.Series:
    """Variant 4: high-end, large, medium and small customers, the levels of Curry's pyramid (F-12).

    The course names the four and gives no cuts; 1, 4, 15 and 80 % of the customers are the usual ones
    (textbook knowledge). Returns ordered words, index customer_id.

    >>> spending = pd.Series(range(100, 0, -1), index=range(1, 101), dtype=float)
    >>> assign_curry_levels(spending).value_counts(sort=False).tolist()
    [1, 4, 15, 80]
    """
    shares = _read_shares({"high_end": high_end, "large": large, "medium": medium})
    return _cut_by_customers(spending, shares, CURRY)


def measure_mix(classes: pd.Series, spending: pd.Series) -> pd.DataFrame:
    """How many customers each class has and what they bring: the actual mix, beside a desired one (F-11).

    classes: index customer_id, words; spending: index customer_id. Only customers with both are counted.
    Columns: class, customers, customer_share, sales_share, each_cny (mean). Raises TableError if nobody has
    both.

    >>> measure_mix(pd.Series(["A", "C"], index=[1, 2]), pd.Series([90.0, 10.0], index=[1, 2]))
      class  customers  customer_share  sales_share  each_cny
    0     A          1             0.5          0.9      90.0
    1     C          1             0.5          0.1      10.0
    """
    words = take_values(as_words(classes), CLASSES)
    values = take_values(spending, SPENDING).reindex(words.index).dropna()
    if values.empty or values.sum() <= 0:
        raise TableError(
            "spending: no sales of the customers in classes. Repair: take both from one firm and period."
        )
    groups = values.groupby(words.reindex(values.index))
    mix = pd.DataFrame({"customers": groups.size(), "sales_share": groups.sum() / values.sum()})
    mix = mix.reindex(_order(classes, list(mix.index))).rename_axis("class").reset_index()
    mix.insert(2, "customer_share", mix["customers"] / len(values))
    return mix.assign(each_cny=mix["sales_share"] * values.sum() / mix["customers"])


def as_words(classes: pd.Series) -> pd.Series:
    """Ordered words as plain ones; what is no column is left to `take_values` to refuse."""
    categorical = isinstance(classes, pd.Series) and isinstance(classes.dtype, pd.CategoricalDtype)
    return classes.astype(object) if categorical else classes


def _order(classes: pd.Series, found: list[str]) -> list[str]:
    """The words in the order of the firm, or of the alphabet."""
    if isinstance(classes.dtype, pd.CategoricalDtype):
        return [word for word in classes.cat.categories if word in found]
    return sorted(found)


def _read_shares(shares: dict[str, float]) -> list[float]:
    for name, share in shares.items():
        read_part(share, name)
    if not sum(shares.values()) < 1:
        words = ", ".join(f"{name} {share}" for name, share in shares.items())
        raise ValueError(f"{words}: expected shares that sum to less than 1, so that a last class is left.")
    return list(shares.values())


def _rank(spending: pd.Series) -> pd.Series:
    """Largest first; of equal ones the lower number first."""
    values = take_values(spending, SPENDING)
    return values.sort_index().sort_values(ascending=False, kind="stable")


def _cut_by_customers(spending: pd.Series, shares: list[float], words: tuple[str, ...]) -> pd.Series:
    ranked = _rank(spending)
    ends = [round(share * len(ranked)) for share in np.cumsum(shares)]
    codes = pd.Series(np.searchsorted(ends, np.arange(len(ranked)), side="right"), index=ranked.index)
    return name_classes(codes, words, "class").reindex(ranked.sort_index().index)


def name_classes(codes: pd.Series, words: tuple[str, ...], name: str) -> pd.Series:
    """Words in place of the places 0, 1, 2 …, as ordered classes, the first the highest.

    >>> name_classes(pd.Series([0, 2], index=[7, 8]), ("A", "B", "C"), "class").tolist()
    ['A', 'C']
    """
    kind = pd.CategoricalDtype(list(words), ordered=True)
    named = pd.Categorical(np.array(words)[codes.to_numpy(dtype=np.intp)], dtype=kind)
    return pd.Series(named, index=codes.index, name=name)
