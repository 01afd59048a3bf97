"""How these tests check a table and read the refusal."""

import pandas as pd
import pytest

from crmlib.tables.check import check_table
from crmlib.tables.errors import TableError

DAY = pd.Timestamp("2024-01-01")


def check(name, frame, **others):
    """The checked table; others: the tables that it is compared with."""
    return check_table(frame, name, others=others)


def refuse(name, frame, *, kind=TableError, **others):
    """The message with which the table is refused."""
    return message_of(check_table, frame, name, others=others, kind=kind)


def message_of(function, *arguments, kind=TableError, **keywords):
    """The text of the error that a call raises."""
    with pytest.raises(kind) as caught:
        function(*arguments, **keywords)
    return str(caught.value)
