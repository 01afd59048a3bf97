"""A hub on this machine for the tests: the course in a folder that users may only read, accounts, one door.

It makes accounts, so it needs root, and removes them in the end.
"""

import contextlib
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page

from deploy.jupyterhub.accounts import name_account
from tests.browser import copy_course

ROOT = Path(__file__).resolve().parents[2]
# A busy machine takes long to start a hub; what is slow is no fault.
SECONDS = 180
SETTINGS = """
load_subconfig({config!r})
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_bind_url = "http://127.0.0.1:{hub_port}"
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_port}"
c.JupyterHub.authenticator_class = "dummy"
c.JupyterHub.template_paths = []
c.Spawner.cmd = [{python!r}, {start!r}]
c.Spawner.environment = {{"LD_LIBRARY_PATH": {library!r}}}
c.CourseSpawner.homes = {homes!r}
c.JupyterHub.services[0]["command"].append("--cull-every={cull_every}")
"""


@dataclass
class Hub:
    """The hub of `deploy/jupyterhub/`, where only the ways in are replaced: any name, without a password."""

    idle_seconds: int = 3600
    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="crm-hub-")))
    accounts: set[str] = field(default_factory=set)

    def __enter__(self) -> "Hub":
        self.folder.chmod(0o755)
        self.course = copy_course(ROOT, self.folder / "course")
        shutil.copytree(ROOT / "deploy", self.course / "deploy", symlinks=True)
        (self.course / "docs").mkdir()
        python = make_readable(self.folder / "python")
        ports = find_ports(3)
        self.base = f"http://127.0.0.1:{ports[0]}"
        here = self.course / "deploy" / "jupyterhub"
        settings = self.folder / "settings.py"
        text = SETTINGS.format(
            config=str(here / "jupyterhub_config.py"),
            port=ports[0],
            hub_port=ports[1],
            proxy_port=ports[2],
            python=str(python),
            start=str(here / "start.py"),
            library=str(self.folder / "python" / "base" / "lib"),
            homes=str(self.folder / "homes"),
            cull_every=max(2, self.idle_seconds // 4),
        )
        settings.write_text(text, encoding="utf-8")
        self.printed = self.folder / "printed.txt"
        environment = {
            key: value for key, value in os.environ.items() if not key.startswith(("JUPYTER", "CRM"))
        }
        environment |= {
            "CRM_HUB_STATE": str(self.folder / "state"),
            "CRM_HUB_IDLE_SECONDS": str(self.idle_seconds),
            "PYTHONPATH": str(self.course),
        }
        with self.printed.open("w") as printed:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "jupyterhub", "-f", str(settings)],
                cwd=self.folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._wait()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        for account in self.accounts:
            self._end_processes(account)
            subprocess.run(["userdel", "--force", account], capture_output=True, check=False)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _end_processes(self, account: str) -> None:
        """End what an account still runs, and give it a moment: an account in use is hard to remove."""
        ends = time.monotonic() + 10
        while (pids := self.processes_of(account)) and time.monotonic() < ends:
            for pid in pids:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.1)

    def _wait(self) -> None:
        ends = time.monotonic() + SECONDS
        while time.monotonic() < ends and self.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{self.base}/hub/health", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
        raise AssertionError(f"The hub did not start:\n{self.printed.read_text(encoding='utf-8')[-3000:]}")

    def log_in(self, page: Page, user: str) -> None:
        """Log in on the hub's page; the user's server starts and JupyterLab opens."""
        self.require_own(name_account(user))
        self.accounts.add(name_account(user))
        page.goto(f"{self.base}/hub/login")
        page.fill("#username_input", user)
        page.fill("#password_input", "any")
        page.click("#login_submit")
        page.wait_for_selector(".jp-NotebookPanel .jp-Cell", timeout=SECONDS * 1000)

    def require_own(self, account: str) -> None:
        """Stop if an account is there already that this hub has not made: its home is elsewhere."""
        try:
            home = Path(pwd.getpwnam(account).pw_dir)
        except KeyError:
            return
        if not home.is_relative_to(self.folder):
            raise AssertionError(
                f"The account {account} is there already, at home in {home}. If no other run of these tests "
                f"is under way, a stopped one has left it behind: userdel {account}"
            )

    def address(self, user: str, view: str, notebook: str) -> str:
        """Return the address of a user's notebook in a view: ``lab/tree`` or ``rise``."""
        return f"{self.base}/user/{user}/{view}/{notebook}"

    def home(self, account: str) -> Path:
        """Return the home of an account."""
        return Path(pwd.getpwnam(account).pw_dir)

    def processes_of(self, account: str) -> list[int]:
        """Return the processes of an account."""
        number = pwd.getpwnam(account).pw_uid
        pids = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
        return [pid for pid in pids if owner(pid) == number]

    def measure(self, account: str) -> dict[str, object]:
        """Return the memory of an account's processes in MB, what they share shared out, and CPU seconds."""
        pids = self.processes_of(account)
        ticks = os.sysconf("SC_CLK_TCK")
        shares = [round(read_share(pid) / 1_000) for pid in pids]
        return {
            "each_mb": shares,
            "memory_mb": sum(shares),
            "cpu_seconds": round(sum(map(read_ticks, pids)) / ticks, 1),
        }


def owner(pid: int) -> int:
    """Return whose process it is, -1 if it has gone."""
    try:
        return Path(f"/proc/{pid}").stat().st_uid
    except OSError:
        return -1


def read_share(pid: int) -> int:
    """Return the proportional share of memory in kB."""
    try:
        text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")), 0)


def read_ticks(pid: int) -> int:
    """Return the time at the processor, in ticks."""
    try:
        words = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rsplit(")", 1)[1].split()
    except OSError:
        return 0
    return int(words[11]) + int(words[12])


def find_ports(count: int) -> list[int]:
    """Return ports of this machine that are free."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def make_readable(folder: Path) -> Path:
    """Return a Python with this environment's packages that every user may run.

    An environment often rests on a Python in somebody's home; then that Python is copied.
    """
    base = Path(sys.base_prefix).resolve()
    if all(parent.stat().st_mode & 0o005 == 0o005 for parent in [base, *base.parents]):
        return Path(sys.executable)
    copy, environment = folder / "base", folder / "environment"
    leave_out = shutil.ignore_patterns("__pycache__", "site-packages", "test", "idlelib", "*.a")
    shutil.copytree(base, copy, symlinks=True, ignore=leave_out)
    (environment / "bin").mkdir(parents=True)
    program = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    (environment / "bin" / "python").symlink_to(copy / "bin" / program)
    (environment / "pyvenv.cfg").write_text(f"home = {copy / 'bin'}\ninclude-system-site-packages = false\n")
    for name in ("lib", "share", "etc"):
        (environment / name).symlink_to(Path(sys.prefix) / name)
    return environment / "bin" / "python"


def keep(name: str, figures: dict[str, object]) -> None:
    """Keep what was measured, in build/hub.json."""
    path = ROOT / "build" / "hub.json"
    path.parent.mkdir(exist_ok=True)
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    path.write_text(json.dumps(known | {name: figures}, indent=1) + "\n")
