"""Keep of a lock of Pyodide what the course needs of it: names, versions and what depends on what.

npm pack pyodide
tar -xzf pyodide-*.tgz package/pyodide-lock.json
.venv/bin/python -m tests.publishing.live.excerpt package/pyodide-lock.json
"""

import json
import sys
from pathlib import Path

from crmlib.publishing.live.pyodide import KERNEL, list_needed, read_lock
from crmlib.publishing.live.wheels import list_required


def main(path: Path) -> None:
    """Write the excerpt beside this file."""
    lock = read_lock(path.parent)
    names = list_needed(lock["packages"], [*(one.name for one in list_required("crmlib")), *KERNEL])
    kept = {name: {key: lock["packages"][name][key] for key in ("version", "depends")} for name in names}
    text = json.dumps({"info": lock["info"], "packages": kept}, indent=1) + "\n"
    (Path(__file__).parent / "excerpt.json").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
