"""All parts on one page that needs no network."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from crmlib.customers.summary import summarise_purchases
from crmlib.ground.spelling import list_valid
from crmlib.publishing.report.leaving import tell_leaving
from crmlib.publishing.report.money import tell_concentration, tell_value
from crmlib.publishing.report.part import Part, Said, Shop
from crmlib.publishing.report.purchases import tell_repeat, tell_sales
from crmlib.publishing.report.staying import tell_retention, tell_stages
from crmlib.tables.errors import TableError
from crmlib.tables.options import read_date, read_number

TEMPLATES = Path(__file__).parents[1] / "templates"
PARTS: tuple[Callable[[Shop], Part], ...] = (
    tell_sales,
    tell_repeat,
    tell_stages,
    tell_retention,
    tell_concentration,
    tell_value,
    tell_leaving,
)
LANGUAGES = {"en": ("en",), "zh": ("zh",), "both": ("en", "zh")}
HEADS = {
    "customer_id": Said("customer", "顾客"),
    "customers": Said("customers", "顾客数"),
    "stage": Said("stage", "阶段"),
    "share": Said("share", "比例"),
    "measure": Said("measure", "指标"),
    "value": Said("value", "数值"),
    "low": Said("from", "下限"),
    "high": Said("to", "上限"),
    "n": Said("n", "n"),
    "expected_cny": Said("expected (yuan)", "预期（元）"),
    "alive": Said("still a customer", "仍为顾客的概率"),
    "silence_days": Said("silent for (days)", "沉默天数"),
    "mean_gap_days": Said("usual gap (days)", "平均间隔（天）"),
    "spending_cny": Said("sales of a year (yuan)", "一年销售额（元）"),
}

CELLS = {
    "incubation": "培育期",
    "growth": "成长期",
    "maturity": "成熟期",
    "decline": "衰退期",
    "termination": "终止期",
    "of sales, that year": "占当年销售额",
    "of the same customers' sales, next year": "占同一批顾客次年销售额",
    "of all sales, next year": "占次年全部销售额",
    "among the largest again": "次年仍属最大五分之一",
    "bought nothing": "次年没有购买",
}


def open_shop(receipts: pd.DataFrame, *, as_of: str | None = None, margin: float | None = None) -> Shop:
    """The receipts of a firm, ready for the parts.

    receipts: customer_id, purchased_at, amount_cny (yuan); margin_cny if there is one. as_of: the last day
    that counts, the day of the last receipt if none is given. margin: share of the sales that is margin,
    where no column says it. Raises TableError for wrong tables, ValueError for a wrong option.
    """
    last = receipts["purchased_at"].max().normalize() if as_of is None else read_date(as_of, "as_of")
    known = receipts[receipts["purchased_at"] < last + pd.Timedelta(days=1)]
    if known.empty:
        raise TableError(f"receipts: none up to {last:%Y-%m-%d}. Repair: give a later day as --as-of.")
    if margin is None and "margin_cny" in known:
        margin = float(known["margin_cny"].sum() / known["amount_cny"].sum())
    elif margin is not None:
        read_number(margin, "margin", "a share above 0, at most 1", limits=">0")
        if margin > 1:
            raise ValueError(f"margin is {margin!r}, expected a share above 0, at most 1: 0.3 for 30 %.")
    summary = summarise_purchases(known, as_of=last)
    return Shop(known, last, summary, margin)


def collect_parts(shop: Shop) -> list[Part]:
    """Compute each part; what cannot be computed says why, and the others are shown all the same."""
    return [tell(shop) for tell in PARTS]


def render_report(shop: Shop, parts: list[Part], *, name: str, language: str = "both") -> str:
    """The page as HTML. name: of the firm. language: en, zh or both. Raises ValueError for another one."""
    if language not in LANGUAGES:
        raise ValueError(f"language is {language!r}. {list_valid(language, list(LANGUAGES))}")
    import jinja2

    loader = jinja2.FileSystemLoader(TEMPLATES)
    environment = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)
    languages = LANGUAGES[language]
    values: dict[str, Any] = {
        "name": name,
        "parts": parts,
        "languages": languages,
        "as_of": f"{shop.as_of:%Y-%m-%d}",
        "rows": {part.key: _list_rows(part.table, languages) for part in parts},
    }
    return environment.get_template("report.html.j2").render(values) + "\n"


def _list_rows(table: pd.DataFrame | None, languages: tuple[str, ...]) -> list[list[str]]:
    """A table as texts, its headings first."""
    if table is None or table.empty:
        return []
    heads = [HEADS.get(str(column), Said(str(column), str(column))) for column in table]
    words = [" ".join(dict.fromkeys(getattr(head, one) for one in languages)) for head in heads]
    ids = [column == "customer_id" for column in table]
    rows = [
        [str(value) if known else _tell(value, languages) for value, known in zip(row, ids, strict=True)]
        for row in table.itertuples(index=False)
    ]
    return [words, *rows]


def _tell(value: object, languages: tuple[str, ...]) -> str:
    """A cell as text: numbers with separators, known words in the languages of the page."""
    if value is None or value is pd.NA or value != value:  # a missing number differs from itself
        return "–"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 10 else f"{value:,.2f}"
    if isinstance(value, int | np.integer):
        return f"{value:,}"
    said = Said(str(value), CELLS.get(str(value), str(value)))
    return " ".join(dict.fromkeys(getattr(said, one) for one in languages))
