"""The bank as other programs read it.

ready    what all of them share: copies of calculations, accepted words, marking points
moodle   Moodle XML
gift     GIFT, plain text
qti      QTI 1.2 as a zip, for Canvas and others
"""
