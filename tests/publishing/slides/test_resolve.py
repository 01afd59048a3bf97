"""What lecture.yaml says about a slide, and what the slide then shows."""

from dataclasses import replace

import pytest

from crmlib.classroom.formats.chapters import chapter_stems
from crmlib.classroom.formats.lecture import Section, Slide, load_lecture
from crmlib.ground.files import COURSE
from crmlib.publishing.course import PublishingError
from crmlib.publishing.files import read_notebook
from crmlib.publishing.slides.resolve import Lecture, resolve_lecture, resolve_slide

STEM = "04_satisfaction_and_loyalty"


@pytest.fixture(scope="module")
def lecture():
    """The lecture of chapter 04."""
    return Lecture(STEM, read_notebook(COURSE / "notebooks" / f"{STEM}.ipynb"), load_lecture(STEM))


@pytest.mark.parametrize("stem", chapter_stems(having="lecture"))
def test_every_slide_names_what_its_chapter_has(stem):
    sections = load_lecture(stem)
    lecture = Lecture(stem, read_notebook(COURSE / "notebooks" / f"{stem}.ipynb"), sections)
    shown = resolve_lecture(lecture)
    assert sum(slide.minutes for slide in shown) == pytest.approx(
        sum(section.minutes for section in sections if section.slides)
    )


def test_results_wait_for_a_key(lecture):
    claim = resolve_slide(Slide(headline="Of the satisfied, {H-03} left.", claim="H-03"), lecture)
    assert claim.headline == "Of the satisfied, 22 % left."
    assert "65 to 85 %" in claim.body and "22 % (19 to 24)" in claim.waiting
    assert "22 %" not in claim.body and "fails" in claim.waiting
    asked = resolve_slide(Slide(predict="fee", answer="{basic} yuan."), lecture)
    assert asked.headline == "Spending at which the points are worth the fee, in yuan?"
    assert "in yuan" in asked.body and "4,000 yuan." in asked.waiting and "4,000" not in asked.body


def test_questions_bring_their_choices_and_answers(lecture):
    recall = resolve_slide(Slide(question="r1"), lecture)
    assert "four stages" in recall.headline and "Incubation" in recall.waiting
    item = resolve_slide(Slide(question="04-04"), lecture)
    assert item.body.count("<li>") == 4 and "leavers" in item.waiting
    assert '<p class="answer">C. ' in item.waiting
    verdict = resolve_slide(Slide(question="04-06"), lecture)
    assert '<p class="answer">False. ' in verdict.waiting


def test_terms_come_in_both_languages_and_code_behind_pictures(lecture):
    terms = resolve_slide(Slide(headline="Two words differ.", terms=("customer trust",)), lecture)
    assert "顾客信任" in terms.body and terms.code == ""
    picture = resolve_slide(Slide(headline="Most are a 4.", picture="plot_score_distribution"), lecture)
    assert (
        "<img" in picture.body
        and 'alt="Bars of' in picture.body
        and "plot_score_distribution" in picture.code
    )


@pytest.mark.parametrize(
    ("slide", "message"),
    [
        (Slide(headline="A b c.", claim="H-3"), "judges no claim 'H-3'. Did you mean 'H-03'"),
        (
            Slide(headline="A b c.", terms=("custom trust",)),
            "no term 'custom trust'. Did you mean 'customer trust'",
        ),
        (Slide(question="r9"), "no question 'r9' to be asked aloud"),
        (Slide(question="04-13"), "no question '04-13' to be asked aloud"),
        (Slide(predict="fees"), "Did you mean 'fee'"),
        (Slide(predict="card_gap"), "nothing answers prediction 'card_gap'"),
    ],
)
def test_every_problem_is_named_with_its_section(lecture, slide, message):
    section = Section("who-answers", 5, "Notes.", slides=(slide, Slide(question="r0")))
    with pytest.raises(PublishingError) as caught:
        resolve_lecture(replace(lecture, sections=(section,)))
    assert message in str(caught.value)
    assert f"{STEM}/lecture.yaml, section 'who-answers', slide 2: no question 'r0'" in str(caught.value)
