"""The command crm: quick to answer, plain when something is wrong."""

import os
import subprocess
import sys

import pytest
from typer.testing import CliRunner

from crmlib import cli


def run_python(code: str) -> str:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_help_lists_every_subcommand():
    shown = CliRunner().invoke(cli.app, ["--help"])
    assert shown.exit_code == 0
    assert [name for name in cli.SUBCOMMANDS if name not in shown.output] == []


def test_help_loads_no_table_and_no_chart_library():
    code = """
import sys, crmlib.cli
try:
    crmlib.cli.app(["--help"])
except SystemExit:
    pass
print([name for name in ("numpy", "pandas", "matplotlib", "jupyterlab", "nbformat") if name in sys.modules])
"""
    assert run_python(code).strip().splitlines()[-1] == "[]"


@pytest.mark.parametrize("encoding", ["cp1252", "cp936"])
def test_chinese_reaches_a_pipe_whose_own_encoding_lacks_it(encoding):
    command = [sys.executable, "-m", "crmlib.cli", "lecture", "plan", "7", "--minutes", "75"]
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    shown = subprocess.run(command, capture_output=True, env=environment, check=True).stdout.decode("utf-8")
    assert "客户价值" in shown


@pytest.mark.parametrize("name", cli.SUBCOMMANDS)
def test_subcommand_explains_itself(name, capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.run_subcommand(name, ["--help"])
    assert stopped.value.code == 0
    assert f"crm {name}" in capsys.readouterr().out


def test_unknown_option_stops_a_subcommand(capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.run_subcommand("cards", ["--colour", "red"])
    assert stopped.value.code == 2
    assert "--colour" in capsys.readouterr().err


def test_subcommand_that_cannot_load_says_why_and_what_to_do(monkeypatch):
    monkeypatch.setitem(cli.SUBCOMMANDS, "cards", cli.Subcommand("crmlib.no_such_module", "Nothing."))
    with pytest.raises(
        SystemExit, match=r"crm cards cannot start: crmlib.no_such_module failed to load"
    ) as stopped:
        cli.run_subcommand("cards", [])
    assert "'make lab' prepares it" in str(stopped.value)


def test_refused_input_is_told_in_the_librarys_own_words():
    with pytest.raises(SystemExit, match="crm data: --seed is -1, expected a whole number from 0"):
        cli.run_subcommand("data", ["--seed", "-1"])


def test_a_place_that_cannot_be_written_to_is_named_without_a_traceback(tmp_path):
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    with pytest.raises(SystemExit, match=r"crm content: .*file"):
        cli.run_subcommand("content", ["--schema", str(tmp_path / "file" / "below")])


@pytest.mark.parametrize("port", ["-1", "0", "99999999"])
def test_a_port_that_cannot_be_listened_on_starts_no_server(port, capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.run_subcommand("lab", ["--port", port])
    assert stopped.value.code == 2
    assert "Invalid value for '--port'" in capsys.readouterr().err


def test_a_notebook_without_a_name_starts_no_server(tmp_path, monkeypatch):
    monkeypatch.setattr("crmlib.lab.prepare_work", lambda course: [])
    monkeypatch.setattr("crmlib.lab.own_folder", lambda: tmp_path)
    monkeypatch.setattr("jupyterlab.labapp.main", lambda options: None)
    with pytest.raises(SystemExit, match=r"crm lab: There is no notebook ''\. In notebooks: "):
        cli.run_subcommand("lab", [""])
