"""Start one user's JupyterLab on the shared course, as `crm lab` starts it for a single reader.

The hub calls this as that user. The course is only read; the user's copy of the pages, the answers and the
settings lie in the folder `course` of the user's home.
"""

import os
import sys
from pathlib import Path

COURSE = Path(__file__).resolve().parents[2]
# A kernel that nobody has used for this long is ended, open or not; its notebook stays.
KERNEL_SECONDS = 3600
OPTIONS = [
    f"--MappingKernelManager.cull_idle_timeout={KERNEL_SECONDS}",
    "--MappingKernelManager.cull_interval=300",
    "--MappingKernelManager.cull_connected=True",
    "--KernelManager.transport_encryption=auto",
    "--ServerApp.terminals_enabled=False",
]


def main(words: list[str]) -> None:
    """Prepare the user's copy, then become the server that the hub asked for."""
    own = Path.home() / "course"
    os.environ.update(CRM_HOME=str(own), PYTHONPATH=str(COURSE))
    sys.path.insert(0, str(COURSE))
    from crmlib.lab import find_address, find_last, isolate_settings, list_extensions
    from crmlib.publishing.working_copy import WORK, prepare_work

    own.mkdir(mode=0o700, exist_ok=True)
    for page in prepare_work(COURSE):
        print(f"{page} has changed in the course; the user's is edited and stays.", flush=True)
    os.environ.update(isolate_settings(COURSE, own))
    os.environ.setdefault("JUPYTERHUB_DEFAULT_URL", find_address(find_last(own)))
    options = [f"--ServerApp.root_dir={own / WORK}", *list_extensions(COURSE), *OPTIONS, *words]
    os.execv(sys.executable, [sys.executable, "-m", "jupyterhub.singleuser", *options])


if __name__ == "__main__":
    main(sys.argv[1:])
