"""Coursework on its way to the students and back.

students    who is in the class, and whose data are whose
coursework  where an instructor keeps what belongs to one class
hand_out    a folder a student
pack        the one file that a student hands in, and its receipt
hand_in     making that file, with a word on what is still blank
receive     reading what a platform exported, whatever it holds
identify    from whom a file is, and whether it is what it says
collect     which version of each student counts
"""
