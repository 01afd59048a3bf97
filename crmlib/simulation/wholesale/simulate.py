"""The wholesaler Northport (北港): 240 business accounts, from leads and visits to orders, bids and exits.

What causes what: the oil price moves needs, wallet shares, visits and rivals' offers together; segment moves
visits, bonds and offers; visits raise the wallet share, less so in old relationships; bonds protect against
offers; a lost offer takes a part of the wallet first and the account later. A promise of fast delivery, made
after dear months, raises what middle accounts buy from then on.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from crmlib.simulation.draws import Floats
from crmlib.simulation.parameters import Simulated, list_parameters
from crmlib.simulation.wholesale.accounts import Accounts, create_accounts, list_accounts
from crmlib.simulation.wholesale.bonds import list_bids, list_true_bids
from crmlib.simulation.wholesale.calendar import MonthCalendar, make_month_calendar
from crmlib.simulation.wholesale.contracts import (
    draw_tender_months,
    draw_terms,
    list_contracts,
    months_under_contract,
)
from crmlib.simulation.wholesale.leads import (
    Leads,
    draw_lead_visits,
    list_leads,
    list_true_leads,
    simulate_leads,
)
from crmlib.simulation.wholesale.market import Market, list_prices, season, simulate_market
from crmlib.simulation.wholesale.months import CLOSED, AccountHistory, Setting, simulate_history
from crmlib.simulation.wholesale.orders import draw_orders, list_orders, list_wallets
from crmlib.simulation.wholesale.promise import make_promise
from crmlib.simulation.wholesale.serving import cost_to_serve
from crmlib.simulation.wholesale.truth import list_true_accounts
from crmlib.simulation.wholesale.visits import draw_visit_counts, list_visits, plan_visits, visit_factor
from crmlib.simulation.world.worlds import World
from crmlib.tables.check import conform

STREAMS = (
    "market", "leads", "accounts", "plan", "visits", "needs", "contracts", "exits", "bids", "orders",
    "payments", "wallets", "visit_days", "judgement",
)  # fmt: skip
Streams = dict[str, np.random.Generator]


def simulate_wholesale(world: World) -> Simulated:
    """The wholesaler's tables and truth, as the dictionary describes them, from the world's seed.

    >>> northport = simulate_wholesale(World())
    >>> len(northport.tables["accounts"])
    240
    """
    streams = _make_streams(world)
    calendar = make_month_calendar(world)
    market = simulate_market(world, calendar, streams["market"])
    leads = simulate_leads(world, calendar, streams["leads"], streams["judgement"])
    accounts = create_accounts(world, calendar, np.sort(leads.won_on), streams["accounts"])
    plan = plan_visits(world, accounts, streams["plan"])
    setting = _set_the_stage(world, calendar, market, accounts, plan, streams)
    history = simulate_history(setting, streams)
    orders, wallets = _list_sales(setting, history, streams)
    bids = history.bids
    tables = {
        "accounts": list_accounts(accounts, setting.promise.since_on),
        "orders": orders,
        "visits": _list_visits(setting, history, leads, streams),
        "contracts": list_contracts(setting, bids, history.left_on(calendar)),
        "leads": list_leads(leads, accounts.ids),
        "competitor_bids": list_bids(accounts, bids),
        "market_prices": list_prices(market),
        "wallets": wallets,
    }
    truth = {
        "accounts": list_true_accounts(setting, plan, history).assign(
            serving_cost_cny=cost_to_serve(setting, orders, tables["visits"]).round(2)
        ),
        "leads": list_true_leads(world, leads),
        "bids": list_true_bids(world, accounts, bids["who"].to_numpy(), bids["cut"].to_numpy()),
    }
    return Simulated(
        tables={name: conform(table, name) for name, table in tables.items()},
        truth={name: conform(table, f"truth.{name}") for name, table in truth.items()},
        parameters=tuple(list_parameters(world.wholesale, prefix="wholesale.")),
    )


def _make_streams(world: World) -> Streams:
    """A random generator for each part of the simulation: a change in one leaves the others as they were."""
    seeds = np.random.SeedSequence([world.seed, 2]).spawn(len(STREAMS))
    return {name: np.random.default_rng(seed) for name, seed in zip(STREAMS, seeds, strict=True)}


def _set_the_stage(
    world: World, calendar: MonthCalendar, market: Market, accounts: Accounts, plan: Floats, streams: Streams
) -> Setting:
    """Everything that is settled before the first month: presence, needs, visits, contracts."""
    since = (accounts.since_on[:, None] - calendar.starts[None, :]).astype(np.int64)
    first_day = np.clip(since, 0, calendar.days[None, :])
    visits = draw_visit_counts(world, market, plan, 1 - first_day / calendar.days, streams["visits"])
    dear = np.exp(world.wholesale.market.share_by_price * market.oil)
    terms = draw_terms(world, calendar, accounts, streams["contracts"])
    return Setting(
        world=world,
        calendar=calendar,
        market=market,
        accounts=accounts,
        first_day=first_day,
        visits=visits,
        needed=_draw_needs(world, calendar, market, accounts, streams["needs"]),
        pull=visit_factor(world, accounts, visits) * dear,
        terms=terms,
        under_contract=months_under_contract(world, calendar, terms),
        tender_month=draw_tender_months(accounts, streams["contracts"]),
        promise=make_promise(world, calendar, market, accounts),
    )


def _list_sales(
    setting: Setting, history: AccountHistory, streams: Streams
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables orders and wallets."""
    last_day = history.last_days(setting.calendar)
    present = np.clip(last_day - setting.first_day, 0, None) / setting.calendar.days
    most = np.maximum(setting.world.wholesale.accounts.most_wallet_share * setting.needed, history.bought)
    bought = np.minimum(history.bought * setting.promise.factor, most)
    drawn = draw_orders(setting, history.bought * present, bought * present, last_day, streams["orders"])
    left_on = history.left_on(setting.calendar)
    closed_on = np.where(history.cause == CLOSED, left_on, np.datetime64("NaT"))
    orders = list_orders(setting, drawn, closed_on, streams["payments"])
    return orders, list_wallets(setting, setting.needed * present, orders, streams["wallets"])


def _list_visits(setting: Setting, history: AccountHistory, leads: Leads, streams: Streams) -> pd.DataFrame:
    """The table visits: to accounts while they are there, and to leads."""
    to_leads = draw_lead_visits(leads, setting.world, setting.calendar, streams["leads"])
    return list_visits(
        setting,
        last_on=history.left_on(setting.calendar),
        bid_counts=history.bid_counts(setting.calendar),
        lead_visits=to_leads,
        rng=streams["visit_days"],
    )


def _draw_needs(
    world: World, calendar: MonthCalendar, market: Market, accounts: Accounts, rng: np.random.Generator
) -> Floats:
    """Tonnes that each account needs in each full month: size, season of its industry, oil price, noise."""
    settings = world.wholesale.market
    noise = rng.normal(0, settings.need_noise, (len(accounts.need), len(calendar.starts)))
    logs = settings.need_by_price * market.oil[None, :] + noise
    return accounts.need[:, None] * season(world, calendar)[accounts.industry] * np.exp(logs)
