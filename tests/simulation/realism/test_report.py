"""The report: what is met, what is missed, and that nothing is missed without an explanation."""

import pandas as pd
import pytest

from crmlib.ground.files import COURSE
from crmlib.simulation.realism import report
from crmlib.simulation.realism.report import NOT_SIMULATED, judge_targets, write_realism_report
from crmlib.simulation.realism.targets import TARGETS
from crmlib.simulation.world.worlds import World

SEED = World().seed
LINES = "lines on a receipt"  # limits: 2.5 to 3.5


@pytest.fixture
def values():
    """Values in the middle of all limits for the course's seed and the seeds 1 and 2."""
    middle = {target.name: (target.low + target.high) / 2 for target in TARGETS}
    return pd.DataFrame(dict.fromkeys((SEED, 1, 2), middle))


@pytest.fixture
def write_page(values, tmp_path, monkeypatch):
    """A function that writes the page of these values and returns its text."""

    def write():
        monkeypatch.setattr(report, "_measure_over_seeds", lambda world, seeds, *, workers: values[seeds])
        write_realism_report(tmp_path / "realism.md", seeds=2)
        return (tmp_path / "realism.md").read_text(encoding="utf-8")

    return write


def test_a_miss_without_explanation_stops_the_report_before_anything_is_written(values, write_page, tmp_path):
    values.loc[LINES] = 9.0
    with pytest.raises(
        ValueError, match=rf"'{LINES}' is missed \(9\.000.*limits 2\.5 to 3\.5\).*Target\.miss"
    ):
        write_page()
    assert list(tmp_path.iterdir()) == []


def test_a_miss_of_one_seed_is_explained_by_chance(values):
    values.loc[LINES, 2] = 3.7
    judged = judge_targets(values, SEED).set_index("target").loc[LINES]
    assert judged["verdict"] == "met" and judged["inside"] == 0.5
    assert judged["explanation"].startswith("Chance: the mean of the seeds")


def test_a_miss_of_the_course_firm_is_reported_as_missed(values, write_page):
    values.loc[LINES, SEED] = 3.7
    page = write_page()
    assert f"**{len(TARGETS) - 1} of {len(TARGETS)} targets are met**" in page
    assert f"| {LINES} | 2.5 to 3.5 | 3.7 | 3 to 3 | 100% | missed |" in page
    assert f"- **{LINES}** (missed). Chance: the mean of the seeds, 3," in page


def test_the_page_says_how_many_firms_were_measured_and_what_is_not_simulated(write_page):
    page = write_page()
    assert f"firm (seed {SEED}) and on 2 other firms from the same numbers (seeds 1 to\n2)" in page
    assert all(f"- **{name}.**" in page for name in NOT_SIMULATED)


def test_the_page_of_the_course_was_measured_on_20_other_firms():
    page = (COURSE / "docs" / "realism.md").read_text(encoding="utf-8")
    assert "on 20 other firms" in page
    assert all(name in page for name in NOT_SIMULATED)
