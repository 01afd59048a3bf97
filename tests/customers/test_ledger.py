"""The points ledger (F-17) by its exact rules: by hand, as laws, and against the firm's own bookings."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.customers.ledger import PointsRules, book_points, count_points
from crmlib.tables.errors import TableError

YUAN = st.integers(0, 500_000).map(lambda fen: fen / 100)
NO_RETURNS = pd.DataFrame(
    {
        "return_id": pd.Series([], dtype="int64"),
        "receipt_id": pd.Series([], dtype="int64"),
        "requested_on": pd.Series([], dtype="datetime64[us]"),
        "amount_cny": pd.Series([], dtype="float64"),
    }
)


def buy(amount, *, on="2025-03-01", dispatched=None, receipt=1, customer=7):
    """One receipt."""
    day = pd.Timestamp(on)
    sent = pd.Timestamp(dispatched) if dispatched else day.normalize()
    return pd.DataFrame({"receipt_id": [receipt], "customer_id": [customer], "purchased_at": [day],
                         "dispatched_on": [sent], "amount_cny": [amount]})  # fmt: skip


def member(*, activated="2025-01-05", month=1, customer=7):
    """One member."""
    return pd.DataFrame({"customer_id": [customer], "birth_month": [month],
                         "activated_on": pd.to_datetime([activated])})  # fmt: skip


def give_back(*amounts, on="2025-03-08", receipt=1):
    """Returns of one receipt, a day apart."""
    days = [pd.Timestamp(on) + pd.Timedelta(days=number) for number in range(len(amounts))]
    return pd.DataFrame({"return_id": range(1, len(amounts) + 1), "receipt_id": receipt, "requested_on": days,
                         "amount_cny": [float(amount) for amount in amounts]})  # fmt: skip


def tell(ledger):
    """Kind, day and points of each booking."""
    return [
        (kind, f"{day:%m-%d}", points)
        for kind, day, points in ledger[["kind", "booked_on", "points"]].to_numpy()
    ]


@pytest.mark.parametrize(
    ("amount", "points"), [(0, 0), (9.99, 0), (10, 1), (19.99, 1), (29.99, 2), (104.5, 10), (0.3, 0)]
)
def test_less_than_ten_yuan_counts_nothing(amount, points):
    # N-20
    assert count_points([amount]).tolist() == [points]


def test_sums_of_fen_are_not_lost_to_binary_fractions():
    assert count_points([0.1 * 3 + 9.7, 4.35 * 100]).tolist() == [1, 43]


def test_a_purchase_is_booked_three_calendar_days_after_dispatch():
    # N-24; an online order leaves the store a day after it was placed
    ledger = book_points(buy(58.0, on="2025-02-26 21:00", dispatched="2025-02-27"), member(), NO_RETURNS)
    assert tell(ledger) == [("purchase", "03-02", 5)]


@pytest.mark.parametrize(
    ("activated", "month", "bonus"),
    [("2025-03-01", 3, 5), ("2025-03-02", 3, 0), (None, 3, 0), ("2025-01-05", 4, 0)],
)
def test_the_birth_month_doubles_for_members_who_have_activated_their_card(activated, month, bonus):
    # N-23
    ledger = book_points(buy(58.0), member(activated=activated, month=month), NO_RETURNS)
    assert ledger.loc[ledger["kind"] == "birth_month", "points"].sum() == bonus


def test_the_birth_month_is_that_of_the_purchase_not_of_the_booking():
    ledger = book_points(buy(58.0, on="2025-03-31"), member(month=4), NO_RETURNS)
    assert tell(ledger) == [("purchase", "04-03", 5)]


def test_a_return_is_deducted_on_the_calendar_day_after_the_request():
    # N-25; 58 yuan earned 5 points, the remaining 40 earn 4
    ledger = book_points(buy(58.0), member(), give_back(18))
    assert tell(ledger) == [("purchase", "03-04", 5), ("return", "03-09", -1)]


def test_a_return_that_leaves_the_full_tens_untouched_costs_nothing():
    assert tell(book_points(buy(58.0), member(), give_back(8))) == [("purchase", "03-04", 5)]


def test_two_small_returns_cost_as_much_as_one_large_one():
    ledger = book_points(buy(58.0), member(), give_back(5, 13))
    assert tell(ledger) == [("purchase", "03-04", 5), ("return", "03-10", -1)]


def test_a_return_takes_the_birth_month_bonus_back_as_well():
    ledger = book_points(buy(58.0), member(month=3), give_back(58))
    assert tell(ledger) == [("purchase", "03-04", 5), ("birth_month", "03-04", 5), ("return", "03-09", -10)]


def test_purchases_without_card_and_below_ten_yuan_leave_no_trace():
    receipts = pd.concat(
        [buy(9.5), buy(100.0, receipt=2).assign(customer_id=pd.array([pd.NA], dtype="Int64"))]
    )
    assert book_points(receipts, member(), NO_RETURNS).empty


def test_the_ledger_can_end_on_a_day():
    assert book_points(buy(58.0), member(), NO_RETURNS, until="2025-03-03").empty
    assert len(book_points(buy(58.0), member(), NO_RETURNS, until="2025-03-04")) == 1


def test_other_rules_give_other_bookings():
    rules = PointsRules(yuan_per_point=5, booking_days=1, birth_month_factor=3)
    ledger = book_points(buy(58.0), member(month=3), NO_RETURNS, rules=rules)
    assert tell(ledger) == [("purchase", "03-02", 11), ("birth_month", "03-02", 22)]


def test_the_ledger_is_the_firms_own_table_booking_by_booking(firm):
    last = firm.receipts["purchased_at"].max().normalize()
    ours = book_points(firm.receipts, firm.members, firm.returns, until=last)
    theirs = firm.points[firm.points["kind"].isin(["purchase", "birth_month", "return"])]
    columns = ["customer_id", "booked_on", "kind", "points", "receipt_id"]
    ours, theirs = (
        table[columns]
        .astype({"kind": str, "receipt_id": "int64"})
        .sort_values(columns)
        .reset_index(drop=True)
        for table in (ours, theirs)
    )
    assert len(ours) > 50_000
    pd.testing.assert_frame_equal(ours, theirs, check_dtype=False)


def test_the_net_rebate_is_half_a_per_cent():
    # N-20 and N-21: 10 yuan a point, 20 points a yuan
    assert PointsRules().net_rebate == 0.005


def test_a_receipt_of_an_unknown_member_is_refused():
    with pytest.raises(ValueError, match=r"1 of 1 rows belong to customers not in members \(receipt_id 1\)"):
        book_points(buy(58.0, customer=8), member(), NO_RETURNS)


def test_a_return_of_more_than_was_bought_is_refused():
    with pytest.raises(ValueError, match=r"returns: 1 of 2 rows return more than was bought \(return_id 2\)"):
        book_points(buy(58.0), member(), give_back(50, 9))


def test_of_many_wrong_rows_the_first_five_are_named():
    strangers = pd.concat([buy(58.0, receipt=i, customer=8) for i in range(1, 8)], ignore_index=True)
    message = r"^receipts: 7 of 7 rows .* \(receipt_id 1, 2, 3, 4, 5\)\. Take both from one firm and seed\.$"
    with pytest.raises(ValueError, match=message):
        book_points(strangers, member(), NO_RETURNS)
    message = r"^returns: 7 of 7 rows .* \(return_id 1, 2, 3, 4, 5\)\. Correct amount_cny\.$"
    with pytest.raises(ValueError, match=message):
        book_points(buy(58.0), member(), give_back(*[59] * 7))


def test_a_return_that_stands_twice_is_refused():
    twice = pd.concat([give_back(8), give_back(8)], ignore_index=True)
    with pytest.raises(TableError, match=r"returns.return_id: 2 of 2 rows"):
        book_points(buy(58.0), member(), twice)


def test_what_is_no_day_and_no_amount_is_refused_by_its_name():
    with pytest.raises(ValueError, match=r"^until: expected a date"):
        book_points(buy(58.0), member(), NO_RETURNS, until="1/4/2025")
    with pytest.raises(ValueError) as caught:
        count_points([-1.0])
    assert str(caught.value) == (
        "count_points: amount_cny: 1 of 1 values are wrong (position 0: -1.0). "
        "Expected goods values of 0 yuan or more."
    )


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("yuan_per_point", 1),
        ("points_per_yuan", 1),
        ("opening_points", 0),
        ("birth_month_factor", 1),
        ("booking_days", 0),
        ("return_days", 0),
    ],
)
def test_each_rule_has_a_least_number(name, least):
    assert getattr(PointsRules(**{name: least}), name) == least
    with pytest.raises(ValueError) as caught:
        PointsRules(**{name: least - 1})
    expected = f"PointsRules: {name} is {least - 1}, expected a whole number of at least {least}."
    assert str(caught.value) == expected


@given(YUAN, YUAN)
def test_splitting_a_purchase_never_earns_more_points(one, other):
    # ⌊a⌋ + ⌊b⌋ ≤ ⌊a + b⌋ ≤ ⌊a⌋ + ⌊b⌋ + 1
    apart = int(count_points([one, other]).sum())
    together = int(count_points([round(one + other, 2)])[0])
    assert apart <= together <= apart + 1


@settings(max_examples=15)
@given(YUAN, st.lists(st.floats(0.01, 1.0), max_size=3), st.booleans())
def test_nobody_gains_points_by_returning_goods(amount, parts, in_birth_month):
    members = member(month=3 if in_birth_month else 4)
    left, returned = amount, []
    for part in parts:
        back = round(left * part, 2)
        if back > 0:
            returned.append(back)
            left = round(left - back, 2)
    kept = book_points(buy(amount), members, NO_RETURNS)["points"].sum()
    ledger = book_points(buy(amount), members, give_back(*returned) if returned else NO_RETURNS)
    assert (ledger.loc[ledger["kind"] == "return", "points"] < 0).all()
    assert 0 <= ledger["points"].sum() <= kept
    # whoever returns goods ends where a buyer of the remaining goods stands
    assert ledger["points"].sum() == book_points(buy(left), members, NO_RETURNS)["points"].sum()


@settings(max_examples=15)
@given(st.lists(st.tuples(YUAN, st.integers(1, 3)), min_size=1, max_size=6))
def test_the_order_of_receipts_does_not_change_the_ledger(purchases):
    receipts = pd.concat(
        [buy(a, receipt=i, customer=c) for i, (a, c) in enumerate(purchases)], ignore_index=True
    )
    members = pd.concat([member(customer=c, month=3) for c in (1, 2, 3)], ignore_index=True)
    ledger = book_points(receipts, members, NO_RETURNS)
    turned = book_points(receipts.iloc[::-1], members.iloc[::-1], NO_RETURNS)
    pd.testing.assert_frame_equal(ledger, turned)
