"""Who stays on top: shares of the best fifth by hand, from one period to the next."""

import pandas as pd
import pytest

from crmlib.simulation.realism.persistence import GROUPS, follow_top_fifth, take_apart
from crmlib.simulation.realism.view import View


def make_receipts(first, second):
    """Receipts in June 2024 and in July 2024: dictionaries of yuan by customer; 31 July has one of 0 yuan."""
    rows = [(customer, "2024-06-30 23:59", yuan) for customer, yuan in first.items()]
    rows += [(customer, "2024-07-01 00:00", yuan) for customer, yuan in second.items()]
    table = pd.DataFrame(rows, columns=["customer_id", "purchased_at", "amount_cny"])
    return table.assign(purchased_at=pd.to_datetime(table["purchased_at"]))


def test_the_best_fifth_of_one_month_are_found_again_in_the_next():
    first = dict.fromkeys(range(1, 11), 10.0) | {1: 60.0, 2: 40.0}  # 180 yuan, best fifth: 1 and 2
    second = dict.fromkeys(range(2, 12), 10.0) | {2: 30.0, 3: 80.0}  # 190 yuan, best fifth: 3 and 2
    found = follow_top_fifth(make_receipts(first, second), months=1)
    assert found["buyers"] == 10
    assert found["share"] == pytest.approx(100 / 180)
    assert found["next"] == pytest.approx(30 / 190)
    assert found["kept"] == pytest.approx((30 / 190) / (100 / 180))
    assert found["again"] == 0.5


def test_only_the_members_asked_for_count():
    first, second = {1: 60.0, 2: 40.0, 3: 500.0}, {1: 50.0, 2: 50.0, 3: 900.0}
    found = follow_top_fifth(make_receipts(first, second), months=1, members=pd.Series([1, 2]))
    assert (found["buyers"], found["share"], found["next"], found["again"]) == (2, 0.6, 0.5, 1.0)


def test_growth_alone_takes_from_what_the_best_keep(osmanthus):
    apart = take_apart(View(osmanthus))
    assert list(apart.index) == [f"{period}, {who}" for period in ("years", "half-years") for who in GROUPS]
    for period in ("years", "half-years"):
        every, old, stayed = (apart.loc[f"{period}, {who}"] for who in GROUPS)
        assert every["kept"] < old["kept"] < 1
        assert every["buyers"] > old["buyers"] > stayed["buyers"]
        assert stayed["again"] > old["again"]
