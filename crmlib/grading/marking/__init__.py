"""Right answers on each student's own firm, and what each answer earns.

firms       making the firms of a class
values      answers as plain data, and back
keys        right answers, and those that likely mistakes lead to, kept a firm
grade       running what was collected, deciding, keeping each result at once
people      what people mark, and how far two of them agree
regrade     deciding anew after a question has changed
"""
