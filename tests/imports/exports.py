"""Four exports unlike each other, as shops hand them out; everybody in them is invented.

Each is written from purchases that are drawn from a seed, so that the tests know what has to come out.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

CUSTOMERS, RECEIPTS = 120, 1200
FIRST, DAYS = "2023-01-01", 1000


def draw_purchases(seed: int) -> pd.DataFrame:
    """Receipts of a small shop: customer (−1 without a card), time to the minute, amount; by time."""
    generator = np.random.default_rng(seed)
    often = generator.gamma(0.8, size=CUSTOMERS)
    customer = generator.choice(CUSTOMERS, size=RECEIPTS, p=often / often.sum())
    stays = generator.exponential(600, size=CUSTOMERS)
    starts = generator.uniform(0, 500, size=CUSTOMERS)
    day = starts[customer] + generator.uniform(size=RECEIPTS) * stays[customer]
    minutes = (np.clip(day, 0, DAYS - 1).astype(int) * 1440) + generator.integers(540, 1260, size=RECEIPTS)
    amount = np.round(generator.lognormal(4, 0.7, size=RECEIPTS) + 1, 2)
    customer[generator.uniform(size=RECEIPTS) < 0.15] = -1
    time = pd.Timestamp(FIRST) + pd.to_timedelta(minutes, unit="min")
    frame = pd.DataFrame({"customer": customer, "time": time, "amount": amount})
    return frame.sort_values("time", ignore_index=True)


def write_till(path: Path, purchases: pd.DataFrame) -> None:
    """Excel's CSV in GB 18030 with a title, thousands separators, 散客 and a line of totals."""
    lines = ["桂枝便利店 销售明细", "会员卡号,销售时间,实收金额（元）,小票号,收银员"]
    for place, (customer, time, amount) in enumerate(purchases.itertuples(index=False)):
        card = "散客" if customer < 0 else f"VIP{customer:05d}"
        when = f"{time.year}/{time.month}/{time.day} {time:%H:%M}"
        lines.append(f'{card},{when},"¥{amount:,.2f}",{place + 1:06d},01')
    lines.append(f'合计,,"¥{purchases["amount"].sum():,.2f}",,')
    path.write_bytes("\r\n".join(lines).encode("gb18030"))


def write_returns(path: Path, purchases: pd.DataFrame) -> None:
    """An Excel file by product line, with 19-digit cards; every tenth receipt comes back a week later."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["会员卡号", "交易日期", "交易时间", "流水号", "商品名称", "数量", "金额", "会员姓名"])
    for place, (customer, time, amount) in enumerate(purchases.itertuples(index=False)):
        card = None if customer < 0 else f"62284800123456{customer:05d}"
        first = round(amount / 3, 2)
        for product, part in (("洗发水", first), ("面霜", round(amount - first, 2))):
            sheet.append([card, time.date(), f"{time:%H:%M}", f"S{place:05d}", product, 1, part, "某某"])
        if place % 10 == 0:
            back = time + pd.Timedelta(days=7)
            row = [
                card,
                back.date(),
                f"{back:%H:%M}",
                f"S{place:05d}",
                "面霜",
                -1,
                -round(amount - first, 2),
                "某某",
            ]
            sheet.append(row)
    book.save(path)


def write_web_shop(path: Path, purchases: pd.DataFrame) -> None:
    """A web shop in UTF-8 with a byte order mark: customers known by phone, some orders cancelled."""
    lines = ["\ufeff订单编号,买家手机号,订单创建时间,订单状态,买家实际支付金额,买家应付邮费,收货地址"]
    for place, (customer, time, amount) in enumerate(purchases.itertuples(index=False)):
        phone = "" if customer < 0 else f"138{customer:08d}"
        lines.append(f"{10**15 + place},{phone},{time:%Y-%m-%d %H:%M:%S},交易成功,{amount},6.00,某地")
        if place % 20 == 0:
            lines.append(f"{2 * 10**15 + place},{phone},{time:%Y-%m-%d},交易关闭,{amount},6.00,")
    path.write_text("\n".join(lines), encoding="utf-8")


def write_english(path: Path, purchases: pd.DataFrame) -> None:
    """An English export with tabs, the day first, whole-number customers, prices and quantities per line."""
    lines = ["InvoiceNo\tStockCode\tQuantity\tInvoiceDate\tUnitPrice\tCustomerID\tCountry"]
    for place, (customer, time, amount) in enumerate(purchases.itertuples(index=False)):
        who = "" if customer < 0 else f"{12000 + customer}"
        for code, part in (("A1", amount), ("B2", 1.0)):
            lines.append(f"{536365 + place}\t{code}\t1\t{time:%d/%m/%Y %H:%M}\t{part:.2f}\t{who}\tsomewhere")
    path.write_text("\n".join(lines), encoding="utf-8")


EXPORTS = {
    "till.csv": write_till,
    "returns.xlsx": write_returns,
    "web_shop.csv": write_web_shop,
    "english.txt": write_english,
}


def write_export(folder: Path, name: str, *, seed: int = 5) -> tuple[Path, pd.DataFrame]:
    """Write one of the exports; return its path and the purchases in it."""
    purchases = draw_purchases(seed)
    path = folder / name
    EXPORTS[name](path, purchases)
    return path, purchases
