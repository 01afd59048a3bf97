import pytest

from crmlib.tables.examples import example_rows


@pytest.fixture
def receipts():
    """Five plain receipts of members 100001 to 100005."""
    return example_rows("receipts", rows=5).assign(customer_id=range(100001, 100006), amount_cny=30.0)


@pytest.fixture
def members():
    return example_rows("members", rows=5)
