"""Which faults change the meaning of a function, and which only words or looks (tools/fault_kinds.py)."""

import importlib.util
from pathlib import Path

import pytest

PATH = Path(__file__).resolve().parent.parent / "tools" / "fault_kinds.py"
WHOLE = """
    if day is None:
        raise ValueError(f"days: {day} is no day. " "Repair: choose one.")
    ax.plot(x, y, color="red", linewidth=2, label="so far")
    ax.set_title("all that was sold")
    return {"low": day}
"""


@pytest.fixture(scope="module")
def kinds():
    spec = importlib.util.spec_from_file_location("fault_kinds", PATH)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        ('"Repair: choose one."', '"XXRepair: choose one.XX"', "words"),
        ('"Repair: choose one."', '"REPAIR: CHOOSE ONE."', "words"),
        ('"all that was sold"', '"XXall that was soldXX"', "words"),
        ('"all that was sold"', "None", "meaning"),
        ('"so far"', '"XXso farXX"', "meaning"),  # two words might be the name of a column
        ('"low"', '"LOW"', "meaning"),
        ("is None", "is not None", "meaning"),
        ("linewidth=2", "linewidth=3", "looks"),
        ('color="red"', "color=None", "looks"),
        ('color="red", ', "", "looks"),
        (', label="so far"', "", "meaning"),
        ("x, y,", "x,", "meaning"),
    ],
)
def test_only_words_and_looks_leave_the_meaning_as_it_is(kinds, before, after, kind):
    assert WHOLE.count(before) == 1
    spoilt = WHOLE.replace(before, after)
    text = f"def x_f__mutmut_orig(day, ax, x, y):{WHOLE}def x_f__mutmut_1(day, ax, x, y):{spoilt}"
    assert kinds.tell_kinds(text) == {"x_f__mutmut_1": kind}


def test_of_the_faults_that_change_the_meaning_every_nth_is_chosen(kinds):
    found = {"a": "meaning", "b": "words", "c": "meaning", "d": "meaning", "e": "looks", "f": "meaning"}
    assert kinds.choose(found, 2, 1) == ["a", "d"] and kinds.choose(found, 2, 2) == ["c", "f"]
    assert kinds.choose(found, 1, 1) == ["a", "c", "d", "f"]
