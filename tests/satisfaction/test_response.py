"""Who answers (H-01): by hand, and at the firm against what all invited members would have said."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.charts.style import COLOURS
from crmlib.datasets.loaders import load_truth
from crmlib.estimates.estimate import estimate_share
from crmlib.satisfaction.response import (
    compare_respondents_with_all,
    describe_response,
    plot_respondents_against_truth,
)
from tests.pictures import read_frame, read_lines


def invite(*answered_on):
    """Invitations 1, 2, … of one day, with the day of each answer or None."""
    return pd.DataFrame(
        {
            "survey_id": range(1, len(answered_on) + 1),
            "customer_id": range(1, len(answered_on) + 1),
            "invited_on": pd.Timestamp("2025-07-01"),
            "answered_on": pd.to_datetime(list(answered_on)).astype("datetime64[us]"),
        }
    )


def know(*scores):
    """What the invited would have said; all are still customers."""
    return pd.DataFrame(
        {"survey_id": range(1, len(scores) + 1), "satisfaction": scores, "still_customer": True}
    )


def test_the_response_is_counted_by_purchases_before_the_invitation_only():
    # customer 1 bought on the last and on the first of the 182 days, customer 2 on the day after and before
    days = ["2025-06-30 20:00", "2024-12-31 00:00", "2025-07-01 00:00", "2024-12-30 23:59"]
    bought = pd.DataFrame({"customer_id": [1, 1, 2, 2], "purchased_at": pd.to_datetime(days)})
    table = describe_response(invite("2025-07-05", None), bought).set_index("purchases_before")
    assert table["invited"].to_dict() == {"none": 1, "2 to 3": 1}
    assert table["answered"].to_dict() == {"none": 0, "2 to 3": 1}


@pytest.mark.parametrize(
    ("purchases", "band"),
    [(0, "none"), (1, "1"), (2, "2 to 3"), (3, "2 to 3"), (4, "4 or more"), (9, "4 or more")],
)
def test_the_bands_of_activity_have_their_edges_where_their_names_say(purchases, band):
    days = pd.date_range("2025-05-01", periods=purchases + 1)  # the last one is another customer's
    bought = pd.DataFrame({"customer_id": [1] * purchases + [2], "purchased_at": days})
    assert describe_response(invite(None), bought)["purchases_before"].tolist() == [band]


def test_five_regulars_and_five_who_drifted_away_are_reported_as_eighty_per_cent():
    # the hand example of chapter 4: four of the regulars answer and one of the others
    surveys = invite(*["2025-07-04"] * 4, None, "2025-07-04", *[None] * 4)
    groups = compare_respondents_with_all(surveys, know(*[5] * 5, *[2] * 5)).set_index("group")
    assert groups.loc["answered", "top_two_share"] == 0.8
    assert groups.loc["all invited", "top_two_share"] == 0.5


@pytest.mark.parametrize(
    ("surveys", "truth", "found"),
    [
        (
            invite(None),
            know(4).assign(survey_id=2),
            r"surveys has 1 invitations, truth\.surveys 1, 0 are in both",
        ),
        (invite(None, None), know(4), r"surveys has 2 invitations, truth\.surveys 1, 1 are in both"),
        (invite(None), know(4, 5), r"surveys has 1 invitations, truth\.surveys 2, 1 are in both"),
    ],
)
def test_truth_of_other_invitations_is_refused(surveys, truth, found):
    with pytest.raises(ValueError, match=found):
        compare_respondents_with_all(surveys, truth)


def test_only_the_dot_of_those_who_answered_is_an_estimate_with_an_interval():
    ax = plot_respondents_against_truth(invite(None, None), know(5, 2))
    assert {line.get_color() for line in ax.lines} == {COLOURS["truth"]}  # here nobody answered
    assert ax.get_title() == "All invited would have said 50 %"
    ax = plot_respondents_against_truth(invite("2025-07-04", None), know(5, 2))
    said, true = COLOURS["estimate"], COLOURS["truth"]
    low = round(100 * estimate_share(1, 1).low, 4)
    assert read_lines(ax) == [
        (said, "-", "", [low, 100], [0, 0]),
        (said, "None", "o", [100], [0]),
        *(
            line
            for place, share in ((1, 0), (2, 50), (3, 50))
            for line in (
                (true, "-", "", [share, share], [place, place]),
                (true, "None", "X", [share], [place]),
            )
        ),
    ]
    frame = read_frame(ax)
    assert frame["title"] == "The survey says 100 %.\nAll invited would have said 50 %"
    assert (frame["x"], frame["y"]) == ("share of scores 4 and 5 (%)", "whose scores")
    assert frame["rows"] == [
        "answered (n = 1)", "not answered (n = 1)", "all invited (n = 2)", "invited, still customers (n = 2)"
    ]  # fmt: skip


def test_a_member_who_is_invited_often_counts_as_one_in_the_interval():
    # twenty members, each invited five times: ten always answer, ten never
    surveys = pd.concat([invite(*["2025-07-04"] * 10, *[None] * 10)] * 5, ignore_index=True)
    surveys["survey_id"] = range(100)
    bought = pd.DataFrame({"customer_id": [99], "purchased_at": [pd.Timestamp("2025-05-01")]})
    (row,) = describe_response(surveys, bought).to_dict("records")
    assert (row["invited"], row["answered"]) == (100, 50)
    once = estimate_share(10, 20)
    assert row["high"] - row["low"] == pytest.approx(once.high - once.low, rel=0.1)


def test_the_firm_flatters_itself_because_happy_customers_answer(firm):
    groups = compare_respondents_with_all(firm.surveys, load_truth("surveys")).set_index("group")
    assert groups.loc["answered", "low"] > groups.loc["all invited", "top_two_share"]
    assert groups.loc["answered", "low"] < groups.loc["invited, still customers", "top_two_share"]


def test_who_buys_more_answers_more(firm):
    table = describe_response(firm.surveys, firm.receipts)
    assert table["invited"].sum() == len(firm.surveys)
    assert table["answered"].sum() == firm.surveys["answered_on"].notna().sum()
    assert table["high"].iloc[0] < table["low"].iloc[-1]
