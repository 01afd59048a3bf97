"""The firm on its way to files.

export        all tables, the truth and the parameters
files         nothing of others is overwritten, nothing is left half
copies        CSV and Excel copies
data_package  the descriptions beside the tables
"""
