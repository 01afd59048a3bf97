"""Share of customer (B-23): by hand, as laws, and at the two firms."""

from __future__ import annotations

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.charts.style import COLOURS
from crmlib.relationship_marketing.share_of_customer import (
    decompose_market_share,
    estimate_share_change,
    find_room,
    follow_shares,
    plot_market_shares,
    plot_shares,
)
from tests.pictures import read_frame, read_lines, read_whiskers

CHAINS = ["osmanthus", "rival_a", "rival_b"]
AMOUNTS = st.lists(
    st.tuples(st.integers(1, 6), st.sampled_from(CHAINS), st.floats(0.5, 900)), min_size=2, max_size=40
)


def make_wallets(needed, bought, *, quarters=None):
    """One account a row."""
    table = {"customer_id": range(1, len(needed) + 1), "needed_tonnes": needed, "bought_tonnes": bought}
    quarters = ["2025-01-01"] * len(needed) if quarters is None else quarters
    return pd.DataFrame(table).assign(quarter=pd.to_datetime(quarters))


def make_receipts(rows):
    """Receipts of (customer, day, amount)."""
    table = pd.DataFrame(rows, columns=["customer_id", "purchased_at", "amount_cny"])
    return table.astype({"customer_id": "Int64", "purchased_at": "datetime64[s]", "amount_cny": float})


def test_the_two_accounts_of_the_chapter():
    # A needs 90 t and buys 18, B needs 10 and buys 9: 27 % of the tonnes, 55 % of an average account
    wallets = make_wallets([90.0, 10.0], [18.0, 9.0])
    row = follow_shares(wallets).iloc[0]
    assert (row["market_share"], row["share_of_customer"]) == pytest.approx((0.27, 0.55))
    assert find_room(wallets)["room_tonnes"].tolist() == [72.0, 1.0]


def test_a_guess_below_what_was_bought_gives_a_full_share_and_no_room():
    wallets = make_wallets([10.0, 10.0], [12.0, 5.0])
    assert follow_shares(wallets).loc[0, "share_of_customer"] == 0.75
    assert find_room(wallets).set_index("customer_id")["room_tonnes"].to_dict() == {1: 0.0, 2: 5.0}


def test_who_needs_nothing_is_left_out():
    assert follow_shares(make_wallets([10.0, 0.0], [5.0, 0.0])).loc[0, "customers"] == 1
    with pytest.raises(ValueError, match=r"wallets.needed_tonnes: nobody needs anything"):
        find_room(make_wallets([0.0], [0.0]))


@pytest.mark.parametrize(("last_quarters", "room"), [(1, [3.0]), (2, [3.0, 2.0]), (9, [3.0, 2.0, 1.0])])
def test_room_is_that_of_the_last_quarters(last_quarters, room):
    quarters = ["2025-01-01", "2025-04-01", "2025-07-01"]
    wallets = make_wallets([10.0] * 3, [9.0, 8.0, 7.0], quarters=quarters)
    assert find_room(wallets, last_quarters=last_quarters)["room_tonnes"].tolist() == room


def test_at_the_firm_bought_and_room_are_the_need(firm):
    room = find_room(firm.wallets)
    np.testing.assert_allclose(room["needed_tonnes"], room["bought_tonnes"] + room["room_tonnes"])
    assert room["room_tonnes"].is_monotonic_decreasing and (room["room_tonnes"] >= 0).all()


@given(AMOUNTS)
@settings(max_examples=40)
def test_market_share_is_penetration_times_share_of_customer_times_use(rows):
    # Parfitt and Collins 1968
    panel = pd.DataFrame(rows, columns=["panel_id", "chain", "amount_cny"])
    table = decompose_market_share(panel, draws=2)
    product = table["penetration"] * table["share_of_customer"] * table["use_index"]
    np.testing.assert_allclose(product, table["market_share"])
    assert table["market_share"].sum() == pytest.approx(1)
    for name in ("market", "penetration", "customer"):
        known = table[f"{name}_low"].notna()
        assert (table.loc[known, f"{name}_low"] <= table.loc[known, f"{name}_high"]).all()


def test_a_panel_that_an_engine_holds_is_added_up_by_shopper_and_chain():
    panel = pl.DataFrame(
        {
            "panel_id": [2, 1, 1, 1],
            "chain": ["rival_a", "osmanthus", "rival_a", "osmanthus"],
            "amount_cny": [30.0, 10.0, 60.0, 20.0],
        }
    )
    table = decompose_market_share(panel, draws=2).set_index("chain")
    assert table["market_share"].to_dict() == pytest.approx({"rival_a": 90 / 120, "osmanthus": 30 / 120})
    assert table["share_of_customer"].to_dict() == pytest.approx({"rival_a": 0.75, "osmanthus": 30 / 90})
    assert table["penetration"].to_dict() == {"rival_a": 1.0, "osmanthus": 0.5}
    assert table["use_index"].to_dict() == {"rival_a": 1.0, "osmanthus": 1.5}  # (90 + 30) / 2 = 60 a shopper


def test_a_chain_without_a_buyer_is_left_out():
    panel = pd.DataFrame({"panel_id": [1, 2], "chain": ["osmanthus", "rival_a"], "amount_cny": [5.0, 0.0]})
    assert decompose_market_share(panel, draws=2)["chain"].tolist() == ["osmanthus"]
    with pytest.raises(ValueError, match=r"panel.amount_cny: nobody spent anything"):
        decompose_market_share(panel.tail(1))


def test_the_interval_of_the_share_of_customer_agrees_with_linearisation(firm):
    # a second way: the ratio Σ here / Σ all over the chain's shoppers, delta method
    panel = firm.panel[firm.panel["quarter"] >= "2025-01-01"]
    spent = panel.pivot_table(
        index="panel_id", columns="chain", values="amount_cny", aggfunc="sum", observed=True
    )
    here = spent["osmanthus"].fillna(0)
    all_of_theirs = spent.sum(axis=1)[here > 0]
    here = here[here > 0]
    ratio = here.sum() / all_of_theirs.sum()
    error = np.sqrt(((here - ratio * all_of_theirs) ** 2).sum()) / all_of_theirs.sum()
    row = decompose_market_share(panel, draws=2000).set_index("chain").loc["osmanthus"]
    assert row["share_of_customer"] == pytest.approx(ratio)
    assert row["customer_high"] - row["customer_low"] == pytest.approx(2 * 1.96 * error, rel=0.1)
    # and of the share of shoppers: √(p (1 − p) / n)
    share = len(here) / panel["panel_id"].nunique()
    error = np.sqrt(share * (1 - share) / panel["panel_id"].nunique())
    assert row["penetration_high"] - row["penetration_low"] == pytest.approx(2 * 1.96 * error, rel=0.1)


def test_one_shopper_alone_gives_no_interval():
    chains = ["osmanthus", "rival_a", "rival_a"]
    panel = pd.DataFrame({"panel_id": [1, 1, 2], "chain": chains, "amount_cny": [30.0, 60.0, 30.0]})
    row = decompose_market_share(panel, draws=20).set_index("chain").loc["osmanthus"]
    assert row["share_of_customer"] == pytest.approx(1 / 3) and pd.isna(row["customer_low"])
    assert row["penetration_low"] < 0.5 < row["penetration_high"]
    alone = decompose_market_share(panel[:1], draws=20).iloc[0]
    assert alone["market_share"] == 1 and pd.isna(alone[["market_low", "penetration_high"]]).all()


def test_the_intervals_of_a_quarter_are_those_of_a_mean_and_of_a_ratio():
    # shares .5, .4 and .9 of 10, 10 and 20 tonnes: mean .6, s = .2646, t(2) = 4.303, so .6 ± .657
    row = follow_shares(make_wallets([10.0, 10.0, 20.0], [5.0, 4.0, 18.0])).iloc[0]
    assert (row["customer_low"], row["customer_high"]) == (0.0, 1.0)  # a share ends there
    # ratio 27 / 40; residuals −1.75, −2.75, 4.5: √(30.875 · 3 / 2) / 40 · 4.303 = .732
    assert (row["market_share"], row["market_low"], row["market_high"]) == pytest.approx((0.675, 0, 1))
    many = follow_shares(make_wallets([10.0] * 30, [4.0, 5.0, 6.0] * 10)).iloc[0]
    half = 2.0452 * np.sqrt(20 * 0.01 / 29) / np.sqrt(30)  # t for 29 degrees of freedom
    for name in ("market", "customer"):
        assert (many[f"{name}_low"], many[f"{name}_high"]) == pytest.approx(
            (0.5 - half, 0.5 + half), abs=1e-5
        )
    assert pd.isna(follow_shares(make_wallets([10.0], [5.0])).loc[0, "market_low"])


def test_the_change_of_a_share_is_that_of_the_same_accounts():
    # 1 and 2 stand in both periods: 9 of 20 tonnes, then 7 of 20; 3 and 4 do not count
    first = make_wallets([10.0, 10.0, 10.0], [5.0, 4.0, 9.0])
    last = first.assign(customer_id=[1, 2, 4], bought_tonnes=[4.0, 3.0, 0.0])
    change = estimate_share_change(find_room(first), find_room(last))
    # both fell by one tonne of ten, so nothing varies around the change
    assert (change.value, change.low, change.high) == pytest.approx((-0.1, -0.1, -0.1)) and change.n == 2
    assert change.unit == "percentage points"
    # falls of 2 and 0 tonnes: parts −1 and +1 of 20, √(2 / 400 · 2) = .1; t(1) = 12.706
    uneven = estimate_share_change(find_room(first), find_room(last.assign(bought_tonnes=[3.0, 4.0, 0.0])))
    assert (uneven.value, uneven.high - uneven.value) == pytest.approx((-0.1, 1.2706), abs=1e-4)


def test_accounts_without_a_partner_or_a_need_cannot_be_compared():
    room = pd.DataFrame({"customer_id": [1, 2], "needed_tonnes": [5.0, 5.0], "bought_tonnes": [1.0, 2.0]})
    with pytest.raises(ValueError, match="room: 1 accounts stand in both tables, expected at least 2"):
        estimate_share_change(room, room.assign(customer_id=[2, 3]))
    with pytest.raises(ValueError, match=r"room.needed_tonnes: the accounts need nothing in the last period"):
        estimate_share_change(room, room.assign(needed_tonnes=0.0, bought_tonnes=0.0))


def test_the_interval_of_a_change_covers_the_true_one():
    # 150 firms whose accounts truly give 4 points less: some 95 % of the intervals hold it
    generator = np.random.default_rng(1)
    hits = 0
    for _ in range(150):
        need = generator.lognormal(3, 1, 60)
        shares = generator.beta(4, 4, 60), generator.beta(4, 4, 60) - 0.04
        tables = [
            pd.DataFrame(
                {"customer_id": range(60), "needed_tonnes": need, "bought_tonnes": np.maximum(need * s, 0)}
            )
            for s in shares
        ]
        hits += estimate_share_change(*tables).covers(-0.04)
    assert 0.88 < hits / 150 < 0.99


def test_larger_chains_have_more_of_their_customers_too(firm):
    # double jeopardy (Ehrenberg, Goodhardt and Barwise 1990): both parts fall with the size of the chain
    table = decompose_market_share(firm.panel[firm.panel["quarter"] >= "2025-01-01"])
    assert table["penetration"].is_monotonic_decreasing and table["share_of_customer"].is_monotonic_decreasing


def test_the_plot_of_quarters_holds_both_shares_with_their_intervals():
    quarters = pd.to_datetime(["2025-01-01", "2025-04-01", "2025-07-01"])
    followed = pd.DataFrame(
        {
            "quarter": quarters,
            "market_share": [0.2, 0.3, 0.25],
            "market_low": [0.1, 0.25, 0.2],
            "market_high": [0.35, 0.4, 0.3],
            "share_of_customer": [0.5, 0.4, 0.6],
            "customer_low": [0.4, 0.3, 0.5],
            "customer_high": [0.6, 0.6, 0.8],
        }
    )
    ax = plot_shares(followed)
    assert read_frame(ax) == {
        "title": "first to last quarter: of all tonnes 20 → 25 %, of an average account 50 → 60 %",
        "x": "quarter",
        "y": "share bought from us",
        "rows": [text.get_text() for text in ax.get_yticklabels()],
        "legend": ["of all tonnes", "of an average account"],
    }
    assert [text.get_text() for text in ax.get_xticklabels()] == ["2025 Q1", "2025 Q3"]
    assert ax.yaxis.get_major_formatter()(0.25) == "25 %"
    assert ax.get_ylim() == pytest.approx((0, 1.05 * 0.8))
    market, account = (box.lines[0] for box in ax.containers)
    for line, values, days, looks in (
        (market, [0.2, 0.3, 0.25], -6, (COLOURS["high"], "-", "o")),
        (account, [0.5, 0.4, 0.6], 6, (COLOURS["low"], "--", "s")),
    ):
        assert (line.get_color(), line.get_linestyle(), line.get_marker()) == looks
        assert list(line.get_ydata()) == values
        assert list(pd.DatetimeIndex(line.get_xdata())) == list(quarters + pd.Timedelta(days=days))
    heights = [[low[1], high[1]] for low, high in read_whiskers(ax)]
    assert heights == [[0.1, 0.35], [0.25, 0.4], [0.2, 0.3], [0.4, 0.6], [0.3, 0.6], [0.5, 0.8]]


def test_the_plot_of_chains_holds_three_shares_of_each_with_their_intervals():
    decomposed = pd.DataFrame({"chain": ["rival_a", "osmanthus", "market"]})
    for name, limits, values in (
        ("market_share", "market", [0.6, 0.3, 0.1]),
        ("share_of_customer", "customer", [0.5, 0.7, 0.2]),
        ("penetration", "penetration", [0.9, 0.8, 0.3]),
    ):
        value = np.array(values)
        decomposed = decomposed.assign(
            **{name: value, f"{limits}_low": value - 0.1, f"{limits}_high": value + 0.05}
        )
    ax = plot_market_shares(decomposed)
    assert read_frame(ax) == {
        "title": "share of customer: from 70 % (osmanthus) to 20 % (market)",
        "x": "share",
        "y": "chain",
        "rows": ["rival a", "osmanthus", "market"],
        "legend": ["market share", "share of customer", "penetration"],
    }
    assert read_lines(ax) == [
        (COLOURS["truth"], "None", "D", [0.6, 0.3, 0.1], [0, 1, 2]),
        (COLOURS["estimate"], "None", "o", [0.5, 0.7, 0.2], [0, 1, 2]),
        (COLOURS["claim"], "None", "s", [0.9, 0.8, 0.3], [0, 1, 2]),
    ]
    assert read_whiskers(ax)[:3] == [[[0.5, 0], [0.65, 0]], [[0.2, 1], [0.35, 1]], [[0, 2], [0.15, 2]]]
    assert read_whiskers(ax)[5:7] == [[[0.1, 2], [0.25, 2]], [[0.8, 0], [0.95, 0]]]
    assert ax.get_xlim() == (0, 1) and ax.xaxis.get_major_formatter()(0.25) == "25 %"


def test_the_table_of_room_sums_the_quarters_and_begins_with_the_largest():
    # of two accounts with the same room the lower number comes first
    wallets = pd.DataFrame(
        {
            "customer_id": [3, 2, 1, 1],
            "quarter": pd.to_datetime(["2025-01-01"] * 3 + ["2025-04-01"]),
            "needed_tonnes": [40.0, 10.0, 5.0, 5.0],
            "bought_tonnes": [10.0, 5.0, 3.0, 2.0],
        }
    )
    expected = pd.DataFrame(
        {
            "customer_id": [3, 1, 2],
            "needed_tonnes": [40.0, 10.0, 10.0],
            "bought_tonnes": [10.0, 5.0, 5.0],
            "share": [0.25, 0.5, 0.5],
            "room_tonnes": [30.0, 5.0, 5.0],
        }
    )
    pd.testing.assert_frame_equal(find_room(wallets), expected)


def test_chains_of_the_same_size_stand_in_the_order_of_their_names():
    panel = pd.DataFrame(
        {
            "panel_id": [1, 1, 2],
            "chain": ["rival_b", "rival_a", "osmanthus"],
            "amount_cny": [20.0, 20.0, 60.0],
        }
    )
    found = decompose_market_share(panel, draws=50)
    assert found["chain"].tolist() == ["osmanthus", "rival_a", "rival_b"]
    values = found[["market_share", "share_of_customer", "penetration", "use_index"]].to_numpy()
    np.testing.assert_allclose(values, [[0.6, 1, 0.5, 1.2], [0.2, 0.5, 0.5, 0.8], [0.2, 0.5, 0.5, 0.8]])
    assert list(found.index) == [0, 1, 2]
