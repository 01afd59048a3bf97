"""What points cost (F-17): from promise to payment, and what is never used, by hand and at the firm."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.charts.style import COLOURS
from crmlib.customers.ledger import EARNED
from crmlib.estimates.estimate import estimate_ratio
from crmlib.loyalty.points import cost_of_points, measure_breakage, plot_cost_of_points
from tests.loyalty.calls import FRAMES
from tests.pictures import read_bars, read_frame, read_texts


def test_each_step_from_promise_to_payment_has_its_points_value_and_share():
    # 179 yuan of the customers with a card, who booked 13 of the 10 + 3 + 2 + 0 + 6 points of their receipts
    receipts, points = FRAMES["receipts"], FRAMES["points"]
    table = cost_of_points(points, receipts)
    sales = 104.5 + 39 + 20 + 9.99 + 60
    expected = {
        "promised": sales / 10,
        "lost to rounding": 21 - sales / 10,
        "not yet booked": 13 - 21,
        "opening": 80,
        "birth month": 10,
        "taken back on return": -1,
        "issued": 13 + 80 + 10 - 1,
        "expired": -40,
        "not yet used": -42,
        "redeemed": 20,
    }
    assert table.columns.tolist() == ["step", "points", "value_cny", "sales_share"]
    assert table.loc[table["points"] != 0, "step"].tolist() == list(expected)
    found = table.set_index("step").loc[list(expected)]
    assert found["points"].tolist() == pytest.approx(list(expected.values()))
    assert found["value_cny"].tolist() == pytest.approx([one / 20 for one in expected.values()])
    assert found["sales_share"].tolist() == pytest.approx([one / 20 / sales for one in expected.values()])


def test_the_steps_from_promise_to_payment_add_up_at_the_firm(firm):
    table = cost_of_points(firm.points, firm.receipts).set_index("step")["points"]
    steps = table.drop(["issued", "expired", "not yet used", "redeemed"]).sum()
    assert table["issued"] == pytest.approx(steps)
    assert table["issued"] == firm.points.loc[firm.points["kind"].isin([*EARNED, "return"]), "points"].sum()
    assert table["redeemed"] == pytest.approx(table["issued"] + table["expired"] + table["not yet used"])
    assert table["lost to rounding"] < 0 < table["redeemed"]


def test_points_cost_the_firm_less_than_it_promises_and_issues(firm):
    share = cost_of_points(firm.points, firm.receipts).set_index("step")["sales_share"]
    assert share["promised"] == pytest.approx(0.005)
    assert share["redeemed"] < share["promised"] < share["issued"]


def test_a_firm_without_member_sales_has_no_cost_of_points():
    points = pd.DataFrame({"customer_id": [7], "kind": ["opening"], "points": [40]})
    receipts = pd.DataFrame({"customer_id": pd.array([pd.NA], dtype="Int64"), "amount_cny": [20.0]})
    with pytest.raises(ValueError, match="receipts: no goods value on receipts with a card"):
        cost_of_points(points, receipts)


def test_each_floating_bar_of_the_staircase_starts_where_the_one_above_it_ended():
    ax = plot_cost_of_points(FRAMES["cost"])
    names = [label.get_text() for label in ax.get_yticklabels()]
    ends = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in ax.patches]
    for place in range(1, len(names)):
        start = 0 if names[place] in ("issued", "redeemed") else ends[place - 1][1]
        assert ends[place][0] == pytest.approx(start), names[place]
    assert ends[names.index("not yet used")][1] == pytest.approx(ends[names.index("redeemed")][1])


def test_the_staircase_sets_full_bars_beside_gains_and_losses_and_leaves_out_what_is_tiny():
    shares = {
        "promised": 0.005,
        "lost to rounding": -0.001,
        "opening": 0.002,
        "taken back on return": -0.000049,  # below 0.005 %
        "issued": 0.006,
        "expired": -0.00005,
        "redeemed": 0.0059,
    }
    ax = plot_cost_of_points(pd.DataFrame({"step": list(shares), "sales_share": list(shares.values())}))
    assert read_frame(ax) == {
        "title": "0.50 % promised, 0.60 % issued, 0.59 % paid so far",
        "x": "share of the members' purchases (%)",
        "y": "from promise to payment",
        "rows": ["promised", "lost to rounding", "opening", "issued", "expired", "redeemed"],
    }
    full, loss, gain = (COLOURS[name] for name in ("no_card", "loss", "gain"))
    assert [(colour, left, width) for colour, left, _, width, _ in read_bars(ax)] == [
        (full, 0, 0.5), (loss, 0.5, -0.1), (gain, 0.4, 0.2), (full, 0, 0.6), (loss, 0.6, -0.005),
        (full, 0, 0.59),
    ]  # fmt: skip
    # each number stands at the right end of its bar
    assert read_texts(ax) == [
        ("0.50 %", 0.5, 0), ("−0.10", 0.5, 1), ("+0.20", 0.6, 2), ("0.60 %", 0.6, 3), ("−0.01", 0.6, 4),
        ("0.59 %", 0.59, 5),
    ]  # fmt: skip
    assert ax.get_xlim() == (0, pytest.approx(1.18 * 0.6)) and ax.yaxis_inverted()


def test_the_widest_reach_of_the_staircase_may_be_the_end_of_a_floating_bar():
    shares = {"promised": 0.002, "opening": 0.004, "issued": 0.005, "redeemed": 0.001}
    ax = plot_cost_of_points(pd.DataFrame({"step": list(shares), "sales_share": list(shares.values())}))
    assert ax.get_xlim() == (0, pytest.approx(1.18 * 0.6))


def test_a_firm_that_promised_nothing_has_an_axis_all_the_same():
    nothing = pd.DataFrame({"step": ["promised", "issued", "redeemed"], "sales_share": 0.0})
    assert plot_cost_of_points(nothing).get_xlim() == (0, 1)


def test_no_bar_or_number_of_the_staircase_is_cut_off(firm):
    ax = plot_cost_of_points(cost_of_points(firm.points, firm.receipts))
    ends = max(bar.get_x() + max(bar.get_width(), 0) for bar in ax.patches)
    assert ax.get_xlim() == (0, pytest.approx(1.18 * ends))
    names = [label.get_text() for label in ax.get_yticklabels()]
    assert "not yet booked" not in names  # 0.002 % would be written as −0.00
    assert not any("0.00" in text.get_text() or "-" in text.get_text() for text in ax.texts)
    assert ax.get_title() == "0.50 % promised, 0.75 % issued, 0.45 % paid so far"


def test_what_expires_a_year_later_is_set_against_what_was_earned():
    # member 1 earned 40 in 2023 and used 20; member 2 earned 40 and lost all: 40 of 80
    table = measure_breakage(FRAMES["points"], as_of="2025-01-01")
    share = estimate_ratio([0, 40], [40, 40], unit="%")
    row = (80, 40, 0.5, share.low, min(1.0, share.high), 2)
    columns = ["earned_in", "earned", "expired", "breakage_share", "low", "high", "n"]
    # what was earned in 2024 may still be used
    pd.testing.assert_frame_equal(table, pd.DataFrame([("2023", *row), ("all", *row)], columns=columns))


def test_breakage_lies_between_a_quarter_and_a_third(firm):
    table = measure_breakage(firm.points, as_of="2026-01-01").set_index("earned_in")
    assert list(table.index) == ["2023", "2024", "all"]
    assert 0.25 < table.loc["all", "breakage_share"] < 0.36


@pytest.mark.parametrize("as_of", ["2024-12-31", "2024-01-01"])
def test_points_that_may_still_be_used_are_no_breakage(as_of):
    with pytest.raises(ValueError, match=f"points: no year of earning has expired by {as_of}"):
        measure_breakage(FRAMES["points"], as_of=as_of)


def test_points_of_one_member_alone_have_no_interval():
    points = FRAMES["points"]
    with pytest.raises(ValueError, match="points: 1 members earned points in 2023, expected at least 2"):
        measure_breakage(points[points["customer_id"] == 1], as_of="2025-01-01")


def test_bookings_after_the_day_change_nothing():
    late = FRAMES["points"].head(2).assign(booked_on=pd.Timestamp("2027-05-05"))
    longer = pd.concat([FRAMES["points"], late], ignore_index=True)
    ours, theirs = (measure_breakage(points, as_of="2025-01-01") for points in (FRAMES["points"], longer))
    pd.testing.assert_frame_equal(ours, theirs)


def test_the_least_sales_have_a_cost_of_points_too():
    receipts = pd.DataFrame({"customer_id": [1], "amount_cny": [0.5]})
    points = pd.DataFrame({"customer_id": [1], "kind": ["opening"], "points": [40]})
    assert cost_of_points(points, receipts).set_index("step").loc["opening", "points"] == 40
