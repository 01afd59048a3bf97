"""Tables that are handed over as CSV come back as they were."""

import io

import pandas as pd
import pytest

from crmlib.grading.containment import wasi_start
from crmlib.grading.containment.view import to_csv
from crmlib.tables.check import conform
from crmlib.tables.dictionary import DATASETS


@pytest.fixture
def read_table():
    """The reader that stands inside, taken out of its prelude."""
    names: dict = {}
    exec(wasi_start.PRELUDE.split("import pandas\n")[0], names)
    names["pandas"] = pd
    return names["read_table"]


@pytest.mark.parametrize("name", ["members", "receipts", "surveys", "contacts", "contracts", "leads"])
def test_a_table_of_the_firm_is_the_same_in_its_described_types(read_table, name):
    table = pd.read_parquet(DATASETS / f"{name}.parquet")
    pd.testing.assert_frame_equal(conform(read_table(io.BytesIO(to_csv(table))), name), conform(table, name))
