"""The clauses of the card held against the bookings: by hand, at the firm, and when they are broken."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.loyalty.audit import audit_rules, estimate_yuan_for_a_point
from tests.loyalty.calls import FRAMES

TABLES = [FRAMES[name] for name in ("points", "receipts", "returns")]
POINTS, RECEIPTS, RETURNS = TABLES


def change(kind, column, value):
    """The bookings, with another value where the first of a kind stands."""
    points = POINTS.copy()
    points.loc[points.index[points["kind"] == kind][0], column] = value
    return points


def test_the_rules_of_the_course_are_stated_and_kept_in_the_tables_made_by_hand():
    table = audit_rules(*TABLES).set_index("clause")
    assert table["stated"].tolist() == [10, 40, 2, 3, 1]  # N-20, N-22, N-23, N-24, N-25
    kept = table.drop("yuan for a point")
    assert (kept["least"] == kept["stated"]).all() and (kept["most"] == kept["stated"]).all()
    # 104.50 yuan for 10 points, 39 yuan for 3
    assert table.loc["yuan for a point", ["least", "most", "bookings"]].tolist() == [10.45, 13, 2]


def test_small_baskets_make_a_point_dearer():
    assert estimate_yuan_for_a_point(POINTS, RECEIPTS).value == pytest.approx((104.5 + 39) / 13)


@pytest.mark.parametrize(
    ("kind", "column", "value", "clause", "found"),
    [
        ("purchase", "booked_on", pd.Timestamp("2024-03-06"), "days to booking", 5),
        ("return", "booked_on", pd.Timestamp("2024-03-10"), "days to deduction", 2),
        ("opening", "points", 30, "gift on opening", 30),
        ("birth_month", "points", 5, "month of birth", 1.5),
    ],
)
def test_a_broken_clause_shows(kind, column, value, clause, found):
    row = audit_rules(change(kind, column, value), RECEIPTS, RETURNS).set_index("clause").loc[clause]
    assert found in (row["least"], row["most"]) and found != row["stated"]


def test_two_returns_of_one_receipt_cannot_be_told_apart():
    twice = pd.concat([RETURNS, RETURNS.assign(return_id=2)])
    with pytest.raises(ValueError, match="no booking shows the clause 'days to deduction'"):
        audit_rules(POINTS, RECEIPTS, twice)


@pytest.mark.parametrize(
    "call",
    [lambda rows: audit_rules(POINTS, rows, RETURNS), lambda rows: estimate_yuan_for_a_point(POINTS, rows)],
)
def test_a_booking_without_its_receipt_is_named(call):
    with pytest.raises(ValueError, match=r"points: 1 of 8 rows belong to receipts .*\(receipt_id 2\)"):
        call(RECEIPTS[RECEIPTS["receipt_id"] != 2])


def test_of_many_bookings_without_receipt_the_first_five_are_named():
    lost = POINTS.tail(1).loc[lambda rows: rows.index.repeat(7)].assign(receipt_id=range(91, 98))
    more = pd.concat([POINTS, lost], ignore_index=True)
    with pytest.raises(ValueError, match=r"points: 7 of 15 rows .*\(receipt_id 91, 92, 93, 94, 95\)\. Take"):
        audit_rules(more, RECEIPTS, RETURNS)


def test_the_points_of_one_member_have_no_interval():
    alone = POINTS[POINTS["customer_id"] == 1]
    with pytest.raises(
        ValueError, match="points: 1 members earned points by a purchase, expected at least 2"
    ):
        estimate_yuan_for_a_point(alone, RECEIPTS)


def test_the_firm_keeps_each_clause_and_rounds_down_on_every_receipt(firm):
    table = audit_rules(firm.points, firm.receipts, firm.returns).set_index("clause")
    kept = table.drop("yuan for a point")
    assert (kept["least"] == kept["stated"]).all() and (kept["most"] == kept["stated"]).all()
    assert table.loc["yuan for a point", "least"] == 10 and table.loc["yuan for a point", "most"] < 20
    assert estimate_yuan_for_a_point(firm.points, firm.receipts).low > 10
