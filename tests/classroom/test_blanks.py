"""Blanks are named before a cell runs, and what does not need them runs."""

import ast

import pytest
from IPython.core.interactiveshell import InteractiveShell

from crmlib.classroom.blanks import hold_back, watch_blanks


@pytest.mark.parametrize(
    ("cell", "blanks", "rest"),
    [
        ("a = 1\nb = a + 1", [], "a = 1\nb = a + 1"),
        ("share = ...", ["share"], "share = ..."),
        ("n = 3\nshare = n / ...\nprint(n)", ["share"], "n = 3\nshare = ...\nprint(n)"),
        ("share = ...\nprint(share)\nn = 3", ["share"], "share = ...\nn = 3"),
        ("low = ...\nwidth = low + 1\nprint(width)", ["low"], "low = ...\nwidth = ..."),
        ("low, high = ...", ["(low, high)"], "high = ...\nlow = ..."),
        ("low = ...\nlow = 3\nprint(low)", ["low"], "low = ...\nlow = 3\nprint(low)"),
        ("def half(x):\n    ...\nhalf(3)", ["half"], "half = ..."),
        ("def half(x):\n    return ...\nn = [half(x) for x in (1, 2)]", ["half"], "half = ...\nn = ..."),
        ("rows = table[...]\nprint(1)", ["rows"], "rows = ...\nprint(1)"),
        ("first = table[..., 0]", [], "first = table[..., 0]"),
        ("...", ["line 1"], ""),
        ("print(...)", ["line 1"], ""),
        ("x = 2\nx += ...\nprint(x)", ["x"], "x = 2\nx = ..."),
        ("firm.x = ...", ["firm.x"], ""),
        ("a = ...\nb = ...\na = ...", ["a", "b"], "a = ...\nb = ...\na = ..."),
        ("for i in found:\n    last = ...\nprint(last)", ["line 1"], "i = ...\nlast = ..."),
        ("import math\nx = math.sqrt(...)", ["x"], "import math\nx = ..."),
    ],
)
def test_blanks_are_named_and_only_what_needs_them_is_held_back(cell, blanks, rest):
    tree = ast.parse(cell)
    left = hold_back(tree, {})
    assert left.blanks == blanks and left.waits_for == []
    assert ast.unparse(tree) == rest


@pytest.mark.parametrize(
    ("cell", "needed"),
    [
        ("print(came)", ["came"]),
        ("print(came, gone)\nprint(came)", ["came", "gone"]),
        ("came = 3\nprint(came)", []),
        ("n = [came for came in (1, 2)]", []),
        ("f = lambda came: came", []),
        ("print(n)", []),
    ],
)
def test_a_cell_says_which_blank_above_it_needs(cell, needed):
    left = hold_back(ast.parse(cell), {"came": ..., "gone": ..., "n": 2})
    assert left.waits_for == needed and left.blanks == []


def test_a_blank_that_is_left_is_named_once_and_no_error_follows():
    shell, told = InteractiveShell(), []
    watch_blanks(shell, told.append)
    watch_blanks(shell, told.append)
    assert shell.run_cell("n = 4\nshare = n / ...\nwidth = share * 2").success
    assert told == [
        "✘ Still to fill in: **share**. Replace the three dots; lines that need them do not run yet."
    ]
    assert shell.run_cell("half = width / 2").success
    assert told[1:] == ["✘ This needs **width** from above: fill it in there first."]
    assert shell.run_cell("share = n / 8\nwidth = share * 2").success
    assert shell.run_cell("half = width / 2").success
    assert len(told) == 2 and shell.user_ns["half"] == 0.5
