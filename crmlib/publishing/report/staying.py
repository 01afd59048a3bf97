"""In which stage everybody is, and who is still there after how long."""

from __future__ import annotations

from crmlib.churn.survival import estimate_survival, follow_members_to_silence, plot_survival
from crmlib.lifecycle.stages import assign_stages
from crmlib.publishing.report.part import Part, Said, Shop, tells

YEAR = 365


@tells(
    "stages",
    title=Said("Stages of the lifecycle", "客户生命周期阶段"),
    question=Said(
        "Who begins, grows, is settled, fades, is gone?", "谁刚开始、在成长、已稳定、在衰退、已终止？"
    ),
    assumption=Said(
        "A stage is read off dates by a rule and is a guess: in the simulated firm of the course many "
        "of those in decline were still customers.",
        "阶段是按规则由购买日期推断的，只是猜测：在课程的模拟企业中，衰退期里仍有不少是现实客户。",
    ),
    chapter="03_lifecycle",
)
def tell_stages(part: Part, shop: Shop) -> None:
    """How many customers are in each stage of the lifecycle, by the rule of chapter 3."""
    stages = assign_stages(shop.receipts, as_of=shop.as_of)
    counted = stages.groupby("stage", observed=False).agg(customers=("purchases", "size"))
    counted["share"] = (counted["customers"] / counted["customers"].sum()).map("{:.0%}".format)
    part.table = counted.reset_index()
    lost = int((stages["stage"] == "termination").sum())
    part.say(
        f"Of {len(stages):,} customers {lost:,} have ended by the rule.",
        f"{len(stages):,}位顾客中，按规则已终止的有{lost:,}位。",
    )


@tells(
    "retention",
    title=Said("Who stays", "顾客留存"),
    question=Said("What share is still there after a year?", "一年后还有多少顾客？"),
    assumption=Said(
        "Gone means: silent at the end, for the time named above. A customer begins with her first receipt "
        "in the file; who had been one before it looks younger than she is.",
        "流失指截止日前在上述时间内没有购买。顾客从文件中的第一张小票算起，更早的老顾客会显得较新。",
    ),
    chapter="05_churn_and_recovery",
)
def tell_retention(part: Part, shop: Shop) -> None:
    """What share of customers is still there after so many days (Kaplan-Meier)."""
    limit = YEAR if shop.days >= 2.5 * YEAR else YEAR // 2
    members = shop.summary[["first_purchased_at"]].reset_index()
    members["joined_on"] = members["first_purchased_at"].dt.normalize()
    bought = shop.receipts.dropna(subset=["customer_id"])
    lifetimes = follow_members_to_silence(members, bought, as_of=shop.as_of, silence_days=limit)
    curve = estimate_survival(lifetimes)
    after = curve[curve["days"] <= YEAR].iloc[-1]
    days = int(after["days"])
    interval = f"{after['survival']:.0%} ({after['low']:.0%} to {after['high']:.0%})"
    part.say(
        f"After {days} days {interval} are still customers; gone: silent for the last {limit} days.",
        f"{days}天后仍为顾客的占{interval.replace(' to ', '至')}；最近{limit}天没有购买视为流失。",
    )
    ax = plot_survival(curve, title="Share of customers still there")
    part.show(
        ax,
        "A falling curve of those still there, with its band.",
        "仍为顾客的比例随时间下降的曲线及其区间。",
    )
