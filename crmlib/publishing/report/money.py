"""Who brings the sales, how long they stay on top, and what all will bring."""

from __future__ import annotations

import pandas as pd

from crmlib.customers.spending import sum_spending
from crmlib.customers.summary import summarise_purchases
from crmlib.estimates.estimate import estimate_mean
from crmlib.publishing.report.part import Part, Said, Shop, in_chinese, tells
from crmlib.tiers.concentration import follow_top, measure_top_share, plot_pareto
from crmlib.value.bg_nbd import fit_bg_nbd
from crmlib.value.gamma_gamma import fit_gamma_gamma
from crmlib.value.holdout import forecast_value

YEAR, HALF_YEAR = 365, 182


@tells(
    "concentration",
    title=Said("The largest fifth (80/20)", "最大的五分之一客户（二八定律）"),
    question=Said("Who brings the sales, and do they stay on top?", "谁带来销售额？他们会一直领先吗？"),
    assumption=Said(
        "Customers of the last 365 days; a longer window makes the share larger. The interval asks what "
        "another draw of customers would have given.",
        "统计最近365天的顾客；时间越长，比例越大。区间表示换一批顾客会得到的结果。",
    ),
    chapter="08_tiers_and_key_accounts",
)
def tell_concentration(part: Part, shop: Shop) -> None:
    """What the largest fifth brings, and how much of it they bring in the next year."""
    spending = sum_spending(shop.receipts, as_of=shop.as_of)
    share = measure_top_share(spending)
    part.say(
        f"The largest fifth of {len(spending):,} buyers brought {share} of the sales.",
        f"{len(spending):,}位顾客中最大的五分之一带来销售额的{in_chinese(share)}。",
    )
    if shop.days >= 2 * YEAR:
        part.table = follow_top(shop.receipts, as_of=shop.as_of).round(2)
    part.show(
        plot_pareto(spending), "Sales cumulated from the largest customer down.", "从最大客户起的累计销售额。"
    )


@tells(
    "value",
    title=Said("Customer value", "客户价值"),
    question=Said("What will today's customers bring in the next year?", "现有顾客未来一年会带来多少？"),
    assumption=Said(
        "BG/NBD and gamma-gamma: buying is random at a steady rate, without season and campaigns. The "
        "interval is that of the mean over customers and does not hold the error of the model; the check "
        "against the last half-year does.",
        "采用BG/NBD与gamma-gamma模型：假设购买随机且速率稳定，不含季节和促销。区间只反映顾客之间的差异，"
        "模型误差见对最近半年的检验。",
    ),
    chapter="07_customer_value",
)
def tell_value(part: Part, shop: Shop) -> None:
    """What the customers are expected to bring in the next year, after a forecast of the past was held."""
    _check_forecast(part, shop)
    buying, spending = fit_bg_nbd(shop.summary), fit_gamma_gamma(shop.summary)
    if not (buying.converged and spending.converged):
        raise ValueError(f"the model did not converge. {buying.said} {spending.said}".strip())
    share = shop.margin_share or 1.0
    value = forecast_value(shop.summary, buying, spending, margin_share=share, days=YEAR)
    mean = estimate_mean(value.to_numpy(), unit="yuan")
    word = Said("margin", "毛利") if shop.margin_share else Said("sales", "销售额")
    part.say(
        f"Expected {word.en} of the next {YEAR} days: {mean} a customer, {value.sum():,.0f} yuan in all.",
        f"未来{YEAR}天预期{word.zh}：每位顾客{in_chinese(mean)}，合计{value.sum():,.0f}元。",
    )
    top = value.nlargest(10).round(0).rename("expected_cny").rename_axis("customer_id").reset_index()
    part.table = top.assign(
        alive=buying.predict_alive(shop.summary).reindex(top["customer_id"]).round(2).to_numpy()
    )


def _check_forecast(part: Part, shop: Shop) -> None:
    """Forecast the last half-year from what was known before it, and say how far off it was."""
    day = shop.as_of - pd.Timedelta(days=HALF_YEAR)
    known = summarise_purchases(shop.before(day), as_of=day)
    expected = fit_bg_nbd(known).predict_purchases(known, days=HALF_YEAR).sum()
    later = shop.after(day)
    later = later[later["customer_id"].isin(known.index)]
    days = later.assign(day=later["purchased_at"].dt.normalize()).drop_duplicates(["customer_id", "day"])
    part.say(
        f"Check: for the last half-year {expected:,.0f} purchases were expected, {len(days):,} were made "
        f"({len(days) / expected - 1:+.0%}).",
        f"检验：最近半年预期购买{expected:,.0f}次，实际{len(days):,}次（{len(days) / expected - 1:+.0%}）。",
    )
