"""What is looked at in a notebook before it is stored.

notebook      order, outputs, pictures, size, ids
prose         words, links, topics, numbers
hidden_state  names that a cell needs from far away
untied        numbers in prose that no cell computed
report        all of these for one notebook
"""
