"""The command crm import: it shows what it takes for what, asks, and tells what it did."""

import pytest

from crmlib import cli
from crmlib.datasets.loaders import load_firm
from crmlib.imports import personal
from tests.imports.exports import write_export


def test_without_a_keyboard_nothing_is_taken_for_granted(tmp_path, capsys):
    path, _ = write_export(tmp_path, "till.csv")
    with pytest.raises(SystemExit, match="Add --yes to take this proposal, or --columns"):
        cli.run_subcommand("import", [str(path), "--out", str(tmp_path / "firm")])
    assert "purchased_at = 销售时间:  2023/" in capsys.readouterr().out
    assert not (tmp_path / "firm").exists()


def test_a_no_leaves_a_proposal_to_be_changed(tmp_path, monkeypatch):
    path, _ = write_export(tmp_path, "till.csv")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("crmlib.imports.command.sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("crmlib.imports.command.typer.confirm", lambda *words, default: False)
    with pytest.raises(SystemExit, match="nothing was imported"):
        cli.run_subcommand("import", [str(path), "--out", "firm"])
    with pytest.raises(SystemExit) as stopped:
        cli.run_subcommand("import", [str(path), "--out", "firm", "--columns", "columns.yaml"])
    assert stopped.value.code == 0 and len(load_firm("firm").receipts) == 1200


def test_the_key_is_made_once_and_kept_for_the_owner_alone(tmp_path):
    key = personal.find_key(tmp_path / "new")
    assert personal.find_key(tmp_path / "new") == key and len(key) == 32
    assert personal.find_key(tmp_path / "other") != key
