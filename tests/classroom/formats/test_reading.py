"""Minutes are words and cells counted by one rule."""

import pytest

from crmlib.classroom.formats.chapters import chapter_stems
from crmlib.classroom.formats.reading import Load, count_minutes, count_words, measure_text

TEXT = """\
---
title: not counted
---

+++ {"slideshow": {"slide_type": "slide"}}

# A chapter of five words<!-- not, counted -->

# Lesson 1. One

one two

```{code-cell} ipython3
:tags: [hide-input]

# Lesson 9. no lesson, a remark
print("not counted")
```

```{code-cell} ipython3
chapter.check_yourself(1)
```

+++

# Lesson 2. Two

```{code-cell}
x
```

```{code-cell}
y
```

## Closing

three
"""


def test_each_lesson_counts_its_words_its_cells_and_the_questions_that_it_asks():
    first, second = measure_text(TEXT)
    assert first == Load(words=5 + 3 + 2, cells=2, questions=3)
    assert second == Load(words=3 + 1 + 1, cells=2, questions=0)


def test_a_text_without_lessons_is_counted_whole_and_has_no_questions():
    assert measure_text("# Two words\n\n```{code-cell}\nx\n```\n") == [Load(words=2, cells=1)]


@pytest.mark.parametrize(
    ("load", "minutes"),
    [
        (Load(words=0, cells=0), 5),
        (Load(words=749, cells=0), 5),
        (Load(words=750, cells=0), 10),
        (Load(words=700, cells=1), 10),
        (Load(words=3_000, cells=15, questions=3), 40),
    ],
)
def test_minutes_are_rounded_to_five(load, minutes):
    assert load.minutes == minutes


def test_chinese_counts_by_runs_and_comments_not_at_all():
    assert count_words("three 客户 words<!-- = x -->, 24.5 % and re-buy") == 6


def test_a_folded_aside_does_not_count():
    aside = "<details><summary><b>Further</b>: more</summary>\n\nlong text\n\n</details>"
    assert count_words(f"before\n\n{aside}\n\nafter") == 2


def test_every_chapter_of_the_course_says_how_long_it_takes():
    assert all(count_minutes(stem) >= 25 for stem in chapter_stems())
    assert count_minutes("no_such_chapter") == 0
