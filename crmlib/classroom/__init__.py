"""What turns a notebook into a chapter: its opening, predictions, claims, exercises, terms, exam questions.

check_environment      is everything there that the course needs?
show_tables            all tables of a firm at a glance
explore_tables         any table, column by column
show_chapters          the chapters: what each asks, how long it takes, its exercise
show_course_progress   how far a reader has come in each chapter
show_syllabus_map      where each topic is taught
open_chapter           one chapter; its parts are shown where the notebook calls them
open_review            the exam review, which draws on the questions of all chapters

The texts live as YAML in `content/<stem>/`; docs/content_formats.md describes the files. A name is loaded
when it is first asked for, so that opening a chapter does not load the review.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from crmlib.classroom.chapter import open_chapter
    from crmlib.classroom.course.course_map import show_chapters, show_course_progress, show_syllabus_map
    from crmlib.classroom.course.environment import check_environment
    from crmlib.classroom.course.table_guide import explore_tables, show_tables
    from crmlib.classroom.review.review import open_review

__all__ = [
    "check_environment",
    "show_tables",
    "explore_tables",
    "show_chapters",
    "show_course_progress",
    "show_syllabus_map",
    "open_chapter",
    "open_review",
]

_MODULES = {
    "check_environment": "course.environment",
    "show_tables": "course.table_guide",
    "explore_tables": "course.table_guide",
    "show_chapters": "course.course_map",
    "show_course_progress": "course.course_map",
    "show_syllabus_map": "course.course_map",
    "open_chapter": "chapter",
    "open_review": "review.review",
}


def __getattr__(name: str) -> Any:
    """Return a public name from the module that defines it."""
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)
