"""The content formats: the documented examples load, and every slip of an author is named with its repair."""

from pathlib import Path

import pytest

from crmlib.classroom.answers.questions import load_exercise
from crmlib.classroom.claims.claims import load_claims
from crmlib.classroom.exam.items import load_exam
from crmlib.classroom.formats.chapters import load_info
from crmlib.classroom.formats.glossary import load_glossary
from crmlib.classroom.formats.lecture import load_lecture
from crmlib.classroom.formats.recall import load_recall
from crmlib.classroom.formats.schema import ContentError
from tests.classroom.calls import STEM, documented_examples, write_examples

LOADERS = {
    "chapter": load_info,
    "claims": load_claims,
    "recall": load_recall,
    "checks": load_exercise,
    "exam": load_exam,
    "glossary": load_glossary,
    "lecture": load_lecture,
}


@pytest.fixture
def content(tmp_path, monkeypatch):
    """Return the folder of a chapter whose files are the documented examples."""
    monkeypatch.setenv("CRM_CONTENT", str(tmp_path))
    return write_examples(tmp_path)


def test_every_format_has_a_documented_example():
    assert set(documented_examples()) == set(LOADERS)


@pytest.mark.parametrize("name", LOADERS)
def test_the_documented_example_loads(content, name):
    assert LOADERS[name](STEM)


def broken(content: Path, name: str, old: str, new: str) -> str:
    """Replace a text in one of the files and return the message that loading then gives."""
    path = content / f"{name}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in the documented example of {name}.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        LOADERS[name](STEM)
    return str(caught.value)


SLIPS = [
    ("claims", "statement:", "statment:", ["claim 'H-03'", "key 'statment'", "Did you mean 'statement'?"]),
    ("claims", "- id: H-03\n", "- id: H-93\n", ["claim 'H-93'", "not in the syllabus", "H-01 to H-16"]),
    ("claims", "numbers: [N-48]", "numbers: [N-99]", ["'N-99' is no figure", "N-01 to N-77"]),
    ("claims", "low: 0.65", "low: 65", ["key 'low'", "not a value of N-48", "0.65 for 65 %"]),
    ("claims", "  high: 0.85\n", "", ["key 'rule'", "'inside' needs exactly high, low; found low"]),
    ("claims", "kind: folk", "kind: folklore", ["key 'kind'", "Did you mean 'folk'?"]),
    ("claims", 'sources: ["002"]', 'sources: ["007"]', ["no source '007'", "000, 001, 002"]),
    (
        "claims",
        'sources: ["002"]',
        "sources: [002]",
        ["key 'sources'", "expected text, found the number 2", "quotes"],
    ),
    ("claims", "- id: H-16.direction", "- id: H-03", ["claim 'H-03'", "used twice"]),
    ("chapter", "goals:", "skills: [counting]\ngoals:", ["written twice", "line"]),
    ("chapter", ', zh: "客户满意与客户忠诚"', "", ["key 'zh'", "translation is missing"]),
    ("chapter", 'zh: "客户满意与客户忠诚"', "zh: satisfaction", ["expected the Chinese text", "Translate"]),
    ("chapter", "lecture: 20", "lecture: twenty", ["key 'lecture'", "expected a whole number", "'twenty'"]),
    ("chapter", "question: If", "question: When: if", ["not valid YAML", "without quotes"]),
    ("chapter", "question: If", "question: &a [*a]\nx: If", ["not valid YAML (Circular reference detected"]),
    ("chapter", "question: If", "question: 2025-13-01\nx: If", ["not valid YAML (month must be in 1..12"]),
    (
        "recall",
        "chapter: 01_relationship_marketing",
        "chapter: 02_relationship_types",
        ["question 'r4'", "2 chapters back"],
    ),
    (
        "recall",
        "chapter: 01_relationship_marketing",
        "chapter: 01_relationship_marketting",
        ["Did you mean '01_relationship_marketing'"],
    ),
    ("recall", "- {id: r5", "#", ["expected 5 questions, found 4"]),
    (
        "checks",
        "  - {name: skill, answer: [regular visits, small gifts]",
        "#",
        ["key 'mistakes'", "at least 3", "found 2"],
    ),
    ("checks", "  tolerance: 0.002\n", "", ["key 'tolerance'", "share"]),
    ("checks", "  answer: a\n", "  answer: e\n", ["'e' is not among the choices", "a, b, c, d"]),
    ("checks", "- id: q2", "- id: q1", ["question 'q1'", "used twice"]),
    ("exam", "  marks: 3\n", "  marks: 4\n", ["item '04-02'", "4 marks", "steps add up to 3"]),
    ("exam", 'en: "____ is the', 'en: "Trust is the', ["item '04-01'", "found 1, 2 and 2"]),
    ("exam", "{choose: [10, 20, 30]}", "{choose: [10], low: 2}", ["choose alone", "Example"]),
    ("exam", "{low: 5, high", "{lwo: 5, high", ["key 'per_point', key 'lwo'", "Did you mean 'low'?"]),
    (
        "exam",
        "{choose: [10, 20, 30]}",
        "20",
        ["key 'fee'", "expected keys and values or text, found the number"],
    ),
    ("exam", "{choose: [10, 20, 30]}", "{choose: [10, x]}", ["key 'choose', entry 2: expected a number"]),
    (
        "exam",
        ", en: trust, zh: 信任}",
        ", en: trust}",
        ["key 'points', entry 2, key 'zh': the translation is"],
    ),
    ("exam", "difficulty: 2", "difficulty: 4", ["key 'difficulty'", "found 4. Valid: 1, 2, 3."]),
    (
        "lecture",
        "ask: Of whom is the share in this sentence?",
        "ask: ''",
        ["key 'ask'", "found an empty text"],
    ),
    ("lecture", "minutes: 12", 'minutes: "12"', ["key 'minutes': expected a number, found the text '12'"]),
    ("glossary", "in_sources: false", "in_sources: 0", ["expected true or false, found the number 0"]),
    ("checks", "topics: [H-03]", "topics: H-03", ["question 'q1', key 'topics'", "Write it as [one, two]."]),
    (
        "exam",
        "  result: {",
        "  correct: true\n  result: {",
        ["key 'correct'", "calculation does not have it", "Remove"],
    ),
    (
        "exam",
        "kind: fill_in",
        "kind: list\n  choices: {a: {en: A, zh: A}}",
        ["key 'choices'", "list does not have it"],
    ),
    (
        "glossary",
        "term_zh: 客户满意,",
        "term_zh: 顾客开心,",
        ["term 'customer satisfaction'", "not among the terms of H-01", "in_sources"],
    ),
    ("lecture", "minutes: 12", "minutes: 13", ["take 21 minutes", "plans 20"]),
    ("lecture", "anchor: who-answers", "anchor: Who answers", ["not an anchor", "'who-answers'"]),
]


@pytest.mark.parametrize(("name", "old", "new", "expected"), SLIPS, ids=[f"{s[0]}-{s[3][-1]}" for s in SLIPS])
def test_a_slip_is_named_with_its_place_and_repair(content, name, old, new, expected):
    message = broken(content, name, old, new)
    for part in [f"{name}.yaml", *expected]:
        assert part in message


def test_all_broken_entries_are_reported_at_once(content):
    path = content / "claims.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("evidence:", "proof:"), encoding="utf-8")
    with pytest.raises(ContentError) as caught:
        load_claims(STEM)
    assert "claim 'H-03'" in str(caught.value)
    assert "claim 'H-16.direction'" in str(caught.value)


def test_all_slips_of_one_entry_are_reported_at_once(content):
    message = broken(content, "claims", "  kind: course\n", "  kind: corse\n  units: x\n  digits: two\n")
    where = f"{STEM}/claims.yaml, claim 'H-03', key "
    assert sorted(line.removeprefix(where).split(".")[0] for line in message.splitlines()) == [
        "'digits': expected a whole number, found the text 'two'",
        "'kind': found 'corse'",
        "'units': unknown key",
    ]


def test_a_slip_inside_a_value_is_not_reported_for_the_value_as_well(content):
    """A number is drawn by keys or derived by a text; who writes keys is not told of texts."""
    (line,) = broken(content, "exam", "{low: 5, high", "{lwo: 5, high").splitlines()
    assert "key 'lwo': unknown key. Did you mean 'low'?" in line


def test_a_day_without_quotes_is_text(content):
    path = content / "lecture.yaml"
    path.write_text(
        path.read_text(encoding="utf-8").replace("the algebra of the ceiling", "2025-01-01"), encoding="utf-8"
    )
    assert load_lecture(STEM)[0].skip == "2025-01-01"


def test_a_missing_file_says_what_belongs_into_it(content):
    (content / "exam.yaml").unlink()
    with pytest.raises(ContentError, match=r"exam\.yaml is missing\. docs/content_formats\.md shows"):
        load_exam(STEM)


def test_a_misspelt_chapter_gets_the_nearest_name(content):
    with pytest.raises(ValueError, match="Did you mean '04_satisfaction_and_loyalty'"):
        load_exam("04_satisfaction_and_loyality")


def test_a_file_in_another_encoding_is_refused_with_the_repair(content):
    (content / "exam.yaml").write_bytes("items: 客户".encode("gb18030"))
    with pytest.raises(ContentError, match=r"not UTF-8\. Save it again"):
        load_exam(STEM)


def test_a_byte_order_mark_does_no_harm(content):
    path = content / "lecture.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert load_lecture(STEM)[0].minutes == 12
