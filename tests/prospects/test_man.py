"""The MAN rule: codes, actions, and the rules that give the course's verdicts."""

from __future__ import annotations

from itertools import product

import pandas as pd
import pytest

from crmlib.prospects.man import (
    CONDITIONS,
    assign_man_codes,
    choose_actions,
    list_phone_prospects,
    search_rules,
)


def test_the_seven_persons_carry_the_codes_of_the_course():
    codes = assign_man_codes(list_phone_prospects()).tolist()
    assert codes == ["m+A+n", "M+A+N", "m+a+N", "m+a+n", "M+A+n", "M+a+n", "M+a+n"]  # K-40


def test_all_eight_codes_have_an_action_and_two_of_them_are_not_in_the_sources():
    rows = pd.DataFrame(list(product([True, False], repeat=3)), columns=list(CONDITIONS))
    actions = choose_actions(assign_man_codes(rows)).set_index("code")
    assert (actions["action"].str.len() > 0).all() and len(actions) == 8
    assert set(actions.index[actions["status"] == "complement"]) == {"M+a+N", "m+A+N"}
    assert actions.index[actions["status"] == "contradictory"].tolist() == ["M+a+n"]


def test_the_contested_code_is_read_as_the_caller_says():
    code = pd.Series(["M+a+n"])
    assert "person 6" in choose_actions(code, contested="attend")["action"].iloc[0]
    assert "no need" in choose_actions(code, contested="stop")["action"].iloc[0]


def test_an_unknown_code_is_refused_with_the_nearest_one():
    with pytest.raises(ValueError, match=r"1 of 2 codes are unknown, such as 'M\+A'.*Expected one of"):
        choose_actions(pd.Series(["M+A+N", "M+A"]))


def count_right(persons: pd.DataFrame, weights: tuple[int, ...], contact: float, ideal: float) -> int:
    """Verdicts given by one rule, person by person."""
    right = 0
    for row in persons.to_dict("records"):
        score = sum(weight for name, weight in zip(CONDITIONS, weights, strict=True) if row[name])
        said = "ideal" if score >= ideal else "contact" if score >= contact else "stop"
        right += said == row["verdict"]
    return right


def test_no_rule_gives_all_seven_verdicts_and_every_weight_gives_six():
    """Brute force over all whole limits says the same as the search over possible scores (X-24)."""
    persons = list_phone_prospects()
    rules = search_rules(persons, max_weight=3)
    assert len(rules) == 27 and set(rules["right"]) == {6}
    for row in rules.to_dict("records"):
        weights = tuple(row[name] for name in CONDITIONS)
        limits = range(1, sum(weights) + 2)
        tried = [count_right(persons, weights, low, high) for low in limits for high in limits if low <= high]
        assert (
            max(tried)
            == row["right"]
            == count_right(persons, weights, row["contact_from"], row["ideal_from"])
        )


def test_if_person_7_is_right_money_must_weigh_less_than_both_others():
    persons = list_phone_prospects()
    rules = search_rules(persons[persons["person"] != 6], max_weight=4)
    full = rules["right"] == rules["of"]
    lightest = rules["money"] < rules[["authority", "need"]].min(axis=1)
    assert full.equals(lightest) and full.any() and not full.all()


def test_if_person_6_is_right_any_weights_will_do():
    persons = list_phone_prospects()
    rules = search_rules(persons[persons["person"] != 7], max_weight=3)
    assert (rules["right"] == 6).all()


def test_the_heaviest_condition_is_named_and_a_tie_is_a_tie():
    rules = search_rules(list_phone_prospects(), max_weight=2).set_index(list(CONDITIONS))["heaviest"]
    assert rules[(2, 1, 1)] == "money"
    assert rules[(1, 2, 2)] == rules[(1, 1, 1)] == "tie"


def test_of_equally_good_limits_the_lowest_are_named():
    """Stop at 0 and ideal at 3 are given: both limits may lie anywhere from 1 to 3."""
    rules = search_rules(list_phone_prospects().iloc[[1, 3]], max_weight=1)
    assert rules.loc[0, ["contact_from", "ideal_from", "right"]].tolist() == [1, 1, 2]
