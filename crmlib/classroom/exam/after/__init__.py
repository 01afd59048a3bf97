"""After the exam: what the marks of a class say of the questions.

marks     the paper as it was printed, and the marks that were typed
analysis  difficulty, discrimination, reliability, choices, numbers of a template
page      all of it on one page with pictures
"""
