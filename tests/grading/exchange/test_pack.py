"""The handed-in file: the same content gives the same bytes, and a changed one does not fit its receipt."""

import io
import zipfile

import pytest

from crmlib.grading.exchange.pack import Damaged, Pack, read_archive, read_pack, receipt_code, write_pack


def test_what_is_packed_comes_out_again_and_the_same_bytes_go_in():
    note = {"student": "7", "receipt": receipt_code(b"{}", "7")}
    assert write_pack(b"{}", note) == write_pack(b"{}", dict(reversed(note.items())))
    pack = read_pack(write_pack(b"{}", note))
    assert pack == Pack(b"{}", note) and pack.is_whole


@pytest.mark.parametrize(("notebook", "number"), [(b"{} ", "7"), (b"{}", "8")])
def test_a_receipt_fits_one_notebook_of_one_student(notebook, number):
    assert not Pack(notebook, {"student": number, "receipt": receipt_code(b"{}", "7")}).is_whole


def test_names_of_old_chinese_archives_are_read():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("李华.ipynb".encode("gb18030").decode("cp437"), b"{}")
    content = file.getvalue()
    for place in (content.index(b"PK\1\2") + 8, 6):
        content = content[:place] + b"\0\0" + content[place + 2 :]
    garbled = "李华.ipynb".encode("gb18030")
    utf8 = garbled.decode("cp437").encode()
    content = content.replace(utf8, garbled.ljust(len(utf8), b"_"))
    assert read_archive(content)[0][0].startswith("李华.ipynb")


def test_a_note_that_is_no_note_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("notebook.ipynb", b"{}")
        archive.writestr("hand_in.json", b"{")
    with pytest.raises(Damaged, match="its note cannot be read"):
        read_pack(file.getvalue())
    with pytest.raises(Damaged, match="cannot be read"):
        read_pack(b"PK\3\4")


def test_an_entry_that_is_larger_than_it_says_is_refused():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("x.ipynb", b" " * 100_000)
    content = bytearray(file.getvalue())
    place = content.index(b"PK\1\2") + 24
    content[place : place + 4] = (10).to_bytes(4, "little")
    with pytest.raises(Damaged):
        read_archive(bytes(content))
