"""The truth about members: what they are expected to bring is what they bring."""

import pytest

from tests.simulation.calls import get_member_receipts


def test_the_expected_value_of_members_is_what_they_bring_on_average(osmanthus):
    members = osmanthus.tables["members"].merge(osmanthus.truth["members"], on="customer_id")
    early = members[members["joined_on"] < "2023-02-01"]
    margin = get_member_receipts(osmanthus).groupby("customer_id")["margin_cny"].sum()
    assert len(early) > 50
    brought = margin.reindex(early["customer_id"]).fillna(0.0).sum()
    assert brought == pytest.approx(early["expected_value_cny"].sum(), rel=0.35)
