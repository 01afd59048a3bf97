"""What is indexed: each Chinese character is a word, and nothing but the text of a page changes."""

from crmlib.publishing.book.index import copy_spaced, index_command


def test_pages_are_copied_with_spaced_text_and_the_site_stays(tmp_path):
    (tmp_path / "site" / "sub").mkdir(parents=True)
    page = tmp_path / "site" / "sub" / "a.html"
    html = '<p title="客户">老客户 a<b>价</b>值、2年</p>'
    page.write_text(html, encoding="utf-8")
    copy_spaced(tmp_path / "site", tmp_path / "copy")
    copied = (tmp_path / "copy" / "sub" / "a.html").read_text(encoding="utf-8")
    assert copied == '<p title="客户">老 客 户 a<b>价</b>值 、2 年</p>'
    assert page.read_text(encoding="utf-8") == html


def test_only_the_article_is_indexed(tmp_path):
    words = index_command(tmp_path / "copy", tmp_path / "site" / "search-index")
    assert words[words.index("--root-selector") + 1] == ".bd-article"
    assert words[words.index("--site") + 1] == str(tmp_path / "copy")
