"""A chapter needs the core and nothing of the lab: each runs where no package of the lab can be imported."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[2]
# Packages of the lab that are imported under another name; Pygments comes with IPython and stays.
IMPORTED_AS = {"pyzmq": "zmq", "jupyter-client": "jupyter_client", "jupyterlab-rise": "jupyterlab_rise"}
BLOCK = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {lab!r}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)
sys.meta_path.insert(0, Absent())
"""


def list_lab() -> list[str]:
    """Return what the extra lab brings, by the names under which it is imported."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    names = [re.match(r"[a-z0-9-]+", line)[0] for line in project["optional-dependencies"]["lab"]]
    return [IMPORTED_AS.get(name, name) for name in names if name != "pygments"]


def run_without_lab(code: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run code in an interpreter that has no package of the lab."""
    command = [sys.executable, "-c", BLOCK.format(lab=list_lab()) + code, *arguments]
    return subprocess.run(command, capture_output=True, encoding="utf-8", cwd=ROOT, check=False)


def read_code(folder: str) -> list[str]:
    """Return the code cells of all notebooks of a folder."""
    notebooks = [nbformat.read(path, 4) for path in sorted((ROOT / folder).glob("*.ipynb"))]
    return [cell.source for notebook in notebooks for cell in notebook.cells if cell.cell_type == "code"]


def test_whatever_a_chapter_or_an_exercise_imports_is_there_without_the_lab():
    lines = {
        ast.unparse(node)
        for code in [*read_code("notebooks"), *read_code("exercises")]
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert len(lines) > 100
    done = run_without_lab(
        "import json; exec('\\n'.join(json.loads(sys.argv[1])))", json.dumps(sorted(lines))
    )
    assert done.returncode == 0, done.stderr


def test_the_first_chapter_runs_without_the_lab():
    cells = [
        cell.source
        for cell in nbformat.read(ROOT / "notebooks" / "00_start_here.ipynb", 4).cells
        if cell.cell_type == "code"
    ]
    code = """
import json
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
for cell in json.loads(sys.argv[1]):
    shell.run_cell(cell).raise_error()
"""
    done = run_without_lab(code, json.dumps(cells))
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr


def test_commands_without_the_lab_say_what_brings_them():
    done = run_without_lab("import crmlib.cli")
    assert done.returncode == 1
    assert done.stderr.strip() == (
        "The commands come with the lab: pip install 'crmlib[lab]', or 'make lab'."
    )
