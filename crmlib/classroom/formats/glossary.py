"""The bilingual glossary of a chapter, held against the terms of the syllabus."""

from dataclasses import dataclass

from crmlib.classroom.formats.chapters import load_entries
from crmlib.classroom.formats.registry import check_topics, load_syllabus
from crmlib.classroom.formats.schema import Text


@dataclass(frozen=True)
class Term:
    """One course term with its definition, both in both languages.

    `in_sources: false` marks a term that the course sources lack.
    """

    term_en: str
    term_zh: str
    definition: Text
    topic: str
    pinyin: str | None = None
    in_sources: bool = True

    def __post_init__(self) -> None:
        check_topics((self.topic,), key="topic")
        if self.in_sources and not self._is_known():
            raise ValueError(
                f"key 'term_zh': {self.term_zh} is not among the terms of {self.topic} in syllabus.yaml. "
                "Correct the term or the topic, or write in_sources: false if the course sources lack it."
            )

    def _is_known(self) -> bool:
        topic = load_syllabus()[self.topic]
        return any(self.term_zh in known for known in (topic.term_zh, *topic.other_zh))


def load_glossary(stem: str) -> tuple[Term, ...]:
    """Return the glossary of a chapter, sorted by English term."""
    terms = load_entries(Term, stem, "glossary", key="terms", label="term", by="term_en")
    return tuple(sorted(terms, key=lambda term: term.term_en.lower()))


def render_glossary(terms: tuple[Term, ...]) -> str:
    """Return the glossary as a Markdown table; terms that the sources lack carry an asterisk."""
    rows = ["| English | 中文 | meaning | 含义 | topic |", "|---|---|---|---|---|"]
    for term in terms:
        chinese = f"{term.term_zh} ({term.pinyin})" if term.pinyin else term.term_zh
        mark = "" if term.in_sources else "\\*"
        meaning = f"{term.definition.en} | {term.definition.zh}"
        rows.append(f"| {term.term_en}{mark} | {chinese} | {meaning} | {term.topic} |")
    if not all(term.in_sources for term in terms):
        rows += ["", "\\* Textbook knowledge; the course sources do not have this term."]
    return "\n".join(rows)
