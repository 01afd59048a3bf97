"""Everything that turns a notebook into a chapter: claims, checks, exam items, glossary, notes.

    from crmlib.classroom import open_chapter

The texts live as YAML in `content/<stem>/`; docs/content_formats.md describes the files. The modules here
load and check those files, compute verdicts and feedback, and show them. Concept modules never import it.
"""

from crmlib.classroom.chapter import Chapter, open_chapter

__all__ = ["Chapter", "open_chapter"]
