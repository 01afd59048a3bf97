"""Whether a table is what it should be, what its columns mean, and how it is mended.

check       does a table, or a whole firm, keep to its description and its laws?
examples    what must a table look like?
describe    which tables are there, what do their columns mean, and where does a word occur?
repairs     how is mended what a spreadsheet did to a table? Nothing is guessed

For tables of your own, nothing of this is needed in the chapters: every function of the course checks the
columns that it takes.
"""

from crmlib.tables.check import check_firm, check_table
from crmlib.tables.describe import describe_table, describe_tables, describe_truth, find_columns
from crmlib.tables.errors import TableError, TableTypeError
from crmlib.tables.examples import example_rows
from crmlib.tables.repairs import (
    drop_time_zone,
    parse_dates,
    parse_numbers,
    read_table_csv,
    translate_headers,
)

__all__ = [
    "check_table",
    "check_firm",
    "TableError",
    "TableTypeError",
    "example_rows",
    "describe_tables",
    "describe_table",
    "describe_truth",
    "find_columns",
    "read_table_csv",
    "translate_headers",
    "parse_numbers",
    "parse_dates",
    "drop_time_zone",
]  # fmt: skip
