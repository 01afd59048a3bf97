"""The exam review: worked examples, fresh ones, lists that are mixed up, a plan.

review      what the notebook calls
content     the guides and lists as the course wrote them
draw        choosing items and drawing their numbers
live        fields and buttons
sitting     a paper against the clock
plan        the days that are left, and what is drawn for them
records     what marks say: when a question comes back, which topics stand
day         one day of the plan, live
week        diagnosis, plan, day, mock, what comes next, as the notebook shows them
phone       the record of the page for a phone, taken and given
words       what the review says by itself, in both languages
pages       the same as stored text
"""
