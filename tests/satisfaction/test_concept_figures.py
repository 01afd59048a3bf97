"""The figures of chapter 4: axes with quantity and unit, nothing cut off, live ones that redraw quickly."""

from __future__ import annotations

import re
import sys
import time

import pandas as pd
import pytest

from crmlib.charts import interactive
from crmlib.charts import style as charts
from crmlib.datasets.loaders import load_truth
from crmlib.loyalty import card, fee, points, winning
from crmlib.loyalty import degree as loyalty
from crmlib.satisfaction import answers as answers_module
from crmlib.satisfaction import base_rate, response, service, word_of_mouth
from crmlib.satisfaction import curve as curve_module
from crmlib.satisfaction import model as repurchase_model
from crmlib.satisfaction import scores as satisfaction
from crmlib.trials import trial

UNIT = re.compile(
    r"\(.+\)|customers lost|whose scores|question|comparison|how it is counted|customer$|from promise"
)


@pytest.fixture(scope="module")
def answers(firm):
    """All answers that can be followed for a year."""
    followed = answers_module.follow_answers(firm.surveys, firm.receipts)
    return answers_module.add_competition(followed, firm.members, firm.stores)


@pytest.fixture(scope="module")
def trials(firm):
    """The acquisition trial and the arms of the offer trial."""
    return trial.measure_store_trial(firm.store_trials, firm.members), trial.measure_offer_trial(
        firm.contacts, firm.receipts, firm.campaigns, points=firm.points
    )


@pytest.fixture(scope="module")
def plots(firm, answers, trials):
    """name → a plot function with its data, waiting for axes."""
    spend = loyalty.measure_yearly_spend(firm.receipts, as_of="2026-01-01")
    counted = winning.cost_per_customer(firm.marketing_costs, firm.members, firm.receipts, as_of="2026-01-01")
    curve = repurchase_model.fit_repurchase_curve(answers)
    gap = card.compare_members_with_others(firm.panel, draws=20, seed=1)
    true_gap = card.measure_true_card_gap(load_truth("shoppers"))
    waiting = service.relate_waiting_to_satisfaction(firm.queues, firm.surveys, firm.members)
    cost = points.cost_of_points(firm.points, firm.receipts)
    stories = word_of_mouth.simulate_word_of_mouth(stories=500, seed=1)
    truth = load_truth("surveys")
    return {
        "score": lambda ax: satisfaction.plot_score_distribution(firm.surveys, ax=ax),
        "respondents": lambda ax: response.plot_respondents_against_truth(firm.surveys, truth, ax=ax),
        "conditional": lambda ax: base_rate.plot_conditional_shares(answers, ax=ax),
        "repurchase": lambda ax: curve_module.plot_repurchase_by_score(answers, by="competition", ax=ax),
        "intention": lambda ax: curve_module.plot_intention_against_behaviour(answers, ax=ax),
        "curve": lambda ax: repurchase_model.plot_repurchase_curve(curve, rivals=3, ax=ax),
        "words": lambda ax: word_of_mouth.plot_word_of_mouth(stories, ax=ax),
        "waiting": lambda ax: service.plot_waiting_against_satisfaction(waiting, ax=ax),
        "points": lambda ax: points.plot_cost_of_points(cost, ax=ax),
        "fee": lambda ax: fee.plot_fee_break_even(yearly_spend=spend, ax=ax),
        "card": lambda ax: card.plot_card_gap(gap, true_gap, ax=ax),
        "ratios": lambda ax: winning.plot_cost_ratios(counted, trials[0], trials[1], ax=ax),
    }


NAMES = [
    "score",
    "respondents",
    "conditional",
    "repurchase",
    "intention",
    "curve",
    "words",
    "waiting",
    "points",
    "fee",
    "card",
    "ratios",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_plot_draws_on_the_given_axes_alone_and_labels_both(plots, name):
    ax = charts.new_axes()
    before = len(ax.get_children())
    assert plots[name](ax) is ax
    assert ax.get_figure().axes == [ax]
    assert len(ax.get_children()) > before
    for label in (ax.get_xlabel(), ax.get_ylabel()):
        assert UNIT.search(label), label


@pytest.mark.parametrize("name", NAMES)
def test_a_plot_without_axes_makes_its_own(plots, name):
    assert plots[name](None).get_figure() is not None


@pytest.mark.parametrize("name", NAMES)
def test_everything_on_a_plot_lies_inside_the_picture(plots, name):
    ax = plots[name](charts.new_axes())
    figure = ax.get_figure()
    figure.canvas.draw()
    box, picture = figure.get_tightbbox(), figure.bbox_inches
    assert box.x0 > -0.05 and box.y0 > -0.05
    assert box.x1 < picture.x1 + 0.05 and box.y1 < picture.y1 + 0.05


def catch_explore(monkeypatch, module, call):
    """Run an explore function; return what it hands to `explore` in crmlib.charts.style."""
    caught = {}
    monkeypatch.setattr(module, "explore", lambda draw, **options: caught.update(draw=draw, **options))
    call()
    return caught


@pytest.fixture(params=["base rate", "curve", "fee", "winning"])
def live(request, monkeypatch, firm, answers, trials):
    """One of the four interactive figures."""
    spend = pd.Series([100.0, 900.0, 1700.0, 4200.0])
    calls = {
        "base rate": (base_rate, base_rate.explore_base_rate),
        "curve": (repurchase_model, lambda: repurchase_model.explore_repurchase_curve(answers)),
        "fee": (fee, lambda: fee.explore_fee_break_even(spend)),
        "winning": (winning, lambda: winning.explore_winning_or_keeping(trials[0], trials[1][1])),
    }
    return catch_explore(monkeypatch, *calls[request.param])


def test_a_live_figure_can_be_drawn_at_both_ends_of_every_slider(live):
    chart = interactive._LiveChart(live["draw"], live["controls"], width=6.4, height=3.6)
    start = {name: control.start for name, control in live["controls"].items()}
    pictures = {chart.render(start)}
    for name, control in live["controls"].items():
        low, high = (chart.render({**start, name: value}) for value in (control.low, control.high))
        assert low != high, name
        pictures |= {low, high}
    assert len(pictures) > len(live["controls"])
    assert live["alt"].endswith(".")


def test_redrawing_a_live_figure_takes_less_than_a_tenth_of_a_second(live):
    chart = interactive._LiveChart(live["draw"], live["controls"], width=6.4, height=3.6)
    start = {name: control.start for name, control in live["controls"].items()}
    chart.render(start)
    name, control = next(iter(live["controls"].items()))
    times = []
    for value in (control.low, control.high) * 8:
        began = time.process_time()
        chart.render({**start, name: value})
        times.append(time.process_time() - began)
    assert min(times) < 0.1


def test_the_base_rate_figure_says_how_many_leavers_were_satisfied():
    ax = charts.new_axes()
    base_rate.draw_base_rate(ax, satisfied=80, left_if_satisfied=25, left_if_not=50)
    # 20 of 30 leavers
    assert "Of the satisfied, 25 % left" in ax.get_title() and "67 % had been satisfied" in ax.get_title()
    base_rate.draw_base_rate(ax, satisfied=80, left_if_satisfied=0, left_if_not=0)
    assert "Of those who left, there are none" in ax.get_title()


def test_the_winning_figure_turns_its_verdict_with_the_shares():
    ax = charts.new_axes()
    costs = {"won_counted_cny": 80, "kept_counted_cny": 8}
    winning.draw_winning_or_keeping(ax, won_because=50, kept_because=50, **costs)
    assert ax.get_title() == "per incremental customer, winning costs 10.0 times as much"
    winning.draw_winning_or_keeping(ax, won_because=100, kept_because=5, **costs)
    assert ax.get_title() == "per incremental customer, keeping costs 2.0 times as much"


def test_the_fee_figure_writes_break_even_and_the_share_of_members_beyond():
    ax = fee.plot_fee_break_even(yearly_spend=[100.0, 900.0, 1700.0, 4200.0])
    assert ax.get_title() == "pays off from 4,000 yuan a year: 25.0 % of members"
    gift = (fee.Benefit("gift", per_year_cny=5),)
    assert fee.plot_fee_break_even(gift).get_title() == "never pays off"


def test_no_plot_needs_pyplot_or_a_global_style(plots):
    import matplotlib

    before = dict(matplotlib.rcParams)
    for draw in plots.values():
        draw(charts.new_axes())
    assert dict(matplotlib.rcParams) == before
    assert "matplotlib.pyplot" not in sys.modules or not sys.modules["matplotlib.pyplot"].get_fignums()
