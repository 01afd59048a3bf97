"""An answer on its way to a hint.

questions   an exercise as the course wrote it: questions, right answers, likely mistakes
workbook    the right answer, and those that the mistakes lead to, computed on one firm
checks      what a reader's answer is: right, a known mistake, or wrong
slips       what a number betrays that is not right, here as in the exam review
ladder      the next step, and after two tries the worked way
comparison  how a reader's table differs from the right one
"""
