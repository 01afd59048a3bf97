"""From the file of an export to the folder of a firm: everything in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from crmlib.imports.account import Account
from crmlib.imports.cards import FIRST_NUMBER, count_look_alikes, number_words
from crmlib.imports.choices import Choices, write_choices
from crmlib.imports.folder import COLUMNS, MARK, check_tables, write_folder
from crmlib.imports.formats import Progress, Source, open_source, refuse_empty, refuse_large
from crmlib.imports.meanings import propose_columns, read_columns, require_columns
from crmlib.imports.personal import find_key, hide_numbers, is_personal
from crmlib.imports.receipts import ReceiptBuilder
from crmlib.imports.rows import RowReader

SHOWN = 5  # rows of the preview


@dataclass(frozen=True)
class Proposal:
    """An opened export, what each of its columns is taken for, and its first rows."""

    source: Source
    columns: Mapping[str, tuple[str, ...]]
    unused: tuple[str, ...]
    personal: tuple[str, ...]
    head: pd.DataFrame

    @property
    def hides_ids(self) -> bool:
        """Whether customers are known by something that tells who they are."""
        return self.columns["customer_id"][0] in self.personal


def propose(path: Path, choices: Choices) -> Proposal:
    """Open an export and say which column is which; what the reader states counts.

    Raises TableError for an unreadable or empty file, one that does not fit into memory, missing columns, or
    two columns for one meaning.
    """
    source = open_source(path, choices)
    if choices.columns:
        columns = read_columns(choices.columns, source.headers)
    else:
        columns = dict(propose_columns(source.headers).found)
    require_columns(columns, source.headers)
    shares: list[float] = []
    part = next(iter(source.read(shares.append)), pd.DataFrame(columns=list(source.headers)))
    head = part.head(1000)
    if head.dropna(how="all").empty:
        raise refuse_empty(path.name)
    refuse_large(path.name, len(part), shares[0])
    used = {header for names in columns.values() for header in names}
    own = columns["customer_id"][0]
    personal = [h for h in source.headers if is_personal(h, head[h] if h not in used or h == own else ())]
    unused = tuple(header for header in source.headers if header not in used)
    return Proposal(source, columns, unused, tuple(personal), head.dropna(how="all").head(SHOWN))


def show_proposal(proposal: Proposal) -> str:
    """The proposal for people: which column is which, and five rows; personal cells are covered.

    Rows are shown as they stand in the export.
    """
    lines = [f"{proposal.source.name} ({proposal.source.kind})", ""]
    width = max(map(len, proposal.columns))
    for name, headers in proposal.columns.items():
        cells = [
            " ".join(str(v) for v in row if not pd.isna(v)) for row in proposal.head[list(headers)].to_numpy()
        ]
        hidden = any(header in proposal.personal for header in headers)
        shown = " | ".join("•••" if hidden else cell for cell in cells)
        lines.append(f"  {name:<{width}} = {' + '.join(headers)}:  {shown}")
    spare = [header for header in proposal.unused if header not in proposal.personal]
    lines += ["", f"  not used: {', '.join(spare)}"] if spare else [""]
    covered = [header for header in proposal.personal if header in proposal.unused]
    lines += [f"  left out, because they tell who somebody is: {', '.join(covered)}"] if covered else []
    if proposal.hides_ids:
        lines.append("  customers are known by a personal number: it is replaced by a keyed hash")
    return "\n".join(lines)


def import_export(
    proposal: Proposal,
    folder: Path,
    choices: Choices,
    *,
    progress: Progress,
    overwrite: bool = False,
    key_folder: Path | None = None,
) -> Account:
    """Read an export, check its tables and write the folder of a firm; return what happened.

    The export is read in parts and never changed. key_folder: where the key for personal numbers lies; None
    for the user's own folder. Raises TableError for the first problem found, with place and repair.
    """
    account = Account()
    source = proposal.source
    reader = RowReader(source.name, proposal.columns, choices, account)
    builder = ReceiptBuilder(source.name, account, choices.amount_per)
    for part in source.read(progress):
        builder.add(reader.read(part))
    bought, returned, lines = builder.finish()
    hide = choices.ids == "hash" or (choices.ids is None and proposal.hides_ids)
    tables, kept = _make_tables(reader, bought, returned, lines, key_folder, hide=hide)
    _note(account, reader, proposal, tables, hide=hide)
    text = write_choices(proposal.columns, choices, proposal.unused)
    texts = {MARK: account.write(source.name, source.kind, text), COLUMNS: text}
    write_folder(folder, check_tables(tables), kept=kept, texts=texts, overwrite=overwrite)
    return account


def _make_tables(
    reader: RowReader,
    bought: pd.DataFrame,
    returned: pd.DataFrame,
    lines: pd.DataFrame,
    key_folder: Path | None,
    *,
    hide: bool,
) -> tuple[dict[str, pd.DataFrame], dict[str, pd.DataFrame]]:
    """The tables of the firm, and which number stands for which word of the export."""
    words = reader.customers.list_words()
    words = hide_numbers(words, find_key(key_folder)) if hide and words else words
    kept = {
        "customers": pd.DataFrame({"customer_id": number_words(words, first=FIRST_NUMBER), "card": words})
    }
    for name, numbers in (("stores", reader.stores), ("products", reader.products)):
        known = numbers.list_words()
        if known:
            kept[name] = pd.DataFrame({f"{name[:-1]}_id": number_words(known), name[:-1]: known})
    if bought["word"].notna().any():
        kept["receipts"] = pd.DataFrame({"receipt_id": bought["number"], "receipt": bought["word"]})
    tables = {"receipts": _make_receipts(bought, kept)}
    if len(returned):
        tables["returns"] = _make_returns(returned, kept)
    if len(lines):
        tables["receipt_lines"] = _make_lines(lines, kept)
    if "joined" in bought and (members := _make_members(bought, kept)) is not None:
        tables["members"] = members
    return tables, {name: frame.sort_values(frame.columns[0]) for name, frame in kept.items()}


def _look_up(codes: pd.Series, kept: pd.DataFrame) -> pd.Series:
    """The number of each code; missing where the code is −1."""
    numbers = np.append(kept.iloc[:, 0].to_numpy(dtype=np.int64), 0)
    found = pd.array(numbers[codes.to_numpy()], dtype="Int64")
    found[(codes < 0).to_numpy()] = pd.NA
    return pd.Series(found, index=codes.index)


def _make_receipts(bought: pd.DataFrame, kept: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The table receipts, in order of time."""
    frame = pd.DataFrame({"receipt_id": bought["number"]})
    frame["customer_id"] = _look_up(bought["customer"], kept["customers"])
    if "stores" in kept:
        frame["store_id"] = _look_up(bought["store"], kept["stores"])
    frame["purchased_at"] = bought["time"].to_numpy().view("datetime64[us]")
    frame["amount_cny"] = bought["amount"]
    for name in ("discount_cny", "freight_cny"):
        if name in bought and (bought[name].fillna(0) >= 0).all():
            frame[name] = bought[name].fillna(0.0)
    return frame


def _make_returns(returned: pd.DataFrame, kept: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The table returns, with positive amounts, in order of time."""
    return pd.DataFrame(
        {
            "return_id": np.arange(1, len(returned) + 1),
            "receipt_id": returned["number"],
            "customer_id": _look_up(returned["customer"], kept["customers"]),
            "requested_on": returned["time"]
            .to_numpy()
            .view("datetime64[us]")
            .astype("datetime64[D]")
            .astype("datetime64[us]"),
            "amount_cny": -returned["amount"],
        }
    )


def _make_lines(lines: pd.DataFrame, kept: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The table receipt_lines; quantities only where all are whole and positive."""
    frame = pd.DataFrame({"receipt_id": lines["number"]})
    frame["product_id"] = _look_up(lines["product"], kept["products"]).astype("int64")
    if "quantity" in lines and ((lines["quantity"] >= 1) & (lines["quantity"] % 1 == 0)).all():
        frame["quantity"] = lines["quantity"].astype("int64")
    return frame


def _make_members(bought: pd.DataFrame, kept: Mapping[str, pd.DataFrame]) -> pd.DataFrame | None:
    """The table members, where the export says when they joined: the earliest day that it names."""
    missing = np.iinfo(np.int64).min
    known = bought[(bought["customer"] >= 0) & (bought["joined"] != missing)]
    if known.empty:
        return None
    first = known.groupby("customer")["joined"].min()
    ids = _look_up(pd.Series(first.index), kept["customers"]).astype("int64")
    return pd.DataFrame({"customer_id": ids.to_numpy(), "joined_on": first.to_numpy().view("datetime64[us]")})


def _note(
    account: Account, reader: RowReader, proposal: Proposal, tables: Mapping[str, pd.DataFrame], *, hide: bool
) -> None:
    """Add to the account what the finished tables hold."""
    receipts = tables["receipts"]
    days = receipts["purchased_at"].dt.date
    account.add("receipts", len(receipts), f"{days.min()} – {days.max()}")
    if "returns" in tables:
        total = tables["returns"]["amount_cny"].sum()
        account.add("returns", len(tables["returns"]), f"{total:,.2f}")
    words = reader.customers.list_words()
    account.add("customers", len(words))
    account.counts["anonymous"] = int(receipts["customer_id"].isna().sum())
    numbered = any(str(number) != word for number, word in zip(number_words(words), words, strict=True))
    account.add("hidden" if hide else "numbered", len(words) if hide or numbered else 0)
    account.add("alike", count_look_alikes(words))
    account.add("dates_only", 0 if reader.has_clock else len(receipts))
    others = reader.currencies - {"CNY"}
    account.add("currency", len(others), ", ".join(others))
    covered = [header for header in proposal.personal if header in proposal.unused]
    spare = [header for header in proposal.unused if header not in covered]
    account.add("personal", len(covered), ", ".join(covered))
    account.add("unused", len(spare), ", ".join(spare))
