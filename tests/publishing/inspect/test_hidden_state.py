"""A cell gives the same result whenever it runs after those before it; where it does not, that is found."""

import pytest

from crmlib.publishing.inspect.hidden_state import find_hidden_state
from tests.publishing.small_course import words


@pytest.mark.parametrize(
    ("codes", "found"),
    [
        (["x = 1", "x = x + 1"], "changes x, on which it depends itself: run twice, it gives another result"),
        (["x = 1", "y = x", "x = 2"], "changes x, on which cell 2 depends"),
        (["t = {}", "print(t)", "t['a'] = 1"], "changes t, on which cell 2 depends"),
        (["t = []", "t.append(1)"], "changes t, on which it depends itself"),
        (["t = 1", "t += 1"], "changes t, on which it depends itself"),
        (["f = load()"], "uses load, which no cell above defines"),
        (["import os", "os.x", "os = 3"], "changes os, on which cell 2 depends"),
        (["def f():\n    return w", "w = 1"], "uses w, which no cell above defines"),
        (["t = 1", "t.dropna(inplace=True)"], "changes t, on which it depends itself"),
        (
            ["x = 1", "def g():\n    return x", "for x in [1]:\n    pass"],
            "changes x, on which cell 2 depends",
        ),
        (["x = 1", "y = [i for i in range(x)]", "del x"], "changes x, on which cell 2 depends"),
    ],
)
def test_hidden_state_is_found(codes, found):
    assert found in words(f"{cell}: {text}" for cell, text in find_hidden_state(list(enumerate(codes, 1))))


@pytest.mark.parametrize(
    "codes",
    [
        ["import pandas as pd", "pd.x", "import pandas as pd\npd.y"],
        ["ax = 1\nprint(ax)", "ax = 2\nprint(ax)"],
        ["t = {}", "t['a'] = 1", "print(t)"],
        ["x = 1\nx = x + 1\nx += 1"],
        ["found = [n for n in range(3) if n]", "{n: m for n, m in zip(found, found)}"],
        ["def f(a, *rest, b=2, **more):\n    c = a + b\n    return c, rest, more", "f(1)"],
        ["try:\n    1 / 0\nexcept ZeroDivisionError as error:\n    print(error)"],
        ["with open('x') as file:\n    text = file.read()", "text.upper()"],
        ["sorted([1, 2], key=lambda pair: pair)", "class A:\n    x = 1\n    y = x"],
        ["x: int = 1", "print(x, __name__)"],
        ["if (n := 3) > 2:\n    print(n)"],
        ["x = 1", "this is no python", "print(x)"],
    ],
)
def test_cells_that_give_the_same_result_every_time_pass(codes):
    assert list(find_hidden_state(list(enumerate(codes, 1)))) == []
