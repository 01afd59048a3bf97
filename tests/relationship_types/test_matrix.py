"""The matrix of customers and margin: by hand, by law, and at the firms (C-16)."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.charts.style import new_axes
from crmlib.relationship_types import matrix as module
from crmlib.relationship_types.matrix import (
    TYPES,
    choose_types,
    explore_matrix,
    list_matrix,
    summarise_segments,
)
from crmlib.tables.dictionary import TABLES
from crmlib.tables.errors import TableError
from tests.pictures import catch_live, describe_figure, lines_of, read_sliders
from tests.relationship_types.calls import FRAMES, LAST


def choose(customers: int, margin: float, **cuts: float) -> str:
    """The type of one segment."""
    one = pd.DataFrame({"segment": ["one"], "customers": [customers], "margin_each_cny": [margin]})
    return str(choose_types(one, **cuts)["type"].iloc[0])


def test_the_matrix_has_the_nine_labels_of_the_course():
    # C-16, from low to high margin; rows many, medium, few
    assert list_matrix().columns.name == "margin"
    assert list_matrix().to_numpy().tolist() == [
        ["basic", "reactive", "accountable"],
        ["reactive", "accountable", "proactive"],
        ["accountable", "proactive", "partnership"],
    ]


def test_the_types_are_those_that_the_sales_department_gives():
    assert TABLES["accounts"].columns["relationship_type"].levels == TYPES


@pytest.mark.parametrize(
    ("customers", "margin", "wanted"),
    [(50, 20000.0, "partnership"), (51, 20000.0, "proactive"), (999, 199.9, "reactive"),
     (1000, 200.0, "reactive"), (1000, 199.9, "basic"), (1, -5.0, "accountable")],
)  # fmt: skip
def test_cut_points_belong_to_the_closer_side(customers, margin, wanted):
    assert choose(customers, margin) == wanted


def test_a_type_is_the_cell_of_the_matrix_where_its_levels_meet():
    segments = pd.DataFrame(
        {"segment": list("abcdefghi"), "customers": [2000, 200, 20] * 3,
         "margin_each_cny": [10.0] * 3 + [1000.0] * 3 + [90_000.0] * 3}
    )  # fmt: skip
    chosen, matrix = choose_types(segments), list_matrix()
    cells = zip(chosen["customers_level"], chosen["margin_level"], strict=True)
    assert chosen["type"].tolist() == [matrix.loc[cell] for cell in cells]


@given(st.integers(1, 10**6), st.floats(-1e4, 1e7), st.floats(0, 1e6), st.integers(1, 10**5))
def test_more_margin_or_fewer_customers_never_loosen_a_type(customers, margin, more, fewer):
    here = TYPES.index(choose(customers, margin))
    assert TYPES.index(choose(customers, margin + more)) >= here
    assert TYPES.index(choose(max(1, customers - fewer), margin)) >= here


@pytest.mark.parametrize(
    ("cuts", "message"),
    [
        ({"few_up_to": 1000}, "few_up_to is 1000, many_from 1000: expected few_up_to < many_from"),
        ({"low_below": 300.0, "high_from": 200.0}, "low_below is 300.0, high_from 200.0: expected low_below"),
    ],
)
def test_cut_points_in_the_wrong_order_are_refused(cuts, message):
    with pytest.raises(ValueError, match=message):
        choose(10, 10.0, **cuts)


def test_segments_keep_the_order_and_the_sum_of_the_firm(firm):
    sizes = firm.accounts.set_index("customer_id")["segment"]
    table = summarise_segments(firm.orders, sizes, as_of=LAST)
    assert table["segment"].tolist() == ["small", "middle", "key"]
    year = firm.orders[firm.orders["purchased_at"] >= "2025-01-01"]
    assert table["margin_cny"].sum() == pytest.approx(year["margin_cny"].sum())
    assert table["margin_each_cny"].is_monotonic_increasing
    assert choose_types(table)["type"].tolist()[-1] == "partnership"


def test_segments_of_another_firm_are_refused():
    strangers = FRAMES["classes"].rename(lambda one: one + 1000)
    with pytest.raises(ValueError, match="segments: none of the buyers has a segment"):
        summarise_segments(FRAMES["receipts"], strangers, as_of=LAST)


def test_a_customer_in_two_segments_is_refused():
    doubled = pd.concat([FRAMES["classes"], FRAMES["classes"].head(1)])
    with pytest.raises(TableError, match=r"segments\.customer_id: 2 of 17 rows are wrong"):
        summarise_segments(FRAMES["receipts"], doubled, as_of=LAST)


def draw_matrix(monkeypatch, segments: pd.DataFrame, **cuts: int):
    """The live figure for these cut points."""
    caught = {}
    monkeypatch.setattr(module, "explore", lambda draw, **_: caught.update(draw=draw))
    explore_matrix(segments)
    ax = new_axes()
    caught["draw"](ax, **{"few_up_to": 100, "many_from": 1000, "low_below": 100, "high_from": 10_000} | cuts)
    return ax


def test_segments_stand_in_the_cells_of_the_matrix_by_powers_of_ten(monkeypatch):
    segments = pd.DataFrame(
        {"firm": ["shop", "mill", "mill"], "segment": ["loyal", "small", "key"],
         "customers": [10_000, 100, 10], "margin_each_cny": [10.0, 1000.0, 100_000.0]}
    )  # fmt: skip
    ax = draw_matrix(monkeypatch, segments)
    assert describe_figure(ax) == lines_of("""
        picture: 6.4 × 3.6
        title: segments: 1 basic, 0 reactive, 0 accountable, 1 proactive, 1 partnership
        x: margin a customer and year (yuan, each step tenfold)
        x ticks at 1, 2, 3, 4, 5: 10 | 100 | 1,000 | 10,000 | 100,000
        y: customers (number)
        y ticks at 1, 2, 3, 4: 10 | 100 | 1,000 | 10,000
        legend: shop | mill
        level black -- thin: y = 3
        level black -- thin: y = 2
        upright black -- thin: x = 2
        upright black -- thin: x = 4
        line 'shop' rust o: (1, 4)
        line 'mill' navy s: (3, 2) (5, 1)
        texts #767676 (center, center): (1.15, 4.376) basic, (3, 4.376) reactive, (4.85, 4.376) accountable,
            (1.15, 2.86) reactive, (3, 2.86) accountable, (4.85, 2.86) proactive, (1.15, 0.8) accountable,
            (3, 0.8) proactive, (4.85, 0.8) partnership
        texts black (left, baseline): (1, 4) loyal, (3, 2) small, (5, 1) key
    """)
    names = [text for text in ax.texts if text.get_text() in ("loyal", "small", "key")]
    assert all(text.get_bbox_patch() for text in names), "a line may run through a name"
    # 0.7 and 0.6 powers of ten of room beyond the outermost segments, 0.5 below
    assert ax.get_xlim() == pytest.approx((0.3, 5.7)) and ax.get_ylim() == pytest.approx((0.5, 4.6))


def test_a_cut_point_that_would_stand_behind_the_other_waits(monkeypatch):
    segments = pd.DataFrame({"segment": ["one"], "customers": [201], "margin_each_cny": [0.5]})
    ax = draw_matrix(monkeypatch, segments, few_up_to=200, many_from=100, low_below=1000, high_from=500)
    assert describe_figure(ax) == lines_of("""
        picture: 6.4 × 3.6
        title: segments: 1 basic, 0 reactive, 0 accountable, 0 proactive, 0 partnership
        x: margin a customer and year (yuan, each step tenfold)
        x ticks at 0, 1, 2, 3: 1 | 10 | 100 | 1,000
        y: customers (number)
        y ticks at 2: 100
        level black -- thin: y = 2.303
        level black -- thin: y = 2.301
        upright black -- thin: x = 3
        upright black -- thin: x = 3
        line 'segments' rust o: (0, 2.303)
        texts #767676 (center, center): (1.15, 2.819) basic, (3, 2.819) reactive, (3.35, 2.819) accountable,
            (1.15, 2.303) reactive, (3, 2.303) accountable, (3.35, 2.303) proactive, (1.15, 1.901)
            accountable, (3, 1.901) proactive, (3.35, 1.901) partnership
        texts black (left, baseline): (0, 2.303) one
    """)


def test_the_cut_points_of_the_figure_begin_where_those_of_the_table_are(monkeypatch):
    live = catch_live(monkeypatch, module, lambda: explore_matrix(FRAMES["segments"]))
    assert read_sliders(live) == {
        "few_up_to": (10, 300, 50, 10),
        "many_from": (100, 5000, 1000, 100),
        "low_below": (50, 1000, 200, 10),
        "high_from": (1000, 100_000, 20_000, 1000),
    }
