"""A page that is no lecture is cut as its cells are marked."""

from crmlib.publishing.slides.cut import cut_page
from tests.publishing.slides.test_deck import deck_notebook
from tests.publishing.small_course import make_notebook


def test_slide_types_decide_what_is_shown_where():
    first, second = cut_page(deck_notebook())
    assert [waits for _, waits in first.pieces] == [False, True, True, False]
    shown = "".join(piece for piece, _ in first.pieces)
    assert "Opening, 24 %." in shown
    assert "Only for readers" not in shown and "Tell a story" not in shown
    assert "Tell a story" in first.notes[0]
    assert second.notes == first.notes, "notes stay until there are new ones"
    assert "<table>" in second.pieces[0][0]
    assert "secret" not in "".join(piece for piece, _ in second.pieces)


def test_without_marks_every_heading_opens_a_slide():
    slides = cut_page(make_notebook("# A", "text", "## B", ("x = 1", [])))
    assert [len(slide.pieces) for slide in slides] == [2, 2]
