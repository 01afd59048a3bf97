"""Scores of purchase likelihood, whom to write to, and searched patterns (B-22, B-24, B-25)."""

from __future__ import annotations

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.datasets.loaders import load_truth
from crmlib.relationship_marketing.likelihood import (
    add_purchase,
    check_forecast,
    describe_history,
    fit_purchase_model,
    measure_reach,
    plot_forecast,
    plot_reach,
)
from crmlib.relationship_marketing.offers import join_offer_results
from crmlib.relationship_marketing.patterns import plot_patterns, search_patterns
from crmlib.relationship_marketing.targeting import (
    compare_targeting,
    compare_uplift,
    correct_share,
    draw_targeting,
    find_true_response,
    follow_waves,
    measure_response_by_score,
    plot_response_by_score,
)
from tests.relationship_marketing.calls import make_history, make_results

mpl.use("agg")


@pytest.fixture(scope="module")
def learned(firm):
    """The model of autumn 2024, and the members of autumn 2025 with their scores."""
    before, now = (
        add_purchase(describe_history(firm.receipts, as_of=day), firm.receipts, as_of=day)
        for day in ("2024-09-07", "2025-09-07")
    )
    model = fit_purchase_model(before)
    return model, now.assign(likelihood=model.predict(now))


@pytest.fixture(scope="module")
def results(firm):
    """The offer trial of the firm."""
    return join_offer_results(firm.contacts, firm.receipts, firm.campaigns, points=firm.points)


def test_nothing_later_than_the_day_enters_the_history(firm):
    day = "2025-03-01"
    known = firm.receipts[firm.receipts["purchased_at"] < day]
    pd.testing.assert_frame_equal(
        describe_history(firm.receipts, as_of=day), describe_history(known, as_of=day)
    )


def test_the_window_begins_on_the_day_and_ends_before_its_last():
    history = pd.DataFrame({"customer_id": [1, 2, 3]})
    receipts = pd.DataFrame(
        {"customer_id": [1, 2, 3], "purchased_at": pd.to_datetime(["2025-01-01", "2025-01-31", "2024-12-31"])}
    )
    found = add_purchase(history, receipts, as_of="2025-01-01", within_days=30)
    assert found["bought"].tolist() == [True, False, False]
    with pytest.raises(ValueError, match="receipts end on 2025-01-31, but the period ends on 2025-04-01"):
        add_purchase(history, receipts, as_of="2025-01-01", within_days=90)


def test_the_model_finds_what_drives_buying():
    # in make_history the purchases of the year drive buying, silence and tenure do not
    table = fit_purchase_model(make_history(4000)).table.set_index("feature")
    assert table.loc["tenure_days", "low"] < 1 < table.loc["tenure_days", "high"]
    history = make_history(4000)
    likely = fit_purchase_model(history).predict(history)
    assert np.corrcoef(likely, history["purchases_year"])[0, 1] > 0.9


def test_a_column_that_knows_the_future_is_noticed():
    history = make_history(300)
    leaky = history.assign(silence_days=np.where(history["bought"], 0, 300))
    with pytest.raises(ValueError, match="Suspect a column that knows the future"):
        fit_purchase_model(leaky)
    with pytest.raises(ValueError, match=r"history.bought: all or none bought"):
        fit_purchase_model(history.assign(bought=True))


def test_the_score_of_last_autumn_holds_this_autumn(learned):
    model, now = learned
    table = check_forecast(now["likelihood"], now["bought"])
    assert np.abs(table["forecast"] - table["bought_share"]).max() < 0.06
    assert model.n > 4000 and table["bought_share"].is_monotonic_increasing
    reach = measure_reach(now["likelihood"], now["bought"]).set_index("written_share")["reached_share"]
    by_recency = measure_reach(-now["silence_days"], now["bought"]).set_index("written_share")[
        "reached_share"
    ]
    assert reach.iloc[5] >= by_recency.iloc[5] > 0.5


@given(st.lists(st.booleans(), min_size=4, max_size=60).filter(lambda facts: 0 < sum(facts) < len(facts)))
def test_reach_rises_to_all_buyers_and_perfect_scores_come_first(facts):
    table = measure_reach(np.asarray(facts, dtype=float), facts)
    assert table["reached_share"].is_monotonic_increasing and table["reached_share"].iloc[-1] == 1
    assert table["lift"].iloc[-1] == 1
    assert (table["reached_share"] >= table["written_share"] - 1e-12).all()
    assert check_forecast(np.full(len(facts), 0.5), facts)["n"].sum() == len(facts)


@pytest.mark.parametrize("score", [[0.1, float("nan")], [0.1], ["high", "low"], [[0.1, 0.2]]])
def test_scores_that_do_not_fit_are_refused(score):
    with pytest.raises(ValueError, match="score"):
        measure_reach(score, [True, False])
    with pytest.raises(ValueError, match="nothing to rank"):
        check_forecast([0.1, 0.2], [True, True])


def test_the_likeliest_need_no_letter(learned, results):
    # the truth of the firm: writing to the likeliest brings fewer extra buyers than writing at random
    outcomes, (_, now) = load_truth("outcomes"), learned
    table = compare_targeting(outcomes, results, now).set_index("order")
    assert table["buyers"].idxmax() == "likeliest first"
    assert table.loc["likeliest first", "extra_buyers"] < table.loc["at random", "extra_buyers"]
    assert table.loc["undecided first", "extra_buyers"] > table.loc["at random", "extra_buyers"]
    true_response = find_true_response(outcomes, results, now)
    assert true_response["uplift"].idxmax() in (2, 3)  # the middle groups of five
    measured = measure_response_by_score(results, now)
    inside = (measured["low"] <= true_response["uplift"]) & (true_response["uplift"] <= measured["high"])
    assert inside.sum() >= 4


def test_the_gap_of_uplift_covers_the_truth(learned, results):
    gap = compare_uplift(results, learned[1])
    rows = find_true_response(load_truth("outcomes"), results, learned[1], groups=10)
    truth = rows["uplift"].tail(3).mean() - rows["uplift"].head(7).mean()
    assert gap.covers(truth) and truth < 0 and gap.unit == "percentage points"
    with pytest.raises(ValueError, match=r"top_share is 1, expected a share from 0.01 to 0.99"):
        compare_uplift(results, learned[1], top_share=1)


def test_everybody_written_to_makes_the_orders_equal(learned, results):
    table = compare_targeting(load_truth("outcomes"), results, learned[1], written_share=1)
    assert table["buyers"].round(6).nunique() == 1 and table["extra_buyers"].round(6).nunique() == 1


def test_members_without_score_and_unknown_arms_are_refused(learned, results):
    with pytest.raises(ValueError, match=r"scores: \d+ members of the trial have no score"):
        measure_response_by_score(results, learned[1].head(100))
    with pytest.raises(ValueError, match="arm is 'cuopon', expected one of coupon, double_points, reminder"):
        measure_response_by_score(results, learned[1], arm="cuopon")
    with pytest.raises(ValueError, match=r"written_share is 0, expected a share from 0.001 to 1"):
        compare_targeting(load_truth("outcomes"), results, learned[1], written_share=0)


@given(st.floats(0, 1), st.floats(0.1, 1000), st.integers(0, 50), st.integers(0, 50))
def test_a_corrected_share_lies_between_guess_and_response(guess, weight, bought, others):
    n = bought + others
    corrected = correct_share(guess, weight=weight, bought=bought, n=n)
    response = bought / n if n else guess
    assert min(guess, response) - 1e-9 <= corrected <= max(guess, response) + 1e-9


def test_wrong_guesses_are_refused_and_right_ones_die_slowly():
    assert correct_share(0.5, weight=20, bought=8, n=60) == 0.225
    for wrong in ({"guess": 1.2}, {"weight": 0}, {"bought": 61}, {"n": -1}, {"bought": 1.5}):
        values = {"guess": 0.5, "weight": 20, "bought": 8, "n": 60, **wrong}
        with pytest.raises(ValueError, match=f"{next(iter(wrong))} is "):
            correct_share(values.pop("guess"), **values)
    waves = follow_waves(make_results(400), guess=0.9, weight=20, waves=5)
    gaps = (waves["corrected"] - waves["bought_share"]).to_numpy()
    assert (gaps > 0).all() and gaps[-1] < gaps[0]
    assert waves["written"].iloc[-1] == 200 and waves["low"].lt(waves["high"]).all()
    with pytest.raises(ValueError, match="waves is 500, expected a whole number from 1 to the 200 members"):
        follow_waves(make_results(400), waves=500)


def test_searched_patterns_shrink_in_the_other_half():
    # nothing is there to be found: 20 groups, every customer buys with probability 0.3
    generator = np.random.default_rng(5)
    people = pd.DataFrame({"customer_id": range(4000), "month": generator.integers(1, 21, 4000)})
    people["bought"] = generator.random(4000) < 0.3
    patterns = search_patterns(people, traits=["month"])
    best = patterns.head(5)
    assert best["found_share"].mean() > 0.34 and abs(best["again_share"].mean() - 0.3) < 0.04
    assert patterns["n_found"].sum() + patterns["n_again"].sum() == 4000


def test_a_pattern_that_is_there_is_found_again():
    people = pd.DataFrame({"customer_id": range(1000), "sex": ["f", "m"] * 500})
    people["bought"] = people["sex"] == "f"
    best = search_patterns(people, traits=["sex"]).iloc[0]
    assert (best["pattern"], best["found_share"], best["again_share"]) == ("sex = f", 1, 1)
    with pytest.raises(ValueError, match="customers: no column 'sexe'"):
        search_patterns(people, traits=["sexe"])
    with pytest.raises(ValueError, match=r"customers.sex: 1 values are missing"):
        search_patterns(people.assign(sex=people["sex"].where(people.index > 0)), traits=["sex"])
    with pytest.raises(ValueError, match="no group of 600 in the searched half"):
        search_patterns(people, traits=["sex"], least=600)


def test_the_plots_label_both_axes(learned, results):
    model, now = learned
    outcomes = load_truth("outcomes")
    patterns = search_patterns(now.assign(month=now["customer_id"] % 12), traits=["month"])
    axes = [
        plot_forecast(check_forecast(now["likelihood"], now["bought"])),
        plot_reach({"score": now["likelihood"], "recent first": -now["silence_days"]}, now["bought"]),
        plot_response_by_score(
            measure_response_by_score(results, now), find_true_response(outcomes, results, now)
        ),
        plot_patterns(patterns, base_share=0.3),
    ]
    assert all(ax.get_xlabel() and ax.get_ylabel() for ax in axes)
    rows = now.assign(anyway=now["bought"], offered=True)
    draw_targeting(axes[0], rows=rows, written_percent=30, order="at random")
    assert "extra buyers per 100 letters" in axes[0].get_title()
    assert model.table["feature"].tolist()[0] == "silence_days"


def test_a_fifth_score_is_refused_and_not_left_out():
    scores = {str(number): [2, 1] for number in range(5)}
    with pytest.raises(ValueError, match="plot_reach: 5 scores, expected 1 to 4"):
        plot_reach(scores, [True, False])
