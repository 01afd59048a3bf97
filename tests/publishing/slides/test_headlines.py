"""Numbers in headlines come from the chapter and are never typed."""

import pytest

from crmlib.publishing.course import PublishingError
from crmlib.publishing.slides.headlines import fill_numbers, list_known
from tests.publishing.small_course import make_notebook

STEM = "04_satisfaction_and_loyalty"
PROSE = (
    'Of these 22 %<!-- = row["share"] --> (19 to 24 %<!-- = row["low"], row["high"] -->) left, '
    "11 points<!-- = 100 * gap --> more than 8<!-- given --> others."
)


@pytest.fixture(scope="module")
def known():
    """What a small chapter offers; its claim was measured at 21.6 %."""
    notebook = make_notebook(PROSE, ("chapter.claim()", []))
    data = {"chapter": STEM, "id": "H-03", "outcome": "fails", "reason": "", "variants": {}}
    judged = {**data, "measured": 0.216, "interval": [0.19, 0.24]}
    notebook.cells[1].outputs = [{"data": {"application/vnd.crm.claim+json": judged}}]
    return list_known(notebook, STEM)


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ('Of the satisfied, {row["share"]} left.', "Of the satisfied, 22 % left."),
        ("It lies at {row['low'], row['high']}.", "It lies at 19 to 24 %."),
        ("At least {row['low']} left, {100*gap} points more.", "At least 19 % left, 11 points more."),
        ("They say {N-48}, we find {H-03}.", "They say 65 to 85 %, we find 22 %."),
    ],
)
def test_braces_are_filled_with_what_the_chapter_shows(known, words, shown):
    assert fill_numbers(words, known) == shown


def test_a_typed_result_is_refused_and_a_score_is_not(known):
    with pytest.raises(PublishingError, match=r"'23 %' looks like a result\. Write in braces"):
        fill_numbers("Of them 23 % left.", known)
    assert fill_numbers("A 5 is not a 4.", known) == "A 5 is not a 4."


def test_an_expression_that_nothing_is_tied_to_gets_the_nearest(known):
    with pytest.raises(PublishingError, match=r"no sentence .* tied to it\. Did you mean '100 \* gap'"):
        fill_numbers("It is {100 * gaps} points.", known)


def test_sentences_that_differ_are_named():
    both = list_known(make_notebook("1.5<!-- = x -->", "2 of them<!-- = x -->"), STEM)
    with pytest.raises(PublishingError, match=r"\{x\}: sentences of the chapter show it as 1\.5, 2\."):
        fill_numbers("It is {x} times.", both)
