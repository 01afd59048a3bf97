"""Exam items and what is made of them.

items       an item: its kind, its texts, its numbers, its marking points
templates   a calculation with the numbers of a seed, solved step by step
papers      a paper and its marking scheme
"""
