"""Which settings of a live figure are shown, and when they are drawn anew."""

from dataclasses import replace

import pytest

from crmlib.publishing.course import PublishingError
from crmlib.publishing.lecture.figures import (
    hash_lecture,
    is_live,
    keep_frames,
    list_settings,
    put_frames,
    read_frames,
    render_sliders,
)
from crmlib.publishing.lecture.session import Control, Figure
from crmlib.publishing.slides.resolve import Shown
from tests.publishing.small_course import make_notebook

ZONE = Control("m2", "zone", 0, 0, 1, 1, ("low", "high"))
FIGURE = Figure("p", (Control("m1", "rivals", 0, 0, 4, 1), ZONE))
NOTEBOOK = make_notebook(("explore_rivals(t)", []), ("plot_rivals(t)", []))


def test_without_settings_the_first_slider_goes_to_its_ends():
    assert list_settings(FIGURE, ()) == [{"m1": 4}]
    inside = Figure("p", (replace(FIGURE.controls[0], value=2), ZONE))
    assert list_settings(inside, ()) == [{"m1": 0}, {"m1": 4}]


def test_settings_name_sliders_and_options_by_their_words():
    assert list_settings(FIGURE, [{"rivals": 3, "zone": "high"}]) == [{"m1": 3, "m2": 1}]
    for setting, words in [
        ({"rival": 3}, "no slider 'rival'. Did you mean 'rivals'"),
        ({"zone": "hihg"}, "'zone' cannot be 'hihg'. Did you mean 'high'"),
        ({"rivals": 5}, "'rivals' goes from 0 to 4, found 5"),
    ]:
        with pytest.raises(PublishingError, match=words):
            list_settings(FIGURE, [setting])


def test_only_slides_with_sliders_are_drawn_at_settings():
    slides = [Shown("picture", "A.", "stored", cell=0, alt='"Q"'), Shown("picture", "B.", "stored", cell=1)]
    assert [is_live(slide, NOTEBOOK) for slide in slides] == [True, False]
    put_frames(slides, {0: [("rivals: 0", "AA"), ("rivals: 4", "BB")]})
    assert slides[0].body.count("<img") == 2 and slides[0].body.count("fragment") == 1
    assert "&quot;Q&quot;" in slides[0].body and slides[1].body == "stored"


def test_what_cannot_be_drawn_is_left_out_and_noted_for_the_speaker():
    slide = Shown("picture", "A.", "stored", cell=0)
    assert put_frames([slide], {0: [("rivals: 0", "AA"), ("rivals: 4: too <many>", "")]}) == [
        "rivals: 4: too <many>"
    ]
    assert slide.body.count("<img") == 1 and slide.notes == ["<p>rivals: 4: too &lt;many&gt;</p>"]
    alone = Shown("picture", "A.", "stored", cell=0)
    put_frames([alone], {0: [("rivals: 0: never", "")]})
    assert alone.body == "stored"


def test_both_ends_of_a_slider_can_be_set_and_nothing_beyond():
    assert list_settings(FIGURE, [{"rivals": 0}, {"rivals": 4}]) == [{"m1": 0}, {"m1": 4}]
    assert list_settings(FIGURE, [{"zone": "low"}, {"zone": "high"}]) == [{"m2": 0}, {"m2": 1}]
    for beyond in (-1, 5):
        with pytest.raises(PublishingError, match=f"goes from 0 to 4, found {beyond}"):
            list_settings(FIGURE, [{"rivals": beyond}])


def test_a_slider_that_starts_at_an_end_shows_the_other_end_only():
    last = Figure("p", (replace(FIGURE.controls[0], value=4),))
    assert list_settings(last, ()) == [{"m1": 0}]


def test_drawings_are_kept_until_chapter_or_settings_change(tmp_path):
    slides = [Shown("picture", "A.", cell=0)]
    known, path = hash_lecture(NOTEBOOK, slides), tmp_path / "kept.json"
    assert read_frames(path, known) is None
    keep_frames(path, known, {0: [("a", "AA")]})
    assert read_frames(path, known) == {0: [("a", "AA")]}
    slides[0].settings = ({"rivals": 2},)
    assert hash_lecture(NOTEBOOK, slides) != known
    assert hash_lecture(make_notebook(("explore_rivals(u)", [])), [Shown("picture", "A.", cell=0)]) != known
    assert read_frames(path, "other") is None
    path.write_text("{", encoding="utf-8")
    assert read_frames(path, known) is None


def test_a_slider_says_its_ends_and_the_words_of_its_options():
    shown = render_sliders(FIGURE, alt="A line.", picture="AA")
    assert 'min="0" max="4" step="1" value="0"' in shown and ">rivals: 0<" in shown
    assert 'data-options="[&quot;low&quot;, &quot;high&quot;]"' in shown and ">zone: low<" in shown
