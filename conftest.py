"""What holds for every test of the course: unit tests, examples in docstrings, and notebooks.

It stands at the root because the notebooks and the library are tested as well, not the folder tests alone.
"""

import atexit
import os
import shutil
import tempfile

import pytest
from hypothesis import HealthCheck, settings

# Tests write no reader's progress file and take no setting from anybody's home folder. Kernels that run
# notebooks inherit both variables.
os.environ["CRM_PROGRESS"] = "off"
os.environ["IPYTHONDIR"] = tempfile.mkdtemp(prefix="crm-ipython-")
atexit.register(shutil.rmtree, os.environ["IPYTHONDIR"], ignore_errors=True)

# Two tests at a time share two cores, so no example has a deadline. In CI the examples are always the same:
# nobody's change shall fail for somebody else's mistake.
settings.register_profile("course", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("course"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "course")

# These files take longest. Two workers finish together only if no such file begins at the end.
FIRST = ("test_browser.py", "test_site.py", "test_lectures.py", ".ipynb")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the files that take longest first; within a file nothing moves."""
    items.sort(key=lambda item: next((n for n, end in enumerate(FIRST) if item.path.name.endswith(end)), 99))
