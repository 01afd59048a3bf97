"""What leavers say and what it truly was, counted by hand on a few interviews."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.charts.style import COLOURS
from crmlib.churn import causes
from crmlib.churn.causes import (
    compare_reasons,
    cross_reasons,
    estimate_honest_share,
    plot_reasons,
    tag_causes,
)
from crmlib.estimates.estimate import estimate_share
from crmlib.tables.dictionary import TABLES
from tests.churn.calls import FRAMES
from tests.pictures import read_frame, read_lines, read_whiskers

# service was the cause three times and is named once; the last two have no cause that a reason could name
SAID = ["service", "price", "price", "moved", "other", "rival", "price"]
TRUE = ["satisfaction", "satisfaction", "satisfaction", "access", "price", "rival", "at_once"]
EXITS = pd.DataFrame({"customer_id": range(1, 8), "stated_reason": SAID})
TRUTH = pd.DataFrame({"customer_id": range(1, 8), "leaving_cause": TRUE})


def test_stated_and_true_shares_are_counted_on_the_same_people():
    table = compare_reasons(EXITS, TRUTH).set_index("reason")
    given = estimate_share(1, 6)
    assert table.columns.tolist() == ["stated_share", "low", "high", "true_share", "n"]
    assert table.loc["moved", ["low", "high"]].tolist() == pytest.approx([given.low, given.high])
    assert table["n"].unique().tolist() == [6]  # the one who left at once is in neither share
    assert table.loc["service", ["stated_share", "true_share"]].tolist() == pytest.approx([1 / 6, 3 / 6])
    assert table.loc["price", ["stated_share", "true_share"]].tolist() == pytest.approx([2 / 6, 1 / 6])
    assert table.loc["variety", ["stated_share", "true_share"]].tolist() == [0, 0]
    assert table[["stated_share", "true_share"]].sum().tolist() == pytest.approx([1, 1])


def test_honest_is_who_names_the_true_cause():
    # customers 1, 4 and 6 of the six who can be compared
    found, expected = estimate_honest_share(EXITS, TRUTH), estimate_share(3, 6)
    assert (found.value, found.low, found.high, found.n) == (0.5, expected.low, expected.high, 6)


def test_nobody_is_honest_about_a_cause_that_no_reason_names():
    with pytest.raises(ValueError, match="exits: nobody interviewed has a true cause that a reason could"):
        estimate_honest_share(EXITS.tail(1), TRUTH)


def test_what_was_said_sums_to_one_for_each_true_cause():
    table = cross_reasons(EXITS, TRUTH)
    assert table.sum(axis=1).tolist() == pytest.approx([1] * 5)
    assert table.loc["satisfaction", ["service", "price"]].tolist() == pytest.approx([1 / 3, 2 / 3])
    assert list(table.columns) == ["moved", "service", "price", "rival", "other"]
    assert (table.index.name, table.columns.name) == ("true cause", "stated reason")


def test_leavers_without_a_true_cause_are_refused():
    with pytest.raises(ValueError, match="1 of 5 interviewed customers have no cause"):
        compare_reasons(FRAMES["exits"].replace({"customer_id": {10: 11}}), FRAMES["truth.members"])


def test_moving_is_not_on_the_list_of_the_course():
    tags = tag_causes(FRAMES["exits"]).set_index("customer_id")["course_cause"]
    assert tags[2] == "not on the list" and tags[6] == "c: price"


def test_every_reason_of_the_interviews_has_a_place_in_the_list():
    assert set(causes._COURSE_CAUSES) == set(causes.REASONS)
    known = TABLES["truth.members"].columns["leaving_cause"].levels
    assert set(causes._CAUSE_OF_REASON.values()) == set(known) - {"at_once"}


def test_the_picture_joins_how_often_a_reason_is_given_with_how_often_it_was_true():
    reasons = pd.DataFrame(
        {"reason": ["price", "moved"], "stated_share": [0.5, 0.2], "low": [0.4, 0.1], "high": [0.7, 0.3],
         "true_share": [0.3, 0.6]}
    )  # fmt: skip
    ax = plot_reasons(reasons)
    assert read_frame(ax) == {
        "x": "share of interviewed leavers",
        "y": "reason",
        "rows": ["price", "moved"],
        "legend": ["true cause", "stated in the interview"],
    }
    said = COLOURS["claim"]
    assert read_lines(ax) == [
        (said, "None", "o", [0.5, 0.2], [0, 1]),
        (said, "None", "|", [0.4, 0.1], [0, 1]),
        (said, "None", "|", [0.7, 0.3], [0, 1]),
        (COLOURS["truth"], "None", "D", [0.3, 0.6], [0, 1]),
    ]
    assert read_whiskers(ax) == [
        [[0.4, 0], [0.7, 0]], [[0.1, 1], [0.3, 1]],  # intervals
        [[0.5, 0], [0.3, 0]], [[0.2, 1], [0.6, 1]],  # from what was said to what was true
    ]  # fmt: skip
    assert ax.get_xlim()[0] == -0.01 and ax.yaxis_inverted()
    assert ax.xaxis.get_major_formatter()(0.25) == "25 %"
