"""The order of rows decides nothing: turned round, sorted by its columns, and where values tie."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from crmlib.tables.dictionary import TABLES, Table
from tests.contracts.packages import CALLED, CALLS
from tests.contracts.results import assert_equal

CALLS_IN_ANY_ORDER = [
    (package, name)
    for package in CALLED
    for name in CALLS[package].CALLS
    if name not in CALLS[package].IN_ORDER and not name.startswith("explore_")  # these answer with a widget
]


def turn_round(rows: Any) -> Any:
    """The last row first."""
    return rows.iloc[::-1]


def sort_down(rows: Any, columns: list[str]) -> Any:
    """Rows in the order of their columns, the largest first; equal ones are turned round."""
    turned = turn_round(rows)
    present = (
        [turned] if isinstance(rows, pd.Series) else [turned[one] for one in columns if one in rows.columns]
    )
    ranks = [-column.rank(method="dense").fillna(0).to_numpy() for column in present]
    return turned.iloc[np.lexsort(ranks[::-1])] if ranks else turned


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


def answer(package: str, name: str) -> tuple[Any, dict[str, Any]]:
    """What a call says, and of which tables: with twins in them, or without where it allows none."""
    calls = CALLS[package]
    call, tables = calls.CALLS[name]
    plain = {key: calls.FRAMES[key] for key in tables}
    twins = {key: add_twins(frame, calls.DESCRIBED.get(key) or TABLES[key]) for key, frame in plain.items()}
    try:
        return call({**calls.FRAMES, **twins}), twins
    except ValueError:
        return call(calls.FRAMES), plain


@pytest.mark.parametrize(("package", "name"), CALLS_IN_ANY_ORDER)
def test_rows_may_come_in_any_order(package, name):
    call, tables = CALLS[package].CALLS[name]
    said, frames = answer(package, name)
    for order in (
        {key: turn_round(frame) for key, frame in frames.items()},
        {key: sort_down(frame, tables[key]) for key, frame in frames.items()},
    ):
        assert_equal(said, call({**CALLS[package].FRAMES, **order}), sort=True)
