"""Who brought whom: referrers joined earlier."""


def test_referrers_joined_before_those_they_brought(osmanthus):
    members = osmanthus.tables["members"]
    brought = members[members["referred_by"].notna()]
    joined = members.set_index("customer_id")["joined_on"].reindex(brought["referred_by"])
    assert len(brought) and (joined.to_numpy() < brought["joined_on"].to_numpy()).all()
    assert (brought["join_channel"] == "referral").all()
