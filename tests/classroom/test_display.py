"""A page is one output in several forms."""

from crmlib.classroom.claims.ledger import CLAIM_DATA
from crmlib.classroom.display import WIDGET_VIEW, Page


def test_a_page_carries_text_data_and_the_live_view():
    import ipywidgets

    bundle = Page("**text**", {CLAIM_DATA: {"id": "H-03"}}).bundle(ipywidgets.HTML("live"))
    assert bundle["text/plain"] == bundle["text/markdown"] == "**text**"
    assert bundle[CLAIM_DATA] == {"id": "H-03"}
    assert set(bundle[WIDGET_VIEW]) == {"version_major", "version_minor", "model_id"}
