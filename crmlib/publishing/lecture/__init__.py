"""A chapter in front of a class: its slides with a kernel behind them, and the plan of lecture and term.

session  runs a chapter in a kernel that stays, and moves sliders
figures  live figures on slides: at their telling settings, or with sliders
serve    the slides as a page of this computer, with the kernel behind it
plan     what fits into the minutes, where to ask, what to leave out
term     all chapters over the weeks of a term, as a table and a calendar
command  what ``crm lecture`` calls
"""
