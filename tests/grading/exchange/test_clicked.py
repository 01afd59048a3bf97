"""Clicked answers stand in the code as if they had been typed."""

import ast

import pytest

from crmlib.classroom.display import CLICKED_ANSWER
from crmlib.grading.exchange.clicked import fill_in, find_on_page
from crmlib.grading.exchange.notebook import code_cells


def on_page(key, answer) -> dict:
    """Return an output as a notebook stores it after a click."""
    return {"output_type": "display_data", "data": {CLICKED_ANSWER: {"question": key, "answer": answer}}}


@pytest.mark.parametrize(
    ("source", "filled"),
    [
        ('chapter.answer("w1")', "chapter.answer(\"w1\", 'b')"),
        ('chapter.answer("w1",)', "chapter.answer(\"w1\", 'b',)"),
        ('chapter.answer(\n    "w1"\n)', "chapter.answer(\n    \"w1\", 'b'\n)"),
        ('说 = 1; chapter.answer("w1")', "说 = 1; chapter.answer(\"w1\", 'b')"),
        (
            'chapter.answer("w1"); chapter.answer("w2")',
            "chapter.answer(\"w1\", 'b'); chapter.answer(\"w2\", ['包修'])",
        ),
        ('chapter.answer("w1", "c")', 'chapter.answer("w1", "c")'),
        ('chapter.answer("w3")', 'chapter.answer("w3")'),
        ('chapter.answer("w1"', 'chapter.answer("w1"'),
        ("other(1)", "other(1)"),
    ],
)
def test_an_answer_is_written_into_empty_fields_and_nowhere_else(source, filled):
    assert fill_in(source, {"w1": "b", "w2": ["包修"]}) == filled


def test_what_a_student_writes_can_leave_its_quotes_in_no_way():
    wild = "b')\nimport os  # \\"
    tree = ast.parse(fill_in('chapter.answer("w1")', {"w1": wild}))
    assert ast.literal_eval(tree.body[0].value.args[1]) == wild and len(tree.body) == 1


def test_the_answer_below_a_cell_belongs_to_its_code():
    data = {
        "cells": [{"cell_type": "code", "source": 'chapter.answer("w1")', "outputs": [on_page("w1", "b")]}]
    }
    assert code_cells(data) == ["chapter.answer(\"w1\", 'b')"]


@pytest.mark.parametrize(
    "output",
    [
        None,
        {},
        {"data": None},
        {"data": {CLICKED_ANSWER: 3}},
        on_page("w1", 3),
        on_page("w1", [1]),
        on_page("w1", "x" * 1001),
        on_page(3, "b"),
    ],
)
def test_an_output_that_nobody_clicked_is_no_answer(output):
    assert find_on_page({"outputs": [output]}) == {}
    assert find_on_page({"outputs": output}) == {}
