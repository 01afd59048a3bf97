"""The numbers behind Osmanthus: who shops there, how they buy, and what makes them stay or leave.

The second half of the numbers (service, surveys, points, campaigns, panel, costs, serving) is in `marketing`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from crmlib.simulation.parameters import number
from crmlib.simulation.world.marketing import (
    CampaignNumbers,
    CostNumbers,
    MemberServingNumbers,
    PanelNumbers,
    PointsNumbers,
    ServiceNumbers,
    SurveyNumbers,
)

PROTOTYPE = "prototype of the model, re-calibrated"
COURSE_N_52 = "N-52, N-53: own brand 15 % of sales, 20 to 40 % cheaper"


@dataclass(frozen=True)
class StoreNumbers:
    """Where Osmanthus sells, and against whom."""

    count: int = number(40, unit="stores", meaning="stores of the chain")
    rivals_mix: tuple[float, ...] = number(
        (0.25, 0.225, 0.225, 0.175, 0.125),
        unit="share",
        meaning="share of stores with 0, 1, 2, 3 and 4 rivals within walking distance",
    )
    size_sd: float = number(0.35, unit="log", meaning="how much stores differ in size (standard deviation)")
    quality_mean: float = number(3.6, unit="score 1-5", meaning="mean score given by mystery shoppers")
    quality_sd: float = number(0.5, unit="score 1-5", meaning="how much stores differ in service quality")
    load_mean: float = number(1.5, unit="customers", meaning="mean queue at an open till in an ordinary hour")
    load_sd: float = number(0.35, unit="log", meaning="how much stores differ in the length of their queues")
    minutes_per_customer: float = number(1.4, unit="minutes", meaning="time a cashier needs for one customer")


@dataclass(frozen=True)
class ShopperNumbers:
    """The people of the eight cities: what each one carries, before any card."""

    rate_shape: float = number(
        0.90,
        unit="1",
        meaning="gamma shape of the purchase rate: low means few heavy, many light shoppers",
        source=PROTOTYPE,
    )
    rate_scale: float = number(
        0.454,
        unit="visits per month",
        meaning="gamma scale of the purchase rate; mean = shape × scale",
        source=PROTOTYPE,
    )
    basket_sd: float = number(
        0.43, unit="log yuan", meaning="how much shoppers differ in their usual basket", source=PROTOTYPE
    )
    sensitivity_sd: float = number(
        0.4, unit="log", meaning="how much shoppers differ in price sensitivity (its median is 1)"
    )
    satisfaction_mean: float = number(
        0.6, unit="latent score", meaning="mean base satisfaction", source=PROTOTYPE
    )
    satisfaction_sd: float = number(
        0.6, unit="latent score", meaning="how much shoppers differ in base satisfaction", source=PROTOTYPE
    )
    satisfaction_with_quality: float = number(
        0.3, unit="correlation", meaning="correlation of base satisfaction and relationship quality"
    )
    satisfaction_by_store: float = number(
        0.12, unit="latent score per sd", meaning="effect of the home store's service quality on satisfaction"
    )
    satisfaction_by_waiting: float = number(
        -0.12, unit="latent score per sd", meaning="effect of the home store's queues on satisfaction"
    )
    distance_median_km: float = number(1.8, unit="km", meaning="median way from home to the home store")
    distance_sd: float = number(0.7, unit="log", meaning="how much the way differs between shoppers")
    visits_by_distance: float = number(
        -0.06, unit="log visits per km", meaning="visits lost by one more kilometre"
    )
    frailty_sd: float = number(
        0.70, unit="log odds", meaning="how much shoppers differ in their tendency to leave", source=PROTOTYPE
    )
    female_share: float = number(0.86, unit="share", meaning="women among the shoppers", source="K-03, K-05")
    age_means: tuple[float, ...] = number(
        (25.5, 36.0, 51.0),
        unit="years",
        meaning="mean age of young, middle and older shoppers",
        source="K-03",
    )
    age_shares: tuple[float, ...] = number(
        (0.66, 0.24, 0.10), unit="share", meaning="share of young, middle and older shoppers", source="K-03"
    )


@dataclass(frozen=True)
class JoiningNumbers:
    """Who takes the card, when, and what the card changes."""

    pool_per_member: float = number(
        1.65, unit="shoppers per member", meaning="shoppers in the cities for each one who takes the card"
    )
    by_rate: float = number(
        0.36,
        unit="exponent",
        meaning="heavy buyers take the card more readily: pull = rate to this power",
        source="Meyer-Waarden: heavy buyers join earlier",
    )
    by_quality: float = number(
        0.40, unit="log pull per sd", meaning="effect of relationship quality on taking the card"
    )
    rush_months: int = number(9, unit="months", meaning="length of the rush after the card was introduced")
    rush_share: float = number(0.45, unit="share", meaning="members who join during the rush")
    shopped_before: float = number(
        0.45, unit="share", meaning="members who already shopped at Osmanthus before they took the card"
    )
    channel_shares: tuple[float, ...] = number(
        (0.70, 0.17, 0.09, 0.04), unit="share", meaning="members joining by store, online, referral, partner"
    )
    referred_quality: float = number(
        0.30,
        unit="sd",
        meaning="selection: how much higher relationship quality of referred members is",
        source="Schmitt et al.: at least 16 % more valuable",
    )
    referred_rate: float = number(
        1.12, unit="ratio", meaning="selection: purchase rate of referred members against others"
    )
    referred_effect: float = number(
        -0.15, unit="log odds", meaning="causal: what having been referred takes off the odds of leaving"
    )
    activated_share: float = number(
        0.88, unit="share", meaning="members who activate the card", source="K-08"
    )
    activation_days: float = number(6.0, unit="days", meaning="mean days from joining to activating")
    fee_cny: float = number(20.0, unit="yuan", meaning="fee for the card", source="N-26")
    lift: float = number(
        0.07,
        unit="share",
        meaning="true change of visits caused by the card",
        source="Leenheer et al.: causal effect far smaller than the raw gap; design 5 to 10 %",
    )
    lift_sd: float = number(0.03, unit="share", meaning="how much the card's effect differs between members")


@dataclass(frozen=True)
class VisitNumbers:
    """When people come."""

    month_factors: tuple[float, ...] = number(
        (0.98, 0.86, 1.03, 0.95, 1.00, 1.05, 0.95, 0.97, 0.98, 1.00, 1.16, 1.07),
        unit="ratio",
        meaning="visits in January … December against the average month",
    )
    weekday_factors: tuple[float, ...] = number(
        (0.93, 0.92, 0.885, 0.93, 1.03, 1.24, 1.275),
        unit="ratio",
        meaning="visits on Monday … Sunday against the average day",
        source="computed from public grocery panels: peak to trough 1.4 to 1.5",
    )
    by_satisfaction: float = number(
        0.30,
        unit="log visits per latent point",
        meaning="effect of satisfaction on visits, at medium competition",
    )
    by_promotion: float = number(
        0.12, unit="log visits", meaning="effect of a promotion week, one standard deviation above normal"
    )
    near_reward: float = number(
        0.15, unit="share", meaning="more visits when the points balance is close to the next reward"
    )
    online_share: float = number(0.14, unit="share", meaning="purchases made online")
    other_store_share: float = number(0.12, unit="share", meaning="purchases away from the home store")


@dataclass(frozen=True)
class BasketNumbers:
    """What is bought."""

    products_per_category: int = number(60, unit="products", meaning="products in each of the seven groups")
    price_medians: tuple[float, ...] = number(
        (30.0, 26.0, 20.0, 15.0, 18.0, 48.0, 11.0),
        unit="yuan",
        meaning="median price of skin care, cosmetics, hair, body, health, nutrition, tools",
    )
    price_sd: float = number(
        0.55,
        unit="log yuan",
        meaning="spread of log prices in a product group (exponential: a long tail of dear ones)",
    )
    own_brand_share: float = number(0.135, unit="share", meaning="products of the own brand", source="N-51")
    own_brand_cheaper: tuple[float, float] = number(
        (0.20, 0.40),
        unit="share",
        meaning="least and most that an own-brand product is cheaper",
        source=COURSE_N_52,
    )
    cost_share: float = number(0.64, unit="share of list price", meaning="purchase cost of an agency brand")
    own_cost_share: float = number(0.46, unit="share of list price", meaning="purchase cost of an own brand")
    popularity_sd: float = number(0.4, unit="log", meaning="how much products differ in popularity")
    lines_mean: float = number(3.0, unit="lines", meaning="mean number of different products on a receipt")
    lines_sd: float = number(0.30, unit="log lines", meaning="how much receipts differ in expected lines")
    lines_by_basket: float = number(
        0.60, unit="log lines per log yuan", meaning="share of a big basket that comes from more lines"
    )
    price_by_basket: float = number(
        2.1, unit="log odds per log yuan", meaning="pull of big-basket shoppers to dear products"
    )
    price_by_lines: float = number(
        -2.8, unit="log odds per log line", meaning="pull to cheap products on long receipts (a budget)"
    )
    habit_share: float = number(
        0.23, unit="share of lines", meaning="lines on which a shopper buys the usual product of the category"
    )
    promoted_share: float = number(0.195, unit="share", meaning="products on promotion at any time")
    depths: tuple[float, ...] = number(
        (0.10, 0.15, 0.20, 0.25, 0.30, 0.40, 0.50),
        unit="share",
        meaning="possible price cuts",
        source="computed from public panels: median 25 %, 90th percentile 47 %",
    )
    depth_shares: tuple[float, ...] = number(
        (0.13, 0.18, 0.22, 0.19, 0.13, 0.09, 0.06), unit="share", meaning="how often each price cut is given"
    )
    promotion_lift: float = number(
        3.4, unit="log demand per share of price", meaning="demand gained by a price cut of 100 % (log)"
    )
    promotion_display: float = number(0.35, unit="log demand", meaning="demand gained by the display alone")
    freight_cny: float = number(6.0, unit="yuan", meaning="freight of an online order below the free limit")
    freight_free_from_cny: float = number(99.0, unit="yuan", meaning="goods value from which freight is free")


@dataclass(frozen=True)
class LeavingNumbers:
    """Why and how fast people leave: four causes compete, each with its own log odds a month."""

    at_once: float = number(
        0.115, unit="share", meaning="joiners who never come back after the first purchase", source=PROTOTYPE
    )
    access: float = number(-4.67, unit="log odds a month", meaning="moving away or no longer passing by")
    access_by_distance: float = number(
        0.12, unit="log odds per km", meaning="effect of one more kilometre on leaving for access"
    )
    satisfaction: tuple[float, ...] = number(
        (-5.84, -4.61, -3.66),
        unit="log odds a month",
        meaning="leaving out of dissatisfaction, at satisfaction 0, with low, medium, high competition",
    )
    price: tuple[float, ...] = number(
        (-6.07, -5.17, -4.44), unit="log odds a month", meaning="leaving for price, by competition"
    )
    rival: tuple[float, ...] = number(
        (-7.17, -5.06, -4.10), unit="log odds a month", meaning="drawn away by a rival, by competition"
    )
    slope: float = number(
        -1.35, unit="log odds per latent point", meaning="effect of satisfaction on leaving", source=PROTOTYPE
    )
    slope_by_competition: tuple[float, ...] = number(
        (0.25, 1.0, 1.88),
        unit="ratio",
        meaning="that effect with low, medium, high competition",
        source="Jones and Sasser; Seiders et al.: competition moderates behaviour",
    )
    delight: float = number(
        0.60,
        unit="1 per latent point",
        meaning="increasing returns: effect grows with satisfaction",
        source="Mittal and Kamakura: behaviour shows increasing returns",
    )
    by_quality: float = number(
        -0.45, unit="log odds per sd", meaning="effect of relationship quality on leaving"
    )
    price_by_sensitivity: float = number(
        0.6, unit="log odds per unit", meaning="effect of price sensitivity on leaving for price"
    )
    interviewed_share: float = number(0.28, unit="share", meaning="leavers who can be asked for their reason")
    second_rate: float = number(0.8, unit="ratio", meaning="purchase rate after a win-back against before")
    second_hazard: float = number(
        0.7, unit="log odds", meaning="how much more easily a customer who was won back leaves again"
    )


@dataclass(frozen=True)
class RetailWorld:
    """All numbers of the chain Osmanthus."""

    stores: StoreNumbers = field(default_factory=StoreNumbers)
    shoppers: ShopperNumbers = field(default_factory=ShopperNumbers)
    joining: JoiningNumbers = field(default_factory=JoiningNumbers)
    visits: VisitNumbers = field(default_factory=VisitNumbers)
    baskets: BasketNumbers = field(default_factory=BasketNumbers)
    leaving: LeavingNumbers = field(default_factory=LeavingNumbers)
    service: ServiceNumbers = field(default_factory=ServiceNumbers)
    surveys: SurveyNumbers = field(default_factory=SurveyNumbers)
    points: PointsNumbers = field(default_factory=PointsNumbers)
    campaigns: CampaignNumbers = field(default_factory=CampaignNumbers)
    panel: PanelNumbers = field(default_factory=PanelNumbers)
    costs: CostNumbers = field(default_factory=CostNumbers)
    serving: MemberServingNumbers = field(default_factory=MemberServingNumbers)
