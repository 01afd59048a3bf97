"""The course's cuts: each limit by hand, and laws that hold for any customers (F-09 to F-12)."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.tables.errors import TableError
from crmlib.tiers.abc import (
    assign_abc_by_customers,
    assign_abc_by_sales,
    assign_curry_levels,
    measure_mix,
)


def spend(amounts) -> pd.Series:
    """One customer an amount."""
    return pd.Series(amounts, index=range(1, len(amounts) + 1), dtype=float)


@pytest.mark.parametrize(
    ("amounts", "wanted"),
    [
        ([55, 30, 15], "ABC"),  # exactly at both limits: who reaches a limit still belongs above
        ([54, 16, 15, 15], "AABC"),  # the second one crosses 55; equal ones go by number
        ([90, 10], "AC"),  # one customer brings more than both limits: no B at all
        ([20, 20, 20, 20, 20], "AAABB"),  # before the third 40, before the fifth 80
        ([0.1 * 5.5, 0.1 * 3, 0.1 * 1.5], "ABC"),  # sums of decimals
    ],
)
def test_cumulated_sales_are_cut_at_55_and_85(amounts, wanted):
    assert "".join(assign_abc_by_sales(spend(amounts))) == wanted


def test_shares_of_customers_are_rounded_and_ties_go_by_number():
    assert "".join(assign_abc_by_customers(spend([5.0] * 10))) == "ABBCCCCCCC"
    assert "".join(assign_abc_by_customers(spend([1, 2, 3]))) == "CCB"  # a tenth of three is nobody


def test_classes_come_back_in_the_order_of_the_numbers():
    mixed = pd.Series([1.0, 9.0, 5.0], index=[30, 10, 20])
    assert assign_abc_by_sales(mixed).to_dict() == {10: "A", 20: "B", 30: "C"}


def test_curry_has_four_levels_of_1_4_15_and_80():
    levels = assign_curry_levels(spend(range(200, 0, -1)))
    assert levels.value_counts(sort=False).to_dict() == {
        "high-end": 2, "large": 8, "medium": 30, "small": 160,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: assign_abc_by_sales(spend([5, -1])), "1 customers lie below 0"),
        (lambda: assign_abc_by_sales(spend([0, 0])), "or all are 0"),
        (lambda: assign_abc_by_sales(spend([1]), a_up_to=0.9), "expected a_up_to < b_up_to"),
        (lambda: assign_abc_by_customers(spend([1]), a_share=0.5, b_share=0.5), "sum to less than 1"),
        (
            lambda: measure_mix(pd.Series(["A"], index=[9]), spend([1])),
            "no sales of the customers",
        ),
    ],
)
def test_what_cannot_be_cut_is_refused(call, message):
    with pytest.raises((TableError, ValueError), match=message):
        call()


@settings(max_examples=12)
@given(st.lists(st.floats(0.01, 1e6), min_size=2, max_size=60))
def test_a_larger_customer_is_never_in_a_lower_class(amounts):
    spending = spend(amounts)
    for classes in (assign_abc_by_sales(spending), assign_abc_by_customers(spending)):
        ordered = classes.cat.codes[spending.sort_values(ascending=False, kind="stable").index]
        assert ordered.is_monotonic_increasing
    mix = measure_mix(assign_abc_by_sales(spending), spending)
    assert mix["sales_share"].sum() == pytest.approx(1) and mix["customers"].sum() == len(amounts)
    assert mix["sales_share"].iloc[0] >= 0.55 - 1e-9


def test_classes_are_ordered_words_with_a_name_and_a_mix_has_its_columns():
    classes = assign_abc_by_sales(spend([60, 30, 10]))
    assert classes.cat.ordered and classes.cat.categories.tolist() == ["A", "B", "C"]
    assert (classes.name, classes.index.tolist()) == ("class", [1, 2, 3])
    mix = measure_mix(pd.Series(["b", "a", "b"], index=[1, 2, 3]), spend([60, 30, 10]))
    wanted = {"class": ["a", "b"], "customers": [1, 2], "customer_share": [1 / 3, 2 / 3],
              "sales_share": [0.3, 0.7], "each_cny": [30.0, 35.0]}  # fmt: skip
    pd.testing.assert_frame_equal(mix, pd.DataFrame(wanted), check_dtype=False)


def test_a_mix_keeps_the_order_of_the_firm_s_words():
    words = pd.Series(
        pd.Categorical(["small", "vip"], ["vip", "middle", "small"], ordered=True), index=[1, 2]
    )
    assert measure_mix(words, spend([10, 90]))["class"].tolist() == ["vip", "small"]
