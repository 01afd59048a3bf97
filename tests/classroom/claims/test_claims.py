"""Verdicts: a claim holds, fails or depends, and the block says why."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from crmlib.classroom.claims.claims import Claim, describe_claimed, judge_claim, render_claim
from crmlib.classroom.formats.schema import Text
from crmlib.estimates.estimate import Estimate


def make_claim(rule="inside", *, unit="%", **options) -> Claim:
    """Return a small claim; ranges without a figure of the course may be chosen freely."""
    return Claim(
        id="H-03",
        statement=Text(en="Many leave.", zh="很多人流失。"),
        kind="folk",
        rule=rule,
        evidence="ten answers",
        assumption="none",
        depends_on="nothing",
        unit=unit,
        **options,
    )


CLAIMED = make_claim(low=0.65, high=0.85)


@pytest.mark.parametrize(
    ("low", "measured", "high", "outcome"),
    [
        (0.22, 0.24, 0.26, "fails"),
        (0.70, 0.72, 0.74, "holds"),
        (0.60, 0.66, 0.72, "depends"),
        (0.65, 0.75, 0.85, "holds"),
        (0.50, 0.75, 0.95, "depends"),
        (0.85, 0.90, 0.95, "depends"),
        (0.86, 0.90, 0.95, "fails"),
    ],
)
def test_the_interval_decides(low, measured, high, outcome):
    assert judge_claim(CLAIMED, measured=measured, low=low, high=high).outcome == outcome


@pytest.mark.parametrize(
    ("rule", "options", "measured", "outcome"),
    [
        ("at_least", {"low": 10}, 10, "holds"),
        ("at_least", {"low": 10}, 9.9, "fails"),
        ("at_most", {"high": 4}, 4.1, "fails"),
        ("at_most", {"high": 4}, 3, "holds"),
        ("equals", {"low": 1600, "tolerance": 10}, 4000, "fails"),
        ("equals", {"low": 1600, "tolerance": 10}, 1605, "holds"),
        ("direction", {"sign": "positive"}, 3, "holds"),
        ("direction", {"sign": "negative"}, 3, "fails"),
    ],
)
def test_each_rule_judges_a_number_without_an_interval(rule, options, measured, outcome):
    assert judge_claim(make_claim(rule, unit="", **options), measured=measured).outcome == outcome


def test_an_interval_across_zero_leaves_the_direction_open():
    verdict = judge_claim(make_claim("direction", unit="yuan", sign="positive"), measured=3, low=-1, high=7)
    assert (verdict.outcome, verdict.reason) == (
        "depends",
        "the interval crosses the edge of the claimed range",
    )


def test_a_world_that_disagrees_turns_the_verdict_to_depends_and_is_named():
    verdict = judge_claim(
        CLAIMED, measured=0.24, low=0.22, high=0.26, variants={"closing sale": 0.7, "town": 0.1}
    )
    assert verdict.outcome == "depends"
    assert verdict.reason == "otherwise in: closing sale"


def test_worlds_that_agree_leave_the_verdict():
    assert judge_claim(CLAIMED, measured=0.24, variants={"town": 0.1}).outcome == "fails"


def test_numbers_of_numpy_are_judged_like_numbers():
    low, high = np.float64(0.7), np.float64(0.75)
    assert judge_claim(
        CLAIMED, measured=np.float64(0.7), low=low, high=high, variants={"town": 0.72}
    ).outcome == (judge_claim(CLAIMED, measured=0.7, low=0.7, high=0.75, variants={"town": 0.72}).outcome)


def test_an_estimate_brings_its_interval_along():
    verdict = judge_claim(CLAIMED, measured=Estimate(0.66, 0.60, 0.72, n=40))
    assert (verdict.outcome, verdict.low, verdict.high) == ("depends", 0.60, 0.72)


def test_an_interval_without_a_limit_is_accepted():
    claim = make_claim("at_least", unit="times", low=10)
    assert judge_claim(claim, measured=12, low=11, high=math.inf).outcome == "holds"
    assert judge_claim(claim, measured=12, low=4, high=math.inf).outcome == "depends"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"measured": math.nan}, "measured is nan. Measure it first"),
        ({"measured": 24.0}, "looks like per cent. Pass a share: 0.24"),
        ({"measured": 0.5, "low": 0.6, "high": 0.7}, "0.5 lies outside its own interval 0.6 to 0.7"),
        ({"measured": 0.5, "low": 0.4}, "both low and high"),
        ({"measured": 0.5, "variants": {"town": math.inf}}, "town is inf"),
    ],
)
def test_a_measurement_that_cannot_be_meant_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        judge_claim(CLAIMED, **arguments)


shares = st.floats(0, 1).map(lambda share: round(share, 4))


@given(measured=shares, spread=st.floats(0, 0.3), low=shares, width=shares)
def test_verdicts_follow_from_where_the_interval_lies(measured, spread, low, width):
    claim = make_claim(low=low, high=low + width)
    left, right = measured - spread, measured + spread
    outcome = judge_claim(claim, measured=measured, low=left, high=right).outcome
    if outcome == "holds":
        assert left >= low - 1e-6 and right <= low + width + 1e-6
    elif outcome == "fails":
        assert right < low or left > low + width
    else:
        assert judge_claim(claim, measured=measured).outcome in ("holds", "fails")


@given(measured=shares, spread=st.floats(0.001, 0.3))
def test_a_narrower_interval_never_turns_holds_into_fails(measured, spread):
    wide = judge_claim(CLAIMED, measured=measured, low=measured - spread, high=measured + spread).outcome
    narrow = judge_claim(
        CLAIMED, measured=measured, low=measured - spread / 2, high=measured + spread / 2
    ).outcome
    assert wide in (narrow, "depends")


def test_the_block_shows_claim_measurement_verdict_and_assumption():
    verdict = judge_claim(CLAIMED, measured=0.238, low=0.22, high=0.26, variants={"town": 0.1})
    text = render_claim(CLAIMED, verdict)
    assert "| 65 to 85 % | 24 % (22 to 26) | **fails** |" in text
    assert "*Many leave.* 很多人流失。" in text
    assert "**Assumption:** none" in text
    assert "town 10 %" in text


@pytest.mark.parametrize(
    ("rule", "options", "unit", "words"),
    [
        ("at_least", {"low": 10}, "times", "at least 10 times"),
        ("at_most", {"high": 4}, "people", "at most 4 people"),
        ("equals", {"low": 1600, "tolerance": 1}, "yuan", "1,600 yuan"),
        ("equals", {"low": 0.7, "tolerance": 0.05}, "%", "70 % (± 5)"),
        ("direction", {"sign": "negative"}, "yuan", "less"),
        ("inside", {"low": 12, "high": 25}, "customers", "12 to 25 customers"),
    ],
)
def test_the_claimed_range_reads_like_a_sentence(rule, options, unit, words):
    assert describe_claimed(make_claim(rule, unit=unit, **options)) == words
