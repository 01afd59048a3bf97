"""A calculation of the bank with its printed result, for the tests of the review."""

from crmlib.classroom.exam.templates import instantiate
from crmlib.classroom.review.content import (
    find_item,
)


def first_of(bank, key, seed):
    """Return an item, its right result and what its first listed mistake gives, as a reader types them."""
    ready = instantiate(find_item(bank, key), seed=seed)
    return ready.item, ready.answer.en, ready.wrong[0][1]
