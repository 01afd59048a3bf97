"""One page on a firm's customers: from an export to the page in two commands, with numbers computed anew."""

import re

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from crmlib.cli import app
from crmlib.publishing.report.leaving import tell_leaving
from crmlib.publishing.report.money import tell_concentration, tell_value
from crmlib.publishing.report.page import collect_parts, open_shop, render_report
from crmlib.publishing.report.purchases import tell_repeat, tell_sales
from crmlib.publishing.report.staying import tell_retention, tell_stages
from crmlib.tables.errors import TableError
from tests.imports import exports

WRITERS = {
    "till.csv": exports.write_till,
    "returns.xlsx": exports.write_returns,
    "shop.csv": exports.write_web_shop,
    "english.csv": exports.write_english,
}


def buy(*rows):
    """Receipts of a few customers: customer, day, yuan."""
    customers, days, amounts = zip(*rows, strict=True)
    return pd.DataFrame(
        {
            "receipt_id": range(1, len(rows) + 1),
            "customer_id": pd.array(customers, dtype="Int64"),
            "purchased_at": pd.to_datetime(list(days)),
            "amount_cny": [float(one) for one in amounts],
        }
    )


def draw_receipts(customers=400, seed=3):
    """Two years of receipts: rates and amounts differ, and customers leave after a time of their own."""
    generator = np.random.default_rng(seed)
    rates = generator.gamma(1.0, 1 / 30, customers)
    amounts = 60 / generator.gamma(3.0, 1.0, customers)
    rows = []
    for customer in range(customers):
        day = generator.uniform(0, 500)
        leaves = day + generator.exponential(400)
        while day < min(730, leaves):
            rows.append(
                (
                    customer + 1,
                    pd.Timestamp("2024-01-01") + pd.Timedelta(days=int(day)),
                    amounts[customer] * generator.gamma(3),
                )
            )
            day += generator.exponential(1 / rates[customer]) + 1
    return buy(*rows)


@pytest.fixture(scope="module")
def shop():
    return open_shop(draw_receipts())


def words(part):
    return " ".join(said.en for said in part.sentences)


@pytest.mark.parametrize("name", WRITERS)
def test_an_export_becomes_a_page_in_two_commands(tmp_path, name, monkeypatch):
    monkeypatch.chdir(tmp_path)
    WRITERS[name](tmp_path / name, exports.draw_purchases(1))
    for command in (
        ["import", name, "--out", "firm", "--yes"],
        ["report", "firm", "--out", "page.html"],
    ):
        done = CliRunner().invoke(app, command, catch_exceptions=False)
        assert done.exit_code == 0, done.output
    page = (tmp_path / "page.html").read_text(encoding="utf-8")
    assert "谁可能流失" in page and "Who is about to leave" in page
    assert not re.findall(r"""(?:src|href)=(?!"#|"data:)""", page)


def test_sales_are_counted_and_receipts_without_a_customer_told():
    found = tell_sales(open_shop(buy((1, "2025-01-01", 10), (None, "2025-01-02", 5), (2, "2025-03-01", 5))))
    assert words(found) == (
        "3 receipts from 2025-01-01 to 2025-03-01, by 2 customers; 33% of the receipts name no customer and "
        "are left out below."
    )


def test_who_bought_on_one_day_only_had_half_a_year_to_come_back(shop):
    days = shop.receipts.groupby("customer_id")["purchased_at"].agg(["min", "nunique"])
    old = days[days["min"] <= shop.as_of - pd.Timedelta(days=182)]
    share = 100 * (old["nunique"] == 1).mean()
    found = words(tell_repeat(shop))
    assert f"Bought on one day only: {share:.0f} %" in found.replace(f"{share:.1f}", f"{share:.0f}")
    assert f"n = {len(old)}" in found


def test_what_followed_the_half_year_begins_on_the_day_after():
    rows = [(one, "2024-01-01", 10) for one in range(1, 31)]
    rows += [(1, "2025-07-02", 10), (2, "2025-07-03", 10), (3, "2025-12-31", 10)]
    found = tell_repeat(open_shop(buy(*rows)))  # 182 days before the last receipt is 2 July
    assert "Of all customers up to 2025-07-02, 7 %" in words(found).replace("6.7 %", "7 %")


def test_stages_add_up_to_all_customers(shop):
    found = tell_stages(shop)
    assert found.table["customers"].sum() == shop.receipts["customer_id"].nunique()


def test_a_short_history_shortens_the_silence_that_counts_as_gone(shop):
    assert "silent for the last 182 days" in words(tell_retention(shop))


def test_the_largest_fifth_is_held_against_the_next_year(shop):
    year = shop.receipts[shop.receipts["purchased_at"] > shop.as_of - pd.Timedelta(days=365)]
    spent = year.groupby("customer_id")["amount_cny"].sum().sort_values(ascending=False)
    share = 100 * spent.iloc[: round(len(spent) / 5)].sum() / spent.sum()
    assert f"brought {share:.0f} %" in words(tell_concentration(shop)).replace(f"{share:.1f}", f"{share:.0f}")


def test_value_is_sales_until_the_margin_is_known(shop):
    sales, margin = tell_value(shop), tell_value(open_shop(shop.receipts, margin=0.25))
    total = [
        float(re.search(r"([\d,]+) yuan in all", words(one)).group(1).replace(",", ""))
        for one in (sales, margin)
    ]
    assert "Expected sales" in words(sales) and "Expected margin" in words(margin)
    assert total[1] == pytest.approx(total[0] / 4, rel=0.01)
    made = int(re.search(r"([\d,]+) were made", words(sales)).group(1).replace(",", ""))
    late = shop.receipts[shop.receipts["purchased_at"] > shop.as_of - pd.Timedelta(days=182)]
    early = set(shop.receipts["customer_id"]) - set(
        shop.receipts.groupby("customer_id")["purchased_at"]
        .min()
        .loc[lambda first: first > shop.as_of - pd.Timedelta(days=182)]
        .index
    )
    assert made == late["customer_id"].isin(early).sum()


def test_the_large_who_are_silent_beyond_three_of_their_gaps_are_listed():
    rows = [(1, f"2025-{month:02d}-01", 900) for month in range(1, 7)]  # gaps of 30 days, silent for 213
    rows += [(2, f"2025-{month:02d}-01", 800) for month in range(1, 13)]  # large, last seen in December
    rows += [(one, "2025-12-31", 1) for one in range(3, 11)]
    found = tell_leaving(open_shop(buy(*rows)))
    assert found.table["customer_id"].tolist() == [1]
    assert found.table["silence_days"].tolist() == [213]


def test_the_second_of_six_is_large_and_the_midnight_after_the_last_day_is_left_out():
    rows = [(1, "2025-12-30", 900), (2, "2025-01-01", 500), (2, "2025-01-11", 300)]
    rows += [(one, "2025-12-31", one) for one in range(3, 7)]
    late = [*rows, (7, "2026-01-01", 5000)]
    found = tell_leaving(open_shop(buy(*late), as_of="2025-12-31"))  # the limit of six is the second largest
    assert found.table["customer_id"].tolist() == [2]


@pytest.mark.parametrize(("last", "n"), [("2025-07-02", 2), ("2025-07-01", 1)])
def test_half_a_year_to_come_back_is_182_days(last, n):
    found = tell_repeat(open_shop(buy((1, "2024-12-31", 10), (2, "2025-01-01", 10), (3, last, 10))))
    assert f"only: 100 % ({21 if n == 1 else 34} to 100, n = {n})" in words(found)


@pytest.mark.parametrize(("last", "followed"), [("2025-12-31", True), ("2025-12-30", False)])
def test_two_years_of_receipts_show_who_stays_on_top(last, followed):
    rows = [(1, "2024-01-01", 10), (1, "2024-03-01", 10), (2, "2024-06-01", 10), (1, "2025-06-01", 10)]
    rows.append((2, last, 10))
    assert (tell_concentration(open_shop(buy(*rows))).table is not None) is followed


def test_a_part_that_cannot_be_computed_says_why_and_the_others_stand():
    parts = collect_parts(open_shop(buy((1, "2025-01-01", 10), (2, "2025-06-01", 10))))
    missing = {part.key: part.missing for part in parts if part.missing}
    assert "value" in missing and "sales" not in missing
    assert all(missing.values())
    assert "Cannot be computed" in render_report(open_shop(buy((1, "2025-01-01", 10))), parts, name="x")


def test_a_page_speaks_one_language_or_both(shop):
    parts = [tell_stages(shop)]
    english = render_report(shop, parts, name="<Shop>", language="en")
    chinese = render_report(shop, parts, name="<Shop>", language="zh")
    assert "&lt;Shop&gt;" in english and "<Shop>" not in english
    assert not re.search(r"[\u4e00-\u9fff]", english) and "incubation" in english
    assert "培育期" in chinese and "incubation" not in chinese
    with pytest.raises(ValueError, match="language is 'de'"):
        render_report(shop, parts, name="x", language="de")


def test_odd_wishes_are_refused(shop, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(TableError, match="none up to 2020-01-01"):
        open_shop(shop.receipts, as_of="2020-01-01")
    for margin in (0, 1.01, 30):
        with pytest.raises(ValueError, match=r"margin is .*, expected a share above 0, at most 1"):
            open_shop(shop.receipts, margin=margin)
    assert open_shop(shop.receipts, margin=1).margin_share == 1
    (tmp_path / "page.html").write_text("mine", encoding="utf-8")
    for arguments, message in (
        (["--out", "page.html"], "page.html is there already"),
        (["--out", "none/page.html"], "no folder none"),
        (["nowhere"], "holds no imported firm"),
    ):
        done = CliRunner().invoke(app, ["report", *arguments])
        assert done.exit_code == 1
        assert message in str(done.exception)
    assert (tmp_path / "page.html").read_text(encoding="utf-8") == "mine"
