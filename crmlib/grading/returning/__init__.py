"""What students, platforms and instructors get to see.

feedback    a page a student, in the student's language, without any right answer
marks       lists for Moodle and Canvas, and a workbook
class_page  where the class is stuck, without groups so small that they are persons
similarity  pairs of submissions that are worth a look
marking_page  where people mark open answers
pages       filling the templates
"""
