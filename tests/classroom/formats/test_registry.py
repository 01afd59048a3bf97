"""The registries: all topics, figures and disagreements of the course, each once and in its place."""

import math
from dataclasses import replace

import pytest

from crmlib import CHAPTERS
from crmlib.classroom.formats.registry import (
    SOURCES,
    chapters_back,
    check_numbers,
    check_sources,
    check_stem,
    check_topics,
    load_disagreements,
    load_numbers,
    load_syllabus,
    topics_of,
)
from crmlib.classroom.formats.schema import CHINESE


def test_the_syllabus_has_250_topics_in_twelve_sections():
    topics = load_syllabus()
    counts = {letter: sum(id_.startswith(letter) for id_ in topics) for letter in "ABCDEFGHIJKL"}
    assert len(topics) == 250
    assert list(counts.values()) == [11, 30, 22, 45, 7, 31, 24, 16, 10, 16, 30, 8]


def test_there_are_77_figures_and_37_disagreements_without_gaps():
    assert list(load_numbers()) == [f"N-{n:02}" for n in range(1, 78)]
    assert list(load_disagreements()) == [f"X-{n:02}" for n in range(1, 38)]


def test_every_topic_is_taught_by_exactly_one_chapter_and_most_chapters_teach():
    taught = [topic.id for stem in CHAPTERS for topic in topics_of(stem)]
    assert sorted(taught) == sorted(load_syllabus())
    assert [stem for stem in CHAPTERS if not topics_of(stem)] == ["00_start_here"]


@pytest.mark.parametrize(
    ("stem", "expected"),
    [
        (
            "04_satisfaction_and_loyalty",
            {"F-17", *(f"G-{n:02}" for n in range(1, 16)), *(f"H-{n:02}" for n in range(1, 17))},
        ),
        (
            "05_churn_and_recovery",
            {*(f"G-{n:02}" for n in range(16, 25)), *(f"I-{n:02}" for n in range(1, 11))},
        ),
        ("03_lifecycle", {"B-15", "F-05", "F-06", *(f"E-{n:02}" for n in range(1, 8))}),
        ("07_customer_value", {"F-01", "F-02", "F-03", "F-04", "F-19"}),
    ],
)
def test_a_chapter_teaches_the_topics_of_the_plan(stem, expected):
    assert {topic.id for topic in topics_of(stem)} == expected


def test_every_topic_has_a_term_in_both_languages_except_abbreviations():
    lacking = [t.id for t in load_syllabus().values() if not CHINESE.search(t.term_zh)]
    assert lacking == ["A-04", "C-18"]  # 4R and CCPR are the same in both
    assert not [t.id for t in load_syllabus().values() if CHINESE.search(t.term_en)]


def test_advice_that_needs_a_critical_eye_is_marked():
    critical = [topic.id for topic in load_syllabus().values() if topic.critical]
    assert critical == ["C-20", "D-10", "D-18", "D-43", "F-14", "J-08", "J-11", "K-18"]


def test_a_critical_topic_says_of_what_to_be_critical():
    with pytest.raises(
        ValueError, match=r"key 'note': say what to be critical of\. Begin it with 'Critical: '"
    ):
        replace(load_syllabus()["J-08"], note="")


def test_two_answers_of_the_sources_are_told_apart():
    """The elements of the relationship are trust and value in one source, three dimensions in another."""
    entry = load_disagreements()["X-30"]
    assert entry.topics == ("C-10", "C-13")
    assert [position.sources for position in entry.positions] == [("001",), ("003",)]
    assert "客户关系要素" in load_syllabus()["C-10"].term_zh
    assert "客户关系要素" in load_syllabus()["C-13"].other_zh


@pytest.mark.parametrize(
    ("topic", "wording"),
    [
        ("B-10", "争取新客户"),
        ("B-11", "吸引新客户,增加企业的客户资源"),
        ("E-02", "探索和试验"),
        ("G-19", "记录投诉要点"),
        ("G-20", "达成共识"),
        ("G-21", "认可感受"),
        ("H-05", "有感激之情的客户才是真正忠诚的客户"),
        ("H-12", "金杯银杯不如顾客的口碑"),
        ("J-08", "对客户的有效控制"),
        ("K-18", "灌输式洗脑培训"),
    ],
)
def test_a_topic_keeps_the_wording_of_its_source(topic, wording):
    assert wording in load_syllabus()[topic].other_zh


@pytest.mark.parametrize(
    ("number", "figure", "values"),
    [
        ("N-48", "65 to 85 %", (0.65, 0.85)),
        ("N-50", "1,200 to 2,500 %", (12, 25)),
        ("N-27", "1,600 per year", (1600,)),
        ("N-59", "5 to 8 times", (5, 8)),
        ("N-10", "55 %, 55 to 85 %, rest", (0.55, 0.85)),
    ],
)
def test_a_figure_is_kept_as_quoted_and_as_numbers(number, figure, values):
    assert load_numbers()[number].figure == figure
    assert load_numbers()[number].values == values


def test_percentages_are_shares_and_all_values_are_finite():
    strange = {
        number.id: value
        for number in load_numbers().values()
        for value in number.values
        if not math.isfinite(value) or (number.unit == "%" and not -1 <= value <= 1)
    }
    assert strange == {"N-50": 25}, "a value above 100 % is quoted as such"


def test_every_source_is_named():
    used = {number.source for number in load_numbers().values()}
    used |= {source for x in load_disagreements().values() for p in x.positions for source in p.sources}
    assert used == set(SOURCES)


def test_a_disagreement_has_two_positions_or_one_source_against_itself():
    alone = [entry.id for entry in load_disagreements().values() if len(entry.positions) < 2]
    assert alone == ["X-21", "X-24"]


def test_real_organisations_are_not_named_outside_the_sources():
    names = [
        "Watsons",
        "屈臣氏",
        "Sinopec",
        "中石化",
        "中石油",
        "Mary Kay",
        "玫琳凯",
        "Gartner",
        "Oppo",
        "Bain",
    ]
    topics = load_syllabus().values()
    texts = [f"{t.term_en} {t.term_zh} {' '.join(t.other_zh)} {t.gap} {t.note}" for t in topics]
    assert not [(name, text) for name in names for text in texts if name in text]


def test_an_unknown_topic_says_how_far_its_section_runs():
    with pytest.raises(ValueError, match=r"'H-17' is not in the syllabus\. Section H runs from H-01 to H-16"):
        check_topics(["H-01", "H-17"])
    with pytest.raises(ValueError, match="Sections run A to L"):
        check_topics(["Z-01"])


def test_unknown_figures_sources_and_chapters_are_refused():
    with pytest.raises(ValueError, match=r"'N-78' is no figure of the course\. Ids run from N-01 to N-77"):
        check_numbers(["N-78"])
    with pytest.raises(ValueError, match="no source '005'"):
        check_sources(["005"])
    with pytest.raises(ValueError, match="Did you mean '03_lifecycle'"):
        check_stem("03_livecycle")
    check_sources(["Fader and Hardie 2007", "002"])


def test_chapters_back_counts_along_the_reading_order():
    assert chapters_back(here="05_churn_and_recovery", there="04_satisfaction_and_loyalty") == 1
    assert chapters_back(here="case_drugstore_chain", there="04_satisfaction_and_loyalty") == 6
    assert chapters_back(here="03_lifecycle", there="05_churn_and_recovery") == -2
