"""What is held on customers, and how old it is."""

from __future__ import annotations

import pandas as pd
import pytest

from crmlib.estimates.estimate import estimate_share
from crmlib.prospects.files_quality import measure_coverage, measure_file_age


def test_a_group_is_complete_if_every_field_of_it_is_filled():
    leads = pd.DataFrame({"stage_2_on": pd.to_datetime(["2025-01-01", None, "2025-01-01"]),
                          "drop_reason": ["price", "rival", None]})  # fmt: skip
    groups = {"both": ["stage_2_on", "drop_reason"], "one": ["drop_reason"], "none": []}
    found = measure_coverage(leads, "leads", groups=groups).set_index("group")
    assert found["complete"].tolist() == [1, 2, 0]
    assert found["fields"].tolist() == [2, 1, 0]
    assert found.loc["none", ["share", "low", "high"]].tolist() == [0, 0, 0]
    assert 0 < found.loc["both", "low"] < 1 / 3 < found.loc["both", "high"] < 1


def test_the_age_counts_from_the_last_visit_and_never_is_old():
    accounts = pd.DataFrame({"customer_id": [501, 502, 503]})
    visits = pd.DataFrame({"customer_id": pd.array([501, 501, 502, 503, None], dtype="Int64"),
                           "visited_on": pd.to_datetime(["2024-12-30", "2024-12-31", "2024-12-30",
                                                         "2026-01-01", "2025-12-01"])})  # fmt: skip
    found = measure_file_age(accounts, visits, as_of="2025-12-31")
    assert found["age_days"].dropna().tolist() == [365, 366]
    assert found["old"].tolist() == [False, True, True]  # the limit itself is not old; a later visit unseen


def test_without_a_visit_to_a_customer_every_account_is_old():
    accounts = pd.DataFrame({"customer_id": [501, 502]})
    visits = pd.DataFrame({"customer_id": [None, None], "visited_on": pd.to_datetime(["2025-12-01"] * 2)})
    found = measure_file_age(accounts, visits, as_of="2025-12-31")
    assert found["old"].all() and found[["last_seen_on", "age_days"]].isna().all(axis=None)


def test_shares_have_wilson_s_interval_and_no_groups_are_refused():
    leads = pd.DataFrame({"drop_reason": ["price", "rival", None]})
    share = estimate_share(2, 3)
    found = measure_coverage(leads, "leads", groups={"one": ["drop_reason"]})
    assert found.to_dict("records") == [
        {"group": "one", "fields": 1, "complete": 2, "share": share.value, "low": share.low,
         "high": share.high, "n": 3}
    ]  # fmt: skip
    for nothing in ({}, ["drop_reason"]):
        with pytest.raises(ValueError, match="groups: expected names of groups with their columns"):
            measure_coverage(leads, "leads", groups=nothing)


def test_a_visit_of_the_last_day_counts_and_accounts_keep_their_order():
    accounts = pd.DataFrame({"customer_id": [502, 501]})
    seen = pd.to_datetime(["2025-12-31", "2025-12-30"])
    visits = pd.DataFrame({"customer_id": [501, 501], "visited_on": seen})
    found = measure_file_age(accounts, visits, as_of="2025-12-31", old_days=1)
    assert found.loc[501].tolist() == [seen[0], 0, False]
    assert found.index.tolist() == [502, 501] and found.index.name == "customer_id"
    assert found.columns.tolist() == ["last_seen_on", "age_days", "old"]
