"""Which faults change the meaning of a function, which only words or looks, and which nothing at all."""

import ast
import importlib
from pathlib import Path

import pytest

TOOLS = Path(__file__).resolve().parent.parent / "tools"
WHOLE = """
    if day is None:
        raise ValueError(f"days: {day} is no day. " "Repair: choose one.")
    ax.plot(x, y, color="red", linewidth=2, label="so far")
    ax.set_title("all that was sold")
    return {"low": day}
"""


@pytest.fixture(scope="module", autouse=True)
def tools():
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(TOOLS)
        yield


@pytest.fixture(scope="module")
def kinds(tools):
    return importlib.import_module("fault_kinds")


@pytest.fixture(scope="module")
def equal(tools):
    return importlib.import_module("equal_faults")


@pytest.fixture(scope="module")
def mutants(tools):
    return importlib.import_module("mutants")


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


# Faults that change nothing (tools/equal_faults.py)


def test_an_equal_fault_is_found_by_what_it_changes_not_by_its_number(equal):
    spoilt = """
class Span:
    def xǁSpanǁdays__mutmut_orig(self):
        return max(0, self.end - self.start)
    def xǁSpanǁdays__mutmut_1(self):
        return max(0, self.end + self.start)
    def xǁSpanǁdays__mutmut_2(self):
        return max(self.end - self.start)
def x_days__mutmut_orig(): return max(0, 0)
def x_days__mutmut_1(): return max(0)
"""
    entry = equal.Equal("trials", "spans.Span.days", "0, self", ("self",), "Never below nothing.")
    assert equal.find_equal(spoilt, "spans", [entry]) == {"xǁSpanǁdays__mutmut_2"}
    assert equal.find_equal(spoilt, "other", [entry]) == set()
    twice = equal.Equal("trials", "spans.days", "0", ("",), "Which of the two is meant?")
    assert equal.find_equal(spoilt, "spans", [twice]) == set()


def test_each_equal_fault_names_one_place_of_the_library_and_stands_on_the_page(equal, mutants):
    entries = equal.read_equal()
    page = mutants.PAGE.read_text(encoding="utf-8")
    assert page.endswith(f"{mutants.LIST_HEAD}{equal.list_equal(entries)}\n")
    for entry in entries:
        module, *names = entry.function.split(".")
        path = mutants.ROOT / mutants.PACKAGES[entry.package][0] / f"{module}.py"
        text = path.read_text(encoding="utf-8")
        node = ast.parse(text)
        for name in names:
            node = next(one for one in node.body if getattr(one, "name", None) == name)
        source = ast.get_source_segment(text, node)
        assert source.count(entry.was) == 1, entry
        assert entry.now and entry.was not in entry.now and entry.why.endswith("."), entry
        for now in entry.now:
            ast.parse(source.replace(entry.was, now))  # else no fault looks like it
