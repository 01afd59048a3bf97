"""What was bought, by how many, and who buys again."""

from __future__ import annotations

import pandas as pd

from crmlib.customers.first_look import plot_sales_by_month, sum_sales_by_month
from crmlib.customers.rfm import plot_pair, score_rfm, tabulate_pair
from crmlib.customers.summary import summarise_purchases
from crmlib.estimates.estimate import estimate_share
from crmlib.publishing.report.part import Part, Said, Shop, in_chinese, tells

HALF_YEAR = 182
MANY = 1_000  # customers from which on five groups by two letters are filled


@tells(
    "sales",
    title=Said("What was bought", "购买概况"),
    question=Said("How much was sold, to how many?", "卖出多少？卖给多少顾客？"),
    assumption=Said(
        "All receipts of the file are counted, so there is no interval.",
        "统计文件中的全部小票，因此没有区间。",
    ),
    chapter="00_start_here",
)
def tell_sales(part: Part, shop: Shop) -> None:
    """Receipts, customers and sales by month."""
    first, last = shop.receipts["purchased_at"].min(), shop.as_of
    known = shop.receipts["customer_id"].notna()
    part.say(
        f"{len(shop.receipts):,} receipts from {first:%Y-%m-%d} to {last:%Y-%m-%d}, by {len(shop.summary):,} "
        f"customers; {1 - known.mean():.0%} of the receipts name no customer and are left out below.",
        f"{first:%Y-%m-%d}至{last:%Y-%m-%d}共{len(shop.receipts):,}张小票，{len(shop.summary):,}位顾客；"
        f"{1 - known.mean():.0%}的小票没有顾客编号，以下不计。",
    )
    ax = plot_sales_by_month(sum_sales_by_month(shop.receipts))
    part.show(ax, "Sales by month as a line from left to right.", "按月销售额折线图。")


@tells(
    "repeat",
    title=Said("Who buys again (RFM)", "谁会再次购买（RFM）"),
    question=Said("How many come back, and who?", "多少顾客会再来？是哪些？"),
    assumption=Said(
        "The scores are those of a half-year ago; what followed is known, so nothing here is a forecast. "
        "Customers who began in the last half-year are left out of the first share.",
        "评分截至半年前，其后的情况已知，因此不是预测。最近半年才开始购买的顾客不计入第一个比例。",
    ),
    chapter="03_lifecycle",
)
def tell_repeat(part: Part, shop: Shop) -> None:
    """Who comes back at all, and who did in the last half-year, by recency and frequency."""
    old = shop.summary[shop.summary["age_days"] >= HALF_YEAR]
    once = estimate_share(int((old["purchases"] == 1).sum()), len(old))
    part.say(f"Bought on one day only: {once}.", f"只购买过一天的顾客：{in_chinese(once)}。")
    day = shop.as_of - pd.Timedelta(days=HALF_YEAR)
    known = summarise_purchases(shop.before(day), as_of=day)
    scores = score_rfm(known, bins=5 if len(known) >= MANY else 2)
    came = set(shop.after(day)["customer_id"].dropna())
    outcome = pd.Series(scores.index.isin(came), index=scores.index)
    back = estimate_share(int(outcome.sum()), len(outcome))
    part.say(
        f"Of all customers up to {day:%Y-%m-%d}, {back} bought in the half-year that followed.",
        f"截至{day:%Y-%m-%d}的全部顾客中，其后半年内再次购买的占{in_chinese(back)}。",
    )
    ax = plot_pair(tabulate_pair(scores, outcome, pair="RF"), label="bought in the half-year", share=True)
    part.show(
        ax,
        "Share that bought again, by recency and frequency score.",
        "按最近一次购买和购买频率评分的再次购买比例。",
    )
