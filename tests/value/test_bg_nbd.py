"""BG/NBD against published values, against the formula as printed, and against simulated customers."""

import importlib.metadata

import numpy as np
import pandas as pd
import pytest
from scipy.special import betaln, gammaln, hyp2f1

from crmlib.charts.style import new_axes
from crmlib.tables.errors import TableError
from crmlib.value import bg_nbd
from crmlib.value.bg_nbd import BgNbd, _make_likelihood, _take, fit_bg_nbd, plot_alive
from tests.pictures import catch_live, read_frame, read_lines, read_sliders
from tests.value.calls import BUYING, FRAMES


def load_cdnow():
    """The CDNOW sample of Fader, Hardie and Lee, as a summary in days; it ships with a package for tests."""
    files = importlib.metadata.distribution("lifetimes").files or []
    path = next(one for one in files if one.name == "cdnow_customers_summary_with_transactions.csv")
    table = pd.read_csv(path.locate()).set_index("ID")
    days = {"lifetime_days": table["t_x"], "age_days": table["T"]}
    whole = {name: (7 * weeks).round().astype(int) for name, weeks in days.items()}
    return pd.DataFrame({"repeat_purchases": table["x"], **whole, "mean_amount_cny": table["zbar"]})


@pytest.fixture(scope="module")
def cdnow():
    return load_cdnow()


@pytest.fixture(scope="module")
def published(cdnow):
    return fit_bg_nbd(cdnow)


def test_the_fit_has_the_published_parameters(published):
    assert published.converged and published.customers == 2357
    assert published.r == pytest.approx(0.243, abs=0.002)
    assert published.alpha == pytest.approx(4.414, abs=0.002)
    assert published.a == pytest.approx(0.793, abs=0.002)
    assert published.b == pytest.approx(2.426, abs=0.002)
    assert published.log_likelihood == pytest.approx(-9582.4, abs=0.1)


def test_the_forecast_for_one_customer_is_the_published_one(published):
    one = pd.DataFrame({"repeat_purchases": [2], "lifetime_days": [213], "age_days": [272]}, index=[1])
    assert published.predict_purchases(one, days=273)[1] == pytest.approx(1.226, abs=0.001)
    assert published.predict_alive(one)[1] == pytest.approx(0.7266, abs=0.0005)


def test_the_limits_hold_the_parameters_and_narrow_with_more_customers(cdnow, published):
    twice = fit_bg_nbd(pd.concat([cdnow, cdnow.set_axis(cdnow.index + 10_000)]))
    for name, low, high in zip(("r", "alpha", "a", "b"), published.low, published.high, strict=True):
        assert low < getattr(published, name) < high
    width, narrow = np.log(published.high) - np.log(published.low), np.log(twice.high) - np.log(twice.low)
    assert narrow == pytest.approx(width / np.sqrt(2), rel=0.01)


def test_another_unit_of_time_changes_alpha_alone(cdnow, published):
    daily = fit_bg_nbd(cdnow, unit_days=1)
    assert daily.alpha == pytest.approx(7 * published.alpha, rel=1e-3)
    assert (daily.r, daily.a, daily.b) == pytest.approx((published.r, published.a, published.b), rel=1e-3)
    forecast = [model.predict_purchases(cdnow.head(20), days=273) for model in (daily, published)]
    assert forecast[0].to_numpy() == pytest.approx(forecast[1].to_numpy(), rel=1e-3)


def test_likelihood_and_slope_are_those_of_the_printed_formula(cdnow):
    parameters = np.array([0.4, 6.0, 0.7, 2.0])
    measure = _make_likelihood(_take(cdnow, 7)[0])
    x, t, age = cdnow["repeat_purchases"], cdnow["lifetime_days"] / 7, cdnow["age_days"] / 7

    def printed(r, alpha, a, b):
        start = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + betaln(a, b + x) - betaln(a, b)
        left = a / np.maximum(b + x - 1, 1e-9) * (alpha + t) ** -(r + x) * (x > 0)
        return float((start + np.log((alpha + age) ** -(r + x) + left)).sum())

    height, slope = measure(parameters)
    assert height == pytest.approx(printed(*parameters), rel=1e-12)
    for place in range(4):
        step = np.zeros(4)
        step[place] = 1e-5
        fall = (printed(*(parameters + step)) - printed(*(parameters - step))) / 2e-5
        assert slope[place] == pytest.approx(fall, rel=1e-5)


def test_the_expectation_is_that_of_the_printed_formula():
    table = pd.DataFrame(
        {"repeat_purchases": [0, 1, 9], "lifetime_days": [0, 70, 300], "age_days": [140, 90, 300]}
    )
    m, weeks = BUYING, 30.0
    x, t, age = (table[name].to_numpy() for name in table)
    t, age = t / 7, age / 7
    curve = hyp2f1(m.r + x, m.b + x, m.a + m.b + x - 1, weeks / (m.alpha + age + weeks))
    stay = (m.alpha + age) / (m.alpha + age + weeks)
    above = (m.a + m.b + x - 1) / (m.a - 1) * (1 - stay ** (m.r + x) * curve)
    below = 1 + (x > 0) * m.a / (m.b + x - 1) * ((m.alpha + age) / (m.alpha + t)) ** (m.r + x)
    assert m.predict_purchases(table, days=210).to_numpy() == pytest.approx(above / below)
    assert m.predict_alive(table).to_numpy() == pytest.approx(1 / below)


def test_forecasts_meet_simulated_customers():
    rng, n = np.random.default_rng(7), 40_000
    rate, leave = rng.gamma(BUYING.r, 1 / BUYING.alpha, n), rng.beta(BUYING.a, BUYING.b, n)
    time, count, here = np.zeros(n), np.zeros(n), np.ones(n, dtype=bool)
    while here.any():
        time = time + rng.exponential(1 / np.maximum(rate, 1e-12))
        here &= time < 52
        count[here] += 1
        here &= rng.random(n) >= leave
    assert BUYING.predict_new(days=364) == pytest.approx(count.mean(), abs=3 * count.std() / np.sqrt(n))


def test_of_a_one_time_buyer_nothing_is_known_about_leaving():
    table = pd.DataFrame({"repeat_purchases": [0, 0], "lifetime_days": [0, 0], "age_days": [5, 900]})
    assert BUYING.predict_alive(table).tolist() == [1.0, 1.0]
    soon, late = BUYING.predict_purchases(table, days=90)
    assert soon > late > 0


def test_heavy_buyers_do_not_overflow():
    table = pd.DataFrame(
        {"repeat_purchases": [2000, 5000], "lifetime_days": [900, 100], "age_days": [901, 900]}
    )
    assert BUYING.predict_purchases(table, days=365).between(0, 5000).all()
    assert BUYING.predict_alive(table)[0] > 0.9 and BUYING.predict_alive(table)[1] == pytest.approx(
        0, abs=1e-9
    )


def test_a_model_at_a_equal_to_one_has_the_value_beside_it():
    models = [BgNbd(0.6, 5.0, a, 3.0, 7, 0.0, True, 9, (), (), "") for a in (1.0, 1.001)]
    one, beside = (model.predict_purchases(FRAMES["summary"], days=90) for model in models)
    assert one.to_numpy() == pytest.approx(beside.to_numpy(), rel=2e-3)


def test_a_fit_that_ran_away_says_so_and_forecasts_nothing():
    same = pd.DataFrame({"repeat_purchases": 3, "lifetime_days": 90, "age_days": 100}, index=range(50))
    model = fit_bg_nbd(same)
    assert not model.converged and model.said.startswith("Did not converge: a parameter ran away")
    assert np.isnan(model.low).all()
    with pytest.raises(ValueError, match="No forecast by this model"):
        model.predict_purchases(same, days=30)
    with pytest.raises(ValueError, match="No forecast by this model"):
        model.predict_new(days=30)


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("lifetime_days", 999, "1 of 3 rows are wrong (customer_id 7): lifetime_days above age_days"),
        (
            "lifetime_days",
            0,
            "repeat_purchases and lifetime_days do not fit. Repair: summarise_purchases anew",
        ),
    ],
)
def test_impossible_rows_are_named(column, value, words):
    table = pd.DataFrame(
        {"repeat_purchases": [2, 0, 1], "lifetime_days": [30, 0, 9], "age_days": 90}, index=[7, 8, 9]
    )
    table.loc[7, column] = value
    with pytest.raises(TableError) as found:
        fit_bg_nbd(table)
    assert words in str(found.value)


def test_nobody_who_bought_again_is_refused():
    table = pd.DataFrame({"repeat_purchases": [0, 0], "lifetime_days": 0, "age_days": [90, 80]})
    with pytest.raises(ValueError, match="nobody bought again"):
        fit_bg_nbd(table)


def test_whoever_wants_to_watch_is_told_each_step(cdnow):
    seen = []
    model = fit_bg_nbd(cdnow, on_step=lambda step, height: seen.append((step, height)))
    assert [step for step, _ in seen] == list(range(1, len(seen) + 1))
    assert seen[-1][1] == pytest.approx(model.log_likelihood, abs=0.01) and seen[0][1] < seen[-1][1]


def test_the_list_of_parameters_reads_the_model(published):
    table = published.list_parameters()
    assert table["value"].tolist() == [published.r, published.alpha, published.a, published.b]
    assert "0.055 purchases a week" in table.loc["alpha", "says"] and "0.246" in table.loc["b", "says"]


def test_the_curves_fall_with_silence_from_who_came_most_to_who_came_once():
    ax = plot_alive(BUYING, purchases=(1, 2, 15), watched_days=70)
    often, twice, once = read_lines(ax)
    assert [line[1] for line in (often, twice, once)] == ["-", "--", ":"]
    assert {tuple(line[3]) for line in (often, twice, once)} == {tuple(range(0, 366, 5))}
    for line, x in ((often, 14), (twice, 1)):
        silence = np.array(line[3])
        odds = BUYING.a / (BUYING.b + x - 1)
        odds = odds * ((BUYING.alpha + 10 + silence / 7) / (BUYING.alpha + 10)) ** (BUYING.r + x)
        assert line[4] == pytest.approx(1 / (1 + odds), abs=1e-4)
    assert set(once[4]) == {1.0}
    assert read_frame(ax) | {"rows": 0} == {
        "title": f"After 180 days of silence: {100 * often[4][36]:.0f} %, {100 * twice[4][36]:.0f} %, 100 % "
        "still there",
        "x": "silence since the last purchase (days)", "y": "probability to be still a customer", "rows": 0,
        "legend": ["15 purchases", "2 purchases", "1 purchase"],
    }  # fmt: skip
    assert ax.get_legend().get_title().get_text() == "in the 70 days before"
    assert (ax.get_xlim(), ax.get_ylim(), ax.yaxis.get_major_formatter()(1)) == ((0, 365), (0, 1.04), "100 %")
    with pytest.raises(ValueError, match="5 numbers of purchases, expected 1 to 4"):
        plot_alive(BUYING, purchases=(1, 2, 3, 4, 5))


def test_the_sliders_are_the_purchases_and_the_time_of_one_customer(monkeypatch):
    live = catch_live(monkeypatch, bg_nbd, lambda: bg_nbd.explore_alive(BUYING))
    ax = new_axes()
    live["draw"](ax, purchases=6, lifetime_days=70)
    assert read_lines(ax) == read_lines(plot_alive(BUYING, purchases=(6,), watched_days=70))
    assert read_sliders(live) == {
        "purchases": (1, 40, 6, 1),
        "lifetime_days": (30, 720, 360, 30),
    }


def test_equal_customers_are_put_together_and_none_is_taken_for_another():
    table = pd.DataFrame(
        {"repeat_purchases": [2, 1, 2, 1, 0], "lifetime_days": [70, 7, 70, 8, 0],
         "age_days": [84, 84, 84, 84, 8]}, index=[5, 4, 3, 2, 1],
    )  # fmt: skip
    rows, place, ids = _take(table, 7)
    assert ids.tolist() == table.index.tolist()
    assert (rows.x[place].tolist(), (7 * rows.t)[place].tolist(), (7 * rows.T)[place].tolist()) == (
        table["repeat_purchases"].tolist(),
        pytest.approx(table["lifetime_days"].tolist()),
        pytest.approx(table["age_days"].tolist()),
    )
    assert rows.many.tolist() == [1, 1, 1, 2] and rows.kinds.tolist() == [0, 1, 2]
    assert rows.per_kind.tolist() == [1, 2, 2] and rows.kinds[rows.kind].tolist() == rows.x.tolist()


def test_the_unit_of_time_is_named_and_each_parameter_is_read():
    daily = BgNbd(0.5, 10.0, 1.0, 3.0, 30, 0.0, True, 9, (1.0, 2, 3, 4), (5.0, 6, 7, 8), "")
    wanted = {
        "value": [0.5, 10.0, 1.0, 3.0], "low": [1.0, 2, 3, 4], "high": [5.0, 6, 7, 8],
        "says": [
            "small: rates of buying differ much",
            "mean rate 0.050 purchases a 30 days",
            "small: chances to leave differ much",
            "mean chance to leave 0.250 a purchase",
        ],
    }  # fmt: skip
    index = pd.Index(["r", "alpha", "a", "b"], name="parameter")
    pd.testing.assert_frame_equal(daily.list_parameters(), pd.DataFrame(wanted, index=index))


def test_forecasts_are_named_and_keep_the_customers_of_the_summary():
    for found, name in (
        (BUYING.predict_purchases(FRAMES["summary"], days=30), "expected_purchases"),
        (BUYING.predict_alive(FRAMES["summary"]), "alive"),
    ):
        assert found.name == name and found.index.equals(FRAMES["summary"].index)


def test_of_many_wrong_rows_five_customers_are_named(cdnow):
    table = cdnow.head(7).assign(lifetime_days=99_999)
    with pytest.raises(TableError, match=r"7 of 7 rows are wrong \(customer_id \d+(, \d+){4}\): "):
        fit_bg_nbd(table)
