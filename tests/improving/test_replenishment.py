"""When the bottle is empty: dates by hand, a shopper with a stock and one without."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crmlib.estimates.estimate import estimate_share
from crmlib.improving.replenishment import follow_guesses, guess_empty_dates, join_buying, plot_guesses
from tests.improving.calls import FRAMES
from tests.pictures import describe_figure, lines_of


def make_buying(member, days, category="body"):
    """Purchases as join_buying gives them."""
    frame = pd.DataFrame({"customer_id": member, "purchased_at": pd.to_datetime(days)})
    return frame.assign(receipt_id=range(1, len(frame) + 1), category=category, amount_cny=10.0)


def test_lines_of_a_category_on_one_receipt_are_one_purchase():
    receipts = pd.DataFrame({"receipt_id": [1, 2], "customer_id": pd.array([7, None], dtype="Int64")})
    receipts["purchased_at"] = pd.Timestamp("2025-01-01")
    lines = {"receipt_id": [1, 1, 1, 2], "product_id": [1001, 1003, 1002, 1001]}
    lines |= {"quantity": [2, 1, 1, 1], "unit_price_cny": [10.0, 5.0, 3.0, 10.0]}
    found = join_buying(receipts, pd.DataFrame(lines), FRAMES["products"])
    amounts = found.set_index("category")["amount_cny"]
    assert amounts.astype(float).to_dict() == {"body": 25.0, "skin_care": 3.0}


def test_two_purchases_on_one_day_are_one_bottle():
    days = [
        "2025-01-01 09:00",
        "2025-01-01 18:00",
        "2025-01-21 09:00",
        "2025-02-10 09:00",
        "2025-03-02 09:00",
    ]
    found = guess_empty_dates(make_buying(7, days), as_of="2025-03-05")
    assert found["gap_days"].tolist() == [20.0]
    assert found["empty_on"].tolist() == [pd.Timestamp("2025-03-22")]


def test_a_purchase_of_the_day_itself_is_not_known_and_other_categories_do_not_count():
    days = ["2025-01-01", "2025-02-01", "2025-03-05"]
    buying = make_buying(7, days)
    found = guess_empty_dates(buying, as_of="2025-03-05", least=2)
    assert found["last_on"].tolist() == [pd.Timestamp("2025-02-01")]
    with pytest.raises(ValueError, match="no member bought hair on 2 days"):
        guess_empty_dates(buying, category="hair", as_of="2025-03-05", least=2)


@pytest.mark.parametrize(
    ("day", "bought"), [("2025-03-04", 0), ("2025-03-05", 1), ("2025-03-18", 1), ("2025-03-19", 0)]
)
def test_a_purchase_counts_for_fourteen_days_from_the_day_on(day, bought):
    past = pd.concat([make_buying(one, ["2025-01-01", "2025-02-01"]) for one in (7, 8)])
    guessed = guess_empty_dates(past, as_of="2025-03-01", least=2)
    later = make_buying(7, [day]).assign(receipt_id=9)
    end = make_buying(99, ["2025-12-31"])
    found = follow_guesses(guessed, pd.concat([past, later, end]), as_of="2025-03-05")
    # 32 days after the last purchase, gap of 31 days: the class from 1 to 1.5
    assert found["elapsed"].tolist() == ["1 to 1.5"] and found["members"].tolist() == [2]
    assert found["share"].tolist() == [bought / 2]
    chance = 1 - np.exp(-14 / 31)
    assert found[["expected", "extra"]].iloc[0].tolist() == pytest.approx([chance, bought / 2 - chance])
    assert found["high"].iloc[0] == estimate_share(bought, 2).high


def make_crowd(wait, n=1000):
    """Members who buy again after the days of wait (n × 40), from a day of their own on."""
    draw = np.random.default_rng(8)
    gaps = np.maximum(np.rint(wait(draw, (n, 40))), 1)
    days = draw.integers(0, 40, (n, 1)) + np.cumsum(gaps, axis=1)
    frame = pd.DataFrame({"customer_id": np.repeat(np.arange(n), 40), "day": days.ravel()})
    frame = frame[frame["day"] < 600].reset_index(drop=True)
    frame["purchased_at"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(frame.pop("day"), unit="D")
    return frame.assign(receipt_id=frame.index + 1, category="body", amount_cny=9.0)


def test_a_stock_that_runs_out_shows_around_the_guessed_day():
    buying = make_crowd(lambda draw, size: draw.normal(30, 4, size))
    guessed = guess_empty_dates(buying, as_of="2025-06-01")
    found = follow_guesses(guessed, buying, as_of="2025-06-01", within_days=7).set_index("elapsed")
    assert found.loc["0 to 0.5", "extra_high"] < -0.1 and found.loc["0.5 to 1", "extra_low"] > 0.1


def test_without_a_stock_the_day_does_not_matter():
    buying = make_crowd(lambda draw, size: draw.exponential(20, size))
    guessed = guess_empty_dates(buying, as_of="2025-06-01")
    found = follow_guesses(guessed, buying, as_of="2025-06-01", within_days=7).set_index("elapsed")
    for name in ("0 to 0.5", "0.5 to 1", "1 to 1.5"):
        assert abs(found.loc[name, "extra"]) < 0.06, name


def test_guesses_from_after_the_day_are_refused():
    with pytest.raises(
        ValueError, match=r"guessed.last_on: \d+ of \d+ last purchases lie on 2025-01-01 or later"
    ):
        follow_guesses(FRAMES["guessed"], FRAMES["buying"], as_of="2025-01-01")


def test_the_picture_holds_what_would_be_if_the_day_did_not_matter():
    ax = plot_guesses(FRAMES["timed"])
    crosses = [line for line in ax.lines if line.get_marker() == "x"]
    assert list(crosses[0].get_ydata()) == FRAMES["timed"]["expected"].tolist()


def test_the_best_guess_stands_in_the_title_and_each_class_has_its_interval():
    rows = {"elapsed": ["0 to 0.5", "1 to 1.5"], "expected": [0.2, 0.25], "share": [0.1, 0.5],
            "low": [0.05, 0.3], "high": [0.3, 0.7]}  # fmt: skip
    ax = plot_guesses(pd.DataFrame(rows))
    assert describe_figure(ax) == lines_of("""
        picture: 6.4 × 3.6
        title: At 1 to 1.5 gaps 50 % buy; if the day did not matter, 25 %
        x: time since the last purchase (in usual gaps)
        x ticks at 0, 1: 0 to 0.5 | 1 to 1.5
        y: buy in the next days
        legend: if the day did not matter | bought
        intervals 'bought' blue: (0, 0.05) to (0, 0.3), (1, 0.3) to (1, 0.7)
        line blue o: (0, 0.1) (1, 0.5)
        line 'if the day did not matter' black x: (0, 0.2) (1, 0.25)
    """)
    assert ax.get_ylim()[0] == 0 and ax.yaxis.get_major_formatter()(1) == "100 %"
