"""What a computed number may be before a per cent sign."""

import pytest

from crmlib.publishing.course import PublishingError
from crmlib.publishing.execute import compare_numbers
from crmlib.publishing.numbers.ties import find_ties


def answer(value):
    """A kernel's reply to the first expression of the first tie."""
    return {"content": {"user_expressions": {"0.0": {"status": "ok", "data": {"text/plain": f"'{value}'"}}}}}


@pytest.mark.parametrize("share", [10, -10])
def test_ten_times_the_whole_is_the_largest_share(share):
    assert (
        compare_numbers(answer(share), find_ties(f"{100 * share:,} %<!-- = share -->".replace("-", "−")))
        == []
    )


@pytest.mark.parametrize("share", [10.001, -10.001])
def test_more_than_ten_times_the_whole_is_taken_for_per_cent_already(share):
    with pytest.raises(PublishingError, match=r"gives -?10\.001, which would be written as -?1,000 %"):
        compare_numbers(answer(share), find_ties("1,000 %<!-- = share -->"))
