"""Smart recommendation (智能推荐) from baskets, against a plain rule, on purchases not yet seen (J-14).

"Customers who bought this also bought that" sounds like knowledge. Whether it is, the next receipt tells: a
list is good if it names something that the member then buys. The plain rule, the products most bought by
everybody, is what every clever one has to beat.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlib.estimates.estimate import estimate_mean, estimate_share
from crmlib.tables.options import read_date, read_number
from crmlib.tables.results import describe_result
from crmlib.tables.take import take_columns

if TYPE_CHECKING:
    from scipy.sparse import csr_array

MOST, OWN = "most bought by all", "her own favourites"
BASKET, LIFT = "bought together, by share", "bought together, by lift"
RULES = (MOST, BASKET, LIFT, OWN)
LEAST_BASKETS = 20  # of a product, before "bought together" is trusted
BLOCK = 5_000  # members whose lists are made at a time, so that memory stays small
LISTS = describe_result(
    "lists",
    {"customer_id": "key", "rule": f"one of {'|'.join(RULES)}", "hit": "boolean", "new_hit": "boolean"},
)


def try_recommenders(
    receipts: pd.DataFrame,
    receipt_lines: pd.DataFrame,
    *,
    as_of: str | pd.Timestamp,
    named: int = 5,
) -> pd.DataFrame:
    """Name products for every member from what was known on a day, and look at her next receipt (J-14).

    Rules: most bought by all; bought together, by share (of the receipts with a product of her last basket,
    the share that holds another one too; the mean over her basket) and by lift (how many times that share is
    the usual one, the rule of many textbooks); her own favourites (bought most often, filled up with the most
    bought). receipts: receipt_id, customer_id, purchased_at; receipt_lines: receipt_id, product_id. Learned
    from receipts before as_of, with a card or not; judged on the first receipt of each known member from
    as_of on. named: products on a list. Columns: customer_id, rule, hit (one of the named is on the next
    receipt), new_hit (one that she had never bought before is). Made for up to some 5,000 products: a table
    of all pairs is kept. Raises TableError for wrong columns, ValueError if nothing was bought before or no
    known member buys after it. With millions of rows it takes more than in proportion (docs/growth.md).
    """
    read_number(named, "named", "1 to 50 products", limits="1..50", whole=True)
    day = read_date(as_of, "as_of")
    names = ["receipt_id", "customer_id", "purchased_at"]
    bought = take_columns(receipts, "receipts", names, unique=["receipt_id"])
    keys = ["receipt_id", "product_id"]
    lines = take_columns(receipt_lines, "receipt_lines", keys, unique=keys).merge(bought, on="receipt_id")
    lines["product"] = _number(lines["product_id"])
    before = lines[lines["purchased_at"] < day]
    after = lines[(lines["purchased_at"] >= day) & lines["customer_id"].isin(before["customer_id"].dropna())]
    if after.empty:
        raise ValueError(
            f"receipts: no member with a receipt before {day.date()} has one from then on. Choose another "
            "as_of."
        )
    people = np.sort(after["customer_id"].astype("int64").unique())
    size = int(lines["product"].max()) + 1
    matrices = _Matrices(before, after, people, size)
    parts = [_judge(matrices, start, min(named, size)) for start in range(0, len(people), BLOCK)]
    return pd.concat(parts, ignore_index=True).sort_values(["rule", "customer_id"], ignore_index=True)


class _Matrices:
    """Who bought what: sparse counts of members × products, and how products stand together in baskets."""

    def __init__(
        self, before: pd.DataFrame, after: pd.DataFrame, people: NDArray[np.int64], size: int
    ) -> None:
        self.people, self.size = people, size
        known = before[before["customer_id"].isin(people)]
        self.own = self._count(known)
        self.last = self._count(_take_end(known, keep="last"))
        self.next = self._count(_take_end(after, keep="first"))
        baskets = _make_sparse(_number(before["receipt_id"]), before["product"], None, size)
        self.popular = np.asarray(baskets.sum(axis=0), dtype=float).ravel()
        together = (baskets.T @ baskets).toarray().astype(float)
        np.fill_diagonal(together, 0.0)
        expected = np.outer(self.popular, self.popular) / max(baskets.shape[0], 1)
        enough = np.minimum.outer(self.popular, self.popular) >= LEAST_BASKETS
        self.share = together / np.maximum(self.popular[:, None], 1.0)
        self.lift = np.where(enough, together / np.maximum(expected, 1e-9), 0.0)

    def _count(self, lines: pd.DataFrame) -> csr_array:
        rows = np.searchsorted(self.people, lines["customer_id"].to_numpy(dtype=np.int64))
        return _make_sparse(rows, lines["product"], len(self.people), self.size)


def _number(keys: pd.Series) -> NDArray[np.int64]:
    """0 for the lowest key, 1 for the next …"""
    return np.unique(keys.to_numpy(dtype=np.int64), return_inverse=True)[1].astype(np.int64)


def _take_end(lines: pd.DataFrame, *, keep: str) -> pd.DataFrame:
    """The lines of each member's first or last receipt."""
    receipts = lines.drop_duplicates("receipt_id").sort_values(["purchased_at", "receipt_id"])
    chosen = receipts.drop_duplicates("customer_id", keep="first" if keep == "first" else "last")
    return lines[lines["receipt_id"].isin(chosen["receipt_id"])]


def _make_sparse(rows: NDArray[np.int64], products: pd.Series, height: int | None, width: int) -> csr_array:
    from scipy.sparse import csr_array

    height = int(rows.max(initial=-1)) + 1 if height is None else height
    places = (np.asarray(rows, dtype=np.int64), products.to_numpy(dtype=np.int64))
    return csr_array((np.ones(len(products), dtype=np.float32), places), shape=(height, width))


def _judge(matrices: _Matrices, start: int, named: int) -> pd.DataFrame:
    """Hits of every rule for one block of members."""
    block = slice(start, start + BLOCK)
    own, last, after = (one[block].toarray() for one in (matrices.own, matrices.last, matrices.next))
    usual = matrices.popular / max(matrices.popular.max(), 1.0) - np.arange(matrices.size) / 1e9  # no ties
    scores = {
        MOST: np.broadcast_to(usual, own.shape),
        BASKET: last @ matrices.share + usual / 1e6,
        LIFT: last @ matrices.lift + usual / 1e6,
        OWN: own + usual / 2,
    }
    fresh, parts = own == 0, []
    for rule, score in scores.items():
        hit = _hits(score, after, named)
        new_hit = _hits(np.where(fresh, score, -1.0), after * fresh, named)
        found = {"customer_id": matrices.people[block], "rule": rule, "hit": hit, "new_hit": new_hit}
        parts.append(pd.DataFrame(found))
    return pd.concat(parts)


def _hits(score: NDArray[np.float64], after: NDArray[np.float64], named: int) -> NDArray[np.bool_]:
    """Whether one of the products with the highest scores is bought."""
    top = np.argpartition(-score, named - 1, axis=1)[:, :named]
    return np.asarray(np.take_along_axis(after, top, axis=1).sum(axis=1) > 0)


def measure_hits(lists: pd.DataFrame) -> pd.DataFrame:
    """How often each rule names something that is then bought, and how much more often than the plain rule.

    lists: the table of `try_recommenders`. Columns: rule, list (any product; new to her: the list names new
    products alone), members, share, low, high (Wilson), extra (share less that of most bought by all, on the
    same members), extra_low, extra_high (Student's interval of the difference, member by member). Raises
    TableError for wrong columns, ValueError without the plain rule or with fewer than two members. With
    millions of rows it takes more than in proportion (docs/growth.md).

    >>> lists = pd.DataFrame({"customer_id": [1, 2, 1, 2], "new_hit": False, "hit": [True, False, True, True],
    ...                       "rule": ["most bought by all"] * 2 + ["her own favourites"] * 2})
    >>> measure_hits(lists).loc[:1, ["rule", "list", "share", "extra"]].values.tolist()
    [['most bought by all', 'any product', 0.5, 0.0], ['her own favourites', 'any product', 1.0, 0.5]]
    """
    rows = take_columns(lists, LISTS, list(LISTS.columns), unique=["customer_id", "rule"]).astype(
        {"rule": str}
    )
    table = []
    for column, name in (("hit", "any product"), ("new_hit", "new to her")):
        wide = rows.pivot(index="customer_id", columns="rule", values=column)
        if MOST not in wide or len(wide) < 2 or wide.isna().any(axis=None):
            raise ValueError(
                f"lists.rule: expected {MOST!r} among the rules, and every rule for the same members, 2 or "
                "more. Take the whole table of try_recommenders."
            )
        for rule in (one for one in RULES if one in wide):
            share = estimate_share(int(wide[rule].sum()), len(wide))
            gap = estimate_mean(wide[rule].astype(float) - wide[MOST].astype(float), unit="purchases")
            numbers = (share.value, share.low, share.high, gap.value, gap.low, gap.high)
            table.append((rule, name, len(wide), *numbers))
    names = ["rule", "list", "members", "share", "low", "high", "extra", "extra_low", "extra_high"]
    return pd.DataFrame(table, columns=names)
