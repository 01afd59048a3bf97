"""What is counted over all receipts of an export, and refused or noted only when the last one was seen."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from crmlib.imports.account import Account
from crmlib.tables.errors import TableError

FEWEST = 3  # receipts of several rows from which on equal amounts are no chance
CASHIER = 0.2  # share of the receipts with a card from which on a card may be the till's own
ONCE = ("discount_cny", "freight_cny")  # kept only where each receipt is one row
MISSING = np.iinfo(np.int64).min  # a day of joining that is not written


@dataclass
class Tally:
    """Counts over the receipts, added up lot by lot; see `judge`."""

    file: str
    account: Account
    amount_per: str | None
    groups: int = 0  # receipts of any kind
    receipts: int = 0  # of them, purchases
    anonymous: int = 0  # purchases without a customer
    several: int = 0  # receipts of several rows with an amount
    alike: int = 0  # of them, those with one amount in all rows
    fits: bool = True  # whether all amounts are quantity times price
    uneven: int = 0  # receipts with different amounts in their rows
    uneven_word: str = ""
    joined_rows: bool = False  # whether any receipt has several rows
    whole: bool = True  # whether all quantities are whole and positive
    once: dict[str, bool] = field(default_factory=dict)  # column of ONCE: whether it may be used
    often: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    words: list[NDArray[np.uint64]] = field(default_factory=list)
    joined: pd.Series = field(default_factory=lambda: pd.Series(dtype="int64"))

    def look(self, receipts: pd.DataFrame) -> None:
        """Look at the sums of a lot, before anything is left out."""
        several = receipts["priced"] > 1
        alike = several & (receipts["low"] == receipts["high"]) & (receipts["amount"] != 0)
        uneven = several & (receipts["low"] != receipts["high"])
        self.groups += len(receipts)
        self.several += int(several.sum())
        self.alike += int(alike.sum())
        self.fits &= bool((receipts["fitting"] == receipts["priced"]).all())
        if uneven.any() and not self.uneven:
            self.uneven_word = receipts.loc[uneven, "word"].iloc[0]
        self.uneven += int(uneven.sum())
        self.joined_rows |= bool((receipts["rows"] > 1).any())
        words = receipts["word"].dropna()
        if len(words):
            self.words.append(pd.util.hash_array(words.to_numpy(dtype=object)))

    def leave_out(self, receipts: pd.DataFrame) -> pd.DataFrame:
        """Without receipts that have no amount or are set off to nothing; what was added up is counted."""
        unpriced = receipts["priced"] == 0
        voided = ~unpriced & (receipts["amount"] == 0) & (receipts["negative"] < 0)
        self.account.add("unpriced", int(unpriced.sum()))
        self.account.add("voided", int(voided.sum()))
        kept = receipts[~unpriced & ~voided]
        self.account.add("netted", int(kept.loc[kept["amount"] >= 0, "minus"].sum()))
        self.account.add("joined", int((kept["rows"] - 1).sum()))
        return kept

    def count(self, bought: pd.DataFrame) -> None:
        """Count the purchases of a lot, by customer."""
        self.receipts += len(bought)
        known = bought[bought["customer"] >= 0]
        self.anonymous += len(bought) - len(known)
        counts = np.bincount(known["customer"], minlength=len(self.often))
        counts[: len(self.often)] += self.often
        self.often = counts
        for name in ONCE:
            if name in bought:
                self.once[name] = self.once.get(name, True) and bool((bought[name].fillna(0) >= 0).all())
        if "joined" in known:
            told = known[known["joined"] != MISSING].set_index("customer")["joined"]
            self.joined = pd.concat([self.joined, told]).groupby(level=0).min()

    def count_pieces(self, lines: pd.DataFrame) -> None:
        """Look whether the quantities of a lot are whole numbers of pieces."""
        if "quantity" in lines:
            self.whole &= bool(((lines["quantity"] >= 1) & (lines["quantity"] % 1 == 0)).all())

    def judge(self, returned: int) -> None:
        """Refuse what the receipts together cannot be, or note what a reader should look at.

        returned: how many returns there are.
        """
        self._refuse_amounts()
        if not self.receipts:
            raise TableError(
                f"{self.file}: no purchase is left; all {returned:,} amounts are negative. Repair: look at "
                "the column of the amount; some programs write sales as negative bookings."
            )
        if self.words:
            _, times = np.unique(np.concatenate(self.words), return_counts=True)
            self.account.add("shared", int((times > 1).sum()))
        else:
            self.account.add("rowwise", self.groups)
        if self.joined_rows and self.once:
            self.account.add("uneven", len(self.once), ", ".join(self.once))
            self.once = dict.fromkeys(self.once, False)
        known = self.often[self.often > 0]
        if len(known) > 10 and known.max() >= CASHIER * known.sum():
            self.account.add("cashier", int(known.max()), f"{100 * known.max() / known.sum():.0f} %")

    def _refuse_amounts(self) -> None:
        """Refuse amounts of which it is not clear whether they belong to a row or to a receipt."""
        doubtful = self.several >= FEWEST and self.alike == self.several and not self.fits
        if self.amount_per is None and doubtful:
            raise TableError(
                f"{self.file}: all {self.several:,} receipts of several rows have the same amount in each "
                "row. Expected: the amount of the row. Repair: if each row repeats the sum of the receipt, "
                "add amount_per: receipt to columns.yaml; if not, amount_per: line."
            )
        if self.amount_per == "receipt" and self.uneven:
            raise TableError(
                f"{self.file}: amount_per is receipt, but {self.uneven:,} receipts have different amounts "
                f"in their rows (first: {self.uneven_word}). Repair: amount_per: line."
            )
