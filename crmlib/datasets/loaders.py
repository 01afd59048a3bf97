"""The tables of the two firms, ready to use: Osmanthus (桂子) sells health and beauty, Northport (北港) fuel.

`load_<table>()` reads a table in its described types, `describe_<table>()` says what its columns mean, in
English or Chinese. Each call reads the file again, so that a changed frame never reaches the next analysis.
`load_truth()` opens what no real firm can see, and only when it is asked to. `load_firm()` holds all tables
of a firm.

Seed: without one, the committed firm is read. With another whole number it is a firm of your own, with other
people and the same laws; it is simulated on first use and then kept. All tables of one analysis must come
from one seed.

Errors: `FileNotFoundError` if a file is missing, `TableError` (a ValueError) if it is damaged, both with the
repair; `TypeError` or `ValueError` if the seed is no whole number of 0 or more.
"""

from __future__ import annotations

import pandas as pd

from crmlib.datasets.storage import PARAMETERS, check_truth_name, read_parameters, read_table
from crmlib.ground.spelling import suggest
from crmlib.tables.dictionary import TABLES

FIRM_TABLES = tuple(name for name in TABLES if not name.startswith("truth."))


class Firm:
    """All tables of both firms from one seed; each is read when it is first asked for, and then kept.

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

    def __init__(self, *, seed: int | None = None) -> None:
        """Take the committed firm, or the firm of a seed."""
        self.seed = seed

    def __getattr__(self, name: str) -> pd.DataFrame:
        """Read a table on first use; an unknown name suggests the nearest."""
        if name not in FIRM_TABLES:
            known = ", ".join(FIRM_TABLES)
            raise AttributeError(
                f"The firm has no table {name!r}.{suggest(name, FIRM_TABLES)} Known: {known}."
            )
        frame = read_table(name, seed=self.seed)
        setattr(self, name, frame)
        return frame

    def __dir__(self) -> list[str]:
        """Name the tables, for completion."""
        return [*FIRM_TABLES, "seed", "tables"]

    def __repr__(self) -> str:
        """Say which firm it is."""
        return "Firm()" if self.seed is None else f"Firm(seed={self.seed})"

    def tables(self) -> dict[str, pd.DataFrame]:
        """Return all tables by name, as `check_firm` takes them."""
        return {name: getattr(self, name) for name in FIRM_TABLES}


def load_firm(*, seed: int | None = None) -> Firm:
    """Hold all tables of both firms together, such as `firm.members`; each is read on first use.

    >>> load_firm().stores["store_id"].tolist() == list(range(1, 41))
    True
    """
    return Firm(seed=seed)


def load_table(name: str, *, seed: int | None = None) -> pd.DataFrame:
    """Load the table of a name, such as "receipts"; `load_receipts()` does the same.

    Raises:
        ValueError: there is no such table; the message lists the valid names and the nearest one.

    >>> load_table("stores")["store_id"].is_unique
    True
    """
    if name not in FIRM_TABLES:
        known = ", ".join(FIRM_TABLES)
        raise ValueError(f"There is no table {name!r}.{suggest(name, FIRM_TABLES)} Known: {known}.")
    return read_table(name, seed=seed)


def load_truth(name: str, *, seed: int | None = None) -> pd.DataFrame:
    """Open what no real firm can see: the members' latent traits, problems never reported, other outcomes.

    Args:
        name: members, surveys, problems, outcomes, satisfaction, shoppers, accounts, bids (see
            `describe_truth`), or parameters for the numbers of the simulated world.
        seed: see the module.

    Raises:
        ValueError: there is no such table; the message lists the valid names and the nearest one.

    >>> load_truth("members").columns.tolist() == list(TABLES["truth.members"].columns)
    True
    """
    if name == PARAMETERS:
        return read_parameters(seed=seed)
    return read_table(check_truth_name(name), seed=seed)


def load_stores(*, seed: int | None = None) -> pd.DataFrame:
    """Where does the chain sell? Load the stores: city, rivals nearby, service quality, tills.

    One row is a store; what the columns mean: `describe_stores()`.
    """
    return read_table("stores", seed=seed)


def load_products(*, seed: int | None = None) -> pd.DataFrame:
    """What does the chain sell? Load the products: category, list price, unit cost.

    One row is a product; what the columns mean: `describe_products()`.
    """
    return read_table("products", seed=seed)


def load_members(*, seed: int | None = None) -> pd.DataFrame:
    """Who holds the card? Load the members: since when, how they came, home store.

    One row is a holder of the paid member card; what the columns mean: `describe_members()`.
    """
    return read_table("members", seed=seed)


def load_receipts(*, seed: int | None = None) -> pd.DataFrame:
    """Who bought when, and for how much? Load the receipts, with and without a card.

    One row is a purchase, with or without a card; what the columns mean: `describe_receipts()`.
    """
    return read_table("receipts", seed=seed)


def load_receipt_lines(*, seed: int | None = None) -> pd.DataFrame:
    """What was in the basket? Load the products on the receipts.

    One row is a product on a receipt; what the columns mean: `describe_receipt_lines()`.
    """
    return read_table("receipt_lines", seed=seed)


def load_returns(*, seed: int | None = None) -> pd.DataFrame:
    """What came back, and why? Load the returns.

    One row is a return of goods; what the columns mean: `describe_returns()`.
    """
    return read_table("returns", seed=seed)


def load_points(*, seed: int | None = None) -> pd.DataFrame:
    """How were points earned and spent? Load the bookings of the points ledger.

    One row is a booking of points; what the columns mean: `describe_points()`.
    """
    return read_table("points", seed=seed)


def load_surveys(*, seed: int | None = None) -> pd.DataFrame:
    """How satisfied do customers say they are? Load the invitations and, where there is one, the answer.

    One row is an invitation to a survey, answered or not; what the columns mean: `describe_surveys()`.
    """
    return read_table("surveys", seed=seed)


def load_complaints(*, seed: int | None = None) -> pd.DataFrame:
    """Who complained, and how was it handled? Load the complaints.

    One row is a complaint; what the columns mean: `describe_complaints()`.
    """
    return read_table("complaints", seed=seed)


def load_campaigns(*, seed: int | None = None) -> pd.DataFrame:
    """What did the chain try? Load the campaigns.

    One row is a campaign; what the columns mean: `describe_campaigns()`.
    """
    return read_table("campaigns", seed=seed)


def load_contacts(*, seed: int | None = None) -> pd.DataFrame:
    """Who was in which campaign? Load the members of each arm, contacted or not.

    One row is a member in a campaign, contacted or not; what the columns mean: `describe_contacts()`.
    """
    return read_table("contacts", seed=seed)


def load_store_trials(*, seed: int | None = None) -> pd.DataFrame:
    """Which stores advertised for the card? Load the stores of the acquisition trial.

    One row is a store in a trial; what the columns mean: `describe_store_trials()`.
    """
    return read_table("store_trials", seed=seed)


def load_marketing_costs(*, seed: int | None = None) -> pd.DataFrame:
    """What did winning and keeping customers cost? Load the monthly marketing costs.

    One row is a month, purpose and channel; what the columns mean: `describe_marketing_costs()`.
    """
    return read_table("marketing_costs", seed=seed)


def load_exits(*, seed: int | None = None) -> pd.DataFrame:
    """Why do members say that they left? Load the exit interviews.

    One row is an interview with a member who had stopped buying; what the columns mean: `describe_exits()`.
    """
    return read_table("exits", seed=seed)


def load_queues(*, seed: int | None = None) -> pd.DataFrame:
    """How long do customers wait? Load the observations of the queues.

    One row is an observation of the queue in a store; what the columns mean: `describe_queues()`.
    """
    return read_table("queues", seed=seed)


def load_panel(*, seed: int | None = None) -> pd.DataFrame:
    """Where else do shoppers buy? Load the market research panel of five chains.

    One row is a panel shopper, quarter and chain; what the columns mean: `describe_panel()`.
    """
    return read_table("panel", seed=seed)


def load_accounts(*, seed: int | None = None) -> pd.DataFrame:
    """Who are the wholesaler's customers? Load the business accounts.

    One row is a business account; what the columns mean: `describe_accounts()`.
    """
    return read_table("accounts", seed=seed)


def load_orders(*, seed: int | None = None) -> pd.DataFrame:
    """Who ordered how much fuel, and has paid? Load the orders.

    One row is an order; what the columns mean: `describe_orders()`.
    """
    return read_table("orders", seed=seed)


def load_visits(*, seed: int | None = None) -> pd.DataFrame:
    """Whom did the salespeople visit? Load the sales visits.

    One row is a visit by a salesperson; what the columns mean: `describe_visits()`.
    """
    return read_table("visits", seed=seed)


def load_contracts(*, seed: int | None = None) -> pd.DataFrame:
    """Which quantities are agreed? Load the contracts.

    One row is a contract; what the columns mean: `describe_contracts()`.
    """
    return read_table("contracts", seed=seed)


def load_leads(*, seed: int | None = None) -> pd.DataFrame:
    """Who may become a customer? Load the leads with the dates of their stages.

    One row is a prospective account; what the columns mean: `describe_leads()`.
    """
    return read_table("leads", seed=seed)


def load_competitor_bids(*, seed: int | None = None) -> pd.DataFrame:
    """Whom did rivals try to win over? Load their offers.

    One row is a rival's offer to an account; what the columns mean: `describe_competitor_bids()`.
    """
    return read_table("competitor_bids", seed=seed)


def load_market_prices(*, seed: int | None = None) -> pd.DataFrame:
    """What did fuel cost on the market? Load the weekly prices.

    One row is a week and a product; what the columns mean: `describe_market_prices()`.
    """
    return read_table("market_prices", seed=seed)


def load_wallets(*, seed: int | None = None) -> pd.DataFrame:
    """How much of its need does an account buy from us? Load the quarterly wallets.

    One row is an account in a quarter; what the columns mean: `describe_wallets()`.
    """
    return read_table("wallets", seed=seed)
