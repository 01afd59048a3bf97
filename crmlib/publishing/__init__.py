"""From text to executed notebook: what authors and instructors need, and students never open.

course        where texts, notebooks and exercises lie
files         how both are read and written
pairing       which side of a pair was edited, and taking that edit
dependencies  what a notebook becomes stale after
execute       running a notebook, with the numbers of its sentences
numbers       numbers in sentences, tied to what the cells compute
clean         leaving out what differs from run to run
editions      the students' exercise, made from the solution
build         all of these together
inspect       what a reader would stumble over
working_copy  the reader's own copy, which `crm lab` opens
slides        a slide deck in one file
report        one page on a firm's customers
book          the whole course as a web book
live          chapters that run in a web page
revise        the review on one page for a phone
parsing       parsing Python while other threads may parse as well
command       what ``crm`` calls
"""
