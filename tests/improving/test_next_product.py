"""Which product next: three baskets by hand, a brute-force count, and members in blocks."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crmlib.estimates.estimate import estimate_mean, estimate_share
from crmlib.improving import next_product as module
from crmlib.improving.next_product import BASKET, LIFT, MOST, OWN, measure_hits, try_recommenders


def make_baskets(*baskets):
    """Receipts and lines from (member, day, products)."""
    number = range(1, len(baskets) + 1)
    receipts = pd.DataFrame(
        {"receipt_id": number, "customer_id": pd.array([one[0] for one in baskets], dtype="Int64")}
    )
    receipts["purchased_at"] = pd.to_datetime([one[1] for one in baskets])
    lines = [(n, product) for n, one in zip(number, baskets, strict=True) for product in one[2]]
    return receipts, pd.DataFrame(lines, columns=["receipt_id", "product_id"])


def hits_of(baskets, named=1):
    """Hits and new hits of each rule for member 7."""
    found = try_recommenders(*make_baskets(*baskets), as_of="2025-07-01", named=named).set_index(
        ["rule", "customer_id"]
    )
    return {rule: tuple(found.loc[(rule, 7), ["hit", "new_hit"]]) for rule in (MOST, BASKET, OWN)}


PAST = [
    (7, "2025-01-01", [1, 2]),
    (7, "2025-02-01", [2]),
    (7, "2025-03-01", [3]),
    (None, "2025-01-05", [3, 4]),
    (None, "2025-01-06", [3, 4]),
    (None, "2025-01-07", [5]),
    (None, "2025-01-08", [5]),
    (None, "2025-01-09", [5]),
    (None, "2025-01-10", [5]),
]


@pytest.mark.parametrize(
    ("bought", "hits"),
    [
        # most bought: 5. With her last basket (3) most often: 4. Her own favourite: 2
        ([5], {MOST: (True, True), BASKET: (False, False), OWN: (False, True)}),
        ([4], {MOST: (False, False), BASKET: (True, True), OWN: (False, False)}),
        ([2], {MOST: (False, False), BASKET: (False, False), OWN: (True, False)}),
    ],
)
def test_each_rule_names_its_product(bought, hits):
    assert hits_of([*PAST, (7, "2025-07-01", bought)]) == hits


def test_the_first_receipt_from_the_day_on_judges_and_later_ones_do_not():
    assert hits_of([*PAST, (7, "2025-07-03", [1]), (7, "2025-07-09", [5])])[MOST] == (False, False)


def test_a_receipt_of_the_day_itself_is_not_learned_from():
    known = [*PAST, *[(None, "2025-07-01", [1])] * 9, (7, "2025-07-01", [1])]
    assert hits_of(known)[MOST] == (False, False)


def test_a_member_without_past_gets_no_list():
    found = try_recommenders(
        *make_baskets(*PAST, (8, "2025-07-01", [5]), (7, "2025-07-02", [5])), as_of="2025-07-01"
    )
    assert set(found["customer_id"]) == {7}


def make_random(members=60, products=25):
    """Members with random baskets, and products of very different popularity."""
    draw = np.random.default_rng(6)
    days = pd.date_range("2025-01-01", "2025-12-01", freq="9D")
    weight = 1 / np.arange(1, products + 1)
    return make_baskets(
        *(
            (
                one,
                day,
                draw.choice(products, draw.integers(1, 5), replace=False, p=weight / weight.sum()).tolist(),
            )
            for one in range(members)
            for day in days[draw.random(len(days)) < 0.4]
        )
    )


def test_bought_together_agrees_with_a_count_of_all_pairs(monkeypatch):
    monkeypatch.setattr(module, "LEAST_BASKETS", 1)
    receipts, lines = make_random()
    found = try_recommenders(receipts, lines, as_of="2025-07-01", named=2)
    sets = lines.groupby("receipt_id")["product_id"].agg(set)
    before = receipts[receipts["purchased_at"] < "2025-07-01"].set_index("receipt_id")
    single, counts = pd.Series(0.0, range(25)), np.zeros((25, 25))
    for basket in sets[before.index]:
        single[list(basket)] += 1
        for one, other in permutations(basket, 2):
            counts[one, other] += 1
    pairs = pd.DataFrame(counts)
    lift = pairs.div(single.where(single > 0, 1), axis=0).div(single.where(single > 0, 1), axis=1) * len(
        before
    )
    share = pairs.div(single.where(single > 0, 1), axis=0)
    for rule, matrix in ((BASKET, share), (LIFT, lift)):
        for member, hit in found[found["rule"] == rule].set_index("customer_id")["hit"].items():
            last = sets[before[before["customer_id"] == member].sort_values("purchased_at").index[-1]]
            score = matrix.loc[list(last)].sum() + single / single.max() / 1e6
            named = set(score.sort_values(ascending=False, kind="stable").index[:2])
            after = receipts[(receipts["customer_id"] == member) & (receipts["purchased_at"] >= "2025-07-01")]
            assert hit == bool(named & sets[after.sort_values("purchased_at")["receipt_id"].iloc[0]])


def test_members_are_judged_alike_in_small_blocks(monkeypatch):
    tables = make_random()
    whole = try_recommenders(*tables, as_of="2025-07-01")
    monkeypatch.setattr(module, "BLOCK", 7)
    pd.testing.assert_frame_equal(try_recommenders(*tables, as_of="2025-07-01"), whole)


def test_rules_are_compared_member_by_member():
    draw = np.random.default_rng(7)
    hit = {MOST: draw.random(50) < 0.3, OWN: draw.random(50) < 0.5}
    lists = pd.concat(
        pd.DataFrame({"customer_id": range(50), "rule": rule, "hit": facts, "new_hit": False})
        for rule, facts in hit.items()
    )
    row = measure_hits(lists).set_index(["rule", "list"]).loc[(OWN, "any product")]
    pair = stats.ttest_rel(hit[OWN].astype(float), hit[MOST].astype(float)).confidence_interval(0.95)
    assert row["extra"] == pytest.approx(hit[OWN].mean() - hit[MOST].mean())
    assert (row["extra_low"], row["extra_high"]) == pytest.approx((pair.low, pair.high))


def test_without_the_plain_rule_nothing_is_compared():
    lists = pd.DataFrame({"customer_id": [1, 2], "rule": OWN, "hit": True, "new_hit": True})
    with pytest.raises(ValueError, match="expected 'most bought by all' among the rules"):
        measure_hits(lists)


def test_a_day_after_which_nobody_buys_is_refused():
    with pytest.raises(ValueError, match="no member with a receipt before 2025-07-01"):
        try_recommenders(*make_baskets(*PAST), as_of="2025-07-01")


def test_the_table_of_hits_holds_every_rule_twice_with_its_intervals():
    lists = pd.DataFrame({"customer_id": [1, 2, 3] * 2, "rule": [MOST] * 3 + [OWN] * 3,
                          "hit": [True, False, False, True, True, False],
                          "new_hit": [False] * 5 + [True]})  # fmt: skip
    found = measure_hits(lists)
    assert found.columns.tolist() == [
        "rule",
        "list",
        "members",
        "share",
        "low",
        "high",
        "extra",
        "extra_low",
        "extra_high",
    ]
    assert found[["rule", "list"]].to_numpy().tolist() == [
        [MOST, "any product"], [OWN, "any product"], [MOST, "new to her"], [OWN, "new to her"],
    ]  # fmt: skip
    share, gap = estimate_share(2, 3), estimate_mean(pd.Series([0.0, 1.0, 0.0]), unit="purchases")
    wanted = [3, share.value, share.low, share.high, gap.value, gap.low, gap.high]
    assert found.iloc[1, 2:].tolist() == wanted
    assert found.iloc[2, 3] == 0 and found.iloc[3, 3] == pytest.approx(1 / 3)
    with pytest.raises(ValueError, match="every rule for the same members, 2 or more"):
        measure_hits(lists.drop(index=5))


def test_a_product_in_fewer_than_twenty_baskets_has_no_lift():
    products = pd.Series([0, 1] * 20 + [0, 2] * 19 + [3, 4])
    lines = pd.DataFrame({"receipt_id": np.repeat(np.arange(40), 2), "product": products,
                          "customer_id": 1, "purchased_at": pd.Timestamp("2025-01-01")})  # fmt: skip
    found = module._Matrices(lines, lines, np.array([1]), 5)
    assert found.popular.tolist() == [39, 20, 19, 1, 1]
    assert found.share[0].tolist() == pytest.approx([0, 20 / 39, 19 / 39, 0, 0])
    assert found.share[1, 0] == found.share[3, 4] == 1
    # 20 baskets with both of 40; chance would give 39 × 20 / 40
    assert found.lift[0].tolist() == found.lift[:, 0].tolist() == pytest.approx([0, 20 / 19.5, 0, 0, 0])
    ends = [one.toarray().tolist() for one in (found.last, found.next)]
    assert ends == [[[0, 0, 0, 1, 1]], [[1, 1, 0, 0, 0]]]
    assert found.own.toarray().tolist() == [[39, 20, 19, 1, 1]]


def test_ids_of_sixty_bits_are_told_apart():
    small = try_recommenders(*make_random(), as_of="2025-07-01")
    receipts, lines = make_random()
    receipts["customer_id"] += 2**60
    large = try_recommenders(receipts, lines, as_of="2025-07-01")
    pd.testing.assert_frame_equal(large.assign(customer_id=large["customer_id"] - 2**60), small)
