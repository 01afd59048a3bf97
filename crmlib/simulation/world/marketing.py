"""The numbers behind Osmanthus, second half: service, surveys, points, campaigns, panel, costs, serving."""

from __future__ import annotations

from dataclasses import dataclass

from crmlib.simulation.parameters import number


@dataclass(frozen=True)
class ServiceNumbers:
    """Problems, complaints and how they are handled."""

    problem_share: float = number(
        0.05, unit="share of visits", meaning="visits at which something goes wrong"
    )
    by_store: float = number(
        -0.25, unit="log odds per sd", meaning="effect of the store's service quality on problems"
    )
    drop: float = number(1.2, unit="latent score", meaning="mean fall of satisfaction after a problem")
    memory: float = number(0.6, unit="share a month", meaning="part of the fall that is left after a month")
    severity_shares: tuple[float, ...] = number(
        (0.50, 0.35, 0.15), unit="share", meaning="minor, moderate and severe problems"
    )
    severity_factors: tuple[float, ...] = number(
        (0.6, 1.15, 1.98), unit="ratio", meaning="fall of satisfaction against the mean fall, by severity"
    )
    complaint_shares: tuple[float, ...] = number(
        (0.079, 0.18, 0.345),
        unit="share",
        meaning="problems that are reported, by severity",
        source="Goodman: minor 10 to 15 %, severe 40 to 50 %",
    )
    complaint_by_quality: float = number(
        1.4, unit="log odds per sd", meaning="who feels close to the firm complains instead of leaving"
    )
    complaint_without_card: float = number(
        0.25, unit="ratio", meaning="reporting without a card against reporting with one"
    )
    topic_shares: tuple[float, ...] = number(
        (0.38, 0.30, 0.14, 0.10, 0.08),
        unit="share",
        meaning="problems about product, service, price, delivery, points",
    )
    handling_days: float = number(4.0, unit="days", meaning="median time to a solution, normal handling")
    handling_sd: float = number(0.6, unit="log days", meaning="how much the time to a solution differs")
    fast_days: float = number(0.8, unit="days", meaning="median time to a solution, fast handling")
    repaired_normal: float = number(
        0.35, unit="share", meaning="part of the fall repaired by normal handling"
    )
    repaired_fast: float = number(
        0.80, unit="share", meaning="part of the fall repaired by fast handling; below 1: no paradox"
    )
    quality_gain: float = number(
        0.10, unit="sd", meaning="relationship quality gained by fast handling and lost by a rejection"
    )
    rejected_share: float = number(0.12, unit="share", meaning="complaints that are rejected")
    rating_share: float = number(0.55, unit="share", meaning="complainers who rate the handling")
    return_share: float = number(0.015, unit="share", meaning="receipts with a return, without a problem")
    return_after_problem: float = number(
        0.25, unit="share", meaning="receipts with a return after a problem with the product"
    )


@dataclass(frozen=True)
class SurveyNumbers:
    """Who is asked, who answers, and how feelings become scores."""

    invited_share: float = number(
        0.5, unit="share of members a quarter", meaning="members invited each quarter, active or not"
    )
    noise_sd: float = number(
        0.5, unit="latent score", meaning="noise between feeling and score", source="prototype of the model"
    )
    thresholds: tuple[float, ...] = number(
        (-0.74, -0.26, 0.17, 0.79), unit="latent score", meaning="limits between the scores 1|2|3|4|5"
    )
    answer: float = number(-1.75, unit="log odds", meaning="answering, for an average active member")
    answer_by_quality: float = number(0.45, unit="log odds per sd", meaning="closer members answer more")
    answer_by_extreme: float = number(
        0.18, unit="log odds per squared sd", meaning="who feels strongly, either way, answers more"
    )
    answer_if_gone: float = number(-1.6, unit="log odds", meaning="who has left answers rarely")
    answer_by_recency: float = number(
        0.35, unit="log odds", meaning="who bought in the last 60 days answers more"
    )


@dataclass(frozen=True)
class PointsNumbers:
    """The points rules, and how members use them."""

    yuan_per_point: int = number(
        10, unit="yuan", meaning="goods value that earns one point", source="F-17, N-20"
    )
    points_per_yuan: int = number(20, unit="points", meaning="points that pay one yuan", source="F-17, N-21")
    opening: int = number(40, unit="points", meaning="bonus on opening the card", source="F-17, N-22")
    booking_days: int = number(
        3, unit="days", meaning="days from dispatch to booking", source="F-17, N-24 (within three days)"
    )
    reward: int = number(40, unit="points", meaning="points are paid out in steps of this size")
    near_reward: int = number(10, unit="points", meaning="distance to the next step that counts as close")
    attentive_share: float = number(0.90, unit="share", meaning="members who think of their points at all")
    redeem_share: float = number(
        0.80, unit="share", meaning="store visits at which an attentive member with a full step redeems"
    )
    expiry_years: int = number(
        1,
        unit="calendar years",
        meaning="points expire at the end of the year after the one they were earned in",
    )


@dataclass(frozen=True)
class CampaignNumbers:
    """Campaigns: when, to whom, and what they truly change."""

    legacy_month: int = number(14, unit="months", meaning="start of the legacy mailing to heavy buyers")
    legacy_share: float = number(0.20, unit="share", meaning="members mailed: the heaviest buyers")
    legacy_pull: float = number(0.03, unit="share", meaning="true extra visits caused by the legacy mailing")
    legacy_days: int = number(60, unit="days", meaning="outcome window of the legacy mailing")
    acquisition_month: int = number(
        15, unit="months", meaning="start of the trial of advertising for the card"
    )
    acquisition_months: int = number(3, unit="months", meaning="length of that trial")
    acquisition_lift: float = number(
        0.60, unit="share", meaning="extra joiners in stores that advertise, all of them truly incremental"
    )
    recovery_month: int = number(18, unit="months", meaning="start of the trial of recovery speed")
    recovery_months: int = number(12, unit="months", meaning="length of the trial of recovery speed")
    recovery_days: int = number(180, unit="days", meaning="outcome window after a complaint in the trial")
    win_back_month: int = number(25, unit="months", meaning="start of the win-back trial")
    win_back_days: int = number(60, unit="days", meaning="outcome window of the win-back trial")
    win_back_silence: int = number(
        345, unit="days", meaning="days without a purchase after which a member counts as lost"
    )
    win_back_pulls: tuple[float, ...] = number(
        (0.002, 0.02, 0.065, 0.055, 0.085),
        unit="share",
        meaning="return of lost members: control, neither, price, upgrade, both",
        source="Kumar et al.: the bundle wins most back; design 2 to 3 % untreated, 6 to 10 % with an offer",
    )
    win_back_hazard: tuple[float, ...] = number(
        (0.0, 0.0, 0.45, 0.0, 0.7),
        unit="log odds",
        meaning="how much faster the won-back leave again, by arm",
        source="Kumar et al.: bundle customers stay shortest",
    )
    win_back_service: float = number(
        -0.7, unit="log odds", meaning="who left out of dissatisfaction returns less (price offers)"
    )
    win_back_control_share: float = number(
        0.20, unit="share", meaning="never contacted in the win-back trial"
    )
    offer_month: int = number(32, unit="months", meaning="start of the offer trial")
    offer_days: int = number(60, unit="days", meaning="outcome window of the offer trial")
    offer_pulls: tuple[float, ...] = number(
        (0.0, 0.48, 1.0, 0.72),
        unit="share",
        meaning="pull of control, reminder, coupon, double points: the extra-visit probability is pull × "
        "probability of buying anyway × of not, so that uplift peaks at middle risk",
        source="Ascarza: target responders, not the likeliest churners",
    )
    disturbed_share: float = number(
        0.025, unit="share", meaning="members whom any contact keeps from buying in the window"
    )
    coupon_share: float = number(0.10, unit="share", meaning="price cut of the coupon on one receipt")
    coupon_used: float = number(
        0.06, unit="share", meaning="receipts at which a member who would have come anyway uses the coupon"
    )
    price_offer_share: float = number(0.20, unit="share", meaning="price cut of the win-back price offer")
    opened_share: float = number(0.45, unit="share", meaning="messages that are opened by customers")


@dataclass(frozen=True)
class PanelNumbers:
    """The market research panel."""

    shoppers: int = number(2_000, unit="shoppers", meaning="size of the panel")
    rival_sizes: tuple[float, ...] = number(
        (0.95, 0.70, 0.45, 0.25),
        unit="ratio",
        meaning="size of rivals a … d against Osmanthus: shapes of their gamma purchase rates, all of one "
        "scale; such a (Dirichlet) market shows double jeopardy",
        source="Goodhardt, Ehrenberg and Chatfield; Sharp and Riebe",
    )
    rival_baskets: tuple[float, ...] = number(
        (1.05, 0.95, 1.0, 0.9), unit="ratio", meaning="mean basket at rivals a … d against Osmanthus"
    )


@dataclass(frozen=True)
class CostNumbers:
    """What marketing costs in money and working time."""

    store_advertising_cny: float = number(
        1_500.0, unit="yuan per store", meaning="cost of the acquisition trial in one treated store"
    )
    store_hours: float = number(
        36.0, unit="hours per store", meaning="working time of the trial in one store"
    )
    joining_cny: float = number(48.0, unit="yuan per joiner", meaning="advertising spent per joiner")
    joining_hours: float = number(0.55, unit="hours per joiner", meaning="staff time per joiner")
    referral_bonus_cny: float = number(20.0, unit="yuan", meaning="bonus for a successful referral")
    news_cny: float = number(0.35, unit="yuan per member and month", meaning="news and care for members")
    news_hours: float = number(0.004, unit="hours per member and month", meaning="staff time for it")
    contact_cny: float = number(0.8, unit="yuan", meaning="one message or letter of a campaign")
    win_back_contact_cny: float = number(2.5, unit="yuan", meaning="one letter of the win-back trial")
    upgrade_cny: float = number(18.0, unit="yuan", meaning="service upgrade granted to one who returns")
    call_hours: float = number(0.15, unit="hours", meaning="staff time of one win-back contact")
    complaint_hours: float = number(0.7, unit="hours", meaning="staff time of one complaint, normal handling")
    contact_hours: float = number(0.01, unit="hours", meaning="staff time of another contact")
    fast_cny: float = number(6.0, unit="yuan", meaning="extra cost of fast handling")


@dataclass(frozen=True)
class MemberServingNumbers:
    """What it costs to serve a member beyond the goods: the margin of a receipt contains none of it.

    Points cost what they pay (points.points_per_yuan); hours of complaints, and news, stand in costs.
    """

    hour_cny: float = number(28.0, unit="yuan per hour", meaning="an hour of store staff")
    receipt_minutes: float = number(
        1.4, unit="minutes", meaning="serving one customer at the till or the shelf"
    )
    line_minutes: float = number(0.3, unit="minutes per line", meaning="advice and till time a product")
    pack_minutes: float = number(6.0, unit="minutes", meaning="packing an online order")
    parcel_cny: float = number(
        7.5, unit="yuan", meaning="what the carrier takes for a parcel, whatever freight the member pays"
    )
    return_minutes: float = number(9.0, unit="minutes", meaning="taking goods back")
    return_loss: float = number(
        0.40, unit="share of refund", meaning="part of a refund that is lost: margin, goods not sold again"
    )
