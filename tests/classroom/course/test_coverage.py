"""Every topic of the written chapters is taught, practised and examined, and the page says where."""

from pathlib import Path

from crmlib.classroom.course.coverage import (
    Place,
    find_examined,
    find_holes,
    find_practised,
    find_taught,
    name_of,
    read_coverage,
    read_sections,
)
from crmlib.classroom.formats.chapters import chapter_stems
from crmlib.classroom.formats.headings import find_topics
from tests.classroom.calls import STEM
from tests.classroom.course.calls import write_notebook

ROOT = Path(__file__).parents[3]
# What the written chapters must cover between them; a new chapter adds its own topics by itself.
WRITTEN = find_topics(
    "A-01 to A-11, B-01 to B-30, C-01 to C-22, E-01 to E-07, F-05, F-06, F-17, G-01 to G-24, H-01 to H-16, "
    "I-01 to I-10, J-03 to J-09, L-01 to L-08"
)


def test_every_topic_of_the_written_chapters_is_taught_practised_and_examined(rows):
    holes = find_holes(rows)
    assert not holes, "\n".join(["Topics with a hole:", *holes])


def test_the_written_chapters_are_those_of_the_plan(rows):
    assert {row.topic.id for row in rows if row.is_due} >= WRITTEN


def test_a_topic_is_taught_in_the_section_that_names_it_most(course):
    taught = find_taught(course)
    assert taught["H-01"] == Place("04, Who answers?", f"notebooks/{STEM}.ipynb#Who-answers?")
    assert taught["G-03"].label == "04, 4 Satisfaction"


def test_closing_pages_comments_and_other_chapters_teach_nothing(course):
    assert set(find_taught(course)) == {"H-01", "H-02", "G-01", "G-02", "G-03"}


def test_a_heading_that_stands_twice_gives_way_to_the_one_above_it(course):
    taught = find_taught(course)
    assert taught["H-02"].target == f"notebooks/{STEM}.ipynb#Three-words-%28满意%29"
    headings = [section.heading for section in read_sections(course / "notebooks" / f"{STEM}.ipynb")]
    assert headings.count("Who answers?") == headings.count("Three words (满意)") == 2


def test_only_a_question_that_a_notebook_shows_is_practice(course):
    practised = find_practised(course)
    assert practised["H-03"] == [Place("exercise 04 q1", f"exercises/{STEM}.ipynb#One")]
    assert "H-02" not in practised and "G-10" not in practised, "q2 and q3 are shown nowhere"


def test_recall_questions_are_practice_of_their_topic(course):
    assert find_practised(course)["E-02"] == [Place("recall 04 r1", f"notebooks/{STEM}.ipynb#4-Satisfaction")]


def test_the_output_of_a_cell_shows_questions_as_well(course):
    path = course / "exercises" / f"{STEM}.ipynb"
    write_notebook(path, [("markdown", "# Exercise"), ("code", "practice()", "1. **q3** Name five works")])
    assert set(find_practised(course)) >= {"G-10"}
    assert "H-03" not in find_practised(course)


def test_exam_items_examine_their_topics_and_their_kinds(course):
    examined = find_examined()
    assert examined["H-02"] == ["04-01"]
    assert examined["L-01"] == ["1 of kind fill in"]
    assert examined["L-07"] == []


def test_topics_without_a_chapter_are_no_holes(course):
    rows = {row.topic.id: row for row in read_coverage(course)}
    assert chapter_stems() == (STEM,)
    assert rows["D-01"].holes == () and not rows["D-01"].is_due
    assert rows["H-01"].holes == ("practised", "examined")
    assert rows["H-16"].holes == ("taught", "practised", "examined")
    assert (
        "H-01 Customer satisfaction (04_satisfaction_and_loyalty): not practised, not examined"
        in find_holes(list(rows.values()))
    )


def test_a_chapter_is_called_by_its_number_a_case_by_its_name():
    assert name_of("case_fuel_wholesaler") == "case fuel wholesaler"
