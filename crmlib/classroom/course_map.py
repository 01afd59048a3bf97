"""How far a reader has come in the whole course, chapter by chapter."""

from pathlib import Path

from crmlib.classroom import live
from crmlib.classroom.content import chapter_stems, load_info
from crmlib.classroom.display import Page, in_notebook, show, to_html
from crmlib.classroom.progress import Progress, progress_folder
from crmlib.classroom.questions import load_exercise
from crmlib.classroom.schema import ContentError


def show_course_progress() -> None:
    """Show what the reader has recorded and solved in every chapter (live only)."""
    page = Page("Run this cell to see how far you have come in each chapter.")
    widget = live.text_block(to_html(render_course(progress_folder()))) if in_notebook() else None
    show(page, widget)


def render_course(folder: Path | None) -> str:
    """Return one line for each chapter that can be read: predictions recorded and questions solved.

    folder: where the reader's progress is kept; None: nowhere.
    """
    lines = [render_chapter(stem, Progress(stem, folder)) for stem in chapter_stems()]
    return "\n".join(line for line in lines if line) or "No chapter can be read yet."


def render_chapter(stem: str, progress: Progress) -> str:
    """Return the reader's line of one chapter; nothing if the chapter is not complete."""
    try:
        title, questions = load_info(stem).title.en, load_exercise(stem).questions
    except (ContentError, FileNotFoundError):
        return ""
    answers = progress.read("answers")
    solved = sum(1 for question in questions if answers.get(question.id, {}).get("passed"))
    recorded = len(progress.read("predictions"))
    predictions = "1 prediction" if recorded == 1 else f"{recorded} predictions"
    return f"- **{title}**: {predictions}, {solved} of {len(questions)} exercise questions solved"
