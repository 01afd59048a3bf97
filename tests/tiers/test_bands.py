"""Scores and bands: places by hand, every edge, and what a giant does to the others (F-14, F-15)."""

from __future__ import annotations

import pandas as pd
import pytest
from scipy.stats import percentileofscore

from crmlib.tables.errors import TableError
from crmlib.tiers.bands import assign_bands, collect_indicators, score_indicators
from tests.tiers.calls import FRAMES, LAST


@pytest.mark.parametrize(
    ("score", "band"),
    [(100, "VIP"), (80, "VIP"), (79.99, "important"), (60, "important"), (59.99, "ordinary"),
     (40, "ordinary"), (39.99, "small"), (0, "small")],
)  # fmt: skip
def test_an_edge_belongs_to_the_band_above(score, band):
    assert assign_bands(pd.Series([float(score)], index=[1])).tolist() == [band]


def test_the_other_reading_of_the_edges_is_one_argument_away():
    edges = pd.Series([80.0, 60.0, 40.0], index=[1, 2, 3])
    other = assign_bands(edges, vip_from=80.0001, important_from=60.0001, ordinary_from=40.0001)
    assert other.tolist() == ["important", "ordinary", "small"]


def test_limits_that_do_not_fall_are_refused():
    with pytest.raises(ValueError, match="expected falling limits"):
        assign_bands(pd.Series([50.0], index=[1]), vip_from=60)


def test_a_place_is_the_mean_percentile_of_scipy():
    values = FRAMES["indicators"]["amount_cny"]
    found = score_indicators(FRAMES["indicators"], {"amount_cny": 1})
    n = len(values)
    wanted = [(percentileofscore(values, one, kind="mean") * n / 100 - 0.5) / (n - 1) * 100 for one in values]
    assert found.tolist() == pytest.approx(wanted)


def test_a_giant_moves_nobody_else():
    table = pd.DataFrame({"amount_cny": [10.0, 20.0, 30.0]}, index=[1, 2, 3])
    giant = table.assign(amount_cny=[10.0, 20.0, 30_000.0])
    assert score_indicators(table, {"amount_cny": 1}).equals(score_indicators(giant, {"amount_cny": 1}))


def test_a_negative_weight_turns_the_places_round_and_weights_are_relative():
    table = pd.DataFrame({"amount_cny": [10.0, 20.0, 30.0], "complaints": [0, 0, 2]}, index=[1, 2, 3])
    found = score_indicators(table, {"complaints": -2})
    assert found.tolist() == [75.0, 75.0, 0.0]
    once, twice = ({"amount_cny": one, "complaints": -one} for one in (1, 2))
    assert score_indicators(table, once).tolist() == pytest.approx(score_indicators(table, twice).tolist())


@pytest.mark.parametrize("weights", [{}, ["amount_cny"], None])
def test_weights_name_their_columns(weights):
    with pytest.raises(TypeError, match="weights: expected column → weight, such as"):
        score_indicators(FRAMES["indicators"], weights)


def test_one_customer_has_no_place():
    with pytest.raises(TableError, match="indicators: 1 customer, expected at least 2"):
        score_indicators(FRAMES["indicators"].head(1), {"amount_cny": 1})


def test_only_the_days_of_the_period_are_counted():
    found = collect_indicators(FRAMES["receipts"], FRAMES["returns"], FRAMES["complaints"], as_of=LAST)
    assert found.loc[3, ["purchases", "refund_cny", "complaints"]].tolist() == [2, 20.0, 0]
    assert found.loc[4, "complaints"] == 1
    short = collect_indicators(
        FRAMES["receipts"], FRAMES["returns"], FRAMES["complaints"], as_of=LAST, days=30
    )
    assert short.loc[3, ["purchases", "refund_cny"]].tolist() == [1, 0.0]
    assert short["tenure_days"].unique().tolist() == [1086]  # 2023-01-10 to 2025-12-31


def test_bands_are_ordered_words_and_scores_have_a_name():
    bands = assign_bands(pd.Series([10.0, 90.0], index=[4, 3]))
    assert (bands.name, bands.index.tolist(), bands.cat.ordered) == ("band", [4, 3], True)
    assert bands.cat.categories.tolist() == ["VIP", "important", "ordinary", "small"]
    assert score_indicators(FRAMES["indicators"], {"amount_cny": 1}).name == "score"


def test_an_indicator_of_ones_own_is_a_number_or_refused_with_its_place():
    own = pd.DataFrame({"stars": [1.0, 3.0, 2.0]}, index=[1, 2, 3])
    assert score_indicators(own, {"stars": 1}).tolist() == [0, 100, 50]
    with pytest.raises(TypeError, match=r"indicators\.stars: 1 of 3 rows is wrong"):
        score_indicators(own.astype(object).replace(2.0, "two"), {"stars": 1})
