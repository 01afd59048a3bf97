"""The points ledger of the member card: what is booked, when, and why (F-17, H-13).

The rules come from the course's drugstore chain. They are exact, so the ledger is exact: given the same
receipts and returns, `book_points` gives the same bookings as the firm's own points table.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray

from crmlib.tables.options import read_date, read_instance, read_number, read_numbers
from crmlib.tables.take import take_columns

EARNED = ("opening", "purchase", "birth_month", "group_bonus", "campaign")
LEDGER = ["customer_id", "booked_on", "kind", "points", "receipt_id"]


@dataclass(frozen=True)
class PointsRules:
    """What the card promises: the points rules of the course as numbers (F-17).

    yuan_per_point: spend that earns one point, less counts nothing (N-20). points_per_yuan: points that pay
    one yuan (N-21). opening_points: bonus on opening (N-22). birth_month_factor: points in the birth month
    of an activated member, as a multiple of the normal ones (N-23). booking_days: calendar days after
    dispatch within which points are booked (N-24). return_days: calendar days after a return request on
    which they are deducted (N-25).

    >>> PointsRules().net_rebate
    0.005
    """

    yuan_per_point: int = 10
    points_per_yuan: int = 20
    opening_points: int = 40
    birth_month_factor: int = 2
    booking_days: int = 3
    return_days: int = 1

    def __post_init__(self) -> None:
        for name, least in (
            ("yuan_per_point", 1),
            ("points_per_yuan", 1),
            ("opening_points", 0),
            ("birth_month_factor", 1),
            ("booking_days", 0),
            ("return_days", 0),
        ):
            words = f"a whole number of at least {least}"
            value = read_number(
                getattr(self, name), f"PointsRules: {name}", words, limits=f"{least}..", whole=True
            )
            object.__setattr__(self, name, value)

    @property
    def point_value_cny(self) -> float:
        """Yuan that one point pays."""
        return 1 / self.points_per_yuan

    @property
    def net_rebate(self) -> float:
        """Value of the points on one yuan of spend, if every yuan counted and every point were redeemed."""
        return 1 / (self.yuan_per_point * self.points_per_yuan)


COURSE_RULES = PointsRules()


def count_points(amount_cny: ArrayLike, *, rules: PointsRules = COURSE_RULES) -> NDArray[np.int64]:
    """How many points a receipt earns its owner: one per full 10 yuan, the rest is lost (F-17, N-20).

    points = ⌊amount / 10⌋ per receipt; freight does not count. amount_cny: goods values in yuan, one a
    receipt, finite, 0 or more (ValueError otherwise). Amounts are compared in whole fen, so that 29.99 never
    becomes 30.

    >>> count_points([9.99, 10.00, 29.99, 104.50])
    array([ 0,  1,  2, 10])
    >>> count_points([5, 5]).sum(), count_points([10]).sum()  # small receipts earn less
    (np.int64(0), np.int64(1))
    """
    amounts = read_numbers(
        amount_cny, "count_points: amount_cny", "goods values of 0 yuan or more", limits=">=0"
    )
    return _count(amounts, rules)


def _count(amounts: NDArray[np.float64], rules: PointsRules) -> NDArray[np.int64]:
    rules = read_instance(rules, "rules", PointsRules)
    return np.rint(amounts * 100).astype(np.int64) // (100 * rules.yuan_per_point)


def book_points(
    receipts: pd.DataFrame,
    members: pd.DataFrame,
    returns: pd.DataFrame,
    *,
    until: str | pd.Timestamp | None = None,
    rules: PointsRules = COURSE_RULES,
) -> pd.DataFrame:
    """What each purchase and return does to a member's points account, booking by booking (F-17, H-13).

    Per receipt of a member: ⌊goods value / 10⌋ points, booked booking_days calendar days after dispatch
    (the last day that the rule allows); as many again, booked as birth_month, if the card was activated by
    the day of the purchase and the purchase falls in the month of birth. Per return: the points that the
    remaining goods do not earn, deducted (with the birth month's) on the calendar day after the request;
    what remains is rounded down anew, so that nobody gains points by returning goods. Bookings of 0 points
    are left out.

    receipts: receipt_id, customer_id (missing without card), purchased_at, dispatched_on, amount_cny.
    members: customer_id, activated_on, birth_month. returns: return_id, receipt_id, requested_on,
    amount_cny (may be empty). until: last day of the ledger. Columns: customer_id, booked_on, kind
    (purchase, birth_month, return), points, receipt_id; sorted by day, customer and receipt. Raises
    TableError for wrong columns or duplicate ids, ValueError for unknown customers or receipts and for
    returns of more than was bought. With millions of rows it takes more than in proportion (docs/growth.md).

    >>> receipts = pd.DataFrame({"receipt_id": [1, 2], "customer_id": [7, 7], "amount_cny": [104.5, 39.0],
    ...                          "purchased_at": pd.to_datetime(["2025-03-01 10:00", "2025-05-30 18:00"]),
    ...                          "dispatched_on": pd.to_datetime(["2025-03-02", "2025-05-30"])})
    >>> members = pd.DataFrame({"customer_id": [7], "activated_on": [pd.Timestamp("2025-01-05")],
    ...                         "birth_month": [5]})
    >>> returns = pd.DataFrame({"return_id": [1], "receipt_id": [1], "amount_cny": [5.0],
    ...                         "requested_on": [pd.Timestamp("2025-03-08")]})
    >>> book_points(receipts, members, returns)
       customer_id  booked_on         kind  points  receipt_id
    0            7 2025-03-05     purchase      10           1
    1            7 2025-03-09       return      -1           1
    2            7 2025-06-02     purchase       3           2
    3            7 2025-06-02  birth_month       3           2
    """
    bought = _take_member_receipts(receipts, members)
    bought["base"] = _count(bought["amount_cny"].to_numpy(), rules)
    bought["booked_on"] = bought["dispatched_on"] + pd.Timedelta(days=rules.booking_days)
    bonus = bought["base"] * (rules.birth_month_factor - 1) * bought["is_birth_month"]
    parts = [
        bought.assign(kind="purchase", points=bought["base"]),
        bought.assign(kind="birth_month", points=bonus),
        _book_returns(bought, returns, rules),
    ]
    ledger = pd.concat([part[LEDGER] for part in parts])
    ledger = ledger[ledger["points"] != 0]
    if until is not None:
        ledger = ledger[ledger["booked_on"] <= read_date(until, "until")]
    # by several columns pandas sorts stably: bookings of one receipt and day stay in the order of the parts
    return ledger.sort_values(["booked_on", "customer_id", "receipt_id"]).reset_index(drop=True)


def _take_member_receipts(receipts: pd.DataFrame, members: pd.DataFrame) -> pd.DataFrame:
    """Receipts of members with a mark where an activated member bought in the month of birth."""
    columns = ["receipt_id", "customer_id", "purchased_at", "dispatched_on", "amount_cny"]
    bought = take_columns(receipts, "receipts", columns, unique=["receipt_id"])
    bought = bought[bought["customer_id"].notna()].astype({"customer_id": "int64"})
    people = take_columns(
        members, "members", ["customer_id", "activated_on", "birth_month"], unique=["customer_id"]
    )
    unknown = bought[~bought["customer_id"].isin(people["customer_id"])]
    if len(unknown):
        raise ValueError(
            f"receipts: {len(unknown)} of {len(bought)} rows belong to customers not in members (receipt_id "
            f"{', '.join(map(str, unknown['receipt_id'].head(5)))}). Take both from one firm and seed."
        )
    bought = bought.merge(people, on="customer_id")
    active = bought["activated_on"] <= bought["purchased_at"].dt.normalize()
    bought["is_birth_month"] = active & (bought["purchased_at"].dt.month == bought["birth_month"])
    return bought


def _book_returns(bought: pd.DataFrame, returns: pd.DataFrame, rules: PointsRules) -> pd.DataFrame:
    """Bookings of the returns of members, in the order of their request if a receipt has several."""
    columns = ["return_id", "receipt_id", "requested_on", "amount_cny"]
    asked = take_columns(returns, "returns", columns, unique=["return_id"], rows=0)
    asked = asked.rename(columns={"amount_cny": "returned_cny"})
    back = asked.merge(bought, on="receipt_id").sort_values(["requested_on", "return_id"])
    total = back.groupby("receipt_id")["returned_cny"].cumsum()
    before, after = back["amount_cny"] - (total - back["returned_cny"]), back["amount_cny"] - total
    wrong = back[after < -0.005]
    if len(wrong):
        raise ValueError(
            f"returns: {len(wrong)} of {len(asked)} rows return more than was bought (return_id "
            f"{', '.join(map(str, wrong['return_id'].head(5)))}). Correct amount_cny."
        )
    earned = [_count(left.to_numpy(), rules) for left in (before, after)]
    factor = np.where(back["is_birth_month"], rules.birth_month_factor, 1)
    booked = back["requested_on"] + pd.Timedelta(days=rules.return_days)
    return back.assign(kind="return", points=(earned[1] - earned[0]) * factor, booked_on=booked)
