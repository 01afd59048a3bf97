"""Tables: what they must look like, whether they do, and how they are mended.

describe         Which tables are there, what do their columns mean, and where does a word occur?
check            Does a table, or a whole firm, keep to its description and its laws?
examples         What must a table look like?
repairs          How is mended what a spreadsheet did to a table? Nothing is guessed.

Extras, for tables of one's own: `describe_tables`, `describe_truth`, `check_table`, `check_firm`,
`TableError`, `TableTypeError`, `example_rows`, `read_table_csv`, `translate_headers`, `parse_numbers`,
`parse_dates` and `drop_time_zone`. In the chapters, every function checks the columns that it takes.

Behind them, for the modules of the library:

dictionary       What is written in `datasets/dictionary.csv`, the one list of all tables and columns?
take             What does a function take from a table of the firm?
results          What does a function hand to the next?
options          Is a number or a day, chosen by the caller, one that makes sense?
headers          Are these the described columns?
columns          Are these the described values?
amounts          Is a number kept digit by digit, and can it be meant?
dates            Is this a day or a time, and in which zone?
engines          How do Polars, DuckDB and Spark check and count a table that stays with them?
keys             Is every row there once, and does what it refers to exist?
laws             How is a law of a table written down?
laws_retail      What ties the chain's columns and tables together?
laws_wholesale   What ties the wholesaler's?
errors           What does an error say: place, rows, expectation, finding, repair?
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
