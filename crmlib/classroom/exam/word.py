"""A paper, its scheme or its answer sheet as a Word document: real styles, Chinese fonts, tables for marks.

Times New Roman with 宋体 (SimSun) for Chinese, as papers are customarily set. Word puts another serif font in
their place where they are missing; nothing is embedded. Whoever edits the document changes the styles
Paper …, not single lines.
"""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from crmlib.classroom.exam.items import BLANK
from crmlib.classroom.exam.layout import SQUARES, WORDS, Sheet, list_heads, say
from crmlib.classroom.formats.schema import Text

if TYPE_CHECKING:
    from docx.document import Document

LATIN, CHINESE = "Times New Roman", "宋体"
MOMENT = datetime(2026, 1, 1)  # the same paper gives the same document
# Style → points of the font, bold, indent in points, space before in points.
STYLES: dict[str, tuple[float, bool, int, int]] = {
    "Paper question": (10.5, False, 0, 6),
    "Paper choice": (10.5, False, 21, 0),
    "Paper note": (10.5, False, 0, 0),
    "Paper line": (10.5, False, 0, 8),
    "Paper answer": (10.5, False, 21, 2),
    "Paper point": (10.5, False, 32, 0),
}


def render_word(
    parts: dict[str, list[Sheet]],
    *,
    kind: str,
    language: str,
    minutes: int,
    code: str,
    large: bool = False,
    title: Text | None = None,
) -> bytes:
    """The bytes of a document (.docx); the arguments are those of `render_page`.

    Raises ValueError if python-docx is not installed.
    """
    try:
        import docx
    except ImportError as error:
        raise ValueError(
            "A Word document needs one more package. Install it: python tools/prepare.py word"
        ) from error
    document = docx.Document()
    _set_styles(document, 1.5 if large else 1.0)
    heads = list_heads(parts, language)
    _write_head(document, heads, kind, language, minutes, code, title or WORDS["title"])
    for head in heads:
        _write_part(document, head, kind, language)
    document.core_properties.created = document.core_properties.modified = MOMENT
    packed = io.BytesIO()
    document.save(packed)
    return packed.getvalue()


def _set_styles(document: Document, scale: float) -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.shared import Cm, Pt, RGBColor

    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2)
    section.top_margin = section.bottom_margin = Cm(2)
    sizes = {"Normal": (10.5, False), "Title": (18, True), "Heading 1": (12, True)}
    for name, (points, bold) in sizes.items():
        _set_font(document.styles[name], points * scale, bold)
        document.styles[name].font.color.rgb = RGBColor(0, 0, 0)
    document.styles["Heading 1"].paragraph_format.keep_with_next = True
    for name, (points, bold, indent, before) in STYLES.items():
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles["Normal"]
        _set_font(style, points * scale, bold)
        form = style.paragraph_format
        form.left_indent, form.space_before, form.space_after = Pt(indent), Pt(before), Pt(2)
    document.styles["Paper question"].paragraph_format.keep_with_next = True
    _underline(document.styles["Paper line"].element.get_or_add_pPr())


def _set_font(style: Any, points: float, bold: bool) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    style.font.name, style.font.size, style.font.bold = LATIN, Pt(points), bold
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), CHINESE)


def _underline(properties: Any) -> None:
    """Draw a grey line below a paragraph: room for one written line."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    borders, line = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "4"), ("space", "1"), ("color", "999999")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    between = OxmlElement("w:between")  # neighbours alike would share one border
    for name, value in (("val", "single"), ("sz", "4"), ("space", "1"), ("color", "999999")):
        between.set(qn(f"w:{name}"), value)
    borders.append(between)
    properties.append(borders)


def _write_head(
    document: Document,
    heads: Sequence[dict[str, Any]],
    kind: str,
    language: str,
    minutes: int,
    code: str,
    title: Text,
) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    total = sum(head["marks"] for head in heads)
    chinese = f"（{code}卷　考试时间：{minutes}分钟　满分：{total:g}分）"
    english = f"Paper {code} · {minutes} minutes · {total:g} marks"
    lines = {"zh": [chinese], "en": [english], "both": [chinese, english]}[language]
    names = {"zh": f"{title.zh}{WORDS[kind].zh}", "en": f"{title.en}: {WORDS[kind].en.lower()}"}
    shown = [names[one] for one in ("zh", "en") if language in (one, "both")]
    centred = [document.add_paragraph("\n".join(shown), "Title")]
    centred += [document.add_paragraph(line, "Paper note") for line in lines]
    if kind != "scheme":
        colon = ": " if language == "en" else "："
        blank = "_" * 16
        who = [f"{say(WORDS[one], language)}{colon}{blank}" for one in ("class", "name", "number")]
        centred.append(document.add_paragraph("  ".join(who), "Paper note"))
    for paragraph in centred:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if kind == "paper":
        rows = [
            ["part", *(head["numeral"] for head in heads), say(WORDS["total"], language)],
            ["full", *(f"{head['marks']:g}" for head in heads), f"{total:g}"],
            ["score", *[""] * (len(heads) + 1)],
            ["marker", *[""] * (len(heads) + 1)],
        ]
        _write_table(document, [[say(WORDS[row[0]], language), *row[1:]] for row in rows])


def _write_table(document: Document, rows: Sequence[Sequence[str]]) -> None:
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    table = document.add_table(len(rows), len(rows[0]), style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for cells, row in zip(table.rows, rows, strict=True):
        for cell, text in zip(cells.cells, row, strict=True):
            cell.paragraphs[0].text = text
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER


def _write_part(document: Document, head: dict[str, Any], kind: str, language: str) -> None:
    sheets, marks = head["sheets"], head["marks"]
    plural = "s" if len(sheets) > 1 else ""
    document.add_paragraph(
        f"{head['numeral']}. {say(head['title'], language)} ({len(sheets)} question{plural}, {marks:g} marks)"
        if language == "en"
        else f"{head['numeral']}、{say(head['title'], language)}（共{len(sheets)}题，{marks:g}分）",
        "Heading 1",
    )
    if head["note"] and kind != "scheme":
        document.add_paragraph(say(head["note"], language), "Paper note")
    if kind == "sheet" and head["kind"] in ("choice", "multiple"):
        _write_table(document, [[str(sheet.number) for sheet in sheets], [""] * len(sheets)])
        return
    for sheet in sheets:
        _write_question(document, sheet, head["kind"], kind, language)


def _write_question(document: Document, sheet: Sheet, part: str, kind: str, language: str) -> None:
    mark = f" ({sheet.marks:g})" if language == "en" else f"（{sheet.marks:g}分）"
    number = f"{sheet.number}. " if language == "en" else f"{sheet.number}．"
    if kind == "sheet":
        blanks = "　".join([BLANK * 4] * len(sheet.scheme)) if part == "fill_in" else ""
        document.add_paragraph(f"{number}{blanks or mark}", "Paper question")
    else:
        texts = _paragraphs(say(sheet.question, language, between="\n\n"))
        room = "(\u2003)" if language == "en" else "（　　）"
        bracket = room if kind == "paper" and sheet.choices else ""
        texts = [f"{number}{texts[0]}", *texts[1:]]
        texts[-1] += mark + bracket
        for text in texts:
            _write_marked(document.add_paragraph(style="Paper question"), text)
        dot = ". " if language == "en" else "．"
        for letter, choice in sheet.choices.items():
            document.add_paragraph(f"{letter.upper()}{dot}{say(choice, language)}", "Paper choice")
    if kind == "scheme":
        _write_scheme(document, sheet, language)
    elif part == "essay" and language != "en":
        _write_table(document, [[""] * SQUARES] * SQUARES)
    else:
        for _ in range(sheet.lines):
            document.add_paragraph("", "Paper line")


def _write_scheme(document: Document, sheet: Sheet, language: str) -> None:
    colon = ": " if language == "en" else "："
    for word, text in (("answer", sheet.answer), ("slip", sheet.slip)):
        if text is not None:
            paragraph = document.add_paragraph(style="Paper answer")
            paragraph.add_run(f"{say(WORDS[word], language)}{colon}").bold = True
            _write_marked(paragraph, " ".join(_paragraphs(say(text, language, between="\n\n"))))
        if word == "answer":
            for marks, point in sheet.scheme:
                worth = f" ({marks:g})" if language == "en" else f"（{marks:g}分）"
                document.add_paragraph(f"{say(point, language)}{worth}", "Paper point")


def _paragraphs(text: str) -> list[str]:
    return [" ".join(part.split("\n")) for part in text.strip().split("\n\n")]


def _write_marked(paragraph: Any, text: str) -> None:
    """Write a text with its stars as bold and italic, and its blanks longer."""
    for piece in re.split(r"(\*\*.+?\*\*|\*.+?\*)", text.replace(BLANK, BLANK * 3)):
        bold, italic = piece.startswith("**"), piece.startswith("*") and not piece.startswith("**")
        run = paragraph.add_run(piece.strip("*") if bold or italic else piece)
        run.bold, run.italic = bold or None, italic or None
