"""The MAN rule: codes, actions, and the rules that give the course's verdicts."""

from __future__ import annotations

from itertools import product

import pandas as pd
import pytest

from crmlib.charts.style import new_axes
from crmlib.prospects import man
from crmlib.prospects.man import (
    CONDITIONS,
    assign_man_codes,
    choose_actions,
    list_phone_prospects,
    search_rules,
)
from tests.pictures import catch_live, describe_figure, lines_of, read_sliders


def test_the_seven_persons_carry_the_codes_of_the_course():
    named = assign_man_codes(list_phone_prospects())
    assert (named.dtype, named.name) == (object, "code")
    codes = assign_man_codes(list_phone_prospects()).tolist()
    assert codes == ["m+A+n", "M+A+N", "m+a+N", "m+a+n", "M+A+n", "M+a+n", "M+a+n"]  # K-40
    assert list_phone_prospects().columns.tolist() == ["person", "who", *CONDITIONS, "verdict", "said"]


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
    rules = search_rules(persons, max_weight=2)
    assert len(rules) == 8 and set(rules["right"]) == {6}
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
    assert rules.index.tolist() == list(range(len(rules)))
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


def test_each_person_has_a_bar_and_what_the_rule_says_where_it_differs(monkeypatch):
    live = catch_live(monkeypatch, man, lambda: man.explore_man_rule(list_phone_prospects(), max_weight=4))
    ax = new_axes()
    live["draw"](ax, money=2, authority=1, need=1, limit=2)
    assert describe_figure(ax) == lines_of("""
        picture: 6.4 × 3.6
        title: 4 of 7 verdicts as in the source
        x: score (sum of the weights of conditions met)
        y: person and code
        y ticks at 0, 1, 2, 3, 4, 5, 6: 1  m+A+n | 2  M+A+N | 3  m+a+N | 4  m+a+n | 5  M+A+n |
         6  M+a+n | 7  M+a+n
        y runs backwards
        bars orange ///blue: 0: 0 to 1, 1: 0 to 4, 2: 0 to 1, 3: 0 to 0, 4: 0 to 3, 5: 0 to 2, 6: 0 to 2
        upright black --: x = 1.5
        texts black (left, center): (1, 0) stop, source: contact, (4, 1) ideal, (1, 2) stop, source: contact,
         (0, 3) stop, (3, 4) contact, (2, 5) contact, (2, 6) contact, source: stop
    """)
    assert ax.get_xlim() == pytest.approx((0, 1.45 * 4))
    assert read_sliders(live) == {
        "money": (1, 4, 1, 1), "authority": (1, 4, 1, 1), "need": (1, 4, 1, 1), "limit": (1, 8, 1, 1),
    }  # fmt: skip


def test_twelve_persons_have_a_line_each_and_a_thirteenth_has_none(monkeypatch):
    seven = list_phone_prospects()
    many = pd.concat([seven, seven.tail(6)], ignore_index=True).assign(person=range(1, 14))
    catch_live(monkeypatch, man, lambda: man.explore_man_rule(many.head(12)))
    with pytest.raises(ValueError, match="prospects: 13 rows, expected at most 12"):
        man.explore_man_rule(many)


def test_what_is_no_column_of_codes_is_refused():
    with pytest.raises(TypeError, match=r"codes: expected a column \(pandas Series\), found list"):
        choose_actions(["M+A+N"])


def test_the_best_rules_come_first_then_the_lightest_weights():
    persons = list_phone_prospects()
    rules = search_rules(persons[persons["person"] != 6], max_weight=2)
    assert rules.columns.tolist() == [
        "money", "authority", "need", "contact_from", "ideal_from", "right", "of", "heaviest",
    ]  # fmt: skip
    # 1, 2, 2: manager and clerk reach 2, both technicians 1; money and authority, 3, is no ideal yet
    assert rules.iloc[0].tolist() == [1, 2, 2, 2, 4, 6, 6, "tie"]
    others = rules.iloc[1:][["money", "authority", "need"]].to_numpy().tolist()
    assert others == sorted(others) and len(others) == 7 and set(rules["right"].iloc[1:]) == {5}
