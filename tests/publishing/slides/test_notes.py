"""The chapter's prose becomes the note of the slide that it belongs to."""

from crmlib.publishing.slides.notes import find_section, list_prose
from tests.publishing.small_course import make_notebook

CELLS = make_notebook(
    "## Before",
    "## Who answers?\n\nIntro.",
    ("a", []),
    "About a.",
    "### Truth",
    ("b", []),
    "About b.",
    "# Next",
).cells


def test_a_section_ends_at_the_next_heading_of_its_level_or_above():
    assert find_section(CELLS, "who-answers") == (1, 7)
    assert find_section(CELLS, "truth") == (4, 7)
    assert find_section(CELLS, "next") == (7, 8)


def test_prose_follows_the_slide_before_it_and_the_beginning_the_slide_before_the_first():
    prose = list_prose(CELLS, 1, 7, [2, None, 5])
    assert prose == [["## Who answers?\n\nIntro.", "About a.", "### Truth"], [], ["About b."]]
    assert list_prose(CELLS, 1, 7, [None]) == [[CELLS[place].source for place in (1, 3, 4, 6)]]
    assert list_prose(CELLS, 1, 7, [None, None, 5])[:2] == [[], [CELLS[place].source for place in (1, 3, 4)]]
    assert list_prose(CELLS, 1, 7, []) == []
