"""The shifted beta geometric model against published values, and against sums written out."""

import numpy as np
import pytest

from crmlib.value.shifted_beta_geometric import (
    ShiftedBetaGeometric,
    _make_likelihood,
    fit_shifted_beta_geometric,
    plot_survivors,
)
from tests.pictures import read_frame, read_lines
from tests.value.calls import HIGH_END


@pytest.fixture(scope="module")
def published():
    return fit_shifted_beta_geometric(HIGH_END)


def test_the_fit_has_the_published_parameters_and_forecast(published):
    assert published.converged
    assert (published.alpha, published.beta) == pytest.approx((0.668, 3.806), abs=0.001)
    later = 100 * published.predict_survival(periods=12)[8:]
    assert later == pytest.approx([46.0, 43.6, 41.4, 39.5, 37.8], abs=0.05)


def test_counts_give_the_parameters_of_per_cent(published):
    counted = fit_shifted_beta_geometric([round(20 * share) for share in HIGH_END])
    assert (counted.alpha, counted.beta) == pytest.approx((published.alpha, published.beta), rel=1e-3)


def test_survival_is_the_product_of_retention(published):
    retention = published.predict_retention(periods=5)
    assert (np.diff(retention) > 0).all()
    assert np.cumprod(retention) == pytest.approx(published.predict_survival(periods=5)[1:])
    # by hand: of alpha 1 and beta 2 one third leaves at first, then a quarter, then a fifth
    model = ShiftedBetaGeometric(1.0, 2.0, 0.0, True, 9, "")
    assert model.predict_retention(periods=3).tolist() == pytest.approx([2 / 3, 3 / 4, 4 / 5])


def test_the_multiple_is_the_discounted_sum(published):
    years = np.arange(5_001)
    total = (published.predict_survival(periods=5_000) / 1.1**years).sum()
    assert published.predict_multiple(discount_share=0.10) == pytest.approx(total)
    # where all customers are alike it is 1 + r / (1 + i − r): r 0.75 gives 1.1 / 0.35
    alike = ShiftedBetaGeometric(2_500.0, 7_500.0, 0.0, True, 9, "")
    assert alike.predict_multiple(discount_share=0.10) == pytest.approx(1.1 / 0.35, rel=1e-3)


def test_likelihood_and_slope_are_those_of_the_recursion():
    there = np.array([50.0, 30.0, 24.0, 20.0])

    def recursion(alpha, beta):
        leave = [alpha / (alpha + beta)]
        for t in (2, 3):
            leave.append(leave[-1] * (beta + t - 2) / (alpha + beta + t - 1))
        return -np.diff(there) @ np.log(leave) + there[-1] * np.log(1 - sum(leave))

    height, slope = _make_likelihood(there)(np.array([0.8, 1.7]))
    assert height == pytest.approx(recursion(0.8, 1.7))
    numeric = [
        (recursion(0.8 + 1e-6, 1.7) - recursion(0.8 - 1e-6, 1.7)) / 2e-6,
        (recursion(0.8, 1.7 + 1e-6) - recursion(0.8, 1.7 - 1e-6)) / 2e-6,
    ]
    assert slope == pytest.approx(numeric, rel=1e-6)


def test_a_loss_that_never_slows_down_does_not_converge_and_forecasts_nothing():
    model = fit_shifted_beta_geometric([1000, 900, 700, 400])
    assert not model.converged and "ran away" in model.said
    for forecast in (model.predict_survival, model.predict_retention):
        with pytest.raises(ValueError, match="No forecast by this model"):
            forecast(periods=3)
    with pytest.raises(
        ValueError, match=r"learn_from: 3 periods tell nothing\. Did not converge: .* more per"
    ):
        plot_survivors([1000, 900, 700, 400, 300], learn_from=3)


def test_two_models_are_told_from_the_first_periods_and_held_against_the_rest():
    there = [1000, 869, 743, 653, 593, 551, 517, 491]
    ax = plot_survivors(there, learn_from=3)
    counted, differ, alike = read_lines(ax)
    assert counted[4] == pytest.approx([one / 1000 for one in there])
    model = fit_shifted_beta_geometric(there[:4])
    assert differ[4] == pytest.approx(model.predict_survival(periods=7), abs=1e-4)
    assert alike[4] == pytest.approx(0.653 ** (np.arange(8) / 3), abs=1e-4)
    assert [line[1:3] for line in (counted, differ, alike)] == [("None", "o"), ("-", ""), ("--", "")]
    assert all(line[3] == list(range(8)) for line in (counted, differ, alike))
    assert read_frame(ax) | {"rows": 0} == {
        "title": f"At the end 49 % are counted; told were {100 * differ[4][-1]:.0f} % and 37 %",
        "x": "periods since the start", "y": "still there", "rows": 0,
        "legend": ["seen by the models", "counted", "customers differ", "all alike"],
    }  # fmt: skip
    ends = ax.patches[0].get_extents().transformed(ax.transData.inverted())
    assert (round(ends.x0, 6), round(ends.x1, 6)) == (0, 3)
    assert ax.get_ylim() == (0, 1.04) and ax.yaxis.get_major_formatter()(1) == "100 %"


def test_who_leave_only_at_the_end_have_left():
    assert fit_shifted_beta_geometric([100, 100, 90]).customers == 100  # not "nobody left"


@pytest.mark.parametrize("forecast", ["predict_survival", "predict_retention"])
def test_a_forecast_takes_whole_periods(forecast):
    model = fit_shifted_beta_geometric([1000, 869, 743, 653])
    with pytest.raises(ValueError, match=f"{forecast}: periods is 1.5, expected a whole number"):
        getattr(model, forecast)(periods=1.5)


def test_shares_will_do_as_well_as_counts():
    counted, shared = (fit_shifted_beta_geometric(there) for there in ([100, 80, 70], [1.0, 0.8, 0.7]))
    assert (shared.alpha, shared.beta) == pytest.approx((counted.alpha, counted.beta))


@pytest.mark.parametrize(
    ("survivors", "message"),
    [
        ([100, 90], "found 2 numbers, the first one 100"),
        ([0, 0, 0], "found 3 numbers, the first one 0"),
        ([100, 90, 91], "rises after period 1 from 90 to 91"),
        ([100, 100, 100], "nobody left"),
    ],
)
def test_what_tells_nothing_about_leaving_is_refused(survivors, message):
    with pytest.raises(ValueError, match=message):
        fit_shifted_beta_geometric(survivors)


@pytest.mark.parametrize(("periods", "wrong"), [(4, 1), (4, 3)])
def test_the_models_see_two_periods_at_least_and_not_the_last(periods, wrong):
    with pytest.raises(ValueError, match=f"learn_from is {wrong}, expected a whole number from 2 to 2"):
        plot_survivors([100, 90, 85, 82][:periods], learn_from=wrong)
