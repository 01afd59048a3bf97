"""The tables of the two firms, ready to use: Osmanthus (桂子) sells health and beauty, Northport (北港) fuel.

`load_<table>()` reads a table in its described types; `help(load_receipts)` and `describe_table("receipts")`
say what its columns mean. Each call reads the file again, so that a changed frame never reaches the next
analysis. `load_truth()` opens what no real firm can see, and only when it is asked to. `load_firm()` holds
all tables of a firm.

Seed: without one, the committed firm is read. With another whole number it is a firm of your own, with other
people and the same laws; it is simulated on first use and then kept. All tables of one analysis must come
from one seed.

Errors: `FileNotFoundError` if a file is missing, `TableError` (a ValueError) if it is damaged, both with the
repair; `TypeError` or `ValueError` if the seed is no whole number of 0 or more.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pandas as pd

from crmlib.datasets.own import MissingTableError, list_own_tables, read_own_table
from crmlib.datasets.storage import PARAMETERS, read_parameters, read_table
from crmlib.ground.spelling import suggest
from crmlib.tables.dictionary import FIRM_TABLES, TABLES, TRUTH_TABLES


class Loader(Protocol):
    """A function that reads one table of the firm."""

    def __call__(self, *, seed: int | None = None) -> pd.DataFrame: ...


def _make_loader(name: str, question: str) -> Loader:
    """The function that reads a table; what it tells about itself comes from the dictionary."""

    def load(*, seed: int | None = None) -> pd.DataFrame:
        return read_table(name, seed=seed)

    table = TABLES[name]
    columns = "\n".join(
        f"    {column.name}{f' ({column.unit})' if column.unit else ''}: {column.meaning_en}"
        for column in table.columns.values()
    )
    load.__name__ = load.__qualname__ = f"load_{name}"
    load.__doc__ = f"{question} Load the table {name}; one row is {table.row_en}.\n\nColumns:\n{columns}"
    return load


load_stores = _make_loader("stores", "Where does the chain sell?")
load_products = _make_loader("products", "What does the chain sell?")
load_members = _make_loader("members", "Who holds the card?")
load_receipts = _make_loader("receipts", "Who bought when, and for how much?")
load_receipt_lines = _make_loader("receipt_lines", "What was in the basket?")
load_returns = _make_loader("returns", "What came back, and why?")
load_points = _make_loader("points", "How were points earned and spent?")
load_surveys = _make_loader("surveys", "How satisfied do customers say they are?")
load_complaints = _make_loader("complaints", "Who complained, and how was it handled?")
load_campaigns = _make_loader("campaigns", "What did the chain try?")
load_contacts = _make_loader("contacts", "Who was in which campaign?")
load_store_trials = _make_loader("store_trials", "Which stores advertised for the card?")
load_marketing_costs = _make_loader("marketing_costs", "What did winning and keeping customers cost?")
load_exits = _make_loader("exits", "Why do members say that they left?")
load_queues = _make_loader("queues", "How long do customers wait?")
load_panel = _make_loader("panel", "Where else do shoppers buy?")
load_accounts = _make_loader("accounts", "Who are the wholesaler's customers?")
load_orders = _make_loader("orders", "Who ordered how much fuel, and has paid?")
load_visits = _make_loader("visits", "Whom did the salespeople visit?")
load_contracts = _make_loader("contracts", "Which quantities are agreed?")
load_leads = _make_loader("leads", "Who may become a customer?")
load_competitor_bids = _make_loader("competitor_bids", "Whom did rivals try to win over?")
load_market_prices = _make_loader("market_prices", "What did fuel cost on the market?")
load_wallets = _make_loader("wallets", "How much of its need does an account buy from us?")


class Firm:
    """All tables of both firms from one seed, or of one's own firm; each is read on first use, and then kept.

    >>> firm = load_firm()
    >>> firm.members is firm.members
    True
    """

    stores: pd.DataFrame
    products: pd.DataFrame
    members: pd.DataFrame
    receipts: pd.DataFrame
    receipt_lines: pd.DataFrame
    returns: pd.DataFrame
    points: pd.DataFrame
    surveys: pd.DataFrame
    complaints: pd.DataFrame
    campaigns: pd.DataFrame
    contacts: pd.DataFrame
    store_trials: pd.DataFrame
    marketing_costs: pd.DataFrame
    exits: pd.DataFrame
    queues: pd.DataFrame
    panel: pd.DataFrame
    accounts: pd.DataFrame
    orders: pd.DataFrame
    visits: pd.DataFrame
    contracts: pd.DataFrame
    leads: pd.DataFrame
    competitor_bids: pd.DataFrame
    market_prices: pd.DataFrame
    wallets: pd.DataFrame

    def __init__(self, folder: str | Path | None = None, *, seed: int | None = None) -> None:
        """Take the committed firm, the firm of a seed, or one that `crm import` has written to a folder."""
        if folder is not None and seed is not None:
            raise ValueError(f"load_firm: folder is {str(folder)!r} and seed is {seed}. Give one of them.")
        self.seed = seed
        self.folder = None if folder is None else Path(folder)
        self._own = None if self.folder is None else list_own_tables(self.folder)

    if not TYPE_CHECKING:  # so that editors and mypy notice a misspelt table as well

        def __getattr__(self, name: str) -> pd.DataFrame:
            """Read a table on first use; an unknown name suggests the nearest."""
            if name not in FIRM_TABLES:
                raise AttributeError(f"The firm has no table {name!r}.{_suggest_table(name)}")
            if self._own is None:
                frame = read_table(name, seed=self.seed)
            elif name in self._own:
                frame = read_own_table(self.folder, self._own[name])
            else:
                raise MissingTableError(name, list(self._own))
            setattr(self, name, frame)
            return frame

    def __dir__(self) -> list[str]:
        """Name the tables, for completion."""
        return [*(FIRM_TABLES if self._own is None else self._own), "folder", "seed", "tables"]

    def __repr__(self) -> str:
        """Say which firm it is."""
        if self.folder is not None:
            return f"Firm({self.folder.as_posix()!r})"
        return "Firm()" if self.seed is None else f"Firm(seed={self.seed})"

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return all tables by name, as `check_firm` takes them."""
        return {name: getattr(self, name) for name in (FIRM_TABLES if self._own is None else self._own)}


def load_firm(folder: str | Path | None = None, *, seed: int | None = None) -> Firm:
    """Hold all tables of both firms together, such as `firm.members`; each is read on first use.

    folder: a folder that `crm import` has written, for the tables of a real shop: receipts, and what else its
    export held. A table that it lacks is named when it is asked for. FileNotFoundError if there is none.

    >>> load_firm().stores["store_id"].tolist() == list(range(1, 41))
    True
    """
    return Firm(folder, seed=seed)


def load_table(name: str, *, seed: int | None = None) -> pd.DataFrame:
    """Load the table of a name, such as "receipts"; `load_receipts()` does the same.

    Raises:
        ValueError: there is no such table; the message lists the valid names and the nearest one.

    >>> load_table("stores")["store_id"].is_unique
    True
    """
    if name not in FIRM_TABLES:
        raise ValueError(f"There is no table {name!r}.{_suggest_table(name)}")
    return read_table(name, seed=seed)


def load_truth(name: str, *, seed: int | None = None) -> pd.DataFrame:
    """Open what no real firm can see: the members' latent traits, problems never reported, other outcomes.

    Args:
        name: a table of the truth, such as members (all: `describe_truth()`), or parameters for the numbers
            of the simulated world.
        seed: see the module.

    Raises:
        ValueError: there is no such table; the message lists the valid names and the nearest one.

    >>> load_truth("members").columns.tolist() == list(TABLES["truth.members"].columns)
    True
    """
    if name == PARAMETERS:
        return read_parameters(seed=seed)
    full_name = f"truth.{name}".replace("truth.truth.", "truth.")
    if full_name not in TRUTH_TABLES:
        known = [table.removeprefix("truth.") for table in TRUTH_TABLES] + [PARAMETERS]
        near = suggest(str(name), known)
        raise ValueError(f"There is no truth about {name!r}.{near} Known: {', '.join(known)}.")
    return read_table(full_name, seed=seed)


def _suggest_table(name: str) -> str:
    return f"{suggest(name, FIRM_TABLES)} Known: {', '.join(FIRM_TABLES)}."
