"""The course as a whole: where what is taught, and what a reader has done.

course_map     chapters with progress, topics with their places
coverage       where each topic is taught, practised and examined
syllabus_page  the same as a page of the documentation
table_guide    every table at a glance, any column looked up
environment    is everything there that the course needs?
schemas        the formats of the files, for editors that complete them
audit          what a chapter's files say that does not fit together
"""
