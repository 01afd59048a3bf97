"""Marking by people: nothing but the grid is kept, and agreement is worked by hand."""

import pytest

from crmlib.grading.exchange.coursework import Coursework
from crmlib.grading.marking.people import (
    GRID,
    cohen_kappa,
    compare_markers,
    grid_of,
    keep_points,
    list_markers,
    list_texts,
    mean_points,
    read_points,
)
from crmlib.grading.returning.marks import list_marks, to_canvas

STEM = "03_lifecycle"
YES, NO = [True] * len(GRID), [False] * len(GRID)


def test_texts_come_with_the_student_s_own_figures(graded):
    place, _ = graded
    texts = {one.number: one for one in list_texts(place, STEM)}
    assert set(texts) == {"2026001", "2026003"}
    assert texts["2026001"].text == "Because of q1." and texts["2026001"].figures[0] == ("q1", "1001", True)


def test_points_are_kept_a_marker_and_their_mean_goes_into_the_marks(graded):
    place, _ = graded
    keep_points(place, STEM, "A", "2026001", YES)
    keep_points(place, STEM, "B", "2026001", [True, True, False, False, False])
    keep_points(place, STEM, "A", "2026003", NO)
    assert list_markers(place, STEM) == ["A", "B"] and read_points(place, STEM, "B") == {
        "2026001": [True, True, False, False, False]
    }
    assert mean_points(place, STEM) == {"2026001": 3.5, "2026003": 0}
    lines = list_marks(place, STEM)
    assert [line.marks for line in lines] == ["6.5", "0", "0", ""]
    assert ",,,,13\n" in to_canvas(lines, STEM)


@pytest.mark.parametrize("points", [[True], YES + YES, [1] * 5, None, "yes"])
def test_what_is_no_grid_is_refused(graded, points):
    place, _ = graded
    with pytest.raises(ValueError, match="expected 5 times yes or no"):
        keep_points(place, STEM, "A", "2026001", points)
    with pytest.raises(ValueError, match="no graded submission of 03_lifecycle is from '7'"):
        keep_points(place, STEM, "A", "7", YES)
    with pytest.raises(ValueError, match="short name"):
        keep_points(place, STEM, "../A", "2026001", YES)
    assert list_markers(place, STEM) == []


def test_kappa_is_that_of_the_formula():
    """Both say yes to 20, both no to 15 of 50: alike 0.7, by chance 0.5 * 0.6 + 0.5 * 0.4 = 0.5."""
    pairs = [(True, True)] * 20 + [(True, False)] * 5 + [(False, True)] * 10 + [(False, False)] * 15
    assert cohen_kappa(pairs) == pytest.approx((0.7 - 0.5) / (1 - 0.5))
    assert cohen_kappa([(True, False), (False, True)]) == -1
    assert cohen_kappa([(True, True), (False, False)]) == 1
    assert cohen_kappa([(True, True)] * 4) is None


def test_only_texts_that_both_marked_are_compared():
    first = {"1": YES, "2": NO, "3": YES}
    found = compare_markers(first, {"1": YES, "2": NO, "4": NO})
    assert [(one.texts, one.alike, one.kappa) for one in found] == [(2, 1.0, 1.0)] * len(GRID)
    assert compare_markers(first, {"9": YES}) == []


def test_there_must_be_a_text(tmp_path):
    with pytest.raises(ValueError, match="No open answer"):
        list_texts(Coursework(tmp_path), STEM)


def test_the_grid_is_the_one_that_the_exercise_asks_for():
    assert grid_of(STEM) == GRID
    assert grid_of("01_relationship_marketing")[3][0] == "what every member is owed whatever the grade"
    assert len(grid_of("01_relationship_marketing")) == len(GRID)
