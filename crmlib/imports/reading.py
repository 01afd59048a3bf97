"""From the file of an export to the folder of a firm: everything in order."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from crmlib.imports.account import Account
from crmlib.imports.cards import FIRST_NUMBER, count_look_alikes, number_words
from crmlib.imports.choices import Choices, write_choices
from crmlib.imports.folder import COLUMNS, MARK, write_folder
from crmlib.imports.formats import Progress, Source, open_source, refuse_empty, refuse_large
from crmlib.imports.meanings import propose_columns, read_columns, require_columns
from crmlib.imports.personal import find_key, hide_numbers, is_personal
from crmlib.imports.receipts import Finished, ReceiptBuilder
from crmlib.imports.rows import RowReader

SHOWN = 5  # rows of the preview
LOOKED_AT = 1000  # rows from which personal columns are told
READ = 0.7  # share of the time until all parts are read; then they are summed up


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

    Raises TableError for an unreadable or empty file, a workbook that does not fit into memory, missing
    columns, or two columns for one meaning.
    """
    source = open_source(path, choices)
    if choices.columns:
        columns = read_columns(choices.columns, source.headers)
    else:
        columns = dict(propose_columns(source.headers).found)
    require_columns(columns, source.headers)
    head = _read_head(source)
    if head.dropna(how="all").empty:
        raise refuse_empty(path.name)
    used = {header for names in columns.values() for header in names}
    own = columns["customer_id"][0]
    personal = [h for h in source.headers if is_personal(h, head[h] if h not in used or h == own else ())]
    unused = tuple(header for header in source.headers if header not in used)
    return Proposal(source, columns, unused, tuple(personal), head.dropna(how="all").head(SHOWN))


def _read_head(source: Source) -> pd.DataFrame:
    """The first rows of an export; TableError for a workbook that does not fit into memory."""
    shares: list[float] = []
    parts = [pd.DataFrame(columns=list(source.headers), dtype=object)]
    for part in source.read(shares.append):
        parts.append(part)
        if sum(map(len, parts)) >= LOOKED_AT:
            break
    if not source.in_parts and shares:
        refuse_large(source.name, sum(map(len, parts)), shares[-1])
    return (pd.concat(parts[1:]) if len(parts) > 1 else parts[0]).head(LOOKED_AT)


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

    The export is read in parts and never changed; between reading and writing, its rows lie on disk beside
    the folder. key_folder: where the key for personal numbers lies; None for the user's own folder. Raises
    TableError for the first problem found, with place and repair.
    """
    account = Account()
    source = proposal.source
    reader = RowReader(source.name, proposal.columns, choices, account, partial(source.read, _tell_nobody))
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".unfinished-") as shelves:
        builder = ReceiptBuilder(source.name, account, Path(shelves), choices.amount_per)
        for part in source.read(lambda share: progress(READ * share)):
            builder.add(reader.read(part))
        done = builder.finish(lambda share: progress(READ + (1 - READ) * share))
        hide = choices.ids == "hash" or (choices.ids is None and proposal.hides_ids)
        numbers = _number_all(reader, key_folder, hide=hide)
        _note(account, reader, proposal, done, hide=hide)
        text = write_choices(proposal.columns, choices, proposal.unused)
        texts = {MARK: account.write(source.name, source.kind, text), COLUMNS: text}
        tables, kept = _make_tables(done, numbers), _list_kept(done, numbers)
        write_folder(folder, tables, kept=kept, texts=texts, overwrite=overwrite)
    return account


def _tell_nobody(share: float) -> None:
    """A progress that nobody looks at."""


def _number_all(reader: RowReader, key_folder: Path | None, *, hide: bool) -> dict[str, pd.DataFrame]:
    """Which number stands for which word of the export, in order of codes: customers, stores, products."""
    words = reader.customers.list_words()
    words = hide_numbers(words, find_key(key_folder)) if hide and words else words
    numbers = {
        "customers": pd.DataFrame({"customer_id": number_words(words, first=FIRST_NUMBER), "card": words})
    }
    for name, met in (("stores", reader.stores), ("products", reader.products)):
        known = met.list_words()
        if known:
            numbers[name] = pd.DataFrame({f"{name[:-1]}_id": number_words(known), name[:-1]: known})
    return numbers


def _list_kept(done: Finished, numbers: Mapping[str, pd.DataFrame]) -> dict[str, Iterable[pd.DataFrame]]:
    """The tables of numbers and words that are kept beside the firm, part by part."""
    kept: dict[str, Iterable[pd.DataFrame]] = {
        name: [frame.sort_values(frame.columns[0])] for name, frame in numbers.items()
    }
    if done.tally.words:
        kept["receipts"] = (
            pd.DataFrame({"receipt_id": some["number"], "receipt": some["word"]}) for some in done.bought
        )
    return kept


def _make_tables(done: Finished, numbers: Mapping[str, pd.DataFrame]) -> dict[str, Iterable[pd.DataFrame]]:
    """The tables of the firm, part by part."""
    further = [name for name, fits in done.tally.once.items() if fits]
    tables: dict[str, Iterable[pd.DataFrame]] = {
        "receipts": (_make_receipts(some, numbers, further) for some in done.bought)
    }
    if len(done.returned):
        tables["returns"] = [_make_returns(done.returned, numbers)]
    if done.lines.parts:
        tables["receipt_lines"] = _make_lines(done, numbers)
    if len(done.tally.joined):
        tables["members"] = [_make_members(done.tally.joined, numbers)]
    return tables


def _look_up(codes: pd.Series, kept: pd.DataFrame) -> pd.Series:
    """The number of each code; missing where the code is −1."""
    numbers = np.append(kept.iloc[:, 0].to_numpy(dtype=np.int64), 0)
    found = pd.array(numbers[codes.to_numpy()], dtype="Int64")
    found[(codes < 0).to_numpy()] = pd.NA
    return pd.Series(found, index=codes.index)


def _make_receipts(
    bought: pd.DataFrame, numbers: Mapping[str, pd.DataFrame], further: list[str]
) -> pd.DataFrame:
    """Some rows of the table receipts, in order of time."""
    frame = pd.DataFrame({"receipt_id": bought["number"]})
    frame["customer_id"] = _look_up(bought["customer"], numbers["customers"])
    if "stores" in numbers:
        frame["store_id"] = _look_up(bought["store"], numbers["stores"])
    frame["purchased_at"] = bought["time"].to_numpy().view("datetime64[us]")
    frame["amount_cny"] = bought["amount"]
    return frame.assign(**{name: bought[name].fillna(0.0) for name in further})


def _make_returns(returned: pd.DataFrame, numbers: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The table returns, with positive amounts, in order of time."""
    return pd.DataFrame(
        {
            "return_id": np.arange(1, len(returned) + 1),
            "receipt_id": returned["number"],
            "customer_id": _look_up(returned["customer"], numbers["customers"]),
            "requested_on": returned["time"]
            .to_numpy()
            .view("datetime64[us]")
            .astype("datetime64[D]")
            .astype("datetime64[us]"),
            "amount_cny": -returned["amount"],
        }
    )


def _make_lines(done: Finished, numbers: Mapping[str, pd.DataFrame]) -> Iterator[pd.DataFrame]:
    """The table receipt_lines, part by part; quantities only where all are whole and positive."""
    for some in done.lines:
        frame = pd.DataFrame({"receipt_id": some["number"]})
        frame["product_id"] = _look_up(some["product"], numbers["products"]).astype("int64")
        if "quantity" in some and done.tally.whole:
            frame["quantity"] = some["quantity"].astype("int64")
        yield frame


def _make_members(joined: pd.Series, numbers: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The table members, where the export says when they joined: the earliest day that it names."""
    ids = _look_up(pd.Series(joined.index), numbers["customers"]).astype("int64")
    return pd.DataFrame(
        {"customer_id": ids.to_numpy(), "joined_on": joined.to_numpy().view("datetime64[us]")}
    )


def _note(account: Account, reader: RowReader, proposal: Proposal, done: Finished, *, hide: bool) -> None:
    """Add to the account what the finished tables hold."""
    tally = done.tally
    first, last = (np.datetime64(day, "D") for day in (min(done.bought.days), max(done.bought.days)))
    account.add("receipts", tally.receipts, f"{first} – {last}")
    account.add("returns", len(done.returned), f"{-done.returned['amount'].sum():,.2f}")
    words = reader.customers.list_words()
    account.add("customers", len(words))
    account.counts["anonymous"] = tally.anonymous
    numbered = any(str(number) != word for number, word in zip(number_words(words), words, strict=True))
    account.add("hidden" if hide else "numbered", len(words) if hide or numbered else 0)
    account.add("alike", count_look_alikes(words))
    account.add("dates_only", 0 if reader.has_clock else tally.receipts)
    others = reader.currencies - {"CNY"}
    account.add("currency", len(others), ", ".join(others))
    covered = [header for header in proposal.personal if header in proposal.unused]
    spare = [header for header in proposal.unused if header not in covered]
    account.add("personal", len(covered), ", ".join(covered))
    account.add("unused", len(spare), ", ".join(spare))
