"""Where an instructor keeps what belongs to one class: one folder, the same layout for every exercise.

class.json             the class list as it was read
handed_out/<number>/   what each student got
collected/<stem>/      what came back: register, list, and a copy of each version, named by its content
keys/<stem>/           right answers on each firm; never handed out
graded/<stem>/         one file a student
marked/<stem>/         what people gave, one file a marker
feedback/<stem>/       one page a student
marks/                 lists for the platforms
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from crmlib.grading.exchange.students import Student
from crmlib.ground.files import write_file


@dataclass(frozen=True)
class Coursework:
    """The folder of one class."""

    folder: Path

    def place(self, step: str, *parts: str) -> Path:
        """Return a path below the folder of a step, such as place("graded", "03_lifecycle", "7.json")."""
        return self.folder.joinpath(step, *parts)

    def write_class(self, students: list[Student]) -> None:
        """Keep the class list; raise ValueError if it would move students to other firms.

        Notebooks that were handed out open the firm of their time: grading on another one would be wrong.
        """
        known = self.read_class() if (self.folder / "class.json").exists() else {}
        moved = [one.number for one in students if one.number in known and known[one.number].seed != one.seed]
        if moved:
            raise ValueError(
                f"{self.folder}: {len(moved)} students were handed out on other firms "
                f"({', '.join(moved[:5])}). "
                "Give --firms as at the first time, or another folder with --out."
            )
        write_json(self.folder / "class.json", [asdict(student) for student in students])

    def read_class(self) -> dict[str, Student]:
        """Return the class by student number.

        Raises ValueError if nothing was handed out from this folder yet.
        """
        path = self.folder / "class.json"
        if not path.exists():
            raise ValueError(
                f"{self.folder} holds no class list. Run `crm course hand-out` first, or name the "
                f"folder that "
                "you handed out from with --out."
            )
        return {entry["number"]: Student(**entry) for entry in read_json(path)}


def write_json(path: Path, data: Any) -> None:
    """Write plain data in one step, readable by people."""
    write_file(path, json.dumps(data, ensure_ascii=False, indent=1) + "\n")


def read_json(path: Path) -> Any:
    """Return what a file of this package holds; raise ValueError with the repair if it is damaged."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ValueError(
            f"{path} is damaged ({error}). Delete it; the step that wrote it makes it anew."
        ) from None
