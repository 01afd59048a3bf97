"""The numbers behind the wholesaler Northport (北港): who its accounts are, and what keeps or loses them.

Tuples with three entries are for the segments small, middle and key, in this order. The other
numbers are in `bonds` (bonds, offers, exits, types) and `sales` (contracts, orders, service, leads).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from crmlib.simulation.parameters import number
from crmlib.simulation.world.bonds import BondNumbers, ExitNumbers, TypeNumbers
from crmlib.simulation.world.sales import (
    AccountServingNumbers,
    ContractNumbers,
    LeadNumbers,
    PromiseNumbers,
    SalesNumbers,
)

VISITS = "Albers, Mantrala and Sridhar 2010: personal selling elasticity .34 (target .25 to .40)"
OLDER = "Román and Martín 2008: visits help, less so in older relationships"
PLAN = "course, F-27: 3, 2 and 1 visits a month to A, B and C customers"
STYLES = "course, C-08: competitive customers go where the price is lower, tender customers buy by bid"


@dataclass(frozen=True)
class AccountNumbers:
    """The business accounts: how much they need, and how they buy."""

    segment_sizes: tuple[int, int, int] = number(
        (120, 80, 40), unit="accounts", meaning="accounts in the segments small, middle and key"
    )
    median_need_tonnes: float = number(
        16.0, unit="tonnes per month", meaning="median need of fuel of an account, from all suppliers"
    )
    sd_log_need: float = number(
        1.38, unit="log", meaning="spread of the need between accounts; 1.38 gives the top 20 % about 75 %"
    )
    segment_noise: float = number(
        0.25, unit="log", meaning="error of the sales department when it sorts accounts by need into segments"
    )
    wallet_share: float = number(
        0.5, unit="share", meaning="mean share of an account's need that Northport supplies at the start"
    )
    wallet_share_sd: float = number(0.12, unit="share", meaning="spread of that share between accounts")
    wallet_share_by_quality: float = number(
        0.03, unit="share", meaning="what one standard deviation of relationship quality adds to that share"
    )
    most_wallet_share: float = number(0.95, unit="share", meaning="share of the need that is never exceeded")
    relationship_years: float = number(
        6.0, unit="years", meaning="mean age of the relationships that exist when the data begin"
    )
    relationship_shape: float = number(1.6, unit="1", meaning="shape of the gamma distribution of those ages")
    quality_by_age: float = number(
        0.06, unit="1 per year", meaning="what a year of the relationship adds to its quality, before scaling"
    )
    sd_price_sensitivity: float = number(
        0.3, unit="log", meaning="spread of price sensitivity between accounts; its median is 1"
    )
    city_km: tuple[float, ...] = number(
        (12.0, 25.0, 40.0, 55.0, 75.0, 100.0, 130.0, 165.0),
        unit="km",
        meaning="way from the depot to each city",
    )
    city_shares: tuple[float, ...] = number(
        (0.2, 0.17, 0.15, 0.13, 0.11, 0.1, 0.08, 0.06), unit="share", meaning="accounts in each city"
    )
    suburb_km: float = number(8.0, unit="km", meaning="mean way from the city's centre to the account")
    industry_shares: tuple[float, ...] = number(
        (0.28, 0.2, 0.16, 0.18, 0.12, 0.06),
        unit="share",
        meaning="accounts in transport, construction, farming, manufacturing, stations, public services",
    )
    tender_industry_shares: tuple[float, ...] = number(
        (0.2, 0.15, 0.0, 0.1, 0.0, 0.55), unit="share", meaning="the same among accounts that buy by tender"
    )
    employees: float = number(
        4.0, unit="persons", meaning="employees of an account that needs a tonne a month"
    )
    employees_by_need: float = number(
        0.6, unit="elasticity", meaning="per cent more employees per cent of need"
    )
    employees_sd: float = number(
        0.5, unit="log", meaning="spread of employees between accounts of equal need"
    )
    joining_weights: tuple[float, ...] = number(
        (1.0, 0.6, 0.15), unit="1", meaning="how likely a newly won account is small, middle or key"
    )
    style_shares: tuple[float, ...] = number(
        (0.45, 0.4, 0.15), unit="share", source=STYLES, meaning="loyal, competitive and tender accounts"
    )
    salespeople: int = number(8, unit="persons", meaning="salespeople who look after accounts")
    territory: float = number(
        0.8, unit="share", meaning="accounts that are looked after by the salesperson of their city"
    )
    selection: float = number(
        1.0,
        unit="1",
        meaning="how strongly visits, bonds and types follow size, quality and oil price; 0: by chance",
    )
    alike: float = number(
        0.0, unit="1", meaning="1 makes all accounts alike in need, share, quality and sensitivity"
    )


@dataclass(frozen=True)
class MarketNumbers:
    """The price of fuel, which moves needs, visits and rivals together."""

    base_price_cny: tuple[float, ...] = number(
        (7600.0, 8900.0, 16500.0, 7000.0),
        unit="yuan per tonne",
        meaning="mean market price of diesel, petrol, lubricant and heating oil",
    )
    oil_pass_through: tuple[float, ...] = number(
        (1.0, 0.95, 0.3, 1.05),
        unit="1",
        meaning="per cent that each product's price moves by with one per cent of oil",
    )
    season_height: tuple[float, ...] = number(
        (0.05, 0.2, 0.35, 0.06, 0.08, 0.2), unit="log", meaning="seasonal swing of the need by industry"
    )
    season_peak: tuple[float, ...] = number(
        (11.0, 10.0, 5.0, 12.0, 8.0, 1.0), unit="month", meaning="month in which each industry needs most"
    )
    heating_season: float = number(
        0.8, unit="1", meaning="swing of heating oil's part of the orders, peak in January"
    )
    product_noise: float = number(0.006, unit="log", meaning="weekly noise of each product's price")
    oil_swing: float = number(0.16, unit="log", meaning="half height of the oil price's long swing")
    oil_swing_months: float = number(17.0, unit="months", meaning="length of the long swing")
    oil_shock_sd: float = number(0.015, unit="log", meaning="weekly shock of the oil price")
    oil_memory: float = number(0.93, unit="per week", meaning="share of last week's deviation that remains")
    need_by_price: float = number(
        -0.3,
        unit="elasticity",
        meaning="per cent that the need changes by with one per cent of the oil price",
    )
    share_by_price: float = number(
        -0.6,
        unit="elasticity",
        meaning="the same for Northport's share of the need: when fuel is dear, accounts shop around",
    )
    need_noise: float = number(0.15, unit="log", meaning="month-to-month noise of an account's need")


@dataclass(frozen=True)
class SalesVisitNumbers:
    """Sales visits and what they change; the effect is concave."""

    visits_per_month: tuple[float, ...] = number(
        (1.0, 2.0, 3.0), unit="visits per month", source=PLAN, meaning="planned visits to an account"
    )
    visits_by_price: float = number(
        3.0,
        unit="elasticity",
        meaning="per cent more visits per cent of the oil price: accounts are defended in dear months",
    )
    reference_visits: float = number(
        2.0, unit="visits per month", meaning="visits at which the wallet share is as stated for the account"
    )
    effort_sd: float = number(
        0.2, unit="log", meaning="how much salespeople differ in the number of their visits"
    )
    first_week: tuple[float, ...] = number(
        (0.22, 0.25, 0.45),
        unit="share",
        meaning="visits paid in the first week of the month",
        source="course, F-27: A customers are visited early in the month; held by a part only",
    )
    purposes: tuple[float, ...] = number(
        (0.78, 0.12, 0.07, 0.03), unit="share", meaning="routine, problem, offer and contract visits"
    )
    offers_after_bid: float = number(
        0.6, unit="share", meaning="visits that are about an offer in a month in which a rival called"
    )
    minutes: float = number(50.0, unit="minutes", meaning="mean length of a visit")
    visits_km: float = number(400.0, unit="km", meaning="distance over which planned visits fall to 37 %")
    visit_effect: float = number(
        0.38,
        unit="log per log(1 + visits)",
        source=VISITS,
        meaning="effect of the month's visits, old relationship",
    )
    visit_effect_new: float = number(
        0.22, unit="log per log(1 + visits)", source=OLDER, meaning="what a brand-new relationship adds to it"
    )
    visit_effect_years: float = number(
        5.0, unit="years", source=OLDER, meaning="age over which that addition falls to 37 %"
    )


@dataclass(frozen=True)
class WholesaleWorld:
    """Every number of the wholesaler's simulation, in groups, each with unit, meaning and source.

    >>> WholesaleWorld().accounts.segment_sizes
    (120, 80, 40)
    """

    accounts: AccountNumbers = field(default_factory=AccountNumbers)
    market: MarketNumbers = field(default_factory=MarketNumbers)
    visits: SalesVisitNumbers = field(default_factory=SalesVisitNumbers)
    bonds: BondNumbers = field(default_factory=BondNumbers)
    exits: ExitNumbers = field(default_factory=ExitNumbers)
    types: TypeNumbers = field(default_factory=TypeNumbers)
    terms: ContractNumbers = field(default_factory=ContractNumbers)
    sales: SalesNumbers = field(default_factory=SalesNumbers)
    promise: PromiseNumbers = field(default_factory=PromiseNumbers)
    serving: AccountServingNumbers = field(default_factory=AccountServingNumbers)
    leads: LeadNumbers = field(default_factory=LeadNumbers)
