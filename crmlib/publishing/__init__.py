"""From text to executed notebook: what authors and instructors need, and students never open.

`course` knows where texts and notebooks lie, `pairing` keeps both sides of a pair in step, `execute` runs a
notebook, `clean` removes what differs from run to run, `numbers` ties numbers in sentences to computed
values, `editions` makes the students' exercises, `slides` a slide deck, and `inspect_notebook` finds what a
reader would stumble over. `build` puts these together; `command` is what ``crm`` calls.
"""
