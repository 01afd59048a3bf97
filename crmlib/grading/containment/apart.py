"""Starting a submission's program apart from the terminal; every tier starts its own this way."""

import subprocess
from collections.abc import Mapping, Sequence

# Of Windows, where there are no sessions.
GROUP_OF_ITS_OWN: int = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)


def start_apart(
    command: Sequence[str], *, folder: str, environment: Mapping[str, str], handles: Sequence[int] = ()
) -> "subprocess.Popen[bytes]":
    """Start a program that hears the job, tells answers, and does not hear Ctrl-C.

    Ctrl-C in the terminal is meant for who grades. It must not reach a submission, whose marks would suffer:
    a session of its own keeps it away, on Windows a group. `handles` are open files that the program gets.
    """
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        creationflags=GROUP_OF_ITS_OWN,
        pass_fds=handles,
        cwd=folder,
        env=environment,
    )
