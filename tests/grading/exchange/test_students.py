"""The class list: whatever Excel makes of it, and what is wrong in it by line."""

import hashlib

import openpyxl
import pytest

from crmlib.grading.exchange.students import Student, read_students, seed_of, tidy_number

LIST = "学号,姓名,语言\n2026001,李华,中文\n2026002,王芳,\n"
CLASS = [("2026001", "李华", "zh"), ("2026002", "王芳", "en")]


def names(students: list[Student]) -> list[tuple[str, str, str]]:
    return [(one.number, one.name, one.language) for one in students]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
def test_a_chinese_list_is_read_in_every_encoding_that_excel_writes(tmp_path, encoding):
    path = tmp_path / "班级.csv"
    path.write_bytes(LIST.encode(encoding))
    assert names(read_students(path)) == CLASS


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_the_sign_between_columns_may_be_another_one(tmp_path, delimiter):
    path = tmp_path / "list.csv"
    path.write_text(LIST.replace(",", delimiter), encoding="utf-8")
    assert names(read_students(path)) == CLASS


def test_a_workbook_keeps_numbers_whole(tmp_path):
    book = openpyxl.Workbook()
    for row in [["Student Number", "Name", "Language"], [2026001.0, "李华", "zh"], ["2026002", "王芳", None]]:
        book.active.append(row)
    book.save(tmp_path / "list.xlsx")
    assert names(read_students(tmp_path / "list.xlsx")) == CLASS


def test_empty_lines_are_read_over_and_other_columns_too(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("Group,ID number,Full name\nA,7,Mara\n,,\nB,8,Tomas\n", encoding="utf-8")
    assert names(read_students(path, language="zh")) == [("7", "Mara", "zh"), ("8", "Tomas", "zh")]


def test_every_wrong_number_is_named_with_its_line(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(
        "number,name\n7,Mara\n,Nameless\n７,Again\n../../etc,Way "
        "up\n2.02E+09,Rounded\nCON1,Fine\nCOM1,Device\n",
        encoding="utf-8",
    )
    with pytest.raises(ValueError, match=r"6 lines to correct") as caught:
        read_students(path)
    message = str(caught.value)
    assert "line 3: no number (Nameless)" in message
    assert "line 2: 7 stands 2 times (Mara)" in message and "line 4: 7 stands 2 times (Again)" in message
    assert "line 5: '../../ETC'" in message and "line 8: 'COM1'" in message
    assert "line 6: '2.02E+09' is no student number (it looks rounded by Excel)" in message


def test_a_list_without_numbers_names_its_columns(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text("stdent number,name\n7,Mara\n", encoding="utf-8")
    with pytest.raises(ValueError, match=r"no column of student numbers.*stdent number, name.*学号"):
        read_students(path)


@pytest.mark.parametrize(("text", "match"), [("", "is empty"), ("number\n", "names no student")])
def test_a_list_of_nobody_is_refused(tmp_path, text, match):
    path = tmp_path / "list.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=match):
        read_students(path)


def test_the_seed_follows_the_stated_rule():
    wanted = 10_000 + int(hashlib.sha256(b"crm:2026001").hexdigest()[:8], 16) % 900_000_000
    assert seed_of("2026001") == seed_of(" ２０２６００１ ") == wanted
    assert {seed_of(str(number), firms=3) for number in range(60)} == {10_000, 10_001, 10_002}


def test_three_hundred_students_have_three_hundred_firms():
    assert len({seed_of(str(2026000 + n)) for n in range(300)}) == 300


def test_a_number_is_tidied_once():
    assert tidy_number(tidy_number(" ab 12 ")) == "AB12"
