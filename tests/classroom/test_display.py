"""A page is one output in several forms."""

import pytest

from crmlib.classroom.claims.ledger import CLAIM_DATA
from crmlib.classroom.display import WIDGET_VIEW, Page, to_html


def test_a_page_carries_text_data_and_the_live_view():
    import ipywidgets

    bundle = Page("**text**", {CLAIM_DATA: {"id": "H-03"}}).bundle(ipywidgets.HTML("live"))
    assert bundle["text/plain"] == bundle["text/markdown"] == "**text**"
    assert bundle[CLAIM_DATA] == {"id": "H-03"}
    assert set(bundle[WIDGET_VIEW]) == {"version_major", "version_minor", "model_id"}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("one <script>alert(1)</script>", "<p>one &lt;script>alert(1)&lt;/script></p>"),
        ("<script>\nalert(1)\n</script>", "&lt;script>\nalert(1)\n&lt;/script>"),
        ("a <img src=x onerror=alert(1)>", "<p>a &lt;img src=x onerror=alert(1)></p>"),
        ("<details open ontoggle=alert(1)>", "&lt;details open ontoggle=alert(1)>"),
        ("[here](javascript:alert(1))", '<p><a href="#harmful-link">here</a></p>'),
        ("3 < 4 & 5", "<p>3 &lt; 4 &amp; 5</p>"),
    ],
)
def test_a_text_brings_no_html_of_its_own_into_a_widget(text, shown):
    assert to_html(text) == shown


def test_folds_and_tables_of_a_page_stay():
    html = to_html("<details><summary>Answer</summary>\n\n| a |\n|---|\n| *b* |\n\n</details>")
    assert html.startswith("<details><summary>Answer</summary>") and html.endswith("</details>")
    assert "<td><em>b</em></td>" in html
