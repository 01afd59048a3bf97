"""Whom to try to win back, and what a rule is worth: sorted and counted by hand."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from crmlib.charts.style import COLOURS
from crmlib.recovery import triage
from crmlib.recovery.triage import (
    assign_triage,
    compare_win_back_rules,
    list_triage_actions,
    plot_win_back_rules,
    price_arms,
)
from crmlib.recovery.win_back import ARMS
from crmlib.tables.dictionary import TABLES
from tests.pictures import read_bars, read_frame, read_lines, read_whiskers
from tests.recovery.calls import FRAMES, LAST

RECEIPTS, EXITS, PROFITS = FRAMES["receipts"], FRAMES["exits"], FRAMES["profits"]
NOBODY = EXITS.assign(customer_id=[901, 902, 903, 904, 905])


def buy(*margins: float, days_ago: int = 200) -> pd.DataFrame:
    """One receipt of the customers 1, 2, …, so many days before the end of 2025."""
    when = pd.Timestamp(LAST) - pd.Timedelta(days=days_ago)
    return pd.DataFrame(
        {"customer_id": range(1, len(margins) + 1), "purchased_at": when, "margin_cny": margins}
    )


def test_the_decision_table_has_a_line_for_every_value_and_reason():
    actions = list_triage_actions()
    assert actions.columns.tolist() == ["asks", "level", "action", "action_zh"]
    assert actions.groupby("asks").size().to_dict() == {"reason": 7, "value": 4}
    assert {"见机行事", "尽力挽回", "极力挽回", "放弃"} <= set(actions["action_zh"])
    reasons = TABLES["exits"].columns["stated_reason"].levels
    assert set(triage._TREATMENTS) == {*reasons, "unknown"}


def test_the_most_valuable_get_the_utmost_effort():
    # of ten, the two with the largest margin are important and the next four ordinary
    found = assign_triage(buy(*range(10, 110, 10)), NOBODY, as_of=LAST)
    assert found["value"].tolist() == ["small"] * 4 + ["ordinary"] * 4 + ["important"] * 2
    assert found["effort"].tolist()[::5] == ["act as the case allows", "try hard"]
    assert found["effort"].iloc[-1] == "utmost effort, again and again"
    assert found["value"].min() == "small"


def test_whose_rank_meets_the_limit_belongs_to_the_better_class():
    found = assign_triage(buy(1, 2, 3, 4), NOBODY, as_of=LAST, important_share=0.25, ordinary_share=0.5)
    assert found["value"].tolist() == ["small", "ordinary", "ordinary", "important"]


@pytest.mark.parametrize(("margin", "value"), [(0.01, "important"), (0.0, "worthless"), (-3.0, "worthless")])
def test_who_brought_nothing_is_worthless_however_few_brought_more(margin, value):
    found = assign_triage(buy(margin, -9, -9, -9, -9), NOBODY, as_of=LAST)
    assert found["value"].iloc[0] == value


def test_who_moved_is_not_chased_whatever_her_value():
    found = assign_triage(buy(10, 900, 800), EXITS.assign(customer_id=[1, 2, 7, 8, 9]), as_of=LAST)
    assert found["reason"].tolist() == ["moved", "moved", "unknown"]
    assert found["effort"].tolist()[:2] == ["part as friends"] * 2
    assert found["treatment"].tolist()[1:] == ["will not come back: part as friends", "ask before acting"]


def test_the_lost_are_described_from_their_last_good_year():
    # even members bought twice for 30 yuan in early 2023; odd ones still buy
    found = assign_triage(RECEIPTS, EXITS, as_of=LAST).set_index("customer_id")
    assert list(found.index) == list(range(2, 41, 2)) and set(found["margin_before_cny"]) == {60.0}
    assert found.loc[6, "reason"] == "price" and found.loc[40, "reason"] == "unknown"
    assert set(found["silence_days"]) == {1005}


@pytest.mark.parametrize(("days_before", "margin"), [(364, 5.0), (365, 3.0)])
def test_the_last_good_year_has_365_days(days_before, margin):
    bought = pd.concat([buy(3.0), buy(2.0, days_ago=200 + days_before)])
    assert assign_triage(bought, NOBODY, as_of=LAST)["margin_before_cny"].tolist() == [margin]


def test_lost_is_who_is_silent_for_more_than_half_a_year_unless_you_say_so():
    assert len(assign_triage(buy(5, days_ago=181), NOBODY, as_of=LAST)) == 1
    with pytest.raises(ValueError, match="receipts: nobody was silent for more than 180 days"):
        assign_triage(buy(5, days_ago=180), NOBODY, as_of=LAST)
    assert len(assign_triage(buy(5, 6), NOBODY, as_of=LAST, silence_days=199)) == 2
    with pytest.raises(ValueError, match="receipts: nobody was silent for more than 200 days on 2025-12-31"):
        assign_triage(buy(5, 6), NOBODY, as_of=LAST, silence_days=200)


def test_who_bought_on_the_day_itself_is_not_lost():
    found = assign_triage(pd.concat([buy(5, 6), buy(1, days_ago=0)]), NOBODY, as_of=LAST)
    assert found["customer_id"].tolist() == [2]


def test_interviews_and_receipts_after_the_day_are_not_known():
    asked = EXITS.assign(customer_id=range(1, 6), asked_on=pd.Timestamp("2026-02-01"))
    late = buy(9e6, 9e6, 9e6, days_ago=-40)
    found = assign_triage(pd.concat([buy(1, 2, 3), late]), asked, as_of=LAST)
    assert set(found["reason"]) == {"unknown"} and found["margin_before_cny"].tolist() == [1, 2, 3]
    today = assign_triage(buy(1, 2, 3), asked.assign(asked_on=pd.Timestamp(LAST)), as_of=LAST)
    assert today["reason"].tolist() == ["moved", "moved", "price"]


def test_some_of_the_lost_must_be_small():
    with pytest.raises(ValueError, match=r"assign_triage: important_share 0\.6.* leave room for small"):
        assign_triage(RECEIPTS, EXITS, as_of=LAST, important_share=0.6)


def test_an_arm_is_priced_by_margin_less_contact():
    # the firm keeps 30 of 100 yuan; a letter costs 2.5 yuan
    assert PROFITS.loc[1].tolist() == pytest.approx([0, -2.5, -2.5, -2.5, -2.5])
    assert PROFITS.loc[5, "both"] == pytest.approx(30 - 2.5)


def test_an_offer_costs_only_those_who_use_it():
    # in the trial, members 35 and 40 were offered both and bought; their contact cost 9.5 instead of 2.5
    contacts = FRAMES["contacts"].copy()
    used = (contacts["campaign_id"] == 4) & contacts["customer_id"].isin([35, 40])
    contacts.loc[used, "cost_cny"] = 9.5
    found = price_arms(FRAMES["truth.outcomes"], contacts, RECEIPTS, FRAMES["campaigns"])
    assert found.loc[5, "both"] == pytest.approx(30 - 9.5) and found.loc[1, "both"] == pytest.approx(-2.5)


def test_an_arm_in_which_everybody_bought_has_no_cost_of_its_contact():
    truth = FRAMES["truth.outcomes"].assign(bought=lambda t: t["bought"] | (t["arm"] == "price"))
    with pytest.raises(ValueError, match="contacts: everybody in the arm price bought"):
        price_arms(truth, FRAMES["contacts"], RECEIPTS, FRAMES["campaigns"])


@pytest.mark.parametrize(
    ("part", "found"),
    [
        (lambda t: t.head(7), "7 rows for 2 of the 40"),
        (lambda t: t[t["arm"] != "both"], "160 rows for 40 of the 40"),
        (lambda t: t.assign(campaign_id=3), "0 rows for 0 of the 40"),
        (lambda t: t.assign(customer_id=t["customer_id"] + 1), "200 rows for 39 of the 40"),
    ],
    ids=["few members", "an arm less", "another trial", "other members"],
)
def test_a_truth_without_every_arm_of_every_member_is_not_priced(part, found):
    with pytest.raises(ValueError, match=rf"truth\.outcomes: {found} .*expected all 5 arms of each"):
        price_arms(part(FRAMES["truth.outcomes"]), FRAMES["contacts"], RECEIPTS, FRAMES["campaigns"])


def test_rules_are_worth_what_their_arms_earn():
    # of forty, eight buy if both are offered, for 27.5 yuan; the others cost 2.5
    rules = {arm: pd.Series(arm, index=PROFITS.index) for arm in ARMS}
    table = compare_win_back_rules(PROFITS, rules).set_index("rule")
    assert table.loc["control", ["contacted", "profit_cny", "low", "high"]].tolist() == [0, 0, 0, 0]
    assert table.loc["both", ["contacted", "profit_cny"]].tolist() == pytest.approx([40, 8 * 27.5 - 32 * 2.5])
    assert table.loc["best possible", ["contacted", "profit_cny"]].tolist() == pytest.approx([8, 8 * 27.5])
    assert table.loc["both", "share_of_best"] == pytest.approx(140 / 220)
    assert (table["low"] <= table["profit_cny"]).all() and (table["high"] >= table["profit_cny"]).all()


def test_the_interval_of_a_rule_is_as_wide_as_chance_makes_it():
    rng = np.random.default_rng(3)
    gain = rng.gamma(0.3, 60, 400) - 10
    profits = pd.DataFrame({"control": 0.0, "both": gain})
    row = compare_win_back_rules(profits, {"all": pd.Series("both", index=profits.index)}).iloc[0]
    assert (row["high"] - row["low"]) / 3.92 == pytest.approx(np.sqrt(400) * gain.std(), rel=0.1)


def test_a_rule_is_held_against_doing_nothing():
    # both bring 8 and -2 yuan, nothing at all 0 and 5: the rule gains 8 and loses 7, the best gains 8
    profits = pd.DataFrame({"control": [0.0, 5.0], "both": [8.0, -2.0]}, index=[1, 2])
    table = compare_win_back_rules(profits, {"all": pd.Series("both", index=[1, 2])})
    assert table["profit_cny"].tolist() == [1, 8] and table["share_of_best"].tolist() == [1 / 8, 1]


def test_a_rule_may_name_its_customers_in_any_order():
    rule = pd.Series(np.where(PROFITS.index % 5 == 0, "both", "control"), index=PROFITS.index)
    table = compare_win_back_rules(PROFITS, {"knows": rule.sample(frac=1, random_state=1)})
    assert table["share_of_best"].tolist() == pytest.approx([1, 1])


def test_if_nothing_earns_there_is_no_share_of_the_best():
    nothing = PROFITS.assign(both=-1.0)
    table = compare_win_back_rules(nothing, {"all": pd.Series("both", index=PROFITS.index)})
    assert table["share_of_best"].isna().all() and table["contacted"].tolist() == [40, 0]


@pytest.mark.parametrize(
    "rule",
    [
        pd.Series("both", index=PROFITS.index[:5]),
        pd.Series("gift", index=PROFITS.index),
        pd.Series("both", index=[1] * 40),
        pd.Series("both", index=PROFITS.index + 100),
        ["both"] * 40,
    ],
    ids=["too few", "unknown arm", "one customer forty times", "other customers", "no column"],
)
def test_a_rule_names_one_arm_for_each_customer(rule):
    with pytest.raises(ValueError, match="rule 'mine': expected one of the arms control, neither, price"):
        compare_win_back_rules(PROFITS, {"mine": rule})


def test_an_arm_that_a_rule_names_must_be_priced():
    everybody = {"all": pd.Series("both", index=PROFITS.index)}
    with pytest.raises(ValueError, match="profits: misspelt columns: 'boths' looks like 'both'"):
        compare_win_back_rules(PROFITS.rename(columns={"both": "boths"}), everybody)


def test_the_picture_tells_gains_from_losses_and_from_the_best_possible_rule():
    rules = pd.DataFrame(
        {"rule": ["best possible", "nobody", "everybody", "by value"], "profit_cny": [900.0, 0, -200, 300],
         "low": [800.0, 0, -300, 250], "high": [1000.0, 0, -50, 400]}
    )  # fmt: skip
    ax = plot_win_back_rules(rules)
    assert ax.figure.get_figheight() == 3.2
    assert read_frame(ax) == {
        "x": "profit over doing nothing (yuan)",
        "y": "rule",
        "rows": rules["rule"].tolist(),
    }
    assert [(colour, left, width) for colour, left, _, width, _ in read_bars(ax)] == [
        (COLOURS["truth"], 0, 900), (COLOURS["gain"], 0, 0), (COLOURS["loss"], 0, -200),
        (COLOURS["gain"], 0, 300),
    ]  # fmt: skip
    assert read_whiskers(ax) == [
        [[800, 0], [1000, 0]], [[0, 1], [0, 1]], [[-300, 2], [-50, 2]], [[250, 3], [400, 3]]
    ]  # fmt: skip
    assert read_lines(ax)[-1] == ("#000000", "-", "", [0, 0], [0, 1])
    assert ax.yaxis_inverted() and ax.xaxis.get_major_formatter()(4000) == "4,000"


def test_of_customers_worth_the_same_the_first_is_served_first():
    shares = {"important_share": 0.34, "ordinary_share": 0.34}
    found = assign_triage(buy(100.0, 100.0, 100.0), NOBODY, as_of=LAST, **shares)
    assert found["value"].tolist() == ["important", "ordinary", "small"]
    assert found["value"].cat.ordered
