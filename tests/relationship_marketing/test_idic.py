"""The four verbs of IDIC in a firm's tables (B-15): edges by hand, and where the firm stands."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.relationship_marketing.idic import measure_idic

CAMPAIGNS = pd.DataFrame({"campaign_id": [7, 8], "randomised": [False, True]})
AS_OF = "2026-01-01"


def make_receipts(margins, *, day="2025-02-01"):
    """One receipt for each customer; the last without a card."""
    ids = pd.array([*range(1, len(margins)), None], dtype="Int64")
    return pd.DataFrame({"customer_id": ids, "purchased_at": pd.Timestamp(day), "margin_cny": margins})


def make_contacts(campaign, customer, day):
    """Letters, one a row."""
    return pd.DataFrame(
        {"campaign_id": campaign, "customer_id": customer, "contacted_on": pd.to_datetime(day)}
    )


LETTERS = make_contacts([7], [1], ["2025-03-01"])
BOUGHT = make_receipts([10.0, 10.0, 10.0])
LONG_AGO = pd.Timestamp("2020-01-01")


def read_shares(receipts, contacts=LETTERS, **options):
    """Step → share."""
    return measure_idic(receipts, contacts, CAMPAIGNS, as_of=AS_OF, **options).set_index("step")["share"]


@pytest.mark.parametrize(("top_share", "per_cent"), [(0.6, 60), (0.995, 100), (0.994, 99)])
def test_the_question_tells_the_top_share_in_whole_per_cent(top_share, per_cent):
    table = measure_idic(BOUGHT, LETTERS, CAMPAIGNS, as_of=AS_OF, top_share=top_share)
    assert table["question"].iloc[1] == f"margin from the top {per_cent} % of customers"


@pytest.mark.parametrize(("top_share", "part"), [(0.2, 60 / 100), (0.4, 80 / 100), (1.0, 1.0), (0.001, 0.0)])
def test_the_top_customers_are_counted_by_margin(top_share, part):
    # five customers leave 60, 20, 10, 5, 5 yuan; the receipt without a card is nobody's
    receipts = make_receipts([5.0, 60.0, 10.0, 5.0, 20.0, 99.0])
    assert read_shares(receipts, top_share=top_share)["differentiate"] == pytest.approx(part)


def test_a_year_of_365_days_ends_before_the_day():
    late = make_receipts([10.0] * 9, day="2026-01-01")
    early = make_receipts([10.0] * 9, day="2024-12-31 23:59")
    both = read_shares(pd.concat([BOUGHT, late, early]))
    pd.testing.assert_series_equal(both, read_shares(BOUGHT))


def test_a_member_of_the_control_group_was_not_written_to():
    contacts = make_contacts([7, 8, 8], [1, 1, 2], ["2025-03-01", "2025-04-01", None])
    shares = read_shares(BOUGHT, contacts)
    assert shares["interact"] == 0.5  # customer 1 of two, twice
    assert shares["customise"] == 0.5  # one letter of two was chosen, and the control group got none


def test_a_letter_to_somebody_who_did_not_buy_reaches_no_customer():
    assert read_shares(BOUGHT, make_contacts([7], [99], ["2025-03-01"]))["interact"] == 0


@pytest.mark.parametrize(
    ("receipts", "contacts", "message"),
    [
        (BOUGHT.assign(purchased_at=LONG_AGO), LETTERS, "receipts: none in the year before 2026-01-01"),
        (BOUGHT.tail(2), LETTERS, "receipts: expected two customers or more with a margin above 0"),
        (BOUGHT.assign(margin_cny=-10.0), LETTERS, "receipts: expected two customers or more with a margin"),
        (BOUGHT, LETTERS.assign(contacted_on=LONG_AGO), "contacts: none in the year before 2026-01-01"),
        (
            BOUGHT,
            LETTERS.assign(campaign_id=9),
            r"contacts.campaign_id: letters of a campaign that",
        ),
    ],
)
def test_a_year_without_customers_or_letters_is_refused(receipts, contacts, message):
    with pytest.raises(ValueError, match=message):
        read_shares(receipts, contacts)


def test_the_firm_identifies_differentiates_interacts_and_never_customises(firm):
    table = measure_idic(firm.receipts, firm.contacts, firm.campaigns, as_of=AS_OF)
    assert "".join(table["letter"]) == "IDIC"
    assert (table["low"] <= table["share"]).all() and (table["share"] <= table["high"]).all()
    assert table["share"].iloc[-1] == 0  # last year's offers were drawn by lot, so none was chosen


def test_the_four_steps_stand_with_their_questions_and_intervals():
    receipts = make_receipts([60.0, 20.0, 10.0, 10.0])  # three customers; the last receipt is nobody's
    table = measure_idic(receipts, LETTERS, CAMPAIGNS, as_of=AS_OF, top_share=0.34)
    words = [
        ("I", "identify", "receipts with a customer's number"),
        ("D", "differentiate", "margin from the top 34 % of customers"),
        ("I", "interact", "customers who got at least one letter"),
        ("C", "customise", "letters chosen for the customer"),
    ]
    assert table[["letter", "step", "question"]].to_numpy().tolist() == [list(row) for row in words]
    assert table["share"].tolist() == pytest.approx([3 / 4, 60 / 90, 1 / 3, 1.0])
    assert table["n"].tolist() == [4, 3, 3, 1]
    # Wilson 1927; the share of the margin is a ratio of three customers, told with little certainty
    counted = table.iloc[[0, 2, 3]]
    assert counted["low"].tolist() == pytest.approx([0.3006, 0.0615, 0.2065], abs=1e-4)
    assert counted["high"].tolist() == pytest.approx([0.9544, 0.7923, 1.0], abs=1e-4)
    assert list(table.columns) == ["letter", "step", "question", "share", "low", "high", "n"]
