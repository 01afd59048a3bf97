"""The YAML files of the course, read and checked.

schema      one entry of a file: its fields, and what a mistake in it is called
registry    syllabus, numbers, disagreements, sources, the chapters' stems
chapters    what a chapter says of itself: goals, minutes, mistakes, decisions
recall      questions from earlier chapters
glossary    terms in both languages
headings    how a heading is named, and which topics a text names
library     what a file may name of the library
lecture     minutes and notes of a lecture
arithmetic  the few sums that a text may hold
units       how a value is written, with its unit, in both languages
"""
