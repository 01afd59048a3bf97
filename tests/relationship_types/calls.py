"""Tables of a few customers for the tests of chapter 2, made by hand."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd

from crmlib.relationship_types import (
    change as customer_change,
)
from crmlib.relationship_types import (
    dimensions,
    expected_value,
    movers,
)
from crmlib.relationship_types import (
    fit as type_fit,
)
from crmlib.relationship_types import (
    matrix as relationship_types,
)
from crmlib.relationship_types import (
    states as customer_states,
)
from crmlib.relationship_types import (
    trust as trust_matrix,
)

DAYS = pd.to_datetime
LAST = "2025-12-31"
SEGMENTS = ["small", "middle", "key"]


def make_receipts(n: int = 24) -> pd.DataFrame:
    """Members 1 to n: every third buys each quarter, every third once a year, every third left in 2024."""
    habits = {
        0: list(pd.date_range("2023-01-05", LAST, freq="QE")),
        1: list(DAYS(["2023-06-01", "2024-06-01", "2025-06-01"])),
        2: list(DAYS(["2023-02-01", "2024-03-01"])),
    }
    rows = [(one, day) for one in range(1, n + 1) for day in habits[one % 3]]
    frame = pd.DataFrame(rows, columns=["customer_id", "purchased_at"])
    frame.insert(0, "receipt_id", range(1, len(frame) + 1))
    margins = 10.0 + frame["customer_id"] % 5 + 7 * (frame["receipt_id"] % 5)
    return frame.assign(amount_cny=3 * margins, margin_cny=margins).astype({"customer_id": "Int64"})


def make_truth(n: int = 24) -> pd.DataFrame:
    """Every third member left after the last purchase; two came back, one of them stayed."""
    ids = np.arange(1, n + 1)
    days = {
        "left_on": np.where(ids % 3 == 2, "2024-03-02", None),
        "second_started_on": np.where(np.isin(ids, [2, 5]), "2025-07-01", None),
        "second_left_on": np.where(ids == 5, "2025-09-01", None),
    }
    return pd.DataFrame({"customer_id": ids, **{name: DAYS(pd.Series(day)) for name, day in days.items()}})


def make_accounts(n: int = 18) -> pd.DataFrame:
    """Accounts 501 on, of three segments in turn, with types, bonds and buying styles."""
    types = list(relationship_types.TYPES)
    number = np.arange(n)
    return pd.DataFrame(
        {
            "customer_id": 501 + number,
            "segment": pd.Categorical([SEGMENTS[one % 3] for one in number], SEGMENTS, ordered=True),
            "relationship_type": pd.Categorical([types[one % 5] for one in number], types, ordered=True),
            "since_on": DAYS(["2015-03-01"] * n),
            "financial_bond": number % 2 == 0,
            "social_bond": number % 4 < 2,
            "structural_bond": number % 6 == 5,
            "buying_style": pd.Categorical([["loyal", "competitive", "tender"][one % 3] for one in number]),
        }
    )


def make_orders(n: int = 18) -> pd.DataFrame:
    """Two orders a year of each account; the margin share rises with the number of the account."""
    days = ["2024-03-01", "2024-09-01", "2025-03-01", "2025-12-30"]
    rows = [(501 + one, day, 1000.0 * (1 + one % 3), 10.0 * one) for one in range(n) for day in days]
    frame = pd.DataFrame(rows, columns=["customer_id", "purchased_at", "amount_cny", "margin_cny"])
    frame["purchased_at"] = DAYS(frame["purchased_at"])
    frame.insert(0, "order_id", range(1, len(frame) + 1))
    return frame.assign(product=np.where(frame["order_id"] % 5 == 0, "lubricant", "diesel"))


@cache
def make_frames() -> dict[str, object]:
    """All tables of the firm, and what the functions of the chapter make of them."""
    receipts, accounts, orders = make_receipts(), make_accounts(), make_orders()
    products = pd.DataFrame({"product_id": [1001, 1002], "category": ["hair", "health"]})
    lines = pd.DataFrame(
        {
            "receipt_id": receipts["receipt_id"],
            "product_id": 1001 + receipts["receipt_id"] % 2,
            "quantity": 2,
            "unit_price_cny": 9.5,
        }
    )
    bids = pd.DataFrame(
        {
            "bid_id": range(1, 19),
            "customer_id": accounts["customer_id"],
            "outcome": pd.Categorical(["kept", "lost", "kept", "part_lost", "kept", "kept"] * 3),
        }
    )
    quarters = DAYS(["2025-01-01", "2025-04-01"])
    wallets = pd.DataFrame(
        {
            "customer_id": np.repeat(accounts["customer_id"].to_numpy(), 2),
            "quarter": [*quarters] * 18,
            "needed_tonnes": 40.0,
            "bought_tonnes": np.linspace(4, 36, 36),
        }
    )
    panel = pd.DataFrame(
        {
            "panel_id": [1, 1, 2, 2], "quarter": [*quarters] * 2, "chain": "osmanthus",
            "has_card": [False, False, False, True], "purchases": [1, 0, 2, 3],
        }
    )  # fmt: skip
    leads = pd.DataFrame(
        {
            "lead_id": [1, 2, 3, 4, 5, 6], "source": ["fair", "fair", "referral", "referral", "fair", "fair"],
            "need": [True, True, True, False, True, True], "stage": [1, 3, 5, 2, 5, 2],
            "outcome": ["open", "open", "won", "lost", "won", "lost"],
            "customer_id": pd.array([None, None, 501, None, 502, None], dtype="Int64"),
        }
    )  # fmt: skip
    truth_accounts = pd.DataFrame(
        {
            "customer_id": accounts["customer_id"],
            "fitting_type": [relationship_types.TYPES[one % 3] for one in range(18)],
            "relationship_quality": np.linspace(-1, 1, 18),
            "left_on": pd.Series(DAYS(["2025-03-01", *[None] * 17])),
        }
    )
    members = pd.DataFrame(
        {
            "customer_id": range(1, 25),
            "joined_on": DAYS(["2023-01-05"] * 22 + ["2025-05-01"] * 2),
            "referred_by": pd.array([*[None] * 22, 3, 3], dtype="Int64"),
        }
    )
    bought = dimensions.join_categories(receipts, lines, products)
    states = customer_states.assign_states(receipts, as_of=LAST)
    gone = customer_states.find_gone_members(make_truth(), as_of=LAST)
    changes = customer_change.list_changes(receipts, as_of=LAST)
    segments = relationship_types.summarise_segments(
        orders, accounts.set_index("customer_id")["segment"], as_of=LAST
    )
    placed = trust_matrix.place_accounts(accounts)
    scores = expected_value.score_members(receipts, as_of="2025-07-01")
    return {
        "receipts": receipts, "orders": orders, "accounts": accounts, "receipt_lines": lines,
        "products": products, "competitor_bids": bids, "wallets": wallets, "panel": panel, "leads": leads,
        "truth.accounts": truth_accounts, "truth.members": make_truth(), "members": members,
        "bought": bought, "counts": states, "states": states["state"], "gone": gone,
        "compared": customer_states.compare_states_with_truth(states["state"], gone),
        "depth": dimensions.measure_depth(bought, as_of=LAST, referrals=members),
        "lengths": dimensions.measure_length(receipts, as_of=LAST),
        "first_on": accounts.set_index("customer_id")["since_on"],
        "change": customer_change.decompose_change(receipts, first="2024-01-01", last=LAST),
        "changes": changes, "movers": movers.follow_movers(receipts, as_of=LAST),
        "groups": accounts.set_index("customer_id")["buying_style"],
        "segments": segments, "given segments": accounts.set_index("customer_id")["segment"],
        "fit": type_fit.find_fit(accounts, orders),
        "true fit": type_fit.find_true_fit(accounts, truth_accounts),
        "wallet_shares": type_fit.measure_wallet_share(wallets), "placed": placed,
        "measured": trust_matrix.measure_positions(placed, bids),
        "prospects": pd.DataFrame(
            {"prospect": ["A", "B"], "value_cny": [20_000.0, 3_000.0], "probability": [0.1, 0.8]}
        ),
        "scores": scores, "followed": expected_value.follow_scores(scores, receipts, as_of="2025-07-01"),
    }  # fmt: skip
