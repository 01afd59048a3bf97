"""The exam review: worked examples, fresh ones, lists that are mixed up, a plan.

review      what the notebook calls
content     the guides and lists as the course wrote them
draw        choosing items and drawing their numbers
live        fields and buttons
pages       the same as stored text
"""
