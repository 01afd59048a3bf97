"""Numbers in prose, tied to what the cells above them compute.

ties            finding a tie, writing the number that belongs there
values          asking the kernel for the value
pytest_numbers  the same as a test: every tied number is computed anew
"""
