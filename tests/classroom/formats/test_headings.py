"""A heading is named as JupyterLab names it in links, and without punctuation in lecture notes."""

import pytest

from crmlib.classroom.formats.headings import (
    find_topics,
    jupyterlab_anchor,
    lecture_anchor,
    list_headings,
    plain_heading,
)


@pytest.mark.parametrize(
    ("heading", "in_links", "in_notes"),
    [
        (
            "“Only 30 to 40 % buy the same again”",
            "“Only-30-to-40-%-buy-the-same-again”",
            "only-30-to-40-buy-the-same-again",
        ),
        (
            "4 Satisfaction and loyalty (客户满意与客户忠诚)",
            "4-Satisfaction-and-loyalty-(客户满意与客户忠诚)",
            "4-satisfaction-and-loyalty-客户满意与客户忠诚",
        ),
        ("Northport's leads", "Northport's-leads", "northport-s-leads"),
    ],
)
def test_a_heading_has_one_name_in_links_and_one_in_lecture_notes(heading, in_links, in_notes):
    assert jupyterlab_anchor(heading) == in_links
    assert lecture_anchor(heading) == lecture_anchor(in_notes) == in_notes


def test_headings_in_code_do_not_count():
    assert list_headings("## One ##\n```python\n# two\n```\n### *Three* <!-- H-01 -->") == ["One", "Three"]


def test_underscores_inside_a_word_are_part_of_the_heading():
    assert (
        plain_heading("What is `customer_id`, _really_? [See](#there)") == "What is customer_id, really? See"
    )


def test_a_span_names_all_topics_in_between():
    assert find_topics("H-02 to 04, G-07–09 and C-1") == {"H-02", "H-03", "H-04", "G-07", "G-08", "G-09"}
