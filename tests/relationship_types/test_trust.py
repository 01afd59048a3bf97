"""The mutual-trust matrix and rivals' offers (C-08, C-20, C-21)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crmlib.datasets.loaders import load_truth
from crmlib.relationship_types.lost_offers import compare_lost_offers, measure_lost_offers
from crmlib.relationship_types.trust import (
    list_moves,
    list_positions,
    list_roads,
    measure_positions,
    measure_true_attachment,
    place_accounts,
    place_customer,
)


@pytest.mark.parametrize(
    ("organisation", "person", "position"),
    [(False, False, "outsider"), (True, False, "supplier"), (False, True, "friend"), (True, True, "partner")],
)
def test_two_booleans_give_the_position_of_the_course(organisation, person, position):
    # C-20
    assert place_customer(organisation_met=organisation, personal_met=person) == position


@pytest.mark.parametrize("value", ["yes", 1, None, np.nan])
def test_anything_but_true_and_false_is_refused(value):
    with pytest.raises(TypeError, match=r"personal_met is .*, expected True or False"):
        place_customer(organisation_met=True, personal_met=value)


def test_the_matrix_is_printed_as_in_the_course():
    cells = list_positions()
    assert cells.shape == (2, 2)
    assert cells.to_numpy().ravel().tolist() == [
        "outsider 局外人",
        "supplier 供应商",
        "friend 朋友",
        "partner 合作伙伴",
    ]


def test_both_roads_lead_from_outsider_to_partner():
    # C-21
    roads = list_roads()
    assert roads["first"].eq("outsider").all() and roads["fourth"].eq("partner").all()
    assert roads["second"].tolist() == roads["third"].tolist()[::-1]


def test_every_road_gains_both_interests_in_the_end():
    moves = list_moves().groupby("road")[["organisation", "person"]].sum()
    assert (moves == 1).all().all()


def test_either_bond_serves_the_organisation():
    bonds = pd.DataFrame(
        {"customer_id": [1, 2, 3, 4], "financial_bond": [True, False, False, True],
         "structural_bond": [False, True, False, True], "social_bond": [False, False, True, True]}
    )  # fmt: skip
    assert place_accounts(bonds)["position"].tolist() == ["supplier", "supplier", "friend", "partner"]


def make_bids(rows: list[tuple[int, str]]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["customer_id", "outcome"])
    return table.assign(bid_id=range(1, len(rows) + 1))


def test_a_part_lost_counts_as_lost_and_offers_of_one_account_belong_together():
    groups = pd.Series("loyal", index=[1, 2, 3])
    bids = make_bids([(1, "kept"), (1, "part_lost"), (2, "lost"), (3, "kept"), (9, "lost")])
    row = measure_lost_offers(groups, bids).iloc[0]
    assert (row["accounts"], row["offers"], row["lost_share"]) == (3, 4, 0.5)
    assert row["low"] >= 0 and row["high"] <= 1


def test_groups_turned_round_differ_by_the_opposite():
    groups = pd.Series(["a", "a", "b", "b"], index=[1, 2, 3, 4])
    bids = make_bids([(1, "kept"), (2, "lost"), (3, "kept"), (4, "kept"), (4, "lost")])
    one = compare_lost_offers(groups, bids, one="a", other="b")
    other = compare_lost_offers(groups, bids, one="b", other="a")
    assert (one.value, one.low, one.high) == pytest.approx((-other.value, -other.high, -other.low))
    with pytest.raises(ValueError, match="0 accounts with an offer in 'c'; groups: a, b"):
        compare_lost_offers(groups, bids, one="c", other="b")


def test_competitive_accounts_are_lost_more_often(firm):
    # C-08
    styles = firm.accounts.set_index("customer_id")["buying_style"]
    assert compare_lost_offers(styles, firm.competitor_bids, one="competitive", other="loyal").low > 0


def test_outsiders_are_lost_most_and_were_least_attached_before_any_bond(firm):
    placed = place_accounts(firm.accounts)
    lost = measure_positions(placed, firm.competitor_bids).set_index("position")
    assert lost.index.tolist() == ["outsider", "friend", "supplier", "partner"]
    assert lost["offers"].sum() == len(firm.competitor_bids)
    assert lost.loc["outsider", "low"] > lost.loc["partner", "high"]
    quality = measure_true_attachment(placed, load_truth("accounts")).set_index("position")
    assert quality["accounts"].sum() == len(placed)
    assert quality.loc["outsider", "high"] < quality.loc["partner", "low"]
