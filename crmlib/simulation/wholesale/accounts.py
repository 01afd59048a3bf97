"""Northport's accounts: what each one needs and is like, and which bonds and type the firm chose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.simulation.columns import label, levels
from crmlib.simulation.draws import Bools, Dates, Floats, Ints, draw_levels, log_odds, to_share
from crmlib.simulation.wholesale.calendar import MonthCalendar
from crmlib.simulation.world.worlds import World

FIRST_ID = 501
LOYAL, TENDER = 0, 2
CREDIT_TERMS = np.array([0, 15, 30, 45, 60, 90])


@dataclass(frozen=True)
class _BareAccounts:
    """What accounts are before the firm has done anything, one array entry each, in the order of their ids.

    Segments and styles are level numbers.
    """

    since_on: Dates
    segment: Ints
    industry: Ints
    style: Ints
    city: Ints
    distance_km: Floats
    employees: Ints
    salesperson: Ints
    need: Floats
    quality: Floats
    price_sensitivity: Floats


@dataclass(frozen=True)
class Accounts(_BareAccounts):
    """The accounts with all that the firm chose for them.

    base_share: wallet share at the reference number of visits. fitting_type: what matrix C-16 asks for.
    bonds: accounts × (financial, social, structural). protections: log odds, at no price cut.
    """

    credit_days: Ints
    base_share: Floats
    discount: Floats
    order_rate: Floats
    type: Ints
    fitting_type: Ints
    bonds: Bools
    protections: Floats
    visit_effect: Floats
    late_share: Floats

    @property
    def ids(self) -> Ints:
        """Customer numbers."""
        return FIRST_ID + np.arange(len(self.need))

    @property
    def fits(self) -> Bools:
        """True where the type given is the one that the matrix asks for."""
        return self.type == self.fitting_type


def create_accounts(
    world: World, calendar: MonthCalendar, won_on: Dates, rng: np.random.Generator
) -> Accounts:
    """The accounts of the whole history: those of old, and one for each day of won_on (ascending)."""
    who = _draw_bare_accounts(world, calendar, won_on, rng)
    sales = world.wholesale.sales
    count = len(who.need)
    bonds = _draw_bonds(world, who.segment, who.quality, rng)
    noise = rng.normal(0, sales.discount_sd, count)
    discount = np.array(sales.discount)[who.segment] + noise + sales.rebate * bonds[:, 0]
    discount = np.clip(discount, 0, 0.06)
    order_rate = _order_rate(world, who)
    fitting, given = _draw_types(world, who, discount, order_rate, rng)
    settings, alike = world.wholesale.accounts, world.wholesale.accounts.alike
    share = settings.wallet_share + (1 - alike) * (
        rng.normal(0, settings.wallet_share_sd, count) + settings.wallet_share_by_quality * who.quality
    )
    share = np.clip(share + world.wholesale.types.fit_share * (fitting == given), 0.12, 0.85)
    credit = rng.normal(np.array(sales.credit_days)[who.segment], 12)
    nearest = np.abs(CREDIT_TERMS[None, :] - credit[:, None]).argmin(axis=1)
    return Accounts(
        **vars(who),
        base_share=share,
        discount=discount,
        order_rate=order_rate,
        bonds=bonds,
        protections=_draw_protections(world, count, rng),
        type=given,
        fitting_type=fitting,
        credit_days=CREDIT_TERMS[nearest],
        visit_effect=_visit_effect(world, calendar, who.since_on),
        late_share=to_share(log_odds(np.array(sales.late_share)) + rng.normal(0, sales.sd_log_late, count)),
    )


def _draw_bare_accounts(
    world: World, calendar: MonthCalendar, won_on: Dates, rng: np.random.Generator
) -> _BareAccounts:
    """Everything about the accounts that the firm did not choose, in the order of their first day."""
    settings = world.wholesale.accounts
    count, spread = sum(settings.segment_sizes), 1 - settings.alike
    since, segment, need = _draw_sizes(world, calendar, won_on, rng)
    age = (calendar.starts[0] - since).astype(np.int64) / 365.25
    years = np.clip(age - settings.relationship_years, -6, 8)
    quality = rng.normal(0, 1, count) + settings.quality_by_age * years
    style = draw_levels(np.tile(settings.style_shares, (count, 1)), rng)
    ordinary, tender = settings.industry_shares, settings.tender_industry_shares
    industry = draw_levels(np.where((style == TENDER)[:, None], tender, ordinary), rng)
    city = draw_levels(np.tile(settings.city_shares, (count, 1)), rng)
    suburb = rng.gamma(2.0, settings.suburb_km / 2, count)
    at_home = rng.random(count) < settings.territory
    area = np.where(at_home, city, rng.integers(0, len(settings.city_km), count))
    usual = settings.employees * need**settings.employees_by_need
    employees = np.ceil(usual * np.exp(rng.normal(0, settings.employees_sd, count)))
    return _BareAccounts(
        since_on=since,
        segment=segment,
        industry=industry,
        style=style,
        city=city,
        distance_km=np.round(np.array(settings.city_km)[city] + suburb, 1),
        employees=employees.astype(np.int64),
        salesperson=1 + area % settings.salespeople,
        need=need,
        quality=spread * (quality - quality.mean()) / quality.std(),
        price_sensitivity=np.exp(spread * rng.normal(0, settings.sd_price_sensitivity, count)),
    )


def _draw_sizes(
    world: World, calendar: MonthCalendar, won_on: Dates, rng: np.random.Generator
) -> tuple[Dates, Ints, Floats]:
    """First day, segment and need (tonnes a month) of each account, in the order of the first day.

    The sales department sorts by need, with an error; newly won accounts are mostly small.
    """
    settings = world.wholesale.accounts
    count = sum(settings.segment_sizes)
    height = np.clip(rng.normal(0, 1, count), -2.4, 2.4) * settings.sd_log_need
    seen = height + rng.normal(0, settings.segment_noise, count)
    segment = np.empty(count, dtype=np.int64)
    segment[np.argsort(seen, kind="stable")] = np.repeat([0, 1, 2], settings.segment_sizes)
    weights = np.array(settings.joining_weights)[segment]
    new = rng.choice(count, size=len(won_on), replace=False, p=weights / weights.sum())
    since = calendar.starts[0] - _draw_ages(world, count, rng)
    since[new] = won_on
    order = np.argsort(since, kind="stable")
    need = settings.median_need_tonnes * np.exp((1 - settings.alike) * height)
    return since[order], segment[order], need[order]


def _draw_ages(world: World, count: int, rng: np.random.Generator) -> Dates:
    """Ages of the relationships of old, half a month to 18 years."""
    settings = world.wholesale.accounts
    years = rng.gamma(
        settings.relationship_shape, settings.relationship_years / settings.relationship_shape, count
    )
    return np.ceil(np.clip(years, 0.04, 18) * 365.25).astype("timedelta64[D]")


def _visit_effect(world: World, calendar: MonthCalendar, since_on: Dates) -> Floats:
    """Effect of visits; it is smaller, the older the relationship is in the middle of the history."""
    visits = world.wholesale.visits
    middle = calendar.starts[len(calendar.starts) // 2]
    age = np.maximum((middle - since_on).astype(np.int64) / 365.25, 0)
    return visits.visit_effect + visits.visit_effect_new * np.exp(-age / visits.visit_effect_years)


def _draw_bonds(world: World, segment: Ints, quality: Floats, rng: np.random.Generator) -> Bools:
    """Who has which bond: key accounts and good relationships more often, unless selection is 0."""
    bonds, selection = world.wholesale.bonds, world.wholesale.accounts.selection
    shares = np.array([bonds.financial_bonds, bonds.social_bonds, bonds.structural_bonds])
    sizes = np.array(world.wholesale.accounts.segment_sizes)
    mean = (shares * sizes).sum(axis=1, keepdims=True) / sizes.sum()
    odds = log_odds(selection * shares + (1 - selection) * mean)[:, segment].T
    odds = odds + selection * bonds.bonds_by_quality * quality[:, None]
    return rng.random(odds.shape) < to_share(odds)


def _draw_protections(world: World, count: int, rng: np.random.Generator) -> Floats:
    """What each bond takes, or would take, off the log odds of losing to a bid, before it fades."""
    bonds = world.wholesale.bonds
    mean = np.array([bonds.financial_protection, bonds.social_protection, bonds.structural_protection])
    spread = rng.normal(0, bonds.sd_protection, (count, 3)) * (1 - world.wholesale.accounts.alike)
    return mean * np.exp(spread - bonds.sd_protection**2 / 2 * (1 - world.wholesale.accounts.alike))


def _order_rate(world: World, who: _BareAccounts) -> Floats:
    """Orders a month at the reference: by segment, and more where the need is larger than usual there."""
    sales = world.wholesale.sales
    logs = np.log(who.need)
    usual = np.bincount(who.segment, logs, minlength=3) / np.bincount(who.segment, minlength=3)
    relative = np.exp(sales.orders_by_need * (logs - usual[who.segment]))
    return np.clip(np.array(sales.orders_per_month)[who.segment] * relative, 0.5, 24)


def _planned_margin(world: World, who: _BareAccounts, discount: Floats, order_rate: Floats) -> Floats:
    """Margin share that the sales department expects: product mix less discount and delivery."""
    sales, market = world.wholesale.sales, world.wholesale.market
    mix = np.array(sales.product_mix)[who.industry]
    price = mix @ np.array(market.base_price_cny)
    gross = mix @ (np.array(market.base_price_cny) * np.array(sales.gross_margin))
    size = who.need * world.wholesale.accounts.wallet_share / order_rate
    way = sales.order_cost_cny + sales.truck_cost_cny * who.distance_km * np.ceil(size / sales.truck_tonnes)
    return (gross - way / size) / price - discount


def _draw_types(
    world: World, who: _BareAccounts, discount: Floats, order_rate: Floats, rng: np.random.Generator
) -> tuple[Ints, Ints]:
    """The type that the matrix C-16 asks for, and the one that the firm gave: the same, or a neighbour."""
    types, selection = world.wholesale.types, world.wholesale.accounts.selection
    margin = _planned_margin(world, who, discount, order_rate)
    thirds = np.searchsorted(np.quantile(margin, [1 / 3, 2 / 3]), margin)
    fitting = who.segment + thirds
    chance = selection * np.array(types.type_fits)[who.segment] + (1 - selection) * np.mean(types.type_fits)
    step = np.where(rng.random(len(margin)) < 0.5, 1, -1)
    step = np.where((fitting + step < 0) | (fitting + step > 4), -step, step)
    given = np.where(rng.random(len(margin)) < chance, fitting, fitting + step)
    return fitting, given


def list_accounts(accounts: Accounts, promised_on: Dates) -> pd.DataFrame:
    """The table accounts. promised_on: since when each account is promised a fast delivery, or NaT."""
    return pd.DataFrame(
        {
            "customer_id": accounts.ids,
            "segment": label(accounts.segment, levels("accounts", "segment")),
            "industry": label(accounts.industry, levels("accounts", "industry")),
            "city": label(accounts.city, levels("accounts", "city")),
            "distance_km": accounts.distance_km,
            "employees": accounts.employees,
            "since_on": accounts.since_on,
            "salesperson_id": accounts.salesperson,
            "credit_days": accounts.credit_days,
            "relationship_type": label(accounts.type, levels("accounts", "relationship_type")),
            "financial_bond": accounts.bonds[:, 0],
            "social_bond": accounts.bonds[:, 1],
            "structural_bond": accounts.bonds[:, 2],
            "buying_style": label(accounts.style, levels("accounts", "buying_style")),
            "delivery_promised_on": promised_on,
        }
    )
