"""The benchmarks measure what they say; the figures themselves are not tested."""

import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from bench import course, firm, one_by_one
from bench.clock import Clock, Seconds
from crmlib.charts.interactive import Choice, Slider

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def drawn():
    return one_by_one.draw_receipts(400)


def test_plain_python_draws_as_many_receipts_as_asked_with_lines_and_points(drawn):
    assert len(drawn["receipts"]) == len(drawn["points"]) == 400
    assert set(drawn["receipt_lines"]["receipt_id"]) == set(drawn["receipts"]["receipt_id"])
    assert drawn["receipts"]["purchased_at"].is_monotonic_increasing
    assert drawn["receipts"]["customer_id"].nunique() > 20


def test_plain_python_obeys_the_law_of_amounts(drawn):
    lines = (
        drawn["receipt_lines"]
        .eval("quantity * unit_price_cny")
        .groupby(drawn["receipt_lines"]["receipt_id"])
        .sum()
    )
    receipts = drawn["receipts"].set_index("receipt_id")
    difference = receipts["amount_cny"] + receipts["discount_cny"] - lines
    assert difference.abs().max() < 0.011


def test_plain_python_gives_the_same_receipts_for_the_same_seed(drawn):
    pd.testing.assert_frame_equal(drawn["receipts"], one_by_one.draw_receipts(400)["receipts"])


def test_append_is_given_back_and_taken_away_again():
    assert not hasattr(pd.DataFrame, "append")
    with one_by_one.frames_with_append():
        assert len(pd.DataFrame({"a": [1]}).append(pd.DataFrame({"a": [2]}))) == 2
    assert not hasattr(pd.DataFrame, "append")


def test_clock_starts_again_after_a_reading():
    clock = Clock()
    sum(range(200_000))
    first, second = clock.read(), clock.read()
    assert first.wall > second.wall >= 0
    assert first.cpu >= 0


def test_seconds_show_both_times():
    assert str(Seconds(2.04, 1.0)) == "2.0 s (1.0 of processor)"


def test_memory_that_is_not_measured_is_said_so():
    assert firm.show_memory(None) == "memory not measured on this system"
    assert firm.show_memory(1.234) == "1.23 GB at most"


def test_peak_memory_is_in_gigabytes():
    peak = firm.read_peak_memory()
    assert peak is None or 0.02 < peak < 64


def test_a_size_is_measured_in_a_process_of_its_own():
    found = firm.run_apart("size", 1)
    assert found["receipts"] >= 1
    assert len(found["simulated"]) == 2


def test_a_slider_is_dragged_from_end_to_end_on_its_steps():
    assert course.list_positions(Slider("rivals", 0, 4, 1, 1))[::11] == [0, 4]
    assert set(course.list_positions(Slider("rivals", 0, 4, 1, 1))) == {0, 1, 2, 3, 4}
    assert course.list_positions(Choice("zone", ("low", "high"), "low")) == ["low", "high"]


def test_importing_a_library_takes_some_time():
    assert course.time_import("json", rounds=1).wall >= 0


def test_the_command_lists_its_groups():
    done = subprocess.run(
        [sys.executable, "-m", "bench", "--help"], capture_output=True, text=True, check=True, cwd=ROOT,
        env={**os.environ, "COLUMNS": "100"},
    )  # fmt: skip
    for word in ("--million", "firm", "others", "course", "purchases"):
        assert word in done.stdout
