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


@pytest.mark.parametrize("rows", [0, 6])
def test_only_one_to_five_rows_are_made(rows):
    with pytest.raises(ValueError, match=f"rows: expected 1 to 5, found {rows}"):
        example_rows("exits", rows=rows)
    assert [len(example_rows("exits", rows=some)) for some in (1, 5)] == [1, 5]
