"""What is looked at in a notebook before it is stored.

agreement     text, notebook and students' edition belong together, and none is left over
notebook      order, outputs, pictures, size, traces of a computer, ids
code          length, magics, imports
hidden_state  names that a cell changes after another has read them
prose         balance, links, topics, numbers
untied        numbers in prose that nothing is tied to
report        all of these for one notebook
problem       what a check finds, and the cells that it looks at
"""
