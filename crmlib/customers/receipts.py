"""Take what the purchase summary needs from a table of receipts: checked, as plain arrays, quickly.

Ten million receipts are looked through once. Only if that look finds something unusual are they handed to
`take_columns`, which takes its time and finds the words: table, rows, expectation, repair.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlib.customers.grouping import DAY
from crmlib.tables.amounts import LARGEST
from crmlib.tables.columns import unpack
from crmlib.tables.dates import FIRST_YEAR, LAST_YEAR
from crmlib.tables.errors import TableError, get_table, problem
from crmlib.tables.keys import are_different
from crmlib.tables.take import take_columns

FIRST_DAY, AFTER = np.datetime64(f"{FIRST_YEAR}-01-01"), np.datetime64(f"{LAST_YEAR + 1}-01-01")
NEEDED = ["customer_id", "purchased_at", "amount_cny"]


@dataclass(frozen=True)
class Purchases:
    """Receipts with a customer, as arrays of one length (times in microseconds), and how many had none."""

    ids: NDArray[np.int64]
    times: NDArray[np.int64]
    amounts: NDArray[np.float64]
    without_customer: int


def take_purchases(receipts: pd.DataFrame, *, as_of: pd.Timestamp) -> Purchases:
    """The receipts that belong to a customer; TableError if a column, a value or a date does not fit.

    receipts: customer_id (may be missing: bought without a card), purchased_at, amount_cny; if receipt_id
    is there, it may not repeat. Receipts on a later day than as_of are refused: they would make their
    customers look more alive than anyone could know on that day.
    """
    plain = _take_plain(receipts)
    if plain is None:
        identified = isinstance(receipts, pd.DataFrame) and "receipt_id" in receipts.columns
        columns = ["receipt_id", *NEEDED] if identified else NEEDED
        plain = take_columns(receipts, "receipts", columns, unique=columns[:1] if identified else [])
    receipts = plain
    times = receipts["purchased_at"].to_numpy().astype("datetime64[us]", copy=False).view(np.int64)
    refuse_later(receipts, times, as_of)
    customers = receipts["customer_id"]
    amounts = receipts["amount_cny"].to_numpy(dtype=np.float64)
    if not customers.hasnans:
        return Purchases(customers.to_numpy(dtype=np.int64, copy=True), times, amounts, 0)
    known = np.flatnonzero(customers.notna().to_numpy())
    if not len(known):
        raise TableError(
            f"receipts.customer_id: missing in all {len(receipts):,} rows, expected at least one receipt "
            "of a known customer. Repair: look at the last filter or join before this step."
        )
    ids = customers.iloc[known].to_numpy(dtype=np.int64)
    return Purchases(ids, times[known], amounts[known], len(receipts) - len(ids))


def _take_plain(receipts: pd.DataFrame) -> pd.DataFrame | None:
    """The needed columns in pandas' own types, after a quick look; None if it needs a longer one."""
    if not isinstance(receipts, pd.DataFrame) or not len(receipts) or not receipts.columns.is_unique:
        return None
    if not set(NEEDED) <= set(receipts.columns):
        return None
    wanted = [name for name in ("receipt_id", *NEEDED) if name in receipts.columns]
    plain = pd.DataFrame({name: unpack(receipts[name]) for name in wanted}, copy=False)
    return plain if _looks_right(plain) else None


def _looks_right(receipts: pd.DataFrame) -> bool:
    """Whether the columns have their usual types, with nothing missing, infinite, negative or repeated."""
    customers, times, amounts = (receipts[name] for name in NEEDED)
    kinds = [column.dtype.kind for column in (customers, times, amounts) if _is_plain(column.dtype)]
    if kinds != ["i", "M", "f"] or times.hasnans:
        return False
    first, last = _find_ends(times.to_numpy())
    if first < FIRST_DAY or last >= AFTER:
        return False
    values = amounts.to_numpy(dtype=np.float64, na_value=np.nan)
    return bool(values.min() >= 0 and values.max() <= LARGEST) and _are_unique(receipts)


def _find_ends(times: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    """The first and last of some times, in their unit; whole numbers are compared faster than times."""
    ticks = times.view(np.int64)
    return np.array([ticks.min(), ticks.max()]).view(times.dtype)


def _is_plain(kind: Any) -> bool:
    """Whether a type keeps its values as they are; times with a zone and columns of other programs do not."""
    return not isinstance(kind, pd.ArrowDtype | pd.SparseDtype | pd.DatetimeTZDtype)


def _are_unique(receipts: pd.DataFrame) -> bool:
    """Whether no receipt_id repeats; ids that only rise, as in a table in order of time, need no more."""
    if "receipt_id" not in receipts.columns:
        return True
    ids = receipts["receipt_id"]
    if not _is_plain(ids.dtype) or ids.dtype.kind != "i" or ids.hasnans:
        return False
    return are_different(ids.to_numpy(dtype=np.int64, copy=True))


def refuse_later(receipts: pd.DataFrame, times: NDArray[np.int64], as_of: pd.Timestamp) -> None:
    """Raise a TableError if a receipt is dated after the day of the summary."""
    limit = int(np.datetime64(as_of, "us").astype(np.int64)) + DAY
    if times.max() < limit:
        return
    following = (as_of + pd.Timedelta(days=1)).date()
    named = receipts if "receipt_id" in receipts.columns else receipts.assign(receipt_id=receipts.index)
    raise problem(
        named,
        get_table("receipts"),
        "purchased_at",
        pd.Series(times >= limit, index=receipts.index),
        expected=f"purchases up to as_of, {as_of.date()}",
        found=f"later ones, up to {pd.Timestamp(times.max(), unit='us')}",
        repair=f'cut the table first, receipts[receipts["purchased_at"] < "{following}"], '
        "or pass a later as_of.",
    )
