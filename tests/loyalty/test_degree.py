"""The degree of loyalty (H-05): counted from receipts and from the panel, by hand and at the firm."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.estimates.estimate import estimate_mean, estimate_ratio, estimate_share
from crmlib.loyalty.degree import measure_loyalty, measure_yearly_spend, share_of_purchases


def buy(customer, *days, amount=50.0):
    """Receipts of one customer."""
    times = [pd.Timestamp(day) for day in days]
    return pd.DataFrame({"customer_id": customer, "purchased_at": times, "amount_cny": amount})


def test_the_four_counts_of_loyalty_by_hand():
    # the year begins with 2025: customer 3 buys on its first day, customer 2 on the last one before
    receipts = pd.concat(
        [
            buy(1, "2024-02-01 23:00", "2025-02-01 01:00", "2025-12-31 23:00"),
            buy(2, "2024-01-01", "2024-12-31"),
            buy(3, "2025-01-01"),
            buy(4, "2023-12-31"),
        ]
    )
    measures = {
        "came back": estimate_share(2, 3),
        "bought again in the last year": estimate_share(1, 2),
        "purchases in the last year": estimate_mean([2, 1], unit="purchases"),
        "days as customer": estimate_mean([699, 365, 0], unit="days"),
    }
    expected = [(name, one.value, one.low, one.high, one.n, one.unit) for name, one in measures.items()]
    columns = ["measure", "value", "low", "high", "n", "unit"]
    found = measure_loyalty(receipts, as_of="2026-01-01")
    pd.testing.assert_frame_equal(found, pd.DataFrame(expected, columns=columns))


@pytest.mark.parametrize(
    "receipts",
    [
        [buy(1, "2024-02-01", "2025-03-01"), buy(2, "2024-02-01")],  # one bought in the last year
        [buy(1, "2024-02-01", "2025-03-01"), buy(2, "2023-02-01", "2025-03-01")],  # one in the year before
    ],
)
def test_no_count_of_loyalty_rests_on_one_customer(receipts):
    with pytest.raises(ValueError, match="receipts: fewer than two customers in the years before 2026-01-01"):
        measure_loyalty(pd.concat(receipts), as_of="2026-01-01")


def test_who_joined_a_month_ago_had_no_chance_to_come_back():
    receipts = pd.concat(
        [buy(1, "2024-02-01", "2024-03-01"), buy(2, "2024-05-01"), buy(3, "2025-12-01"), buy(4, "2025-12-02")]
    )
    came_back = measure_loyalty(receipts, as_of="2026-01-01").set_index("measure").loc["came back"]
    assert (came_back["value"], came_back["n"]) == (0.5, 2)


def test_buying_again_is_asked_of_the_customers_of_the_year_before():
    receipts = pd.concat(
        [buy(1, "2024-02-01", "2025-02-01"), buy(2, "2024-12-31"), buy(3, "2025-01-01", "2025-02-01")]
    )
    table = measure_loyalty(receipts, as_of="2026-01-01").set_index("measure")
    again = table.loc["bought again in the last year"]
    assert (again["value"], again["n"]) == (0.5, 2)


def test_receipts_from_as_of_on_are_not_known_yet():
    receipts = pd.concat([buy(1, "2024-02-01", "2025-03-01"), buy(2, "2024-02-01", "2025-03-01")])
    later = pd.concat([receipts, buy(3, "2026-01-01"), buy(1, "2026-02-01")])
    pd.testing.assert_frame_equal(
        measure_loyalty(receipts, as_of="2026-01-01"), measure_loyalty(later, as_of="2026-01-01")
    )


def test_a_firm_that_has_just_opened_has_no_degree_of_loyalty_yet():
    with pytest.raises(ValueError, match="fewer than two customers in the years before 2025-03-01"):
        measure_loyalty(pd.concat([buy(1, "2025-02-01"), buy(2, "2025-02-02")]), as_of="2025-03-01")


def test_yearly_spend_counts_the_year_before_and_members_only():
    receipts = pd.concat(
        [
            buy(1, "2025-01-01", "2025-12-31 23:00"),
            buy(1, "2024-12-31 23:00", "2026-01-01"),
            buy(2, "2024-06-01"),
        ]
    ).astype({"customer_id": "Int64"})
    without_card = buy(1, "2025-05-05").assign(customer_id=pd.array([pd.NA], dtype="Int64"))
    spend = measure_yearly_spend(pd.concat([receipts, without_card]), as_of="2026-01-01")
    assert spend.to_dict() == {1: 100.0}


def test_a_year_without_purchases_has_no_yearly_spend():
    with pytest.raises(ValueError, match="no purchase with a card in the year before 2020-01-01"):
        measure_yearly_spend(buy(1, "2025-01-01"), as_of="2020-01-01")


def test_quarters_in_which_a_shopper_bought_nothing_here_do_not_count_for_the_share():
    # shopper 1 buys 3 of 4 here in the first quarter and nothing in the second; shopper 2 buys 1 of 4
    days = pd.to_datetime(
        ["2025-01-01", "2025-01-01", "2025-04-01", "2025-04-01", "2025-01-01", "2025-01-01"]
    )
    panel = pd.DataFrame(
        {
            "panel_id": [1, 1, 1, 1, 2, 2],
            "quarter": days,
            "chain": ["osmanthus", "rival_a"] * 3,
            "purchases": [3, 1, 0, 9, 1, 3],
        }
    )
    shares = [estimate_ratio([3, 1], [4, 4], unit="%"), estimate_ratio([10, 3], [13, 4], unit="%")]
    expected = {
        "chain": ["osmanthus", "rival_a"],
        "buyers_share": [2 / 3, 3 / 3],
        "purchases_per_buyer": [2.0, 13 / 3],
        "share_of_purchases": [share.value for share in shares],
        "low": [share.low for share in shares],
        "high": [share.high for share in shares],
        "n": [2, 2],
    }
    pd.testing.assert_frame_equal(share_of_purchases(panel), pd.DataFrame(expected), check_dtype=False)


def test_without_rows_of_the_chain_nobody_knows_the_share_of_its_buyers():
    panel = pd.DataFrame({"panel_id": [1, 2], "quarter": pd.Timestamp("2025-01-01"), "chain": "rival_a",
                          "purchases": [1, 1]})  # fmt: skip
    with pytest.raises(
        ValueError, match=r"panel: 2 shoppers bought at rival_a, expected .* rows of osmanthus"
    ):
        share_of_purchases(panel)


def test_a_chain_with_one_buyer_has_no_interval():
    panel = pd.DataFrame({"panel_id": [1, 2], "quarter": pd.Timestamp("2025-01-01"), "chain": "osmanthus",
                          "purchases": [1, 0]})  # fmt: skip
    with pytest.raises(ValueError, match="1 shoppers bought at osmanthus, expected at least 2"):
        share_of_purchases(panel)


def test_small_chains_suffer_twice_at_the_firm(firm):
    # double jeopardy (Ehrenberg, Goodhardt and Barwise 1990): fewer buyers, who buy a little less often
    table = share_of_purchases(firm.panel).set_index("chain")
    rivals = table.drop("osmanthus").sort_values("buyers_share")
    assert rivals["purchases_per_buyer"].is_monotonic_increasing
    assert rivals["buyers_share"].iloc[-1] > 2 * rivals["buyers_share"].iloc[0]
    assert rivals["purchases_per_buyer"].iloc[-1] < 1.5 * rivals["purchases_per_buyer"].iloc[0]


def test_buyers_of_the_chain_make_more_than_half_of_their_purchases_elsewhere(firm):
    # H-12: member = loyal customer
    assert share_of_purchases(firm.panel).set_index("chain").loc["osmanthus", "high"] < 0.5
