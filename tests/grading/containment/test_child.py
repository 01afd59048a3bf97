"""What the program inside tells: plain data, written by itself."""

import json

import numpy as np
import pandas as pd
import pytest

from crmlib.estimates.estimate import Estimate
from crmlib.grading.containment.child import plain, strip_magics, to_json
from crmlib.grading.marking.values import from_plain


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (..., ["blank"]),
        (None, ["blank"]),
        (3, ["number", 3.0]),
        (np.float64(0.5), ["number", 0.5]),
        (np.int64(7), ["number", 7.0]),
        (np.bool_(True), ["bool", True]),
        (True, ["bool", True]),
        ("b", ["text", "b"]),
        (["listen", "record"], ["list", ["listen", "record"]]),
        (("a",), ["list", ["a"]]),
        (10**400, ["huge"]),
        ({"a": 1}, ["other", "dict"]),
        (len, ["other", "builtin_function_or_method"]),
        (pd.Series([1, 2], index=["a", "b"]), ["series", ["a", "b"], [1, 2]]),
        (pd.Series(range(30_000)), ["large", 30_000]),
    ],
)
def test_an_answer_is_told_by_kind_and_content(answer, told):
    assert plain(answer) == told
    assert json.loads(to_json(told)) == told


def test_an_estimate_is_its_value():
    assert plain(Estimate(0.25, 0.2, 0.3, n=40)) == ["number", 0.25]


def test_a_table_comes_back_as_it_was():
    frame = pd.DataFrame({"n": [1.5, 2.5], "s": ["x", "y"]}, index=["a", "b"])
    told = json.loads(to_json(plain(frame)))
    assert from_plain(told).to_dict() == frame.to_dict()
    several = pd.Series([1, 2], index=pd.MultiIndex.from_tuples([("a", 1), ("a", 2)]))
    assert dict(from_plain(json.loads(to_json(plain(several))))) == {("a", 1): 1, ("a", 2): 2}


def test_numbers_that_json_does_not_know_are_told_as_words():
    assert json.loads(to_json(["number", float("nan")])) == ["number", "nan"]
    assert from_plain(["number", "-inf"]) == float("-inf")


def test_magics_are_read_over_and_a_timed_cell_is_run():
    assert strip_magics("%matplotlib inline\nx = 1\n!ls") == "\nx = 1\n"
    assert strip_magics("%%time\nx = 1") == "\nx = 1"
    assert strip_magics("%%bash\nrm x") == ""
