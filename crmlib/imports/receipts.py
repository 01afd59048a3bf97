"""How rows become receipts and returns: summed, never dropped as copies.

A receipt is what has one receipt number, store, day and customer: numbers that begin anew every morning, or
in every store, are different receipts. Rows with negative amounts are set off within their receipt; a receipt
whose sum is negative is a return.

Rows of one receipt lie on one day, wherever they stand in the export. So the rows are put on a shelf, and
taken down some days at a time: an export may be larger than the memory.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from crmlib.imports.account import Account
from crmlib.imports.shelf import LOT, Shelf
from crmlib.imports.tally import ONCE, Tally
from crmlib.tables.errors import TableError

DAY = 86_400_000_000  # microseconds
KEYS = ["receipt", "store", "day", "customer"]
SUMS = {"amount": "sum", "negative": "sum", "time": "min", "low": "min", "high": "max", "rows": "sum"}
FURTHER = {"priced": "sum", "fitting": "sum", "minus": "sum", "joined": "min", "place": "min"}


@dataclass(frozen=True)
class Finished:
    """What the export holds: receipts and lines on shelves, in order of time, the returns, and what was seen.

    Receipts: number (1 … in order of time), word, customer, store, time, amount. Returns: the same, with the
    number of the receipt that they name. Lines: number, product, quantity.
    """

    bought: Shelf
    lines: Shelf
    returned: pd.DataFrame
    tally: Tally


@dataclass
class ReceiptBuilder:
    """Collects the rows of all parts and makes tables of them; folder: where the shelves stand."""

    file: str
    account: Account
    folder: Path
    amount_per: str | None = None

    def __post_init__(self) -> None:
        self.rows = Shelf(self.folder / "rows")
        self.tally = Tally(self.file, self.account, self.amount_per)

    def add(self, rows: pd.DataFrame) -> None:
        """Add the rows of a part, with the number of the row in the file as index."""
        rows = rows.assign(day=rows["time"] // DAY, store=rows.get("store", -1), place=rows.index)
        self.rows.add(rows)

    def finish(self, progress: Callable[[float], None] = lambda share: None) -> Finished:
        """Sum up the rows of some days at a time. progress: is told the share of the rows that are done."""
        if not self.rows.parts:
            raise TableError(
                f"{self.file}: no row is left. Look at the column of the date, and at the status of the "
                f"orders."
            )
        bought, lines = Shelf(self.folder / "bought"), Shelf(self.folder / "lines")
        returned: list[pd.DataFrame] = []
        number, done, total = 0, 0, self.rows.days.total()
        for lot in self.rows.take_lots(LOT):
            self.account.add("same", int(lot["print"].duplicated().sum()))
            rows = _group_rows(self._fill_customers(lot))
            receipts = _sum_rows(rows)
            self.tally.look(receipts)
            if self.amount_per == "receipt":
                receipts["amount"] = receipts["high"].fillna(0.0)
            receipts["amount"] = receipts["amount"].round(2)
            kept = self.tally.leave_out(receipts)
            some = kept[kept["amount"] >= 0].sort_values(["time", "place"])
            some["number"] = np.arange(number + 1, number + len(some) + 1)
            number += len(some)
            self.tally.count(some)
            bought.add(some)
            returned.append(kept[kept["amount"] < 0])
            found = _find_lines(rows, some)
            self.tally.count_pieces(found)
            lines.add(found)
            done += len(rows)
            progress(done / total)
        self.tally.judge(sum(map(len, returned)))
        back = pd.concat([some for some in returned if len(some)] or returned[:1])
        linked = self._link(back, bought)
        return Finished(bought, lines, linked, self.tally)

    def _fill_customers(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows without a customer take the only one of their receipt."""
        if "receipt" not in rows or not (rows["customer"] < 0).any():
            return rows
        numbered = rows[rows["receipt"].notna()]
        keys = [numbered[name] for name in ("receipt", "store", "day")]
        known = numbered["customer"].where(numbered["customer"] >= 0)
        least = known.groupby(keys, sort=False).transform("min")
        most = numbered["customer"].groupby(keys, sort=False).transform("max")
        fill = (numbered["customer"] < 0) & (least == most)
        self.account.add("filled", int(fill.sum()))
        rows.loc[fill.index[fill], "customer"] = most[fill]
        return rows

    def _link(self, returned: pd.DataFrame, bought: Shelf) -> pd.DataFrame:
        """Returns with the number of the receipt that they name, and its customer where they name none.

        Where numbers begin anew, a number may stand on several earlier receipts: then it names none of them.
        """
        returned = returned.sort_values(["time", "place"], ignore_index=True)
        named = returned[returned["word"].notna()].drop(columns="place").reset_index(names="place")
        columns = ["word", "store", "time", "customer"]
        words = set(named["word"])
        parts = [part[part["word"].isin(words)][[*columns, "number"]] for part in bought] if words else []
        if parts:
            pairs = named[["place", *columns]].merge(pd.concat(parts), on=["word", "store"])
            same = pairs["customer_x"] == pairs["customer_y"]
            fits = same | (pairs["customer_x"] < 0) | (pairs["customer_y"] < 0)
            pairs = pairs[(pairs["time_y"] <= pairs["time_x"]) & fits].set_index("place")
            several = pairs.index.duplicated(keep=False)
            self.account.add("unlinked", pairs.index[several].nunique())
            pairs = pairs[~several]
            self.account.add("linked", len(pairs))
        else:
            pairs = pd.DataFrame({"number": [], "customer_y": []}, dtype="int64")
        returned["number"] = pairs["number"].reindex(returned.index).astype("Int64")
        found = pairs["customer_y"].reindex(returned.index).fillna(-1).astype(np.int64)
        returned["customer"] = returned["customer"].where(returned["customer"] >= 0, found)
        return returned


def _group_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with the group that each belongs to, and with what is summed up for a group."""
    words = rows["receipt"] if "receipt" in rows else pd.Series(pd.NA, index=rows.index, dtype="string")
    codes, unique = pd.factorize(words)
    lone = codes < 0
    codes[lone] = len(unique) + np.arange(lone.sum())
    rows = rows.assign(
        receipt=codes,
        word=words.astype("string"),
        negative=rows["amount"].clip(upper=0).fillna(0.0),
        minus=(rows["amount"] < 0).astype(np.int64),
        low=rows["amount"],
        high=rows["amount"],
        priced=rows["amount"].notna().astype(np.int64),
        rows=1,
        fitting=_count_fitting(rows) if {"quantity", "unit_price_cny"} <= set(rows) else 0,
    )
    return rows.assign(group=rows.groupby(KEYS, sort=False).ngroup())


def _sum_rows(rows: pd.DataFrame) -> pd.DataFrame:
    """One row a receipt, in the order of their first rows."""
    first = [name for name in (*KEYS, "word", *ONCE) if name in rows]
    sums = {name: how for name, how in {**SUMS, **FURTHER}.items() if name in rows}
    return rows.groupby("group").agg({**dict.fromkeys(first, "first"), **sums})


def _find_lines(rows: pd.DataFrame, bought: pd.DataFrame) -> pd.DataFrame:
    """Number of the receipt, product, quantity and day, one row each; empty where no product is named."""
    if "product" not in rows:
        return pd.DataFrame()
    inside = rows[(rows["product"] >= 0) & rows["group"].isin(bought.index)]
    lines = inside.assign(number=bought["number"].reindex(inside["group"]).to_numpy())
    sums = {name: "sum" for name in ("quantity", "amount") if name in lines}
    summed = lines.groupby(["number", "product"], as_index=False).agg({"day": "first", **sums})
    return summed[~(summed["amount"] < 0)].drop(columns="amount")


def _count_fitting(rows: pd.DataFrame) -> pd.Series:
    """1 for rows whose amount is their quantity times their price, to half a cent a piece."""
    made = rows["quantity"] * rows["unit_price_cny"]
    return ((made - rows["amount"]).abs() <= 0.006 + 0.005 * rows["quantity"].abs()).astype(np.int64)
