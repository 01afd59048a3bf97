"""What the page holds, collected once for all tests of it."""

import pytest

from crmlib.publishing.revise.content import collect_content


@pytest.fixture(scope="session")
def content():
    """Return the content of the page."""
    return collect_content()
