"""The clauses of the card held against the bookings: by hand, at the firm, and when they are broken."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.datasets.loaders import load_firm
from crmlib.loyalty.audit import audit_rules, estimate_yuan_for_a_point
from tests.contracts.spoiling import assert_refused, make_cases

DAYS = pd.to_datetime


def make_frames() -> dict[str, pd.DataFrame]:
    """Two members: 25 and 30 yuan of goods, the first in the month of birth and with a return."""
    return {
        "points": pd.DataFrame(
            {
                "customer_id": [7, 8, 7, 7, 8, 7],
                "booked_on": DAYS(
                    ["2025-05-01", "2025-05-01", "2025-05-04", "2025-05-04", "2025-05-05", "2025-05-09"]
                ),
                "kind": ["opening", "opening", "purchase", "birth_month", "purchase", "return"],
                "points": [40, 40, 2, 2, 3, -1],
                "receipt_id": pd.array([None, None, 1, 1, 2, 1], dtype="Int64"),
            }
        ),
        "receipts": pd.DataFrame(
            {
                "receipt_id": [1, 2],
                "amount_cny": [25.0, 30.0],
                "dispatched_on": DAYS(["2025-05-01", "2025-05-02"]),
            }
        ),
        "returns": pd.DataFrame({"return_id": [1], "receipt_id": [1], "requested_on": DAYS(["2025-05-08"])}),
    }


FRAMES = make_frames()
COLUMNS = {
    "points": ["customer_id", "booked_on", "kind", "points", "receipt_id"],
    "receipts": ["receipt_id", "amount_cny", "dispatched_on"],
}
CALLS = {
    "audit_rules": (
        lambda t: audit_rules(t["points"], t["receipts"], t["returns"]),
        {**COLUMNS, "returns": ["return_id", "receipt_id", "requested_on"]},
    ),
    "estimate_yuan_for_a_point": (lambda t: estimate_yuan_for_a_point(t["points"], t["receipts"]), COLUMNS),
}


@pytest.mark.parametrize("case", make_cases(CALLS, FRAMES, {}))
def test_a_spoilt_table_is_refused_by_name(case):
    assert_refused(case, FRAMES)


def test_the_rules_of_the_course_are_stated():
    table = audit_rules(**FRAMES).set_index("clause")
    assert table["stated"].tolist() == [10, 40, 2, 3, 1]  # N-20, N-22, N-23, N-24, N-25
    assert table.loc["yuan for a point", ["least", "most", "bookings"]].tolist() == [10, 12.5, 2]


def test_small_baskets_make_a_point_dearer():
    assert estimate_yuan_for_a_point(FRAMES["points"], FRAMES["receipts"]).value == 55 / 5


def test_the_firm_keeps_each_clause_and_rounds_down_on_every_receipt():
    firm = load_firm()
    table = audit_rules(firm.points, firm.receipts, firm.returns).set_index("clause")
    kept = table.drop("yuan for a point")
    assert (kept["least"] == kept["stated"]).all() and (kept["most"] == kept["stated"]).all()
    assert table.loc["yuan for a point", "least"] == 10 and table.loc["yuan for a point", "most"] < 20
    assert estimate_yuan_for_a_point(firm.points, firm.receipts).low > 10


def test_a_broken_clause_shows():
    late = make_frames()
    late["points"].loc[4, "booked_on"] = pd.Timestamp("2025-05-07")
    assert audit_rules(**late).set_index("clause").loc["days to booking", "most"] == 5
    stingy = make_frames()
    stingy["points"].loc[0, "points"] = 30
    assert audit_rules(**stingy).set_index("clause").loc["gift on opening", "least"] == 30


def test_two_returns_of_one_receipt_cannot_be_told_apart():
    frames = make_frames()
    frames["returns"] = pd.concat([frames["returns"], frames["returns"].assign(return_id=2)])
    with pytest.raises(ValueError, match="no booking shows the clause 'days to deduction'"):
        audit_rules(**frames)


def test_a_booking_without_its_receipt_is_named():
    with pytest.raises(ValueError, match=r"points: 1 of 6 rows belong to receipts .*receipt_id 2"):
        audit_rules(**{**FRAMES, "receipts": FRAMES["receipts"].head(1)})
    with pytest.raises(ValueError, match="receipt_id 2"):
        estimate_yuan_for_a_point(FRAMES["points"], FRAMES["receipts"].head(1))
