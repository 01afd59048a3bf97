"""Word documents, read back by python-docx and compared with the paper."""

import io

import docx
import pytest
from docx.oxml.ns import qn

from crmlib.classroom.exam.layout import lay_out
from crmlib.classroom.exam.word import STYLES, render_word


@pytest.fixture(scope="module")
def parts(papers):
    return lay_out(papers[3], seed=3)


def read(parts, kind, language="zh", **more):
    packed = render_word(parts, kind=kind, language=language, minutes=90, code="A3", **more)
    return docx.Document(io.BytesIO(packed))


def words(document):
    return "\n".join(paragraph.text for paragraph in document.paragraphs)


def plain(text):
    return "".join(text.replace("*", "").replace("_", "").split())


def test_a_paper_has_its_questions_choices_and_marks(parts):
    document = read(parts, "paper")
    shown = plain(words(document))
    for sheet in (sheet for sheets in parts.values() for sheet in sheets):
        assert plain(f"{sheet.number}．{sheet.question.zh}（{sheet.marks:g}分）") in shown
        assert all(plain(f"{letter.upper()}．{text.zh}") in shown for letter, text in sheet.choices.items())
    headings = [one.text for one in document.paragraphs if one.style.name == "Heading 1"]
    assert len(headings) == len(parts) and headings[0].startswith("一、填空题（共")
    (table,) = document.tables
    assert [cell.text for cell in table.rows[1].cells][-1] == "100"
    lines = sum(one.style.name == "Paper line" for one in document.paragraphs)
    assert lines == sum(sheet.lines for sheets in parts.values() for sheet in sheets)


def test_a_scheme_has_answers_and_points_and_a_paper_has_none(parts):
    paper, scheme = (plain(words(read(parts, kind))) for kind in ("paper", "scheme"))
    for sheet in (sheet for sheets in parts.values() for sheet in sheets):
        assert plain(sheet.answer.zh) in scheme
        assert all(plain(f"{point.zh}（{marks:g}分）") in scheme for marks, point in sheet.scheme)
    assert "答案" not in paper and "答案：" in scheme


def test_styles_are_real_and_name_a_chinese_font(parts):
    document = read(parts, "paper")
    assert {one.style.name for one in document.paragraphs} <= {"Title", "Heading 1", *STYLES}
    for name in ("Normal", "Title", "Heading 1", *STYLES):
        fonts = document.styles[name].element.rPr.rFonts
        assert fonts.get(qn("w:eastAsia")) == "宋体" and fonts.get(qn("w:ascii")) == "Times New Roman"
        assert fonts.get(qn("w:eastAsiaTheme")) is None


def test_a_paper_in_both_languages_has_both_and_large_print_is_larger(parts):
    document = read(parts, "paper", "both", large=True)
    shown = plain(words(document))
    question = parts["short_answer"][0].question
    assert plain(question.zh) in shown and plain(question.en) in shown
    assert document.styles["Paper question"].font.size.pt == 15.5


def test_the_same_paper_gives_the_same_text(parts):
    assert words(read(parts, "sheet")) == words(read(parts, "sheet"))
