"""What every floor stands on, and what knows nothing of customers.

checksums   whether a generated file is still as it was made
files       where the course lies, and how a file is written so that nobody ever sees half of it
notebook    whether a notebook's kernel runs the code
printing    how a page becomes a PDF, and whether a browser window can open
spelling    did you mean …?
units       how a unit is called in both languages, and how many decimals a number needs
"""
