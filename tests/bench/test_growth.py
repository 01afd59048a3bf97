"""The benchmark of growth repeats tables as it says, and marks what grows faster."""

import importlib
import json
import math
from types import ModuleType, SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from bench import growth
from bench.growth import Line, Measured, Tables, grow_tables, measure_exponent, repeat_table, report

RECEIPTS = pd.DataFrame(
    {
        "receipt_id": [1, 2, 9],
        "customer_id": pd.array([4, None, 7], dtype="Int64"),
        "product_id": [3, 3, 5],
    }
)
MEMBERS = pd.DataFrame({"referred_by": pd.array([None, 4], dtype="Int64")}, index=pd.Index([4, 8]))
MEMBERS.index.name = "customer_id"


def measure(*seconds):
    """A line of runs on 1,000, 4,000, 16,000 … rows."""
    runs = {4**place: Measured(1_000 * 4**place, True, one, 1e6) for place, one in enumerate(seconds)}
    return Line("shop.count", runs)


def test_copies_have_customers_and_receipts_of_their_own_and_the_same_products():
    grown = grow_tables({"receipts": RECEIPTS, "members": MEMBERS, "months": 12}, 6)
    assert grown["receipts"]["receipt_id"].tolist() == [1, 2, 9, 10, 11, 18, 19, 20, 27]
    assert grown["receipts"]["customer_id"].dropna().tolist() == [4, 7, 12, 15, 20, 23]
    assert grown["receipts"]["product_id"].tolist() == [3, 3, 5] * 3
    assert grown["members"].index.tolist() == [4, 8, 12, 16, 20, 24]
    assert grown["members"]["referred_by"].dropna().tolist() == [4, 12, 20]
    assert grown["months"] == 12


def test_a_table_keeps_its_types_and_marks():
    marked = MEMBERS.copy()
    marked.attrs["of"] = "members"
    grown = repeat_table(marked, 2, {"customer_id": 8})
    assert (grown.attrs, grown.index.name) == ({"of": "members"}, "customer_id")
    assert (grown.dtypes == MEMBERS.dtypes).all()


@pytest.mark.parametrize(("power", "marked"), [(1.0, False), (1.1, False), (1.2, True), (2.0, True)])
def test_a_call_is_marked_by_the_slope_between_its_two_largest_sizes(power, marked):
    line = measure(9.0, 0.5, 0.5 * 4**power)
    assert measure_exponent(line, "seconds") == pytest.approx(power)
    assert ("grows faster" in report(line)) is marked


def test_of_a_call_that_takes_no_time_nothing_is_said():
    line = measure(0.0001, 0.001, 0.19)
    assert math.isnan(measure_exponent(line, "seconds"))
    assert "grows faster" not in report(line)


def test_rows_times_their_logarithm_are_expected():
    few, many = (rows * np.log(rows) for rows in (1_000, 4_000))
    assert growth.expect_exponent(measure(1, 1)) == pytest.approx(np.log(many / few) / np.log(4))


def test_tables_that_a_call_reads_are_counted():
    tables = Tables({"receipts": RECEIPTS, "members": MEMBERS})
    assert len(tables["members"]) == 2
    assert tables.asked == {"members"}


def test_a_call_reads_the_large_tables_and_what_the_tests_call_frames():
    shop = ModuleType("shop")
    shop.FRAMES, seen = {"receipts": RECEIPTS, "months": 12}, []
    shop.CALLS = {"count": (lambda t: seen.append(len(t["receipts"]) + len(shop.FRAMES["receipts"])), {})}
    small = dict(shop.FRAMES)
    run = growth.run_call(shop, "count", Tables(grow_tables(small, 6)), small)
    assert (run.rows, run.grew) == (9, True)
    assert seen == [6, 18, 18]  # once on the small tables, once for the time, once for the memory


def test_a_call_over_the_limit_is_not_tried_on_more(monkeypatch):
    asked, calls = [], SimpleNamespace(CALLS={"slow": None, "quick": None, "no customers": None})

    class Worker:
        def __init__(self, package):
            asked.append(package)

        def ask(self, name, size):
            asked.append((name, size))
            return "over 60 s" if name == "slow" else Measured(size, name == "quick", 1.0, 1.0)

        def end(self):
            asked.append("end")

    monkeypatch.setattr(growth, "_Worker", Worker)
    monkeypatch.setattr(growth.importlib, "import_module", lambda name: calls)
    lines = growth._measure_package("shop", (1, 4))
    assert asked == [
        *("shop", ("slow", 1), "end"),
        *("shop", ("quick", 1), ("no customers", 1), ("quick", 4), "end"),
    ]
    assert [(line.name, list(line.runs), line.ended) for line in lines] == [
        ("shop.slow", [], "over 60 s"),
        ("shop.quick", [1, 4], ""),
    ]
    asked.clear()
    assert [line.name for line in growth._measure_package("shop", (1,), ["mill", "shop.quick"])] == [
        "shop.quick"
    ]
    assert asked == ["shop", ("quick", 1), "end"]
    assert len(growth._measure_package("shop", (1,), ["shop"])) == 2


def test_a_steep_call_is_measured_once_more_and_the_lower_figures_count(monkeypatch):
    asked = []

    class Worker:
        def __init__(self, package):
            asked.append(package)

        def ask(self, name, size):
            asked.append((name, size))
            return Measured(1_000 * size, True, 1.0 * size, 1e6)

        def end(self):
            asked.append("end")

    monkeypatch.setattr(growth, "_Worker", Worker)
    line = measure(1.0, 3.0, 20.0)
    growth.measure_again(line)
    assert asked == ["shop", ("count", 4), ("count", 16), "end"]
    assert [run.seconds for run in line.runs.values()] == [1.0, 3.0, 16.0]


def test_the_page_lists_what_takes_longest_what_is_steep_and_what_has_no_end():
    slow, steep, lost = measure(1.0, 4.0, 15.9), measure(0.1, 0.4, 3.2), Line("shop.lost", ended="over 60 s")
    slow.name, steep.name = "shop.slow", "shop.steep"
    kept = {"cores": 2, "load": 0.5, "lines": [growth.keep_line(one) for one in (steep, slow, lost)]}
    page = growth.write_page(kept)
    assert "3 calls" in page and "0 of 2 calls take less than a second" in page
    longest, marked = page.split("## Faster")
    rows = [line for line in longest.splitlines() if line.startswith("| `")]
    assert rows[0] == "| `shop.slow` | 16,000 | 15.9 | 1.00 | – | 1.11 |"
    assert rows[1].startswith("| `shop.steep` | 16,000 | 3.2 | 1.50")
    assert "`shop.steep`" in marked and "`shop.slow`" not in marked
    assert page.endswith("- `shop.lost`: over 60 s\n")


def test_what_grows_faster_than_its_rows_says_so():
    lines = json.loads(growth.FIGURES.read_text(encoding="utf-8"))["lines"]
    silent = []
    for name in [line["name"] for line in lines if line["steep"] or line["ended"].startswith("over")]:
        package, _, call = name.partition(".")
        function = vars(importlib.import_module(f"tests.{package}.calls"))[call.partition(",")[0]]
        silent += [] if "docs/growth.md" in (function.__doc__ or "") else [name]
    assert silent == [], "say the limit in the docstring, or mend it and measure again"


def test_the_page_shows_the_figures_that_are_kept():
    kept = json.loads(growth.FIGURES.read_text(encoding="utf-8"))
    assert growth.PAGE.read_text(encoding="utf-8") == growth.write_page(kept)
