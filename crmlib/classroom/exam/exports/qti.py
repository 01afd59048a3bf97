"""Exam items as QTI 1.2 in a zip, as Canvas imports it (its classic quizzes and its new ones).

Written here and not by text2qti: that reads a text format of its own as Markdown and gives every question the
same title. Choices, verdicts, blanks and calculations are marked by the system; everything else is an essay
with its marking points in the feedback.
"""

from __future__ import annotations

import html
import io
import zipfile
from collections.abc import Iterable
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from crmlib.classroom.exam.exports.ready import COPIES, list_accepted, list_points, list_ready, show_result
from crmlib.classroom.exam.items import BLANK, ExamItem
from crmlib.classroom.exam.templates import ExamQuestion

SPACE = "http://www.imsglobal.org/xsd/ims_qtiasiv1p2"
KINDS = {
    "choice": "multiple_choice_question",
    "multiple": "multiple_answers_question",
    "true_false": "true_false_question",
    "fill_in": "fill_in_multiple_blanks_question",
    "calculation": "numerical_question",
}
VERDICTS = {"zh": ("对", "错"), "en": ("True", "False"), "both": ("True (对)", "False (错)")}
MOMENT = (2026, 1, 1, 0, 0, 0)  # the same questions give the same bytes
MANIFEST = """<?xml version="1.0" encoding="UTF-8"?>
<manifest identifier="crm" xmlns="http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1">
  <metadata><schema>IMS Content</schema><schemaversion>1.1.3</schemaversion></metadata>
  <organizations />
  <resources>
    <resource identifier="questions" type="imsqti_xmlv1p2">
      <file href="questions/questions.xml" />
    </resource>
  </resources>
</manifest>
"""


def render_qti(
    items: Iterable[ExamItem],
    *,
    language: str = "zh",
    copies: int = COPIES,
    seed: int = 1,
    category: str = "CRM",
) -> bytes:
    """The items as a zip of QTI 1.2. copies: of each calculation, with the numbers of seed, seed + 1, …

    Raises ValueError for fewer than one copy.
    """
    root = Element("questestinterop", xmlns=SPACE)
    section = SubElement(
        SubElement(root, "assessment", ident="crm", title=category), "section", ident="root_section"
    )
    for name, ready in list_ready(items, copies=copies, seed=seed):
        _add(section, name, ready, language)
    ElementTree.indent(root)
    page = '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(root, encoding="unicode") + "\n"
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in (("imsmanifest.xml", MANIFEST), ("questions/questions.xml", page)):
            archive.writestr(zipfile.ZipInfo(path, MOMENT), text, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def _add(section: Element, name: str, ready: ExamQuestion, language: str) -> None:
    item = ready.item
    kind = KINDS.get(item.kind, "essay_question")
    node = SubElement(section, "item", ident=name, title=name)
    fields = SubElement(SubElement(node, "itemmetadata"), "qtimetadata")
    for label, entry in (("question_type", kind), ("points_possible", f"{item.marks:g}")):
        field = SubElement(fields, "qtimetadatafield")
        SubElement(field, "fieldlabel").text = label
        SubElement(field, "fieldentry").text = entry
    shown = SubElement(node, "presentation")
    scoring = SubElement(node, "resprocessing")
    SubElement(
        SubElement(scoring, "outcomes"),
        "decvar",
        maxvalue="100",
        minvalue="0",
        varname="SCORE",
        vartype="Decimal",
    )
    _material(shown, _ask(ready, language))
    told = SubElement(scoring, "respcondition", {"continue": "Yes"})
    SubElement(SubElement(told, "conditionvar"), "other")
    SubElement(told, "displayfeedback", feedbacktype="Response", linkrefid="general_fb")
    if item.options:
        _add_options(shown, scoring, item, language)
    elif item.kind == "fill_in":
        _add_blanks(shown, scoring, item)
    else:
        string = SubElement(shown, "response_str", ident="response1", rcardinality="Single")
        fib = SubElement(string, "render_fib", {"fibtype": "Decimal"} if item.kind == "calculation" else {})
        SubElement(fib, "response_label", ident="answer1", rshuffle="No")
        if item.kind == "calculation":
            _accept_number(scoring, ready)
    feedback = SubElement(node, "itemfeedback", ident="general_fb")
    _material(SubElement(feedback, "flow_mat"), _feedback(ready, language))


def _ask(ready: ExamQuestion, language: str) -> str:
    """The question as HTML; a blank is named in square brackets, as Canvas wants it."""
    text = html.escape(ready.question.show(language))
    if ready.item.kind == "fill_in" and language != "both":
        for number in range(len(ready.item.scheme)):
            text = text.replace(BLANK, f"[blank{number + 1}]", 1)
    return "<p>" + text.replace(BLANK, "________").replace("\n\n", "</p><p>") + "</p>"


def _add_options(shown: Element, scoring: Element, item: ExamItem, language: str) -> None:
    several = item.kind == "multiple"
    if item.choices:
        texts = {letter: text.show(language) for letter, text in item.choices.items()}
        right = str(item.correct)
    else:
        texts = dict(zip(("true", "false"), VERDICTS[language], strict=True))
        right = item.right_option
    given = SubElement(
        shown, "response_lid", ident="response1", rcardinality="Multiple" if several else "Single"
    )
    choices = SubElement(given, "render_choice")
    for key, text in texts.items():
        _material(SubElement(choices, "response_label", ident=key), html.escape(text))
    condition = _score(scoring, "Set", 100)
    if not several:
        SubElement(condition, "varequal", respident="response1").text = right
        return
    every = SubElement(condition, "and")
    for key in texts:
        parent = every if key in right else SubElement(every, "not")
        SubElement(parent, "varequal", respident="response1").text = key


def _add_blanks(shown: Element, scoring: Element, item: ExamItem) -> None:
    for number, point in enumerate(item.scheme, start=1):
        name = f"response_blank{number}"
        given = SubElement(shown, "response_lid", ident=name)
        SubElement(SubElement(given, "material"), "mattext").text = f"blank{number}"
        choices = SubElement(given, "render_choice")
        for place, word in enumerate(list_accepted(point), start=1):
            key = f"b{number}w{place}"
            _material(SubElement(choices, "response_label", ident=key), html.escape(word))
            condition = _score(scoring, "Add", 100 * point.marks / item.marks)
            SubElement(condition, "varequal", respident=name).text = key


def _accept_number(scoring: Element, ready: ExamQuestion) -> None:
    value, tolerance = show_result(ready)
    digits = len(value.partition(".")[2])
    either = SubElement(_score(scoring, "Set", 100), "or")
    SubElement(either, "varequal", respident="response1").text = value
    within = SubElement(either, "and")
    for name, edge in (
        ("vargte", float(value) - float(tolerance)),
        ("varlte", float(value) + float(tolerance)),
    ):
        SubElement(within, name, respident="response1").text = f"{edge:.{digits}f}"


def _score(scoring: Element, action: str, value: float) -> Element:
    """A condition that earns a part of the marks, in per cent; returns where the condition is written."""
    rule = SubElement(scoring, "respcondition", {"continue": "No" if action == "Set" else "Yes"})
    condition = SubElement(rule, "conditionvar")
    SubElement(rule, "setvar", action=action, varname="SCORE").text = f"{value:.2f}"
    return condition


def _feedback(ready: ExamQuestion, language: str) -> str:
    answer = f"<p>{html.escape(ready.answer.show(language))}</p>"
    if ready.item.options:
        return answer
    return (
        answer
        + "<ul>"
        + "".join(f"<li>{html.escape(one)}</li>" for one in list_points(ready, language))
        + "</ul>"
    )


def _material(parent: Element, text: str) -> None:
    SubElement(SubElement(parent, "material"), "mattext", texttype="text/html").text = text
