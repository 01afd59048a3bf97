"""How a table is held against its description: the engine behind every `check_<table>()`.

Nothing here knows a particular table. A check goes from the outside in: the headers, then each column
(missing values, type, levels, range), then the keys, then the references to other tables. The first problem
found is raised, with the place, the rows, what was expected, what was found and how to repair it. The
caller's frame is never changed.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from crmlib.tables.columns import check_range, convert_column
from crmlib.tables.dictionary import Table
from crmlib.tables.errors import TableError, get_table, list_values, problem
from crmlib.tables.headers import check_headers


def conform(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the table with the columns in the described order and in the described types.

    Keys, ranges and references are not looked at: that is what `check_<table>()` does.

    Args:
        frame: exactly the columns of the table, in any order; it may have no rows.
        name: a name in TABLES, such as "receipts" or "truth.members".

    Returns:
        A new frame with a fresh index. No value is changed: a conversion that would lose one fails.

    Raises:
        TableError: a column is missing or unknown, or a value does not fit its type.

    >>> frame = pd.DataFrame({"is_customer": [True], "customer_id": [100001.0],
    ...                       "month": [pd.Timestamp("2025-01-01")], "latent_satisfaction": [0.5]})
    >>> conform(frame, "truth.satisfaction").dtypes.astype(str).to_dict()  # doctest: +NORMALIZE_WHITESPACE
    {'customer_id': 'int64', 'month': 'datetime64[us]',
     'latent_satisfaction': 'float32', 'is_customer': 'bool'}
    """
    table = get_table(name)
    check_headers(frame, table)
    unknown = [str(column) for column in frame.columns if column not in table.columns]
    if unknown:
        raise TableError(f"{name}: columns {unknown} are not in its description. Drop them or describe them.")
    converted = {column.name: convert_column(frame, table, column).array for column in table.columns.values()}
    return pd.DataFrame(converted, index=pd.RangeIndex(len(frame)), columns=list(table.columns))


def check_table(
    frame: pd.DataFrame, name: str, *, others: Mapping[str, pd.DataFrame | None] | None = None
) -> pd.DataFrame:
    """Hold a table against its description and return it in the described types.

    Args:
        frame: the described columns in any order; further columns are kept, after the described ones.
        name: a name in TABLES.
        others: name → table, for the tables that this one refers to; those left out or None are not compared.

    Returns:
        A new frame with the index of the old one.

    Raises:
        TableError: the first problem found.

    >>> queue = pd.DataFrame({"store_id": [1], "observed_at": [pd.Timestamp("2025-03-01 17:00")],
    ...                       "customers_waiting": [-2], "tills_open": [2], "minutes_waited": [3.5]})
    >>> check_table(queue, "queues")
    Traceback (most recent call last):
    ...
    crmlib.tables.errors.TableError: queues.customers_waiting: 1 of 1 rows is wrong.
      First rows: store_id 1, observed_at 2025-03-01 17:00:00
      Expected: whole numbers of customers, >=0
      Found: -2
      Repair: correct these values or leave the rows out.
    """
    table = get_table(name)
    check_headers(frame, table)
    if frame.empty:
        raise TableError(
            f"{name}: the table is empty, at least one row is expected. Repair: look at the last filter or "
            "join before this step; it keeps no row."
        )
    checked = frame[[*table.columns, *(c for c in frame.columns if c not in table.columns)]].copy()
    for column in table.columns.values():
        checked[column.name] = convert_column(frame, table, column)
        if not column.key:  # a table of your own may number its customers as it likes
            check_range(checked, table, column)
    _check_keys(checked, table)
    for column_name, (target, target_column) in table.foreign_keys.items():
        other = (others or {}).get(target)
        if other is not None:
            check_reference(checked, table, column_name, other, f"{target}.{target_column}")
    return checked


def _check_keys(frame: pd.DataFrame, table: Table) -> None:
    """Refuse two rows with the same key."""
    keys = list(table.primary_key)
    doubled = frame.duplicated(keys, keep=False)
    if doubled.any():
        names = " and ".join(keys)
        raise problem(
            frame,
            table,
            names,
            doubled,
            expected=f"every {names} once",
            found=f"{len(frame[doubled].drop_duplicates(keys))} duplicate keys",
            repair=f"frame.drop_duplicates({keys}) if the rows are copies; otherwise give each its own key.",
        )


def check_reference(frame: pd.DataFrame, table: Table, column: str, other: pd.DataFrame, target: str) -> None:
    """Refuse values that another table does not know, such as an unknown customer; missing ones are allowed.

    Args:
        frame: the table to check.
        table: its description.
        column: the column that refers to the other table.
        other: the other table.
        target: table and column that are referred to, such as "members.customer_id".

    Raises:
        TableError: a value is unknown there, or the other table lacks the column.

    >>> exits = pd.DataFrame({"customer_id": [100001]})
    >>> check_reference(exits, get_table("exits"), "customer_id", exits, "members.customer_id")
    """
    target_table, target_column = target.rsplit(".", 1)
    if target_column not in other.columns:
        raise TableError(
            f"{target_table}: column {target_column} is missing, needed to check {table.name}.{column}."
        )
    unknown = frame[column].notna() & ~frame[column].isin(other[target_column])
    if unknown.any():
        raise problem(
            frame,
            table,
            column,
            unknown,
            expected=f"values that occur in {target}",
            found=f"unknown there: {list_values(frame.loc[unknown, column])}",
            repair=f"take both tables from the same firm and seed, or leave these rows out with "
            f'frame[frame["{column}"].isin({target})].',
        )


def require_order(frame: pd.DataFrame, name: str, earlier: str, later: str) -> None:
    """Raise a TableError if one date is before another; missing dates are allowed, days are compared.

    >>> days = {"started_on": pd.Timestamp("2025-03-01"), "ended_on": pd.Timestamp("2025-03-02")}
    >>> require_order(pd.DataFrame([{"campaign_id": 1, **days}]), "campaigns", "started_on", "ended_on")
    """
    first, second = frame[earlier].dt.normalize(), frame[later].dt.normalize()
    require(
        frame,
        name,
        later,
        (second >= first) | first.isna() | second.isna(),
        expected=f"{later} on the day of {earlier} or after it",
        repair=f"look for exchanged columns, or for day and month exchanged in {earlier} or {later}.",
    )


def require_after_joining(
    frame: pd.DataFrame, name: str, column: str, members: pd.DataFrame | None, *, joined: str = "joined_on"
) -> None:
    """Raise a TableError if something happens to a customer before the day of joining.

    Args:
        frame: a checked table with customer_id and the date.
        name: its name in TABLES.
        column: the date or time that must not lie before joining.
        members: one row a customer with customer_id and the day of joining; None compares nothing.
        joined: the column with the day of joining.

    >>> members = pd.DataFrame({"customer_id": [100001], "joined_on": [pd.Timestamp("2025-03-01")]})
    >>> exits = pd.DataFrame({"customer_id": [100001], "asked_on": [pd.Timestamp("2025-03-02")]})
    >>> require_after_joining(exits, "exits", "asked_on", members)
    """
    if members is None:
        return
    since = frame["customer_id"].map(members.set_index("customer_id")[joined])
    require(
        frame,
        name,
        column,
        (frame[column].dt.normalize() >= since) | since.isna() | frame[column].isna(),
        expected=f"no date before the customer's {joined}",
        repair=f"look for day and month exchanged in {column}, or for a wrong customer_id.",
    )


def require(
    frame: pd.DataFrame, name: str, column: str, holds: pd.Series[bool], *, expected: str, repair: str
) -> None:
    """Raise a TableError unless a law holds in every row.

    Args:
        frame: the checked table.
        name: its name in TABLES.
        column: the column to be named; its values are shown as what was found.
        holds: one truth value a row; missing counts as holding.
        expected: the law, in words.
        repair: what to do.

    >>> stores = pd.DataFrame({"store_id": [1, 2], "tills": [3, 4]})
    >>> require(stores, "stores", "tills", stores["tills"] > 2, expected="more than 2", repair="open one.")
    """
    wrong = ~holds.fillna(True).astype(bool)
    if wrong.any():
        found = list_values(frame.loc[wrong, column])
        raise problem(frame, get_table(name), column, wrong, expected=expected, found=found, repair=repair)
