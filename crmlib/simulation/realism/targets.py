"""What the simulated firms must be like: statistics of real firms and causal statements, with limits.

A statistic outside its limits is a miss. A miss is allowed if it is explained, and the explanation stands
here, next to the target. `crmlib.simulation.realism.report` writes all of it to docs/realism.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from crmlib.simulation.realism import behaviour, persistence, shape
from crmlib.simulation.realism.view import View

DESIGN = "design of the course's firm"
PANELS = "computed from public purchase panels"
PROTOTYPE = "prototype of the model"
SHAPE, CAUSE = "How the firm looks", "What works on what"


@dataclass(frozen=True)
class Target:
    """One statistic, the limits it should lie in, and why.

    miss: why it does not lie there, if so. table: what a firm must have for it.
    """

    name: str
    low: float
    high: float
    measure: Callable[[View], float]
    evidence: str
    section: str = SHAPE
    miss: str = ""
    table: str = "receipts"


TARGETS: tuple[Target, ...] = (
    Target(
        "NBD shape r of repeat receipts, first nine months' joiners",
        0.5,
        1.0,
        shape.nbd_shape,
        f"{PANELS}: .35 to .56. One cohort, since who joins late has few receipts for want of time",
    ),
    Target("members with one receipt only", 0.25, 0.35, shape.one_receipt_share, f"{PANELS}: 29 to 52 %"),
    Target(
        "top 20 % of the year's buyers, share of revenue",
        0.58,
        0.66,
        shape.top_fifth_share,
        f"{PANELS}: 61, 67, 75 %; Sharp et al.; Kim et al. 73 %; McCarthy and Winer 67 %",
    ),
    Target(
        "top 20 % of a half-year's buyers, what they keep of their share in the next",
        0.65,
        0.85,
        persistence.kept_of_top_share,
        f"{PANELS}: .73, .85 drugs and care, .61 cosmetics; a published half-yearly panel: .52 of .71",
    ),
    Target(
        "top 20 % of a half-year's buyers who are there again in the next",
        0.50,
        0.68,
        persistence.top_fifth_again,
        f"{PANELS}: .42, .68 drugs and care, .41 cosmetics; a published half-yearly panel: 64 %; Sharp, "
        "Romaniuk and Graham: half from year to year",
    ),
    Target("receipt value, sd of the log", 0.7, 0.8, shape.receipt_log_sd, f"{PANELS}: .73, .77"),
    Target("receipt value, mean over median", 1.35, 1.45, shape.receipt_mean_to_median, PANELS),
    Target(
        "members' mean basket, sd of the log", 0.40, 0.55, shape.member_basket_log_sd, f"{PANELS}: .44, .55"
    ),
    Target(
        "retention in the first year",
        0.72,
        0.76,
        partial(behaviour.annual_retention, year=1),
        f"{PROTOTYPE}: 74 %",
    ),
    Target(
        "retention in the second year",
        0.77,
        0.82,
        partial(behaviour.annual_retention, year=2),
        f"{PROTOTYPE}: 79 %; Fader and Hardie: retention rises with tenure",
    ),
    Target(
        "busiest over quietest weekday", 1.4, 1.5, shape.weekday_peak_to_trough, f"{PANELS}: Sun 18, Wed 12 %"
    ),
    Target(
        "unit price, sd of the log",
        0.8,
        0.9,
        shape.unit_price_log_sd,
        f"{PANELS}: .78 store, .92 drugs and care",
    ),
    Target("unit prices that end in nine", 0.65, 0.75, shape.ends_in_nine_share, f"{PANELS}: 72 %"),
    Target(
        "sales value on promotion", 0.25, 0.35, shape.promoted_sales_share, f"{PANELS}: 27 % drugs and care"
    ),
    Target(
        "price cut of promoted lines, median", 0.20, 0.30, shape.promotion_depth_median, f"{PANELS}: 25 %"
    ),
    Target(
        "price cut of promoted lines, 90th percentile",
        0.42,
        0.52,
        shape.promotion_depth_high,
        f"{PANELS}: 47 %",
    ),
    Target("own brand, share of sales", 0.12, 0.18, shape.own_brand_sales_share, "N-52: 15 %"),
    Target(
        "coupon redemption",
        0.06,
        0.17,
        shape.coupon_redemption,
        f"{PANELS}: 6 to 17 % of targeted households",
    ),
    Target("lines on a receipt", 2.5, 3.5, shape.lines_per_receipt, DESIGN),
    Target(
        "sales with a card, last year",
        0.60,
        0.75,
        shape.member_sales_share,
        "trade: over 60 % of transactions at a chemist's",
    ),
    Target(
        "members of over a year who bought in the last year",
        0.50,
        0.66,
        shape.active_share,
        "Colloquy: drugstores 50 and 66 %",
    ),
    Target(
        "card holders over others, spending (panel)",
        1.8,
        2.5,
        shape.card_gap_raw,
        "Leenheer et al.; Meyer-Waarden: the raw gap is mostly selection",
    ),
    Target("true effect of the card, ratio", 1.05, 1.10, shape.card_gap_true, DESIGN, CAUSE),
    Target("points that expire unused", 0.25, 0.35, shape.breakage, "trade benchmark; 5 to 85 % by branch"),
    Target(
        "surveys answered",
        0.12,
        0.18,
        shape.response_rate,
        "Satmetrix: e-mail surveys of consumers 13 to 16 %",
    ),
    Target(
        "answers of 4 or 5",
        0.72,
        0.80,
        shape.top_two_share,
        "Peterson and Wilson: scores are skewed to the left",
    ),
    Target("minor problems that are reported", 0.10, 0.15, shape.minor_complaint_share, "Goodman", CAUSE),
    Target("severe problems that are reported", 0.40, 0.50, shape.severe_complaint_share, "Goodman", CAUSE),
    Target(
        "leavers for access",
        0.40,
        0.50,
        partial(shape.cause_share, cause="access"),
        "East et al.: at located services about half is access",
        CAUSE,
    ),
    Target(
        "leavers for service", 0.20, 0.25, partial(shape.cause_share, cause="satisfaction"), DESIGN, CAUSE
    ),
    Target("leavers for price", 0.10, 0.15, partial(shape.cause_share, cause="price"), DESIGN, CAUSE),
    Target("leavers for a rival", 0.10, 0.15, partial(shape.cause_share, cause="rival"), DESIGN, CAUSE),
    Target(
        "double jeopardy: frequency's part of a chain's size",
        0.05,
        0.45,
        shape.double_jeopardy,
        "Sharp and Riebe: small chains have far fewer buyers who buy a little less often",
    ),
    Target("joiners who leave at once", 0.10, 0.12, behaviour.at_once_share, PROTOTYPE, CAUSE),
    *(
        Target(
            f"invited customers who would rate {score}",
            low,
            high,
            partial(behaviour.score_share, score=score),
            f"{PROTOTYPE}: {goal} %",
            CAUSE,
        )
        for score, goal, low, high in (
            (1, 4, 0.02, 0.06),
            (2, 8, 0.06, 0.10),
            (3, 14, 0.12, 0.16),
            (4, 31, 0.28, 0.34),
            (5, 43, 0.40, 0.46),
        )
    ),
    Target(
        "stay a year at score 1",
        0.57,
        0.67,
        partial(behaviour.survival_at_score, score=1),
        f"{PROTOTYPE}: 61 %",
        CAUSE,
    ),
    Target(
        "stay a year at score 5",
        0.81,
        0.87,
        partial(behaviour.survival_at_score, score=5),
        f"{PROTOTYPE}: 84 %",
        CAUSE,
    ),
    Target(
        "gain from score 1 to 5 without rivals, points",
        0,
        12,
        partial(behaviour.gain_at_competition, level="low"),
        f"{PROTOTYPE}: 77 to 83 %; Jones and Sasser: flat where customers cannot choose",
        CAUSE,
    ),
    Target(
        "gain from score 1 to 5 with three rivals or more, points",
        30,
        50,
        partial(behaviour.gain_at_competition, level="high"),
        f"{PROTOTYPE}: 36 to 81 %; Jones and Sasser; Seiders et al.",
        CAUSE,
    ),
    Target(
        "satisfied among those who leave within a year",
        0.55,
        0.65,
        behaviour.satisfied_leavers,
        f"{PROTOTYPE}: 59 %; the base rate behind H-03",
        CAUSE,
    ),
    Target(
        "last step of behaviour over the mean step",
        1.0,
        6.0,
        behaviour.returns_of_behaviour,
        "Mittal and Kamakura: behaviour has increasing returns",
        CAUSE,
    ),
    Target(
        "last step of intention over the mean step",
        0.3,
        0.95,
        behaviour.returns_of_intention,
        "Mittal and Kamakura: stated intention has decreasing returns",
        CAUSE,
    ),
    Target(
        "complainers stay more than those without a problem, points",
        0,
        8,
        behaviour.complainers_stay,
        f"{PROTOTYPE}: 79 against 73 %, by selection alone",
        CAUSE,
    ),
    Target(
        "what fast handling leaves of a problem, latent points",
        -1.2,
        -0.01,
        behaviour.left_of_a_problem,
        "meta-analysis: no recovery paradox in behaviour; the true effect lies below no failure",
        CAUSE,
    ),
    Target(
        "effect of the coupon, points", 3.0, 5.0, behaviour.offer_effect, f"{DESIGN}: about 4 points", CAUSE
    ),
    Target(
        "uplift at middle over uplift at highest risk",
        1.5,
        20,
        behaviour.uplift_at_middle_risk,
        "Ascarza: the likeliest leavers are not the ones to target",
        CAUSE,
    ),
    Target("lost members who return untreated", 0.02, 0.03, behaviour.win_back_untreated, DESIGN, CAUSE),
    Target(
        "lost members who return with an offer",
        0.06,
        0.10,
        behaviour.win_back_treated,
        f"{DESIGN}; often quoted: 20 to 40 %",
        CAUSE,
    ),
    Target(
        "the wholesaler: tonnes by visits, elasticity",
        0.25,
        0.40,
        behaviour.visit_elasticity,
        "Albers et al.: .34 over the literature",
        CAUSE,
        table="accounts",
    ),
)
