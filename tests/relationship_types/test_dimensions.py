"""Length and depth of a relationship: by hand, by law, and at the firms (C-13 a, b)."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.relationship_types.dimensions import (
    find_first_days,
    join_categories,
    measure_depth,
    measure_length,
    plot_length,
    summarise_depth,
)
from tests.pictures import describe_figure, lines_of
from tests.relationship_types.calls import FRAMES, LAST, make_receipts


def make_bought(rows: list[tuple[int, str, str, float]]) -> pd.DataFrame:
    """What was bought, from (customer, day, category, amount)."""
    table = pd.DataFrame(rows, columns=["customer_id", "purchased_at", "category", "amount_cny"])
    return table.assign(purchased_at=pd.to_datetime(table["purchased_at"]))


def test_products_that_the_firm_does_not_know_are_named():
    unknown = FRAMES["products"].assign(product_id=[7, 8])
    message = r"receipt_lines\.product_id: 2 products are not in products \(1002, 1001\)\. Take all tables"
    with pytest.raises(ValueError, match=message):
        join_categories(FRAMES["receipts"], FRAMES["receipt_lines"], unknown)


def test_receipts_without_a_card_are_left_out_of_what_members_bought():
    receipts = FRAMES["receipts"].copy()
    receipts.loc[receipts["customer_id"] == 1, "customer_id"] = pd.NA
    bought = join_categories(receipts, FRAMES["receipt_lines"], FRAMES["products"])
    assert set(bought["customer_id"]) == set(range(2, 25))


@pytest.mark.parametrize(("last", "present"), [("2025-01-01", [1, 2]), ("2024-12-31", [2])])
def test_a_customer_is_present_for_365_days_after_a_purchase(last, present):
    days = pd.to_datetime(["2023-01-01 18:00", f"{last} 12:00", "2025-12-31 09:00"])
    bought = pd.DataFrame({"customer_id": [1, 1, 2], "purchased_at": days})
    lengths = measure_length(bought, as_of=LAST)["length_days"]
    assert lengths.index.tolist() == present
    assert lengths[2] == 0 and lengths.iloc[0] in (0, 1095)


def test_length_counts_present_customers_from_the_first_day_known(firm):
    since = firm.accounts.set_index("customer_id")["since_on"]
    naive = measure_length(firm.orders, as_of=LAST)["length_days"]
    known = measure_length(firm.orders, as_of=LAST, first_on=since)["length_days"]
    assert naive.max() <= 1095 < known.max()
    assert (known >= naive - 1).mean() > 0.95


def test_a_day_before_anybody_bought_is_refused(firm):
    with pytest.raises(ValueError, match="nobody bought in the 10 days up to 2022-01-01"):
        measure_length(firm.orders, as_of="2022-01-01", active_days=10)


def test_a_given_first_day_counts_even_if_it_is_later_than_the_first_purchase():
    bought = pd.DataFrame({"customer_id": [7], "purchased_at": [pd.Timestamp("2025-02-03 18:00")]})
    given = pd.Series([pd.Timestamp("2025-03-01")], index=[7])
    assert find_first_days(bought, first_on=given).tolist() == [pd.Timestamp("2025-03-01")]


def test_first_days_of_another_firm_are_refused():
    strangers = FRAMES["first_on"].rename(lambda one: one + 1000)
    message = r"first_on: 18 of 18 customers have no first day \(customer_id 501, 502, 503, 504, 505\)\. Take"
    with pytest.raises(ValueError, match=message):
        measure_length(FRAMES["orders"], as_of=LAST, first_on=strangers)


def test_depth_by_hand_as_in_the_chapter():
    bought = make_bought(
        [(7, "2024-03-01", "hair", 40.0), (7, "2025-06-01", "hair", 60.0),
         (7, "2025-08-01", "nutrition", 25.0),
         (8, "2023-05-01", "hair", 10.0), (8, "2025-08-01", "hair", 30.0)]
    )  # fmt: skip
    depth = measure_depth(bought, as_of=LAST)
    assert depth.loc[7, ["repeat_cny", "cross_selling_cny"]].tolist() == [85, 25]
    assert pd.isna(depth.loc[7, "incremental_cny"])  # began within the year before: no whole year to compare
    assert depth.loc[8].tolist() == [30, 0, 30]
    silent = make_bought([(9, "2023-05-01", "hair", 10.0), (9, "2024-05-01", "hair", 40.0)])
    depth = measure_depth(pd.concat([bought, silent]), as_of=LAST)
    assert depth.loc[9].tolist() == [0, 0, -40]  # nothing this year is 40 less


def test_a_newcomer_finds_nothing_new_on_the_first_day():
    bought = make_bought(
        [(7, "2025-03-01 10:00", "hair", 10.0), (7, "2025-03-01 18:00", "body", 10.0),
         (7, "2025-04-01 09:00", "tools", 5.0)]
    )  # fmt: skip
    depth = measure_depth(bought, as_of=LAST)
    assert depth.loc[7, ["repeat_cny", "cross_selling_cny"]].tolist() == [5, 5]


def test_a_category_that_was_bought_before_the_year_is_no_longer_new():
    bought = make_bought(
        [(7, "2023-05-01", "hair", 10.0), (7, "2024-05-01", "body", 10.0), (7, "2025-05-01", "body", 8.0)]
    )
    assert measure_depth(bought, as_of=LAST).loc[7, ["repeat_cny", "cross_selling_cny"]].tolist() == [8, 0]


def test_who_brought_friends_within_the_days_has_referrals():
    # member 3 brought 23 and 24 in May 2025
    depth = measure_depth(FRAMES["bought"], as_of=LAST, referrals=FRAMES["members"])
    assert depth.loc[3, "referrals"] == 2 and depth["referrals"].sum() == 2
    assert depth["referrals"].notna().all(), "none is a number, too"
    half = measure_depth(FRAMES["bought"], as_of=LAST, days=182, referrals=FRAMES["members"])
    assert half["referrals"].sum() == 0


def test_parts_of_depth_lie_within_what_was_bought(firm):
    bought = join_categories(firm.receipts, firm.receipt_lines, firm.products)
    depth = measure_depth(bought, as_of=LAST, referrals=firm.members)
    year = bought[bought["purchased_at"] >= "2025-01-01"].groupby("customer_id")["amount_cny"].sum()
    year = year.reindex(depth.index, fill_value=0.0)
    assert (depth["repeat_cny"] <= year + 1e-6).all() and (depth["cross_selling_cny"] <= year + 1e-6).all()
    told = firm.members["joined_on"].ge("2025-01-01") & firm.members["referred_by"].notna()
    assert depth["referrals"].sum() == told.sum()


def test_a_summary_tells_how_much_of_a_measure_the_top_tenth_holds():
    # ten customers: 90 yuan of 180 lie with the first
    amounts = [90.0, *[10.0] * 9]
    depth = pd.DataFrame(
        {"repeat_cny": amounts, "cross_selling_cny": 0.0,
         "incremental_cny": pd.array([-10.0, 30.0, *[None] * 8], "Float64")},
        index=range(10),
    )  # fmt: skip
    summary = summarise_depth(depth).set_index(depth.columns)
    assert summary["top_tenth_share"].tolist() == [0.5, 0, 0]
    assert summary["share_above_zero"].tolist() == [1, 0, 0.5]
    assert summary["mean"].tolist() == [18, 0, 10]


def test_referrals_are_summed_up_only_where_they_were_counted():
    assert len(summarise_depth(FRAMES["depth"])) == 4
    assert len(summarise_depth(FRAMES["depth"].drop(columns="referrals"))) == 3


def test_receipts_after_the_day_change_no_length():
    receipts = make_receipts()
    late = receipts.tail(1).assign(receipt_id=10**6, purchased_at=pd.Timestamp("2026-05-05"))
    both = pd.concat([receipts, late], ignore_index=True)
    assert measure_length(receipts, as_of=LAST).equals(measure_length(both, as_of=LAST))


@pytest.mark.parametrize("names", ["", "abcd"])
def test_a_figure_of_lengths_has_room_for_one_to_three_firms(names):
    with pytest.raises(ValueError, match=f"plot_length: {len(names)} firms, expected 1 to 3"):
        plot_length(dict.fromkeys(names, FRAMES["lengths"]))


def test_the_share_of_customers_falls_with_the_length_of_their_relation():
    # after 0.5, 1 and 2 years one customer less is left: three thirds, two, one
    days = [730.5, 182.625, 365.25]
    shop = pd.DataFrame({"length_days": [round(one) for one in days]}, index=[1, 2, 3])
    firms = {"shop": shop, "mill": shop.head(1), "third": shop.iloc[[2]]}
    ax = plot_length(firms)
    assert describe_figure(ax) == lines_of("""
        picture: 6.4 × 3.6
        title: median length so far: 1.0 years (shop), 2.0 years (mill), 1.0 years (third)
        x: length so far (years)
        y: present customers / at least so long (%)
        legend: shop (n = 3) | mill (n = 1) | third (n = 1)
        line 'shop (n = 3)' rust - thick: (0.501, 100) (0.9993, 66.67) (1.999, 33.33)
        line 'mill (n = 1)' navy -- thick: (1.999, 100)
        line 'third (n = 1)' sky : thick: (0.9993, 100)
    """)
    assert [line.get_drawstyle() for line in ax.lines] == ["steps-post"] * 3
    assert ax.get_xlim()[0] == 0 and ax.get_ylim() == (0, 102)
