"""The small course, built once, and a copy of it for each test that changes something."""

import shutil

import pytest

from crmlib.publishing.build import build_course
from crmlib.publishing.course import Course
from tests.publishing.small_course import EXERCISE, QUIET, write_course


@pytest.fixture(scope="session")
def built(tmp_path_factory) -> Course:
    """A course with a chapter and an exercise, built once; no test may change it."""
    course = write_course(tmp_path_factory.mktemp("course"), exercise=EXERCISE)
    outcomes = build_course(course, **QUIET)
    assert [outcome.failure for outcome in outcomes] == [None, None]
    return course


@pytest.fixture
def course(built, tmp_path) -> Course:
    """A copy of the built course that a test may change."""
    shutil.copytree(built.root, tmp_path, dirs_exist_ok=True)
    return Course(tmp_path)
