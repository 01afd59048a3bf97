"""Exports of other programs: from the file of a till or a web shop to tables that this library opens.

choices    What does the reader say about the export, in a small YAML file?
meanings   Which column of the export holds what?
formats    Which kind of file is it, and where does its table begin?
text       How is a file of text read in parts, whatever its encoding?
books      How are Excel files, Parquet files and databases read in parts?
amounts    How is an amount read, however it is written?
moments    How is a date or a time read, when nothing may be guessed?
cards      How do card numbers become whole numbers, with nothing merged?
personal   Which columns tell who somebody is, and how is such a number replaced?
rows       What does each row say, and which rows are left out?
shelf      Where do rows lie that are too many for the memory?
receipts   How do rows become receipts and returns?
tally      What is counted over all receipts, and refused only when the last one was seen?
account    What was read, merged and left out, and why?
folder     How is a firm written, so that `load_firm(folder)` opens it?
reading    All of it in order: from a file to a folder.
command    The command `crm import`.

Students open what was imported with `load_firm(folder)`; nothing here is for notebooks.
"""

__all__: list[str] = []
