"""``crm lecture 7`` shows a chapter; other words are commands."""

import pytest

from crmlib.publishing.course import PublishingError
from crmlib.publishing.lecture import command


def run(*words):
    """Run the command as crm does."""
    command.app(args=list(words), standalone_mode=False)


def test_a_number_or_stem_is_a_chapter_and_another_word_is_refused():
    assert command.find_chapter("4").stem == "04_satisfaction_and_loyalty"
    with pytest.raises(PublishingError, match="Did you mean '03_lifecycle'"):
        run("03_lifecycl")


def test_a_chapter_is_planned_and_a_term_is_spread(capsys, tmp_path):
    run("plan", "4", "--minutes", "60")
    shown = capsys.readouterr().out
    assert shown.startswith("# Satisfaction and loyalty (客户满意与客户忠诚): 60 minutes")
    path = tmp_path / "term.ics"
    run("plan", "--term", "12", "--start", "2027-03-01T14:00", "--calendar", str(path))
    assert "| 12 | 2027-05-17 |" in capsys.readouterr().out
    written = path.read_bytes()
    assert written.count(b"BEGIN:VEVENT\r\n") == 12
    with pytest.raises(PublishingError, match=r"term\.ics is there already"):
        run("plan", "--term", "12", "--start", "2027-03-01", "--calendar", str(path))
    assert path.read_bytes() == written


def test_a_chapter_and_a_term_at_once_or_neither_is_refused():
    for words in (["plan"], ["plan", "4", "--term", "12"]):
        with pytest.raises(PublishingError, match="Name a chapter"):
            run(*words)
