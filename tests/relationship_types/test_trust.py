"""The mutual-trust matrix: positions, roads, and what the firm's data and truth say of them (C-20, C-21)."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.datasets.loaders import load_truth
from crmlib.relationship_types.buying import measure_lost_offers
from crmlib.relationship_types.trust import (
    list_moves,
    measure_true_attachment,
    place_accounts,
    plot_positions,
)
from crmlib.tables.errors import TableError
from tests.pictures import describe_figure, lines_of
from tests.relationship_types.calls import FRAMES


@pytest.mark.parametrize(
    ("financial", "structural", "social", "position"),
    [(False, False, False, "outsider"), (False, False, True, "friend"), (True, False, False, "supplier"),
     (False, True, False, "supplier"), (True, True, True, "partner"), (True, False, True, "partner")],
)  # fmt: skip
def test_either_bond_serves_the_organisation_and_the_social_one_the_person(
    financial, structural, social, position
):
    # C-20
    bonds = {"financial_bond": financial, "structural_bond": structural, "social_bond": social}
    account = pd.DataFrame({"customer_id": 7, **bonds}, index=[0])
    placed = place_accounts(account)
    assert placed.to_dict() == {7: position} and (placed.index.name, placed.name) == (
        "customer_id",
        "position",
    )


def test_the_two_roads_are_those_of_the_course():
    # C-21
    steps = list_moves().groupby("road", sort=False)["step"].agg(list)
    assert steps["through the person"] == ["outsider → friend", "friend → supplier", "supplier → partner"]
    assert steps["through the organisation"] == [
        "outsider → supplier", "supplier → friend", "friend → partner"
    ]  # fmt: skip


def test_every_road_gains_both_interests_in_the_end():
    moves = list_moves().groupby("road")[["organisation", "person"]].sum()
    assert (moves == 1).all().all()


def test_attachment_is_averaged_over_the_accounts_of_a_position():
    placed = pd.Series(["friend", "friend", "partner", "supplier"], index=[501, 502, 503, 504])
    truth = pd.DataFrame({"customer_id": [501, 502, 503], "relationship_quality": [0.5, 1.5, 9.0]})
    table = measure_true_attachment(placed, truth)  # one partner, and no truth of the supplier
    assert table[["position", "accounts", "quality"]].to_numpy().tolist() == [["friend", 2, 1.0]]


def test_accounts_and_truth_of_two_firms_are_refused():
    strangers = FRAMES["placed"].rename(lambda one: one + 1000)
    with pytest.raises(ValueError, match="no position has two accounts with a truth"):
        measure_true_attachment(strangers, FRAMES["truth.accounts"])


def test_an_account_in_two_positions_is_refused():
    doubled = pd.concat([FRAMES["placed"], FRAMES["placed"].head(1)])
    with pytest.raises(TableError, match=r"placed\.customer_id: 2 of 19 rows are wrong"):
        measure_true_attachment(doubled, FRAMES["truth.accounts"])


def test_outsiders_are_lost_most_and_were_least_attached_before_any_bond(firm):
    placed = place_accounts(firm.accounts)
    lost = measure_lost_offers(placed, firm.competitor_bids).set_index("group")
    assert lost["offers"].sum() == len(firm.competitor_bids)
    assert lost.loc["outsider", "low"] > lost.loc["partner", "high"]
    quality = measure_true_attachment(placed, load_truth("accounts")).set_index("position")
    assert quality["accounts"].sum() == len(placed)
    assert quality.loc["outsider", "high"] < quality.loc["partner", "low"]


def test_the_positions_of_a_figure_stand_in_the_order_of_the_course():
    rows = [("friend", 40, 0.25, 0.15, 0.4), ("outsider", 90, 0.5, 0.4, 0.6), ("partner", 8, 0.0, 0.0, 0.1)]
    names = ["group", "offers", "lost_share", "low", "high"]
    measured = pd.DataFrame(rows, columns=names).astype({"group": FRAMES["measured"]["group"].dtype})
    ax = plot_positions(measured)
    assert describe_figure(ax) == lines_of("""
        picture: 6.4 × 3.6
        title: rivals succeed most often at outsiders: 50 of 100 offers
        x: position (stand-in from bonds)
        x ticks at 0, 1, 2: outsider / 90 offers | friend / 40 offers | partner / 8 offers
        y: rivals' offers that took / a part or all (%)
        bars blue: 0: 0 to 50, 1: 0 to 25, 2: 0 to 0
        intervals black: (0, 40) to (0, 60), (1, 15) to (1, 40), (2, 0) to (2, 10)
    """)
    assert ax.get_ylim() == (0, pytest.approx(69))  # 1.15 times the highest limit
    assert plot_positions(measured.assign(high=0.9)).get_ylim() == (0, 100)


def test_a_figure_of_positions_refuses_other_groups():
    styles = measure_lost_offers(FRAMES["groups"], FRAMES["competitor_bids"])
    with pytest.raises(TableError, match=r"(?s)measured\.group: 3 of 3 rows are wrong.*outsider, friend"):
        plot_positions(styles)
