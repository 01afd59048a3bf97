"""The simulated firms look and work like real ones: targets hold over several seeds, and the page says so."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from crmlib.simulation import simulate
from crmlib.simulation.realism.behaviour import complainers_stay
from crmlib.simulation.realism.causes import write_causal_diagram
from crmlib.simulation.realism.report import NOT_SIMULATED, _summarise, _tabulate, judge_targets
from crmlib.simulation.realism.targets import CAUSE, SHAPE, TARGETS, measure_targets
from crmlib.simulation.realism.view import View
from crmlib.simulation.retail.simulate import simulate_retail
from crmlib.simulation.world.worlds import World

SEEDS = (World().seed, 1, 2)
ALLOWANCE = 0.15  # of the width between the limits: three firms of 8,000 members are a sample too


@pytest.fixture(scope="module")
def measured() -> pd.DataFrame:
    """Every target on the default firm and two others: index target, one column a seed."""
    columns = [
        measure_targets(simulate(replace(World(), seed=seed))).set_index("target")["value"] for seed in SEEDS
    ]
    return pd.concat(columns, axis=1, keys=SEEDS)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_the_mean_of_several_firms_meets_the_target_or_the_miss_is_explained(
    target, measured: pd.DataFrame
) -> None:
    mean = measured.loc[target.name].mean()
    give = ALLOWANCE * (target.high - target.low)
    assert target.low - give <= mean <= target.high + give or target.miss


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.name)
def test_the_course_firm_meets_the_target_or_the_miss_is_explained(target, measured: pd.DataFrame) -> None:
    assert target.low <= measured.loc[target.name, World().seed] <= target.high or target.miss


def test_every_target_has_limits_and_evidence_and_a_name_of_its_own() -> None:
    assert len({target.name for target in TARGETS}) == len(TARGETS)
    assert all(target.low < target.high and target.evidence for target in TARGETS)
    assert {target.section for target in TARGETS} == {SHAPE, CAUSE}


def test_targets_of_the_wholesaler_are_left_out_where_there_is_none() -> None:
    osmanthus = measure_targets(simulate_retail(World(members=800)))
    assert len(osmanthus) == sum(target.table == "receipts" for target in TARGETS) == len(TARGETS) - 1
    assert list(osmanthus.columns) == ["target", "low", "high", "value", "within", "evidence", "section"]


def test_the_recovery_paradox_is_made_by_selection() -> None:
    """Complainers stay longer than others, but only where closeness to the firm decides who complains."""
    apart: dict[str, list[float]] = {name: [] for name in ("default", "no_selection")}
    for name, differences in apart.items():
        for seed in (1, 2):
            firm = simulate_retail(replace(World.named(name), seed=seed, members=16_000))
            differences.append(complainers_stay(View(firm)))
    assert sum(apart["default"]) / 2 > 1 and sum(apart["no_selection"]) / 2 < -1


# The page


@pytest.fixture
def perfect() -> pd.DataFrame:
    """Values in the middle of all limits for the seeds 1, 2 and 3."""
    middle = {target.name: (target.low + target.high) / 2 for target in TARGETS}
    return pd.DataFrame(dict.fromkeys((1, 2, 3), middle))


def test_a_miss_without_explanation_stops_the_report(perfect: pd.DataFrame) -> None:
    perfect.loc["lines on a receipt"] = 9.0
    with pytest.raises(
        ValueError, match=r"'lines on a receipt' is missed \(9.000.*limits 2.5 to 3.5\).*Target.miss"
    ):
        judge_targets(perfect, 1)


def test_a_miss_of_one_seed_is_explained_by_chance(perfect: pd.DataFrame) -> None:
    perfect.loc["lines on a receipt", 2] = 3.7
    judged = judge_targets(perfect, 1).set_index("target").loc["lines on a receipt"]
    assert judged["verdict"] == "met" and judged["inside"] == 0.5
    assert judged["explanation"].startswith("Chance: the mean of the seeds")


def test_a_miss_of_the_course_firm_is_reported_as_missed(perfect: pd.DataFrame) -> None:
    perfect.loc["lines on a receipt", 1] = 3.7
    judged = judge_targets(perfect, 1)
    assert judged.set_index("target").loc["lines on a receipt", "verdict"] == "missed"
    assert f"{len(TARGETS) - 1} of {len(TARGETS)} targets are met" in _summarise(judged, 2)
    assert "| lines on a receipt | 2.5 to 3.5 | 3.7 |" in _tabulate(judged)


def test_the_page_shows_the_values_of_the_course_firm(root: Path, measured: pd.DataFrame) -> None:
    page = (root / "docs" / "realism.md").read_text(encoding="utf-8")
    for target in TARGETS:
        value = measured.loc[target.name, World().seed]
        assert f"| {target.name} | {target.low:g} to {target.high:g} | {value:.3g} |" in page, (
            f"docs/realism.md is out of date at {target.name!r}. Repair: python -m crmlib.simulation.realism.report"
        )
    assert "of 20 other" in page or "20 other firms" in page
    assert all(name in page for name in NOT_SIMULATED)


def test_the_causal_diagram_is_up_to_date(root: Path, tmp_path: Path) -> None:
    write_causal_diagram(tmp_path / "causal_diagram.md")
    written = (tmp_path / "causal_diagram.md").read_text(encoding="utf-8")
    assert written == (root / "docs" / "causal_diagram.md").read_text(encoding="utf-8"), (
        "docs/causal_diagram.md is out of date. Repair: python -m crmlib.simulation.realism.report"
    )
