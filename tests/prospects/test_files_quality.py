"""What is held on customers, and how old it is."""

from __future__ import annotations

import pandas as pd

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
