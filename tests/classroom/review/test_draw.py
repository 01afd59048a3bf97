"""Draws do not run out, and the result of a calculation is recognised as printed."""

from datetime import date
from itertools import pairwise

import pytest

from crmlib.classroom.exam.templates import instantiate
from crmlib.classroom.review.content import (
    find_item,
)
from crmlib.classroom.review.draw import (
    ANY,
    Wish,
    choose_items,
    choose_next,
    draw_question,
    judge_points,
    judge_result,
)
from tests.classroom.review.calls import first_of


def test_every_item_comes_once_before_one_comes_again(bank):
    items = choose_items(bank, Wish("list"))
    draws = [draw_question(items, draw=n).item.id for n in range(1, 2 * len(items) + 1)]
    assert sorted(draws[: len(items)]) == sorted(item.id for item in items)
    assert draws[: len(items)] == draws[len(items) :]


def test_a_calculation_that_comes_again_has_new_numbers(bank):
    items = [find_item(bank, "03-13")]
    questions = {draw_question(items, draw=n).question.en for n in range(1, 6)}
    assert len(questions) >= 4


def test_a_wish_narrows_the_bank_and_one_that_nothing_fits_says_so(bank):
    chosen = choose_items(bank, Wish("list", "05_churn_and_recovery", "1"), without=["05-08"])
    assert {(item.kind, item.id[:2], item.difficulty) for item in chosen} == {("list", "05", 1)}
    assert "05-08" not in {item.id for item in chosen}
    with pytest.raises(ValueError, match="No question of the bank fits"):
        draw_question(choose_items(bank, Wish("list", "00_start_here")), draw=1)


def test_a_wish_for_anything_takes_every_chapter(bank):
    items = choose_items(bank, Wish("calculation", ANY, ANY))
    every = {item.id for own in bank.values() for item in own if item.kind == "calculation"}
    assert {item.id for item in items} == every


@pytest.mark.parametrize("key", ["03-13", "03-16", "04-16", "04-17", "05-15", "05-17", "05-18"])
def test_the_printed_result_passes_and_the_printed_mistake_is_named(bank, key):
    item, right, wrong = first_of(bank, key, 2)
    assert judge_result(item, right, seed=2).passed
    feedback = judge_result(item, wrong, seed=2)
    assert (feedback.kind, feedback.name) == ("mistake", item.mistakes[0].name)
    assert item.mistakes[0].note in feedback.message


def test_every_calculation_of_the_bank_recognises_its_printed_result(bank):
    draws = [(item, seed) for items in bank.values() for item in items if item.result for seed in range(1, 6)]
    printed = [(item, instantiate(item, seed=seed).answer.en, seed) for item, seed in draws]
    failing = [
        (item.id, text, seed)
        for item, text, seed in printed
        if not judge_result(item, text, seed=seed).passed
    ]
    assert printed and failing == []


def test_slips_of_any_calculation_are_recognised(bank):
    item = find_item(bank, "03-16")
    ready = instantiate(item, seed=1)
    share = ready.value
    assert judge_result(item, f"{100 * share + 0.3:.1f}", seed=1).kind == "near"
    assert judge_result(item, f"{100 * (1 - share):.1f}", seed=1).name in ("complement", "share of hits")
    assert judge_result(item, f"{share:.6f}", seed=1).name == "factor 0.01"
    assert judge_result(item, f"{-100 * share:.6f}", seed=1).name == "sign"
    assert judge_result(item, "a lot", seed=1).kind == "wrong_type"
    assert judge_result(item, "1", seed=1).kind == "wrong"
    with pytest.raises(ValueError, match="only the result of a calculation is checked"):
        judge_result(find_item(bank, "03-01"), "1", seed=1)


def test_of_several_letters_each_right_one_counts_and_a_wrong_one_takes_all(bank):
    item = next(item for items in bank.values() for item in items if item.kind == "multiple")
    right = item.right_option
    (wrong, *_) = item.wrong_options
    assert judge_points(item, [", ".join(right).upper()], seed=1) == [True] * len(right)
    assert judge_points(item, [right[0]], seed=1) == [True, *[False] * (len(right) - 1)]
    assert judge_points(item, [right + wrong], seed=1) == [False] * len(right)
    assert judge_points(item, [""], seed=1) == [False] * len(right)


def test_a_blank_takes_a_word_in_either_language_whatever_its_case_and_width(bank):
    item = find_item(bank, "03-01")
    first, second = item.points
    assert judge_points(item, [f" {first.en.upper()}. ", second.zh], seed=1) == [True, True]
    assert judge_points(item, ["", "money"], seed=1) == [False, False]


def test_what_was_shown_last_comes_last(bank):
    items = [find_item(bank, key) for key in ("03-01", "03-02", "04-02")]
    shown: list[str] = []
    for draw in range(1, 10):
        ready = choose_next(items, {}, today=date(2026, 3, 1), shown=shown, draw=draw)
        shown.append(ready.item.id)
    assert len(set(shown[:3])) == 3
    assert all(one != other for one, other in pairwise(shown))
