"""The course as a map: its chapters, how far a reader has come in each, which chapter teaches each topic."""

from pathlib import Path

from crmlib import CHAPTERS
from crmlib.classroom import live
from crmlib.classroom.answers.questions import load_exercise
from crmlib.classroom.course.coverage import name_of
from crmlib.classroom.course.syllabus_page import NOT_COVERED, SECTIONS, describe_uncovered, term_of
from crmlib.classroom.display import Page, show, to_html
from crmlib.classroom.formats.chapters import chapter_stems, load_info
from crmlib.classroom.formats.reading import count_minutes
from crmlib.classroom.formats.registry import load_syllabus
from crmlib.classroom.formats.schema import ContentError
from crmlib.classroom.progress import Progress, progress_folder, read_all_answers
from crmlib.classroom.weak_spots import name_weakest
from crmlib.ground.files import COURSE

NOTEBOOKS = COURSE / "notebooks"
FIRST_PAGE = "00_start_here"


def show_chapters() -> None:
    """Show the chapters in reading order: what each asks, how long it takes, its exercise."""
    show(Page(render_chapters(NOTEBOOKS)))


def show_course_progress() -> None:
    """Show what the reader has recorded and solved in every chapter (live only)."""
    page = Page("Run this cell to see how far you have come in each chapter.")
    show(page, lambda: live.text_block(to_html(render_course(progress_folder()))))


def show_syllabus_map() -> None:
    """Show where each topic of the syllabus is taught, by section, folded, with links to the chapters."""
    show(Page(render_syllabus_map(NOTEBOOKS)))


def render_chapters(notebooks: Path) -> str:
    """Return a table of the chapters that can be read, then the names of those that are not written yet.

    notebooks: a chapter is listed if its notebook lies in this folder, which is that of the page, too; its
    exercise is linked if it lies in the folder `exercises` beside it.
    """
    rows = ["| chapter | asks | minutes | exercise |", "|---|---|---|---|"]
    planned: list[str] = []
    for stem in (stem for stem in CHAPTERS if stem != FIRST_PAGE):
        row = _render_row(stem, notebooks) if (notebooks / f"{stem}.ipynb").exists() else ""
        (rows if row else planned).append(row or _plain_name(stem))
    note = [f"Not written yet: {'; '.join(planned)}."] if planned else []
    return "\n\n".join(["\n".join(rows), *note])


def _plain_name(stem: str) -> str:
    """Return a stem in words.

    >>> _plain_name("06_finding_customers"), _plain_name("case_drugstore_chain")
    ('6 finding customers', 'case drugstore chain')
    """
    return stem.lstrip("0").replace("_", " ")


def _render_row(stem: str, notebooks: Path) -> str:
    """Return the row of a chapter; nothing if its content is not complete."""
    try:
        info, minutes = load_info(stem), count_minutes(stem)
    except (ContentError, FileNotFoundError):
        return ""
    number = f"{int(stem[:2])} " if stem[:2].isdigit() else ""
    reading = f"{minutes} in {len(info.lessons)} lessons" if info.lessons else f"{minutes}"
    exercise = f"exercises/{stem}.ipynb"
    link = (
        f"[{info.minutes.exercise} minutes](../{exercise})" if (notebooks.parent / exercise).exists() else ""
    )
    return (
        f"| [{number}{info.title.en}]({stem}.ipynb) {info.title.zh} | {info.question} | {reading} | {link} |"
    )


def render_syllabus_map(notebooks: Path) -> str:
    """Return what is not covered yet, then the topics of each section, folded: id, term, chapter.

    notebooks: a chapter is a link if its notebook lies in this folder, which is that of the page, too.
    """
    sections = (_render_section(letter, title, notebooks) for letter, title in SECTIONS.items())
    return "\n\n".join([describe_uncovered(), *sections])


def _render_section(letter: str, title: str, notebooks: Path) -> str:
    topics = [topic for topic in load_syllabus().values() if topic.id.startswith(letter)]
    written = chapter_stems()
    lines = ["| id | topic | taught in |", "|---|---|---|"]
    for topic in topics:
        if topic.chapter not in written:
            lines.append(f"| {topic.id} | {term_of(topic)} | {NOT_COVERED} |")
            continue
        where = f"chapter {name_of(topic.chapter)}" if topic.chapter[:1].isdigit() else name_of(topic.chapter)
        if (notebooks / f"{topic.chapter}.ipynb").exists():
            where = f"[{where}]({topic.chapter}.ipynb)"
        lines.append(f"| {topic.id} | {term_of(topic)} | {where} |")
    table = "\n".join(lines)
    return f"<details><summary>{letter} {title}: {len(topics)} topics</summary>\n\n{table}\n\n</details>"


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
    answers = read_all_answers(progress)
    solved = sum(1 for question in questions if answers.get(question.id, {}).get("passed"))
    recorded = len(progress.read("predictions"))
    predictions = "1 prediction" if recorded == 1 else f"{recorded} predictions"
    weakest = "; ".join(name_weakest(stem, progress))
    exercise = f"{solved} of {len(questions)} exercise questions solved"
    weak = f"; weakest topics: {weakest}" if weakest else ""
    return f"- **{title}** ({count_minutes(stem)} minutes): {predictions}, {exercise}{weak}"
