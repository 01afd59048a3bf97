"""Month by month: rivals come when they are asked, and an account gives away a part before it goes."""

import numpy as np
import pandas as pd

from tests.simulation.calls import get_accounts


def test_a_tender_account_meets_rivals_only_when_it_asks_for_bids(each_northport):
    accounts = each_northport.tables["accounts"]
    bids = each_northport.tables["competitor_bids"].merge(accounts, on="customer_id")
    tenders = bids.query("buying_style == 'tender'")
    assert len(tenders) and (tenders["outcome"] != "lost").all()
    assert (tenders.groupby(["customer_id", tenders["offered_on"].dt.year]).size() == 1).all()
    months = tenders["offered_on"].dt.month.groupby(tenders["customer_id"]).nunique()
    assert (months == 1).all()


def test_a_tenth_of_the_accounts_is_lost_in_a_year(northports):
    left = np.mean([firm.truth["accounts"]["left_on"].notna().mean() for firm in northports.values()])
    assert 0.06 < 1 - (1 - left) ** (1 / 3) < 0.14


def test_wallet_share_decays_before_an_account_leaves(northports):
    shares = []
    for firm in northports.values():
        wallets = firm.tables["wallets"].merge(get_accounts(firm), on="customer_id")
        wallets = wallets[wallets["left_on"].notna() & (wallets["leaving_cause"] != "closed")]
        before = (wallets["left_on"] - wallets["quarter"]).dt.days // 91
        share = wallets["bought_tonnes"] / wallets["needed_tonnes"]
        shares.append(wallets.assign(before=before, share=share))
    path = pd.concat(shares).groupby("before")["share"].mean()
    usual = path[4:8].mean()
    assert path[0] < path[1] < path[2] < usual
    assert path[1] < 0.7 * usual


def test_an_account_that_gave_away_a_part_is_more_likely_to_be_gone_later(northports):
    rows = []
    for firm in northports.values():
        bids = firm.tables["competitor_bids"].query("offered_on < '2024-07-01'")
        worst = bids.groupby("customer_id")["outcome"].max().rename("worst")
        accounts = get_accounts(firm).set_index("customer_id").join(worst)
        rows.append(accounts.query("buying_style != 'tender'").dropna(subset="worst"))
    accounts = pd.concat(rows)
    gone = accounts["left_on"].notna().groupby(accounts["worst"], observed=True).mean()
    assert gone["lost"] > 0.8
    assert gone["part_lost"] > gone["kept"]
