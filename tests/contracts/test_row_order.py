"""The order of rows decides nothing: shuffled, turned round, sorted by each column, and where values tie."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest

from crmlib.tables.dictionary import TABLES, Table
from tests.contracts.packages import CALLED, CALLS
from tests.contracts.results import assert_equal

Order = Callable[[Any], Any]
CALLS_IN_ANY_ORDER = [
    (package, name)
    for package in CALLED
    for name in CALLS[package].CALLS
    if name not in CALLS[package].IN_ORDER
]
MIXED: dict[str, Order] = {
    "shuffled": lambda rows: rows.sample(frac=1, random_state=3),
    "turned round": lambda rows: rows.iloc[::-1],
}


@cache
def plain_answer(package: str, name: str) -> Any:
    """What a call says of the tables as they are."""
    return CALLS[package].CALLS[name][0](CALLS[package].FRAMES)


def sort_by(column: str) -> Order:
    """Rows in the order of a column, the largest first; equal ones are turned round."""

    def sort(rows: Any) -> Any:
        turned = rows.iloc[::-1]
        values = turned if isinstance(turned, pd.Series) else turned[column]
        return turned.iloc[np.argsort(values.rank(method="dense").to_numpy(), kind="stable")[::-1]]

    return sort


@pytest.mark.parametrize("order", MIXED)
@pytest.mark.parametrize(("package", "name"), CALLS_IN_ANY_ORDER)
def test_rows_may_come_in_any_order(package, name, order):
    call, tables = CALLS[package].CALLS[name]
    mixed = {key: MIXED[order](CALLS[package].FRAMES[key]) for key in tables}
    assert_equal(plain_answer(package, name), call({**CALLS[package].FRAMES, **mixed}), sort=True)


@pytest.mark.parametrize(("package", "name", "key", "column"), [
    pytest.param(package, name, key, column, id=f"{package}-{name}-{key}.{column}")
    for package, name in CALLS_IN_ANY_ORDER
    for key, columns in CALLS[package].CALLS[name][1].items()
    for column in columns
    if isinstance(CALLS[package].FRAMES[key], pd.Series) or column in CALLS[package].FRAMES[key].columns
])  # fmt: skip
def test_rows_may_be_sorted_by_any_column(package, name, key, column):
    frames = CALLS[package].FRAMES
    mixed = {**frames, key: sort_by(column)(frames[key])}
    assert_equal(plain_answer(package, name), CALLS[package].CALLS[name][0](mixed), sort=True)


def add_twins(frame: Any, table: Table) -> Any:
    """The rows, and the first three once more with new numbers: twins tie in all that is not their number."""
    if not table.primary_key or table.name == "campaigns":  # of a kind of trial there is one
        return frame
    twins, key = frame.head(3), table.primary_key[0]
    if isinstance(frame, pd.DataFrame) and key in frame.columns:
        if len(table.primary_key) > 1 or frame[key].dtype.kind not in "iu":
            return frame
        twins = twins.assign(**{key: frame[key].max() + np.arange(1, len(twins) + 1)})
        return pd.concat([frame, twins.astype(frame.dtypes.to_dict())], ignore_index=True)
    if frame.index.name != key or frame.index.dtype.kind not in "iu":
        return frame
    new = pd.Index(frame.index.max() + np.arange(1, len(twins) + 1), name=key)
    return pd.concat([frame, twins.set_axis(new)]).rename_axis(key)


@pytest.mark.parametrize(("package", "name"), CALLS_IN_ANY_ORDER)
def test_twins_may_come_in_any_order(package, name):
    calls = CALLS[package]
    call, tables = calls.CALLS[name]
    frames = {key: add_twins(calls.FRAMES[key], calls.DESCRIBED.get(key) or TABLES[key]) for key in tables}
    try:
        one = call({**calls.FRAMES, **frames})
    except ValueError:
        return  # these tables allow no twins
    turned = {key: frame.iloc[::-1] for key, frame in frames.items()}
    assert_equal(one, call({**calls.FRAMES, **turned}), sort=True)
