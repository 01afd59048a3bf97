"""A terminal with a person at it who presses Ctrl-C while a submission runs.

As a program it is the one who grades in that terminal: it starts a submission, waits for Ctrl-C, and only
then hands over the job. What Ctrl-C has reached is not there to answer.
"""

import json
import os
import subprocess
import sys

from crmlib.ground.files import COURSE

ANSWER = ["number", 7.0]
CELLS = ("from crmlib.classroom import open_chapter\nchapter = open_chapter()", "chapter.check('q1', 7)")


def press_ctrl_c(tier: str) -> dict:
    """Return the answers of a submission that runs in a tier while Ctrl-C is pressed."""
    import pty

    person, terminal = pty.openpty()
    command = [sys.executable, "-m", "tests.grading.containment.terminal", tier]
    with subprocess.Popen(
        command, stdin=terminal, stdout=subprocess.PIPE, start_new_session=True, cwd=COURSE
    ) as grades:
        try:
            assert grades.stdout is not None and grades.stdout.readline() == b"started\n"
            os.write(person, b"\x03")
            said, _ = grades.communicate(timeout=300)
        finally:
            grades.kill()
            os.close(person)
            os.close(terminal)
    return json.loads(said)


def main(name: str) -> None:
    """Grade in the terminal that is standard input."""
    import fcntl
    import signal
    import termios
    import time
    from dataclasses import replace

    from crmlib.grading.containment.job import Job, Limits
    from crmlib.grading.containment.tiers import CONTAINED, UNCONTAINED
    from crmlib.grading.containment.watch import run_job
    from crmlib.tables.dictionary import DATASETS

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    pressed = []
    signal.signal(signal.SIGINT, lambda *_: pressed.append(True))
    (tier,) = (one for one in (*CONTAINED, UNCONTAINED) if one.name == name)

    def start(*words):
        child = tier.start(*words)
        print("started", flush=True)
        while not pressed:
            time.sleep(0.01)
        return child

    job = Job("03_lifecycle", 2026, CELLS, {"q1": ""})
    ran = run_job(job, replace(tier, start=start), DATASETS, Limits(starts=1))
    print(json.dumps(ran.answers))


if __name__ == "__main__":
    main(sys.argv[1])
