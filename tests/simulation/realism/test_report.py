"""The report: what is met, what is missed, and that nothing is missed without an explanation."""

import pandas as pd
import pytest

from crmlib.ground.files import COURSE
from crmlib.simulation.realism import report
from crmlib.simulation.realism.persistence import GROUPS
from crmlib.simulation.realism.report import NOT_SIMULATED, judge_targets, write_realism_report
from crmlib.simulation.realism.targets import TARGETS
from crmlib.simulation.world.worlds import World

SEED = World().seed
LINES = "lines on a receipt"  # limits: 2.5 to 3.5

APART = pd.DataFrame(
    {
        "buyers": 100.0,
        "share": [0.6, 0.55, 0.5, 0.56, 0.5, 0.5],
        "next": [0.4, 0.5, 0.48, 0.42, 0.45, 0.45],
        "kept": [0.667, 0.909, 0.96, 0.75, 0.9, 0.9],
        "again": [0.61, 0.59, 0.7, 0.57, 0.6, 0.6],
    },
    index=[f"{period}, {who}" for period in ("years", "half-years") for who in GROUPS],
)


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
        monkeypatch.setattr(report, "_take_course_firm_apart", lambda world: APART)
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


def test_the_page_tells_how_much_of_the_fall_is_growth(write_page):
    page = " ".join(write_page().split())
    assert "| years, all buyers | 100 | 0.6 | 0.4 | 0.667 | 0.61 |" in page
    assert "60% of its sales and 40% of the next year's. Of these 20 points 15 are growth" in page
    assert "keep 0.75 of their share (panel: .73), and 57% of them are there again" in page
    assert "of those who stayed both years, 70% are there again, not 59%" in page


def test_the_page_of_the_course_was_measured_on_20_other_firms():
    page = (COURSE / "docs" / "realism.md").read_text(encoding="utf-8")
    assert "on 20 other firms" in page
    assert all(name in page for name in NOT_SIMULATED)
