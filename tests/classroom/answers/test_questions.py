"""An exercise hands out its questions by their ids."""

import pytest


def test_an_unknown_question_names_the_valid_ones(workbook):
    with pytest.raises(ValueError, match=r"no question 'shares'\. Did you mean 'share'"):
        workbook.exercise.find("shares")
