"""Example rows fit their description and one another."""

import pytest

from crmlib.tables.check import check_firm, check_table
from crmlib.tables.dictionary import FIRM_TABLES, TABLES
from crmlib.tables.examples import example_rows


@pytest.mark.parametrize("name", TABLES)
def test_example_rows_pass_the_check_of_their_table(name):
    rows = example_rows(name, rows=2)
    checked = check_table(rows, name)
    assert checked.dtypes.to_dict() == {c.name: c.dtype for c in TABLES[name].columns.values()}


def test_example_rows_of_all_tables_fit_together():
    names = [name for name in FIRM_TABLES if name != "receipt_lines"]
    firm = {name: example_rows(name) for name in names}
    firm["receipts"] = firm["receipts"].assign(customer_id=[100001, 100002], amount_cny=1.0)
    assert set(check_firm(firm)) == set(names)
