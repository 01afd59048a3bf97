"""The pages of the review: marks add up, the plan fills the evening, hidden steps are hidden."""

from dataclasses import replace

from crmlib.classroom.exam.templates import instantiate
from crmlib.classroom.formats.registry import load_syllabus
from crmlib.classroom.review.content import (
    find_item,
    load_guides,
)
from crmlib.classroom.review.pages import (
    render_bank,
    render_calculation,
    render_fresh,
    render_unasked,
    render_worked,
)


def test_the_worked_answer_shows_what_each_line_earns_with_the_numbers_of_the_draw(bank):
    guide = load_guides()["calculation"]
    text = render_worked(guide, find_item(bank, guide.item), seed=1)
    assert "{{" not in text and "| **together 合计** | **3\u00a0/\u00a03** | |" in text
    solved = instantiate(find_item(bank, guide.item), seed=1).answer
    assert text.count(solved.en) >= 3, "in the answer, in the scheme, in the last step"
    assert text.count(f"={solved.zh}。") == 2, "in the Chinese answer and in the last step, without a space"
    assert "<details><summary>Marking points 评分点</summary>" in text


def test_the_table_of_the_bank_counts_every_item_once(bank):
    rows = [line.split("|") for line in render_bank(bank).splitlines()[2:]]
    counts = [int(row[-4]) for row in rows[:-1]]
    assert sum(counts[:-1]) == counts[-1] == sum(len(items) for items in bank.values())
    assert sum(float(cell) for cell in rows[-1][2:-4]) == float(rows[-2][-3])


def test_the_topics_that_no_question_asks_for_are_named(bank):
    chapter = {"04_satisfaction_and_loyalty": bank["04_satisfaction_and_loyalty"]}
    text = render_unasked(chapter)
    assert text.startswith("No question of the bank asks for 218 of the 250 topics") and "A-01, " in text
    assert "H-03" not in text
    everything = {"x": (replace(bank["03_lifecycle"][0], topics=tuple(load_syllabus())),)}
    assert render_unasked(everything) == "The bank asks for every one of the 250 topics of the syllabus."


def test_a_faded_calculation_hides_its_last_steps_and_no_number_of_theirs(bank):
    ready = instantiate(find_item(bank, "04-16"), seed=2)
    text = render_calculation(ready, blanks=2)
    before, hidden = text.split("<details>")
    assert ready.answer.en not in before and ready.answer.en in hidden
    assert before.rstrip().endswith("3. …\n4. …")


def test_the_usual_wrong_answer_stands_behind_the_fold(bank):
    item = next(item for items in bank.values() for item in items if item.slip)
    shown, folded = render_fresh(instantiate(item, seed=1), "zh").split("<details>")
    assert item.slip.zh in folded and item.slip.zh not in shown
    assert item.slip.en not in folded
