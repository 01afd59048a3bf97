"""Four groups of accounts: each limit by hand."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.improving.groups import assign_groups, measure_effort

END = "2025-12-31"


def make_northport(margins, shares, since="2015-01-01"):
    """Accounts 1 to n with one order and one quarter each; needed are 100 tonnes."""
    ids = list(range(1, len(margins) + 1))
    accounts = pd.DataFrame({"customer_id": ids, "since_on": pd.to_datetime(since)})
    orders = {"customer_id": ids, "purchased_at": pd.Timestamp("2025-06-01"), "margin_cny": margins}
    wallets = {"customer_id": ids, "quarter": pd.Timestamp("2025-04-01"), "needed_tonnes": 100.0}
    return (
        accounts,
        pd.DataFrame(orders),
        pd.DataFrame({**wallets, "bought_tonnes": [100.0 * s for s in shares]}),
    )


def test_the_four_groups_by_margin_and_share_of_the_need():
    firm = make_northport([90.0, 80, 10, 10], [0.5, 0.49, 0.5, 0.1])
    found = assign_groups(*firm, as_of=END, partner_share=0.5)
    assert found["group"].tolist() == ["strategic partner", "development", "retention", "development"]
    assert found["room_tonnes"].tolist() == pytest.approx([50, 51, 50, 90])


def test_the_number_of_the_largest_is_rounded_up():
    firm = make_northport([30.0, 20, 10], [0.9] * 3)
    assert (assign_groups(*firm, as_of=END, partner_share=0.4)["group"] == "strategic partner").sum() == 2
    assert (assign_groups(*firm, as_of=END, partner_share=0.0)["group"] == "strategic partner").sum() == 0


@pytest.mark.parametrize(("since", "group"), [("2024-12-31", "retention"), ("2025-01-01", "building")])
def test_an_account_is_new_for_less_than_a_year(since, group):
    firm = make_northport([10.0], [0.9], since=since)
    assert assign_groups(*firm, as_of=END, partner_share=0.0)["group"].tolist() == [group]


@pytest.mark.parametrize(
    ("day", "counted"), [("2024-12-30", 0), ("2024-12-31", 1), ("2025-12-30", 1), ("2025-12-31", 0)]
)
def test_the_year_ends_before_the_day(day, counted):
    accounts, orders, wallets = make_northport([10.0, 20.0], [0.9, 0.9])
    orders.loc[0, "purchased_at"] = pd.Timestamp(day)
    assert len(assign_groups(accounts, orders, wallets, as_of=END)) == 1 + counted


def test_an_account_without_a_known_need_has_no_share_of_it():
    accounts, orders, wallets = make_northport([10.0, 20.0], [0.9, 0.9])
    found = assign_groups(accounts, orders, wallets.head(1), as_of=END)
    assert found["wallet_share"].tolist() == pytest.approx([0.9, 0.0])


def test_a_small_need_is_a_need():
    accounts, orders, wallets = make_northport([10.0], [0.9])
    found = assign_groups(accounts, orders, wallets.assign(needed_tonnes=0.5, bought_tonnes=0.2), as_of=END)
    assert found["wallet_share"].tolist() == pytest.approx([0.4])


def test_an_order_of_an_unknown_account_is_refused():
    accounts, orders, wallets = make_northport([10.0, 20.0], [0.9, 0.9])
    with pytest.raises(ValueError, match="orders: 1 of 2 accounts"):
        assign_groups(accounts.head(1), orders, wallets, as_of=END)


def test_effort_is_counted_in_minutes_of_the_year():
    firm = make_northport([90.0, 20, 10], [0.9, 0.2, 0.2])
    placed = assign_groups(*firm, as_of=END, partner_share=0.1)
    days = pd.to_datetime(["2025-02-01", "2025-03-01", "2024-12-30", "2025-12-31", "2025-05-01"])
    visits = pd.DataFrame({"visited_on": days, "minutes": [60.0, 30, 500, 500, 500]})
    visits["customer_id"] = pd.array([1, 2, 1, 1, None], dtype="Int64")
    found = measure_effort(placed, visits, as_of=END).set_index("group")
    assert found["time_share"].to_dict() == pytest.approx({"strategic partner": 2 / 3, "development": 1 / 3})
    assert found["minutes_each"].tolist() == pytest.approx([60, 15])
    assert found["margin_share"].tolist() == pytest.approx([0.75, 0.25])
    assert found["accounts_share"].tolist() == pytest.approx([1 / 3, 2 / 3])
    assert found.loc["development", ["wallet_share", "room_tonnes"]].tolist() == pytest.approx([0.2, 160])


def test_a_year_without_visits_is_refused():
    placed = assign_groups(*make_northport([90.0], [0.9]), as_of=END)
    visits = pd.DataFrame(
        {
            "customer_id": pd.array([1], dtype="Int64"),
            "visited_on": pd.Timestamp("2023-01-01"),
            "minutes": 5.0,
        }
    )
    with pytest.raises(ValueError, match="visits: 0 visits to the placed accounts"):
        measure_effort(placed, visits, as_of=END)
    seen = visits.assign(visited_on=pd.Timestamp(END) - pd.Timedelta(days=1))
    with pytest.raises(ValueError, match=r"visits: 1 visits .* and 0 yuan of margin"):
        measure_effort(placed.assign(margin_cny=0.0), seen, as_of=END)


def test_the_tables_of_groups_and_of_effort_have_every_column_of_a_hand():
    end = pd.Timestamp("2026-01-01")
    since = pd.to_datetime(["2020-01-01"] * 3 + ["2025-06-01"])
    accounts = pd.DataFrame({"customer_id": [1, 2, 3, 4], "since_on": since})
    orders = pd.DataFrame({"customer_id": [4, 3, 2, 1], "purchased_at": pd.Timestamp("2025-05-05"),
                           "margin_cny": [10.0, 20.0, 30.0, 40.0]})  # fmt: skip
    wallets = pd.DataFrame({"customer_id": [1, 2, 3], "quarter": pd.Timestamp("2025-01-01"),
                            "needed_tonnes": 10.0, "bought_tonnes": [5.0, 12.0, 4.0]})  # fmt: skip
    placed = assign_groups(accounts, orders, wallets, as_of=end)
    assert placed.columns.tolist() == ["group", "margin_cny", "wallet_share", "room_tonnes"]
    assert placed.index.tolist() == [1, 2, 3, 4] and placed.index.name == "customer_id"
    assert placed.to_numpy().tolist() == [
        ["strategic partner", 40, 0.5, 5], ["retention", 30, 1.2, 0], ["development", 20, 0.4, 6],
        ["building", 10, 0, 0],
    ]  # fmt: skip
    assert list(placed["group"].cat.categories) == placed["group"].tolist()

    visits = pd.DataFrame(
        {
            "customer_id": pd.array([1, 1, 3, None], dtype="Int64"),
            "minutes": [30.0, 15.0, 15.0, 99.0],
            "visited_on": pd.to_datetime(["2025-01-01", "2025-12-31", "2025-12-31", "2025-12-31"]),
        }
    )
    found = measure_effort(placed, visits, as_of=end)
    wanted = {
        "group": ["strategic partner", "retention", "development", "building"], "accounts": [1] * 4,
        "accounts_share": [0.25] * 4, "margin_share": [0.4, 0.3, 0.2, 0.1], "time_share": [0.75, 0, 0.25, 0],
        "minutes_each": [45.0, 0, 15, 0], "wallet_share": [0.5, 1.2, 0.4, 0], "room_tonnes": [5.0, 0, 6, 0],
    }  # fmt: skip
    assert found.columns.tolist() == list(wanted)
    assert found.astype({"group": str}).to_dict("list") == wanted
    outside = visits.assign(
        visited_on=pd.to_datetime(["2024-12-31", "2026-01-01", "2026-01-01", "2025-05-05"])
    )
    with pytest.raises(
        ValueError, match="0 visits to the placed accounts in the year before 2026-01-01, and 100 yuan"
    ):
        measure_effort(placed, outside, as_of=end)
