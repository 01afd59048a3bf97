"""The numbers behind Northport's sales: contracts, orders, a promise, cost to serve, winning accounts.

Tuples with three entries are for the segments small, middle and key, those with five for the stages or the
sources of leads, those with four for diesel, petrol, lubricant and heating oil.
"""

from __future__ import annotations

from dataclasses import dataclass

from crmlib.simulation.parameters import number

STYLES = "course, C-08: tender customers give the right to supply for a set period"
STAGES = "course, D-16: five stages of winning a business customer; the sizes are a design choice"
MAN = "course, D-03 and D-05: money, authority, need; the sizes are a design choice"


@dataclass(frozen=True)
class ContractNumbers:
    """Tenders and framework contracts."""

    tender_months: int = number(
        12, unit="months", source=STYLES, meaning="period for which a tender gives the right to supply"
    )
    tender_cut: float = number(0.05, unit="share", meaning="mean cut of the best rival bid in a tender")
    spot_share: float = number(0.15, unit="1", meaning="factor on purchases while a rival holds the tender")
    framework: tuple[float, ...] = number(
        (0.08, 0.4, 0.75), unit="share", meaning="accounts with a framework contract"
    )
    framework_months: int = number(12, unit="months", meaning="term of a framework contract")
    renewal: float = number(0.85, unit="share", meaning="framework contracts renewed when they end")
    contract_fill: float = number(
        0.85, unit="1", meaning="tonnes agreed, as a part of the expected purchases"
    )


@dataclass(frozen=True)
class SalesNumbers:
    """Orders, prices, cost to serve and payment."""

    orders_per_month: tuple[float, ...] = number(
        (1.6, 4.0, 9.0), unit="orders per month", meaning="orders of a mean account"
    )
    orders_by_volume: float = number(
        0.7, unit="elasticity", meaning="per cent more orders per cent of tonnes bought in the month"
    )
    order_size_shape: float = number(6.0, unit="1", meaning="shape of the gamma distribution of order sizes")
    product_mix: tuple[tuple[float, ...], ...] = number(
        (
            (0.88, 0.04, 0.08, 0.0),
            (0.85, 0.03, 0.1, 0.02),
            (0.85, 0.05, 0.06, 0.04),
            (0.4, 0.05, 0.25, 0.3),
            (0.5, 0.47, 0.03, 0.0),
            (0.4, 0.25, 0.05, 0.3),
        ),
        unit="share",
        meaning="orders for diesel, petrol, lubricant and heating oil, a row an industry",
    )
    orders_by_need: float = number(0.35, unit="elasticity", meaning="per cent more orders per cent of need")
    price_noise: float = number(0.003, unit="share", meaning="noise of the price of a single order")
    delivery_days: int = number(3, unit="days", meaning="longest time from order to delivery")
    unpaid_if_closed: float = number(
        0.5, unit="share", meaning="open invoices never paid by an account that closes"
    )
    discount: tuple[float, ...] = number(
        (0.005, 0.015, 0.028), unit="share", meaning="mean discount on the market price"
    )
    discount_sd: float = number(0.006, unit="share", meaning="spread of the discount between accounts")
    rebate: float = number(0.01, unit="share", meaning="further discount of a financial bond")
    gross_margin: tuple[float, ...] = number(
        (0.07, 0.075, 0.2, 0.07),
        unit="share",
        meaning="market price less the refinery's price: diesel, petrol, lubricant, heating oil",
    )
    order_cost_cny: float = number(120.0, unit="yuan per order", meaning="handling an order")
    truck_tonnes: float = number(20.0, unit="tonnes", meaning="load of a tank truck")
    truck_cost_cny: float = number(5.5, unit="yuan per km", meaning="cost of a truck, out and back counted")
    credit_days: tuple[float, ...] = number(
        (10.0, 25.0, 45.0), unit="days", meaning="mean days that an account has to pay"
    )
    late_share: float = number(0.3, unit="share", meaning="invoices paid late by the median account")
    late_days: float = number(12.0, unit="days", meaning="mean delay of a late payment")
    early_days: int = number(3, unit="days", meaning="longest time by which a punctual payment comes early")
    sd_log_late: float = number(0.8, unit="log", meaning="spread of payment habits between accounts")
    wallet_error: float = number(
        0.15, unit="log", meaning="error of a salesperson's estimate of what an account needs"
    )


@dataclass(frozen=True)
class PromiseNumbers:
    """One change of service with a date: from then on middle accounts are promised a fast delivery."""

    lift: float = number(
        0.10, unit="share", meaning="true gain in tonnes of an account that is promised a fast delivery"
    )
    days: int = number(1, unit="days", meaning="longest time from order to delivery under the promise")
    dear_months: int = number(
        6,
        unit="months",
        meaning="the promise follows the dearest months of so many in a row: it is made when sales are bad",
    )
    months_around: int = number(
        12, unit="months", meaning="months of data before and after the promise, at least"
    )


@dataclass(frozen=True)
class AccountServingNumbers:
    """What it costs to serve an account beyond the order: its fuel, handling and trucks are in the margin."""

    visit_hour_cny: float = number(
        150.0, unit="yuan per hour", meaning="a salesperson's working hour, on a visit or on the way"
    )
    way_km_per_hour: float = number(
        55.0, unit="km per hour", meaning="speed of the car on the way to a visit"
    )
    way_km_cny: float = number(1.2, unit="yuan per km", meaning="car of a salesperson, each way counted")
    stops: float = number(3.0, unit="visits", meaning="visits on one tour: they share the way")
    credit_rate: float = number(
        0.06, unit="share per year", meaning="interest on money that is out between delivery and payment"
    )
    reminder_cny: float = number(40.0, unit="yuan", meaning="reminding an account of an overdue invoice")


@dataclass(frozen=True)
class LeadNumbers:
    """Prospects on their way through the five stages."""

    leads_per_month: float = number(13.0, unit="leads per month", meaning="leads recorded")
    source_shares: tuple[float, ...] = number(
        (0.35, 0.15, 0.2, 0.2, 0.1),
        unit="share",
        meaning="leads from calls without notice, referrals, fairs, the website and public tenders",
    )
    money_share: float = number(0.7, unit="share", source=MAN, meaning="leads that can pay")
    authority_share: float = number(0.5, unit="share", source=MAN, meaning="leads whose contact may decide")
    need_share: float = number(0.55, unit="share", source=MAN, meaning="leads with a need")
    need_by_source: tuple[float, ...] = number(
        (-0.4, 0.9, 0.1, 0.2, 1.2),
        unit="log odds",
        source=MAN,
        meaning="what each source adds to having a need",
    )
    stage_pass: tuple[float, ...] = number(
        (0.85, 0.85, 0.8, 0.8, 0.75),
        unit="share",
        source=STAGES,
        meaning="leads with money, authority and need that pass stages 1 to 5; passing stage 5 is winning",
    )
    pass_without_need: tuple[float, ...] = number(
        (0.3, 0.6, 0.6, 0.6, 0.5), unit="1", source=MAN, meaning="factor on passing a stage without need"
    )
    pass_without_money: tuple[float, ...] = number(
        (1.0, 0.5, 0.4, 0.8, 0.6), unit="1", source=MAN, meaning="factor on passing a stage without money"
    )
    pass_without_authority: tuple[float, ...] = number(
        (1.0, 0.9, 0.8, 0.45, 0.5),
        unit="1",
        source=MAN,
        meaning="factor on passing a stage without authority",
    )
    stage_days: tuple[float, ...] = number(
        (12.0, 25.0, 30.0, 40.0, 25.0), unit="days", source=STAGES, meaning="mean time in stages 1 to 5"
    )
    longer_without_authority: tuple[float, ...] = number(
        (1.0, 1.0, 1.3, 1.6, 1.6),
        unit="1",
        source=MAN,
        meaning="factor on the time in a stage without authority: the contact has to ask somebody else",
    )
    taken_for_there: tuple[float, float, float] = number(
        (0.15, 0.25, 0.2),
        unit="share",
        source=MAN,
        meaning="leads without money, authority, need that are recorded as having it: salespeople hope",
    )
    taken_for_missing: tuple[float, float, float] = number(
        (0.06, 0.1, 0.08),
        unit="share",
        source=MAN,
        meaning="leads with money, authority, need that are recorded as lacking it",
    )
    late_reasons: tuple[float, ...] = number(
        (0.45, 0.35, 0.2),
        unit="share",
        meaning="price, rival and no answer among leads that lack nothing and are lost after stage 1",
    )
    lead_visits: float = number(
        1.2, unit="visits per stage", meaning="mean visits to a lead in each stage it reaches"
    )
