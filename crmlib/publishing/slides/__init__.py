"""A chapter as slides: what each shows is said in its lecture.yaml, and taken from the executed notebook.

deck       all slides in one file
resolve    from what lecture.yaml says about a slide to what it shows
find       the cell that a slide names
tables     tables as a slide shows them, cut to few rows
headlines  numbers in headlines, filled in from what the chapter says
notes      which prose is the note of which slide
markup     Markdown, formulas, code and outputs as HTML
cut        pages that are no lecture, cut into slides as their cells are marked
"""
