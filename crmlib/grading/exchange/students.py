"""Who is in the class: a list from a platform or from Excel, in either language; and whose data are whose."""

import csv
import hashlib
import io
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from crmlib.ground.spelling import suggest

Language = Literal["en", "zh"]
# What a column may be called, in small letters without blanks, lines and underscores.
COLUMNS = {
    "number": ("number", "studentnumber", "studentid", "idnumber", "sisuserid", "sisid", "学号", "学生学号"),
    "name": ("name", "studentname", "fullname", "student", "姓名", "学生姓名"),
    "language": ("language", "语言"),
    "email": ("email", "emailaddress", "mail", "邮箱", "电子邮件", "电子邮箱"),
    "platform_id": ("platformid", "canvasid", "id"),
}
LANGUAGES: dict[str, Language] = {"en": "en", "english": "en", "英文": "en", "英语": "en"}
LANGUAGES |= {"zh": "zh", "chinese": "zh", "中文": "zh", "汉语": "zh"}
NUMBER = re.compile(r"[0-9A-Z][0-9A-Z._-]{0,39}")
# Names that no file or folder can have on Windows.
RESERVED = re.compile(r"(CON|PRN|AUX|NUL|COM\d|LPT\d)(\..*)?")
FIRST_SEED = 10_000
SEEDS = 900_000_000


@dataclass(frozen=True)
class Student:
    """One person of the class list. `number` is as on the list, without blanks and in capitals."""

    number: str
    name: str = ""
    language: Language = "en"
    email: str = ""
    platform_id: str = ""
    seed: int = 0


def seed_of(number: str, *, firms: int | None = None) -> int:
    """Return the seed of a student's own firm: the same on every system, without asking anybody.

    The rule: write "crm:" before the number, take SHA-256 of the UTF-8 text, read the first eight hexadecimal
    digits as a whole number, take the remainder by `firms` (900 million unless given), add 10,000. With fewer
    firms than students, some share one.

    >>> seed_of("2026001"), seed_of("2026001", firms=20)
    (418219737, 10017)
    """
    digest = hashlib.sha256(f"crm:{tidy_number(number)}".encode()).hexdigest()
    return FIRST_SEED + int(digest[:8], 16) % (firms or SEEDS)


def tidy_number(number: object) -> str:
    """Return a student number as it is kept: full-width digits narrow, no blanks, capitals.

    >>> tidy_number(" ２０２６a1 "), tidy_number(2026001.0)
    ('2026A1', '2026001')
    """
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(number))).upper()


def read_students(path: Path, *, firms: int | None = None, language: Language = "en") -> list[Student]:
    """Return the class from a list: CSV in UTF-8, UTF-16 or GB 18030, or a workbook (.xlsx).

    A column with the student numbers is needed; name, language, mail and the platform's own id are kept if
    they are there. `language` is that of students whose line names none.

    Raises:
        FileNotFoundError: there is no such file.
        ValueError: no column of numbers, or empty, double or impossible numbers; each line is named.
    """
    if not path.exists():
        raise FileNotFoundError(
            f"The class list {path} is missing. Name the file that your platform exported."
        )
    rows = _read_rows(path)
    if not rows:
        raise ValueError(f"The class list {path.name} is empty. Its first line must name the columns.")
    places = _find_columns(rows[0], path.name)
    students = [_read_student(row, places, firms=firms, language=language) for row in rows[1:] if any(row)]
    lines = [line for line, row in enumerate(rows[1:], start=2) if any(row)]
    _check_numbers(students, lines, path.name)
    return students


def _read_rows(path: Path) -> list[list[str]]:
    """Return the cells of a list as texts."""
    content = path.read_bytes()
    if content[:2] == b"PK":
        return _read_workbook(path)
    text = _decode(content, path.name)
    first = text.partition("\n")[0]
    delimiter = max(",;\t，", key=first.count)
    return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text), delimiter=delimiter)]


def _read_workbook(path: Path) -> list[list[str]]:
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    try:
        rows = list(book.worksheets[0].iter_rows(values_only=True))
    finally:
        book.close()
    return [[_to_text(cell) for cell in row] for row in rows]


def _to_text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else str(cell).strip()


def _decode(content: bytes, name: str) -> str:
    """Return the text of a list, whatever Excel has written it in."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    for one in (encoding, "gb18030"):
        try:
            return content.decode(one)
        except UnicodeDecodeError:
            continue
    raise ValueError(f"{name} is no text in UTF-8, UTF-16 or GB 18030. Save it from Excel as 'CSV UTF-8'.")


def _find_columns(header: list[str], name: str) -> dict[str, int]:
    """Return which cell of a line holds what."""
    tidy = [re.sub(r"[\s_-]+", "", unicodedata.normalize("NFKC", cell)).lower() for cell in header]
    places = {
        meaning: next(i for i, cell in enumerate(tidy) if cell in words)
        for meaning, words in COLUMNS.items()
        if any(cell in words for cell in tidy)
    }
    if "number" not in places:
        nearest = next((found for cell in tidy if (found := suggest(cell, COLUMNS["number"]))), "")
        raise ValueError(
            f"{name} has no column of student numbers. Its columns are: {', '.join(header)}. Name one "
            f"of them "
            f"'student number' or '学号'.{nearest}"
        )
    return places


def _read_student(
    row: list[str], places: dict[str, int], *, firms: int | None, language: Language
) -> Student:
    def cell(meaning: str) -> str:
        place = places.get(meaning)
        return row[place] if place is not None and place < len(row) else ""

    number = tidy_number(cell("number"))
    spoken = LANGUAGES.get(cell("language").lower(), language)
    seed = seed_of(number, firms=firms)
    return Student(number, cell("name"), spoken, cell("email"), cell("platform_id"), seed)


def _check_numbers(students: list[Student], lines: list[int], name: str) -> None:
    """Raise once, with every line whose number is empty, double or cannot name a folder."""
    counts = Counter(student.number for student in students)
    problems = []
    for line, student in zip(lines, students, strict=True):
        number = student.number
        if not number:
            problems.append(f"line {line}: no number ({student.name or 'no name either'})")
        elif not NUMBER.fullmatch(number) or RESERVED.fullmatch(number) or number.endswith("."):
            why = "it looks rounded by Excel" if re.search(r"\dE\+?\d", number) else "use letters and digits"
            problems.append(f"line {line}: {number!r} is no student number ({why})")
        elif counts[number] > 1:
            problems.append(f"line {line}: {number} stands {counts[number]} times ({student.name})")
        elif re.fullmatch(r"[0-9.]+E[0-9]+", number):
            problems.append(f"line {line}: {number!r} looks rounded by Excel; format the column as text")
    if problems:
        shown = "; ".join(problems[:20]) + (f"; and {len(problems) - 20} more" if len(problems) > 20 else "")
        raise ValueError(f"{name}: {len(problems)} lines to correct. {shown}.")
    if not students:
        raise ValueError(f"{name} names no student: below the line of the columns there is nothing.")
