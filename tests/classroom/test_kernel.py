"""An open chapter prepares its kernel: blanks are seen, and commands run in a cell."""

import subprocess

from IPython.core.interactiveshell import InteractiveShell

from crmlib.classroom import kernel
from crmlib.ground.files import COURSE


def test_a_command_runs_in_a_cell_as_it_does_in_a_terminal(capsys):
    shell = InteractiveShell()
    kernel.load_ipython_extension(shell)
    assert shell.run_cell("%crm content 04").success
    said = capsys.readouterr().out
    assert "04_satisfaction_and_loyalty: no problem found" in said


def test_a_command_runs_in_the_folder_of_the_course_and_its_errors_are_shown(monkeypatch, capsys):
    asked = []

    def run(command, **options):
        asked.append((command[1:], options["cwd"]))
        return subprocess.CompletedProcess(command, 1, "wrote\n", "no such exam\n")

    monkeypatch.setattr(subprocess, "run", run)
    kernel.run_command('exam 04 --folder "my exams"')
    assert asked == [(["-m", "crmlib.cli", "exam", "04", "--folder", "my exams"], COURSE)]
    assert capsys.readouterr().out == "wrote\nno such exam\n"
    kernel.run_command("")
    assert asked[-1][0][-1] == "--help"


def test_jupyterlab_is_not_started_from_within(monkeypatch, capsys):
    monkeypatch.setattr(subprocess, "run", lambda *args, **options: 1 / 0)
    kernel.run_command("lab 03")
    assert "is open already" in capsys.readouterr().out


def test_a_web_page_says_that_it_cannot_run_commands(monkeypatch, capsys):
    monkeypatch.setattr(subprocess, "run", lambda *args, **options: 1 / 0)
    monkeypatch.setattr(kernel.sys, "platform", "emscripten")
    kernel.run_command("exam 04")
    assert capsys.readouterr().out == (
        "A web page cannot run commands. Open the course on a computer: make lab.\n"
    )


def test_a_cell_of_a_prepared_kernel_names_its_blanks(capsys):
    shell = InteractiveShell()
    kernel.load_ipython_extension(shell)
    kernel.load_ipython_extension(shell)
    assert shell.run_cell("share = ... + 1").success
    assert capsys.readouterr().out.count("Still to fill in: **share**") == 1
