"""The command `crm data`: where a firm goes, what is refused, and what is not rebuilt."""

from dataclasses import replace

import pytest

from crmlib.simulation.command import (
    choose_folder,
    choose_world,
    data,
    holds_world,
    name_variant,
    rebuild,
    show_progress,
)
from crmlib.simulation.parameters import list_parameters
from crmlib.simulation.world.worlds import World
from crmlib.simulation.writing.export import write_firm
from crmlib.tables.dictionary import DATASETS
from tests.simulation.writing.small_firm import make_firm


@pytest.fixture
def quick(monkeypatch):
    """The command with a firm of a few rows in place of the simulated one."""

    def simulate_quickly(world, *, progress):
        progress(1.0, "simulated")
        return replace(make_firm(), parameters=tuple(list_parameters(world)))

    monkeypatch.setattr("crmlib.simulation.command.simulate", simulate_quickly)


def test_the_default_firm_belongs_into_datasets_and_any_other_beside_it():
    assert choose_folder(World(), "default", None) == DATASETS
    assert choose_folder(World(seed=7), "default", None) == DATASETS / "variants" / "seed-7"
    changed = World.named("competitive")
    assert choose_folder(changed, "competitive", None) == DATASETS / "variants" / "competitive"
    assert name_variant(replace(changed, members=50), "competitive") == "competitive-members-50"


def test_another_firm_does_not_take_the_place_of_the_committed_one_silently():
    with pytest.raises(ValueError, match=r"course's own firm.*Leave out --folder, or add --overwrite"):
        choose_folder(World(seed=7), "default", DATASETS)
    assert choose_folder(World(seed=7), "default", DATASETS, overwrite=True) == DATASETS


@pytest.mark.parametrize(
    ("name", "wrong", "message"),
    [
        ("default", {"seed": -1}, "--seed is -1, expected a whole number from 0"),
        ("monopole", {}, "Did you mean 'monopoly'"),
        ("default", {"members": 0}, "members and months must be at least 1, found 0"),
    ],
)
def test_wrong_options_are_refused_with_what_is_expected(name, wrong, message):
    with pytest.raises(ValueError, match=message):
        choose_world(name, **({"seed": None, "members": None} | wrong))


def test_a_firm_too_large_for_memory_asks_for_parts(tmp_path):
    with pytest.raises(ValueError, match=r"1,000,000 members at once.*--chunked"):
        rebuild(World(members=1_000_000), tmp_path)
    assert not list(tmp_path.iterdir())


def test_holding_a_world_means_every_number_and_every_file(tmp_path, quick):
    world = World()
    assert not holds_world(tmp_path, world)
    rebuild(world, tmp_path)
    assert holds_world(tmp_path, world)
    assert not holds_world(tmp_path, replace(world, seed=1))
    (tmp_path / "members.parquet").write_bytes(b"")
    assert not holds_world(tmp_path, world)


def test_copies_of_a_firm_that_is_there_need_no_rebuild(tmp_path, monkeypatch, capsys, quick):
    data(folder=tmp_path)
    monkeypatch.setattr("crmlib.simulation.command.rebuild", lambda *_, **__: pytest.fail("rebuilt"))
    data(folder=tmp_path, copies="csv", language="zh")
    assert (tmp_path / "copies" / "csv" / "members.csv").exists()
    assert f"The copies are in {tmp_path / 'copies' / 'csv'}." in capsys.readouterr().out


def test_check_ends_with_code_1_and_names_the_changed_file(tmp_path, capsys):
    folder = tmp_path / "firm"
    write_firm(make_firm(), folder)
    data(folder=folder, check=True)
    assert "as they were generated" in capsys.readouterr().out
    (folder / "members.parquet").write_bytes(b"")
    with pytest.raises(SystemExit) as caught:
        data(folder=folder, check=True)
    assert caught.value.code == 1
    assert "members.parquet was changed" in capsys.readouterr().out


def test_progress_without_a_terminal_is_a_line_for_each_tenth(capsys):
    with show_progress() as progress:
        for step in range(101):
            progress(step / 100, "working")
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 11
    assert lines[0] == "  0 % working"
    assert lines[-1] == "100 % working"
