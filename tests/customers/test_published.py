"""Purchases that nobody here made, CDNOW's and the gifts of donors, against what was published.

Both ship with the package lifetimes, which is read as a folder of files and not imported. CDNOW: Fader,
Hardie and Lee 2005 count days in weeks up to 30 September 1997 and purchases of one day as one. Donors:
Fader, Hardie and Shang 2010 count those who gave in 1995 by how often and when last they gave until 2001.
"""

import importlib.metadata

import numpy as np
import pandas as pd
import pytest

from crmlib.customers.rfm import score_rfm
from crmlib.customers.summary import describe_summary, summarise_purchases
from crmlib.value.bg_nbd import fit_bg_nbd

FILES = importlib.metadata.distribution("lifetimes").files or []


def find(name):
    """Where a file of the package lies."""
    return next(one for one in FILES if one.name == name).locate()


@pytest.fixture(scope="module")
def bought():
    """The purchases of a tenth of CDNOW's customers, to June 1998."""
    columns = ["master", "customer_id", "date", "cds", "amount_cny"]
    table = pd.read_csv(find("CDNOW_sample.txt"), sep=r"\s+", names=columns)
    return table.assign(purchased_at=pd.to_datetime(table["date"].astype(str)))[
        ["customer_id", "purchased_at", "amount_cny"]
    ]


@pytest.fixture(scope="module")
def summary(bought):
    return summarise_purchases(bought[bought["purchased_at"] < "1997-10-01"], as_of="1997-09-30")


def test_purchases_of_cdnow_give_the_published_summary_customer_by_customer(summary):
    published = pd.read_csv(find("cdnow_customers_summary_with_transactions.csv")).set_index("ID")
    assert summary.index.tolist() == published.index.tolist()
    assert summary["repeat_purchases"].tolist() == published["x"].tolist()
    for days, weeks in (("lifetime_days", "t_x"), ("age_days", "T")):
        np.testing.assert_allclose(summary[days] / 7, published[weeks], atol=0.0051)


def test_of_cdnow_the_published_parameters_are_found_from_the_receipts_on(summary):
    model = fit_bg_nbd(summary)
    found = [model.r, model.alpha, model.a, model.b]
    assert found == pytest.approx([0.243, 4.414, 0.793, 2.426], abs=0.002)
    assert model.log_likelihood == pytest.approx(-9582.4, abs=0.1)


def test_all_customers_of_cdnow_are_as_many_as_were_published():
    columns = ["customer_id", "date", "cds", "amount_cny"]
    table = pd.read_csv(find("CDNOW_master.txt"), sep=r"\s+", names=columns, skiprows=1)
    table["purchased_at"] = pd.to_datetime(table["date"].astype(str))
    summary = summarise_purchases(table, as_of="1998-06-30")
    assert len(summary) == 23_570 and describe_summary(summary).count("69,659 receipts") == 1
    assert summary["first_purchased_at"].max() < pd.Timestamp("1997-04-01")  # all came in the first quarter
    assert summary["amount_cny"].sum() == pytest.approx(table["amount_cny"].sum())


def test_customers_of_cdnow_who_score_higher_buy_more_in_the_following_39_weeks(bought, summary):
    later = bought[bought["purchased_at"] >= "1997-10-01"].drop_duplicates(["customer_id", "purchased_at"])
    counts = later["customer_id"].value_counts().reindex(summary.index, fill_value=0)
    means = counts.groupby(score_rfm(summary)["frequency_score"]).mean()
    assert means.is_monotonic_increasing and means.iloc[-1] > 3 * means.iloc[0]


@pytest.fixture(scope="module")
def donors():
    """One row a gift. Only the first and the last year are known; gifts between lie as early as possible."""
    groups = pd.read_csv(find("donations.csv"))
    people = groups.loc[groups.index.repeat(groups["weights"])].reset_index(drop=True)
    gifts = people.loc[people.index.repeat(people["frequency"] + 1)]
    turn = gifts.groupby(level=0).cumcount().to_numpy()
    years = 1995 + np.where(turn == gifts["frequency"], gifts["recency"], turn)
    days = pd.to_datetime(pd.Series(years).astype(str) + "-12-01")
    return pd.DataFrame({"customer_id": gifts.index, "purchased_at": days, "amount_cny": 25.0})


def test_donors_give_as_often_as_was_published(donors):
    summary = summarise_purchases(donors, as_of="2001-12-31")
    assert len(summary) == 11_104 and int(summary["repeat_purchases"].sum()) == 24_615
    assert int((summary["repeat_purchases"] == 0).sum()) == 3_464  # 31 % never gave again
    assert int((summary["repeat_purchases"] == 6).sum()) == 1_203  # and 11 % every year
    assert int((summary["recency_days"] < 366).sum()) == 3_163  # gave in 2001
