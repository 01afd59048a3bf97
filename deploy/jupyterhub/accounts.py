"""A user of the hub is an account of the machine, so that the system itself keeps users apart."""

import hashlib
import os
import pwd
import re
import resource
import subprocess
from collections.abc import Callable

from jupyterhub.spawner import LocalProcessSpawner, set_user_setuid
from traitlets import Int, Unicode

PREFIX = "crm-"


def name_account(user: str) -> str:
    """Return the account of a user: of allowed letters, never one that the machine already has.

    The second part is a hash, long enough that nobody finds a second name with the same account.

    >>> name_account("Li.Na@example.org")
    'crm-linaexa-4e9cd3c3b37e9dbbf864'
    """
    readable = re.sub(r"[^a-z0-9]", "", user.lower())[:7]
    return f"{PREFIX}{readable}-{hashlib.sha256(user.encode()).hexdigest()[:20]}"


class CourseSpawner(LocalProcessSpawner):
    """Starts each user's server under an account of its own, which is made at the first login."""

    homes = Unicode("/srv/crm/homes", config=True, help="The folder in which the users' homes lie.")
    processes = Int(256, config=True, help="How many processes and threads an account may have.")

    @property
    def account(self) -> str:
        return name_account(self.user.name)

    def make_preexec_fn(self, name: str) -> Callable[[], None]:
        become = set_user_setuid(self.account)
        bounds = {resource.RLIMIT_NPROC: self.processes, resource.RLIMIT_CORE: 0}
        if self.mem_limit:
            bounds[resource.RLIMIT_DATA] = int(self.mem_limit)

        def begin() -> None:
            for kind, most in bounds.items():
                resource.setrlimit(kind, (most, most))
            os.umask(0o077)
            become()

        return begin

    def user_env(self, env: dict[str, str]) -> dict[str, str]:
        entry = pwd.getpwnam(self.account)
        return {**env, "USER": self.account, "HOME": entry.pw_dir, "SHELL": entry.pw_shell}

    async def start(self) -> tuple[str, int]:
        make_account(self.account, self.homes)
        return await super().start()


def make_account(account: str, homes: str) -> None:
    """Make an account, with a home that only it may enter; one that is there is left as it is."""
    try:
        pwd.getpwnam(account)
        return
    except KeyError:
        pass
    os.makedirs(homes, mode=0o755, exist_ok=True)
    home = os.path.join(homes, account)
    words = ["useradd", "--user-group", "--create-home", "--skel", "/nonexistent", "--home-dir", home]
    subprocess.run([*words, "--shell", "/usr/sbin/nologin", account], check=True, capture_output=True)
    os.chmod(home, 0o700)
