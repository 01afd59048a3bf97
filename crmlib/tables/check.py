"""How a table, or a whole firm, is held against its description and its laws.

A check goes from the outside in: the headers, then each column (missing values, type, levels, range), then
the keys, the references to other tables, and the laws. The first problem found is raised, with the place, the
rows, what was expected, what was found and how to repair it. The caller's frame is never changed.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from crmlib.ground.spelling import suggest
from crmlib.tables.columns import check_range, convert_column
from crmlib.tables.dictionary import FIRM_TABLES
from crmlib.tables.errors import TableError, get_table, list_values, problem
from crmlib.tables.headers import check_headers
from crmlib.tables.keys import check_reference, check_unique
from crmlib.tables.laws import Others
from crmlib.tables.laws_retail import RETAIL
from crmlib.tables.laws_wholesale import WHOLESALE

LAWS = {**RETAIL, **WHOLESALE}  # name of a table → its laws, if it has any


def check_table(
    frame: pd.DataFrame, name: str, *, others: Mapping[str, pd.DataFrame] | None = None
) -> pd.DataFrame:
    """Hold a table against its description and its laws, and return it in the described types.

    Args:
        frame: the described columns in any order; further columns are kept, after the described ones.
        name: a name in TABLES, such as "receipts" or "truth.members".
        others: name → table, such as the members of these receipts: what refers to them is compared, and laws
            between tables are looked at as far as these are here.

    Returns:
        A new frame with the index of the old one.

    Raises:
        TableError: the first problem found, or an unknown name.

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
    checked = check_description(frame, name)
    others = {other: check_description(rows, other) for other, rows in (others or {}).items()}
    _check_between(checked, name, others)
    return checked


def check_firm(tables: Mapping[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Check all tables of a firm together: each by itself, each against the others, and the sums.

    Args:
        tables: name → table; some of the tables are enough, laws that need others are then left out.

    Returns:
        name → the checked table in its described types.

    Raises:
        TableError: the first problem found, or an unknown name.

    >>> from crmlib.tables.examples import example_rows
    >>> receipts = example_rows("receipts").assign(amount_cny=20.0)
    >>> lines = example_rows("receipt_lines").assign(quantity=2, unit_price_cny=[10.0, 12.0])
    >>> check_firm({"receipts": receipts, "receipt_lines": lines})
    Traceback (most recent call last):
    ...
    crmlib.tables.errors.TableError: receipts.amount_cny: 1 of 2 rows is wrong.
      First rows: receipt_id 2
      Expected: sum of quantity × unit_price_cny of the lines, less discount_cny (24.00 for the first)
      Found: 20.0
      Repair: correct the receipt or its lines.
    """
    for name in tables:
        if name not in FIRM_TABLES:
            known = ", ".join(FIRM_TABLES)
            raise TableError(f"There is no table {name!r}.{suggest(name, FIRM_TABLES)} Tables: {known}.")
    checked = {name: check_description(frame, name) for name, frame in tables.items()}
    for name, frame in checked.items():
        _check_between(frame, name, checked)
    return checked


def conform(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Return the table with the columns in the described order and in the described types.

    Keys, ranges, references and laws are not looked at: that is what `check_table` does.

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


def check_description(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    """Hold a table against its description alone, without its laws and other tables; see `check_table`.

    >>> stores = pd.DataFrame({"store_id": [1, 1]})
    >>> check_description(stores, "stores")
    Traceback (most recent call last):
    ...
    crmlib.tables.errors.TableError: stores: missing columns: city, ...
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
    check_unique(checked, table, table.primary_key)
    return checked


def _check_between(frame: pd.DataFrame, name: str, others: Others) -> None:
    """Hold a table that fits its description against its laws and the other tables."""
    table = get_table(name)
    for column, (other, _) in table.foreign_keys.items():
        if other in others:
            check_reference(frame, table, column, others[other])
    if name not in LAWS:
        return
    for law in LAWS[name](frame, others):
        wrong = ~law.holds.fillna(True).astype(bool)
        if wrong.any():
            found = list_values(frame.loc[wrong, law.column])
            raise problem(
                frame, table, law.column, wrong, expected=law.expected, found=found, repair=law.repair
            )
