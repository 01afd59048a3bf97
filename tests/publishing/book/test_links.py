"""Links of the course lead to pages of the book, or are no links in it."""

import pytest

from crmlib.publishing.book.links import drop_comments, find_target, rewrite_links

PAGES = ["index.md", "dictionary.md", "docs/syllabus.md", "notebooks/04_x.ipynb", "exercises/04_x.ipynb"]


@pytest.mark.parametrize(
    ("target", "page", "expected"),
    [
        ("../exercises/04_x.ipynb", "notebooks/04_x.ipynb", "../exercises/04_x.ipynb"),
        ("04_x.ipynb#Who-will-buy?", "notebooks/00.ipynb", "04_x.ipynb#Who-will-buy?"),
        ("#Top", "notebooks/04_x.ipynb", "#Top"),
        ("https://example.org/a#b", "docs/syllabus.md", "https://example.org/a#b"),
        ("../README.md#start", "docs/syllabus.md", "../index.md"),
        ("datasets/README.md", "index.md", "dictionary.md"),
        ("../crmlib/cli.py", "docs/syllabus.md", None),
        ("../notebooks/05_y.ipynb", "docs/syllabus.md", None),
    ],
)
def test_target_is_a_page_of_the_book_or_none(target, page, expected):
    assert find_target(target, page, PAGES) == expected


def test_words_whose_target_is_not_in_the_book_stay_as_words():
    text = "| [`rfm` of *it*](../crmlib/rfm.py) | [map](syllabus.md) |"
    assert rewrite_links(text, "docs/claims.md", PAGES) == "| `rfm` of *it* | [map](syllabus.md) |"


def test_links_in_code_and_pictures_stay():
    text = "`[a](../crmlib/b.py)` ![a bar](images/bar.png)"
    assert rewrite_links(text, "docs/claims.md", PAGES) == text


def test_ties_of_numbers_disappear_and_code_stays():
    text = "**24 %**<!-- = 100 *\nshare --> of 8<!-- given -->\n\n```\n<!-- kept -->\n```"
    assert drop_comments(text) == "**24 %** of 8\n\n```\n<!-- kept -->\n```"
