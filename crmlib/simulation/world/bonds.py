"""The numbers behind Northport's bonds: rivals' offers, what protects against them, and how an account goes.

Tuples with three entries are for the segments small, middle and key, or the three buying styles.
"""

from __future__ import annotations

from dataclasses import dataclass

from crmlib.simulation.parameters import number

LEVELS = "course, J-04 to J-09: the order of the three levels; the sizes are a design choice"
MATRIX = "course, C-16: type by number of customers and margin; the size is a design choice"
STYLES = "course, C-08: competitive customers go where the price is lower, tender customers buy by bid"


@dataclass(frozen=True)
class BondNumbers:
    """Bonds at the three levels, and the rivals' offers that they protect against."""

    financial_bonds: tuple[float, ...] = number(
        (0.25, 0.5, 0.7), unit="share", meaning="accounts with a financial bond"
    )
    social_bonds: tuple[float, ...] = number(
        (0.15, 0.4, 0.65), unit="share", meaning="accounts with a social bond"
    )
    structural_bonds: tuple[float, ...] = number(
        (0.06, 0.22, 0.45), unit="share", meaning="accounts with a structural bond"
    )
    bonds_by_quality: float = number(
        0.5,
        unit="log odds",
        meaning="what one standard deviation of relationship quality adds to having a bond",
    )
    bids_per_month: tuple[float, ...] = number(
        (0.05, 0.08, 0.12), unit="bids per month", meaning="rivals' offers to a loyal or competitive account"
    )
    bids_by_style: tuple[float, float] = number(
        (0.75, 1.3),
        unit="1",
        source=STYLES,
        meaning="factor on the offers for loyal and competitive accounts",
    )
    bids_by_price: float = number(
        2.0, unit="elasticity", meaning="per cent more offers with one per cent of oil price"
    )
    bids_under_contract: float = number(0.6, unit="1", meaning="factor on the offers while a contract runs")
    price_cut: float = number(
        0.08, unit="share", meaning="mean cut below Northport's price in a rival's offer"
    )
    price_cut_shape: float = number(4.0, unit="1", meaning="shape of the gamma distribution of the cuts")
    rivals: tuple[float, ...] = number(
        (0.4, 0.35, 0.25), unit="share", meaning="offers that come from each rival"
    )
    rival_cuts: tuple[float, ...] = number(
        (1.2, 0.95, 0.75), unit="1", meaning="factor on each rival's price cuts"
    )
    bid_volume: tuple[float, ...] = number(
        (0.5, 1.0), unit="share", meaning="least and most of Northport's yearly quantity that an offer covers"
    )
    loss_base: float = number(
        -0.1, unit="log odds", meaning="losing to a mean cut: average account, no bond, no fitting type"
    )
    loss_by_cut: float = number(
        18.0, unit="log odds per share", meaning="times price sensitivity: what a deeper cut adds"
    )
    loss_by_style: tuple[float, ...] = number(
        (-0.6, 0.6, 0.3),
        unit="log odds",
        source=STYLES,
        meaning="what loyal, competitive and tender buying adds",
    )
    loss_by_quality: float = number(
        -0.4, unit="log odds", meaning="what a standard deviation of quality adds"
    )
    financial_protection: float = number(
        0.6, unit="log odds", source=LEVELS, meaning="taken off by a financial bond as the cut goes to zero"
    )
    financial_reach: float = number(
        0.16,
        unit="share",
        source=LEVELS,
        meaning="price cut at which a financial bond, itself a price, is worth nothing",
    )
    social_protection: float = number(
        1.6, unit="log odds", source=LEVELS, meaning="taken off by a social bond when the cut is small"
    )
    social_reach: float = number(
        0.1,
        unit="share",
        source=LEVELS,
        meaning="price cut at which half of the social bond's protection is gone",
    )
    social_width: float = number(0.02, unit="share", source=LEVELS, meaning="how sharply it ends there")
    structural_protection: float = number(
        1.9, unit="log odds", source=LEVELS, meaning="taken off by a structural bond, whatever the cut"
    )
    sd_protection: float = number(0.2, unit="log", meaning="spread of each protection between accounts")
    lost_at_once: float = number(
        0.3, unit="share", meaning="of the bids that succeed: the account goes, instead of giving away a part"
    )
    part_kept: tuple[float, float] = number(
        (0.35, 0.8),
        unit="share",
        meaning="least and most of its share that Northport keeps after a partial loss",
    )


@dataclass(frozen=True)
class ExitNumbers:
    """How an account goes: first a part of its wallet, then all of it."""

    fading: float = number(
        0.28, unit="per month", meaning="share of the wallet share that a leaving account takes away"
    )
    exit_share: float = number(
        0.08, unit="share", meaning="wallet share below which a leaving account is gone"
    )
    recovery: float = number(
        0.03, unit="per month", meaning="part of a lost share that comes back while the account stays"
    )
    closing: tuple[float, ...] = number(
        (0.002, 0.001, 0.0005), unit="per month", meaning="accounts that close their business"
    )
    service_exit: float = number(
        0.0022, unit="per month", meaning="accounts that begin to leave because of service"
    )
    price_exit: float = number(
        0.0018, unit="per month", meaning="accounts that begin to leave because fuel is dear"
    )
    exit_by_quality: float = number(
        -0.5, unit="log", meaning="what quality adds to the log of leaving for service"
    )
    exit_by_price: float = number(
        2.0, unit="elasticity", meaning="per cent more price exits per cent of oil price"
    )


@dataclass(frozen=True)
class TypeNumbers:
    """Types of relationship given by the firm, and what a fitting one is worth."""

    type_fits: tuple[float, ...] = number(
        (0.5, 0.55, 0.7),
        unit="share",
        source=MATRIX,
        meaning="accounts that are given the type that the matrix asks for",
    )
    fit_share: float = number(
        0.04, unit="share", source=MATRIX, meaning="true gain in wallet share where the type fits"
    )
    fit_protection: float = number(
        0.3, unit="log odds", source=MATRIX, meaning="taken off losing to a bid where the type fits"
    )
