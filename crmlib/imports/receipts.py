"""How rows become receipts and returns: summed, never dropped as copies.

A receipt is what has one receipt number, store, day and customer: numbers that begin anew every morning, or
in every store, are different receipts. Rows with negative amounts are set off within their receipt; a receipt
whose sum is negative is a return.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from crmlib.imports.account import Account
from crmlib.tables.errors import TableError

DAY = 86_400_000_000  # microseconds
FEWEST = 3  # receipts of several rows from which on equal amounts are no chance
CASHIER = 0.2  # share of the receipts with a card from which on a card may be the till's own
KEYS = ["receipt", "store", "day", "customer"]
SUMS = {"amount": "sum", "negative": "sum", "time": "min", "low": "min", "high": "max", "rows": "sum"}
FURTHER = {"priced": "sum", "fitting": "sum", "minus": "sum", "joined": "min", "quantity": "sum"}


@dataclass
class ReceiptBuilder:
    """Collects the rows of all parts and makes tables of them."""

    file: str
    account: Account
    amount_per: str | None = None
    parts: list[pd.DataFrame] = field(default_factory=list)
    singles: list[str] = field(default_factory=list)

    def add(self, rows: pd.DataFrame) -> None:
        """Add the rows of a part, already summed up as far as this part goes."""
        if rows.empty:
            return
        rows = rows.assign(
            day=rows["time"] // DAY,
            store=rows.get("store", -1),
            negative=rows["amount"].clip(upper=0).fillna(0.0),
            minus=(rows["amount"] < 0).astype(np.int64),
            low=rows["amount"],
            high=rows["amount"],
            priced=rows["amount"].notna().astype(np.int64),
            rows=1,
            fitting=0,
        )
        if {"quantity", "unit_price_cny"} <= set(rows):
            rows["fitting"] = _count_fitting(rows)
        if "receipt" not in rows:
            self.parts.append(rows)
            return
        keys = [*KEYS, *(["product"] if "product" in rows else [])]
        sums = {name: how for name, how in {**SUMS, **FURTHER}.items() if name in rows}
        lone = rows["receipt"].isna()
        groups = rows[~lone].groupby(keys, sort=False, dropna=False)
        summed = groups.agg(sums).reset_index()
        for name in ("discount_cny", "freight_cny"):
            if name in rows:
                summed[name] = groups[name].max().to_numpy()
        self.parts.append(pd.concat([summed, rows.loc[lone, [c for c in summed if c in rows]]]))

    def finish(self) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
        """Receipts, returns and (where products are known) lines, by codes; see the module.

        Receipts: number (1 … in order of time), word, customer, store, time, amount. Returns: the same, with
        the number of the receipt that they name. Lines: number, product, quantity.
        """
        if not self.parts:
            raise TableError(
                f"{self.file}: no row is left. Look at the column of the date, and at the status of the "
                f"orders."
            )
        rows = pd.concat(self.parts, ignore_index=True)
        self.parts.clear()
        rows = self._fill_customers(rows)
        words = rows["receipt"] if "receipt" in rows else pd.Series(pd.NA, index=rows.index)
        codes, unique = pd.factorize(words)
        lone = codes < 0
        codes[lone] = len(unique) + np.arange(lone.sum())
        rows["receipt"] = codes
        rows["group"] = rows.groupby(KEYS, sort=False).ngroup()
        sums = {name: how for name, how in {**SUMS, **FURTHER}.items() if name in rows}
        names = [c for c in ("discount_cny", "freight_cny") if c in rows]
        first = ["receipt", "store", "day", "customer"]
        receipts = rows.groupby("group").agg({**dict.fromkeys([*first, *names], "first"), **sums})
        named = [*unique, None]
        receipts["word"] = [named[min(code, len(unique))] for code in receipts["receipt"]]
        self._settle_amounts(receipts)
        bought, returned = self._split(receipts)
        self._note(bought, receipts, names)
        bought = bought.sort_values("time", kind="stable")
        bought["number"] = np.arange(1, len(bought) + 1)
        return bought, self._link(returned, bought), self._find_lines(rows, bought)

    def _fill_customers(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Rows without a customer take the only one of their receipt."""
        if "receipt" not in rows or not (rows["customer"] < 0).any():
            return rows
        with_number = rows[rows["receipt"].notna()]
        groups = with_number.groupby(["receipt", "store", "day"], sort=False)["customer"]
        known = with_number["customer"].where(with_number["customer"] >= 0)
        least = known.groupby([with_number[c] for c in ("receipt", "store", "day")], sort=False).transform(
            "min"
        )
        most = groups.transform("max")
        fill = (with_number["customer"] < 0) & (least == most)
        self.account.add("filled", int(with_number.loc[fill, "rows"].sum()))
        rows.loc[fill.index[fill], "customer"] = most[fill]
        return rows

    def _settle_amounts(self, receipts: pd.DataFrame) -> None:
        """The amount of a receipt: the sum of its rows, or the one that each row repeats."""
        several = receipts["priced"] > 1
        alike = several & (receipts["low"] == receipts["high"]) & (receipts["amount"] != 0)
        fits = (receipts["fitting"] == receipts["priced"]).all()
        doubtful = several.sum() >= FEWEST and alike[several].all() and not fits
        if self.amount_per is None and doubtful:
            raise TableError(
                f"{self.file}: all {int(several.sum()):,} receipts of several rows have the same amount "
                f"in each row. "
                "Expected: the amount of the row. Repair: if each row repeats the sum of the receipt, add "
                "amount_per: receipt to columns.yaml; if not, amount_per: line."
            )
        if self.amount_per == "receipt":
            uneven = several & ~alike & (receipts["low"] != receipts["high"])
            if uneven.any():
                raise TableError(
                    f"{self.file}: amount_per is receipt, but {int(uneven.sum()):,} receipts have "
                    f"different amounts in "
                    f"their rows (first: {receipts.loc[uneven, 'word'].iloc[0]}). Repair: amount_per: line."
                )
            receipts["amount"] = receipts["high"].fillna(0.0)
        receipts["amount"] = receipts["amount"].round(2)

    def _split(self, receipts: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Purchases and returns; receipts without an amount, or set off to nothing, are left out."""
        unpriced = receipts["priced"] == 0
        voided = ~unpriced & (receipts["amount"] == 0) & (receipts["negative"] < 0)
        self.account.add("unpriced", int(unpriced.sum()))
        self.account.add("voided", int(voided.sum()))
        kept = receipts[~unpriced & ~voided]
        bought, returned = kept[kept["amount"] >= 0], kept[kept["amount"] < 0]
        self.account.add("netted", int(bought["minus"].sum()))
        self.account.add("joined", int((kept["rows"] - 1).sum()))
        if bought.empty:
            raise TableError(
                f"{self.file}: no purchase is left; all {len(returned):,} amounts are negative. Repair: "
                f"look at the "
                "column of the amount; some programs write sales as negative bookings."
            )
        return bought.copy(), returned.copy()

    def _note(self, bought: pd.DataFrame, receipts: pd.DataFrame, names: list[str]) -> None:
        """Note what a reader should look at: shared numbers, a till's own card, uneven columns."""
        if receipts["word"].notna().any():
            numbered = receipts[receipts["word"].notna()]
            self.account.add("shared", int((numbered.groupby("receipt").size() > 1).sum()))
        else:
            self.account.add("rowwise", len(receipts))
        if (receipts["rows"] > 1).any() and names:
            self.account.add("uneven", len(names), ", ".join(names))
            bought.drop(columns=names, inplace=True)
        known = bought.loc[bought["customer"] >= 0, "customer"].value_counts()
        if len(known) > 10 and known.iloc[0] >= CASHIER * known.sum():
            self.account.add("cashier", int(known.iloc[0]), f"{100 * known.iloc[0] / known.sum():.0f} %")

    def _link(self, returned: pd.DataFrame, bought: pd.DataFrame) -> pd.DataFrame:
        """Returns with the number of the receipt that they name, and its customer where they name none."""
        returned = returned.sort_values("time", kind="stable").reset_index(drop=True)
        named = returned[returned["word"].notna()].reset_index(names="place")
        pairs = named[["place", "receipt", "store", "time", "customer"]].merge(
            bought[["receipt", "store", "time", "customer", "number"]], on=["receipt", "store"]
        )
        fits = (
            (pairs["customer_x"] < 0)
            | (pairs["customer_y"] < 0)
            | (pairs["customer_x"] == pairs["customer_y"])
        )
        pairs = pairs[(pairs["time_y"] <= pairs["time_x"]) & fits].sort_values("time_y")
        last = pairs.drop_duplicates("place", keep="last").set_index("place")
        returned["number"] = last["number"].reindex(returned.index).astype("Int64")
        found = last["customer_y"].reindex(returned.index).fillna(-1).astype(np.int64)
        returned["customer"] = returned["customer"].where(returned["customer"] >= 0, found)
        self.account.add("linked", len(last))
        return returned

    def _find_lines(self, rows: pd.DataFrame, bought: pd.DataFrame) -> pd.DataFrame:
        """Number of the receipt, product and quantity, one row each; empty where no product is named."""
        if "product" not in rows:
            return pd.DataFrame()
        inside = rows[(rows["product"] >= 0) & rows["group"].isin(bought.index) & ~(rows["amount"] < 0)]
        lines = inside.assign(number=bought["number"].reindex(inside["group"]).to_numpy())
        names = [name for name in ("quantity",) if name in lines]
        groups = lines.groupby(["number", "product"], as_index=False)
        return groups[names].sum() if names else groups.size().drop(columns="size")


def _count_fitting(rows: pd.DataFrame) -> pd.Series:
    """1 for rows whose amount is their quantity times their price, to half a cent a piece."""
    made = rows["quantity"] * rows["unit_price_cny"]
    return ((made - rows["amount"]).abs() <= 0.006 + 0.005 * rows["quantity"].abs()).astype(np.int64)
