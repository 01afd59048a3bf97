"""Running what others have written, so that it can do no harm and loses nothing of its honest answers.

job          what is to be run, and what came of it
apart        starting a program that Ctrl-C does not reach; all tiers use it
child        the program inside: runs cells, tells answers as plain JSON, knows no right answer
bubblewrap   the tier for Linux: no network, no processes, nothing to read but the course
filter       the system calls that are refused there
uncontained  no tier at all, for submissions that you trust
tiers        which tier is there
watch        starting the child, reading what it tells, ending it, going on behind a cell that ended it
"""
