"""Problems and complaints: what is reported did happen, and most of what happens is not reported."""

import pytest


@pytest.fixture(scope="module")
def reported(osmanthus):
    """Complaints beside the problems that they are about."""
    problems = osmanthus.truth["problems"].dropna(subset=["complaint_id"])
    return osmanthus.tables["complaints"].merge(
        problems, on="complaint_id", suffixes=("", "_true"), how="left"
    )


def test_complaints_are_about_problems_that_happened_before(reported):
    assert reported["occurred_at"].notna().all()
    assert (reported["opened_at"] >= reported["occurred_at"]).all()


@pytest.mark.parametrize("column", ["topic", "severity", "receipt_id"])
def test_a_complaint_says_what_the_problem_was(reported, column):
    assert (reported[column].astype("string") == reported[f"{column}_true"].astype("string")).all()


def test_most_problems_are_never_reported(osmanthus):
    assert 0.6 < osmanthus.truth["problems"]["complaint_id"].isna().mean() < 0.95
