"""Where the course lies, and how a file is written so that nobody ever sees half of it."""

import os
import tempfile
from pathlib import Path

COURSE = Path(__file__).resolve().parents[2]


def own_folder(course: Path = COURSE) -> Path:
    """Return the folder of the reader's copy, answers and settings: the course's, or where CRM_HOME points.

    Where many share one course that nobody may write to, each reader has a CRM_HOME.
    """
    return Path(os.environ.get("CRM_HOME") or course)


def write_file(path: Path, text: str) -> None:
    """Write a text file in UTF-8 in one step: a reader, a crash or a power cut never leaves half of it.

    The folder is made if it is missing; an existing file keeps its permissions; lines end alike on every
    system. Raises OSError if the folder cannot be written to; the old file is then as it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(draft, path.stat().st_mode if path.exists() else 0o644)
        os.replace(draft, path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
